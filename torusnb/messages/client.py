"""The client of the Messages API: one request, one complete reply, or one error that says why."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from torusnb.messages.admission import admit_requests
from torusnb.messages.assembly import Assembly, MalformedError
from torusnb.messages.batches import collect_batch, list_candidates, newest_batch, submit_batch
from torusnb.messages.budget import Budget
from torusnb.messages.estimates import estimate_tokens
from torusnb.messages.failures import RequestError
from torusnb.messages.patience import Clock, Patience, try_patiently
from torusnb.messages.prices import PriceList, estimate_cost
from torusnb.messages.replies import Outcome, parse_partial_usage, parse_reply, parse_whole_usage
from torusnb.messages.sending import check_stream, counted_of, guarded, guarded_items, sent_of, to_json, whole_message
from torusnb.messages.wire import Key, connect
from torusnb.models.base import render_json
from torusnb.models.messages import Json, ModelReply, ModelRequest, Usage

if TYPE_CHECKING:
    import anthropic

Result = TypeVar("Result")

_CANNOT_COUNT = frozenset({"unknown-model", "bad-request", "not-the-api"})
"""What an endpoint without a counter answers; where it means more than that, the request itself is refused alike."""

_REFUSED_FOR_NOW = frozenset({"rate-limited", "overloaded", "unreachable"})
"""Failures behind which nothing was accepted, so that the same may be sent again at once."""


class MessagesModel:
    """A model behind the Messages API; made by `torusnb.messages.opening.open_model`.

    Attributes:
        name: The model's id. base_url: where requests go. native: see `Model.native`.
        batches: Whether `reply_all` sends message batches. prices, budget: as given there.
    """

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        key: Key,
        native: bool,
        stream: bool,
        batches: bool,
        prices: PriceList,
        budget: Budget,
        patience: Patience,
        clock: Clock,
        say: Callable[[str], None],
        most_bytes: int,
    ) -> None:
        self.name = name
        self.base_url = base_url
        self.native = native
        self.batches = batches
        self.prices = prices
        self.budget = budget
        self._key = key
        self._stream = stream
        self._patience = patience
        self._clock = clock
        self._say = say
        self._most_bytes = most_bytes

    def __repr__(self) -> str:
        return f"MessagesModel(name={self.name!r}, base_url={self.base_url!r}, native={self.native})"

    def count_tokens(self, request: ModelRequest) -> int:
        """How many tokens would go in: counted by the API, estimated on the high side for another endpoint.

        Likewise for a gateway that passes requests on but cannot count.
        """
        if not self.native:
            return estimate_tokens(request)
        try:
            return self._patiently(request.purpose, lambda: self._count(request))
        except RequestError as failure:
            if failure.reason not in _CANNOT_COUNT:
                raise
            return estimate_tokens(request)

    def reply(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """The complete reply.

        A reply that breaks off is asked for again, and its text then starts anew; `say` is told so before.

        Raises:
            ModelError: No complete reply came; see `torusnb.messages.reasons`.
        """
        self._refuse_key(request)
        lost: list[float] = []

        def attempt() -> ModelReply:
            try:
                return self._attempt(request, on_text)
            except RequestError as failure:
                lost.append(failure.cost or 0.0)
                failure.cost = sum(lost) if any(lost) else failure.cost
                raise

        reply = try_patiently(attempt, self._patience, self._clock, self._say, request.purpose)
        return msgspec.structs.replace(reply, lost=round(sum(lost), 8)) if lost else reply

    def reply_all(self, requests: Sequence[ModelRequest]) -> tuple[ModelReply, ...]:
        """The reply to each, in their order.

        Raises:
            ModelError: The first failure among them; without batches the requests behind it were not sent.
        """
        if not self.batches or not requests:
            return tuple(self.reply(request) for request in requests)
        outcomes: dict[str, Outcome] = {}
        self.collect(self.submit(requests), requests, lambda request, got: outcomes.update({request.fingerprint: got}))
        replies = []
        for request in requests:
            outcome = outcomes[request.fingerprint]
            if isinstance(outcome, RequestError):
                raise outcome
            replies.append(outcome)
        return tuple(replies)

    def submit(self, requests: Sequence[ModelRequest]) -> str:
        """Send requests as one message batch; returns its id, which `collect` takes, today or tomorrow.

        Raises:
            ModelError: It was not accepted, or could pass the budget.
        """
        for request in requests:
            self._refuse_key(request)
        distinct = {request.fingerprint: request for request in requests}
        self._admit(tuple(distinct.values()), batch=True)
        what = f"a batch of {len(distinct)}"

        def attempt() -> str:
            try:
                return guarded(lambda: submit_batch(self._client, distinct), self._key)
            except RequestError as failure:
                # It may have been accepted; then a second one would be paid for too.
                failure.again = failure.again and failure.reason in _REFUSED_FOR_NOW
                raise

        return try_patiently(attempt, self._patience, self._clock, self._say, what)

    def newest_batch(self) -> str:
        """The id of the last message batch that anybody in the workspace sent; empty for none.

        Raises:
            ModelError: The endpoint does not tell.
        """
        return self._patiently("the list of batches", lambda: newest_batch(self._client))

    def find_batch(self, requests: Sequence[ModelRequest], after: str) -> str:
        """The id of the message batch that holds just these requests and was sent after another; empty for none.

        Only the results of a batch tell what it holds, so that one of the same size is waited for.

        Raises:
            ModelError: The endpoint does not tell, or `batch-pending` when a batch takes too long.
        """
        names = {request.fingerprint for request in requests}
        listed = self._patiently("the list of batches", lambda: list_candidates(self._client, len(names), after))
        for batch in listed:
            self._say(f"batch {batch} may be the one that was being sent when the last run ended; it is looked at")
            try:
                held = set(self._messages(batch))
            except RequestError as failure:
                if failure.reason != "batch-gone":
                    raise
                continue
            if held == names:
                return batch
        return ""

    def collect(
        self, batch: str, requests: Sequence[ModelRequest], on_outcome: Callable[[ModelRequest, Outcome], None]
    ) -> None:
        """Wait for a message batch; `on_outcome` is told the reply or the failure of each request.

        Raises:
            ModelError: `batch-pending` when it takes too long, `batch-gone` when it is no longer there.
        """
        distinct = {request.fingerprint: request for request in requests}
        messages = self._messages(batch)
        for fingerprint, request in distinct.items():
            on_outcome(request, self._outcome(request, messages.get(fingerprint)))

    def _messages(self, batch: str) -> dict[str, Json | RequestError]:
        waiting = (self._patience, self._clock, self._say, self._patiently)
        return collect_batch(self._client, batch, *waiting, self._key.hide_in)

    @cached_property
    def _client(self) -> anthropic.Anthropic:
        return connect(self.base_url, self._key, self.native, self._patience, self._clock, self._most_bytes)

    def _patiently(self, what: str, attempt: Callable[[], Result]) -> Result:
        return try_patiently(lambda: guarded(attempt, self._key), self._patience, self._clock, self._say, what)

    def _count(self, request: ModelRequest) -> int:
        counted = to_json(self._client.messages.count_tokens(**counted_of(request))).get("input_tokens")
        if not isinstance(counted, int):
            raise MalformedError("the count is no number")
        return counted

    def _attempt(self, request: ModelRequest, on_text: Callable[[str], None] | None) -> ModelReply:
        self._admit((request,))
        assembly, started = Assembly(), self._clock.monotonic()
        try:
            with closing(self._texts(request, assembly)) as texts:
                for text in self._key.hidden_in_all(texts):
                    if on_text is not None:
                        on_text(text)
        except RequestError as failure:
            if assembly.message:
                failure.usage = parse_partial_usage(assembly.message)
                failure.cost = self._book(request, failure.usage)
            raise
        except BaseException:
            # Whoever heard the text broke off, or Ctrl-C did; it is paid for all the same.
            self._book(request, parse_partial_usage(assembly.message))
            raise
        seconds = self._clock.monotonic() - started
        return self._parse(self._key.hide_in(assembly.message), request, seconds=seconds)

    def _texts(self, request: ModelRequest, assembly: Assembly) -> Generator[str, None, None]:
        """The pieces of text, as they come, until the assembly holds the whole message."""
        call = self._client.messages.create
        if not self._stream:
            yield guarded(lambda: assembly.take_whole(to_json(call(**sent_of(request)))), self._key)
            return
        with guarded(lambda: call(**sent_of(request), stream=True), self._key) as events:
            guarded(lambda: check_stream(events.response.headers.get("content-type", "")), self._key)
            yield from guarded_items((assembly.take(to_json(event)) for event in events), self._key)
        guarded(lambda: whole_message(assembly), self._key)

    def _outcome(self, request: ModelRequest, found: Json | RequestError | None) -> Outcome:
        if found is None:
            return RequestError("batch-gone")
        if isinstance(found, RequestError):
            return found
        try:
            return self._parse(found, request, batch=True)
        except RequestError as failure:
            return failure

    def _parse(self, message: Json, request: ModelRequest, *, seconds: float = 0.0, batch: bool = False) -> ModelReply:
        """The reply that a whole message is; what it took is booked, and told with the failure where it is none."""
        usage = parse_whole_usage(message, request)
        cost = self._book(request, usage, batch)
        try:
            return guarded(lambda: parse_reply(message, request, self.prices, seconds=seconds, batch=batch), self._key)
        except RequestError as failure:
            failure.usage, failure.cost = usage, cost
            raise

    def _refuse_key(self, request: ModelRequest) -> None:
        if self._key.is_secret and self._key.reveal().encode() in render_json(sent_of(request)):
            raise RequestError("key-in-request")

    def _admit(self, requests: Sequence[ModelRequest], batch: bool = False) -> None:
        admit_requests(requests, self.budget, self.prices, self.count_tokens, batch=batch)

    def _book(self, request: ModelRequest, usage: Usage, batch: bool = False) -> float | None:
        cost = estimate_cost(self.prices, request.model, usage, batch=batch)
        self.budget.book(cost, usage.total)
        return cost
