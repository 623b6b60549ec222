"""A clock that passes at once, a record kept in memory, and requests to send."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

from tests.messages.loopback import MessagesServer
from torusnb.messages.client import MessagesModel
from torusnb.messages.opening import open_model
from torusnb.models.messages import Json, ModelRequest, RecordedReply

KEY = "sk-ant-api03-Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0"
MODEL = "claude-opus-5-5"


class FakeClock:
    """Sleeps at once, and remembers for how long; real seconds pass too."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Record:
    """A trail's place in memory: records by key, the newest last, and parts by their hash."""

    kept: list[RecordedReply] = field(default_factory=list)
    parts: dict[str, bytes] = field(default_factory=dict)
    puts: int = 0

    def find(self, key: str) -> RecordedReply | None:
        return next((each for each in reversed(self.kept) if each.key == key), None)

    def keep(self, record: RecordedReply) -> None:
        self.kept.append(record)

    def put(self, data: bytes) -> str:
        self.puts += 1
        sha256 = hashlib.sha256(data).hexdigest()
        self.parts[sha256] = data
        return sha256

    def with_prefix(self, prefix: str) -> list[RecordedReply]:
        return [each for each in self.kept if each.key.startswith(prefix)]


def make_request(text: str = "Say good morning.", **fields: object) -> ModelRequest:
    """A request for a greeting; the fields replace its own."""
    messages: tuple[Json, ...] = ({"role": "user", "content": text},)
    known: dict[str, object] = {"purpose": "a greeting", "model": MODEL, "max_tokens": 1000, "messages": messages}
    return ModelRequest(**{**known, **fields})  # type: ignore[arg-type]


def open_on(server: MessagesServer, clock: FakeClock, **fields: object) -> MessagesModel:
    """A model on the loopback server, taken for the Messages API itself."""
    known: dict[str, object] = {"name": MODEL, "base_url": server.url, "key": KEY, "native": True, "clock": clock}
    return open_model(**{**known, **fields})  # type: ignore[arg-type]
