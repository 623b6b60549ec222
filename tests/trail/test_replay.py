"""Replay: the last export again, from nothing but the trail, and what it says of differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from torusnb import __version__
from torusnb.context.map.codemap import source_reader
from torusnb.errors import TrailError
from torusnb.models.record import Decision, Drafted, Exported
from torusnb.session import Parameters, Session
from torusnb.session.exporting import compose_export, write_export
from torusnb.trail.replay import apply_section_decisions, replay_trail
from torusnb.trail.store import Trail

PACK = "docs/features/late_work_policies"
CACHING = "## 8. Caching Strategy\n"

Opener = Callable[[], Session]


@pytest.fixture
def opener(sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens sessions over one pack of the sample and closes them at the end."""
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    opened: list[Session] = []

    def open_session() -> Session:
        opened.append(
            Session(Parameters(str(sample_torus), PACK, str(tmp_path / "out"), today="2026-01-01", interactive=False))
        )
        return opened[-1]

    yield open_session
    for session in opened:
        session.close()


def _record_draft(session: Session, **changed: object) -> Exported:
    """An export whose recorded draft is the session's, with something about it changed."""
    drafted = msgspec.structs.replace(session.draft(), **changed)
    session.trail.append("draft", "by hand", key="changed", value=drafted)
    parts = (session.evidence(), drafted.sections, "changed", source_reader(session.root), session.code_map)
    composed = compose_export(session.trail, session.outputs, *parts)
    return write_export(session.trail, composed).record


def _otherwise(drafted: Drafted) -> dict[str, object]:
    sections = [
        msgspec.structs.replace(draft, text="Nothing is cached. [@FR-001]") if draft.section == "8" else draft
        for draft in drafted.sections
    ]
    return {"sections": tuple(sections)}


def test_an_export_replays_to_the_same_bytes(opener: Opener) -> None:
    session = opener()
    record = session.export().record
    replay = replay_trail(session.trail)
    assert (replay.text, replay.report) == (record.text, record.report)
    assert (replay.differences, replay.notes) == ((), ())


def test_a_section_that_a_person_changed_in_fdd_md_replays(opener: Opener, sample_torus: Path) -> None:
    session = opener()
    edited = session.export().text.replace(CACHING, f"{CACHING}\nWritten by hand.\n")
    session.outputs.fdd.write_text(edited, encoding="utf-8")
    prd = sample_torus / PACK / "prd.md"
    prd.write_text(prd.read_text(encoding="utf-8").replace("Late Work Policies", "Late Work Rules"), encoding="utf-8")
    again = opener()
    record = again.export().record
    assert record.kept == ("8",)
    replay = replay_trail(again.trail)
    assert "Written by hand." in replay.text
    assert (replay.text, replay.differences) == (record.text, ())


def test_a_section_that_a_person_accepted_replays(opener: Opener) -> None:
    session = opener()
    session.decide(Decision("section", "8", "accept", "Nothing is cached, says the team. [@FR-001]"))
    record = session.export().record
    replay = replay_trail(session.trail)
    assert "Nothing is cached, says the team. (FR-001)" in replay.text
    assert (replay.text, replay.report, replay.differences) == (record.text, record.report, ())


@pytest.mark.parametrize("verdict", ["accept", "reopen"])
def test_what_was_decided_after_the_export_does_not_change_its_replay(opener: Opener, verdict: str) -> None:
    session = opener()
    session.decide(Decision("section", "8", "accept", "Nothing is cached, says the team. [@FR-001]"))
    record = session.export().record
    session.decide(Decision("section", "8", verdict, "A later thought."))
    replay = replay_trail(session.trail)
    assert (replay.text, replay.differences) == (record.text, ())


def test_a_section_that_the_drafter_now_writes_otherwise_is_named_and_the_recorded_one_stands(opener: Opener) -> None:
    session = opener()
    record = _record_draft(session, version="0.0.1", **_otherwise(session.draft()))
    replay = replay_trail(session.trail)
    assert replay.differences == (
        f"the drafter now writes section 8 otherwise (drafted by version 0.0.1, replayed by {__version__})",
    )
    assert replay.text == record.text
    assert "Nothing is cached. (FR-001)" in replay.text


def test_a_draft_by_a_drafter_that_is_not_here_is_taken_from_the_record(opener: Opener) -> None:
    session = opener()
    record = _record_draft(session, drafter="a-colleagues-own", **_otherwise(session.draft()))
    replay = replay_trail(session.trail)
    told = "the draft by a-colleagues-own was taken from the record, not made again: there is no drafter"
    assert [note.startswith(told) for note in replay.notes] == [True]
    assert (replay.text, replay.report, replay.differences) == (record.text, record.report, ())


def test_an_export_that_says_something_else_than_its_draft_is_seen(opener: Opener) -> None:
    session = opener()
    record = session.export().record
    forged = msgspec.structs.replace(record, text=record.text.replace(CACHING, f"{CACHING}\nSlipped in.\n"))
    session.trail.append("export", "forged", key="forged", value=forged)
    (difference,) = replay_trail(session.trail).differences
    assert difference.startswith("fdd.md differs from the record first at line ")
    assert "Slipped in." in difference


def test_an_export_in_an_older_form_says_that_the_form_is_why_it_differs(opener: Opener) -> None:
    session = opener()
    record = session.export().record
    older = msgspec.structs.replace(record, text=record.text.replace(CACHING, f"{CACHING}\nSlipped in.\n"), form=1)
    session.trail.append("export", "older", key="older", value=older)
    why, _ = replay_trail(session.trail).differences
    assert why == (
        "fdd.md cites its evidence in another form: it was exported in form 1, and this torusnb writes form 3"
    )


def test_a_trail_without_an_export_or_without_what_it_rests_on_is_refused(opener: Opener, tmp_path: Path) -> None:
    session = opener()
    with pytest.raises(TrailError, match="holds no export"):
        replay_trail(session.trail)
    record = session.export().record
    with Trail.open(tmp_path / "bare.sqlite3") as trail:
        trail.append("export", "alone", key="x", value=record)
        with pytest.raises(TrailError, match="lacks the draft"):
            replay_trail(trail)


def test_the_newest_decision_on_a_section_stands() -> None:
    decided = [
        Decision("section", "9", "edit", "mine"),
        Decision("section", "8", "reopen"),
        Decision("source", "7", "x"),
    ]
    assert [(draft.section, draft.text, draft.author) for draft in apply_section_decisions((), decided)] == [
        ("9", "mine", "person")
    ]
