"""The drafter claude: in which order it asks, what it shows, what it takes, and that a record answers it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.drafting.claude_desk import (
    ADDED,
    LOOKED_UP,
    OFFLINE,
    GardenLookups,
    RecordedModel,
    approach,
    call,
    edits,
    good,
    good_text,
    scripted,
    section_of,
    sent,
    told,
)
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.exchange import DEAF_ROUNDS, MOST_LOOKUPS, MOST_LOOKUPS_FOR_APPROACH, NO_MORE
from torusnb.drafting.drafters import Desk, open_drafter
from torusnb.errors import ModelError, ParameterError
from torusnb.messages.estimates import estimate_tokens, most_cost
from torusnb.messages.preflight import forecast
from torusnb.messages.prices import parse_prices
from torusnb.models.base import Place, render_json
from torusnb.models.design import Drafting, Evidence, SectionDraft, parse_keys
from torusnb.models.messages import Json, ModelReply, ModelRequest
from torusnb.models.review import Finding


def texts(drafting: Drafting) -> dict[str, str]:
    return {draft.section: draft.text for draft in drafting.sections}


def authors(drafting: Drafting) -> dict[str, str]:
    return {draft.section: draft.author for draft in drafting.sections}


def finding(section: str, severity: str = "warning", text: str = "It is vague.") -> Finding:
    return Finding("language.vague", severity, Place("fdd.md", 3), text, "Give a number.", section)


def test_a_desk_without_a_model_is_refused() -> None:
    with pytest.raises(ParameterError, match="needs a model"):
        open_drafter("claude")


def test_every_section_of_the_template_has_a_text_in_its_order() -> None:
    pack = evidence()
    drafting = ClaudeDrafter(Desk(model=scripted(), model_name="m")).draft_all(pack)
    assert [draft.section for draft in drafting.sections] == [section.id for section in pack.template.sections]
    assert drafting.left == ()
    assert {author for section, author in authors(drafting).items() if section != "17"} == {"claude"}


def test_the_approach_comes_first_then_what_is_there_then_the_components_and_the_summary_last() -> None:
    model = scripted()
    ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    asked = [request.purpose for request in model.requests]
    assert asked[:5] == ["approach", "section 2", "section 3", "section 4.1", "section 4.2"]
    assert asked[-2:] == ["section 4", "section 1"]
    assert asked.index("section 5.1") < asked.index("section 6.1") < asked.index("section 7")
    assert "section 17" not in asked


def test_the_section_that_is_home_to_a_decided_name_ends_with_its_decision() -> None:
    def script(request: ModelRequest) -> str:
        return "The page sends what was wanted. [@FR-001]" if request.purpose == "section 5.2" else good(request)

    drafted = texts(ClaudeDrafter(Desk(model=scripted(script))).draft_all(evidence()))
    assert drafted["5.2"].endswith("| event `reorder_plant` | new | Carries the whole wanted order. [@FR-002] |")
    assert "| Name |" not in drafted["4"]


def test_the_section_on_what_is_there_names_the_commit_that_was_read() -> None:
    def script(request: ModelRequest) -> str:
        return "Beds own their plants. [@FR-001]" if request.purpose == "section 3" else good(request)

    pack = evidence()
    drafted = texts(ClaudeDrafter(Desk(model=scripted(script))).draft_all(pack))
    assert drafted["3"] == f"Beds own their plants. [@FR-001]\n\nRead at commit `{pack.context.commit_id}`."


def test_a_later_section_sees_what_an_earlier_one_decided() -> None:
    entry = '{"kind":"topic","name":"bed:order","standing":"new","decision":"One a bed.","keys":["FR-002"]}'
    block = f"```ledger\n[{entry}]\n```"
    model = scripted(lambda r: good(r) + (f"\n\n{block}" if r.purpose == "section 4.2" else ""))
    drafting = ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    by_purpose = {request.purpose: sent(request) for request in model.requests}
    assert "bed:order" not in by_purpose["section 4.2"]
    assert "bed:order" in by_purpose["section 5.2"]
    assert "ledger" not in texts(drafting)["4.2"]
    assert "topic `bed:order`" in texts(drafting)["5.3"]


def test_a_section_starts_from_the_offline_draft_and_sees_the_finished_ones() -> None:
    model = scripted()
    ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    request = next(r for r in model.requests if r.purpose == "section 7")
    assert OFFLINE["7"].split("\n")[0][:60] in sent(request)
    assert ADDED in sent(request)


def test_all_requests_share_the_prefix_up_to_the_cache_breakpoint() -> None:
    model = scripted()
    ClaudeDrafter(Desk(model=model, lookups=GardenLookups())).draft_all(evidence())

    def prefix(request: ModelRequest) -> tuple[object, ...]:
        content: list[Json] = request.messages[0]["content"]
        end = next(i for i, block in enumerate(content) if "cache_control" in block)
        return request.system, request.tools, content[: end + 1]

    assert len(model.requests) > 20
    assert all(prefix(request) == prefix(model.requests[0]) for request in model.requests)


def test_an_endpoint_without_citations_gets_text_blocks_alone() -> None:
    model = scripted(native=False)
    drafting = ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    for request in model.requests:
        blocks = [block for turn in request.messages for block in turn["content"]]
        assert {block["type"] for block in blocks} == {"text"}
        assert "cache_control" not in sent(request)
    assert drafting.left == ()


def test_what_was_looked_up_may_be_marked_and_is_handed_over() -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose != "section 4.1":
            return good(request)
        if len(request.messages) == 1:
            return [call("show_function", name="reorder_plants")]
        return f"{OFFLINE['4.1']}\n\nA stale order is refused. [@{LOOKED_UP.key}]"

    lookups = GardenLookups()
    drafting = ClaudeDrafter(Desk(model=scripted(script), lookups=lookups)).draft_all(evidence())
    assert lookups.asked == [("show_function", {"name": "reorder_plants"})]
    assert drafting.evidence == (LOOKED_UP,)
    assert LOOKED_UP.key in parse_keys(texts(drafting)["4.1"])
    assert drafting.left == ()


def test_a_faulty_section_is_asked_for_once_more() -> None:
    def script(request: ModelRequest) -> str:
        if request.purpose == "section 7":
            return f"{good_text('7')} The write is harmless twice. [@FR-999]"
        return good(request)

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    repair = next(r for r in model.requests if r.purpose == "repair of section 7")
    assert "[@FR-999] names no evidence" in told(repair)
    assert texts(drafting)["7"] == good_text("7")
    assert drafting.left == ()


def test_a_section_that_stays_faulty_is_the_offline_one_and_says_so() -> None:
    def script(request: ModelRequest) -> str:
        return "It is fast. [@FR-999]" if section_of(request) == "7" else good(request)

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    assert [r.purpose for r in model.requests].count("repair of section 7") == 1
    assert texts(drafting)["7"] == OFFLINE["7"]
    assert authors(drafting)["7"] == "offline"
    (left,) = drafting.left
    assert left.startswith(
        "Section 7 is the offline draft, because the model's text could not be taken: "
        "The marker [@FR-999] names no evidence. What the model answered is on record and stands;"
    )
    assert "`--again` (`session.draft(again=True)`) asks the same once more, and the sections behind it anew." in left


@pytest.mark.parametrize("first", ["It is fast. [@FR-999]", ModelError("no", reason="refused")])
def test_a_section_that_could_not_be_taken_is_asked_for_afresh_only_where_somebody_says_so(
    first: str | ModelError,
) -> None:
    old = scripted(lambda request: first if section_of(request) == "7" else good(request))
    new = scripted()
    said: list[str] = []
    drafting = ClaudeDrafter(Desk(model=old, afresh=new, say=said.append)).draft_all(evidence())
    assert [request.purpose for request in new.requests] == ["section 7"]
    assert texts(drafting)["7"] == good_text("7")
    assert drafting.left == ()
    assert any(line.startswith("section 7: asked afresh, because") for line in said)


def test_a_refusal_in_a_batch_leaves_its_section_to_the_offline_draft() -> None:
    model = scripted(lambda r: ModelError("no", reason="refused") if section_of(r) == "12" else good(r))
    drafting = ClaudeDrafter(Desk(model=model, batches=True)).draft_all(evidence())
    offline = {section for section, author in authors(drafting).items() if author == "offline"}
    assert offline == {"12", "17"}


def test_a_small_fault_that_stays_is_told_and_the_text_kept() -> None:
    def script(request: ModelRequest) -> str:
        return f"{good_text('7')}\n\nNothing else is written twice." if section_of(request) == "7" else good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script))).draft_all(evidence())
    assert authors(drafting)["7"] == "claude"
    assert drafting.left == (
        "Section 7: What begins with “Nothing else is written twice.” rests on nothing; mark its evidence.",
    )


@pytest.mark.parametrize("reason", ["refused", "cut-short", "empty"])
def test_an_answer_that_cannot_be_used_leaves_the_section_to_the_offline_draft(reason: str) -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("no", reason=reason) if section_of(request) == "12" else good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script))).draft_all(evidence())
    assert authors(drafting)["12"] == "offline"
    assert reason in drafting.left[0]


def test_a_malformed_approach_is_asked_for_once_more() -> None:
    model = scripted(lambda r: "I would use a field." if r.purpose == "approach" else good(r))
    ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    assert [r.purpose for r in model.requests][:3] == ["approach", "repair of the approach", "section 2"]


def test_a_twice_malformed_approach_is_an_error() -> None:
    model = scripted(lambda r: "I would use a field.")
    with pytest.raises(ModelError, match="no approach") as caught:
        ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    assert caught.value.reason == "malformed"
    assert len(model.requests) == 2


def test_the_budget_in_first_drafting_stops_it_and_says_what_is_finished() -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("spent", reason="over-budget") if request.purpose == "section 4.3" else good(request)

    said: list[str] = []
    with pytest.raises(ModelError, match="spent"):
        ClaudeDrafter(Desk(model=scripted(script), say=said.append)).draft_all(evidence())
    assert "finished and on record: 2, 3, 4.1, 4.2." in said[-1]


def test_only_the_sections_that_findings_name_are_revised_until_clean() -> None:
    def review(sections: Iterable[SectionDraft], _: Iterable[Evidence]) -> tuple[Finding, ...]:
        drafts = {draft.section: draft.text for draft in sections}
        return () if "within 5 ms" in drafts["8"] else (finding("8"), finding("11", "note"))

    def script(request: ModelRequest) -> str:
        whole = f"{good_text('8')} It answers within 5 ms. [@prd:40]"
        return edits({"section": "8", "whole": whole}) if "revision" in request.purpose else good(request)

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, review=review)).draft_all(evidence())
    revisions = [r for r in model.requests if r.purpose.startswith("revision")]
    assert [r.purpose for r in revisions] == ["revision of the draft"]
    assert "It is vague. Give a number." in sent(revisions[0])
    assert "within 5 ms" in texts(drafting)["8"]
    assert drafting.left == ()


def test_what_the_rounds_leave_is_told_in_sentences() -> None:
    counter = iter(range(100))

    def script(request: ModelRequest) -> str:
        whole = f"{good_text('8')} Round {next(counter)} changed a word. [@FR-001]"
        return edits({"section": "8", "whole": whole}) if "revision" in request.purpose else good(request)

    def review(*_: object) -> tuple[Finding, ...]:
        return finding("8"), finding("", "error", "AC-009 is missing.")

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, review=review, rounds=2)).draft_all(evidence())
    assert [r.purpose for r in model.requests if "revision" in r.purpose] == ["revision of the draft"] * 2
    assert drafting.left == ("AC-009 is missing. (language.vague)", "Section 8: It is vague. (language.vague)")


def test_a_revision_that_the_review_likes_less_is_taken_back() -> None:
    def review(sections: Iterable[SectionDraft], _: Iterable[Evidence]) -> tuple[Finding, ...]:
        drafts = {draft.section: draft.text for draft in sections}
        return (finding("8"), finding("8", "error")) if "worse" in drafts["8"] else (finding("8"),)

    def script(request: ModelRequest) -> str:
        return f"{good_text('8')} It is worse. [@FR-001]" if "revision" in request.purpose else good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script), review=review, rounds=1)).draft_all(evidence())
    assert texts(drafting)["8"] == good_text("8")
    assert drafting.left == ("Section 8: It is vague. (language.vague)",)


def test_the_budget_in_revision_ends_the_revision_and_not_the_draft() -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("spent", reason="over-budget") if "revision" in request.purpose else good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script), review=lambda *_: (finding("8"),))).draft_all(evidence())
    assert texts(drafting)["8"] == good_text("8")
    assert drafting.left == (
        "The budget was spent in round 1 of the revision.",
        "Section 8: It is vague. (language.vague)",
    )


def test_batches_send_a_wave_together_without_tools() -> None:
    waves: list[list[str]] = []
    model = scripted()
    together = model.reply_all

    class Batching(type(model)):  # type: ignore[misc]
        def reply_all(self, requests: list[ModelRequest]) -> tuple[ModelReply, ...]:
            waves.append([section_of(request) for request in requests])
            assert not any(request.tools for request in requests)
            return together(requests)

    model.__class__ = Batching
    drafting = ClaudeDrafter(Desk(model=model, lookups=GardenLookups(), batches=True)).draft_all(evidence())
    assert waves[:2] == [["2", "3"], ["4.2", "4.3", "4.4"]]
    assert drafting.left == ()
    assert {author for section, author in authors(drafting).items() if section != "17"} == {"claude"}


def test_a_second_run_with_recorded_replies_asks_nobody_and_gives_the_same_bytes() -> None:
    record: dict[str, ModelReply] = {}
    runs = []
    for _ in range(2):
        model = RecordedModel(scripted(), record)
        desk = Desk(model=model, lookups=GardenLookups(), review=lambda *_: (finding("8"),))
        runs.append((render_json(ClaudeDrafter(desk).draft_all(evidence())), model.asked))
    assert runs[0][0] == runs[1][0]
    assert len(runs[0][1]) > 20
    assert runs[1][1] == []


def test_after_an_interruption_only_the_rest_is_asked_for() -> None:
    whole = RecordedModel(scripted(), {})
    expected = ClaudeDrafter(Desk(model=whole)).draft_all(evidence())

    def killed(request: ModelRequest) -> str:
        if request.purpose == "section 6.1":
            raise KeyboardInterrupt
        return good(request)

    record: dict[str, ModelReply] = {}
    first = RecordedModel(scripted(killed), record)
    with pytest.raises(KeyboardInterrupt):
        ClaudeDrafter(Desk(model=first)).draft_all(evidence())
    second = RecordedModel(scripted(), record)
    assert ClaudeDrafter(Desk(model=second)).draft_all(evidence()) == expected
    assert [*first.asked[:-1], *second.asked] == whole.asked
    assert second.asked[0] == first.asked[-1] == "section 6.1"


def test_identify_changes_with_the_model_the_prompts_the_rounds(tmp_path: Path) -> None:
    (tmp_path / "guardrails.md").write_text("Keep it small.", encoding="utf-8")
    model = scripted()
    desks = [
        Desk(model=model, model_name="one"),
        Desk(model=model, model_name="two"),
        Desk(model=model, model_name="one", rounds=3),
        Desk(model=model, model_name="one", prompts=tmp_path),
    ]
    assert len({ClaudeDrafter(desk).identify() for desk in desks}) == 4
    assert ClaudeDrafter(desks[0]).identify() == ClaudeDrafter(desks[0]).identify()


def test_each_step_is_said_in_one_line_and_the_text_is_heard() -> None:
    said: list[str] = []
    heard: list[str] = []
    ClaudeDrafter(Desk(model=scripted(), say=said.append, on_text=heard.append)).draft_all(evidence())
    assert all("\n" not in line for line in said)
    assert "approach: field; 2 names decided, 0 look-ups" in said
    assert "section 4.1: drafted, 0 look-ups" in said
    assert ADDED in "".join(heard)


def test_what_a_draft_would_send_can_be_foreseen_without_asking() -> None:
    model = scripted()
    foreseen = ClaudeDrafter(Desk(model=model)).foresee(evidence())
    assert model.requests == []
    ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    assert [each.request.purpose for each in foreseen] == [request.purpose for request in model.requests]
    assert foreseen[0].request == model.requests[0]


def test_the_rounds_of_a_revision_are_foreseen_where_there_are_any() -> None:
    def purposes(**desk: object) -> list[str]:
        foreseen = ClaudeDrafter(Desk(model=scripted(), **desk)).foresee(evidence())  # type: ignore[arg-type]
        return [each.request.purpose for each in foreseen if each.each_round]

    assert purposes(review=lambda *_: ()) == ["second reading", "revision of the draft"]
    assert purposes(review=lambda *_: (), rounds=0) == purposes() == []


def test_what_is_foreseen_at_most_is_more_than_the_worst_model_takes_and_the_least_less_than_the_best() -> None:
    """The worst model looks up to the bound, is wrong each time, and is revised in every round."""
    counter = iter(range(10_000))

    def worst(request: ModelRequest) -> str | list[Json]:
        answered = sum(turn["role"] == "assistant" for turn in request.messages)
        if answered <= 2 * MOST_LOOKUPS_FOR_APPROACH and NO_MORE not in told(request):
            return [call("show_function", next(counter))]
        text = approach(reason="It wins. [@FR-999]") if not section_of(request) else good(request)
        return f"{text} {next(counter)} stays unsaid.\n\nIt rests on nothing here."

    desks = []
    for script, findings in ((worst, (finding("8"), finding("4.1"))), (good, ())):
        model = scripted(script)
        desk = Desk(model=model, lookups=GardenLookups(), review=lambda *_, found=findings: found)
        ClaudeDrafter(desk).draft_all(evidence())
        desks.append((desk, model))
    prices = parse_prices("prices: [{models: ['*'], input: 1, output: 5}]", "prices.yml")
    drafter = ClaudeDrafter(desks[0][0])
    least, likely, most = forecast(drafter.foresee(evidence()), drafter.courses(), prices).total
    costs = [
        sum(most_cost(prices, request, estimate_tokens(request)) or 0 for request in model.requests)
        for _, model in desks
    ]
    assert least.requests == len(desks[1][1].requests)
    assert least.requests < likely.requests < most.requests
    assert len(desks[0][1].requests) < most.requests
    assert least.dollars < likely.dollars < most.dollars  # type: ignore[operator]  # the price is known
    assert least.dollars < costs[1]  # type: ignore[operator]
    assert costs[0] < most.dollars  # type: ignore[operator]


def test_a_model_that_never_hears_that_there_are_no_more_look_ups_asks_no_oftener_than_foreseen() -> None:
    """It asks on after it was told so, before its answer and before the repair of it."""
    counter = iter(range(10_000))

    def deaf(request: ModelRequest) -> str | list[Json]:
        turns = [json.dumps(turn) for turn in request.messages]
        said = [number for number, turn in enumerate(turns) if '"tool_result"' not in turn and '"user"' in turn]
        if sum(NO_MORE in turn for turn in turns[said[-1] :]) < DEAF_ROUNDS:
            return [call("show_function", next(counter))]
        text = approach(reason="It wins. [@FR-999]") if not section_of(request) else good(request)
        return f"{text}\n\nIt rests on nothing here, {next(counter)} times."

    model = scripted(deaf)
    findings = [finding(section) for section in OFFLINE]
    desk = Desk(model=model, lookups=GardenLookups(), review=lambda *_: tuple(findings))
    ClaudeDrafter(desk).draft_all(evidence())
    asked = Counter(request.purpose for request in model.requests)
    assert asked["section 7"] == 1 + MOST_LOOKUPS + DEAF_ROUNDS
    assert asked["repair of section 7"] == 3 * (1 + DEAF_ROUNDS)
    prices = parse_prices("prices: [{models: ['*'], input: 1, output: 5}]", "prices.yml")
    drafter = ClaudeDrafter(desk)
    most = forecast(drafter.foresee(evidence()), drafter.courses(), prices).total[-1]
    assert len(model.requests) <= most.requests


def test_the_approach_may_not_rest_on_what_does_not_exist() -> None:
    model = scripted(lambda r: approach(reason="It wins. [@FR-999]") if not section_of(r) else good(r))
    drafting = ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    later = next(r for r in model.requests if r.purpose == "section 4.1")
    assert "FR-999" not in sent(later)
    assert drafting.left == ("Approach: [@FR-999] names no evidence.",)


def test_sections_are_drafts_of_their_own() -> None:
    drafting = ClaudeDrafter(Desk(model=scripted())).draft_all(evidence())
    assert all(isinstance(draft, SectionDraft) and not draft.accepted for draft in drafting.sections)


def test_a_finding_on_a_section_that_the_template_lacks_is_not_lost() -> None:
    drafting = ClaudeDrafter(Desk(model=scripted(), review=lambda *_: (finding("99"),))).draft_all(evidence())
    assert drafting.left == ("Section 99: It is vague. (language.vague)",)


def test_a_repair_need_not_repeat_what_was_decided() -> None:
    block = '[{"kind": "topic", "name": "bed:order", "standing": "new", "decision": "One.", "keys": ["FR-002"]}]'

    def script(request: ModelRequest) -> str:
        if request.purpose == "section 4.2":
            return f"{good_text('4.2')} It is so. [@FR-999]\n\n```ledger\n{block}\n```"
        return good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script))).draft_all(evidence())
    assert "topic `bed:order`" in texts(drafting)["5.3"]
    assert drafting.left == ()
