"""A web on loopback: DuckDuckGo's HTML form, the search of hexdocs, documentation tarballs, pages, and refusals.

It serves a fixed table of answers and writes down what it was asked; it ends with its `with` block.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from torusnb.fetch import Allowed, Client, Limits
from torusnb.models.fetched import Fetched, FetchRequest

CHALLENGE = """<html><body><form id="challenge-form" action="//duckduckgo.com/anomaly.js">
<div class="anomaly-modal__title">Unfortunately, bots use DuckDuckGo too.</div></form></body></html>"""
ZERO = """<html><body><div class="no-results">No  results.</div></body></html>"""


@dataclass
class Reply:
    """One answer."""

    body: bytes = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request: its path, the fields of its query or form, and the validators of a kept page that it names."""

    method: str
    path: str
    fields: dict[str, str]
    validators: tuple[str, ...] = ()


class FakeWeb:
    """The server; `replies` maps a path to its answer, and what is not there is a 404."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self.replies = dict(replies)
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def url(self, path: str = "/") -> str:
        """The address of a path here."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def client(self) -> Client:
        """A client of the real kind that may ask this server and nobody else."""
        port = self._server.server_port
        limits = Limits(retries=0, wait_seconds=0.0, read_seconds=5.0, response_seconds=10.0)
        allowed = (Allowed("127.0.0.0/8", port),)
        return Client(interval=0.0, ports=(port,), limits=limits, allowed_networks=allowed)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                self._answer("")

            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length") or 0), 100_000)
                self._answer(self.rfile.read(length).decode("utf-8", "replace"))

            def _answer(self, form: str) -> None:
                parts = urlsplit(self.path)
                fields = {key: values[0] for key, values in parse_qs(form or parts.query).items()}
                if parts.path != "/robots.txt":
                    web.asked.append(Asked(self.command, parts.path, fields, self._validators()))
                reply = web.replies.get(parts.path, Reply(b"nothing here", 404))
                if self._validators() and set(self._validators()) <= set(reply.headers.values()):
                    reply = Reply(b"", 304, headers=reply.headers)
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.media_type)
                self.send_header("Content-Length", str(len(reply.body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def _validators(self) -> tuple[str, ...]:
                named = (self.headers.get(name) for name in ("If-None-Match", "If-Modified-Since"))
                return tuple(value for value in named if value)

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class PageShelf:
    """A fetcher of a few pages that needs no server; anything else is gone."""

    def __init__(self, pages: Mapping[str, Fetched]) -> None:
        self._pages = pages
        self.asked: list[str] = []

    def fetch(self, request: FetchRequest | str) -> Fetched:
        """The page of that address."""
        url = request if isinstance(request, str) else request.url
        self.asked.append(url)
        return self._pages.get(url, Fetched(url, url, "gone", "There is no such page."))

    def fetch_all(self, requests: Sequence[FetchRequest | str]) -> Iterator[Fetched]:
        """The pages, in order."""
        return iter([self.fetch(request) for request in requests])


def results_page(results: Iterable[tuple[str, str, str]]) -> bytes:
    """DuckDuckGo's page for some addresses, titles and snippets."""
    items = "".join(
        f'<div class="result results_links web-result"><div class="links_main result__body">'
        f'<h2 class="result__title"><a class="result__a" href="{url}">{title}</a></h2>'
        f'<a class="result__snippet" href="{url}">{text}</a></div></div>'
        for url, title, text in results
    )
    return f"<html><body><div id='links' class='results'>{items}</div></body></html>".encode()


def search_answer(documents: Iterable[tuple[str, str]]) -> Reply:
    """The answer of hexdocs' search: `PACKAGE-VERSION` and reference of each document."""
    hits = [
        {"document": {"package": name, "ref": ref, "title": ref, "type": "function", "doc": "…"}}
        for name, ref in documents
    ]
    return Reply(json.dumps({"found": len(hits), "hits": hits, "page": 1}).encode(), media_type="application/json")


def exdoc_page(title: str, body: str) -> str:
    """A page as ExDoc writes it, in our own words."""
    return (
        f'<!DOCTYPE html><html><head><meta name="generator" content="ExDoc v0.34.0">'
        f"<title>{title} — Tide v2.1.0</title></head><body><main><div id='content'>"
        f"<h1><span translate='no'>{title}</span></h1>{body}</div></main></body></html>"
    )


def make_tarball(files: Mapping[str, str | bytes], extra: Iterable[tarfile.TarInfo] = ()) -> bytes:
    """A gzipped tarball of some files, and of entries as they are given."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        for entry in extra:
            archive.addfile(entry, io.BytesIO(b"\0" * entry.size) if entry.isreg() else None)
    return gzip.compress(held.getvalue(), mtime=0)
