"""Sections that a person wrote and that torusnb's own text has left behind since."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from torusnb.export.merge import Outlived, find_outlived
from torusnb.models.base import fingerprint
from torusnb.models.changes import Change
from torusnb.models.design import Template
from torusnb.models.record import Decision, Drafted, Exported
from torusnb.session.restoring import load_document
from torusnb.trail.store import Trail

SECTION = "section"
"""The family of these changes' keys: `section:4.1`."""

_LINE = re.compile(r"(?P<file>\.[A-Za-z]\w*|\b(?:prd|req)):\d++(?!/)(?:(?:, ?\d+)+(?=[`);]))?")
"""The lines behind a file's ending, one or several, or in a key; those of a list only where the list is closed."""

_DIFF_LINES = 14
_NOTE = (
    "A person wrote this section, and what torusnb itself would write there is no longer what it was then. Read it "
    "again beside the lines that differ (notebook 3 has torusnb's text); change it, or accept that it stays."
)


def find_outlived_sections(trail: Trail, template: Template) -> tuple[Change, ...]:
    """A change for each section of a person whose draft has become another since the person wrote it.

    Sections changed in fdd.md are held against what was exported when the person changed them, those accepted in a
    notebook against the draft of that time. A line of a file that only has another number is no difference.

    Args:
        trail: The pack's trail; fdd.md lies beside it.
        template: The sections.

    Raises:
        InputError: fdd.md cannot be read.
        TrailError: The trail is damaged.
    """
    found = {left.name: left for left in (*_accepted(trail), *_edited(trail, template))}
    moved = {name: left for name, left in found.items() if _plain(left.then) != _plain(left.now)}
    return tuple(_change(left) for _, left in sorted(moved.items()))


def _edited(trail: Trail, template: Template) -> tuple[Outlived, ...]:
    exports = [trail.parse(event, Exported) for event in trail.events("export")]
    if len({export.fresh for export in exports}) < 2:
        return ()
    existing = load_document(trail.path.with_name("fdd.md"), exports)
    return find_outlived(existing, [(e.text, e.fresh) for e in exports], exports[-1].fresh, template)


def _accepted(trail: Trail) -> Iterator[Outlived]:
    """Of the sections accepted in a notebook, the drafts then and now."""
    drafts = [(event.seq, trail.parse(event, Drafted)) for event in trail.events("draft")]
    if len(drafts) < 2:
        return
    last: dict[str, tuple[int, Decision]] = {}
    for event in trail.events("decision"):
        decision = trail.parse(event, Decision)
        if decision.subject == "section":
            last[decision.key] = (event.seq, decision)
    for seq, decision in last.values():
        before = next((drafted for at, drafted in reversed(drafts) if at < seq), None)
        if decision.verdict in ("accept", "edit") and before is not None:
            then, now = (_section(drafted, decision.key) for drafted in (before, drafts[-1][1]))
            if then and now and decision.text not in (then, now):
                yield Outlived(decision.key, then, now)


def _section(drafted: Drafted, name: str) -> str:
    return next((draft.text for draft in drafted.sections if draft.section == name), "")


def _plain(text: str) -> str:
    return " ".join(_LINE.sub(r"\g<file>", text).split())


def _change(left: Outlived) -> Change:
    then, now = left.then.splitlines(), left.now.splitlines()
    diff = [line.rstrip("\n") for line in difflib.unified_diff(then, now, "", "", lineterm="", n=0)][2:]
    return Change(
        f"{SECTION}:{left.name}",
        f"section {left.name} of fdd.md",
        "changed",
        old=_first(diff, "-"),
        new=_first(diff, "+"),
        sha256=fingerprint(_plain(left.now)),
        diff=tuple(line for line in diff if not line.startswith("@@"))[:_DIFF_LINES],
        sections=(left.name,),
        note=_NOTE,
    )


def _first(diff: Iterable[str], sign: str) -> str:
    return next((line[1:].strip() for line in diff if line.startswith(sign) and line[1:].strip()), "")
