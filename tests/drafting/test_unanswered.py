"""What a question that nobody answered stops, and what the document says of it."""

from __future__ import annotations

import pytest

from tests.drafting.garden_feature import evidence
from tests.drafting.unanswered_cases import BLOG, CACHE, ROWS, WRITES, all_answered, garden, refusal
from torusnb.drafting.offline.drafter import OfflineDrafter
from torusnb.drafting.unanswered import find_unanswered, note_stops, stopped_sections, stopped_sources
from torusnb.models.design import EvidencePack, Template, parse_keys
from torusnb.spec.template import load_template


def offline(pack: EvidencePack) -> dict[str, str]:
    return {draft.section: draft.text for draft in OfflineDrafter().draft_all(pack).sections}


def test_a_question_without_an_answer_names_who_gave_none() -> None:
    (open_one,) = find_unanswered(garden().research)
    assert (open_one.question, open_one.who) == (CACHE, "ddgs (rate-limited), deps (empty)")
    assert find_unanswered(all_answered().research) == ()


def test_a_section_stops_when_every_question_of_its_focus_area_is_unanswered() -> None:
    assert list(stopped_sections(garden())) == ["8"]
    assert stopped_sections(garden(blocked=("Q-1", "Q-2"))).keys() == {"8"}
    assert stopped_sections(garden(blocked=("Q-2", "Q-3"))).keys() == {"7"}
    assert stopped_sections(all_answered()) == {}


def test_a_source_is_stopped_only_when_it_stands_for_unanswered_questions_alone() -> None:
    assert stopped_sources(garden().research) == {BLOG.key: ("Q-1",)}
    assert stopped_sources(garden(blocked=("Q-1", "Q-2")).research) == {BLOG.key: ("Q-1",)}
    both = {BLOG.key: ("Q-1",), "src:ecto-multi-page": ("Q-2", "Q-3")}
    assert stopped_sources(garden(blocked=("Q-1", "Q-2", "Q-3")).research) == both


def test_the_document_says_once_what_is_stopped_who_failed_and_what_to_do() -> None:
    texts = offline(garden(blocked=("Q-1", "Q-2"), failures=(refusal(CACHE), refusal(WRITES, "challenge", "claude"))))
    part, (whole, remedy) = texts["7"].rsplit("\n\n", 1)[1], texts["8"].rsplit("\n\n", 2)[1:]
    assert whole == (
        "**Stopped**; beyond what the pack and the code say, this section waits for an answer: What does eviction in "
        "cachex 4.0.1 promise? (Q-1; no answer from ddgs (rate-limited)) [@FR-001]"
    )
    assert part == (
        "**Stopped**; nothing is stated here on what nobody answered: How are two writes kept apart in ecto 3.12.5? "
        "(Q-2; no answer from claude (challenge)) [@FR-002]"
    )
    assert remedy.startswith("Research left Q-1, Q-2 unanswered, and until that changes nothing is built")
    assert "torusnb run" not in remedy
    assert parse_keys(remedy) == ("FR-001", "FR-002")
    assert sum("Stopped" in text for text in texts.values()) == 2
    assert not [text for text in texts.values() if "--online" in text]


def test_a_provider_that_was_left_alone_is_told_with_the_refusal_that_it_gave() -> None:
    failures = (refusal(CACHE, "challenge"), refusal(WRITES, "not-asked"), refusal(WRITES, "empty", "deps"))
    found = find_unanswered(garden(blocked=("Q-1", "Q-2"), failures=failures).research)
    assert [each.who for each in found] == ["ddgs (challenge)", "ddgs (challenge), deps (empty)"]


def test_an_answered_question_leaves_no_word_of_it() -> None:
    assert not [text for text in offline(all_answered()).values() if "Stopped" in text]
    assert offline(evidence()) == {name: text for name, text in offline(evidence()).items() if "Stopped" not in text}


def test_in_a_template_without_that_section_the_last_one_says_it() -> None:
    whole = load_template()
    short = Template(whole.name, whole.title_suffix, tuple(s for s in whole.sections if s.id != "8"))
    pack = garden()
    told = note_stops(evidence(research=pack.research, template=short))
    assert list(told) == ["16"]
    assert stopped_sections(evidence(research=pack.research, template=short)) == {}


@pytest.mark.parametrize("serves", [(), ("A-9",), ("cache",)])
def test_a_note_rests_on_the_first_requirement_when_the_question_serves_none(serves: tuple[str, ...]) -> None:
    from msgspec.structs import replace

    pack = garden(questions=(replace(CACHE, serves=serves), WRITES, ROWS))
    assert parse_keys(note_stops(pack)["8"]) == ("FR-001",)
