"""The scorecard at the end of research.md: made at export, and the same in a replay."""

from __future__ import annotations

import msgspec
from markdown_it import MarkdownIt

from tests.session.opening import Opener
from torusnb.session.drafting import draft_key
from torusnb.trail.replay import render_report, replay_trail

HEADING = "## Scorecard of the design\n"


def test_the_scorecard_ends_the_research_report_and_stays_out_of_the_design(opener: Opener) -> None:
    with opener() as session:
        export = session.export()
        report, design = (path.read_text(encoding="utf-8") for path in (session.outputs.report, session.outputs.fdd))
        total = len(session.pack.requirements) + len(session.pack.criteria)
    assert HEADING in report
    assert "\n## " not in report.split(HEADING)[1]
    assert f"| Ids of the pack in the text | {total} of {total} | 100% |" in report
    assert HEADING not in design
    assert export.record.names is not None
    assert export.record.names.existing > 0


def test_a_replay_makes_the_same_scorecard_without_the_checkout(opener: Opener) -> None:
    with opener() as session:
        session.export()
        replay = replay_trail(session.trail)
        assert replay.report == session.outputs.report.read_text(encoding="utf-8")
    assert replay.differences == ()


def test_what_a_person_takes_out_of_the_design_shows_in_the_scorecard(opener: Opener) -> None:
    with opener() as session:
        session.export()
        path = session.outputs.fdd
        path.write_text(path.read_text(encoding="utf-8").replace("AC-012", "the last one"), encoding="utf-8")
        record = session.compose().record
    assert "not: `AC-012`" in record.report


def test_an_export_from_before_there_was_a_scorecard_replays_without_one(opener: Opener) -> None:
    with opener() as session:
        export = session.export()
        pack, sections = session.evidence(), session.sections()
        old = msgspec.structs.replace(export.record, names=None)
    assert HEADING not in render_report(pack, sections, old.text, old.names)


def test_a_key_of_nobody_that_a_person_wrote_stays_and_is_named(opener: Opener) -> None:
    with opener() as session:
        session.export()
        path = session.outputs.fdd
        path.write_text(
            path.read_text(encoding="utf-8").replace("## 8.", "By hand. [@FR-999]\n\n## 8."), encoding="utf-8"
        )
        export = session.export()
    assert "[@FR-999]" in export.text
    assert any(note.startswith("[@FR-999] stays in fdd.md") for note in export.notes)


def test_what_drafting_left_open_stands_in_the_report_and_among_the_notes(opener: Opener) -> None:
    left = (
        "Section 9 is the offline draft: its repair was refused.",
        "Section 8: <img src=x> ![see](https://nobody.example/x) [this](https://nobody.example/y)\n# Not a heading",
    )
    with opener() as session:
        drafted = msgspec.structs.replace(session.draft(), left=left)
        session.record("draft", "left", drafted, draft_key(session))
        export = session.export()
        replay = replay_trail(session.trail)
    assert "## What drafting left open\n\n- Section 9 is the offline draft" in export.record.report
    tokens = MarkdownIt().parse(export.record.report.partition("## What drafting left open")[2].partition("\n#")[0])
    inner = [child.type for token in tokens for child in token.children or ()]
    assert "text" in inner
    assert not {"html_inline", "image", "link_open"} & {*inner}
    assert f"left by the drafter: {left[0]}" in export.notes
    assert replay.report == export.record.report
