"""What section 4.1 says of requirements that no module of today carries, and of boundaries and modules ruled out."""

from __future__ import annotations

import re

from torusnb.drafting.offline.additions import signature
from torusnb.drafting.offline.elsewhere import find_elsewhere, test_tool
from torusnb.drafting.offline.exclusions import excluded_modules
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.matching import Match
from torusnb.drafting.offline.sides import DOCUMENTS, SERVER, WORK
from torusnb.drafting.offline.wording import code, listed, plain, some
from torusnb.drafting.offline.work import words_of

_KEPT = "what is there stays; tests pin it before the first change"
_BOUNDS = "a bound on the code of this section, held by a test of section 13"
_ACCESS = "access stays decided where the page or the call is entered, see section 12"
_HOMELESS = "no home found in the code"
"""Said where nothing but likeness of words speaks for a module: likeness is no home."""
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
    if find_elsewhere(ledger.evidence) is not None:
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
        return "met by the tests of section 13"
    outside = ledger.plan.foreign.get(requirement) or find_elsewhere(ledger.evidence)
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
    near = ledger.plan.nearest.get(requirement)
    words = f"; nearest by its words: {_nearest(near)}" if near is not None else ""
    return f"{_HOMELESS}{words}"


def _nearest(match: Match) -> str:
    """The module that speaks the words, with its nearest public function."""
    function = next((f for f in match.functions if f.public), None)
    name = code(match.module.name)
    return f"{code(signature(function))} of {name}" if function is not None else name
