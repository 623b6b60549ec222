"""At which level a criterion is proved where no file tells: by the pack's own test plan, else by what it observes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, words_of
from torusnb.models.base import Place, Value
from torusnb.models.requirements import SpecPack

LIVE_VIEW, COMPONENT, CONTROLLER, JOB = "LiveView test", "component test", "controller test", "job test"
FRONT_END, REPO, UNIT, TELEMETRY = "front-end test (Jest)", "Repo test", "unit test", "telemetry test"
BROWSER, SCENARIO, PROPERTY = "browser test", "scenario test", "property test"
INTEGRATION = "integration test"
ON_SCREEN = frozenset({LIVE_VIEW, COMPONENT, FRONT_END, BROWSER})
_PLANNED: tuple[tuple[str, str], ...] = (
    (FRONT_END, r"jest|typescript tests?|react tests?|front-?end tests?|javascript tests?"),
    (LIVE_VIEW, r"live ?view"),
    (COMPONENT, r"component tests?|render tests?"),
    (CONTROLLER, r"controller tests?|request tests?|endpoint tests?"),
    (PROPERTY, r"property(?:-based)? tests?"),
    (SCENARIO, r"scenarios? (?:tests?|coverage|assertions?)"),
    (BROWSER, r"playwright|end-to-end (?:browser )?tests?|e2e|browser tests?"),
    (JOB, r"(?:job|worker) tests?"),
    (TELEMETRY, r"telemetry tests?"),
    (INTEGRATION, r"integration tests?"),
    (UNIT, r"unit tests?|exunit|backend tests?|domain tests?|elixir tests?"),
)
_PLAN = re.compile(r"\b(?:qa|test(?:s|ing)?|verification)\b", re.IGNORECASE)
_MANUAL = re.compile(r"^(?:verify|compare|confirm|open|inspect|manual\w*)\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\b(?:endpoint|http|status code|redirect\w*|(?:get|post|put|delete) (?:to )?`?/|api (?:call|request)|"
    r"json response|launch(?:es)? (?:request|redirect))\b",
    re.IGNORECASE,
)
_SCREEN = re.compile(
    r"\b(?:page|modal|dialog|button|control|tooltip|popover|banner|badge|tile|row|list|panel|screen reader|keyboard|"
    r"focus|hover|visible|shown|rendered|displayed|charts?|axis|toggl\w+|clicks?|tabs?|menus?|pagination|checkbox(?:es)?|renders?|shows?|displays?|opens?|label|message|ui)\b",
    re.IGNORECASE,
)
_BROWSER_ONLY = re.compile(
    r"\b(?:browser (?:dialog|confirmation|window|tab|storage)|page reload|200% zoom|screen reader (?:software|pass)|"
    r"third-party cookies?|viewport|responsive)\b",
    re.IGNORECASE,
)
_FILE = re.compile(r"(?<![\w./-])(?:[\w.-]+/)+[\w.-]+\.[a-z]{2,4}(?!\w)")
_SHARED = 2
"""Words beyond which a line of the plan speaks of a criterion."""


class Level(Value, frozen=True):
    """A kind of test and the line of the pack's test plan that wants it; empty where none does."""

    name: str
    key: str = ""


