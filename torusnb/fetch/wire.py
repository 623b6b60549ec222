"""One request over one connection: to an address that was checked, within limits, in HTTP/1.1.

The TLS name and the `Host` header are those of the page; the connection goes to the pinned address. A connection
serves one request, so nothing of an answer can leak into the next one.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import h11

from torusnb.fetch.address import Target
from torusnb.fetch.coding import ACCEPT_ENCODING, Unpacker, too_large
from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.limits import Deadline, Limits
from torusnb.fetch.networks import Address
from torusnb.models.fetched import Exchange

Headers = tuple[tuple[str, str], ...]
Judge = Callable[[int, Headers], int]
"""Called with status and headers before the body is read: how many bytes of it are enough, 0 for all of it.

Raises FetchFailure when the body is not wanted.
"""

_MOST_INTERIM = 8
_REDIRECTS = (301, 302, 303, 307, 308)
_LATER = "Try again later, or cite another page."


@dataclass(frozen=True)
class Answer:
    """What came back: always a status and headers; `failure` says why the body is not there."""

    exchange: Exchange
    failure: FetchFailure | None = None

    @property
    def location(self) -> str:
        """Where it redirects to, or an empty string."""
        return self.exchange.header("location") if self.exchange.status in _REDIRECTS else ""


class Wire:
    """Sends requests and reads the responses.

    Args:
        limits: Bounds on bytes and seconds.
        agent: The `User-Agent` header.
        tls: Makes the TLS settings; called at the first https request.
        now: Gives the time of day in ISO 8601.
    """

    def __init__(self, limits: Limits, agent: str, tls: Callable[[], ssl.SSLContext], now: Callable[[], str]) -> None:
        self._limits = limits
        self._agent = agent
        self._tls = tls
        self._now = now

    def ask(
        self,
        target: Target,
        addresses: tuple[Address, ...],
        headers: Headers,
        judge: Judge,
        seconds: float,
        *,
        form: str = "",
    ) -> Answer:
        """The answer to a GET request, or to a POST request with a form.

        Args:
            target: What is asked for.
            addresses: Where to connect to, in the order to try.
            headers: Sent besides the usual ones.
            judge: Says whether the body is wanted.
            seconds: For the whole of it, at most `response_seconds`.
            form: An urlencoded form to send.

        Raises:
            FetchFailure: No status and headers came.
        """
        deadline = Deadline(min(seconds, self._limits.response_seconds))
        sent = (
            ("Host", target.authority),
            ("User-Agent", self._agent),
            ("Accept-Encoding", ACCEPT_ENCODING),
            *headers,
            *_form_headers(form),
            ("Connection", "close"),
        )
        fetched_at = self._now()
        connection, address = self._connect(target, addresses, deadline)
        with connection:
            reader = _Reader(connection, self._limits, deadline)
            status, reason, received = reader.read_head(target, sent, form)
            body, failure = reader.read_body(status, received, judge)
        return Answer(
            Exchange(
                url=target.url,
                address=str(address),
                request_headers=sent,
                status=status,
                reason=reason,
                headers=received,
                body=body,
                sha256=hashlib.sha256(body).hexdigest(),
                fetched_at=fetched_at,
                wire_bytes=reader.wire_bytes,
                truncated="length" if reader.cut else _truncation(failure),
                form=form,
            ),
            failure,
        )

    def _connect(
        self, target: Target, addresses: tuple[Address, ...], deadline: Deadline
    ) -> tuple[socket.socket, Address]:
        problems = []
        for address in addresses:
            seconds = min(self._limits.connect_seconds, deadline.left())
            if seconds <= 0:
                break
            try:
                return self._open(target, address, seconds), address
            except ssl.SSLCertVerificationError as error:
                text = f"the certificate of {target.host} is not good ({error.verify_message})"
                raise FetchFailure("no-answer", text, "Tell the host's owner; cite another page meanwhile.") from error
            except OSError as error:
                problems.append(f"{address}: {error.strerror or error}")
        text = "no connection: " + ("; ".join(problems) or "the time was up")
        raise FetchFailure("no-answer", text, _LATER, transient=True)

    def _open(self, target: Target, address: Address, seconds: float) -> socket.socket:
        connection = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            connection.settimeout(seconds)
            connection.connect((str(address), target.port))
            if target.scheme == "http":
                return connection
            return self._tls().wrap_socket(connection, server_hostname=target.host)
        except BaseException:
            connection.close()
            raise


class _Reader:
    """One response, read within the limits."""

    def __init__(self, connection: socket.socket, limits: Limits, deadline: Deadline) -> None:
        self._connection = connection
        self._limits = limits
        self._deadline = deadline
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.header_bytes)
        self.wire_bytes = 0
        self.cut = False

    def read_head(self, target: Target, headers: Headers, form: str) -> tuple[int, str, Headers]:
        """Status, reason and headers of the answer."""
        request = h11.Request(method="POST" if form else "GET", target=target.resource, headers=list(headers))
        try:
            sent = self._http.send(request) or b""
            if form:
                sent += self._http.send(h11.Data(data=form.encode("ascii"))) or b""
            self._send(sent)
            self._http.send(h11.EndOfMessage())
            return self._read_status()
        except FetchFailure as failure:
            if failure.outcome == "broken" and not self.wire_bytes:
                raise FetchFailure("no-answer", failure.text, failure.remedy, transient=True) from failure
            raise

    def _read_status(self) -> tuple[int, str, Headers]:
        for _ in range(_MOST_INTERIM):
            event = self._next()
            if isinstance(event, h11.Response):
                received = tuple((_text(name), _text(value)) for name, value in event.headers.raw_items())
                if sum(len(name) + len(value) + 4 for name, value in received) > self._limits.header_bytes:
                    raise too_large(f"its headers are larger than {self._limits.header_bytes:,} bytes")
                return event.status_code, _text(event.reason), received
            if not isinstance(event, h11.InformationalResponse):
                break
        raise _cut("the answer has no status")

    def read_body(self, status: int, headers: Headers, judge: Judge) -> tuple[bytes, FetchFailure | None]:
        """The unpacked body, or why it is not there."""
        if status in _REDIRECTS or status in (204, 304):
            return b"", None
        try:
            return self._read_whole(headers, judge(status, headers)), None
        except FetchFailure as failure:
            return b"", failure

    def _read_whole(self, headers: Headers, enough: int) -> bytes:
        named = {name.lower(): value for name, value in reversed(headers)}
        length, most = named.get("content-length", ""), self._limits.wire_bytes
        if not enough and length.isdigit() and int(length) > most:
            raise too_large(f"it announces {int(length):,} bytes, more than {most:,}")
        unpacker = Unpacker(named.get("content-encoding", ""), self._limits)
        body = bytearray()
        while isinstance(event := self._next(), h11.Data):
            body += unpacker.feed(bytes(event.data))
            if enough and len(body) >= enough:
                self.cut = True
                return bytes(body[:enough])
            if self.wire_bytes > most:
                raise too_large(f"it sends more than {most:,} bytes")
        unpacker.finish()
        return bytes(body)

    def _next(self) -> object:
        """The next event that is no call for more bytes."""
        while True:
            try:
                event = self._http.next_event()
                if event is not h11.NEED_DATA:
                    return event
                self._http.receive_data(self._receive())
            except h11.RemoteProtocolError as error:
                if error.error_status_hint == 431:
                    raise too_large(f"its headers are larger than {self._limits.header_bytes:,} bytes") from error
                raise _cut(f"the answer breaks the rules of HTTP ({error})") from error

    def _receive(self) -> bytes:
        left = self._deadline.left()
        if left <= 0:
            raise _slow("it did not end in the time allowed")
        self._connection.settimeout(min(left, self._limits.read_seconds))
        try:
            data = self._connection.recv(2**16)
        except TimeoutError as error:
            text = "it stopped sending" if self._deadline.left() > 0 else "it did not end in the time allowed"
            raise _slow(text) from error
        except OSError as error:
            raise _cut(f"the connection broke off ({error.strerror or error})") from error
        self.wire_bytes += len(data)
        return data

    def _send(self, data: bytes) -> None:
        try:
            self._connection.settimeout(max(0.001, min(self._deadline.left(), self._limits.read_seconds)))
            self._connection.sendall(data)
        except TimeoutError as error:
            raise _slow("it does not take the request") from error
        except OSError as error:
            raise _cut(f"the connection broke off ({error.strerror or error})") from error


def _form_headers(form: str) -> Headers:
    if not form:
        return ()
    return (("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(form))))


def _text(raw: bytes) -> str:
    # Latin-1 keeps every byte, so that an archive can give it back.
    return bytes(raw).decode("latin-1")


def _cut(text: str) -> FetchFailure:
    return FetchFailure("broken", text, _LATER, transient=True)


def _slow(text: str) -> FetchFailure:
    return FetchFailure("too-slow", text, _LATER)


def _truncation(failure: FetchFailure | None) -> str:
    reasons = {"too-large": "length", "too-slow": "time", "broken": "disconnect"}
    return reasons.get(failure.outcome, "unspecified") if failure else ""
