"""Events become a message, and no event can do worse than be refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messages.fakes import make_request
from torusnb.errors import ModelError
from torusnb.messages.assembly import Assembly, MalformedError
from torusnb.messages.prices import load_prices
from torusnb.messages.replies import parse_partial_usage, parse_reply, parse_usage
from torusnb.models.messages import Json, Usage

START: Json = {"type": "message_start", "message": {"id": "m", "content": [], "usage": {"input_tokens": 5}}}
STOP: Json = {"type": "message_stop"}
PRICES = load_prices()


def _assembled(*events: Json) -> Assembly:
    assembly = Assembly()
    for event in events:
        assembly.take(event)
    return assembly


def _block(kind: str, **fields: Any) -> Json:
    return {"type": "content_block_start", "index": 0, "content_block": {"type": kind, **fields}}


def _delta(**delta: Any) -> Json:
    return {"type": "content_block_delta", "index": 0, "delta": delta}


def test_a_tools_arguments_are_put_together_from_their_pieces() -> None:
    pieces = [_delta(type="input_json_delta", partial_json=part) for part in ('{"wor', 'ds": ["a', '"]}')]
    end = {"type": "content_block_stop", "index": 0}
    message = _assembled(START, _block("tool_use", id="1", name="find", input={}), *pieces, end, STOP).message
    assert message["content"] == [{"type": "tool_use", "id": "1", "name": "find", "input": {"words": ["a"]}}]


def test_arguments_that_break_off_are_refused_even_without_the_blocks_end() -> None:
    cut = _delta(type="input_json_delta", partial_json='{"words": ["a')
    with pytest.raises(MalformedError, match="arguments"):
        _assembled(START, _block("tool_use", input={}), cut, STOP)


def test_counts_of_later_events_replace_those_of_the_start() -> None:
    delta = {"stop_reason": "end_turn"}
    later = {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9, "input_tokens": None}}
    message = _assembled(START, later, STOP).message
    assert parse_usage(message["usage"]) == Usage(input=5, output=9)
    assert message["stop_reason"] == "end_turn"


def test_kinds_of_events_that_are_not_known_are_passed_over() -> None:
    assembly = _assembled(
        {"type": "ping"}, START, {"type": "weather"}, _block("text", text=""), _delta(type="new"), STOP
    )
    assert assembly.complete


@pytest.mark.parametrize(
    "events",
    [
        [STOP],
        [START, START],
        [{"type": "message_start"}],
        [{"type": "message_start", "message": {"content": "text"}}],
        [{"type": "message_start", "message": {"content": ["text"]}}],
        [START, {**_block("text"), "index": 1}],
        [START, {"type": "content_block_start", "index": 0}],
        [START, _delta(type="text_delta", text="a")],
        [START, _block("text", text=""), _delta(type="text_delta")],
        [START, _block("text", text=7), _delta(type="text_delta", text="a")],
        [START, {"type": "content_block_stop", "index": -1}],
        [START, {"type": "message_delta", "delta": 3}],
        [START, _block("text"), _delta(type="citations_delta", citation="x")],
    ],
)
def test_events_that_do_not_fit_are_refused(events: list[Json]) -> None:
    with pytest.raises(MalformedError):
        _assembled(*events)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_EVENTS = ["message_start", "message_delta", "message_stop", "content_block_start", "content_block_delta"]
_PARTS = [
    "content_block_stop",
    "text_delta",
    "input_json_delta",
    "citations_delta",
    "signature_delta",
    "text",
    "tool_use",
]
_WORDS = st.sampled_from([*_EVENTS, *_PARTS])
_NAMES = st.sampled_from(["type", "index", "delta", "message", "content_block", "content", "usage", "text", "citation"])
_EVENT = st.dictionaries(
    _NAMES, _WORDS | st.integers(-1, 2) | _JSON | st.dictionaries(_NAMES, _WORDS | _JSON, max_size=4), max_size=5
)


@given(st.lists(_EVENT, max_size=8))
def test_any_events_make_a_message_or_are_refused(events: list[Json]) -> None:
    assembly = Assembly()
    try:
        for event in [START, *events]:
            assembly.take(event)
    except MalformedError:
        pass
    assert parse_partial_usage(assembly.message).total >= 0


@given(st.dictionaries(st.sampled_from(["content", "stop_reason", "usage", "model", "id", "stop_details"]), _JSON))
def test_any_message_is_a_reply_or_a_reason(message: Json) -> None:
    try:
        reply = parse_reply(message, make_request(), PRICES)
    except (ModelError, MalformedError):
        return
    assert reply.text.strip() or reply.stop_reason != "end_turn"


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        (None, Usage()),
        ("many", Usage()),
        ({"input_tokens": True, "output_tokens": -4}, Usage()),
        ({"input_tokens": 3.0, "output_tokens": float("nan")}, Usage(input=3)),
        ({"server_tool_use": {"web_search_requests": 2}}, Usage(searches=2)),
        (
            {"cache_creation_input_tokens": 10, "cache_creation": {"ephemeral_1h_input_tokens": 99}},
            Usage(cache_write=10, cache_write_1h=10),
        ),
    ],
)
def test_a_count_that_is_none_is_nothing(told: object, usage: Usage) -> None:
    assert parse_usage(told) == usage


def test_a_reply_keeps_its_blocks_as_json() -> None:
    blocks = [{"type": "text", "text": "Yes.", "citations": None, "new_field": {"a": [1]}}]
    reply = parse_reply({"content": blocks, "stop_reason": "end_turn"}, make_request(), PRICES)
    assert json.loads(json.dumps(reply.content)) == blocks
