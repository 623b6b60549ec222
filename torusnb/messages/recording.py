"""Every request on record: what was answered once is never asked again, and a replay asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from torusnb.errors import ModelError
from torusnb.messages.budget import Budget
from torusnb.messages.failures import RequestError
from torusnb.messages.parts import PartStore, split_request
from torusnb.messages.reasons import REASONS
from torusnb.messages.replies import Outcome
from torusnb.models.base import fingerprint
from torusnb.models.messages import Model, ModelReply, ModelRequest, RecordedReply, Usage

_NOT_TAKEN = frozenset(word for word, reason in REASONS.items() if not reason.again) - {"not-the-api", "too-much"}
"""Reasons for which a batch was certainly not accepted; behind the others it may be there all the same."""
_SETTLED = frozenset({"refused", "cut-short", "window-full"})
"""Failures that the same request would meet again, and be paid for: they stand until somebody asks afresh."""
_BATCH_ENDED = frozenset({"batch-expired", "batch-canceled", "batch-gone"})


@runtime_checkable
class Batching(Model, Protocol):
    """A model that can take requests as a message batch (`MessagesModel`)."""

    batches: bool

    def newest_batch(self) -> str:
        """The id of the last batch that was sent by anybody; empty for none."""
        ...

    def find_batch(self, requests: Sequence[ModelRequest], after: str) -> str:
        """The id of the batch of just these requests that was sent after another one; empty for none."""
        ...

    def submit(self, requests: Sequence[ModelRequest]) -> str:
        """Send them; returns the batch's id."""
        ...

    def collect(
        self, batch: str, requests: Sequence[ModelRequest], on_outcome: Callable[[ModelRequest, Outcome], None]
    ) -> None:
        """Wait for the batch, and tell what became of each request."""
        ...


@runtime_checkable
class Paying(Protocol):
    """A model that knows what it spent (`MessagesModel`)."""

    budget: Budget


