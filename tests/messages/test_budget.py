"""A hard stop: what could pass the budget is not sent."""

from __future__ import annotations

import pytest

from tests.messages.fakes import FakeClock, Record, make_request, open_on
from tests.messages.loopback import MessagesServer, Reply
from torusnb.errors import ModelError, ParameterError
from torusnb.messages import Budget, MessagesModel, RecordingModel, sum_spent
from torusnb.messages.admission import admit_requests
from torusnb.messages.estimates import most_cost, most_usage, size_in_bytes
from torusnb.messages.prices import load_prices
from torusnb.models.messages import ModelRequest

LONG = make_request("word " * 4000, max_tokens=2000)
"""About 20,000 bytes: some 5,000 tokens as the loopback server counts; with 2,000 out, 0.06 US dollars at most."""


def _ask_often(model: MessagesModel, request: ModelRequest) -> None:
    for _ in range(100):
        model.reply(request)


def test_requests_are_sent_until_the_next_could_pass_the_budget(clock: FakeClock) -> None:
    budget = Budget(dollars=0.15)
    with MessagesServer(lambda _: "word " * 400) as server:
        model = open_on(server, clock, budget=budget)
        with pytest.raises(ModelError, match=r"0\.\d{4} US dollars of 0\.15 US dollars spent") as caught:
            _ask_often(model, LONG)
    assert caught.value.reason == "over-budget"
    assert len(server.requests) >= 2
    assert budget.spent_dollars <= 0.15
    assert budget.requests == len(server.requests)


