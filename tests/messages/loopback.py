"""The Messages API on loopback: streamed and whole replies, token counts, batches, and every way to misbehave.

    with MessagesServer(lambda request: "Good morning.") as server:
        model = open_model(name="claude-test", base_url=server.url, key="k", native=True)

The script is a function of the request's JSON. It gives the text of the reply, a list of content blocks, or a `Reply`.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]

FAULTS = frozenset(
    {
        "drop",  # the connection breaks in the middle of the reply
        "early-end",  # the stream ends cleanly, without message_stop
        "endless",  # the stream never ends: pings without number, until the client goes away
        "error-event",  # an SSE error event, status 200
        "hang",  # no byte comes, until the client goes away
        "html",  # a web page with status 200
        "malformed",  # an event whose data is no JSON
        "nothing",  # an event stream without an event
        "odd-shapes",  # JSON of other shapes than the API's
        "out-of-order",  # a delta for a block that was never started
    }
)


HABITS = frozenset(
    {
        "arguments-as-text",  # a tool's arguments are a JSON text instead of an object
        "no-block-stop",  # blocks are not closed
        "no-message-stop",  # the stream ends after message_delta
        "no-usage",  # nothing is told about tokens
    }
)


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    Attributes:
        content: The text, or the content blocks.
        stop_reason: As the API says it.
        usage: Replaces fields of the usage that is told otherwise (input counted, output counted).
        status: Another one than 200 answers with an error of `error_type` and `message`.
        error_type: Also that of the SSE error event, and of an errored batch result.
        headers: Besides the usual ones (`retry-after`).
        fault: One of `FAULTS`.
        stop_details: With a refusal, what it was for.
        batch: What becomes of it in a batch: `succeeded`, `errored`, `expired`, `canceled`.
        habit: One of `HABITS`, by which other servers differ from the API.
    """

    content: str | Sequence[Json] = ""
    stop_reason: str = "end_turn"
    usage: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    error_type: str = "api_error"
    message: str = "something went wrong"
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    stop_details: Json | None = None
    batch: str = "succeeded"
    habit: str = ""

    def blocks(self) -> list[Json]:
        """The content blocks."""
        if isinstance(self.content, str):
            return [{"type": "text", "text": self.content}] if self.content else []
        return [dict(block) for block in self.content]


Script = Callable[[Json], "Reply | str | Sequence[Json]"]


