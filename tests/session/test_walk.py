"""The walk over the miniature Torus, in one process: what every way of use goes through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.session.opening import PACKS, Opener
from torusnb import __version__
from torusnb.context.map.absent import list_absent
from torusnb.context.waypoints.history import history_extent
from torusnb.context.waypoints.precedents import load_precedents
from torusnb.errors import InputError, ParameterError
from torusnb.models.base import fingerprint
from torusnb.models.knowledge import CONTEXT_FORM, Context, Knowledge, Restatement
from torusnb.models.record import Decision
from torusnb.review.profiles import check_newer, check_older
from torusnb.session import Session
from torusnb.trail.store import Trail


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_gives_a_design_whose_review_has_no_error(opener: Opener, pack: str) -> None:
    session = opener(pack)
    export = session.export()
    assert [f for f in session.review(export).findings if f.severity == "error"] == []
    assert check_older(export.text, pack=session.pack) == ()
    assert check_newer(export.text) == ()
    assert session.outputs.fdd.read_text(encoding="utf-8") == export.text
    assert 1000 < len(export.text.split()) < 6000


@pytest.mark.parametrize("pack", PACKS)
def test_two_walks_over_the_same_inputs_give_the_same_bytes(opener: Opener, pack: str) -> None:
    first, second = opener(pack, out="one").export(), opener(pack, out="two").export()
    assert first.text == second.text
    assert first.record.report == second.record.report


def test_a_second_session_reads_its_steps_from_the_trail(opener: Opener) -> None:
    opener().export()
    again = opener(today="2027-07-07")
    before = len(list(again.trail.events()))
    export = again.export()
    assert len(list(again.trail.events())) == before
    assert "2027-07-07" not in export.text + export.record.report


def test_queries_are_recorded_before_the_research_they_belong_to(opener: Opener) -> None:
    session = opener()
    research = session.research()
    steps = [event.step for event in session.trail.events() if event.step in ("query", "research")]
    assert steps == ["query"] * len(research.queries) + ["research"]


def test_a_dropped_waypoint_is_gone_in_the_next_session(opener: Opener) -> None:
    session = opener()
    dropped = session.capture().waypoints[0].path
    session.decide(Decision("waypoint", dropped, "drop"))
    assert dropped not in {waypoint.path for waypoint in opener().capture().waypoints}


def test_an_accepted_section_stands_until_it_is_given_back(opener: Opener) -> None:
    session = opener()
    drafted = {draft.section: draft.text for draft in session.sections()}
    session.decide(Decision("section", "8", "accept", "Nothing is cached, by decision of the team. [@FR-001]"))
    assert "by decision of the team. (FR-001)" in opener().export().text
    session.decide(Decision("section", "8", "reopen"))
    assert {draft.section: draft.text for draft in opener().sections()} == drafted


def test_a_section_changed_in_fdd_md_is_kept_and_the_others_follow_the_pack(opener: Opener, sample_torus: Path) -> None:
    session = opener()
    written = session.export()
    edited = written.text.replace("## 8. Caching Strategy\n", "## 8. Caching Strategy\n\nWritten by hand.\n")
    session.outputs.fdd.write_text(edited, encoding="utf-8")
    prd = sample_torus / PACKS[0] / "prd.md"
    prd.write_text(prd.read_text(encoding="utf-8").replace("Late Work Policies", "Late Work Rules"), encoding="utf-8")
    again = opener().export()
    assert again.record.kept == ("8",)
    assert "Written by hand." in again.text
    assert "Late Work Rules" in again.text
    assert again.notes == ("kept section 8 of fdd.md as a person wrote it",)


def test_a_changed_research_report_is_not_overwritten(opener: Opener) -> None:
    session = opener()
    session.export()
    session.outputs.report.write_text("my own notes\n", encoding="utf-8")
    again = opener().export()
    assert session.outputs.report.read_text(encoding="utf-8") == "my own notes\n"
    assert again.report_path.name == "research.latest.md"
    assert again.report_path.read_text(encoding="utf-8") == again.record.report


def test_a_crash_between_record_and_file_does_not_make_the_file_a_persons(opener: Opener, sample_torus: Path) -> None:
    session = opener()
    old = session.export().text
    prd = sample_torus / PACKS[0] / "prd.md"
    prd.write_text(prd.read_text(encoding="utf-8").replace("Late Work Policies", "Late Work Rules"), encoding="utf-8")
    later = opener()
    new = later.export().text
    later.outputs.fdd.write_text(old, encoding="utf-8")  # as if the process had died before the file was written
    again = opener().export()
    assert again.record.kept == ()
    assert again.text == new


def test_a_persons_markdown_cell_becomes_the_section(opener: Opener, tmp_path: Path) -> None:
    notebook = tmp_path / "03.ipynb"
    notebook.write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "markdown", "id": "a",'
        ' "metadata": {"tags": ["fdd", "section:8"]}, "source": ["No cache, ", "says the cell. [@FR-001]"]}]}'
    )
    export = opener().export(notebook)
    assert "No cache, says the cell. (FR-001)" in export.text
    assert "No cache, says the cell. (FR-001)" in opener().compose().text


def test_a_cell_that_was_taken_before_does_not_beat_a_newer_decision(opener: Opener, tmp_path: Path) -> None:
    notebook = tmp_path / "03.ipynb"
    notebook.write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "markdown", "id": "a",'
        ' "metadata": {"tags": ["fdd", "section:8"]}, "source": ["Words of the cell. [@FR-001]"]}]}'
    )
    session = opener()
    assert "Words of the cell." in session.compose(notebook).text
    session.decide(Decision("section", "8", "accept", "Words of the editor. [@FR-001]"))
    assert "Words of the editor." in session.compose(notebook).text
    session.decide(Decision("section", "8", "reopen"))
    assert "Words of" not in session.compose(notebook).text


def test_a_changed_checkout_makes_the_context_anew(opener: Opener, sample_torus: Path) -> None:
    before = opener().capture()
    source = sample_torus / before.waypoints[0].path
    source.write_text("# moved down\n" + source.read_text(encoding="utf-8"), encoding="utf-8")
    after = opener().capture()
    assert after.commit_id != before.commit_id


def test_changed_documentation_of_a_dependency_is_captured_anew(opener: Opener, sample_torus: Path) -> None:
    before = opener().research()
    guide = next(iter(sorted((sample_torus / "deps").glob("*/guides/*.md"))))
    guide.write_text(guide.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    after = opener(today="2026-02-02").research()
    assert {source.accessed for source in before.sources} == {"", "2026-01-01"}
    assert {source.accessed for source in after.sources} == {"", "2026-02-02"}


def test_a_practice_whose_source_a_person_dropped_is_not_advised(opener: Opener) -> None:
    session = opener()
    research, export = session.research(), session.compose()
    cited = next(s for s in research.sources if f"[{s.label}]" in export.text and not s.accessed)
    session.decide(Decision("source", cited.key, "drop"))
    again = opener()
    assert f"[{cited.label}]" not in again.compose().text
    assert cited.key not in {practice.source for area in again.evidence().playbook for practice in area.practices}


def test_without_the_catalogue_nothing_rests_on_it(opener: Opener) -> None:
    session = opener(providers="deps")
    assert all(source.accessed for source in session.research().sources)
    assert session.review(session.export()).count("error") == 0


def test_a_folder_of_another_pack_is_refused(opener: Opener, tmp_path: Path) -> None:
    opener().close()
    path = tmp_path / "out" / "late_work_policies"
    path.rename(tmp_path / "out" / "activity_feed")
    with pytest.raises(InputError, match="belongs to the pack docs/features/late_work_policies"):
        opener(PACKS[1])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"colour": "red"}, "unknown parameter 'colour'"),
        ({"pack": 3}, "parameter 'pack' takes a text"),
        ({"interactive": "no"}, "takes true or false"),
        ({"today": "tomorrow"}, "takes a date"),
    ],
)
def test_a_wrong_parameter_is_named(given: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Session.open(**given)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"drafter": "nobody"}, "no drafter 'nobody'"),
        ({"providers": "deps,nobody"}, "nobody"),
        ({"template": "nowhere.yml"}, "no such file"),
    ],
)
def test_nothing_is_written_when_a_parameter_is_wrong(
    opener: Opener, tmp_path: Path, other: dict[str, str], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        opener(**other)
    assert not (tmp_path / "out").exists()


def test_two_sessions_over_one_pack_at_once_leave_one_whole_trail(opener: Opener) -> None:
    one, two = opener(), opener()
    assert one.export().text == two.export().text
    with Trail.open(one.outputs.trail) as trail:
        trail.verify()


def test_a_context_that_was_recorded_in_an_older_form_is_not_reused(opener: Opener) -> None:
    session = opener()
    pack, decided = session.pack, session.decided("waypoint", "assumption", "trap")
    seen = (session.identity, list_absent(session.root), history_extent(session.root))
    precedents = load_precedents(session.root, pack)
    old = fingerprint(__version__, pack, decided, precedents, *seen)
    recent = fingerprint(__version__, CONTEXT_FORM, pack, decided, precedents, *seen)
    older = Context("older", (), (), Knowledge(), Restatement(), session.code_map)
    session.trail.append("context", "older", key=old, value=older)
    assert session.capture().commit_id == session.code_map.commit.id
    assert session.trail.value(Context, "context", recent) == session.capture()
