"""A message of the API, judged: a complete reply, or the reason why it is none."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from torusnb.messages.assembly import MalformedError, read_arguments
from torusnb.messages.estimates import BYTES_PER_TOKEN, estimate_tokens
from torusnb.messages.failures import RequestError
from torusnb.messages.prices import PriceList, estimate_cost
from torusnb.models.base import render_json
from torusnb.models.messages import Json, ModelReply, ModelRequest, Usage

Outcome = ModelReply | RequestError
"""What became of one request."""

_COMPLETE = frozenset({"end_turn", "stop_sequence", "tool_use", "pause_turn"})
_INCOMPLETE = {"max_tokens": "cut-short", "model_context_window_exceeded": "window-full", "refusal": "refused"}


def parse_reply(
    message: Json, request: ModelRequest, prices: PriceList, *, seconds: float = 0.0, batch: bool = False
) -> ModelReply:
    """The reply that a whole message is.

    What other servers are known to do otherwise is put right: calls of tools under `end_turn`, arguments as a text,
    calls without an id, empty blocks of text, usage that is not told.

    Raises:
        RequestError: It was refused, cut off, or is empty; what it took is told with it.
        MalformedError: It has another shape than the API's messages.
    """
    content, stop = _blocks(message.get("content")), _text(message.get("stop_reason"))
    usage = parse_whole_usage(message, request)
    cost = estimate_cost(prices, request.model, usage, batch=batch)
    if stop in _INCOMPLETE:
        said = _explained(message) if stop == "refusal" else f"{usage.output:,} of {request.max_tokens:,} tokens"
        raise RequestError(_INCOMPLETE[stop], said, usage=usage, cost=cost)
    if stop not in _COMPLETE:
        raise MalformedError("the message does not say why it ended")
    if any(block.get("type") == "tool_use" for block in content):
        stop = "tool_use"
    reply = ModelReply(
        content=tuple(mend_text(content)),
        stop_reason=stop,
        usage=usage,
        model=_text(message.get("model")),
        id=_text(message.get("id")),
        cost=cost,
        seconds=round(seconds, 3),
    )
    if not _says_something(reply):
        raise RequestError("empty", f"it ended with {stop}", usage=usage, cost=cost)
    return reply


def parse_usage(told: object) -> Usage:
    """What a message says it took; what is missing or no count is 0."""
    if not isinstance(told, dict):
        return Usage()
    searches, kept = told.get("server_tool_use"), told.get("cache_creation")
    written = _count(told.get("cache_creation_input_tokens"))
    return Usage(
        input=_count(told.get("input_tokens")),
        output=_count(told.get("output_tokens")),
        cache_write=written,
        cache_read=_count(told.get("cache_read_input_tokens")),
        searches=_count(searches.get("web_search_requests")) if isinstance(searches, dict) else 0,
        cache_write_1h=min(written, _count(kept.get("ephemeral_1h_input_tokens"))) if isinstance(kept, dict) else 0,
    )


def parse_whole_usage(message: Json, request: ModelRequest) -> Usage:
    """What a whole message took: as it was told, or on the high side where nothing was told."""
    usage = parse_usage(message.get("usage"))
    if usage.total:
        return usage
    said = math.ceil(len(render_json(mend_text(message.get("content") or []))) / BYTES_PER_TOKEN)
    return msgspec.structs.replace(usage, input=estimate_tokens(request), output=said)


def parse_partial_usage(message: Json) -> Usage:
    """What a message that broke off took: as it was told at its start, and what had been said, on the high side."""
    usage = parse_usage(message.get("usage"))
    if not message:
        return usage
    said = math.ceil(len(render_json(mend_text(message.get("content") or []))) / BYTES_PER_TOKEN)
    return msgspec.structs.replace(usage, output=max(usage.output, said))


def mend_text(value: Any) -> Any:
    r"""The JSON value with whole characters: halves of one that came apart are joined, a lone half is replaced.

    JSON can spell half a character (`"\ud83d"`), which no UTF-8 and so no record can hold.
    """
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [mend_text(item) for item in value]
    if isinstance(value, dict):
        return {mend_text(name): mend_text(item) for name, item in value.items()}
    return value


def _blocks(content: Any) -> list[Json]:
    """The blocks of a message, as they can be read, and sent back as what was said.

    Raises:
        MalformedError: They are of another shape.
    """
    if not isinstance(content, list) or not all(isinstance(block, dict) for block in content):
        raise MalformedError("the content is no list of blocks")
    if any(block.get("type") == "text" and not isinstance(block.get("text"), str) for block in content):
        raise MalformedError("a text block holds no text")
    # The API takes no empty block of text when the message is sent back.
    kept = [block for block in content if block.get("type") != "text" or block["text"]]
    return [_call(block, number) if block.get("type") == "tool_use" else block for number, block in enumerate(kept)]


def _call(block: Json, number: int) -> Json:
    name = block.get("name")
    if not isinstance(name, str) or not name:
        raise MalformedError("a tool's call has no name")
    given = block.get("id")
    call_id = given if isinstance(given, str) and given else f"call_{number}"
    return {**block, "id": call_id, "input": read_arguments(block.get("input"))}


def _says_something(reply: ModelReply) -> bool:
    if reply.stop_reason == "pause_turn":
        return True
    return any(block.get("type") == "tool_use" for block in reply.content) or (
        reply.stop_reason != "tool_use" and bool(reply.text.strip())
    )


def _explained(message: Json) -> str:
    details = message.get("stop_details")
    if not isinstance(details, dict):
        return ""
    parts = (details.get("category"), details.get("explanation"))
    return ", ".join(" ".join(part.split())[:200] for part in parts if isinstance(part, str) and part)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return max(0, int(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
