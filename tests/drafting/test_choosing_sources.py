"""Which quotes of the sources every request shows."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.blocks import Group
from torusnb.drafting.claude.choosing import choose_shared, count_tokens
from torusnb.drafting.claude.sources import MOST_SOURCES
from torusnb.models.design import EvidencePack
from torusnb.models.sources import Citation, Passage, Question, Research, Source

_LONG = "A lock waits for the other transaction until it ends or the statement is stopped. " * 18


def _pack(*citations: Citation, passages: tuple[Passage, ...] = (), asked: int = 30) -> EvidencePack:
    keys = sorted({citation.source for citation in citations} | {passage.source for passage in passages})
    sources = tuple(Source(key, f"On {key}", "https://example.org", "web") for key in keys)
    questions = tuple(Question(f"Q-{number}", "Which?", "data") for number in range(1, asked + 1))
    return evidence(research=Research(questions=questions, sources=sources, passages=passages, citations=citations))


def _shown(pack: EvidencePack) -> tuple[Group, ...]:
    return tuple(group for group in choose_shared(pack) if group.title.startswith("Source: "))


def _cite(number: int, question: int, quote: str) -> Citation:
    return Citation(f"src:s{number}", f"Q-{question}", quote, "verified", "chosen")


def _asking(*questions: Question, citations: tuple[Citation, ...]) -> EvidencePack:
    pack = _pack(*citations)
    return evidence(research=msgspec.structs.replace(pack.research, questions=questions))


def _texts(pack: EvidencePack) -> list[str]:
    return [part.text for group in _shown(pack) for part in group.parts]


def test_a_handful_of_sources_is_shown_whatever_was_found() -> None:
    citations = tuple(_cite(number, number, f"Answer {number}.") for number in range(1, 31))
    passages = tuple(Passage("src:s1", f"Part {n}", f"{n} {_LONG}", 0, 1) for n in range(3))
    assert _texts(_pack(*citations, passages=passages)) == [
        f"Answer {number}." for number in range(1, MOST_SOURCES + 1)
    ]


def test_of_each_question_only_the_best_words_are_shown() -> None:
    first = [_cite(number, number, f"First {number}.") for number in (1, 2)]
    second = [_cite(10 + number, number, f"Second {number}. {_LONG[:700]}") for number in (1, 2)]
    assert _texts(_pack(first[0], second[0], first[1], second[1])) == ["First 1.", "First 2."]


def test_a_quote_that_does_not_speak_of_what_is_asked_is_not_shown() -> None:
    asked = Question("Q-1", "What holds a row?", "data", terms=("row lock", "update", "timeout"))
    beside = _cite(1, 1, "An upload is streamed to a temporary file.")
    answer = _cite(2, 1, "The row lock ends with the update.")
    assert _texts(_asking(asked, citations=(beside, answer))) == ["The row lock ends with the update."]


def test_what_a_trap_raises_comes_before_what_a_requirement_does_and_a_persons_own_source_before_both() -> None:
    questions = (
        Question("Q-1", "Which?", "data"),
        Question("Q-2", "Which?", "data", serves=("FR-001",)),
        Question("Q-3", "Which?", "data", traps=("trap:1",)),
    )
    own = Citation("src:s9", "", "Ours.", "verified", "added")
    cited = tuple(_cite(number, number, f"Answer {number}.") for number in (1, 2, 3))
    assert _texts(_asking(*questions, citations=(*cited, own))) == ["Ours.", "Answer 3.", "Answer 2.", "Answer 1."]


def test_what_is_left_goes_to_passages_and_stays_within_the_room() -> None:
    passages = tuple(Passage(f"src:s{n}", f"Part {n}", f"{n} {_LONG}", 0, 1) for n in range(1, 12))
    groups = _shown(_pack(_cite(1, 1, "Answer."), passages=passages))
    kinds = [part.kind for group in groups for part in group.parts]
    assert kinds.count("source, quote verified") == 1
    assert "source, passage" in kinds
    assert count_tokens(groups) <= 1_000


@pytest.mark.parametrize(("title", "told"), [("Locks (locks 1.2)", "Locks (locks 1.2)"), ("Locks", "Locks locks 1.2")])
def test_a_source_names_its_release_once(title: str, told: str) -> None:
    research = Research(
        sources=(Source("src:s1", title, "https://example.org", "deps", "locks", "1.2"),),
        citations=(_cite(1, 1, "Answer."),),
    )
    assert [group.title for group in _shown(evidence(research=research))] == [f"Source: {told}"]


def test_the_same_words_of_a_source_are_shown_once() -> None:
    passage = Passage("src:s1", "Part", "Before. Answer. After.", 0, 1)
    groups = _shown(_pack(_cite(1, 1, "Answer."), _cite(1, 2, "Answer."), passages=(passage,)))
    assert [part.text for group in groups for part in group.parts] == ["Answer."]


LIBRARY = {
    "src:s1": ("Phoenix.LiveView", "A hook that `mount/3` does not attach is ignored."),  # what the best waypoints are
    "src:s2": ("Oban.Worker", "A job of which `update_bed/2` fails is retried."),  # nothing of the kind is near
    "src:s3": ("Phoenix.LiveView", "A hook is a function with a socket and a map of params."),  # tells no behaviour
    "src:s5": ("Phoenix.LiveView", "What `cancel_async/3` stops is never told."),  # nothing here calls it
    "src:s4": ("Contexts", "A plant that is not watered is removed."),  # a guide at large
}


def test_of_a_dependencys_documentation_only_what_the_best_waypoints_have_at_hand_is_shown() -> None:
    sources = tuple(
        Source(key, f"{title} (pack 1.2)", "https://example.org", "deps", "pack", "1.2")
        for key, (title, _) in LIBRARY.items()
    )
    questions = tuple(Question(f"Q-{number}", "Which?", "data") for number in range(1, len(LIBRARY) + 1))
    cited = tuple(
        Citation(key, f"Q-{number}", said, "verified", "chosen")
        for number, (key, (_, said)) in enumerate(LIBRARY.items(), 1)
    )
    passages = tuple(Passage(key, "Part", said, 0, 1) for key, (_, said) in LIBRARY.items())
    research = Research(questions=questions, sources=sources, citations=cited, passages=passages)
    assert _texts(evidence(research=research)) == [LIBRARY["src:s1"][1]]
    none = msgspec.structs.replace(research, citations=cited[1:], passages=passages[1:])
    assert _texts(evidence(research=none)) == []
