"""Requests as a record keeps them: what many of them share is kept once, by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from torusnb.errors import TrailError
from torusnb.models.base import parse_json, render_json
from torusnb.models.messages import Json, ModelRequest, RecordedReply, RecordedRequest

SMALLEST_PART = 300
"""Bytes of JSON below which a block stays in the record itself: a reference is hardly shorter."""

_PART, _MARK = "part", "cache_control"


class PartStore:
    """Keeps parts through a callback, each once.

    Args:
        put: Keeps bytes, returns their hex SHA-256 (`Trail.put_snapshot`).
    """

    def __init__(self, put: Callable[[bytes], str]) -> None:
        self.put = put
        self._kept: set[str] = set()

    def keep(self, value: object) -> str:
        """The hash under which the value's JSON is kept."""
        data = render_json(value)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in self._kept:
            self._kept.add(self.put(data))
        return sha256

    def refer(self, value: Any) -> Any:
        """A reference to the value, or the value itself where it is small.

        A cache mark moves from block to block within a conversation, so it stays with the reference.
        """
        if len(render_json(value)) < SMALLEST_PART:
            return value
        if isinstance(value, dict) and _MARK in value:
            rest = {name: each for name, each in value.items() if name != _MARK}
            return {_PART: self.keep(rest), _MARK: value[_MARK]}
        return {_PART: self.keep(value)}


def split_request(request: ModelRequest, store: PartStore) -> RecordedRequest:
    """The request with references to its larger parts, which are kept in the store."""
    return RecordedRequest(
        model=request.model,
        max_tokens=request.max_tokens,
        system=tuple(store.refer(block) for block in request.system),
        messages=tuple(_split_message(message, store) for message in request.messages),
        tools=store.keep(request.tools) if request.tools else "",
        options=request.options,
    )


def join_request(record: RecordedReply, get: Callable[[str], bytes | None]) -> ModelRequest:
    """The request of a record, as it was sent.

    Args:
        record: A record with a request.
        get: The bytes of a part by its hash (`Trail.snapshot`).

    Raises:
        TrailError: A part is missing or damaged, or the record holds no request.
    """
    asked = record.request
    if asked is None:
        raise TrailError("this record holds no request; look at the one of the reply", key=record.key)

    def resolve(value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get(_PART), str):
            return value
        found = _load(value[_PART], get)
        return {**found, _MARK: value[_MARK]} if _MARK in value and isinstance(found, dict) else found

    return ModelRequest(
        purpose=record.purpose,
        model=asked.model,
        max_tokens=asked.max_tokens,
        system=tuple(resolve(block) for block in asked.system),
        messages=tuple(_join_message(message, resolve) for message in asked.messages),
        tools=tuple(_load(asked.tools, get)) if asked.tools else (),
        options=asked.options,
    )


def _split_message(message: Json, store: PartStore) -> Json:
    content = message.get("content")
    if isinstance(content, list | tuple):
        return {**message, "content": [store.refer(block) for block in content]}
    return {**message, "content": store.refer(content)}


def _join_message(message: Json, resolve: Callable[[Any], Any]) -> Json:
    content = message.get("content")
    if isinstance(content, list):
        return {**message, "content": [resolve(block) for block in content]}
    return {**message, "content": resolve(content)}


def _load(sha256: str, get: Callable[[str], bytes | None]) -> Any:
    data = get(sha256)
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        state = "missing" if data is None else "changed"
        raise TrailError(f"a part of a recorded request is {state} ({sha256[:12]}); use another copy of the trail")
    try:
        return parse_json(data, object)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise TrailError(f"a part of a recorded request is no JSON ({sha256[:12]}); use another copy") from problem
