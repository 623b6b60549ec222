"""What the drafter claude makes of look-ups beyond their bounds, of long answers, and of replies without a section."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from tests.drafting.claude_desk import GardenLookups, call, good, good_text, scripted, section_of, told
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.exchange import (
    ANSWER_TOKENS,
    LOOKUP_TOKENS,
    MOST_LOOKUPS,
    MOST_LOOKUPS_FOR_APPROACH,
    NO_MORE,
    tell_unshown,
)
from torusnb.drafting.drafters import Desk
from torusnb.errors import ModelError
from torusnb.models.base import Place
from torusnb.models.design import Drafting, Evidence, SectionDraft
from torusnb.models.messages import Json, LookupAnswer, ModelReply, ModelRequest
from torusnb.models.review import Finding


def author(drafting: Drafting, section: str) -> str:
    return next(draft.author for draft in drafting.sections if draft.section == section)


def answers(request: ModelRequest) -> list[str]:
    """The answers to look-ups that a request carries."""
    blocks = [block for turn in request.messages for block in turn["content"]]
    return [str(block["content"]) for block in blocks if block["type"] == "tool_result"]


@pytest.mark.parametrize(("purpose", "most"), [("approach", MOST_LOOKUPS_FOR_APPROACH), ("section 7", MOST_LOOKUPS)])
def test_a_look_up_beyond_the_bound_is_refused_and_the_model_writes_with_what_it_has(purpose: str, most: int) -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose == purpose and NO_MORE not in told(request):
            return [call("show_function", len(request.messages))]
        return good(request)

    lookups = GardenLookups()
    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    assert len(lookups.asked) == most
    assert drafting.left == ()


def test_many_look_ups_in_one_turn_are_bounded_alike() -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose == "section 7" and len(request.messages) == 1:
            return [call("show_function", number) for number in range(MOST_LOOKUPS + 5)]
        return good(request)

    lookups = GardenLookups()
    model = scripted(script)
    ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    assert len(lookups.asked) == MOST_LOOKUPS
    request = next(r for r in model.requests if r.purpose == "section 7" and len(r.messages) == 3)
    assert sum(NO_MORE in answer for answer in answers(request)) == 5


def test_a_model_that_never_stops_asking_leaves_the_section_to_the_offline_draft() -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        deaf = section_of(request) == "7"
        return [call("show_function", len(request.messages))] if deaf else good(request)

    lookups = GardenLookups()
    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    assert author(drafting, "7") == "offline"
    assert "Section 7 is the offline draft" in drafting.left[0]
    assert len(lookups.asked) == MOST_LOOKUPS
    assert sum(section_of(request) == "7" for request in model.requests) < 3 * MOST_LOOKUPS


def test_a_long_answer_is_cut_and_what_was_cut_off_is_no_evidence() -> None:
    items = [Evidence(f"code:lib/long.ex:{n}", "code", "x" * 60, Place("lib/long.ex", n)) for n in range(1, 1001)]
    answer = LookupAnswer("\n".join(f"{item.key} | {item.text}" for item in items), tuple(items))

    def script(request: ModelRequest) -> str | list[Json]:
        first = request.purpose == "section 7" and len(request.messages) == 1
        return [call("show_function")] if first else good(request)

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, lookups=GardenLookups(answer))).draft_all(evidence())
    shown = next(answers(r)[0] for r in model.requests if r.purpose == "section 7" and len(r.messages) == 3)
    assert len(shown) < 4 * ANSWER_TOKENS + 200
    assert "(cut off here)" in shown
    keys = [item.key for item in drafting.evidence]
    assert keys == [item.key for item in items[: len(keys)]]
    assert 0 < len(keys) < len(items)
    (file,) = re.findall(r"^# (f\d+) = lib/long\.ex$", shown, re.MULTILINE)
    assert all(f"\n{file}:{item.place.line} |" in shown for item in drafting.evidence if item.place)


def test_long_answers_use_up_the_tokens_before_the_calls() -> None:
    long = GardenLookups(LookupAnswer("word " * ANSWER_TOKENS))

    def script(request: ModelRequest) -> str | list[Json]:
        asks = request.purpose == "section 7" and NO_MORE not in told(request)
        return [call("show_function", len(request.messages))] if asks else good(request)

    ClaudeDrafter(Desk(model=scripted(script), lookups=long)).draft_all(evidence())
    assert len(long.asked) == -(-LOOKUP_TOKENS // ANSWER_TOKENS) < MOST_LOOKUPS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "The section is empty."),
        ("   \n\n[@FR-001]", "The section is empty."),
        (
            "El orden de las plantas de un huerto se guarda en un campo de la tabla, y el jardinero lo ve al día "
            "siguiente sin que se pierda nada. [@FR-001]",
            "The section is not written in English.",
        ),
        ("Порядок растений хранится в одном поле таблицы. [@FR-001]", "The section is not written in English."),
        ("TODO: the order of plants is kept. [@FR-001]", "unfinished work"),
        ("Here is the section you asked for. It keeps the order. [@FR-001]", "begins with a remark"),
    ],
)
def test_a_text_that_is_no_section_is_asked_for_once_more_and_then_left(text: str, why: str) -> None:
    model = scripted(lambda request: text if section_of(request) == "7" else good(request))
    drafting = ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    repairs = [request for request in model.requests if request.purpose == "repair of section 7"]
    assert len(repairs) == 1
    assert why in told(repairs[0])
    assert author(drafting, "7") == "offline"
    assert why in drafting.left[0]


@pytest.mark.parametrize("reason", ["refused", "cut-short", "window-full", "empty"])
def test_a_repair_without_an_answer_leaves_the_first_text_to_judge(reason: str) -> None:
    def script(request: ModelRequest) -> str | ModelError:
        if request.purpose == "repair of section 7":
            return ModelError("no", reason=reason)
        small = "\n\nNothing else is written twice."
        return good_text("7") + small if request.purpose == "section 7" else good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script))).draft_all(evidence())
    assert author(drafting, "7") == "claude"
    assert "rests on nothing" in drafting.left[0]


@pytest.mark.parametrize("reason", ["refused", "cut-short", "empty"])
def test_a_revision_without_an_answer_keeps_the_section(reason: str) -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("no", reason=reason) if "revision" in request.purpose else good(request)

    def review(*_: object) -> tuple[Finding, ...]:
        return (Finding("language.vague", "warning", Place("fdd.md", 3), "It is vague.", "Give a number.", "8"),)

    drafting = ClaudeDrafter(Desk(model=scripted(script), review=review)).draft_all(evidence())
    assert next(draft.text for draft in drafting.sections if draft.section == "8") == good_text("8")
    assert drafting.left == ("Section 8: It is vague. (language.vague)",)


@pytest.mark.parametrize("reason", ["unauthorized", "overloaded", "dropped", "rate-limited", "no-credit"])
def test_a_failure_that_concerns_every_request_ends_the_draft(reason: str) -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("no", reason=reason) if request.purpose == "section 7" else good(request)

    with pytest.raises(ModelError) as caught:
        ClaudeDrafter(Desk(model=scripted(script))).draft_all(evidence())
    assert caught.value.reason == reason


def test_a_turn_that_was_paused_is_gone_on_with() -> None:
    whole = good_text("7")
    half = ModelReply(({"type": "text", "text": whole[:40]},), "pause_turn")
    rest = ModelReply(({"type": "text", "text": whole[40:]},), "end_turn")

    def script(request: ModelRequest) -> str | ModelReply:
        if request.purpose != "section 7":
            return good(request)
        return half if len(request.messages) == 1 else rest

    drafting = ClaudeDrafter(Desk(model=scripted(script))).draft_all(evidence())
    assert next(draft.text for draft in drafting.sections if draft.section == "7") == whole
    assert drafting.left == ()


def test_the_review_is_told_what_was_looked_up() -> None:
    seen: list[str] = []

    def review(_: Iterable[SectionDraft], found: Iterable[Evidence]) -> tuple[Finding, ...]:
        seen.extend(item.key for item in found)
        return ()

    def script(request: ModelRequest) -> str | list[Json]:
        first = request.purpose == "section 7" and len(request.messages) == 1
        return [call("show_function")] if first else good(request)

    ClaudeDrafter(Desk(model=scripted(script), lookups=GardenLookups(), review=review)).draft_all(evidence())
    assert seen == ["code:lib/garden/beds.ex:33"]


def test_a_model_that_takes_no_tools_drafts_without_look_ups() -> None:
    def script(request: ModelRequest) -> str | ModelError:
        return ModelError("no", reason="no-tools") if request.tools else good(request)

    said: list[str] = []
    model = scripted(script, native=False)
    drafting = ClaudeDrafter(Desk(model=model, lookups=GardenLookups(), say=said.append)).draft_all(evidence())
    assert drafting.left == ()
    assert [bool(request.tools) for request in model.requests][:3] == [True, False, False]
    assert "this model takes no tools: the draft goes on without look-ups" in said


@pytest.mark.parametrize("native", [True, False])
def test_each_turn_after_a_look_up_reads_the_ones_before_from_the_cache(native: bool) -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        asks = request.purpose == "section 7" and len(request.messages) < 7
        return [call("show_function", len(request.messages))] if asks else good(request)

    model = scripted(script, native=native)
    ClaudeDrafter(Desk(model=model, lookups=GardenLookups())).draft_all(evidence())
    turns = [request for request in model.requests if request.purpose == "section 7"]
    marked = [["cache_control" in block for turn in r.messages[1:] for block in turn["content"]] for r in turns]
    last = [[False] * (2 * number - 1) + [native] for number in (1, 2, 3)]
    assert marked == [[], *last]
    first = sum("cache_control" in block for block in turns[-1].messages[0]["content"])
    assert first + sum(marked[-1]) == (3 if native else 0)


@pytest.mark.parametrize(("asked", "left"), [(2, "(look-ups left: 6; room for"), (MOST_LOOKUPS + 1, "(none left)")])
def test_the_last_answer_of_a_turn_ends_with_what_is_left_to_look_up(asked: int, left: str) -> None:
    shown = _answers_of_turns([[call("show_function", number) for number in range(asked)]])
    assert [left in answer for answer in shown] == [False] * (asked - 1) + [True]


def _answers_of_turns(turns: list[list[Json]], found: frozenset[str] = frozenset()) -> list[str]:
    """The answers when section 7 is asked for these turns; a function not `found` is answered with nothing."""

    def script(request: ModelRequest) -> str | list[Json]:
        turn = len(request.messages) // 2
        return turns[turn] if request.purpose == "section 7" and turn < len(turns) else good(request)

    lookups = _Choosy(found) if found else GardenLookups()
    model = scripted(script)
    ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    return answers([r for r in model.requests if r.purpose == "section 7"][-1])


class _Choosy(GardenLookups):
    """Look-ups that find some functions only."""

    def __init__(self, found: frozenset[str]) -> None:
        super().__init__()
        self._found = found

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        given = super().answer(name, arguments)
        return given if str(arguments.get("function")) in self._found else LookupAnswer("# nothing of that name")


def _calls(*functions: str) -> list[Json]:
    return [{**call("show_function", n), "input": {"function": each}} for n, each in enumerate(functions)]


@pytest.mark.parametrize(
    ("turns", "left"),
    [
        ([_calls("there", "gone")], 7),
        ([_calls("gone", "there", "gone", "gone", "gone")], 5),
        ([_calls("there", "gone"), _calls("gone", "there"), _calls("gone", "there")], 4),
        ([_calls("gone")], 7),
        ([_calls("gone", "gone", "gone")], 7),
    ],
    ids=["beside one that found", "a quarter of the calls", "over all turns", "a turn costs one", "nothing found"],
)
def test_look_ups_of_a_turn_that_find_nothing_are_not_counted_within_bounds(turns: list[list[Json]], left: int) -> None:
    assert f"(look-ups left: {left};" in _answers_of_turns(turns, frozenset({"there"}))[-1]


def test_refused_look_ups_give_nothing_back() -> None:
    shown = _answers_of_turns([_calls(*["there"] * (MOST_LOOKUPS + 3))], frozenset({"there"}))
    assert shown[-1].endswith("(none left)")


def test_what_was_read_and_is_not_shown_again_is_named_once() -> None:
    read = [("show a", "1"), ("show b", "2"), ("show b", "2"), ("show c", "3")]
    assert tell_unshown(read, read[:1]).endswith("for what is needed: show b; show c")
    assert tell_unshown(read, read) == ""
