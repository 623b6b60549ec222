"""fdd.md is gone, empty or broken off: what a person wrote in it and the trail has seen is not lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.session.opening import PACKS, Opener
from torusnb.cli import main
from torusnb.errors import InputError
from torusnb.session import Session
from torusnb.trail.replay import replay_trail

CACHING = "## 8. Caching Strategy\n"
MINE = "Nothing is cached here, as the team decided by hand."
CAME_BACK = "written again with what a person wrote in it or took out"


@pytest.fixture
def edited(opener: Opener) -> Session:
    """A session whose fdd.md was exported with a paragraph of a person's in section 8, and without section 7."""
    session = opener()
    text = session.export().text
    start, end = text.index("## 7."), text.index(CACHING)
    text = text[:start] + text[end:].replace(CACHING, f"{CACHING}\n{MINE}\n")
    session.outputs.fdd.write_text(text, encoding="utf-8")
    assert session.export().record.kept == ("8",)
    return session


def _lose(session: Session, kept: str | None) -> None:
    if kept is None:
        session.outputs.fdd.unlink()
    else:
        session.outputs.fdd.write_text(kept, encoding="utf-8")


@pytest.mark.parametrize(("kept", "was"), [(None, "gone"), ("", "empty"), ("\n \r\n", "empty")])
def test_a_document_that_is_gone_or_empty_comes_back_with_what_a_person_wrote(
    opener: Opener, edited: Session, kept: str | None, was: str
) -> None:
    before = edited.outputs.fdd.read_text(encoding="utf-8")
    _lose(edited, kept)
    again = opener().export()
    assert again.text == edited.outputs.fdd.read_text(encoding="utf-8") == before
    assert MINE in again.text
    assert again.notes[0].startswith(f"fdd.md was {was} and is {CAME_BACK}")
    assert "--anew" in again.notes[0]
    assert "kept section 8 of fdd.md as a person wrote it" in again.notes
    assert "section 7 stays out of fdd.md, since a person took it out" in again.notes


def test_a_document_that_came_back_after_the_pack_changed_replays(opener: Opener, edited: Session) -> None:
    _lose(edited, None)
    prd = edited.folder / "prd.md"
    prd.write_text(prd.read_text(encoding="utf-8").replace("Late Work Policies", "Late Work Rules"), encoding="utf-8")
    session = opener()
    record = session.export().record
    assert record.existing is None
    assert MINE in record.text
    assert "Late Work Rules" in record.text
    replay = replay_trail(session.trail)
    assert (replay.text, replay.differences) == (record.text, ())


def test_anew_leaves_out_what_a_person_wrote_and_only_where_the_document_is_gone(
    opener: Opener, edited: Session
) -> None:
    with pytest.raises(InputError, match="move it away"):
        opener().export(anew=True)
    assert MINE in edited.outputs.fdd.read_text(encoding="utf-8")
    _lose(edited, None)
    fresh = opener().export(anew=True)
    assert MINE not in fresh.text
    assert "## 7." in fresh.text
    assert fresh.notes == ()
    _lose(edited, None)
    assert opener().export().text == fresh.text


def test_a_document_without_a_persons_words_is_written_anew_without_a_word(opener: Opener) -> None:
    session = opener()
    text = session.export().text
    shutil.move(session.outputs.fdd, session.outputs.fdd.with_name("moved.md"))
    again = session.export()
    assert (again.text, again.notes) == (text, ())


@pytest.mark.parametrize("size", [900, 4_000, 9_000])
def test_a_document_that_breaks_off_is_refused_and_stays(opener: Opener, edited: Session, size: int) -> None:
    whole = edited.outputs.fdd.read_text(encoding="utf-8")
    _lose(edited, whole[:size])
    events = len(list(edited.trail.events()))
    with pytest.raises(InputError, match=r"breaks off in section .* behind it are gone; nothing was written"):
        opener().export()
    assert edited.outputs.fdd.read_text(encoding="utf-8") == whole[:size]
    assert len(list(edited.trail.events())) == events
    _lose(edited, None)
    assert opener().export().text == whole


def test_a_marker_that_a_person_left_in_the_document_is_told_with_what_a_reader_should_see(opener: Opener) -> None:
    session = opener()
    marked = f"{CACHING}\nIt holds [@FR-001; @FR-999], and `[@FR-002]` is how a key looks.\n"
    session.outputs.fdd.write_text(session.export().text.replace(CACHING, marked), encoding="utf-8")
    told = [note for note in session.export().notes if note.startswith("[@")]
    assert told == [
        "[@FR-001] stays in fdd.md as a person wrote it, and the review calls it an error: write (FR-001) there",
        "[@FR-999] stays in fdd.md as a person wrote it, and no evidence has that key",
    ]


def test_the_command_line_tells_what_came_back_and_takes_anew_for_a_pack_only(
    edited: Session, sample_torus: Path
) -> None:
    given = ["export", PACKS[0], "--torus", str(sample_torus), "--out", str(edited.outputs.folder.parent)]
    whole = edited.outputs.fdd.read_bytes()
    edited.outputs.fdd.write_bytes(whole[:9_000])
    cut = CliRunner().invoke(main, given)
    assert (cut.exit_code, "breaks off in section" in cut.stderr) == (2, True)
    edited.outputs.fdd.unlink()
    back = CliRunner().invoke(main, given)
    assert back.exit_code == 0
    assert CAME_BACK in back.stdout
    assert edited.outputs.fdd.read_bytes() == whole
    edited.outputs.fdd.unlink()
    assert CliRunner().invoke(main, [*given, "--anew"]).exit_code == 0
    assert MINE.encode() not in edited.outputs.fdd.read_bytes()
    assert CliRunner().invoke(main, [*given, "--anew"]).exit_code == 2
    assert CliRunner().invoke(main, ["export", "03.ipynb", "--anew"]).exit_code == 2


def test_own_words_that_went_with_a_required_section_are_told(opener: Opener, edited: Session) -> None:
    text = edited.outputs.fdd.read_text(encoding="utf-8")
    head = "## 1. Executive Summary\n"
    own = text.replace(head, f"{head}\n{MINE}\n") + "\n## Decision Log\n\nA table was chosen.\n"
    assert own.count(MINE) == 2
    edited.outputs.fdd.write_text(own, encoding="utf-8")
    assert opener().export().record.kept == ("1", "8", "Decision Log")
    edited.outputs.fdd.write_text(
        own[: own.index(head)] + own[own.index("## 2.") : own.index("## Decision Log")], "utf-8"
    )
    told = opener().export().notes
    assert "what a person wrote in section 1 was taken out of fdd.md and is not brought back" in told
    assert "what a person wrote in section Decision Log was taken out of fdd.md and is not brought back" in told
    assert not any("was taken out" in note for note in opener().export().notes)
