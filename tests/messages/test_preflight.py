"""What a run will take, before it starts."""

from __future__ import annotations

import pytest

from tests.messages.fakes import FakeClock, make_request, open_on
from tests.messages.loopback import MessagesServer
from torusnb.messages.estimates import measure_extent
from torusnb.messages.preflight import plan_requests, render_preflight
from torusnb.messages.prices import load_prices
from torusnb.models.messages import ModelRequest

PREFIX = ({"type": "text", "text": "evidence " * 4000, "cache_control": {"type": "ephemeral"}},)
PRICES = load_prices()


def _sections(number: int) -> list[ModelRequest]:
    return [make_request(f"Write section {n}.", purpose=f"section {n}", system=PREFIX) for n in range(number)]


def test_a_shared_prefix_is_written_once_and_read_by_the_others_at_least() -> None:
    plan = plan_requests(_sections(3), PRICES)
    first, second, third = plan.requests
    assert first.least is not None
    assert second.least is not None
    assert third.least == pytest.approx(second.least)
    assert second.least < first.least / 10
    assert all(each.most is not None and each.least is not None and each.most > each.least for each in plan.requests)
    assert plan.most is not None
    assert plan.most == pytest.approx(sum(each.most or 0 for each in plan.requests))


def test_the_reply_of_an_endpoint_stays_within_the_preflight(clock: FakeClock) -> None:
    requests = _sections(2)
    with MessagesServer(lambda _: "A short section.") as server:
        model = open_on(server, clock)
        plan = plan_requests(requests, PRICES, model)
        spent = sum(reply.cost or 0 for reply in model.reply_all(requests))
    assert plan.counted
    assert plan.least is not None
    assert plan.most is not None
    assert plan.least <= spent <= plan.most


def test_a_batch_is_half_as_dear() -> None:
    whole, batch = (plan_requests(_sections(2), PRICES, batch=batch).most for batch in (False, True))
    assert whole is not None
    assert batch == pytest.approx(whole / 2)


def test_a_model_without_a_price_is_named() -> None:
    plan = plan_requests([*_sections(1), make_request(model="llama3")], PRICES)
    assert plan.most is None
    assert plan.least is None
    assert plan.unpriced == ("llama3",)
    assert "no price for llama3" in render_preflight(plan)


def test_the_text_tells_the_sum_and_each_request() -> None:
    text = render_preflight(plan_requests(_sections(2), PRICES))
    assert text.startswith("2 requests: ")
    assert "(estimated), at most 2,000 out; 0." in text
    assert f"by the price list of {PRICES.as_of}" in text
    assert "| section 1 | claude-opus-5-5 |" in text
    assert text == render_preflight(plan_requests(_sections(2), PRICES))


def test_nothing_planned_costs_nothing() -> None:
    plan = plan_requests([], PRICES)
    assert (plan.least, plan.most, plan.tokens_in) == (0, 0, 0)
    assert "0 requests" in render_preflight(plan)


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
