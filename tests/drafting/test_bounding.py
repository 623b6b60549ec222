"""A text that no person wrote is cut before the rules read it."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import PACK, at, evidence, requirement
from torusnb.drafting.drafters import open_drafter
from torusnb.drafting.offline.bounding import bound_texts
from torusnb.models.requirements import PrdSection, Statement

LONG = "word " * 2_000


def test_a_pack_that_people_wrote_stays_as_it_is() -> None:
    assert bound_texts(PACK) is PACK


def test_a_long_text_is_cut_between_words_and_shows_it() -> None:
    pack = msgspec.structs.replace(
        PACK, notes=(Statement(LONG, at(70), "Label"),), requirements=(requirement(1, LONG, 3),)
    )
    bound = bound_texts(pack)
    for text in (bound.notes[0].text, bound.requirements[0].text):
        assert len(text) <= 4_002
        assert text.endswith("word …")
    assert bound.notes[0].label == "Label"


def test_a_word_without_an_end_is_cut_as_well() -> None:
    bound = bound_texts(msgspec.structs.replace(PACK, notes=(Statement("w" * 9_000, at(70)),)))
    assert len(bound.notes[0].text) == 4_002


def test_the_document_itself_is_kept_whole() -> None:
    pack = msgspec.structs.replace(PACK, sections=(PrdSection("Notes", 2, at(1), LONG),))
    assert bound_texts(pack) == pack


@pytest.mark.parametrize("piece", ["__a ", "[a ", "<!-- a ", "<a ", "`a ", "(a ", "`a` ", "keyed by `a`, ", "must a; "])
def test_a_line_of_many_open_marks_ends_in_a_draft(piece: str) -> None:
    note = Statement(piece * 15_000, at(70))
    pack = msgspec.structs.replace(PACK, notes=(note,), data_notes=(note,))
    drafting = open_drafter("offline").draft_all(evidence(pack))
    assert max(len(section.text) for section in drafting.sections) < 40_000
