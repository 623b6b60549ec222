"""Exchanges as WARC/1.1 records, by warcio; the same exchange always gives the same bytes."""

from __future__ import annotations

import io
import uuid

import msgspec
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from torusnb import __version__
from torusnb.models.base import Value, fingerprint, render_json
from torusnb.models.fetched import Exchange, Fetched

REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

_CODED = {"content-encoding", "transfer-encoding", "content-length"}
"""Headers that speak of the wire: they stay under another name, since the body is stored without coding."""


class Origin(Value, frozen=True):
    """The response whose body another one repeats."""

    id: str
    url: str
    date: str


class _HexDigester(Digester):  # type: ignore[misc]
    """SHA-256 in hex, so that a record's payload digest is the hash that the rest of torusnb uses."""

    def __str__(self) -> str:
        return f"{self.type_}:{self.digester.hexdigest()}"


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """The head of a request or response, byte for byte; warcio's own would rewrite what is not ASCII."""

    def __init__(self, first: str, headers: list[tuple[str, str]]) -> None:
        super().__init__(first, headers)
        lines = [first, *(f"{name}: {value}" for name, value in headers), "", ""]
        self._bytes = "\r\n".join(lines).encode("latin-1")

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002 - warcio passes it
        self.headers_buff = self._bytes


class _Writer(WARCWriter):  # type: ignore[misc]
    @staticmethod
    def _create_digester() -> _HexDigester:
        return _HexDigester("sha256")


def response_id(exchange: Exchange) -> str:
    """The `WARC-Record-ID` of a response: made from its content."""
    return _record_id("response", _without_body(exchange))


def request_id(exchange: Exchange) -> str:
    """The `WARC-Record-ID` of a request: made from its content and that of its response."""
    return _record_id("request", _without_body(exchange))


def metadata_id(fetched: Fetched) -> str:
    """The `WARC-Record-ID` of what torusnb says of a fetch."""
    return _record_id("metadata", _summary(fetched))


def render_info(date: str) -> bytes:
    """The record that a file begins with."""
    fields = f"software: torusnb/{__version__}\r\nformat: WARC File Format 1.1\r\n"
    headers = {"WARC-Record-ID": _record_id("warcinfo", date), "WARC-Date": date}
    return _render("", "warcinfo", headers, fields.encode())


def render_response(exchange: Exchange, origin: Origin | None) -> bytes:
    """A response as a record.

    Args:
        exchange: What was sent and what came.
        origin: One with the same body that the file already holds: a `revisit` then refers to it.
    """
    headers = {
        "WARC-Record-ID": response_id(exchange),
        "WARC-Date": exchange.fetched_at,
        "WARC-IP-Address": exchange.address,
        "WARC-Payload-Digest": f"sha256:{exchange.sha256}",
    }
    if exchange.truncated:
        headers["WARC-Truncated"] = exchange.truncated
    if origin is not None:
        headers |= {
            "WARC-Profile": REVISIT_PROFILE,
            "WARC-Refers-To": origin.id,
            "WARC-Refers-To-Target-URI": origin.url,
            "WARC-Refers-To-Date": origin.date,
        }
    kind = "response" if origin is None else "revisit"
    return _render(exchange.url, kind, headers, b"" if origin else exchange.body, _response_head(exchange))


def render_request(exchange: Exchange) -> bytes:
    """A request as a record that names its response."""
    resource = "/" + exchange.url.split("/", 3)[3]
    method = "POST" if exchange.form else "GET"
    http = _Head(f"{method} {resource} HTTP/1.1", list(exchange.request_headers))
    headers = {
        "WARC-Record-ID": request_id(exchange),
        "WARC-Date": exchange.fetched_at,
        "WARC-Concurrent-To": response_id(exchange),
    }
    return _render(exchange.url, "request", headers, exchange.form.encode("ascii"), http)


def render_metadata(fetched: Fetched) -> bytes:
    """What torusnb made of the last exchange of a fetch, as JSON."""
    headers = {
        "WARC-Record-ID": metadata_id(fetched),
        "WARC-Date": fetched.exchanges[-1].fetched_at,
        "WARC-Refers-To": response_id(fetched.exchanges[-1]),
        "Content-Type": "application/json",
    }
    return _render(fetched.url, "metadata", headers, render_json(_summary(fetched)))


def _without_body(exchange: Exchange) -> Exchange:
    # Its hash says the same, and is shorter.
    return msgspec.structs.replace(exchange, body=b"")


def _summary(fetched: Fetched) -> Fetched:
    return msgspec.structs.replace(fetched, body=b"", exchanges=())


def _response_head(exchange: Exchange) -> _Head:
    headers = [(f"X-Orig-{name}" if name.lower() in _CODED else name, value) for name, value in exchange.headers]
    headers.append(("Content-Length", str(len(exchange.body))))
    return _Head(f"HTTP/1.1 {exchange.status} {exchange.reason}", headers)


def _render(url: str, kind: str, headers: dict[str, str], payload: bytes, http: _Head | None = None) -> bytes:
    out = io.BytesIO()
    writer = _Writer(out, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        url, kind, payload=io.BytesIO(payload), length=len(payload), warc_headers_dict=headers, http_headers=http
    )
    writer.write_record(record)
    return out.getvalue()


def _record_id(kind: str, value: object) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, kind + fingerprint(value))}>"
