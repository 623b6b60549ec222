"""Section 13: which test proves which criterion, at which level, in which file."""

from __future__ import annotations

import re
from collections.abc import Collection

from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.elsewhere import find_test_home, test_tool
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.levels import (
    BROWSER,
    COMPONENT,
    CONTROLLER,
    FRONT_END,
    JOB,
    LIVE_VIEW,
    ON_SCREEN,
    REPO,
    SCENARIO,
    TELEMETRY,
    TestPlan,
    is_test,
    level_of_path,
)
from torusnb.drafting.offline.sides import DOCUMENTS, WORK, is_on_page
from torusnb.drafting.offline.wording import (
    bullets,
    code,
    criterion,
    head_of,
    labelled,
    listed,
    paragraphs,
    plain,
    sentence,
)
from torusnb.models.requirements import AcceptanceCriterion, Requirement

_MANUAL = re.compile(r"\bmanual\b|^\W*(?:docs?|documentation|review|inspection)\W*$", re.IGNORECASE)
_WORDS_OF_NAME = 14
"""A criterion that needs more to be named stands with its id alone; section 2 has its words."""
_FOLDER = re.compile(r"`((?:[\w.-]+/)*tests?/(?:[\w.-]+/)*)`")
_BY_HAND = "by hand"
_INNER = frozenset({"context", "process", "other", "cache"})
_REACHES = {
    LIVE_VIEW: frozenset({"live_view", "component"}), COMPONENT: frozenset({"live_view", "component"}),
    CONTROLLER: frozenset({"controller", "plug", "live_view"}), JOB: frozenset({"worker"}),
    FRONT_END: frozenset({"asset"}), BROWSER: frozenset[str](), SCENARIO: frozenset[str](),
    TELEMETRY: _INNER | {"worker"}, REPO: _INNER | {"worker"},
}  # fmt: skip
"""The layers that a test of a kind can reach; a test of another kind beside such a module proves nothing."""
_SHAPE = re.compile(
    r"\b(?:changesets?|columns?|fields?|constraints?|defaults?|schemas?|required|unique|valid(?:ation)?)\b",
    re.IGNORECASE,
)
"""What a changeset can prove."""


class _Home:
    """A test file with the criteria it takes; without a path, a kind of test whose file nothing shows."""

    def __init__(self, path: str, level: str, new: bool, key: str) -> None:
        self.path, self.level, self.new, self.key = path, level, new, key
        self.asked: list[AcceptanceCriterion | Requirement] = []


def draft_testing(ledger: Ledger) -> str:
    """Every criterion once, grouped by the test file that proves it; then what tests alone cannot show."""
    homes = _homes(ledger)
    return paragraphs(
        labelled(
            "Tests from the acceptance criteria", bullets([*(_told(ledger, home) for home in homes), _untested(ledger)])
        ),
        labelled("Beyond the criteria", bullets([*_beyond(ledger), *ledger.advice("13")])),
    )


def _untested(ledger: Ledger) -> str:
    """The criteria that the pack takes back: each keeps its id, and none gets a test."""
    gone = ledger.taken_back
    keys = [key for asked in gone.entries for key in gone.lines[asked.id]]
    told = "; ".join(f"{asked.id}: withdrawn, no test" for asked in gone.criteria)
    return f"{told}.{ledger.cite(*keys, most=2)}" if told else ""


def _homes(ledger: Ledger) -> list[_Home]:
    """The test files in the order of their first criterion."""
    homes: dict[str, _Home] = {}
    asked: list[AcceptanceCriterion | Requirement] = [*ledger.pack.criteria]
    covered = {ledger.nearest(c) for c in ledger.pack.criteria}
    aside = {DOCUMENTS, WORK}
    asked += [r for r in ledger.pack.requirements if r.id not in covered and ledger.plan.sides[r.id] not in aside]
    plan, files = TestPlan(ledger.pack), _files(ledger)
    for item in asked:
        home = _home_of(ledger, item, plan, files)
        homes.setdefault(home.path or home.level, home).asked.append(item)
    by_hand = [r for r in ledger.pack.requirements if r.id not in covered and ledger.plan.sides[r.id] in aside]
    for item in by_hand:
        homes.setdefault(_BY_HAND, _Home("", _BY_HAND, False, item.id)).asked.append(item)
    return list(homes.values())


