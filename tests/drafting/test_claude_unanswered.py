"""The drafter claude and questions that nobody answered: what is not asked, what is told, what is not taken."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.claude_desk import (
    RecordedModel,
    approach,
    call,
    good,
    scripted,
    section_of,
    sent,
    told,
)
from tests.drafting.unanswered_cases import BLOG, CACHE, WORDS, WRITES, all_answered, garden, refusal
from tests.messages.fakes import FakeClock, open_on
from tests.messages.loopback import Json, MessagesServer
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.stopping import Stop, Stops, check_stopped
from torusnb.drafting.drafters import Desk
from torusnb.drafting.offline.drafter import draft_texts
from torusnb.models.base import Place
from torusnb.models.design import Drafting, Evidence, EvidencePack
from torusnb.models.messages import LookupAnswer, LookupTool, ModelRequest
from torusnb.models.review import Finding

CLAIM = "Cachex evicts an expired entry at the next read. [@FR-001]"
CITED = f"An expired entry goes at the next read. [@{BLOG.key}]"
NOTE = "**Stopped**; beyond what the pack and the code say, this section waits for an answer: What does eviction"


def draft(model: object, pack: EvidencePack, **desk: object) -> Drafting:
    return ClaudeDrafter(Desk(model=model, model_name="m", **desk)).draft_all(pack)  # type: ignore[arg-type]


def faithful(request: ModelRequest) -> str:
    """A model that gives back the offline draft of each section."""
    return TEXTS[section_of(request)] if section_of(request) else approach()


TEXTS = draft_texts(garden())


def saying(section: str, sentence: str) -> object:
    """A model that adds a sentence to a section, first and after the repair."""
    return lambda request: faithful(request) + (f"\n\n{sentence}" if section_of(request) == section else "")


def text_of(drafting: Drafting, section: str) -> str:
    return next(draft.text for draft in drafting.sections if draft.section == section)


def authors(drafting: Drafting) -> dict[str, str]:
    return {draft.section: draft.author for draft in drafting.sections}


def test_a_section_that_depends_on_unanswered_questions_alone_is_never_asked_for() -> None:
    model = scripted(faithful)
    drafting = draft(model, garden())
    assert "section 8" not in [request.purpose for request in model.requests]
    assert authors(drafting)["8"] == "offline"
    assert {author for section, author in authors(drafting).items() if section not in {"8", "17"}} == {"claude"}
    assert text_of(drafting, "8").startswith(TEXTS["8"])
    assert NOTE in text_of(drafting, "8")
    [said] = [said for said in drafting.left if said.startswith("Section 8 is the offline draft and was not asked")]
    assert "ddgs (rate-limited)" in said


def test_the_preflight_does_not_count_what_is_not_asked() -> None:
    drafter = ClaudeDrafter(Desk(model=scripted(faithful), model_name="m"))
    planned = [each.request.purpose for each in drafter.foresee(garden())]
    assert "section 8" not in planned
    assert "section 8" in [each.request.purpose for each in drafter.foresee(all_answered())]


def test_every_request_says_what_is_unanswered_and_by_whom() -> None:
    model = scripted(faithful)
    draft(model, garden())
    for request in model.requests:
        text = sent(request)
        assert (
            "- Q-1: What does eviction in cachex 4.0.1 promise, for FR-001? (no answer from ddgs (rate-limited)" in text
        )
        assert "What nobody could answer" in text


def test_nothing_of_a_source_that_stands_for_an_unanswered_question_is_shown() -> None:
    model = scripted(faithful)
    draft(model, garden())
    assert not [request for request in model.requests if WORDS in sent(request) or BLOG.key in sent(request)]
    other = scripted(faithful)
    draft(other, all_answered())
    assert WORDS in sent(other.requests[0])
    assert "What nobody could answer" not in sent(other.requests[0])


@pytest.mark.parametrize("sentence", [CLAIM, CITED])
def test_a_text_that_answers_the_question_all_the_same_is_not_taken(sentence: str) -> None:
    model = scripted(saying("9.3", sentence))
    drafting = draft(model, garden())
    purposes = [request.purpose for request in model.requests]
    assert purposes.count("section 9.3") == purposes.count("repair of section 9.3") == 1
    repair = next(request for request in model.requests if request.purpose == "repair of section 9.3")
    assert "no answer from ddgs (rate-limited)" in told(repair)
    assert authors(drafting)["9.3"] == "offline"
    assert sentence.partition(" [")[0] not in text_of(drafting, "9.3")
    assert any("Q-1" in said and said.startswith("Section 9.3 is the offline draft") for said in drafting.left)


def test_a_repair_that_takes_the_sentence_out_is_taken() -> None:
    model = scripted(
        lambda r: faithful(r) + (f"\n\n{CLAIM}" if r.purpose == "section 9.3" else ""),
    )
    drafting = draft(model, garden())
    assert authors(drafting)["9.3"] == "claude"
    assert CLAIM not in text_of(drafting, "9.3")


def test_the_same_text_is_taken_once_the_question_is_answered() -> None:
    model = scripted(saying("9.3", CITED))
    drafting = draft(model, all_answered())
    assert CITED in text_of(drafting, "9.3")
    assert authors(drafting)["8"] == "claude"
    assert not [said for said in drafting.left if "Q-1" in said]


def test_a_note_on_a_part_of_a_section_stands_below_the_models_text() -> None:
    pack = garden(blocked=("Q-2",), failures=(refusal(WRITES),))
    drafting = draft(scripted(faithful), pack)
    assert authors(drafting)["7"] == "claude"
    text, note, remedy = text_of(drafting, "7").rsplit("\n\n", 2)
    assert note.startswith("**Stopped**; nothing is stated here on what nobody answered: How are two writes kept apart")
    assert remedy.startswith("Research left Q-2 unanswered")
    assert "Stopped" not in text


def test_a_revision_is_told_and_held_to_it_and_a_stopped_section_is_not_revised() -> None:
    def review(sections: object, _: object) -> tuple[Finding, ...]:
        return tuple(
            Finding("language.vague", "warning", Place("fdd.md", 3), "Vague.", "Mend.", s) for s in ("8", "9.3")
        )

    model = scripted(lambda r: faithful(r) + (f"\n\n{CLAIM}" if "revision" in r.purpose else ""))
    drafting = draft(model, garden(), review=review)
    revised = [request for request in model.requests if request.purpose.startswith("revision")]
    assert {request.purpose for request in revised} == {"revision of the draft", "revision of 9.3"}
    assert "section 8, " not in sent(revised[0]).partition("begin: findings")[2].partition("end: findings")[0]
    assert all("no answer from ddgs (rate-limited)" in sent(request) for request in revised)
    assert CLAIM not in text_of(drafting, "9.3")
    assert authors(drafting)["9.3"] == "claude"


def test_a_decision_that_answers_the_question_is_left_out_of_the_ledger() -> None:
    entry = {"kind": "rule", "name": "expiry", "standing": "new", "keys": ["FR-001"]}
    stated = {**entry, "decision": "Cachex evicts an expired entry at the next read."}
    model = scripted(
        lambda r: (
            faithful(r)
            if section_of(r)
            else approach(
                ledger=[stated, {**stated, "name": "own", "decision": "The page shall read the stored order."}]
            )
        )
    )
    drafting = draft(model, garden())
    assert "repair of the approach" in [request.purpose for request in model.requests]
    assert "evicts an expired entry" not in text_of(drafting, "4.2")
    assert "The page shall read the stored order." in text_of(drafting, "4.2")
    assert any("A decision of kind rule was left out." in said and "Q-1" in said for said in drafting.left)


def test_what_was_looked_up_meanwhile_may_be_said() -> None:
    cited = all_answered().research.citations[-1]
    read = Evidence(BLOG.key, "source", WORDS, source=BLOG, citations=(msgspec.structs.replace(cited, question=""),))

    class Docs:
        def tools(self) -> tuple[LookupTool, ...]:
            return (LookupTool("show", "Documentation.", {"type": "object", "properties": {}}),)

        def answer(self, name: str, arguments: Json) -> LookupAnswer:
            return LookupAnswer(f"[@{BLOG.key}] {WORDS}", (read,))

    def script(request: ModelRequest) -> object:
        if request.purpose == "section 9.3" and len(request.messages) == 1:
            return [call("show")]
        return faithful(request) + (f"\n\n{CITED}" if section_of(request) == "9.3" else "")

    drafting = draft(scripted(script), garden(), lookups=Docs())
    assert CITED in text_of(drafting, "9.3")
    assert [item.key for item in drafting.evidence] == [BLOG.key]


def test_a_run_over_the_record_asks_nobody_and_gives_the_same_bytes() -> None:
    model = RecordedModel(scripted(faithful), {})
    first = draft(model, garden())
    asked = len(model.asked)
    assert draft(model, garden()) == first
    assert len(model.asked) == asked


def test_in_a_batch_a_stopped_section_is_in_no_request() -> None:
    def answer(request: Json) -> str:
        asked = [block["text"] for block in request["messages"][-1]["content"] if block["type"] == "text"][-1]
        named = next((name for name in TEXTS if f"# Write section {name}, " in asked), "")
        return TEXTS[named] if named else approach()

    with MessagesServer(answer) as server:
        drafting = draft(open_on(server, FakeClock(), batches=True), garden(), batches=True)
    texts = [str(block.get("text", "")) for r in server.requests for turn in r["messages"] for block in turn["content"]]
    assert any("# Write section 9, " in text or "# Write section 9.1, " in text for text in texts)
    assert not [text for text in texts if "# Write section 8, " in text]
    assert len(server.batches) > 0
    assert (authors(drafting)["8"], authors(drafting)["10"]) == ("offline", "claude")
    assert NOTE in text_of(drafting, "8")


STOPS = Stops(
    (
        Stop("Q-1", "ddgs (challenge)", CACHE.text, "cachex", ("eviction", "ttl", "memory")),
        Stop("Q-2", "deps (empty)", "", "phoenix_live_view", ("stream", "reset", "limit")),
        Stop("Q-3", "deps (empty)", "", "", ("index", "scan", "plan")),
    ),
    {"src:notes": ("Q-1",)},
)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Cachex evicts what is too old by its ttl. [@FR-001]", "Q-1"),
        ("`Cachex.put/4` takes a ttl and does the eviction itself.", "Q-1"),
        ("| memory | Cachex limits the memory of a node [@FR-001] |", "Q-1"),
        ("Phoenix LiveView keeps no stream in memory after a reset. [@FR-001]", "Q-2"),
        ("Postgres never uses an index for a scan of all rows. [@FR-002]", "Q-3"),
        ("Entries go late. [@src:notes]", "Q-1"),
        ("Cachex must evict by ttl. [@FR-001]", ""),
        ("Unverified: whether Cachex evicts by its ttl. [@FR-001]", ""),
        ("Cachex evicts by its ttl. [@practice:cache-1]", ""),
        ("Cachex evicts by its ttl. [@src:ecto-docs]", ""),
        ("`Garden.Cache` calls Cachex with a ttl of a minute. [@code:lib/garden/cache.ex:3]", ""),
        ("The LiveView streams the rows and resets the limit. [@FR-002]", ""),
        ("`GardenWeb.BedLive` streams the rows up to the limit. [@FR-002]", ""),
        ("Oban retries a job. [@FR-001]", ""),
        ("LiveView tests are told apart: a stream, its reset. [@FR-002]", ""),
        ("`Cachex` workers have a ttl for the memory. [@FR-001]", ""),
        ("The index on `plot_id` serves the plan. [@FR-002]", ""),
        ("```elixir\n# Cachex evicts by ttl and limits memory\n```", ""),
    ],
)
def test_what_counts_as_an_answer_to_an_open_question(text: str, question: str) -> None:
    said = " ".join(check_stopped(text, STOPS))
    assert (question in said) if question else said == ""


def test_without_open_questions_nothing_is_held_against_a_text() -> None:
    assert list(check_stopped("Cachex evicts by its ttl. [@src:notes]", Stops(sources={"src:notes": ("Q-1",)}))) == []


def test_a_desk_of_a_model_that_does_all_right_takes_every_other_section() -> None:
    drafting = draft(scripted(good), all_answered())
    assert drafting.left == ()
