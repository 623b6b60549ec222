"""The offline draft says how it was made, and what the pack's notes settle that it does not say."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import PACK, at, evidence, requirement
from tests.drafting.test_hosting import drafted
from torusnb.drafting.offline.drafter import draft_texts
from torusnb.drafting.offline.origin import tell_origin
from torusnb.models.base import Place
from torusnb.models.design import EvidencePack, parse_keys
from torusnb.models.requirements import Note, Requirement, SpecPack, Statement

NAME = "docs/features/bed_plans/ticket.md"
MADE = "made offline, by rules and without a model"
LABEL = "Settled in the notes"


def noted(*texts: str, label: str = "", pack: SpecPack = PACK) -> EvidencePack:
    """The garden's pack with a note of these statements, the first on line 3."""
    said = tuple(Statement(text, Place(NAME, line), label) for line, text in enumerate(texts, 3))
    return evidence(msgspec.structs.replace(pack, beside=(Note("ticket.md", said),)))


def told(*texts: str, label: str = "") -> list[str]:
    """The lines on what the notes settle."""
    text = drafted(noted(*texts, label=label))["16"]
    return text.partition(LABEL)[2].partition("*This draft")[0].splitlines()[2:-1] if LABEL in text else []


def test_the_draft_says_once_that_rules_made_it() -> None:
    texts = drafted(evidence())
    assert "".join(texts.values()).count(MADE) == 1
    assert texts["16"].splitlines()[-1].endswith("the code of the checkout.* [@prd:5]")


def test_what_another_drafter_builds_on_does_not_say_so() -> None:
    assert MADE not in "".join(draft_texts(evidence()).values())


def test_a_template_without_open_questions_says_it_last() -> None:
    pack = evidence()
    sections = tuple(s for s in pack.template.sections if s.id in {"1", "15", "17"})
    pack = msgspec.structs.replace(pack, template=msgspec.structs.replace(pack.template, sections=sections))
    assert MADE in tell_origin(pack, {"1": "One.", "15": "Risks.", "17": "Sources."})["15"]


def test_words_and_numbers_of_the_notes_that_no_section_says_are_listed_with_their_line() -> None:
    lines = told("The button says “Swap both plants”, and a hint shows for 7 seconds.", label="Texts")
    assert lines == ["- Texts: “Swap both plants” and 7 seconds. [@note:ticket.md:3]"]


def test_words_and_numbers_that_the_draft_says_are_not_listed() -> None:
    assert told("“Last write wins”, in 120 ms.") == []


def test_a_small_word_in_quotation_marks_is_no_text_for_a_screen() -> None:
    assert told("The beds are “islands” for now, and a button says “Undo”.") == ["- “Undo”. [@note:ticket.md:3]"]


def test_wishes_follow_the_words_and_there_are_at_most_eight_lines() -> None:
    wish = "Wardens must water the seedlings on Sundays."
    lines = told(wish, "The title is “Your Sunday”.", *(f"The hint says “Take can {n}”." for n in range(3)))
    assert lines[0].startswith("- “Your Sunday”")
    assert lines[-1] == "- Wardens must water the seedlings on Sundays. [@note:ticket.md:3]"
    assert len(told(*(f"The hint says “Take can {n}”." for n in range(12)))) == 8


@pytest.mark.parametrize("hostile", ["A “[@FR-999] row” and “a | b”.", "“```\n# Head” or “<b>x</b> y”", "“[@x](y)”"])
def test_a_note_brings_no_marker_of_its_own(hostile: str) -> None:
    pack = noted(hostile)
    assert all(key in pack.evidence for key in parse_keys(drafted(pack)["16"]))


def test_a_pack_without_a_prd_lists_nothing() -> None:
    asked: tuple[Requirement, ...] = tuple(
        msgspec.structs.replace(requirement(n, "Gardeners can swap plants.", 3), place=Place(NAME, 3)) for n in (1, 2)
    )
    pack = msgspec.structs.replace(PACK, requirements=asked, criteria=(), summary=(), background=())
    assert LABEL not in drafted(noted("The button says “Swap both plants”.", pack=pack))["16"]
    prd = msgspec.structs.replace(pack, summary=(Statement("Plants are swapped.", at(5)),))
    assert LABEL in drafted(noted("The button says “Swap both plants”.", pack=prd))["16"]
