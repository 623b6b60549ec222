"""The SDK's client as torusnb uses it: one address, no redirects, bounded replies, a key that nobody sees."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from torusnb.errors import ParameterError
from torusnb.messages.assembly import MalformedError
from torusnb.messages.failures import RequestError, TooMuchError
from torusnb.messages.patience import Clock, Patience

if TYPE_CHECKING:
    import anthropic
    import httpx2

API = "https://api.anthropic.com"
_OLDER_VERSION = "2023-06-01"
"""The version of the API that other endpoints speak."""


_SHORTEST_SECRET = 16
"""Characters from which on a key is a secret: what Ollama and the like are given (`ollama`, `none`) is a word, and a
reply must not lose its words."""


class Key:
    """An API key that no repr, pickle or message shows.

    Attributes:
        endpoint: The address that a person gave it for; empty for the Messages API itself.
    """

    __slots__ = ("_text", "endpoint")

    def __init__(self, text: str, endpoint: str = "") -> None:
        self._text = text.strip()
        self.endpoint = endpoint

    def reveal(self) -> str:
        """The key itself, for the one who sends it."""
        return self._text

    @property
    def is_secret(self) -> bool:
        """Whether it is long enough to be one."""
        return len(self._text) >= _SHORTEST_SECRET

    def hide_in(self, value: Any) -> Any:
        """A text or JSON value with every occurrence of a secret key replaced."""
        if not self.is_secret:
            return value
        if isinstance(value, str):
            return value.replace(self._text, "[key]")
        if isinstance(value, list | tuple):
            return type(value)(self.hide_in(each) for each in value)
        if isinstance(value, dict):
            return {self.hide_in(name): self.hide_in(each) for name, each in value.items()}
        return value

    def hidden_in_all(self, pieces: Iterable[str]) -> Iterator[str]:
        """The pieces of one text with the key hidden, also where it is spread over several; empty ones left out."""
        held = ""
        for piece in pieces:
            text = self.hide_in(held + piece)
            longest = min(len(text), len(self._text) - 1) if self.is_secret else 0
            size = next((n for n in range(longest, 0, -1) if text.endswith(self._text[:n])), 0)
            held = text[len(text) - size :]
            if len(text) > size:
                yield text[: len(text) - size]
        if held:
            yield held

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Key(...)" if self._text else "Key()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not written down")


def is_native(base_url: str) -> bool:
    """Whether an address is that of the Messages API itself; an empty one is."""
    return not base_url or (urlsplit(base_url).hostname or "") == urlsplit(API).hostname


def check_address(base_url: str, key: Key) -> None:
    """See that requests can be sent there.

    Raises:
        ParameterError: It is no http or https address, or it holds a user and password.
        RequestError: `unsafe-address`: the key would cross a network unencrypted.
    """
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise ParameterError("`endpoint` is no http:// or https:// address; correct it", key="endpoint")
    if parts.username or parts.password:
        raise ParameterError(
            "`endpoint` holds a user or password; give the key as TORUSNB_ENDPOINT_KEY", key="endpoint"
        )
    if key and parts.scheme == "http" and not _is_loopback(host):
        raise RequestError("unsafe-address", host)


def check_key(key: Key, native: bool) -> None:
    """See that there is a key where one is needed, and that it can stand in a header.

    Raises:
        RequestError: `no-key`.
    """
    text = key.reveal()
    if native and not text:
        raise RequestError("no-key")
    if not all("!" <= character <= "~" for character in text):
        raise RequestError("no-key", "what is set holds characters that no key has")


def connect(base_url: str, key: Key, native: bool, patience: Patience, clock: Clock, most: int) -> anthropic.Anthropic:
    """The SDK's client. It retries nothing, follows no redirect, and leaves no connection open behind a reply.

    Args:
        base_url: Where requests go.
        key: The key; an endpoint that is not native may need none.
        native: Whether it is the Messages API itself.
        patience: The times to wait.
        clock: What tells the time.
        most: The most bytes of one reply.
    """
    import anthropic
    import httpx2

    def bound(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            # What is not packed cannot unpack to more than the bound.
            raise MalformedError("the reply is compressed, which was not asked for")
        response.stream = _bounded(response.stream, clock.monotonic() + patience.reply, clock, most)

    headers = {"accept-encoding": "identity"}
    if not native:
        headers["anthropic-version"] = _OLDER_VERSION
        if key:
            headers["x-api-key"] = key.reveal()
    # A proxy of the environment has no part in what stays on this machine; the SDK's own client always uses one.
    local = _is_loopback(urlsplit(base_url).hostname or "")
    timeout = httpx2.Timeout(patience.silence, connect=min(30.0, patience.silence))
    return anthropic.Anthropic(
        # Given at all, neither the environment nor a profile on disk lends a credential of its own.
        api_key=key.reveal() or "none",
        base_url=base_url,
        timeout=timeout,
        max_retries=0,
        default_headers=headers,
        open_telemetry=False,
        http_client=(httpx2.Client if local else anthropic.DefaultHttpxClient)(
            timeout=timeout,
            follow_redirects=False,
            trust_env=not local,
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"response": [bound]},
        ),
    )


def _bounded(stream: Any, until: float, clock: Clock, most: int) -> httpx2.SyncByteStream:
    """The bytes of a reply, up to a size and a time; the SDK itself sets neither to a stream that goes on."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            taken = 0
            for chunk in stream:
                taken += len(chunk)
                if taken > most:
                    raise TooMuchError(f"more than {most:,} bytes")
                if clock.monotonic() > until:
                    raise httpx2.ReadTimeout("the reply went on for too long")
                yield chunk

        def close(self) -> None:
            stream.close()

    return Bounded()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
