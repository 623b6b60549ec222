"""What servers other than the API are known to do otherwise: each is read as what it means."""

from __future__ import annotations

import pytest

from tests.messages.fakes import FakeClock, make_request, open_on
from tests.messages.loopback import Json, MessagesServer, Reply
from torusnb.errors import ModelError
from torusnb.messages import Budget
from torusnb.messages.assembly import read_arguments
from torusnb.messages.estimates import estimate_tokens
from torusnb.models.messages import UNREADABLE, ModelReply

CALL: Json = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"query": "beds"}}
LOCAL = {"native": False, "key": ""}


def _reply(reply: Reply, clock: FakeClock, **fields: object) -> ModelReply:
    with MessagesServer(lambda _: reply) as server:
        got = open_on(server, clock, **{**LOCAL, **fields}).reply(make_request())
        assert len(server.requests) == 1
    return got


@pytest.mark.parametrize("stream", [True, False])
def test_a_tools_call_under_end_turn_is_a_tools_call(clock: FakeClock, stream: bool) -> None:
    reply = _reply(Reply([CALL], stop_reason="end_turn"), clock, stream=stream)
    assert reply.stop_reason == "tool_use"
    assert reply.content == (CALL,)


@pytest.mark.parametrize("stream", [True, False])
def test_arguments_as_a_text_are_the_object_that_they_hold(clock: FakeClock, stream: bool) -> None:
    reply = _reply(Reply([CALL], stop_reason="tool_use", habit="arguments-as-text"), clock, stream=stream)
    assert reply.content[0]["input"] == {"query": "beds"}


@pytest.mark.parametrize(
    ("told", "arguments"),
    [
        ({"a": 1}, {"a": 1}),
        ('{"a": 1}', {"a": 1}),
        ("", {}),
        (None, {}),
        ("lib/", {UNREADABLE: "lib/"}),
        ("[1]", {UNREADABLE: "[1]"}),
        ([1], {UNREADABLE: "[1]"}),
        ("x" * 900, {UNREADABLE: "x" * 200}),
    ],
)
def test_arguments_are_an_object_whatever_was_told(told: object, arguments: Json) -> None:
    assert read_arguments(told) == arguments


def test_arguments_that_are_no_json_are_for_the_one_who_answers(clock: FakeClock) -> None:
    reply = _reply(Reply([{**CALL, "input": '{"query": beds}'}], stop_reason="tool_use"), clock)
    assert reply.content[0]["input"] == {UNREADABLE: '{"query": beds}'}


@pytest.mark.parametrize("stream", [True, False])
def test_a_call_without_an_id_gets_one(clock: FakeClock, stream: bool) -> None:
    calls = [{**CALL, "id": ""}, {name: value for name, value in CALL.items() if name != "id"}]
    reply = _reply(Reply(calls, stop_reason="tool_use"), clock, stream=stream)
    assert [block["id"] for block in reply.content] == ["call_0", "call_1"]


@pytest.mark.parametrize("habit", ["no-message-stop", "no-block-stop"])
def test_a_stream_that_says_why_it_stops_is_whole(clock: FakeClock, habit: str) -> None:
    reply = _reply(Reply([{"type": "text", "text": "Let me look."}, CALL], stop_reason="tool_use", habit=habit), clock)
    assert reply.text == "Let me look."
    assert reply.content[1] == CALL


def test_an_empty_block_of_text_is_not_kept(clock: FakeClock) -> None:
    assert _reply(Reply([{"type": "text", "text": ""}, CALL], stop_reason="tool_use"), clock).content == (CALL,)


@pytest.mark.parametrize("stream", [True, False])
def test_what_nobody_counted_is_estimated_on_the_high_side(clock: FakeClock, stream: bool) -> None:
    budget = Budget(dollars=1.0)
    reply = _reply(Reply("Good morning.", habit="no-usage"), clock, stream=stream, budget=budget)
    assert reply.usage.input == estimate_tokens(make_request())
    assert reply.usage.output > 0
    assert reply.cost == pytest.approx(budget.spent_dollars)
    assert budget.spent_dollars > 0


def test_a_gateway_that_cannot_count_gets_an_estimate(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Good morning.") as server:
        model = open_on(server, clock, base_url=f"{server.url}/elsewhere")
        assert model.count_tokens(make_request()) == estimate_tokens(make_request())
        assert server.paths() == ["/elsewhere/v1/messages/count_tokens"]


@pytest.mark.parametrize(
    "message",
    [
        "registry.ollama.ai/library/tiny:latest does not support tools",
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        "tools param requires --jinja flag",
    ],
)
@pytest.mark.parametrize("status", [400, 500])
def test_a_model_without_tools_is_told_apart(clock: FakeClock, message: str, status: int) -> None:
    with MessagesServer(lambda _: Reply(status=status, message=message)) as server:
        with pytest.raises(ModelError) as caught:
            open_on(server, clock, **LOCAL).reply(make_request(tools=({"name": "find", "input_schema": {}},)))
        assert len(server.calls) == 1
    assert caught.value.reason == "no-tools"


def test_a_key_of_another_endpoint_is_sent_in_both_usual_headers(clock: FakeClock) -> None:
    key = "local-0123456789-abcdefghij"
    with MessagesServer(lambda _: "Good morning.") as server:
        open_on(server, clock, native=False, key=key).reply(make_request())
        headers = server.calls[0].headers
    assert (headers["x-api-key"], headers["authorization"]) == (key, f"Bearer {key}")
