"""Section 13: which test proves which criterion, at which level, in which file."""

from __future__ import annotations

import re

from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.elsewhere import find_elsewhere, find_test_home, test_tool
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import bullets, code, criterion, head_of, labelled, listed, paragraphs, plain
from torusnb.drafting.offline.work import kinds_of
from torusnb.models.requirements import AcceptanceCriterion, Requirement

_MANUAL = re.compile(r"\bmanual\b|^\W*(?:docs?|documentation|review|inspection)\W*$", re.IGNORECASE)
_WORDS_OF_NAME = 14
"""A criterion that needs more to be named stands with its id alone; section 2 has its words."""
_FOLDER = re.compile(r"`((?:[\w.-]+/)*tests?/(?:[\w.-]+/)*)`")
_WEB = frozenset({"live_view", "component", "controller"})


class _Home:
    """A test file with the criteria it takes."""

    def __init__(self, path: str, level: str, new: bool, key: str) -> None:
        self.path, self.level, self.new, self.key = path, level, new, key
        self.asked: list[AcceptanceCriterion | Requirement] = []


def draft_testing(ledger: Ledger) -> str:
    """Every criterion once, grouped by the test file that proves it; then what tests alone cannot show."""
    homes = _homes(ledger)
    return paragraphs(
        labelled("Tests from the acceptance criteria", bullets(_told(ledger, home) for home in homes)),
        labelled("Beyond the criteria", bullets([*_beyond(ledger), *ledger.advice("13")])),
    )


def _homes(ledger: Ledger) -> list[_Home]:
    """The test files in the order of their first criterion."""
    homes: dict[str, _Home] = {}
    asked: list[AcceptanceCriterion | Requirement] = [*ledger.pack.criteria]
    covered = {ledger.nearest(c) for c in ledger.pack.criteria}
    asked += [r for r in ledger.pack.requirements if r.id not in covered]
    for item in asked:
        home = _home_of(ledger, item)
        homes.setdefault(home.path, home).asked.append(item)
    return list(homes.values())


def _home_of(ledger: Ledger, item: AcceptanceCriterion | Requirement) -> _Home:
    if isinstance(item, AcceptanceCriterion) and _MANUAL.search(item.verification):
        return _Home("", "by hand", False, item.id)
    asked = ledger.nearest(item) if isinstance(item, AcceptanceCriterion) else item.id
    outside = find_test_home(ledger.evidence, item.text, ledger.plan.foreign.get(asked))
    if outside is not None:
        return _Home(outside.path, test_tool(outside.path), True, outside.key)
    components = [c for c in ledger.plan.components if asked in c.requirements]
    fresh = [c for c in components if c.new and c.layer == "context"]
    if asked and (ledger.plan.kinds[asked][0] == "verify" or ledger.is_boundary(asked)):
        fresh = [c for c in ledger.plan.fresh if c.layer == "context" and c.requirements][:1] or fresh
    fitting = _fitting(item, components)
    on_screen = [c for c in fitting if c.layer in _WEB]
    component = next(iter((*on_screen, *fresh, *fitting, *components)), None)
    component = component or _own_or_page(ledger, item)
    if component is None:
        return _Home(_root(ledger), "unit test", True, item.id)
    beside = ledger.context.tests.get(component.path, ())
    if beside:
        nearest = min(beside, key=lambda path: (_distance(path, component.path), path))
        return _Home(nearest, _level(component), False, component.key)
    path = component.path.replace("lib/", "test/", 1).removesuffix(".ex") + "_test.exs"
    if component.path.startswith("assets/"):
        path = component.path.replace("assets/src/", "assets/test/", 1).rsplit(".", 1)[0] + "_test.ts"
    return _Home(path, _level(component), True, component.key)


def _own_or_page(ledger: Ledger, item: AcceptanceCriterion | Requirement) -> Component | None:
    """Where a criterion is proved that no component answers: on a page what is seen, else in the feature's module."""
    pages = [c for c in ledger.plan.existing if c.layer in _WEB]
    own = [c for c in ledger.plan.fresh if c.layer == "context"]
    first = (pages, own) if kinds_of(plain(item.text))[0] == "render" else (own, pages)
    return next(iter((*first[0], *first[1], *ledger.plan.components)), None)


def _root(ledger: Ledger) -> str:
    """The folder of tests that the pack names, else the one beside the code that lies outside the application."""
    named = (match.group(1) for placed in ledger.given("13") for match in _FOLDER.finditer(placed.text))
    elsewhere = find_elsewhere(ledger.evidence)
    beside = f"{elsewhere.path.split('/')[0]}/test/" if elsewhere is not None and "/" in elsewhere.path else "test/"
    return next(named, beside)


