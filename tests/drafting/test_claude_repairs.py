"""What is wrong in a few passages of a section is mended by edits of it; the whole is asked for where that fails."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.drafting.claude_desk import GardenLookups, call, good, good_text, scripted, section_of, told
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.exchange import DEAF_ROUNDS, NO_MORE
from torusnb.drafting.drafters import Desk
from torusnb.errors import ModelError
from torusnb.messages.preflight import forecast
from torusnb.messages.prices import parse_prices
from torusnb.models.design import Drafting
from torusnb.models.messages import Json, ModelRequest

BARE = "Nothing else of a bed is written twice."
MARKED = f"{BARE} [@FR-001]"
EDIT = {"old": BARE, "new": MARKED}
REPAIR = "repair of section 7"


def edits(*given: Json) -> str:
    return f"```edits\n{json.dumps(given)}\n```"


class Run:
    """A draft whose section 7 is wrong first; `answers` are those to what is asked about it then."""

    def __init__(self, first: str, answers: Sequence[str | ModelError], **desk: Any) -> None:
        self.model = scripted(self._script(first, iter(answers)))
        self.drafting: Drafting = ClaudeDrafter(Desk(model=self.model, **desk)).draft_all(evidence())
        self.text = next(draft.text for draft in self.drafting.sections if draft.section == "7")
        self.repairs = [told(request) for request in self.model.requests if request.purpose == REPAIR]

    @staticmethod
    def _script(first: str, answers: Any) -> Callable[[ModelRequest], Any]:
        def reply(request: ModelRequest) -> Any:
            if request.purpose == REPAIR:
                return next(answers)
            return first if section_of(request) == "7" else good(request)

        return reply


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (BARE, MARKED),
        ("It is kept once. [@FR-999]", "It is kept once. [@FR-001]"),
        ("It is kept once. [@FR-001 and others]", "It is kept once. [@FR-001]"),
        ("It is told at https://barrow.example/x. [@FR-001]", "It is told elsewhere. [@FR-001]"),
        ("It is kept <b>once</b>. [@FR-001]", "It is kept once. [@FR-001]"),
        ("TODO: it is kept once. [@FR-001]", "It is kept once. [@FR-001]"),
        ("It is kept once, by a job that is to be written. [@FR-001]", ""),
    ],
)
def test_a_fault_in_one_passage_is_mended_by_an_edit_of_it(wrong: str, right: str) -> None:
    run = Run(f"{good_text('7')}\n\n{wrong}", [edits({"old": wrong, "new": right})])
    assert len(run.repairs) == 1
    assert "exact edits" in run.repairs[0]
    assert run.text == f"{good_text('7')}\n\n{right}".strip()
    assert run.drafting.left == ()


@pytest.mark.parametrize(
    "wrong",
    [
        f"{MARKED} " * 200,
        "Der Plan des Beetes wird nur einmal gelesen und von niemandem sonst geschrieben. [@FR-001]",
        f"## 12. Security & Privacy\n\n{MARKED}",
        "\n\n".join(f"{BARE} It is said for the time after {n} of them." for n in range(9)),
    ],
)
def test_what_no_edit_mends_is_written_again_whole(wrong: str) -> None:
    whole = good_text("7")
    run = Run(f"{'' if 'Beetes' in wrong else whole}\n\n{wrong}", [whole])
    assert "Write the whole section" in run.repairs[0]
    assert "exact edits" not in run.repairs[0]
    assert run.text == whole


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (edits({"old": "It stands nowhere.", "new": MARKED}), "does not stand in section 7"),
        (edits(EDIT, {"old": "It stands nowhere.", "new": MARKED}), "does not stand in section 7"),
        ("```edits\n[{]\n```", "cannot be read as JSON"),
        (edits({"old": 3}), "Edit 1 cannot be read"),
        (edits({"old": "", "new": MARKED}), "empty `old`"),
        (edits({**EDIT, "new": f"{MARKED}\n\n```elixir\n:ok"}), "a fence that is never closed"),
    ],
)
def test_where_an_edit_cannot_be_put_in_the_whole_section_is_asked_for(answer: str, why: str) -> None:
    whole = f"{good_text('7')}\n\n{MARKED}"
    run = Run(f"{good_text('7')}\n\n{BARE}", [answer, whole])
    assert ["exact edits" in turn for turn in run.repairs] == [True, False]
    assert why in run.repairs[1]
    assert "rests on nothing" in run.repairs[1]
    assert run.text == whole
    assert run.drafting.left == ()


def test_the_whole_text_is_an_answer_to_the_question_for_edits() -> None:
    whole = f"{good_text('7')}\n\n{MARKED}"
    run = Run(f"{good_text('7')}\n\n{BARE}", [whole])
    assert len(run.repairs) == 1
    assert run.text == whole


@pytest.mark.parametrize(
    "answer", [edits(), edits({**EDIT, "new": "It is fast. [@FR-999]"}), edits({**EDIT, "new": ""})]
)
def test_the_better_of_both_texts_is_taken_and_nothing_more_is_asked(answer: str) -> None:
    run = Run(f"{good_text('7')}\n\n{BARE}", [answer])
    assert len(run.repairs) == 1
    emptied = '"new": ""' in answer
    assert run.text == (good_text("7") if emptied else f"{good_text('7')}\n\n{BARE}")
    assert [("rests on nothing" in left) for left in run.drafting.left] == ([] if emptied else [True])


@pytest.mark.parametrize("reason", ["refused", "cut-short"])
def test_lost_edits_and_no_answer_after_them_leave_the_first_text(reason: str) -> None:
    lost = edits({"old": "It stands nowhere.", "new": MARKED})
    run = Run(f"{good_text('7')}\n\n{BARE}", [lost, ModelError("no", reason=reason)])
    assert run.text == f"{good_text('7')}\n\n{BARE}"
    assert "rests on nothing" in run.drafting.left[0]


TOPIC = {"kind": "topic", "name": "bed:order", "standing": "new", "decision": "One for each bed.", "keys": ["FR-002"]}


def decided(**changes: Any) -> str:
    return f"```ledger\n{json.dumps([{**TOPIC, **changes}])}\n```"


def test_edits_leave_what_the_section_decided() -> None:
    run = Run(f"{good_text('7')}\n\n{BARE}\n\n{decided()}", [edits(EDIT)])
    assert "topic `bed:order`" in "".join(draft.text for draft in run.drafting.sections)
    assert run.drafting.left == ()


def test_a_ledger_that_cannot_be_read_is_given_again_behind_the_edits() -> None:
    broken = "```ledger\n[{]\n```"
    run = Run(f"{good_text('7')}\n\n{broken}", [f"{edits()}\n\n{decided()}"])
    assert "exact edits" in run.repairs[0]
    assert "topic `bed:order`" in "".join(draft.text for draft in run.drafting.sections)
    assert run.drafting.left == ()


def test_a_ledger_that_is_given_again_alone_leaves_the_text_as_it_is() -> None:
    run = Run(f"{good_text('7')}\n\n```ledger\n[{{]\n```", [decided()])
    assert run.text == good_text("7")
    assert "topic `bed:order`" in "".join(draft.text for draft in run.drafting.sections)
    assert run.drafting.left == ()


@pytest.mark.parametrize("example", ["[]", '{"id": 1}'])
def test_a_whole_section_with_an_example_in_json_is_no_list_of_edits(example: str) -> None:
    whole = f"{good_text('7')}\n\nIt gives this list. [@FR-001]\n\n```json\n{example}\n```"
    run = Run(f"{good_text('7')}\n\n{BARE}", [whole])
    assert len(run.repairs) == 1
    assert run.text == whole


def test_a_ledger_that_cannot_be_read_and_is_not_given_again_is_told() -> None:
    run = Run(f"{good_text('7')}\n\n{BARE}\n\n```ledger\n[{{]\n```", [edits(EDIT)])
    assert run.text == f"{good_text('7')}\n\n{MARKED}"
    assert any("`ledger` block cannot be read" in left for left in run.drafting.left)


def test_a_model_that_loses_its_edits_in_every_section_takes_no_more_than_foreseen() -> None:
    counter = iter(range(10_000))

    def lossy(request: ModelRequest) -> str | list[Json]:
        turns = [json.dumps(turn) for turn in request.messages]
        said = [number for number, turn in enumerate(turns) if '"tool_result"' not in turn and '"user"' in turn]
        if sum(NO_MORE in turn for turn in turns[said[-1] :]) < DEAF_ROUNDS:
            return [call("show_function", next(counter))]
        if "exact edits" in turns[said[-1]]:
            return edits({"old": "It stands nowhere.", "new": f"{next(counter)}"})
        return f"{good(request)}\n\nIt is told here, {next(counter)} times."

    model = scripted(lossy)
    desk = Desk(model=model, lookups=GardenLookups())
    ClaudeDrafter(desk).draft_all(evidence())
    asked = Counter(request.purpose for request in model.requests)
    assert asked[REPAIR] == 2 * (1 + DEAF_ROUNDS)
    prices = parse_prices("prices: [{models: ['*'], input: 1, output: 5}]", "prices.yml")
    drafter = ClaudeDrafter(desk)
    planned = tuple(drafter.foresee(evidence()))
    most = forecast(planned, drafter.courses(), prices).total[-1]
    assert len(model.requests) <= most.requests
