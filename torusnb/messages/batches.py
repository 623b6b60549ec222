"""Message batches: sent, waited for, and their results told apart."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from torusnb.messages.assembly import MalformedError
from torusnb.messages.failures import Hide, RequestError, failure_of_error
from torusnb.messages.patience import Clock, Patience
from torusnb.messages.sending import sent_of, to_json
from torusnb.models.messages import Json, ModelRequest

if TYPE_CHECKING:
    import anthropic

_MOST_LISTED = 200
"""Batches that are looked through for one that was sent; what a workspace sends in a day is rarely more."""

Patiently = Callable[[str, Callable[[], Any]], Any]
"""Makes a call, again where it is worth it."""


def submit_batch(client: anthropic.Anthropic, requests: Mapping[str, ModelRequest]) -> str:
    """Send the requests as one batch, each under its fingerprint; returns the batch's id."""
    entries: Any = [{"custom_id": name, "params": sent_of(request)} for name, request in requests.items()]
    return _text(to_json(client.messages.batches.create(requests=entries)), "id")


def newest_batch(client: anthropic.Anthropic) -> str:
    """The id of the last batch of the workspace; empty for none."""
    told = _listed(client, 1)
    return _text(told[0], "id") if told else ""


def list_candidates(client: anthropic.Anthropic, size: int, after: str) -> tuple[str, ...]:
    """The ids of the batches with that many requests that were sent after another one, the oldest first.

    A list tells of no request which they are; only a batch's results do.
    """
    found = []
    for told in _listed(client, _MOST_LISTED):
        if after and told.get("id") == after:
            break
        counts = told.get("request_counts")
        if isinstance(counts, dict) and sum(n for n in counts.values() if isinstance(n, int)) == size:
            found.append(_text(told, "id"))
    return tuple(reversed(found))


def _listed(client: anthropic.Anthropic, most: int) -> list[Json]:
    """The newest batches, the newest first."""
    listed = client.messages.batches.list(limit=min(most, 100))
    return [to_json(each) for each in itertools.islice(listed, most)]


def collect_batch(
    client: anthropic.Anthropic,
    batch: str,
    patience: Patience,
    clock: Clock,
    say: Callable[[str], None],
    patiently: Patiently,
    hide: Hide,
) -> dict[str, Json | RequestError]:
    """Wait for the batch; the message or the failure of each request by its fingerprint.

    Raises:
        RequestError: `batch-pending` when the patience ends first; `batch-gone` for a batch that is not there.
    """
    until, wait = clock.monotonic() + patience.batch, patience.poll
    try:
        while not patiently(f"batch {batch}", lambda: _has_ended(client, batch)):
            if clock.monotonic() + wait > until:
                raise RequestError("batch-pending", batch)
            say(f"batch {batch} is in progress; asked again in {wait:.0f} s")
            clock.sleep(wait)
            wait = min(2 * wait, patience.longest)
        found: dict[str, Json | RequestError] = patiently(f"batch {batch}", lambda: _results(client, batch, hide))
        return found
    except RequestError as failure:
        gone = failure.reason == "unknown-model"
        if not gone:
            raise
    raise RequestError("batch-gone", batch)


def _has_ended(client: anthropic.Anthropic, batch: str) -> bool:
    told = to_json(client.messages.batches.retrieve(batch))
    if _text(told, "processing_status") != "ended":
        return False
    where = urlsplit(_text(told, "results_url"))
    if where.hostname is not None and where.hostname != client.base_url.host:
        # The SDK would follow it, and take the key along.
        raise RequestError("not-the-api", "the batch's results lie at another host")
    return True


def _results(client: anthropic.Anthropic, batch: str, hide: Hide) -> dict[str, Json | RequestError]:
    found: dict[str, Json | RequestError] = {}
    for line in client.messages.batches.results(batch):
        told = to_json(line)
        found.setdefault(_text(told, "custom_id"), _result(told.get("result"), hide))
    return found


def _result(result: Any, hide: Hide) -> Json | RequestError:
    if not isinstance(result, dict):
        raise MalformedError("a result of the batch has no type")
    kind, message = result.get("type"), result.get("message")
    if kind == "succeeded" and isinstance(message, dict):
        return dict(hide(message))
    if kind == "errored":
        return failure_of_error(result.get("error"), hide)
    if kind == "expired":
        return RequestError("batch-expired")
    if kind == "canceled":
        return RequestError("batch-canceled")
    return RequestError("malformed", "a result of the batch is of no known type")


def _text(told: Json, name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedError(f"the batch has no {name}")
    return value