@dataclass(frozen=True)
class Call:
    """One HTTP request that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Json


def count_tokens(request: Mapping[str, Any]) -> int:
    """What the server counts for a request: a token for every four characters of its JSON."""
    sent = {name: request.get(name) for name in ("system", "messages", "tools") if request.get(name)}
    return math.ceil(len(json.dumps(sent, ensure_ascii=False, sort_keys=True)) / 4)


class MessagesServer:
    """The server; it runs inside its `with` block.

    Args:
        script: What it answers.
        polls: How often a batch is still in progress when asked for.
        lost: How many batches are accepted without an answer: the connection breaks.
        retry: Replies that come first, one for each request, before the script is asked (`Reply(status=529)`).

    Attributes:
        url: What to give as `base_url`.
        requests: The JSON of every request for a message, in order; those inside a batch too.
        calls: Every HTTP request.
    """

    def __init__(self, script: Script, *, polls: int = 1, retry: Sequence[Reply] = (), lost: int = 0) -> None:
        self.script = script
        self.polls = polls
        self.lost = lost
        self.retry = list(retry)
        self.requests: list[Json] = []
        self.calls: list[Call] = []
        self.batches: dict[str, list[Json]] = {}
        self.asked: dict[str, int] = {}
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"home": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [call.path for call in self.calls]

    def answer(self, request: Json) -> Reply:
        """What the script says to a request; it is written down."""
        with self.lock:
            self.requests.append(request)
            if self.retry:
                return self.retry.pop(0)
        said = self.script(request)
        return said if isinstance(said, Reply) else Reply(content=said)

    def message(self, request: Json, reply: Reply) -> Json:
        """The whole message of a reply."""
        blocks = reply.blocks()
        usage = {
            "input_tokens": count_tokens(request),
            "output_tokens": max(1, math.ceil(len(json.dumps(blocks, ensure_ascii=False)) / 4)),
            **reply.usage,
        }
        if reply.habit == "arguments-as-text":
            blocks = [{**b, "input": json.dumps(b["input"])} if b.get("type") == "tool_use" else b for b in blocks]
        told = {} if reply.habit == "no-usage" else {"usage": usage}
        return {
            "id": f"msg_{len(self.requests):04d}",
            "type": "message",
            "role": "assistant",
            "model": request.get("model", ""),
            "content": blocks,
            "stop_reason": reply.stop_reason,
            "stop_sequence": None,
            "stop_details": reply.stop_details,
            **told,
        }


class _Server(ThreadingHTTPServer):
    """A client that goes away is no error here."""

    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            raise AssertionError("the loopback server failed") from sys.exc_info()[1]


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    home: MessagesServer
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self._serve(json.loads(self.rfile.read(length) or b"{}"))

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged."""

    def _serve(self, body: Json) -> None:
        path = urlsplit(self.path).path
        with self.home.lock:
            self.home.calls.append(Call(self.command, path, {k.lower(): v for k, v in self.headers.items()}, body))
        try:
            self._route(path, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _route(self, path: str, body: Json) -> None:
        if path == "/v1/messages":
            self._message(body)
        elif path == "/v1/messages/count_tokens":
            self._json({"input_tokens": count_tokens(body)})
        elif path == "/v1/messages/batches":
            self._new_batch(body) if self.command == "POST" else self._list_batches()
        elif path.startswith("/v1/messages/batches/"):
            self._batch(path.removeprefix("/v1/messages/batches/"))
        else:
            self._error(404, "not_found_error", "no such path")

    def _message(self, request: Json) -> None:
        reply = self.home.answer(request)
        if reply.status != 200:
            self._error(reply.status, reply.error_type, reply.message, reply.headers)
        elif reply.fault == "html":
            self._body(b"<!doctype html><title>Sign in</title><p>Please sign in.</p>", "text/html; charset=utf-8")
        elif reply.fault == "hang":
            self.home.closing.wait(20)
            self.close_connection = True
        elif request.get("stream"):
            self._stream(request, reply)
        elif reply.fault == "malformed":
            self._body(b'{"id": "msg_1", "content": [', "application/json")
        elif reply.fault == "odd-shapes":
            self._json({"id": 7, "content": {"text": ["a"]}, "usage": "none"})
        elif reply.fault == "drop":
            self._head("application/json", {"content-length": "5000"})
            self.wfile.write(b'{"id": "msg_1"')
            self.wfile.flush()
            self._break()
        else:
            self._body(json.dumps(self.home.message(request, reply)).encode(), "application/json", 200, reply.headers)

    def _stream(self, request: Json, reply: Reply) -> None:
        self._head("text/event-stream; charset=utf-8", {"transfer-encoding": "chunked", **reply.headers})
        message = self.home.message(request, reply)
        if reply.fault == "nothing":
            self._chunk(b"")
            return
        if reply.fault == "odd-shapes":
            self._event("message_start", {"message": {"content": "text", "usage": 3}})
            self._event("content_block_start", {"index": "x", "content_block": 9})
            self._event("message_stop", {})
            self._chunk(b"")
            return
        start = {**message, "content": [], "stop_reason": None, "stop_details": None}
        if "usage" in message:
            start["usage"] = {**message["usage"], "output_tokens": 1}
        self._event("message_start", {"message": start})
        if reply.fault == "out-of-order":
            self._event("content_block_delta", {"index": 4, "delta": {"type": "text_delta", "text": "lost"}})
        self._event("ping", {})
        for index, block in enumerate(message["content"]):
            self._block(index, block, whole=not reply.fault, habit=reply.habit)
        if reply.fault:
            self._misbehave(reply)
            return
        delta = {"stop_reason": reply.stop_reason, "stop_sequence": None, "stop_details": reply.stop_details}
        self._event("message_delta", {"delta": delta, "usage": message.get("usage")})
        if reply.habit != "no-message-stop":
            self._event("message_stop", {})
        self._chunk(b"")

    def _block(self, index: int, block: Json, whole: bool, habit: str) -> None:
        kind = block.get("type")
        started, deltas = dict(block), list[Json]()
        if kind == "text":
            text = str(block["text"])
            started["text"], cut = "", max(1, math.ceil(len(text) / 3))
            started.pop("citations", None)
            deltas = [{"type": "text_delta", "text": text[at : at + cut]} for at in range(0, len(text), cut)]
            deltas += [{"type": "citations_delta", "citation": each} for each in block.get("citations") or ()]
        elif kind in ("tool_use", "server_tool_use"):
            given = block["input"]
            started["input"], sent = {}, given if isinstance(given, str) else json.dumps(given)
            half = len(sent) // 2
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in (sent[:half], sent[half:])]
        elif kind == "thinking":
            started.update(thinking="", signature="")
            deltas = [
                {"type": "thinking_delta", "thinking": block["thinking"]},
                {"type": "signature_delta", "signature": block.get("signature", "")},
            ]
        self._event("content_block_start", {"index": index, "content_block": started})
        for delta in deltas if whole else deltas[:1]:
            self._event("content_block_delta", {"index": index, "delta": delta})
        if whole and habit != "no-block-stop":
            self._event("content_block_stop", {"index": index})

    def _misbehave(self, reply: Reply) -> None:
        if reply.fault == "error-event":
            self._event("error", {"error": {"type": reply.error_type, "message": reply.message}})
        elif reply.fault == "malformed":
            self._chunk(b'event: content_block_delta\ndata: {"type": "content_block_de\n\n')
        elif reply.fault == "endless":
            until = time.monotonic() + 20
            while not self.home.closing.wait(0.01) and time.monotonic() < until:
                self._event("ping", {})
        elif reply.fault == "drop":
            self._break()
            return
        self._chunk(b"")

    def _break(self) -> None:
        """Ends the connection with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _new_batch(self, body: Json) -> None:
        with self.home.lock:
            name = f"msgbatch_{len(self.home.batches) + 1:03d}"
            self.home.batches[name] = list(body.get("requests", ()))
            lost, self.home.lost = self.home.lost > 0, max(0, self.home.lost - 1)
        if lost:
            self._break()
        else:
            self._json(self._told(name))

    def _list_batches(self) -> None:
        """The newest first, in pages of the size that was asked for."""
        query = parse_qs(urlsplit(self.path).query)
        names = sorted(self.home.batches, reverse=True)
        after = query.get("after_id", [""])[0]
        rest = names[names.index(after) + 1 :] if after in names else names
        page = rest[: int(query.get("limit", ["20"])[0])]
        ends = {"first_id": page[0] if page else None, "last_id": page[-1] if page else None}
        self._json({"data": [self._told(name) for name in page], "has_more": len(page) < len(rest), **ends})

    def _batch(self, rest: str) -> None:
        name, _, action = rest.partition("/")
        if name not in self.home.batches:
            self._error(404, "not_found_error", "no such batch")
        elif action == "results":
            lines = [json.dumps(self._result(each)) for each in reversed(self.home.batches[name])]
            self._body("\n".join(lines).encode() + b"\n", "application/x-jsonl")
        else:
            self.home.asked[name] = self.home.asked.get(name, 0) + 1
            self._json(self._told(name))

    def _told(self, name: str) -> Json:
        ended = self.home.asked.get(name, 0) > self.home.polls
        held = len(self.home.batches[name])
        counts = {"processing": 0 if ended else held, "succeeded": held if ended else 0}
        return {
            "id": name,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": {"canceled": 0, "errored": 0, "expired": 0, **counts},
            "created_at": "2026-01-01T00:00:00Z",
            "expires_at": "2026-01-02T00:00:00Z",
            "ended_at": "2026-01-01T01:00:00Z" if ended else None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": f"{self.home.url}/v1/messages/batches/{name}/results" if ended else None,
        }

    def _result(self, entry: Json) -> Json:
        reply = self.home.answer(entry["params"])
        result: Json = {"type": reply.batch}
        if reply.batch == "succeeded":
            result["message"] = self.home.message(entry["params"], reply)
        elif reply.batch == "errored":
            result["error"] = _error_body(reply.error_type, reply.message)
        return {"custom_id": entry["custom_id"], "result": result}

    def _error(self, status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(_error_body(kind, message)).encode()
        self._body(body, "application/json", status, headers)

    def _json(self, value: object) -> None:
        self._body(json.dumps(value).encode(), "application/json")

    def _body(self, body: bytes, kind: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self._head(kind, {"content-length": str(len(body)), **(headers or {})}, status)
        self.wfile.write(body)

    def _head(self, kind: str, headers: Mapping[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "request-id": "req_loopback", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _event(self, kind: str, data: Json) -> None:
        self._chunk(f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _error_body(kind: str, message: str) -> Json:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_loopback"}