class RecordingModel:
    """A model that answers from a record, and else asks another and records before it answers.

    Args:
        inner: Who is asked for what is not on record; None for a replay, in which a miss is an error.
        find: The newest record of a key, or None.
        keep: Keeps a record, durably, under its `key`.
        put: Keeps bytes and returns their hex SHA-256; parts that requests share are kept once.
        native: For a replay, what the recorded model was (`RecordedReply.native`); of no effect with an inner model.
    """

    def __init__(
        self,
        inner: Model | None,
        find: Callable[[str], RecordedReply | None],
        keep: Callable[[RecordedReply], object],
        put: Callable[[bytes], str],
        native: bool = True,
    ) -> None:
        self._inner = inner
        self._find = find
        self._keep = keep
        self._parts = PartStore(put)
        self._native = native

    @property
    def native(self) -> bool:
        """As the model behind it, or as recorded."""
        return self._inner.native if self._inner is not None else self._native

    def afresh(self) -> RecordingModel:
        """The same model and record, which keeps everything and answers nothing from it."""
        return RecordingModel(self._inner, lambda _: None, self._keep, self._parts.put, self._native)

    def count_tokens(self, request: ModelRequest) -> int:
        """How many tokens would go in; counted once, then read from the record.

        Raises:
            ModelError: `not-recorded` in a replay, or what the model behind it raises.
        """
        key = f"count-{request.fingerprint}"
        found = self._find(key)
        if found is not None and found.counted:
            return found.counted
        counted = self._ask(request).count_tokens(request)
        self._keep(self._record(request, key=key, request=None, counted=counted))
        return counted

    def reply(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """The recorded reply, whose text is heard at once, or a new one, which is on record when it is returned.

        A request that was refused or filled its limits is not sent again: it would cost the same and end the same.
        Other failures may pass, so that the next run asks again. `afresh` asks for anything.

        Raises:
            ModelError: `not-recorded` in a replay, or what the model behind it raises; that is recorded too.
        """
        found = self._recorded(request)
        if found is not None:
            if on_text is not None and found.text:
                on_text(found.text)
            return found
        inner = self._ask(request)
        settled = self._settled(request)
        if settled is not None:
            raise settled
        self._announce(request)
        before = _spent(inner)
        try:
            reply = inner.reply(request, on_text)
        except ModelError as failure:
            self._settle(request, failure)
            raise
        except BaseException:
            # Ctrl-C, or whoever heard the text broke off: what had come is paid for, and counts in the next run too.
            self._settle(request, RequestError("interrupted", cost=_spent(inner) - before))
            raise
        self._settle(request, reply)
        return reply

    def reply_all(self, requests: Sequence[ModelRequest]) -> tuple[ModelReply, ...]:
        """The reply to each, in their order; those that are not on record go out as a batch where there are batches.

        A batch that was sent and not yet collected, by this run or one before, is picked up instead of sent again; also
        one that was sent when the process was killed, before its id was on record.

        Raises:
            ModelError: The first failure among them; all that was replied is on record.
        """
        inner = self._inner
        if isinstance(inner, Batching) and inner.batches:
            failures = self._reply_as_batch(inner, requests)
            for request in requests:
                if request.fingerprint in failures:
                    raise failures[request.fingerprint]
        return tuple(self.reply(request) for request in requests)

    def _reply_as_batch(self, inner: Batching, requests: Sequence[ModelRequest]) -> dict[str, ModelError]:
        open_ones = [each for each in requests if self._recorded(each) is None and self._settled(each) is None]
        missing = {each.fingerprint: each for each in open_ones}
        waiting: dict[str, list[ModelRequest]] = {}
        intended: dict[str, list[ModelRequest]] = {}
        for name, request in missing.items():
            sent = self._find(f"batch-{name}")
            if sent is not None and sent.batch:
                waiting.setdefault(sent.batch, []).append(request)
            elif sent is not None and sent.intent:
                intended.setdefault(sent.intent, []).append(request)
        for intent, held in intended.items():
            batch = inner.find_batch(held, intent.partition(" ")[2])
            for request in held:
                self._mark(request, batch)
            if batch:
                waiting[batch] = held
        failures: dict[str, ModelError] = {}
        for batch, held in waiting.items():
            for request, failure in self._collect(inner, batch, held):
                if failure.reason not in _BATCH_ENDED:
                    failures[request.fingerprint] = failure
        unsent = [
            request for name, request in missing.items() if name not in failures and self._recorded(request) is None
        ]
        if unsent:
            batch = self._submit(inner, unsent)
            failures.update((request.fingerprint, failure) for request, failure in self._collect(inner, batch, unsent))
        return failures

    def _submit(self, inner: Batching, requests: Sequence[ModelRequest]) -> str:
        """Send a batch; that it is about to be sent is on record before, and its id right after."""
        intent = f"{fingerprint(*(request.fingerprint for request in requests))[:12]} {inner.newest_batch()}"
        for request in requests:
            self._announce(request)
            self._mark(request, "", intent)
        try:
            batch = inner.submit(requests)
        except ModelError as failure:
            if failure.reason in _NOT_TAKEN:
                for request in requests:
                    self._mark(request, "")
            raise
        for request in requests:
            self._mark(request, batch)
        return batch

    def _collect(
        self, inner: Batching, batch: str, requests: Sequence[ModelRequest]
    ) -> Iterable[tuple[ModelRequest, ModelError]]:
        """The failures among the requests of a batch; what became of each is on record."""
        failures: list[tuple[ModelRequest, ModelError]] = []

        def settle(request: ModelRequest, outcome: Outcome) -> None:
            self._settle(request, outcome)
            self._mark(request, "")
            if isinstance(outcome, ModelError):
                failures.append((request, outcome))

        try:
            inner.collect(batch, requests, settle)
        except ModelError as failure:
            if failure.reason not in _BATCH_ENDED:
                raise
            for request in requests:
                self._settle(request, failure)
                self._mark(request, "")
                failures.append((request, failure))
        return failures

    def _recorded(self, request: ModelRequest) -> ModelReply | None:
        found = self._find(request.fingerprint)
        if found is None or found.reply is None:
            return None
        return msgspec.structs.replace(found.reply, recorded=True)

    def _settled(self, request: ModelRequest) -> RequestError | None:
        failure = self._failed(request)
        return failure if failure is not None and failure.reason in _SETTLED else None

    def _failed(self, request: ModelRequest) -> RequestError | None:
        """The failure on record; without its cost, which was booked when it happened."""
        failed = self._find(f"failed-{request.fingerprint}")
        if failed is None or failed.reason not in REASONS:
            return None
        return RequestError(failed.reason, f"on record for {request.purpose}", usage=failed.usage, again=False)

    def _ask(self, request: ModelRequest) -> Model:
        if self._inner is None:
            failure = self._failed(request)
            if failure is not None:
                raise failure
            raise RequestError("not-recorded", f"{request.purpose}, {request.fingerprint[:12]}")
        return self._inner

    def _announce(self, request: ModelRequest) -> None:
        """Keep what is about to be sent, so that it is known also where no reply ever comes."""
        asked = split_request(request, self._parts)
        self._keep(self._record(request, key=f"sent-{request.fingerprint}", request=asked))

    def _settle(self, request: ModelRequest, outcome: ModelReply | ModelError) -> None:
        asked = split_request(request, self._parts)
        if isinstance(outcome, ModelReply):
            self._keep(self._record(request, key=request.fingerprint, request=asked, reply=outcome))
            return
        usage, cost = (outcome.usage, outcome.cost) if isinstance(outcome, RequestError) else (Usage(), None)
        record = self._record(request, key=f"failed-{request.fingerprint}", request=asked)
        told = {"reason": outcome.reason, "message": outcome.message, "usage": usage, "cost": cost}
        self._keep(msgspec.structs.replace(record, **told))

    def _mark(self, request: ModelRequest, batch: str, intent: str = "") -> None:
        self._keep(self._record(request, key=f"batch-{request.fingerprint}", request=None, batch=batch, intent=intent))

    def _record(self, asked: ModelRequest, **fields: object) -> RecordedReply:
        known = {"purpose": asked.purpose, "model": asked.model, "native": self.native}
        return msgspec.convert({**known, **fields}, RecordedReply)


def _spent(inner: Model) -> float:
    return inner.budget.spent_dollars if isinstance(inner, Paying) else 0.0
