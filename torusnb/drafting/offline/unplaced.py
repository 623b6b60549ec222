"""What section 4.1 says of requirements that no module of today carries, and of boundaries and modules ruled out."""

from __future__ import annotations

import re

from torusnb.drafting.offline.elsewhere import test_tool
from torusnb.drafting.offline.exclusions import excluded_modules
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.sides import DOCUMENTS, SERVER, WORK, is_on_page
from torusnb.drafting.offline.wording import code, listed, plain, some
from torusnb.drafting.offline.work import words_of

_KEPT = "what is there stays; tests pin it before the first change"
_BOUNDS = "a bound on the code of this section, held by a test of section 13"
_ACCESS = "access stays decided where the page or the call is entered, see section 12"
_HOMELESS = "no module is chosen for its code yet"
"""Said where nothing but likeness of words speaks for a module: likeness is no home."""
_MOST_BESIDE = 3
_HARNESS = re.compile(
    r"\b(?:infrastructure|harness|helpers?|fixtures?|playwright|orchestrat\w+|phases?)\b", re.IGNORECASE
)
"""Words of tests that are code of their own."""
_PATHS = re.compile(r"^(?:assets|test)/[\w./-]+\.\w+$")
_NO_CODE = {
    DOCUMENTS: "met by documentation; no module changes",
    WORK: "an order of the work, met by the plan; no module changes",
}
_TODAY = re.compile(
    r"\b(?:unchanged|parity|as (?:it|they) (?:is|are|does|do) today|backwards?[- ]compatib\w+|"
    r"(?:current|existing|today's) (?:[\w-]+ ){0,3}(?:behaviou?r|semantics|permissions?|content|flows?))\b",
    re.IGNORECASE,
)


def without_home(ledger: Ledger) -> list[str]:
    """The requirements for code of the server that nothing places in any module, of today or new."""
    plan = ledger.plan
    if ledger.elsewhere is not None:
        return []
    owned = {r for component in plan.fresh for r in component.requirements} | set(plan.foreign)
    return [
        r
        for r, found in plan.matches.items()
        if not found
        and r not in owned
        and plan.sides[r] == SERVER
        and plan.kinds[r][0] not in {"verify", "observe", "authorize"}
        and not ledger.is_boundary(r)
    ]


def told_of(ledger: Ledger, asked: list[str], said: str) -> str:
    """What holds for some requirements, each by its id and, where it is alone, with its words."""
    if not asked:
        return ""
    who = ledger.named_in(asked[0], 16) if len(asked) == 1 else listed(asked)
    return f"{who}: {said}.{ledger.cite(*asked)}"


def answer_boundary(ledger: Ledger, requirement: str) -> str:
    """What a boundary means for the code: its place where it names one, code of today where it has some."""
    text = plain(f"{ledger.requirement(requirement).title} {ledger.requirement(requirement).text}")
    away = ledger.plan.foreign.get(requirement)
    if away is not None:
        return f"a bound on the code under `{away.path}`, which the outline does not cover"
    if ledger.plan.kinds[requirement][0] == "authorize":
        return _ACCESS
    spoken = set(words_of(text))
    near = (f.name for c in ledger.plan.existing if c.module is not None for f in c.module.functions)
    found = any(len(spoken & set(words_of(name))) > 1 for name in near)
    return _KEPT if found or (_TODAY.search(text) and ledger.plan.existing) else _BOUNDS


def tell_excluded(ledger: Ledger) -> str:
    """The modules that the pack rules out; they take no part in the design."""
    ruled = excluded_modules(ledger.evidence)
    if not ruled:
        return ""
    names = some([code(one.module.name) for one in ruled], 4)
    keys = dict.fromkeys(one.key for one in ruled)
    return f"Left alone, because the pack rules {'it' if len(ruled) == 1 else 'them'} out: {names}.{ledger.cite(*keys)}"


def answer_homeless(ledger: Ledger, requirement: str) -> str:
    """Where a requirement goes that no module of today carries."""
    kind = ledger.plan.kinds[requirement][0]
    side = ledger.plan.sides.get(requirement, "")
    if side in _NO_CODE:
        return _NO_CODE[side]
    if kind == "verify":
        return _in_tests(ledger, requirement)
    if ledger.elsewhere is not None and is_on_page(ledger.pack, requirement):
        return "a page of the application, apart from the code of that folder"
    outside = ledger.plan.foreign.get(requirement) or ledger.elsewhere
    tool = test_tool(outside.path) if outside is not None else ""
    if outside is not None and (tool or requirement in ledger.plan.foreign):
        return f"code under `{outside.path}`, which the outline does not cover" + (
            f"; tested with {tool}" if tool else ""
        )
    if outside is not None:
        return f"code under `{outside.path}`"
    if kind == "authorize":
        return _ACCESS
    if kind == "observe" and ledger.plan.runtime.no_telemetry is None:
        return "met by the events of section 11"
    beside = beside_places(ledger)
    return f"{_HOMELESS}{f': beside {beside}' if beside else ''}"


def beside_places(ledger: Ledger) -> str:
    """The modules of today that the pack points at, `x or y, which the pack names`; empty for none."""
    names = [code(name) for name in ledger.places][:_MOST_BESIDE]
    return f"{listed(names, 'or')}, which the pack names" if names else ""


def tell_undecided(ledger: Ledger) -> str:
    """Where nothing places the change in a module: beside what the pack names, which people decide."""
    beside, asks = beside_places(ledger), [r.id for r in ledger.pack.requirements[:1]]
    where = f": it goes beside {beside}" if beside else f", and one is chosen before {asks[0]} is built" if asks else ""
    return f"No module is chosen for its new code yet{where}.{ledger.cite(*list(ledger.places.values())[:2], *asks)}"


def _in_tests(ledger: Ledger, requirement: str) -> str:
    """What a requirement for tests means: cases of section 13, or code of the harness beside what the pack names."""
    asked = ledger.requirement(requirement)
    paths = list(dict.fromkeys(m.name for m in ledger.pack.mentions if _PATHS.match(m.name)))[:_MOST_BESIDE]
    names = [code(name) for name in (*list(ledger.places)[:_MOST_BESIDE], *paths)]
    if not names or not _HARNESS.search(plain(f"{asked.title} {asked.text}")):
        return "met by the tests of section 13"
    return f"code of the tests, beside what the pack names: {listed(names)}"