def _distance(test: str, source: str) -> int:
    """How far a test file is from the one that the code's path would give; 0 for that one."""
    expected = source.replace("lib/", "test/", 1).removesuffix(".ex") + "_test.exs"
    return 0 if test == expected else 1 + abs(len(test) - len(expected))


def _fitting(item: AcceptanceCriterion | Requirement, components: list[Component]) -> list[Component]:
    """The components of the requirement whose layer fits what the criterion observes."""
    seen = kinds_of(plain(item.text))[0]
    wanted = (
        _WEB
        if seen in {"render", "notify", "authorize"}
        else frozenset({"context", "worker", "schema", "process", "other"})
    )
    return [c for c in components if c.layer in wanted]


def _level(component: Component) -> str:
    return {
        "live_view": "LiveView test", "component": "component test", "controller": "controller test",
        "worker": "job test", "schema": "changeset test", "asset": "front-end test",
    }.get(component.layer, "unit and Repo tests")  # fmt: skip


def _told(ledger: Ledger, home: _Home) -> str:
    """One file with its criteria; each id is written out, the first ones with what they assert."""
    parts = []
    for position, item in enumerate(home.asked):
        text = criterion(item.text, 12).rpartition(" → ")[2]
        name = head_of(text, 10)
        parts.append(f"{item.id} ({name})" if position < 2 and len(name.split()) <= _WORDS_OF_NAME else item.id)
    where = f"`{home.path}`{' (new)' if home.new else ''}, {home.level}" if home.path else "By hand"
    keys = [item.id for item in home.asked[:1]]
    return f"{where}: {listed(parts)}.{ledger.cite(*keys, '' if home.key in keys else home.key, most=2)}"


def _beyond(ledger: Ledger) -> list[str]:
    """Races, migrations, failures and access: only those the plan makes possible."""
    plan, lines = ledger.plan, []
    if plan.storage.migrates:
        lines.append(_migrated(ledger))
    events = [e for e in ledger.new_events if not e.name.startswith(("open", "search", "filter", "sort"))]
    if events:
        lines.append(
            f"Race: `{events[0].name}` sent twice, and from two sessions of one person, leaves "
            f"the state of the last one ({events[0].requirement})."
            f"{ledger.cite(events[0].requirement)}"
        )
    gates = plan.asking("authorize")
    if gates:
        lines.append(
            f"Refusals: each role outside {listed(gates[:2])} gets the refusal, and so does the "
            f"right role of another section or project.{ledger.cite(*gates)}"
        )
    return [*lines, *_injected(ledger), *_watched(ledger)]


def _migrated(ledger: Ledger) -> str:
    """The test of the migration: a table of today that grows has rows to run it on, a new one has none."""
    storage = ledger.plan.storage
    grown = next((change for change in storage.changes if change.migrates and not change.new), None)
    if grown is None:
        told = f"Migration of `{storage.table}`: up and down, with the code of today running beside the new table"
        return f"{told}.{ledger.cite(*storage.basis)}"
    told = f"Migration of `{grown.table}`: up and down on a copy with rows of today; old code reads the new schema"
    return f"{told}.{ledger.cite(grown.key)}"


def _injected(ledger: Ledger) -> list[str]:
    """Failures to inject: those of jobs and of what lies outside."""
    plan, lines = ledger.plan, []
    if plan.runtime.jobs:
        lines.append(
            f"Failure injection: the job of {listed(plan.runtime.jobs[:2])} is killed between its "
            f"write and its end, and run again.{ledger.cite(*plan.runtime.jobs)}"
        )
    outside = plan.asking("integrate")
    if outside:
        lines.append(
            f"Failure injection: the other side of {outside[0]} times out, answers an error, and "
            f"answers too late.{ledger.cite(outside[0])}"
        )
    return lines


def _watched(ledger: Ledger) -> list[str]:
    """What must be seen: events once for each outcome, and today's behaviour behind a flag."""
    lines = []
    if ledger.signals:
        lines.append(
            "Telemetry: a handler attached in the test receives "
            f"{listed(code(s.name) for s in ledger.signals[:2])} once for each outcome."
            f"{ledger.cite(*(s.key for s in ledger.signals[:2]))}"
        )
    flagged = ledger.plan.runtime.flag
    if flagged is not None:
        lines.append(
            f"Flag off: the behaviour of today is pinned before the first change.{ledger.cite(*flagged.evidence)}"
        )
    return lines
