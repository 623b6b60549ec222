"""A walk over packs with other documents: captured, cited, exported, watched; and a pack that has no prd.md yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.session.opening import PACKS, Opener
from tests.session.opening import opener as opener
from torusnb.export.markers import resolve_markers
from torusnb.session import documents
from torusnb.session.status import judge_packs

FOLDER = "docs/features/seat_plans"
INFORMAL = """# Seat plans

## The ticket

- An instructor can hide a seat plan from learners.
- The button says “Hide plan”, see `Mini.Grades`.
- Learners must read "No plan yet." where there is none.
"""


@pytest.fixture
def begun(sample_torus: Path) -> str:
    """A pack that holds nothing but an informal.md."""
    folder = sample_torus / FOLDER
    folder.mkdir(parents=True)
    (folder / "informal.md").write_text(INFORMAL)
    return FOLDER


def test_the_table_shows_first_what_is_settled_to_the_letter(opener: Opener) -> None:
    shown = documents.beside(opener().pack)
    settled = shown[shown["settles"] != ""]
    assert list(shown.columns) == ["place", "heading", "settles", "text"]
    assert "“No score on this page was reduced.”" not in list(settled["settles"])
    assert "No score on this page was reduced." in list(settled["settles"])
    assert list(shown["settles"] != "") == sorted(shown["settles"] != "", reverse=True)
    assert all(place.startswith("informal.md:") for place in shown["place"])


def test_a_pack_without_other_documents_gives_an_empty_table(opener: Opener) -> None:
    assert documents.beside(opener(PACKS[2]).pack).empty


def test_a_long_statement_is_whole_and_folded(opener: Opener, sample_torus: Path) -> None:
    words = "The plan is shown. " * 60
    (sample_torus / PACKS[0] / "informal.md").write_text(f"{words}\n")
    [text] = documents.beside(opener().pack)["text"]
    assert text == words.strip()
    assert len(text.first) <= 320


def test_a_line_of_a_note_is_evidence_and_shows_as_its_file_and_line(opener: Opener) -> None:
    session = opener()
    note = next(s for s in session.pack.beside[0].statements if "Start anyway" in s.text)
    key = f"note:informal.md:{note.place.line}"
    evidence = session.evidence().evidence
    assert evidence[key].text == note.text
    shown = resolve_markers(f"It says so. [@{key}]", evidence, {})
    assert shown.text == f"It says so. (informal.md:{note.place.line})"
    assert shown.missing == ()


def test_what_a_note_names_is_a_reason_with_its_line(opener: Opener) -> None:
    reasons = [reason.text for waypoint in opener().capture().waypoints for reason in waypoint.reasons]
    assert "named in informal.md:21 beside the prd.md" in reasons


def test_a_pack_of_an_informal_description_alone_is_captured_drafted_and_exported(opener: Opener, begun: str) -> None:
    session = opener(begun)
    assert [r.place.line for r in session.pack.requirements] == [5, 7]
    assert any(waypoint.path == "lib/mini/grades.ex" for waypoint in session.capture().waypoints)
    text = session.export().text
    assert "(informal.md:6)" in text
    assert "[@" not in text


def test_a_changed_note_is_told_with_the_sections_that_rest_on_it(
    opener: Opener, sample_torus: Path, tmp_path: Path
) -> None:
    session = opener()
    session.export()
    path = sample_torus / PACKS[0] / "informal.md"
    path.write_text(path.read_text().replace("Start anyway", "Go on late"))
    session.close()
    [status] = judge_packs(sample_torus, [PACKS[0]], tmp_path / "out")
    [change] = [change for change in status.open if change.key.startswith("note:")]
    assert (change.key, change.state) == ("note:informal.md", "changed")
    assert "Start anyway" in change.old
    assert "Go on late" in change.new


def test_a_changed_note_is_captured_afresh(opener: Opener, sample_torus: Path) -> None:
    first = opener()
    first.capture()
    contexts = len(list(first.trail.events("context")))
    first.close()
    path = sample_torus / PACKS[0] / "informal.md"
    path.write_text(path.read_text() + "\nMore is asked.\n")
    second = opener()
    second.capture()
    assert len(list(second.trail.events("context"))) == contexts + 1
