"""Talking to a model: what is sent, what came back, what it took, and what a model may look up meanwhile.

Content blocks, messages and tools are JSON as the Messages API defines it: https://docs.claude.com/en/api/messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from torusnb.models.base import Value
from torusnb.models.design import Evidence

Json = dict[str, Any]
"""A JSON object."""


class ModelRequest(Value, frozen=True):
    """One request to a model. The same request always has the same fingerprint, so that a record can answer it.

    Attributes:
        purpose: What it is for, for a person (`approach`, `section 4.1`, `revision of 9`); it is not sent.
        model: The model's id.
        max_tokens: The most that it may write.
        system, messages, tools: As the Messages API takes them.
    """

    purpose: str
    model: str
    max_tokens: int
    system: tuple[Json, ...] = ()
    messages: tuple[Json, ...] = ()
    tools: tuple[Json, ...] = ()


class Usage(Value, frozen=True):
    """What a reply took, in tokens; `searches` counts the web searches that the API ran for it."""

    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0
    searches: int = 0


class ModelReply(Value, frozen=True):
    """A complete reply; one that broke off, was refused or is empty never becomes a value.

    Attributes:
        content: The content blocks, as they came.
        stop_reason: `end_turn`, `tool_use`, `pause_turn` or `stop_sequence`.
        cost: US dollars by the dated price list; None for a model that is not on it.
        seconds: How long it took.
        recorded: Whether it was read from a trail instead of being asked for.
    """

    content: tuple[Json, ...]
    stop_reason: str
    usage: Usage = Usage()
    model: str = ""
    id: str = ""
    cost: float | None = None
    seconds: float = 0.0
    recorded: bool = False

    @property
    def text(self) -> str:
        """The text blocks, joined."""
        return "".join(block["text"] for block in self.content if block.get("type") == "text")


class Model(Protocol):
    """Who answers requests: the Messages API, or a record of what it answered."""

    def count_tokens(self, request: ModelRequest) -> int:
        """How many tokens would go in; an estimate where the endpoint cannot count."""
        ...

    def reply(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """The complete reply; `on_text` hears its text as it comes.

        Raises:
            ModelError: No complete reply came, for whatever reason.
        """
        ...

    def reply_all(self, requests: Sequence[ModelRequest]) -> tuple[ModelReply, ...]:
        """The reply to each, in their order; as one message batch where the endpoint has them.

        Raises:
            ModelError: One of them got no complete reply; those that did are on record.
        """
        ...


class LookupTool(Value, frozen=True):
    """Something a model may look up: `parameters` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: Json


class LookupAnswer(Value, frozen=True):
    """What was found.

    Attributes:
        text: For the model to read: each line that can be cited starts with its key.
        evidence: Everything in it that a sentence may rest on.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()


class Lookups(Protocol):
    """Read-only questions to the checkout, its guides and history, the dependency docs and the captured sources."""

    def tools(self) -> tuple[LookupTool, ...]:
        """All that can be asked, in a fixed order."""
        ...

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        """What was found. Wrong arguments and unknown names are answered in words; nothing is raised for them."""
        ...
