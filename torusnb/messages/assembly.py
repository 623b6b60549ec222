"""Events of a stream, put together to the message they are parts of."""

from __future__ import annotations

import json
from typing import Any

from torusnb.models.messages import UNREADABLE, Json

_APPENDED = {"text_delta": "text", "thinking_delta": "thinking"}
_MOST_UNREADABLE = 200


class MalformedError(ValueError):
    """Events or a message of another shape than the Messages API defines."""


class Assembly:
    """Takes events in their order; knows whether the message is complete.

    Attributes:
        message: The message so far; empty before `message_start`.
        complete: Whether `message_stop` came.
    """

    def __init__(self) -> None:
        self.message: Json = {}
        self.complete = False
        self._blocks: list[Json] = []
        self._inputs: dict[int, str] = {}

    def take(self, event: Json) -> str:
        """Take one event; returns the text that it adds. Kinds of events that are not known are passed over.

        Raises:
            MalformedError: It does not fit the events before it.
        """
        kind = event.get("type")
        if kind == "message_start":
            self._start(event)
        elif isinstance(kind, str) and kind.startswith(("message_", "content_block_")):
            if not self.message:
                raise MalformedError("an event came before message_start")
            return self._go_on(kind, event)
        return ""

    def take_whole(self, message: Json) -> str:
        """Take a message that came in one piece; returns its text.

        Raises:
            MalformedError: Its content is no list of blocks.
        """
        self._start({"message": message})
        self.complete = True
        return "".join(_string(block.get("text")) for block in self._blocks if block.get("type") == "text")

    def _start(self, event: Json) -> None:
        message = _mapping(event.get("message"))
        if self.message:
            raise MalformedError("a second message started")
        content = message.get("content") or []
        if not isinstance(content, list):
            raise MalformedError("the message's content is no list")
        self._blocks = [_mapping(block) for block in content]
        self.message = {**message, "content": self._blocks}

    def _go_on(self, kind: str, event: Json) -> str:
        if kind == "content_block_start":
            block = dict(_mapping(event.get("content_block")))
            if event.get("index") != len(self._blocks):
                raise MalformedError("a block started out of its order")
            self._blocks.append(block)
            return _shown(_string(block.get("text", ""))) if block.get("type") == "text" else ""
        if kind == "content_block_delta":
            return self._delta(event)
        if kind == "content_block_stop":
            self._close(event)
        elif kind == "message_delta":
            self.message.update(_mapping(event.get("delta")))
            told = {name: value for name, value in _mapping(event.get("usage") or {}).items() if value is not None}
            self.message["usage"] = {**_mapping(self.message.get("usage") or {}), **told}
        elif kind == "message_stop":
            self.end()
            self.complete = True
        return ""

    def end(self) -> None:
        """Take it that no more events come: what is open is closed.

        Raises:
            MalformedError: The arguments of a tool broke off.
        """
        for index in tuple(self._inputs):
            self._close({"index": index}, whole=False)

    def _delta(self, event: Json) -> str:
        index, block = self._block(event)
        delta = _mapping(event.get("delta"))
        kind = delta.get("type")
        if kind in _APPENDED:
            name = _APPENDED[kind]
            more = _string(delta.get(name))
            block[name] = _string(block.get(name) or "") + more
            return _shown(more) if name == "text" else ""
        if kind == "input_json_delta":
            self._inputs[index] = self._inputs.get(index, "") + _string(delta.get("partial_json"))
        elif kind == "signature_delta":
            block["signature"] = _string(delta.get("signature"))
        elif kind == "citations_delta":
            block["citations"] = [*(block.get("citations") or ()), _mapping(delta.get("citation"))]
        return ""

    def _close(self, event: Json, *, whole: bool = True) -> None:
        index, block = self._block(event)
        told = self._inputs.pop(index, "")
        if told.strip():
            found = read_arguments(told)
            if not whole and UNREADABLE in found:
                raise MalformedError("a tool's arguments broke off")
            block["input"] = found

    def _block(self, event: Json) -> tuple[int, Json]:
        index = event.get("index")
        if not isinstance(index, int) or not 0 <= index < len(self._blocks):
            raise MalformedError("an event names a block that never started")
        return index, self._blocks[index]


def read_arguments(told: object) -> Json:
    """A tool's arguments: an object as it is, or the object that a text holds; what is none stands as `UNREADABLE`.

    Models on a machine of one's own now and then write arguments that are no JSON, and some servers pass them on as a
    text; that is for the one who answers the call to say, and no reason to ask for the whole reply again.
    """
    if told is None or told == "":
        return {}
    try:
        found = json.loads(told) if isinstance(told, str) else told
    except (ValueError, RecursionError):
        found = told
    return found if isinstance(found, dict) else {UNREADABLE: str(told)[:_MOST_UNREADABLE]}


def _mapping(value: Any) -> Json:
    if not isinstance(value, dict):
        raise MalformedError("an object is missing")
    return value


def _shown(text: str) -> str:
    """The text as a screen can show it; half a character, which JSON can spell, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise MalformedError("a text is missing")
    return value
