"""What goes wrong between torusnb and a model, as one kind of error with a reason and a remedy."""

from __future__ import annotations

import json
import math
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from torusnb.errors import ModelError
from torusnb.messages.assembly import MalformedError
from torusnb.messages.reasons import REASONS
from torusnb.models.messages import Usage

Hide = Callable[[Any], Any]
"""A text or JSON value without the key."""

_MOST_QUOTED = 300
_HEADERS = ("request-id", "retry-after", "x-should-retry")

_BY_STATUS = {
    400: "bad-request",
    401: "unauthorized",
    402: "no-credit",
    403: "forbidden",
    404: "unknown-model",
    408: "timeout",
    409: "server-error",
    413: "too-large",
    422: "bad-request",
    429: "rate-limited",
    503: "overloaded",
    504: "timeout",
    529: "overloaded",
}
_BY_TYPE = {
    "invalid_request_error": "bad-request",
    "authentication_error": "unauthorized",
    "billing_error": "no-credit",
    "permission_error": "forbidden",
    "not_found_error": "unknown-model",
    "request_too_large": "too-large",
    "rate_limit_error": "rate-limited",
    "timeout_error": "timeout",
    "overloaded_error": "overloaded",
    "api_error": "server-error",
}
"""Statuses and types: https://platform.claude.com/docs/en/api/errors."""

_TOO_LONG = ("prompt is too long", "context window", "context length", "maximum context", "too many tokens")
_NO_TOOLS = (
    "not support tools",
    "tools are not supported",
    "tool calling is not supported",
    "tool use is not supported",
    "--enable-auto-tool-choice",
    "tools param requires",
)
"""What Ollama, vLLM and llama.cpp say of a model, or a start of theirs, that takes no tools."""
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""Where asking for the same name again brings nothing."""
_NO_CREDIT = ("credit balance", "spend limit", "usage limits")


class TooMuchError(Exception):
    """A reply went past the most bytes it may have."""


class RequestError(ModelError):
    """One request that got no complete reply.

    Attributes:
        usage, cost: What it took all the same, as far as the endpoint said so.
        after: The seconds that the endpoint asked to wait; None where it did not.
        again: Whether the same request is worth another try.
        said: What the endpoint, or what lies on the way to it, said of it.
    """

    def __init__(
        self,
        reason: str,
        said: str = "",
        *,
        usage: Usage | None = None,
        cost: float | None = None,
        after: float | None = None,
        again: bool | None = None,
    ) -> None:
        known = REASONS[reason]
        super().__init__(_sentences(known.means, said, known.remedy), reason=reason)
        self.said = said
        self.usage = usage or Usage()
        self.cost = cost
        self.after = after
        self.again = known.again if again is None else again

    def say_of_api(self) -> None:
        """Tell it of the Messages API itself, where no endpoint was given that a person could check."""
        known = REASONS[self.reason]
        if known.api_remedy:
            self.message = _sentences(known.api_means or known.means, self.said, known.api_remedy)


def _sentences(means: str, said: str, remedy: str) -> str:
    quoted = f": {said}" if said else ""
    return f"{means}{quoted.rstrip('.')}. {remedy}"


def translate_failure(problem: Exception, hide: Hide) -> RequestError:
    """The failure that an exception of the SDK, or of what lies below it, stands for.

    The text holds no headers; what the endpoint said is quoted, shortened, with the key hidden before that.
    """
    import anthropic
    import httpx2

    if isinstance(problem, anthropic.APIStatusError):
        headers = {name: hide(problem.response.headers.get(name)) for name in _HEADERS}
        return _refused_by_status(problem.response.status_code, hide(problem.body), headers)
    causes = tuple(_causes(problem))
    if any(isinstance(cause, TooMuchError) for cause in causes):
        return RequestError("too-much")
    if any(isinstance(cause, MalformedError) for cause in causes):
        return RequestError("malformed", _first_line(hide(str(causes[-1]))))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return RequestError("bad-tls", _first_line(hide(str(causes[-1]))))
    if any(isinstance(cause, httpx2.TimeoutException) for cause in causes):
        return RequestError("timeout")
    if any(isinstance(cause, httpx2.ConnectError | httpx2.ProxyError) for cause in causes):
        unknown = any(isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME for cause in causes)
        return RequestError("unreachable", _first_line(hide(_told_by(causes[-1]))), again=False if unknown else None)
    if any(isinstance(cause, httpx2.TransportError) for cause in causes):
        return RequestError("dropped", _first_line(hide(str(causes[-1]))))
    if any(isinstance(cause, httpx2.InvalidURL | httpx2.UnsupportedProtocol) for cause in causes):
        return RequestError("unreachable", "`endpoint` is not an address", again=False)
    return RequestError("malformed", _first_line(hide(str(problem))) or type(problem).__name__)


def failure_of_error(error: object, hide: Hide) -> RequestError:
    """The failure that the `error` object of the API stands for, as a batch's result gives it."""
    return _refused_by_status(200, {"error": hide(error)}, {})


def _refused_by_status(status: int, body: object, headers: Mapping[str, str | None]) -> RequestError:
    kind, said = _told(body)
    # An error within a stream or a batch comes with status 200; only there the type alone tells what it is.
    reason = _BY_STATUS.get(status) or (_BY_TYPE.get(kind) if status == 200 else None) or _by_range(status)
    lowered = said.lower()
    if reason == "bad-request" and any(words in lowered for words in _TOO_LONG):
        reason = "too-long"
    elif any(words in lowered for words in _NO_TOOLS):
        reason = "no-tools"
    elif reason == "bad-request" and any(words in lowered for words in _NO_CREDIT):
        reason = "no-credit"
    asked = headers.get("request-id") or ""
    told = "; ".join(part for part in (said, f"status {status}" if status != 200 else "", _named(asked)) if part)
    again = False if headers.get("x-should-retry") == "false" else None
    return RequestError(reason, told, after=_seconds(headers.get("retry-after")), again=again)


def _by_range(status: int) -> str:
    if status in range(300, 400):
        return "not-the-api"
    if status in range(400, 500):
        return "bad-request"
    return "server-error"


def _told(body: object) -> tuple[str, str]:
    """Type and message of an error's body; other endpoints say it in other shapes."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return "", "" if "<" in str(body) else _first_line(str(body))
    error: Any = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(error, dict) and isinstance(error.get("error"), dict):
        error = error["error"]
    if isinstance(error, str):
        return "", _first_line(error)
    if not isinstance(error, dict):
        return "", ""
    kind, message = error.get("type"), error.get("message")
    return kind if isinstance(kind, str) else "", _first_line(message) if isinstance(message, str) else ""


def _first_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_QUOTED else line[:_MOST_QUOTED].rstrip() + " ..."


def _named(request_id: str) -> str:
    return f"request {request_id}" if request_id.isascii() and 0 < len(request_id) <= 80 else ""


def _seconds(told: str | None) -> float | None:
    try:
        seconds = float(told) if told is not None else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _told_by(problem: BaseException) -> str:
    """What an exception says, without the system's number for it."""
    return (problem.strerror if isinstance(problem, OSError) else "") or str(problem)


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """The exception and what it came from, the outermost first."""
    seen: BaseException | None = problem
    for _ in range(20):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__
