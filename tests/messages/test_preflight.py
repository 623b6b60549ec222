"""What a run will take, before it starts."""

from __future__ import annotations

import pytest

from tests.messages.fakes import FakeClock, make_request, open_on
from tests.messages.loopback import MessagesServer
from torusnb.messages.estimates import measure_extent
from torusnb.messages.preflight import STEPS, Taken, forecast, render_forecast
from torusnb.messages.prices import load_prices
from torusnb.models.messages import ModelRequest
from torusnb.models.planned import Course, Planned

PREFIX = ({"type": "text", "text": "evidence " * 4000, "cache_control": {"type": "ephemeral"}},)
PRICES = load_prices()


def _sections(number: int) -> list[ModelRequest]:
    return [make_request(f"Write section {n}.", purpose=f"section {n}", system=PREFIX) for n in range(number)]


SHORT = Course("short", written=0.1)
FULL = Course("full", written=1, grown=500, lookups=1, asking=1, answer=400, repaired=1, revised=2, cached=False)


def _planned(number: int, **fields: object) -> list[Planned]:
    return [Planned(request, **fields) for request in _sections(number)]  # type: ignore[arg-type]


def _dollars(planned: list[Planned], course: Course) -> float:
    (taken,) = forecast(planned, [course], PRICES).total
    assert taken.dollars is not None
    return taken.dollars


def test_a_shared_prefix_is_written_once_and_read_by_the_others() -> None:
    one, two, three = (_dollars(_planned(number), SHORT) for number in (1, 2, 3))
    assert three - two == pytest.approx(two - one)
    assert two - one < one / 5
    cold = Course("cold", written=0.1, cached=False)
    assert _dollars(_planned(2), cold) == pytest.approx(2 * _dollars(_planned(1), cold))


def test_each_step_is_told_apart_and_they_add_up() -> None:
    found = forecast(_planned(3, lookups=4), [SHORT, FULL], PRICES)
    steps = {step: taken[1].requests for step, taken in found.steps.items()}
    assert steps == {"first replies": 3, "look-ups": 12, "repairs": 3, "revisions": 36}
    assert [taken[0].requests for taken in found.steps.values()] == [3, 0, 0, 0]
    for column, total in enumerate(found.total):
        assert total.dollars == pytest.approx(sum(taken[column].dollars or 0 for taken in found.steps.values()))


def test_what_may_not_be_looked_up_or_revised_is_not_counted() -> None:
    (taken,) = forecast(_planned(1, revisable=False), [FULL], PRICES).total
    assert taken.requests == 2


def test_what_went_out_in_a_batch_is_revised_alone_and_looks_things_up_then() -> None:
    (taken,) = forecast(_planned(1, batched=True, when_revised=4), [FULL], PRICES).total
    assert taken.requests == 2 + 2 * (2 + 4)


def test_what_is_about_the_whole_draft_is_counted_by_rounds() -> None:
    course = Course("rounds", written=1, revised=5, rounds=3)
    (first,) = forecast(_planned(1, each_round=True), [course], PRICES).total
    (later,) = forecast(_planned(1, each_round=True, first=False), [course], PRICES).total
    assert (first.requests, later.requests) == (1 + 3, 3)
    found = forecast(_planned(1, each_round=True, first=False), [SHORT, course], PRICES)
    assert [taken[1].requests for taken in found.steps.values()] == [0, 0, 0, 3]
    assert found.total[0].requests == 0


def test_the_reply_of_an_endpoint_stays_within_the_preflight(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "A short section, which is not long. " * 30) as server:
        spent = sum(reply.cost or 0 for reply in open_on(server, clock).reply_all(_sections(2)))
    least = Course("least", written=0)
    assert _dollars(_planned(2), least) <= spent <= _dollars(_planned(2), FULL)


def test_only_the_first_turn_of_a_batch_is_half_as_dear() -> None:
    whole, batch = (_dollars(_planned(2, batched=batched), SHORT) for batched in (False, True))
    assert batch == pytest.approx(whole / 2)
    looking = Course("looking", written=0.1, lookups=1)
    more, less = (_dollars(_planned(2, lookups=1, batched=batched), looking) for batched in (False, True))
    assert more - less == pytest.approx(whole - batch)


def test_a_model_without_a_price_has_no_sum() -> None:
    unknown = Planned(make_request(model="llama3"))
    found = forecast([*_planned(1), unknown], [SHORT], PRICES)
    assert found.total[0].dollars is None
    assert found.total[0].tokens_in > 0
    assert "| together | 2 | not known |" in render_forecast(found)


def test_the_table_has_a_row_for_each_step_and_the_sum() -> None:
    rows = render_forecast(forecast(_planned(2, lookups=2), [SHORT, FULL], PRICES)).split("\n")
    assert rows[0] == "| step | requests, short | US dollars, short | requests, full | US dollars, full |"
    assert [row.split(" | ")[0] for row in rows[2:7]] == [f"| {step}" for step in (*STEPS, "together")]
    assert len({row.count("|") for row in rows[:7]}) == 1


def test_nothing_planned_costs_nothing() -> None:
    assert forecast([], [SHORT], PRICES).total == (Taken(),)


def test_a_changed_block_before_the_mark_is_not_the_same_prefix() -> None:
    seen: set[str] = set()
    request = make_request(system=PREFIX)
    assert measure_extent(request, seen).known == 0
    assert measure_extent(request, seen).known > 0.9
    changed = make_request(system=({"type": "text", "text": "Be brief."}, *PREFIX))
    assert measure_extent(changed, seen).known == 0


def test_a_conversation_that_goes_on_reads_what_it_marked_before() -> None:
    seen: set[str] = set()
    mark = {"cache_control": {"type": "ephemeral"}}
    asked = {"type": "text", "text": "question " * 500}
    answered = {"role": "assistant", "content": [{"type": "text", "text": "answer"}]}
    first = make_request(messages=({"role": "user", "content": [{**asked, **mark}]},))
    second = make_request(
        messages=(
            {"role": "user", "content": [{**asked, **mark}]},
            answered,
            {"role": "user", "content": [{"type": "text", "text": "more", **mark}]},
        )
    )
    measure_extent(first, seen)
    extent = measure_extent(second, seen)
    assert extent.known > 0.9
    assert extent.marked == 1
