"""What every value object shares: frozen, typed, and the same JSON every time."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """A frozen value object; equal when its fields are equal, and hashable when they are."""


class Place(Value, frozen=True, order=True):
    """A line of a file.

    Attributes:
        path: POSIX path, relative to the checkout (or to the pack for a pack outside one).
        line: 1-based; 0 stands for the file as a whole.
    """

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Problem(Value, frozen=True):
    """Something that could not be read as it stands; the rest was still read.

    Attributes:
        place: Where it is.
        text: What is wrong, in one sentence.
        remedy: What a person can do about it, in one sentence.
        severity: `error` (content was lost to reading), `warning` (content is doubtful), `note`.
        broken: The file itself is damaged (no valid YAML, no text, not to be read), whatever could be made of it.
    """

    place: Place
    text: str
    remedy: str
    severity: str = "warning"
    broken: bool = False


class Stamp(Value, frozen=True):
    """The identity of a file's bytes: relative POSIX path and hex SHA-256."""

    path: str
    sha256: str


ValueType = TypeVar("ValueType")

_encoder = msgspec.json.Encoder(order="deterministic")


def render_json(value: object) -> bytes:
    """Canonical JSON of a value object: the same value always gives the same bytes."""
    return _encoder.encode(value)


def parse_json(data: bytes | str, kind: type[ValueType]) -> ValueType:
    """The value that `render_json` wrote.

    Raises:
        msgspec.DecodeError: The bytes are no JSON, or not a value of that kind.
    """
    return msgspec.json.decode(data, type=kind)


def fingerprint(*values: object) -> str:
    """Hex SHA-256 over the canonical JSON of the values, in order."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(render_json(value))
        digest.update(b"\x00")
    return digest.hexdigest()
