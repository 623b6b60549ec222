"""What an answer is: the outcome, and the sentence that a person reads."""

from __future__ import annotations

from torusnb.fetch.address import Target
from torusnb.fetch.barriers import Barrier, find_barrier
from torusnb.fetch.charset import Decoded, decode_text, find_declared
from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.media import MARKUP, check_magic, find_media_type, is_text
from torusnb.fetch.pacing import parse_retry_after
from torusnb.fetch.traps import find_trap
from torusnb.fetch.wire import Answer
from torusnb.models.fetched import Exchange, Fetched, FetchRequest

_FETCHED = (200, 203)
_ANOTHER = "Cite another page."


def sentence(url: str, text: str, remedy: str) -> str:
    """What happened, where, and what to do: two sentences."""
    shown = "".join(character if character.isprintable() else "?" for character in url[:300])
    return f"{shown}: {text}. {remedy}"


def offline_answer(request: FetchRequest) -> Fetched:
    """The answer of a client that asks nobody."""
    message = sentence(request.url, "torusnb works offline", "Allow the network to fetch it.")
    return Fetched(request.url, request.url, "offline", message)


def failed_answer(request: FetchRequest, url: str, failure: FetchFailure) -> Fetched:
    """The answer to a request that got none, or none that could be followed.

    Args:
        request: What was asked.
        url: The address that it ended at.
        failure: Why.
    """
    message = sentence(url, failure.text, failure.remedy)
    return Fetched(request.url, url, failure.outcome, message, wait_seconds=failure.wait_seconds)


def judge_answer(request: FetchRequest, target: Target, answer: Answer, now: str) -> Fetched:
    """What the last answer of a request is; redirects are behind it.

    Args:
        request: What was asked.
        target: The address that answered.
        answer: Its answer.
        now: The time of day, for a Retry-After that names a date.
    """
    exchange = answer.exchange
    media_type = find_media_type(exchange.header("content-type"), target.resource.split("?")[0])
    decoded = read_text(exchange, media_type)
    try:
        outcome, text, remedy = _judge(answer, media_type, decoded)
    except FetchFailure as failure:
        outcome, text, remedy = failure.outcome, failure.text, failure.remedy
    kept = outcome in {"ok", "thin", "challenge"}
    limited = outcome == "rate-limited"
    return Fetched(
        requested=request.url,
        url=target.url,
        outcome=outcome,
        message=sentence(target.url, text, remedy) if text else "",
        note=_note(target, request.url, decoded) if kept else "",
        status=exchange.status,
        media_type=media_type,
        charset=decoded.charset if kept and decoded else "",
        etag=exchange.header("etag"),
        last_modified=exchange.header("last-modified"),
        fetched_at=exchange.fetched_at,
        sha256=exchange.sha256 if kept else "",
        body=exchange.body if kept else b"",
        wait_seconds=parse_retry_after(exchange.header("retry-after"), now) if limited else 0.0,
    )


def read_text(exchange: Exchange, media_type: str) -> Decoded | None:
    """The body as text; None for bytes that are none."""
    if not is_text(media_type):
        return None
    declared = find_declared(exchange.header("content-type"))
    return decode_text(exchange.body, declared, markup=media_type in MARKUP)


def is_challenge(exchange: Exchange) -> bool:
    """Whether an answer asks for proof of being human; asking again would only ask for more of it."""
    barrier = _barrier(exchange, find_media_type(exchange.header("content-type"), ""))
    return barrier is not None and barrier.outcome == "challenge"


def _barrier(exchange: Exchange, media_type: str, decoded: Decoded | None = None) -> Barrier | None:
    decoded = decoded or read_text(exchange, media_type)
    if decoded is None:
        return None
    # An error page often names no type, or a wrong one.
    markup = media_type in MARKUP or (exchange.status not in _FETCHED and "<" in decoded.text[:1000])
    return find_barrier(exchange.status, exchange.headers, decoded.text, markup=markup)


def _judge(answer: Answer, media_type: str, decoded: Decoded | None) -> tuple[str, str, str]:
    """Outcome, what happened, what to do."""
    exchange = answer.exchange
    status = exchange.status
    if answer.failure is not None and status < 400:
        raise answer.failure
    if status == 304 and any(name.startswith("If-") for name, _ in exchange.request_headers):
        return "not-modified", "it has not changed since the snapshot was taken", "Keep the snapshot."
    if decoded is not None and media_type in MARKUP and (trap := find_trap(decoded.text)):
        return "broken", f"{trap}, as if to keep its readers busy", _ANOTHER
    barrier = _barrier(exchange, media_type, decoded)
    if barrier is not None:
        return barrier.outcome, barrier.text, "Open it in a browser, and cite it by hand or cite another page."
    if status in _FETCHED:
        check_magic(media_type, exchange.body)
        if decoded is not None and not decoded.readable:
            return "broken", f"its bytes are not text in {decoded.charset}", _ANOTHER
        return "ok", "", ""
    return _judge_status(exchange)


def _judge_status(exchange: Exchange) -> tuple[str, str, str]:
    status = exchange.status
    shown = f"the host answers {status}" + (f" {exchange.reason[:60]}" if exchange.reason.isprintable() else "")
    if status == 429 or (status == 503 and exchange.header("retry-after")):
        return "rate-limited", f"{shown} and asks to slow down", "Run the fetch again later."
    if status in (404, 410):
        return "gone", f"{shown}: there is no such page", "Check the address, and the version in it."
    if status in (401, 402, 403, 407, 451):
        return "http-error", f"{shown} and shows the page only to some", _ANOTHER
    if status >= 500:
        return "http-error", f"{shown}: it is at fault itself", "Run the fetch again later, or cite another page."
    return "http-error", f"{shown}, which brings no page", "Open it in a browser, and cite the page that it shows."


def _note(target: Target, requested: str, decoded: Decoded | None) -> str:
    notes = [decoded.note] if decoded and decoded.note else []
    if "xn--" in target.host and target.host not in requested:
        notes.append(f"The host's name is {target.host} in ASCII: look twice whether it is the one it looks like.")
    return " ".join(notes)
