"""When torusnb's text of a section counts as another one than a person knew."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.models.design import SectionDraft, Template, TemplateSection
from torusnb.models.record import Decision, Drafted
from torusnb.session.outlived import find_outlived_sections
from torusnb.trail.store import Trail

TEMPLATE = Template("fdd", "", (TemplateSection("7", "Consistency"),))


def changed(folder: Path, then: str, now: str) -> bool:
    """Whether a section that a person wrote when the draft said one thing is outlived by another."""
    drafts = [Drafted("offline", "0", "p", "c", "r", "t", "b", (SectionDraft("7", text),)) for text in (then, now)]
    with Trail.open(folder / "trail.sqlite3") as trail:
        trail.append("draft", "draft", key="then", value=drafts[0])
        decision = Decision("section", "7", "accept", "Words of a person.")
        trail.append("decision", "section 7", key="7", value=decision)
        trail.append("draft", "draft", key="now", value=drafts[1])
        return bool(find_outlived_sections(trail, TEMPLATE))


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("Held (`beds.ex:41`).", "Held (`beds.ex:43`)."),
        ("Held (`beds.ex:41, 57`).", "Held (`beds.ex:43, 59`)."),
        ("Held (`beds.ex:41, 57`).", "Held (`beds.ex:43`)."),
        ("Shown (`bed.html.heex:4`).", "Shown (`bed.html.heex:9`)."),
        ("Shown (`bed.html:3`; `a-b/c.c:1`).", "Shown (`bed.html:4`; `a-b/c.c:2`)."),
        ("Asked (prd.md:12, 14).", "Asked (prd.md:13, 15)."),
        ("Asked. [@req:3; @prd:4]", "Asked. [@req:5; @prd:6]"),
        ("Said. [@note:first%20talk.md:3]", "Said. [@note:first%20talk.md:8]"),
        ("Held. [@code:lib/beds.ex:3; @guide:a.md:1]", "Held. [@code:lib/beds.ex:4; @guide:a.md:2]"),
    ],
)
def test_another_number_of_a_line_is_no_other_text(tmp_path: Path, then: str, now: str) -> None:
    assert not changed(tmp_path, then, now)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("Held (`beds.ex:41`).", "Held (`plots.ex:41`)."),
        ("Of `beds.ex:41`, 57 rows are held.", "Of `beds.ex:41`, 58 rows are held."),
        ("As prd.md:12, 57 rows are held.", "As prd.md:12, 58 rows are held."),
        ("It waits 0:30 at most.", "It waits 0:45 at most."),
        ("It listens at 127.0.0.1:4000.", "It listens at 127.0.0.1:4001."),
        ("See https://a.example:4000/b.", "See https://a.example:4001/b."),
    ],
)
def test_another_number_of_anything_else_is(tmp_path: Path, then: str, now: str) -> None:
    assert changed(tmp_path, then, now)
