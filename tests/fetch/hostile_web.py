"""A web server on loopback that answers what a test tells it to, also what no server should.

Bounded: it answers from threads that end with the server, and every wait of an answer ends with it too.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec

from torusnb.fetch import Allowed, Client, Clock, Limits

HOST = "docs.test"
PAGE = b"<!doctype html><html><head><title>Streams</title></head><body><h1>Streams</h1><p>" + b"A stream keeps. " * 9
SMALL = Limits(
    wire_bytes=200_000,
    body_bytes=400_000,
    header_bytes=8_000,
    connect_seconds=5.0,
    resolve_seconds=5.0,
    read_seconds=10.0,
    response_seconds=20.0,
    fetch_seconds=60.0,
    retries=1,
)


class Talk:
    """One connection, seen from the server."""

    def __init__(self, connection: socket.socket, path: str, headers: dict[str, str], ended: threading.Event) -> None:
        self._connection = connection
        self.path = path
        self.headers = headers
        self._ended = ended

    def send(self, data: bytes) -> bool:
        """Send; False when the other side is gone or the server ends."""
        try:
            self._connection.sendall(data)
        except OSError:
            return False
        return not self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait; False when the server ends."""
        return not self._ended.wait(seconds)

    def reset(self) -> None:
        """Break the connection off without a farewell."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


Handler = Callable[[Talk], None]


def reply(status: int = 200, body: bytes = PAGE, **headers: str) -> bytes:
    """A response; underscores in the names of headers stand for hyphens."""
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **_hyphens(headers)}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode("latin-1") + body


def answering(status: int = 200, body: bytes = PAGE, **headers: str) -> Handler:
    """A handler that gives the same response every time."""
    data = reply(status, body, **headers)

    def answer(talk: Talk) -> None:
        talk.send(data)

    return answer


def redirecting(location: str, status: int = 302) -> Handler:
    """A handler that sends on."""
    return answering(status, b"", Location=location)


def in_turn(*handlers: Handler) -> Handler:
    """A handler that is another one each time; the last one stays."""
    left = list(handlers)

    def answer(talk: Talk) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(talk)

    return answer


class HostileWeb:
    """The server; `pages` maps paths (without query) to handlers, `seen` is what was asked, in order."""

    def __init__(self, **pages: Handler) -> None:
        self.pages: dict[str, Handler] = {f"/{name}": handler for name, handler in pages.items()}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def paths(self) -> list[str]:
        """What was asked, without robots.txt."""
        return [path for path, _ in self.seen if path != "/robots.txt"]

    def url(self, path: str, host: str = HOST) -> str:
        """The address of a page under an invented name."""
        return f"http://{host}:{self.port}{path}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._threads[0].join(5)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(2)
            head = b""
            while b"\r\n\r\n" not in head:
                data = connection.recv(65536)
                if not data:
                    return
                head += data
            first, *lines = head.decode("latin-1").split("\r\n")
            path = first.split(" ")[1]
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            self.seen.append((path, headers))
            handler = self.pages.get(path.split("?")[0], answering(404, b"no such page"))
            handler(Talk(connection, path, headers, self._ended))
            # Give the rest of the answer time to leave before the connection is closed.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)


class FakeClock(Clock):
    """Time that passes only while somebody sleeps."""

    def __init__(self, now: str = "2026-01-02T03:04:05Z") -> None:
        super().__init__()
        self._now = now
        self._seconds = 1000.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> str:
        return self._now

    def monotonic(self) -> float:
        with self._lock:
            return self._seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds
            self.slept.append(round(seconds, 3))


def to_loopback(host: str) -> list[str]:
    """A resolver that knows every name."""
    return ["127.0.0.1"]


def open_for(
    *webs: HostileWeb, clock: Clock | None = None, limits: Limits = SMALL, interval: float = 0.0, jitter: float = 0.0
) -> Client:
    """A client that may ask these servers and nothing else, whatever the name."""
    return Client(
        limits=limits,
        interval=interval,
        allowed_networks=tuple(Allowed("127.0.0.1/32", web.port) for web in webs),
        clock=clock or FakeClock(),
        resolver=to_loopback,
        jitter=lambda: jitter,
    )


def with_limits(**changes: float) -> Limits:
    """The small limits with some of them changed."""
    return msgspec.structs.replace(SMALL, **changes)


def _hyphens(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
