"""How large a request is, and the most and the least that it can cost."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import Any

from torusnb.messages.prices import PriceList, estimate_cost
from torusnb.models.base import Value, render_json
from torusnb.models.messages import Json, ModelRequest, Usage

BYTES_PER_TOKEN = 3
"""Bytes of JSON that a token stands for, on the safe side: English prose has about four, code about three."""

_SEARCHES = 10
"""Web searches counted for a search tool that sets no `max_uses`."""


class Extent(Value, frozen=True):
    """How a request's tokens in divide at its cache marks, as shares of 0 to 1.

    Attributes:
        marked: The share up to the last `cache_control`.
        known: The share up to the furthest `cache_control` behind which all is the same as in an earlier request.
        hour: Whether a mark asks for an hour.
    """

    marked: float = 0.0
    known: float = 0.0
    hour: bool = False


def size_in_bytes(request: ModelRequest) -> int:
    """The bytes of JSON that go in; no tokenizer makes more tokens of them than there are bytes."""
    return sum(len(render_json(part)) for part in (request.system, request.messages, request.tools) if part)


def estimate_tokens(request: ModelRequest) -> int:
    """About how many tokens go in, on the high side; for an endpoint that cannot count."""
    return math.ceil(size_in_bytes(request) / BYTES_PER_TOKEN)


def measure_extent(request: ModelRequest, seen: set[str] | None = None) -> Extent:
    """Where a request's cache marks stand; the prefixes it marks are added to those `seen` in earlier requests."""
    digest, done, marked, known, hour = hashlib.sha256(), 0, 0, 0, False
    prefixes: list[str] = []
    for block in _blocks(request):
        mark = block.get("cache_control")
        data = render_json({name: value for name, value in block.items() if name != "cache_control"})
        digest.update(data)
        done += len(data)
        if mark:
            marked = done
            hour = hour or (isinstance(mark, dict) and mark.get("ttl") == "1h")
            prefixes.append(digest.hexdigest())
            if seen is not None and prefixes[-1] in seen:
                known = done
    if seen is not None:
        seen.update(prefixes)
    return Extent(marked=marked / done, known=known / done, hour=hour) if done else Extent()


def most_usage(request: ModelRequest, tokens_in: int) -> Usage:
    """The most that a request can take: all of a marked prefix written to the cache, and `max_tokens` out."""
    extent = measure_extent(request)
    written = math.ceil(tokens_in * extent.marked)
    return Usage(
        input=tokens_in - written,
        output=request.max_tokens,
        cache_write=written,
        cache_write_1h=written if extent.hour else 0,
        searches=most_searches(request),
    )


def least_usage(request: ModelRequest, tokens_in: int, seen: set[str]) -> Usage:
    """The least that a request can take: what an earlier request left in the cache is read, and nothing is said."""
    extent = measure_extent(request, seen)
    read = math.floor(tokens_in * extent.known)
    written = max(0, math.floor(tokens_in * extent.marked) - read)
    return Usage(
        input=tokens_in - read - written,
        cache_write=written,
        cache_read=read,
        cache_write_1h=written if extent.hour else 0,
    )


def most_cost(prices: PriceList, request: ModelRequest, tokens_in: int, *, batch: bool = False) -> float | None:
    """The most US dollars that a request can cost; None for a model without a price."""
    usage = most_usage(request, tokens_in)
    plain = Usage(input=tokens_in, output=usage.output, searches=usage.searches)
    costs = [estimate_cost(prices, request.model, each, batch=batch) for each in (usage, plain)]
    return max((cost for cost in costs if cost is not None), default=None)


def most_searches(request: ModelRequest) -> int:
    """The most web searches that the API may run for a request."""
    allowed = 0
    for tool in request.tools:
        if str(tool.get("type", "")).startswith("web_search"):
            uses = tool.get("max_uses")
            allowed += uses if isinstance(uses, int) and uses >= 0 else _SEARCHES
    return allowed


def _blocks(request: ModelRequest) -> Iterator[Json]:
    """All that goes in, in the order in which the API puts it before the model: tools, system, messages."""
    yield from request.tools
    yield from request.system
    for message in request.messages:
        content: Any = message.get("content")
        if isinstance(content, list | tuple):
            yield {"role": message.get("role")}
            yield from (block for block in content if isinstance(block, dict))
        else:
            yield message