def test_a_request_that_could_never_fit_is_not_sent_at_all(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Good morning.") as server:
        with pytest.raises(ModelError, match="could pass the budget"):
            open_on(server, clock, budget=Budget(dollars=0.01)).reply(LONG)
        assert server.requests == []
        assert server.paths() == ["/v1/messages/count_tokens"]


def test_tokens_are_counted_only_where_bytes_do_not_settle_it(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Good morning.") as server:
        model = open_on(server, clock, budget=Budget(dollars=1.0))
        model.reply(LONG)
        assert "/v1/messages/count_tokens" not in server.paths()
        open_on(server, clock, budget=Budget(dollars=0.09)).reply(LONG)
    assert server.paths().count("/v1/messages/count_tokens") == 1


def test_a_model_without_a_price_is_held_to_a_limit_in_tokens(clock: FakeClock) -> None:
    request = make_request("word " * 100, model="llama3", max_tokens=100)
    budget = Budget(dollars=1.0, tokens=1000)
    with MessagesServer(lambda _: "word " * 50) as server:
        model = open_on(server, clock, budget=budget, native=False, key="")
        with pytest.raises(ModelError, match="of 1,000 tokens spent") as caught:
            _ask_often(model, request)
    assert caught.value.reason == "over-budget"
    assert server.requests
    assert 0 < budget.spent_tokens <= 1000


def test_a_limit_in_dollars_alone_refuses_a_model_without_a_price(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Good morning.") as server:
        with pytest.raises(ModelError, match="llama3") as caught:
            open_on(server, clock, budget=Budget(dollars=1.0)).reply(make_request(model="llama3"))
        assert server.requests == []
    assert caught.value.reason == "no-price"


def test_failed_tries_spend_the_budget_too(clock: FakeClock) -> None:
    with MessagesServer(lambda _: Reply("word " * 4000, fault="early-end")) as server:
        budget = Budget(dollars=0.1)
        with pytest.raises(ModelError) as caught:
            open_on(server, clock, budget=budget).reply(LONG)
    assert caught.value.reason == "over-budget"
    assert 1 <= len(server.requests) < 4
    assert budget.spent_dollars > 0.02


def test_what_was_spent_before_counts() -> None:
    budget = Budget(dollars=2.0, spent=1.5)
    assert budget.admits(0.5, 0)
    assert not budget.admits(0.51, 0)
    assert budget.render() == "1.5000 US dollars"
    assert "1.5" in repr(budget)


def test_no_limit_admits_anything() -> None:
    assert Budget().admits(None, 10**9)
    assert Budget().admits(10.0**9, 10**9)


@pytest.mark.parametrize("limit", [-1.0, float("nan"), float("inf")])
def test_a_limit_is_a_number(limit: float) -> None:
    with pytest.raises(ParameterError):
        Budget(dollars=limit)


@pytest.mark.parametrize(
    ("mark", "rate"), [(None, 4.0), ({"type": "ephemeral"}, 5.0), ({"type": "ephemeral", "ttl": "1h"}, 8.0)]
)
def test_the_most_is_reckoned_with_the_whole_marked_prefix_written(mark: object, rate: float) -> None:
    block = {"type": "text", "text": "x" * 1000, **({"cache_control": mark} if mark else {})}
    request = ModelRequest("p", "claude-opus-5-5", 10, system=(block,))
    assert most_cost(load_prices(), request, 1000) == pytest.approx((1000 * rate + 10 * 20) / 1e6)


def test_the_most_counts_every_web_search() -> None:
    tools = ({"type": "web_search_20250305", "name": "web_search", "max_uses": 5},)
    assert most_usage(make_request(tools=tools), 10).searches == 5
    assert most_usage(make_request(tools=({"type": "web_search_20250305"},)), 10).searches == 10


def test_bytes_bound_the_tokens() -> None:
    assert size_in_bytes(make_request("días" * 100)) > 500


def test_a_batch_of_several_models_is_held_to_both_limits() -> None:
    prices = load_prices()
    requests = [make_request(), make_request(model="llama3")]
    admit_requests(requests, Budget(dollars=1.0, tokens=5000), prices, size_in_bytes)
    for budget, reason in [
        (Budget(dollars=0.001, tokens=5000), "over-budget"),
        (Budget(dollars=1.0, tokens=10), "over-budget"),
        (Budget(dollars=1.0), "no-price"),
    ]:
        with pytest.raises(ModelError) as caught:
            admit_requests(requests, budget, prices, size_in_bytes)
        assert caught.value.reason == reason


def test_what_is_on_record_counts_replies_lost_tries_failures_and_interruptions(clock: FakeClock) -> None:
    record, request = Record(), make_request("word " * 100)
    budget = Budget(dollars=1.0)
    script = [Reply("Good mor", fault="drop"), Reply("Good morning."), Reply("I cannot.", stop_reason="refusal")]
    with MessagesServer(lambda _: script.pop(0) if script else "Good evening, all of you.") as server:
        model = RecordingModel(open_on(server, clock, budget=budget), record.find, record.keep, record.put)
        model.reply(request)
        with pytest.raises(ModelError, match="declined"):
            model.reply(make_request("Another."))

        def interrupt(_: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            model.reply(make_request("A third."), interrupt)
        assert len(server.requests) == 4
    assert sum_spent(record.kept) == pytest.approx(budget.spent_dollars)
    assert sum_spent(record.kept[:2]) > sum_spent(record.kept[:1]) == 0
    assert record.with_prefix("failed-")[-1].reason == "interrupted"


@pytest.mark.parametrize("batches", [False, True])
def test_a_whole_reply_that_cannot_be_read_is_paid_for_and_counts(clock: FakeClock, batches: bool) -> None:
    record, budget = Record(), Budget(dollars=1.0)
    with MessagesServer(lambda _: Reply("Good morning.", stop_reason="of_another_kind")) as server:
        inner = open_on(server, clock, budget=budget, batches=batches)
        with pytest.raises(ModelError) as caught:
            RecordingModel(inner, record.find, record.keep, record.put).reply_all([make_request("word " * 100)])
    assert caught.value.reason == "malformed"
    assert sum_spent(record.kept) == pytest.approx(budget.spent_dollars)
    assert budget.spent_dollars > 0


def test_what_earlier_runs_took_counts(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Good morning.") as server:
        with pytest.raises(ModelError, match=r"with 0\.9990 US dollars of 1\.00 US dollars spent"):
            open_on(server, clock, budget=Budget(dollars=1.0, spent=0.999)).reply(LONG)
        assert server.requests == []
