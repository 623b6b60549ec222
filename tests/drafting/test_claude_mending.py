"""A round of revision: one request with all findings, answered with edits that the program puts in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from tests.drafting.claude_desk import (
    LOOKED_UP,
    OFFLINE,
    ROUND,
    GardenLookups,
    RecordedModel,
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
from torusnb.drafting.claude.editing import LONGEST_EDIT
from torusnb.drafting.claude.exchange import MOST_LOOKUPS_FOR_EDITS, NO_MORE
from torusnb.drafting.claude.mending import FINDINGS_TOKENS
from torusnb.drafting.drafters import Desk
from torusnb.errors import ModelError
from torusnb.models.base import Place, render_json
from torusnb.models.design import Drafting, Evidence, SectionDraft
from torusnb.models.messages import Json, ModelReply, ModelRequest
from torusnb.models.review import Finding

Answers = Sequence["str | ModelError | list[Json]"]
STALE = "The page of a bed is kept for 20 s. [@FR-001]"
MENDED = "The page of a bed is not kept, since it is read once. [@FR-001]"
FAULT = {"section": "8", "fault": "It says 20 s; nothing is kept.", "remedy": "Say that nothing is kept."}
EDIT = {"section": "8", "old": STALE, "new": MENDED, "mends": [1]}
TWIN = {**EDIT, "section": "7"}


def faults(*given: Json) -> str:
    return f"```faults\n{json.dumps(given)}\n```"


def script(answers: Answers, read: Sequence[str] = (faults(FAULT),)) -> Callable[[ModelRequest], Any]:
    """A model that writes the stale sentence into sections 7 and 8, and then gives these answers to the rounds."""
    rounds, readings = iter(answers), iter(read)

    def reply(request: ModelRequest) -> Any:
        if request.purpose == "second reading":
            return next(readings, faults())
        if request.purpose in ROUND or NO_MORE in told(request):
            return next(rounds, edits())
        if request.purpose.startswith("revision"):
            return f"{good_text(section_of(request))}\n\n{MENDED}"
        text = good(request)
        return f"{text}\n\n{STALE}" if section_of(request) in {"8", "7"} else text

    return reply


class Run:
    """A draft with what was asked and said for it."""

    def __init__(self, answers: Answers, read: Sequence[str] = (faults(FAULT),), **desk: Any) -> None:
        self.model = scripted(script(answers, read))
        self.said: list[str] = []
        given = {"review": lambda *_: (), "say": self.said.append, **desk}
        self.drafting: Drafting = ClaudeDrafter(Desk(model=self.model, **given)).draft_all(evidence())
        self.texts = {draft.section: draft.text for draft in self.drafting.sections}

    @property
    def asked(self) -> list[str]:
        """The purposes of all that was asked after the sections were written."""
        purposes = [request.purpose for request in self.model.requests]
        return purposes[purposes.index("second reading") :]

    def request(self, purpose: str) -> ModelRequest:
        """The first request of a purpose."""
        return next(request for request in self.model.requests if request.purpose == purpose)


def test_one_request_mends_a_fault_in_every_section_that_tells_it() -> None:
    run = Run([edits(EDIT, TWIN)])
    assert run.asked == ["second reading", "revision of the draft", "second reading"]
    assert [section for section, text in run.texts.items() if MENDED in text] == ["7", "8"]
    assert not [section for section, text in run.texts.items() if STALE in text]
    assert run.drafting.left == ()


def test_a_person_reads_what_became_of_the_round() -> None:
    said = Run([edits(EDIT, TWIN)]).said
    start = said.index("review, round 1: 0 errors, 0 warnings; revising 8")
    assert said[start + 1 : start + 4] == [
        "section 8: revised by 1 edit",
        "section 7: revised by 1 edit",
        "revision: 2 edits taken, 0 look-ups",
    ]


def test_the_request_shows_all_findings_by_section_and_the_whole_draft() -> None:
    def review(*_: object) -> tuple[Finding, ...]:
        place = Place("fdd.md", 3)
        rules = (("11", "Vague."), ("", "AC-009 is missing."), ("99", "Nowhere."), ("17", "No source."))
        return tuple(Finding("language.vague", "warning", place, text, "Mend.", section) for section, text in rules)

    run = Run([edits(EDIT)], review=review, rounds=1)
    request = run.request("revision of the draft")
    [findings] = [b["text"] for b in request.messages[0]["content"] if "begin: findings" in b.get("text", "")]
    assert findings.split("\n")[1:-1] == [
        "the whole document",
        "1. AC-009 is missing. Mend. (language.vague, warning)",
        "section 8, Caching Strategy",
        "2. It says 20 s; nothing is kept. Say that nothing is kept.",
        "section 11, Observability",
        "3. Vague. Mend. (language.vague, warning)",
    ]
    shown = sent(request)
    assert all(f"begin: section {name}" in shown for name in ("1", "4.1", "6.1", "13"))
    assert "begin: the approach" in shown
    assert "reorder_plant" in shown
    assert "section 8, Caching Strategy: " in shown


def test_a_round_finds_the_draft_of_the_reading_before_it_in_the_cache() -> None:
    run = Run([edits(EDIT)], lookups=GardenLookups())

    def cached(request: ModelRequest) -> list[Json]:
        content: list[Json] = request.messages[0]["content"]
        marks = [number for number, block in enumerate(content) if "cache_control" in block]
        assert len(marks) <= 3
        return content[: marks[-1] + 1]

    reading, revision = (cached(run.request(purpose)) for purpose in ("second reading", "revision of the draft"))
    assert reading == revision
    assert any("begin: section 16" in str(block) for block in reading)


def test_an_edit_that_cannot_be_put_in_is_asked_for_once_more_with_the_reason_and_the_text() -> None:
    run = Run([edits({**EDIT, "old": "The page is kept."}, TWIN), edits(EDIT)])
    assert run.asked[:3] == ["second reading", *ROUND]
    repair = told(run.request("repair of the revision"))
    assert "Section 8: “The page is kept.” does not stand in section 8; copy it letter for letter." in repair
    assert "begin: section 8 as it stands now" in repair
    assert "begin: section 7" not in repair
    assert MENDED in run.texts["8"]
    assert run.drafting.left == ()


@pytest.mark.parametrize(
    "bad",
    [
        {**EDIT, "old": "nowhere"},
        {**EDIT, "new": "It is fast. [@FR-999]"},
        {**EDIT, "old": "", "whole": "## 9. Performance and Scalability Plan\n\nIt obeys. [@FR-001]"},
        {**EDIT, "new": "<script>x()</script> [@FR-001]"},
        {**EDIT, "new": "See https://barrow.example/x. [@FR-001]"},
        {**EDIT, "new": "```elixir\nx = 1"},
        {**EDIT, "new": "TODO"},
    ],
)
def test_a_section_whose_edits_failed_twice_is_revised_by_itself_with_its_findings(bad: Json) -> None:
    run = Run([edits(bad, TWIN), edits(bad)])
    assert run.asked == ["second reading", *ROUND, "revision of 8", "second reading"]
    assert "It says 20 s; nothing is kept." in sent(run.request("revision of 8"))
    assert MENDED in run.texts["8"]
    assert MENDED in run.texts["7"]
    assert run.drafting.left == ()


def test_an_edit_for_another_sections_finding_takes_that_along_when_its_section_is_revised_by_itself() -> None:
    bad = {**TWIN, "old": "nowhere"}
    run = Run([edits(EDIT, bad), edits(bad)])
    assert "Of section 8: It says 20 s; nothing is kept." in sent(run.request("revision of 7"))
    assert "revision of 8" not in run.asked
    assert run.drafting.left == ()


def test_a_finding_is_not_mended_while_an_edit_for_it_is_lost() -> None:
    def answer(request: ModelRequest) -> Any:
        if request.purpose == "revision of 7":
            return "It is fast. [@FR-999]"
        return inner(request)

    bad = {**TWIN, "old": "nowhere"}
    inner = script([edits(EDIT, bad), edits(bad)])
    drafting = ClaudeDrafter(Desk(model=scripted(answer), review=lambda *_: (), rounds=1)).draft_all(evidence())
    assert drafting.left == ("Section 8: It says 20 s; nothing is kept. Say that nothing is kept.",)


@pytest.mark.parametrize(
    "answers",
    [
        ["I mended it.", "All is well now."],
        ["```edits\n{]\n```", "```edits\n[}\n```"],
        [ModelError("no", reason="cut-short")],
        [ModelError("no", reason="refused")],
        [ModelError("no", reason="too-long")],
        ["I mended it.", ModelError("no", reason="empty")],
    ],
)
def test_an_answer_without_edits_leaves_each_section_to_a_revision_of_its_own(answers: Answers) -> None:
    run = Run(answers)
    assert run.asked[-2:] == ["revision of 8", "second reading"]
    assert MENDED in run.texts["8"]
    assert run.drafting.left == ()


def test_an_error_that_concerns_more_than_the_round_stops_the_draft() -> None:
    with pytest.raises(ModelError, match="no"):
        Run([ModelError("no", reason="key")])


def test_nothing_to_change_is_an_answer_and_what_was_held_is_told() -> None:
    run = Run([edits()])
    assert run.asked == ["second reading", "revision of the draft"]
    assert run.drafting.left == ("Section 8: It says 20 s; nothing is kept. Say that nothing is kept.",)


def test_what_is_taken_stays_when_the_budget_is_spent_on_asking_once_more() -> None:
    run = Run([edits({**EDIT, "old": "nowhere"}, TWIN), ModelError("spent", reason="over-budget")])
    assert MENDED in run.texts["7"]
    assert STALE in run.texts["8"]
    assert run.drafting.left == (
        "The budget was spent in round 1 of the revision.",
        "Section 8: It says 20 s; nothing is kept. Say that nothing is kept.",
    )
    assert run.asked == ["second reading", *ROUND]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({**EDIT, "section": "88"}, "There is no section 88 that can be edited."),
        ({**EDIT, "section": "17"}, "There is no section 17 that can be edited."),
        ({**EDIT, "old": ""}, "An edit has an empty `old`"),
        ({**EDIT, "new": "x" * (LONGEST_EDIT + 1)}, "Edit 1 cannot be read"),
        ({**EDIT, "old": "", "whole": " "}, "An edit has an empty `old`"),
        ({**EDIT, "section": "13", "old": "", "whole": "No test is needed. [@FR-001]"}, "None of them is put in"),
        ({**EDIT, "section": "2", "old": "", "whole": "[@FR-001]"}, "The section is empty."),
    ],
)
def test_an_odd_edit_changes_nothing_and_is_told(bad: Json, reason: str) -> None:
    run = Run([edits(bad), edits(EDIT)])
    assert reason in told(run.request("repair of the revision"))
    assert MENDED in run.texts["8"]
    assert {name: text for name, text in run.texts.items() if name not in {"8", "7"}} == {
        name: text for name, text in Run([edits(EDIT)]).texts.items() if name not in {"8", "7"}
    }


def test_thousands_of_edits_are_read_and_answered_in_a_few_lines() -> None:
    many = [{"section": "8", "old": f"no such passage {number}", "new": "x"} for number in range(2_000)]
    run = Run([edits(*many), edits(EDIT)])
    repair = told(run.request("repair of the revision"))
    assert "Only the first 80 of 2000 edits were read." in repair
    assert repair.count("does not stand in section 8") < 40
    assert MENDED in run.texts["8"]


def test_a_section_that_was_not_written_by_the_model_is_not_edited() -> None:
    def answer(request: ModelRequest) -> Any:
        return "It is fast. [@FR-999]" if section_of(request) == "12" else inner(request)

    inner = script([edits(EDIT, {"section": "12", "old": OFFLINE["12"][:40], "new": "Nothing. [@FR-001]"})])
    drafting = ClaudeDrafter(Desk(model=scripted(answer), review=lambda *_: ())).draft_all(evidence())
    assert next(draft for draft in drafting.sections if draft.section == "12").text == OFFLINE["12"]


def test_a_section_that_there_is_no_room_to_show_is_revised_by_itself() -> None:
    long = "One write changes the whole order of a bed, and nobody else sees it before. [@FR-001]\n\n" * 2_000
    inner = script([edits({**EDIT, "mends": [2]})], [faults(FAULT, {**FAULT, "section": "7"})])

    def answer(request: ModelRequest) -> Any:
        return f"{inner(request)}\n\n{long}" if request.purpose.endswith("section 7") else inner(request)

    model = scripted(answer)
    drafting = ClaudeDrafter(Desk(model=model, review=lambda *_: ())).draft_all(evidence())
    purposes = [request.purpose for request in model.requests]
    assert purposes[-4:] == ["second reading", "revision of the draft", "revision of 7", "second reading"]
    assert all(MENDED in draft.text for draft in drafting.sections if draft.section in {"8", "7"})


def test_a_section_that_the_review_likes_less_goes_back_with_what_was_mended_by_it() -> None:
    def review(sections: Iterable[SectionDraft], _: Iterable[Evidence]) -> tuple[Finding, ...]:
        vague = [draft.section for draft in sections if draft.section == "7" and MENDED in draft.text]
        return tuple(Finding("language.vague", "warning", Place("fdd.md"), "Vague.", "", name) for name in vague)

    run = Run([edits(EDIT, TWIN)], review=review, rounds=1)
    assert MENDED in run.texts["8"]
    assert STALE in run.texts["7"]
    assert run.drafting.left == ("Section 8: It says 20 s; nothing is kept. Say that nothing is kept.",)


ANEW = {
    "kind": "event",
    "name": "reorder_plant",
    "standing": "new",
    "decision": "Carries one plant and its place.",
    "keys": ["FR-002"],
    "because": "The page sends one plant.",
    "mends": [1],
}


def test_a_round_amends_the_ledger_and_what_still_says_the_old_is_found_in_the_next() -> None:
    def answer(request: ModelRequest) -> Any:
        spoken = "\n\n`reorder_plant` carries the whole wanted order. [@FR-002]"
        return inner(request) + (spoken if request.purpose in {"section 7", "section 5.3"} else "")

    block = f"```ledger\n{json.dumps([ANEW])}\n```"
    inner = script([f"{edits({**EDIT, 'mends': [1]})}\n\n{block}", edits()])
    model = scripted(answer)
    drafting = ClaudeDrafter(Desk(model=model, review=lambda *_: ())).draft_all(evidence())
    texts = {draft.section: draft.text for draft in drafting.sections}
    assert "| event `reorder_plant` | new | Carries one plant and its place. [@FR-002] |" in texts["5.2"]
    second = [request for request in model.requests if request.purpose == "revision of the draft"][1]
    assert sent(second).count("was decided anew since this was written: Carries one plant and its place.") == 2
    assert "Here it says: “`reorder_plant` carries the whole wanted order.”" in sent(second)
    assert not [left for left in drafting.left if left.startswith("Section 8")]


def test_an_amended_decision_alone_mends_the_finding_that_it_names() -> None:
    run = Run([f"{edits()}\n\n```ledger\n{json.dumps([ANEW])}\n```"], rounds=1)
    assert "Carries one plant and its place." in run.texts["5.2"]
    assert not [left for left in run.drafting.left if "It says 20 s" in left]


def test_an_amended_decision_that_is_put_alone_and_not_in_a_list_mends_its_finding_too() -> None:
    run = Run([f"{edits()}\n\n```ledger\n{json.dumps(ANEW)}\n```"], rounds=1)
    assert not [left for left in run.drafting.left if "It says 20 s" in left]


def test_a_decision_that_the_ledger_does_not_take_mends_nothing_beside_one_that_it_takes() -> None:
    refused = {**ANEW, "name": "plant_order", "kind": "rule", "keys": ["FR-999"]}
    block = [{**ANEW, "mends": []}, refused]
    run = Run([f"{edits()}\n\n```ledger\n{json.dumps(block)}\n```"], rounds=1)
    assert "Carries one plant and its place." in run.texts["5.2"]
    assert "Section 8: It says 20 s; nothing is kept. Say that nothing is kept." in run.drafting.left


def test_a_ledger_that_is_nested_without_end_is_told_and_the_edits_are_taken() -> None:
    deep = f'[{{"kind": "rule", "more": {"[" * 50_000}'
    run = Run([f"{edits(EDIT, TWIN)}\n\n```ledger\n{deep}\n```"])
    assert "The `ledger` block cannot be read" in told(run.request(ROUND[1]))
    assert MENDED in run.texts["8"]


def test_a_finding_that_there_is_no_room_to_show_takes_no_room_from_the_others() -> None:
    def review(*_: object) -> tuple[Finding, ...]:
        texts = (("4.1", "Vague. " * 4 * FINDINGS_TOKENS), ("11", "Vague."))
        return tuple(Finding("language.vague", "warning", Place("fdd.md", 3), t, "Mend.", s) for s, t in texts)

    run = Run([edits(EDIT)], review=review, rounds=1)
    assert "revision of 4.1" in run.asked
    assert "revision of 11" not in run.asked
    assert "section 11, Observability\\n3. Vague. Mend." in sent(run.request("revision of the draft"))


def test_a_section_is_revised_by_itself_for_the_finding_without_room_and_not_for_those_that_edits_mended() -> None:
    def review(*_: object) -> tuple[Finding, ...]:
        long = "Vague. " * 4 * FINDINGS_TOKENS
        return (Finding("language.vague", "warning", Place("fdd.md", 3), long, "Say how many.", "8"),)

    run = Run([edits({**EDIT, "mends": [2]})], review=review, rounds=1)
    alone = sent(run.request("revision of 8"))
    assert "Say how many." in alone
    assert "It says 20 s; nothing is kept." not in alone
    assert not [left for left in run.drafting.left if "It says 20 s" in left]


def test_what_edits_left_is_not_mended_by_a_revision_that_was_not_told_of_it() -> None:
    def review(*_: object) -> tuple[Finding, ...]:
        long = "Vague. " * 4 * FINDINGS_TOKENS
        return (Finding("language.vague", "warning", Place("fdd.md", 3), long, "Say how many.", "8"),)

    run = Run([edits()], review=review, rounds=1)
    assert "revision of 8" in run.asked
    assert "Section 8: It says 20 s; nothing is kept. Say that nothing is kept." in run.drafting.left


def test_a_round_looks_things_up_within_its_bounds_and_may_mark_them() -> None:
    seen = {**EDIT, "new": f"A stale order is refused. [@{LOOKED_UP.key}]"}
    asking = [[call("show_function", number)] for number in range(MOST_LOOKUPS_FOR_EDITS + 1)]
    lookups = GardenLookups()
    run = Run([*asking, edits(seen)], lookups=lookups)
    assert len(lookups.asked) == MOST_LOOKUPS_FOR_EDITS
    assert f"A stale order is refused. [@{LOOKED_UP.key}]" in run.texts["8"]
    assert LOOKED_UP.key in {item.key for item in run.drafting.evidence}
    assert f"revision: 1 edit taken, {MOST_LOOKUPS_FOR_EDITS} look-ups" in run.said


def test_a_second_run_asks_nobody_and_gives_the_same_bytes() -> None:
    record: dict[str, ModelReply] = {}
    runs = []
    for _ in range(2):
        model = RecordedModel(scripted(script([edits({**EDIT, "old": "nowhere"}, TWIN), edits(EDIT)])), record)
        drafting = ClaudeDrafter(Desk(model=model, review=lambda *_: ())).draft_all(evidence())
        runs.append((render_json(drafting), model.asked))
    assert runs[0][0] == runs[1][0]
    assert {*ROUND} < {*runs[0][1]}
    assert runs[1][1] == []


def test_after_an_interruption_in_a_round_only_the_rest_is_asked_for() -> None:
    def killed(request: ModelRequest) -> Any:
        if request.purpose == ROUND[1]:
            raise KeyboardInterrupt
        return first(request)

    record: dict[str, ModelReply] = {}
    first = script([edits({**EDIT, "old": "nowhere"}, TWIN)])
    with pytest.raises(KeyboardInterrupt):
        ClaudeDrafter(Desk(model=RecordedModel(scripted(killed), record), review=lambda *_: ())).draft_all(evidence())
    model = RecordedModel(scripted(script([edits(EDIT)], ())), record)
    drafting = ClaudeDrafter(Desk(model=model, review=lambda *_: ())).draft_all(evidence())
    assert model.asked == [ROUND[1], "second reading"]
    assert all(MENDED in draft.text for draft in drafting.sections if draft.section in {"8", "7"})


def test_a_small_fault_of_an_edit_is_asked_about_and_told_when_it_stays() -> None:
    bare = {**EDIT, "new": "Nothing of a bed is kept anywhere."}
    run = Run([edits(bare)])
    assert "What begins with “Nothing of a bed is kept anywhere.” rests on nothing" in told(run.request(ROUND[1]))
    assert "Nothing of a bed is kept anywhere." in run.texts["8"]
    assert run.drafting.left == (
        "Section 8: What begins with “Nothing of a bed is kept anywhere.” rests on nothing; mark its evidence.",
    )


@pytest.mark.parametrize(("times", "asked"), [(4, False), (40, True)])
def test_a_section_that_grows_a_little_too_long_is_told_and_one_that_grows_far_is_asked_about(
    times: int, asked: bool
) -> None:
    longer = "Nobody else sees a bed before the one write that changes all of it. [@FR-001] "
    run = Run([edits({**EDIT, "new": f"{MENDED} {longer * times}", "mends": [1]})])
    assert (ROUND[1] in run.asked) is asked
    assert any("words; at most" in left for left in run.drafting.left)
    assert longer.strip() in run.texts["8"]


def test_the_lines_that_a_finding_marks_are_shown_with_it() -> None:
    fault = {**FAULT, "fault": f"It says 20 s; a stale order is refused. [@{LOOKED_UP.key}]"}

    def answer(request: ModelRequest) -> Any:
        looking = request.purpose == "second reading" and len(request.messages) == 1
        return [call("show_function")] if looking else inner(request)

    inner = script([edits(EDIT)], [faults(fault)])
    model = scripted(answer)
    desk = Desk(model=model, lookups=GardenLookups(), review=lambda *_: (), rounds=1)
    ClaudeDrafter(desk).draft_all(evidence())
    shown = sent(next(request for request in model.requests if request.purpose == ROUND[0]))
    [lines] = re.findall(r"begin: the lines that the findings mark\\n(.*?)\\n==", shown)
    assert re.fullmatch(r"f\d+:33 \{:error, :stale\} ->", lines)


def test_an_edit_that_changes_nothing_mends_nothing() -> None:
    run = Run([edits({**EDIT, "new": STALE})])
    assert run.drafting.left == ("Section 8: It says 20 s; nothing is kept. Say that nothing is kept.",)


@pytest.mark.parametrize(("mends", "left"), [({}, False), ({"mends": []}, True)])
def test_an_edit_that_only_shortens_says_so_by_an_empty_list_and_mends_nothing(mends: Json, left: bool) -> None:
    run = Run([edits({"section": "8", "old": STALE, "new": "It is kept for 20 s. [@FR-001]", **mends})])
    assert "It is kept for 20 s. [@FR-001]" in run.texts["8"]
    assert bool(run.drafting.left) is left
