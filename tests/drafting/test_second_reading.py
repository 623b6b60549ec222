"""What the model finds when it reads its whole draft again, and what becomes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pytest

from tests.drafting.claude_desk import (
    LOOKED_UP,
    OFFLINE,
    ROUND,
    GardenLookups,
    call,
    edits,
    good,
    good_text,
    scripted,
    sent,
)
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.blocks import estimate_tokens
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.requests import ALL_WRITTEN_TOKENS, MOST_FAULTS
from torusnb.drafting.claude.second_reading import parse_faults
from torusnb.drafting.claude.whole_draft import find_unverified
from torusnb.drafting.drafters import Desk
from torusnb.errors import ModelError
from torusnb.models.base import Place
from torusnb.models.design import Drafting, Evidence, SectionDraft
from torusnb.models.messages import Json, ModelRequest
from torusnb.models.review import Finding

FAULT = {"section": "8", "fault": "4.1 says that nothing is kept. [@FR-001]", "remedy": "Say which page is kept."}
MENDED = "The page of a bed is not kept, since it is read once. [@FR-001]"


def faults(*told: Json) -> str:
    """An answer of the second reading."""
    return f"```faults\n{json.dumps(told)}\n```"


def draft(
    read: str, revised: str = MENDED, desk: dict[str, object] | None = None
) -> tuple[Drafting, list[ModelRequest]]:
    """A draft whose first reading gives an answer, and what was asked for it; a further reading finds nothing."""
    answers = iter((read,))

    def script(request: ModelRequest) -> str:
        if request.purpose == "second reading":
            return next(answers, faults())
        if request.purpose in ROUND:
            return edits({"section": "8", "whole": f"{good_text('8')} {revised}"})
        return f"{good_text('8')} {revised}" if request.purpose == "revision of 8" else good(request)

    model = scripted(script)
    given = {"review": lambda *_: (), **(desk or {})}
    return ClaudeDrafter(Desk(model=model, **given)).draft_all(evidence()), model.requests  # type: ignore[arg-type]


def told_in(request: ModelRequest) -> str:
    """The findings of a round."""
    shown = [str(block.get("text")) for block in request.messages[0]["content"]]
    return next(text for text in shown if "begin: findings" in text)


def test_a_section_that_a_second_reading_finds_at_fault_is_revised() -> None:
    drafting, asked = draft(faults(FAULT))
    [revision] = [request for request in asked if request.purpose.startswith("revision")]
    assert revision.purpose == "revision of the draft"
    assert "4.1 says that nothing is kept." in sent(revision)
    assert "Say which page is kept." in sent(revision)
    assert MENDED in next(section.text for section in drafting.sections if section.section == "8")
    assert drafting.left == ()


def test_the_reading_sees_every_written_section_the_approach_and_the_ledger() -> None:
    _, asked = draft(faults())
    [reading] = [request for request in asked if request.purpose == "second reading"]
    told = sent(reading)
    assert all(f"begin: section {section}" in told for section in ("1", "4.1", "6.1", "13"))
    assert "begin: the approach" in told
    assert "reorder_plant" in told
    assert asked.index(reading) == len(asked) - 1


def test_a_fault_that_is_not_mended_is_told() -> None:
    drafting, _ = draft(faults(FAULT), revised="It is fast. [@FR-999]")
    assert any("4.1 says that nothing is kept." in sentence for sentence in drafting.left)


@pytest.mark.parametrize(
    "answer",
    ["All is well.", "```faults\n{]\n```", faults(), faults({**FAULT, "section": "88"}), faults({"section": "8"})],
)
def test_an_answer_that_names_no_fault_of_a_section_changes_nothing(answer: str) -> None:
    drafting, asked = draft(answer)
    assert not [request for request in asked if request.purpose.startswith("revision")]
    assert drafting.left == ()


@pytest.mark.parametrize("desk", [{"rounds": 0}, {"review": None}])
def test_nothing_is_read_again_where_nothing_can_be_revised(desk: dict[str, object]) -> None:
    _, asked = draft(faults(FAULT), desk=desk)
    assert "second reading" not in {request.purpose for request in asked}


@pytest.mark.parametrize(
    "answer",
    [
        faults(FAULT).replace("```faults", "```json"),
        json.dumps([FAULT]),
        f"I read it all.\n\n{faults(FAULT)}\n\nThat is all.",
        faults({"section": "8"}, FAULT, {"section": "8", "fault": ""}),
        faults({**FAULT, "section": "Section 8."}),
    ],
)
def test_a_fault_is_read_however_the_answer_is_put(answer: str) -> None:
    assert [told.fault for told in parse_faults(answer, ["8"])] == [FAULT["fault"]]


def test_a_fault_needs_no_remedy() -> None:
    (told,) = parse_faults(faults({**FAULT, "remedy": None}), ["8"])
    assert told.section == "8"


def test_no_more_faults_are_taken_than_a_reading_may_tell() -> None:
    assert len(parse_faults(faults(*[FAULT] * (MOST_FAULTS + 5)), ["8"])) == MOST_FAULTS


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("refused", "The whole design was not read a second time"),
        ("too-long", "The whole design was not read a second time"),
        ("over-budget", "The budget was spent before"),
    ],
)
def test_a_reading_that_does_not_come_leaves_the_draft(reason: str, left: str) -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("no", reason=reason) if request.purpose == "second reading" else good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script), review=lambda *_: ())).draft_all(evidence())
    assert {section.author for section in drafting.sections if section.section != "17"} == {"claude"}
    assert [sentence[: len(left)] for sentence in drafting.left] == [left]


def test_an_error_that_concerns_more_than_the_reading_stops_the_draft() -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("no", reason="key") if request.purpose == "second reading" else good(request)

    with pytest.raises(ModelError, match="no"):
        ClaudeDrafter(Desk(model=scripted(script), review=lambda *_: ())).draft_all(evidence())


def test_what_the_reading_looks_up_is_evidence_for_the_revision() -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose == "second reading":
            return [call("show_function")] if len(request.messages) == 1 else faults(FAULT)
        if request.purpose in ROUND:
            return edits({"section": "8", "whole": f"{good_text('8')} A stale order is refused. [@{LOOKED_UP.key}]"})
        return good(request)

    desk = Desk(model=scripted(script), lookups=GardenLookups(), review=lambda *_: ())
    drafting = ClaudeDrafter(desk).draft_all(evidence())
    assert LOOKED_UP.key in {item.key for item in drafting.evidence}
    assert f"[@{LOOKED_UP.key}]" in next(section.text for section in drafting.sections if section.section == "8")


@pytest.mark.parametrize(("batches", "speaking"), [(False, "4.1"), (True, "4.1"), (True, "4.3")])
def test_a_section_that_speaks_of_an_amended_decision_is_revised(batches: bool, speaking: str) -> None:
    anew = {
        "kind": "event",
        "name": "reorder_plant",
        "standing": "new",
        "decision": "Carries one plant and its place.",
        "keys": ["FR-002"],
        "because": "The page sends one plant.",
    }

    def script(request: ModelRequest) -> str:
        if request.purpose == "section 4.2":
            return f"{good_text('4.2')}\n\n```ledger\n{json.dumps([anew])}\n```"
        more = " `reorder_plant` carries the order. [@FR-002]" if request.purpose == f"section {speaking}" else ""
        return good(request) + more

    model = scripted(script)
    ClaudeDrafter(Desk(model=model, review=lambda *_: (), batches=batches)).draft_all(evidence())
    revisions = {request.purpose: sent(request) for request in model.requests if request.purpose.startswith("revision")}
    told = "was decided anew since this was written: Carries one plant and its place. Here it says: “"
    findings = re.search(r"begin: findings(.*?)end: findings", revisions["revision of the draft"])
    assert findings is not None
    assert told in findings[1]
    assert f"section {speaking}, " in findings[1]
    assert "section 4.2, " not in findings[1]


def test_the_reading_takes_the_sections_that_there_is_room_for() -> None:
    long = "One write changes the whole order of a bed, and nobody else sees it before. [@FR-001]\n\n" * 250

    def script(request: ModelRequest) -> str:
        text = good(request)
        return text if request.purpose in {"approach", "second reading"} else f"{text}\n\n{request.purpose}. {long}"

    model = scripted(script)
    ClaudeDrafter(Desk(model=model, review=lambda *_: ())).draft_all(evidence())
    [reading] = [request for request in model.requests if request.purpose == "second reading"]
    shown = [block["text"] for block in reading.messages[0]["content"] if " begin: section " in str(block.get("text"))]
    room = sum(map(estimate_tokens, OFFLINE.values())) + ALL_WRITTEN_TOKENS
    assert 3 < len(shown) < len(OFFLINE)
    assert sum(map(estimate_tokens, shown)) <= room + 50 * len(shown)


def test_a_fault_whose_revision_is_taken_back_is_told() -> None:
    def review(sections: Iterable[SectionDraft], _: Iterable[Evidence]) -> tuple[Finding, ...]:
        vague = any("worse" in draft.text for draft in sections)
        return (Finding("language.vague", "warning", Place("fdd.md"), "It is vague.", "", "8"),) if vague else ()

    drafting, asked = draft(faults(FAULT), revised="It is worse. [@FR-001]", desk={"review": review})
    assert "revision of the draft" in {request.purpose for request in asked}
    assert next(section.text for section in drafting.sections if section.section == "8") == good_text("8")
    assert drafting.left == ("Section 8: 4.1 says that nothing is kept. [@FR-001] Say which page is kept.",)


def test_what_a_revision_that_is_taken_back_decided_anew_is_held_against_its_section() -> None:
    anew = {"kind": "event", "name": "reorder_plant", "standing": "new", "decision": "Carries one plant."}
    block = f"```ledger\n{json.dumps([{**anew, 'keys': ['FR-002'], 'because': 'The page sends one plant.'}])}\n```"
    spoken = "\n\n`reorder_plant` carries the order. [@FR-002]"

    def script(request: ModelRequest) -> str:
        if request.purpose == "second reading":
            return faults(FAULT)
        if request.purpose in ROUND:
            return edits({"section": "8", "old": spoken, "new": f"{spoken} It is worse. [@FR-001]"}) + f"\n\n{block}"
        return good(request) + (spoken if request.purpose == "section 8" else "")

    def review(sections: Iterable[SectionDraft], _: Iterable[Evidence]) -> tuple[Finding, ...]:
        vague = any("worse" in draft.text for draft in sections)
        return (Finding("language.vague", "warning", Place("fdd.md"), "It is vague.", "", "8"),) if vague else ()

    drafting = ClaudeDrafter(Desk(model=scripted(script), review=review, rounds=1)).draft_all(evidence())
    assert "worse" not in next(section.text for section in drafting.sections if section.section == "8")
    said = (
        "was decided anew since this was written: Carries one plant. Here it says: “`reorder_plant` carries the order.”"
    )
    assert f"Section 8: `reorder_plant` {said}" in drafting.left


def test_a_remedy_is_as_long_as_a_fault_may_be() -> None:
    _, asked = draft(faults({**FAULT, "remedy": "Say it. " * 2_000}))
    [revision] = [request for request in asked if request.purpose.startswith("revision")]
    assert 200 < told_in(revision).count("Say it.") <= 250


def test_a_revised_draft_is_read_again_and_what_is_then_found_revised_too() -> None:
    later = {**FAULT, "section": "7", "fault": "8 says another thing now.", "remedy": "Say the same."}
    answers = iter((faults(FAULT), faults(later)))

    def script(request: ModelRequest) -> str:
        if request.purpose == "second reading":
            return next(answers)
        if request.purpose in ROUND:
            section = "8" if "section 7, Consistency" not in told_in(request) else "7"
            return edits({"section": section, "whole": f"{good_text(section)} {MENDED}"})
        return good(request)

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, review=lambda *_: ())).draft_all(evidence())
    asked = [request.purpose for request in model.requests]
    assert asked[-4:] == ["second reading", "revision of the draft"] * 2
    assert MENDED in sent(model.requests[-2])
    assert drafting.left == ()


def test_the_reading_sees_each_marked_line_of_code_as_it_stands() -> None:
    _, asked = draft(faults())
    [reading] = [request for request in asked if request.purpose == "second reading"]
    [shown] = [
        str(block["text"])
        for block in reading.messages[0]["content"]
        if "begin: the lines that it marks" in str(block.get("text"))
    ]
    lines = dict(line.split(" ", 1) for line in shown.split("\n")[1:-1])
    pack = evidence()
    assert lines
    assert set(lines.values()) <= {" ".join(item.text.split())[:160] for item in pack.evidence.values()}


def test_what_the_draft_calls_unverified_is_listed_by_section() -> None:
    texts = {
        "3": "- Beds own plants. [@FR-001]\n- Unverified: how many beds there are. [@FR-002]",
        "9.1": "| read | one query | the pool's size was not read [@A-1] |",
        "10": "It was verified. [@FR-001]",
    }
    assert find_unverified(texts).split("\n") == [
        "3: - Unverified: how many beds there are. [@FR-002]",
        "9.1: | read | one query | the pool's size was not read [@A-1] |",
    ]


def test_the_reading_sees_which_names_the_program_puts_below_a_section() -> None:
    _, asked = draft(faults())
    [reading] = [request for request in asked if request.purpose == "second reading"]
    shown = sent(reading).partition("begin: told by the program")[2]
    assert "section 5.2, in a row below: event `reorder_plant`" in shown.partition("end:")[0]


def test_a_deeply_nested_answer_of_a_reading_names_no_fault() -> None:
    assert parse_faults("[" * 100_000, ["8"]) == ()


def test_the_next_round_is_told_why_a_revision_was_taken_back() -> None:
    worse = f"{good_text('8')} It is worse. [@FR-001]"

    def script(request: ModelRequest) -> str:
        if request.purpose == "second reading":
            return faults(FAULT)
        return edits({"section": "8", "whole": worse, "mends": [1]}) if request.purpose in ROUND else good(request)

    def review(sections: Iterable[SectionDraft], _: Iterable[Evidence]) -> tuple[Finding, ...]:
        vague = any("worse" in draft.text for draft in sections)
        return (Finding("language.vague", "warning", Place("fdd.md"), "It is vague.", "", "8"),) if vague else ()

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, review=review, rounds=2)).draft_all(evidence())
    first, second = (request for request in model.requests if request.purpose == "revision of the draft")
    why = "its last revision was taken back, since with it: It is vague. (language.vague)"
    assert why not in sent(first)
    assert why in sent(second)
    assert not any("taken back" in said for said in drafting.left)


def test_below_a_label_that_says_so_each_bullet_is_listed() -> None:
    text = (
        "**Known**\n\n- A bed has a row. [@FR-001]\n\n**Not known**\n\n- How long a bed is kept. [@prd:3]\n"
        "- Who may delete one.\n\nIt is read once. [@FR-001]\n\n- A plant has a row. [@FR-001]"
    )
    assert find_unverified({"3": text}).split("\n") == [
        "3: **Not known**",
        "3: - How long a bed is kept. [@prd:3]",
        "3: - Who may delete one.",
    ]
    table = "What could not be read:\n\n| What | Why |\n|---|---|\n| the cache | no line shows it [@prd:3] |"
    assert "3: | the cache | no line shows it [@prd:3] |" in find_unverified({"3": table})