class TestPlan:
    """The lines of a pack's test plan that automate something, each with its kind of test; built once.

    What it gives for a text is what the line says that shares most words with it.
    """

    __test__ = False

    def __init__(self, pack: SpecPack) -> None:
        self._lines = [(place_key(place), line, _planned(line)) for place, line in _plan(pack)]
        self._own = set(words_of(f"{plain(pack.title)} {pack.slug}"))
        self._words = [set(words_of(line)) if name else set() for _, line, name in self._lines]
        react, live = re.compile(rf"\b(?:{_PLANNED[0][1]})", re.I), re.compile(_PLANNED[1][1], re.I)
        self._in_browser = any(react.search(line) for _, line, _ in self._lines) and not any(
            live.search(line) for _, line, _ in self._lines
        )

    def proving(self, text: str) -> Level:
        """The kind of test for a criterion: the planned one, else the one that can see what it observes.

        What is seen on a screen is proved in the browser's own tests where the pack plans such tests and none of
        LiveViews.
        """
        planned = self.planned(text)
        if planned is not None:
            return planned
        level = observed_level(text)
        return Level(FRONT_END if level == LIVE_VIEW and self._in_browser else level)

    def planned(self, text: str) -> Level | None:
        """The kind of test that the plan gives for what a criterion says; None where it speaks of none."""
        words = set(words_of(plain(text))) - self._own
        best: tuple[int, Level] = (0, Level(""))
        for (key, _, name), own in zip(self._lines, self._words, strict=True):
            shared = len(words & own)
            if name and shared > max(_SHARED, best[0]):
                best = (shared, Level(name, key))
        return best[1] if best[0] else self._primary

    @cached_property
    def _primary(self) -> Level | None:
        """The kind of test that the pack calls its main one."""
        main = (
            (name, key)
            for key, line, name in self._lines
            if name and re.search(r"\b(?:primary|main)\b[^.;]{0,30}\btest", line, re.IGNORECASE)
        )
        return next((Level(name, key) for name, key in main), None)

    def file(self, level: str) -> Level | None:
        """The one test file of a kind that the pack names, as the name, with its line; None where none or many are."""
        found = self._files.get(level, {})
        return Level(*next(iter(found.items()))) if len(found) == 1 else None

    @cached_property
    def _files(self) -> dict[str, dict[str, str]]:
        """Each kind of test to the files of it that the plan names, with their lines."""
        found: dict[str, dict[str, str]] = {}
        for key, line, _ in self._lines:
            for path in _FILE.findall(line):
                if is_test(path):
                    found.setdefault(level_of_path(path), {})[path] = key
        return found


def _planned(line: str) -> str:
    """The first kind of test that a line of a plan speaks of; empty where it speaks of none."""
    return next((level for level, said in _PLANNED if re.search(rf"\b(?:{said})", line, re.IGNORECASE)), "")


def observed_level(text: str) -> str:
    """The kind of test that can see what a criterion observes."""
    line = plain(text)
    kind = kinds_of(line)[0]
    if _BROWSER_ONLY.search(line):
        return BROWSER
    if _REQUEST.search(line):
        return CONTROLLER
    if kind in {"render", "notify"} or (
        kind not in {"observe", "background"} and len({word.lower() for word in _SCREEN.findall(line)}) > 1
    ):
        return LIVE_VIEW
    told = {"observe": TELEMETRY, "background": JOB, "persist": REPO, "copy": REPO, "query": REPO}
    return told.get(kind, UNIT)


def level_of_path(path: str) -> str:
    """The kind of test that a file holds, by its folder and name."""
    parts = path.split("/")
    if parts[0] == "assets" or path.endswith((".ts", ".tsx", ".js", ".jsx")):
        return BROWSER if re.search(r"playwright|e2e|automation", path) else FRONT_END
    for folder, level in (("controllers", CONTROLLER), ("live", LIVE_VIEW), ("components", COMPONENT)):
        if folder in parts:
            return level
    if "scenarios" in parts:
        return SCENARIO
    return JOB if path.endswith("worker_test.exs") else "unit and Repo tests"


def is_test(path: str) -> bool:
    """Whether a path is a file of tests."""
    name = path.rsplit("/", 1)[-1]
    return re.search(r"(?:_test\.exs|[._-](?:test|spec)\.(?:[tj]sx?)|_test\.gleam)$", name) is not None


def _plan(pack: SpecPack) -> Iterator[tuple[Place, str]]:
    """The lines of the pack's test plan that automate something."""
    for section in pack.sections:
        if _PLAN.search(section.title) and section.level > 1:
            label = ""
            for offset, line in enumerate(section.text.splitlines(), start=1):
                said = plain(re.sub(r"^[\s>*+-]+", "", line))
                if said.endswith(":"):
                    label = said
                elif said and not _MANUAL.match(f"{label} {said}".strip()):
                    yield Place(section.place.path, section.place.line + offset), f"{label} {said}".strip()
    for note in (*pack.notes, *pack.integration_notes):
        if re.search(r"\btests?\b", note.text):
            yield note.place, plain(note.text)