def _home_of(ledger: Ledger, item: AcceptanceCriterion | Requirement, plan: TestPlan, files: Collection[str]) -> _Home:
    """Where a criterion is proved: by hand, in the test that the pack names, beside its module, or in no file yet."""
    criterion = item if isinstance(item, AcceptanceCriterion) else None
    if criterion is not None and _MANUAL.search(criterion.verification):
        return _Home("", _BY_HAND, False, item.id)
    proof = next((path for path in (criterion.proofs if criterion is not None else ()) if is_test(path)), "")
    if proof:
        return _Home(proof, level_of_path(proof), proof not in files, item.id)
    asked = ledger.nearest(criterion) if criterion is not None else item.id
    outside = find_test_home(ledger.evidence, item.text, ledger.plan.foreign.get(asked))
    if outside is not None:
        return _Home(outside.path, _tool(ledger, outside.path), False, outside.key)
    elsewhere = ledger.elsewhere
    if elsewhere is not None and is_on_page(ledger.pack, asked):
        return _Home("", LIVE_VIEW, False, item.id)
    if elsewhere is not None and not any(asked in c.requirements for c in ledger.plan.components):
        root = _root(ledger)
        return _Home(root, _tool(ledger, root) or "unit test", False, elsewhere.key)
    planned = plan.proving(item.text)
    level = planned.name
    file = plan.file(level)
    if file is not None:
        return _Home(file.name, level, file.name not in files, file.key)
    component = _component(ledger, item, asked, level)
    if component is not None:
        return _beside(ledger, component)
    return _Home("", level, False, planned.key or item.id)


def _component(ledger: Ledger, item: AcceptanceCriterion | Requirement, asked: str, level: str) -> Component | None:
    """The component of the requirement that a test of that level can reach; None where the requirement has none."""
    components = [c for c in ledger.plan.components if asked in c.requirements]
    bound = asked and (ledger.plan.kinds[asked][0] == "verify" or ledger.is_boundary(asked))
    if bound and level not in ON_SCREEN:
        components = [*components, *[c for c in ledger.plan.fresh if c.layer == "context" and c.requirements][:1]]
    wanted = _REACHES.get(level, _INNER)
    fitting = [c for c in components if c.layer in wanted]
    if level not in ON_SCREEN and _SHAPE.search(plain(item.text)):
        fitting += [c for c in components if c.layer == "schema"]
    if level == LIVE_VIEW and not fitting:
        pages = ledger.plan.of_layer("live_view")
        fitting = list(pages) if len(pages) == 1 else []
    fresh = [c for c in fitting if c.new and c.layer == "context"]
    return next(iter((*fresh, *fitting)), None)


def _beside(ledger: Ledger, component: Component) -> _Home:
    """The test file of a component: the nearest of today, else the one that its path gives."""
    beside = ledger.context.tests.get(component.path, ())
    if beside:
        nearest = min(beside, key=lambda path: (_distance(path, component.path), path))
        return _Home(nearest, _level(component), False, component.key)
    path = component.path.replace("lib/", "test/", 1).removesuffix(".ex") + "_test.exs"
    if component.path.startswith("assets/"):
        path = component.path.replace("assets/src/", "assets/test/", 1).rsplit(".", 1)[0] + "_test.ts"
    return _Home(path, _level(component), True, component.key)


def _files(ledger: Ledger) -> frozenset[str]:
    """The files of the checkout as far as the outline holds them."""
    beside = (path for found in ledger.context.tests.values() for path in found)
    return frozenset((*ledger.code.other_files, *beside, *ledger.code.by_path))


def _tool(ledger: Ledger, path: str) -> str:
    """The tool that runs the tests of a folder, with the targets that the pack names for it."""
    tool = test_tool(path)
    said = " ".join(section.text for section in ledger.pack.sections) if tool else ""
    targets = list(dict.fromkeys(re.findall(r"--target[ =](\w+)", said)))
    return f"{tool} with the targets {listed(code(target) for target in targets)}" if len(targets) > 1 else tool


def _root(ledger: Ledger) -> str:
    """The folder of tests that the pack names, else the one beside the code that lies outside the application."""
    named = (match.group(1) for placed in ledger.given("13") for match in _FOLDER.finditer(placed.text))
    elsewhere = ledger.elsewhere
    beside = f"{elsewhere.path.split('/')[0]}/test/" if elsewhere is not None and "/" in elsewhere.path else "test/"
    return next(named, beside)


def _distance(test: str, source: str) -> int:
    """How far a test file is from the one that the code's path would give; 0 for that one."""
    expected = source.replace("lib/", "test/", 1).removesuffix(".ex") + "_test.exs"
    return 0 if test == expected else 1 + abs(len(test) - len(expected))


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
    where = (
        f"`{home.path}`{' (new)' if home.new else ''}, {home.level}" if home.path else sentence(home.level).rstrip(".")
    )
    if not home.path and home.level != _BY_HAND:
        where += ", in a file that is not chosen yet"
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
    outside = [r for r in plan.asking("integrate") if r in ledger.outside and r not in plan.foreign]
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
