"""Talking to a model: what is sent, what came back, what it took, and what a model may look up meanwhile.

Content blocks, messages and tools are JSON as the Messages API defines it: https://docs.claude.com/en/api/messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from torusnb.models.base import Value, fingerprint
from torusnb.models.design import Evidence

Json = dict[str, Any]
"""A JSON object."""

UNREADABLE = "unreadable"
"""The argument under which a tool's arguments stand that were no JSON object: whoever answers the call says so."""

LACKS = "the checkout as it was read has no"
"""How an answer begins to say that a whole folder is not there."""
DOCUMENTED_HERE = "# documented here: "
"""Begins the line of an answer that lists, apart by `;`, which of the names asked for the held documentation has."""


class ModelRequest(Value, frozen=True):
    """One request to a model. The same request always has the same fingerprint, so that a record can answer it.

    Attributes:
        purpose: What it is for, for a person (`approach`, `section 4.1`, `revision of 9`); it is not sent.
        model: The model's id.
        max_tokens: The most that it may write.
        system, messages, tools: As the Messages API takes them.
        options: Its other fields (`tool_choice`, `thinking`, `output_config`, `stop_sequences`), as it takes them.
    """

    purpose: str
    model: str
    max_tokens: int
    system: tuple[Json, ...] = ()
    messages: tuple[Json, ...] = ()
    tools: tuple[Json, ...] = ()
    options: Json = {}

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 over all that is sent; what it is for is left out."""
        return fingerprint(self.model, self.max_tokens, self.system, self.messages, self.tools, self.options)


class Usage(Value, frozen=True):
    """What a reply took, in tokens.

    Attributes:
        input: Tokens in that were neither written to a cache nor read from one.
        output: Tokens out, thinking included.
        cache_write: Tokens in that were written to a cache, for whatever time.
        cache_read: Tokens in that were read from a cache.
        searches: Web searches that the API ran for it.
        cache_write_1h: The part of `cache_write` that is kept for an hour instead of five minutes.
    """

    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0
    searches: int = 0
    cache_write_1h: int = 0

    @property
    def prompt(self) -> int:
        """All tokens in."""
        return self.input + self.cache_write + self.cache_read

    @property
    def total(self) -> int:
        """All tokens, in and out."""
        return self.prompt + self.output


class ModelReply(Value, frozen=True):
    """A complete reply; one that broke off, was refused or is empty never becomes a value.

    Attributes:
        content: The content blocks, as they came.
        stop_reason: `end_turn`, `tool_use`, `pause_turn` or `stop_sequence`.
        cost: US dollars by the dated price list; None for a model that is not on it.
        seconds: How long it took.
        lost: US dollars that tries before it took, which gave no complete reply.
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
    lost: float = 0.0

    @property
    def text(self) -> str:
        """The text blocks, joined."""
        return "".join(block["text"] for block in self.content if block.get("type") == "text")


class RecordedRequest(Value, frozen=True):
    """A request as a record keeps it: `{"part": "HASH"}` stands for JSON that is kept once, by its hex SHA-256.

    Attributes:
        model, max_tokens, options: As in the request.
        system: The system blocks. messages: the messages, with a part for each larger block of their content.
        tools: The hash of the whole list of tools; empty for none.
    """

    model: str
    max_tokens: int
    system: tuple[Json, ...] = ()
    messages: tuple[Json, ...] = ()
    tools: str = ""
    options: Json = {}


class RecordedReply(Value, frozen=True):
    """What a record keeps of one request: its reply, its failure, its count of tokens, or the batch it went out in.

    Attributes:
        key: What it is found by: the request's fingerprint for a reply; `failed-`, `count-` or `batch-` and the
            fingerprint for the others, `sent-` for what went out, so that none of them can stand in for a reply.
        purpose: What the request was for.
        model: The model asked.
        request: What was asked; None for a count or a batch.
        reply: The complete reply, or None.
        reason, message: Of the failure; empty without one.
        usage, cost: What the failed request took, as far as the endpoint said; of a reply see `reply`.
        counted: The tokens that would go in, for a count.
        batch: The id of the message batch that the request waits in; empty once it no longer does.
        native: Whether the endpoint spoke the whole Messages API, so that a replay builds the same requests.
        intent: Before a batch is sent, which requests it holds and the newest batch that was there; empty afterwards.
    """

    key: str
    purpose: str
    model: str
    request: RecordedRequest | None = None
    reply: ModelReply | None = None
    reason: str = ""
    message: str = ""
    usage: Usage = Usage()
    cost: float | None = None
    counted: int = 0
    batch: str = ""
    native: bool = True
    intent: str = ""

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.reason:
            return f"{self.purpose}: {self.model} gave no reply ({self.reason})"
        if self.key.startswith("sent-"):
            return f"{self.purpose}: sent to {self.model}"
        if self.intent:
            return f"{self.purpose}: about to be sent in a batch"
        if self.key.startswith("batch-"):
            return f"{self.purpose}: " + (f"waits in batch {self.batch}" if self.batch else "its batch is done")
        if self.reply is None:
            return f"{self.purpose}: {self.counted:,} tokens in"
        used = self.reply.usage
        cost = "" if self.reply.cost is None else f", {self.reply.cost + self.reply.lost:.4f} US dollars"
        return (
            f"{self.purpose}: {used.prompt:,} tokens in ({used.cache_read:,} from the cache), {used.output:,} out{cost}"
        )


class Model(Protocol):
    """Who answers requests: the Messages API, or a record of what it answered."""

    @property
    def native(self) -> bool:
        """Whether the endpoint is the Messages API itself: with citations, `cache_control` and counted tokens.

        Another endpoint behind a `base_url` (Ollama, vLLM, llama.cpp) takes text and tools only: a request for it
        holds no `citations`, no `cache_control` and no `search_result` or `document` block.
        """
        ...

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


class LookedUp(Value, frozen=True):
    """A question that was answered, as the trail keeps it, so that a replay asks nobody.

    Attributes:
        key: The fingerprint of the question and of what it was asked of.
        tool, arguments: The canonical JSON of the tool's name and of the arguments.
        identity: What the answer rests on, as the caller tells one checkout from another.
    """

    key: str
    tool: str
    arguments: str
    identity: str
    answer: LookupAnswer


class Lookups(Protocol):
    """Read-only questions to the checkout, its guides and history, the dependency docs and the captured sources."""

    def tools(self) -> tuple[LookupTool, ...]:
        """All that can be asked, in a fixed order."""
        ...

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        """What was found. Wrong arguments and unknown names are answered in words; nothing is raised for them."""
        ...
