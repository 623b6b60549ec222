"""Calling the SDK: what it raises becomes one kind of error, and what it returns becomes JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from torusnb.messages.assembly import Assembly, MalformedError
from torusnb.messages.failures import RequestError, TooMuchError, translate_failure
from torusnb.messages.wire import Key
from torusnb.models.messages import Json, ModelRequest

Result = TypeVar("Result")

_COUNTED = ("model", "messages", "system", "tools", "tool_choice", "thinking", "output_config")
"""The fields that https://platform.claude.com/docs/en/api/messages-count-tokens takes."""

_FOREIGN = (ValueError, TypeError, LookupError, AttributeError, RuntimeError, AssertionError, OSError, TooMuchError)
"""What comes out of the SDK for input of unforeseen shapes, besides its own errors."""


def guarded(call: Callable[[], Result], key: Key) -> Result:
    """What the call returns; everything that goes wrong in it is a `RequestError`.

    The error has no cause and no context: those of the SDK hold the request's headers, and so the key.

    Raises:
        RequestError: The call failed.
    """
    import anthropic
    import httpx2

    try:
        return call()
    except RequestError as failure:
        found = failure
    except (anthropic.AnthropicError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, *_FOREIGN) as problem:
        found = translate_failure(problem, key.hide_in)
    if not key.endpoint:
        found.say_of_api()
    found.message = key.hide_in(found.message)
    found.args = (found.message,)
    raise found


def guarded_items(items: Iterable[Result], key: Key) -> Iterator[Result]:
    """The items, with `guarded` around the taking of each; what is done with them stays outside."""
    iterator, end = iter(items), object()
    while True:
        item: Any = guarded(lambda: next(iterator, end), key)
        if item is end:
            return
        yield item


def to_json(value: Any) -> Json:
    """What the SDK made of an answer, as the JSON that it was.

    Raises:
        RequestError: `not-the-api`: the answer was a page or another text.
        MalformedError: It was JSON, but no object.
    """
    if isinstance(value, str):
        raise RequestError("not-the-api", "it sent a page or a text")
    if not hasattr(value, "to_dict"):
        raise MalformedError("what came is no JSON object")
    found: Json = value.to_dict(mode="json", warnings=False)
    return found


def check_stream(media_type: str) -> None:
    """See that a stream of events is coming.

    Raises:
        RequestError: `not-the-api`: it is a page or something else.
    """
    if "text/event-stream" not in media_type:
        raise RequestError("not-the-api", f"it sent {media_type.split(';')[0][:80] or 'something'}")


def whole_message(assembly: Assembly) -> Json:
    """The message that was put together.

    A stream that ended cleanly after it had said why it stops is whole: some servers leave `message_stop` out.

    Raises:
        RequestError: `ended-early`: it is not complete.
        MalformedError: The arguments of a tool broke off.
    """
    if assembly.complete:
        return assembly.message
    if not assembly.message.get("stop_reason"):
        raise RequestError("ended-early", "without message_stop" if assembly.message else "without any message")
    assembly.end()
    return assembly.message


def sent_of(request: ModelRequest) -> Json:
    """The JSON that is sent for a request."""
    sent: Json = {
        **request.options,
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": list(request.messages),
    }
    if request.system:
        sent["system"] = list(request.system)
    if request.tools:
        sent["tools"] = list(request.tools)
    return sent


def counted_of(request: ModelRequest) -> Json:
    """The JSON that is sent to have a request's tokens counted, which takes fewer fields."""
    sent = sent_of(request)
    return {name: sent[name] for name in _COUNTED if name in sent}
