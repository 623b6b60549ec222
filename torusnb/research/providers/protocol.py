"""What a provider is: what it is asked with, what it gives back, and what fetches pages for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from torusnb.models.base import Value
from torusnb.models.fetched import Fetched, FetchRequest
from torusnb.models.sources import Passage, Query, Source


class Hit(Value, frozen=True):
    """Something a provider found for a query.

    Attributes:
        source: The source; `accessed` is empty, since the provider does not know the day. Its key is a wish.
        relevance: 0 to 1, comparable within one provider.
        reason: Why it was found, in words.
        passage: The part that answers; None when the source was never fetched.
        start, end: Character offsets of the words to quote in the text that `extract_page` makes of the bytes.
        captured: The captured bytes, whole; empty when the source was never fetched.
        media_type, charset: How the bytes are to be read, as the server named them.
        served_by: The address that the bytes came from; empty when it is the source's own.
        fetched: When they were fetched, ISO 8601; empty for a file on disk.
        spoken: For what documents a name, how many of the words asked for the quote holds; None for any other.
    """

    source: Source
    relevance: float
    reason: str
    passage: Passage | None = None
    start: int = 0
    end: int = 0
    captured: bytes = b""
    media_type: str = "text/markdown"
    charset: str = "utf-8"
    served_by: str = ""
    fetched: str = ""
    spoken: int | None = None


class Answer(Value, frozen=True):
    """What a provider gave for a query.

    Attributes:
        hits: Best first; a provider that refused may still have some.
        outcome: A key of `torusnb.models.sources.ANSWERS`.
        message: What happened, where, and what to do; empty when it simply answered.
    """

    hits: tuple[Hit, ...] = ()
    outcome: str = "answered"
    message: str = ""


def answer_with(hits: Iterable[Hit], nothing: str) -> Answer:
    """The hits as an answer; without any the outcome is `empty`, and the message what `nothing` says."""
    found = tuple(hits)
    return Answer(found) if found else Answer((), "empty", nothing)


class Provider(Protocol):
    """Answers queries."""

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        ...

    @property
    def outbound(self) -> bool:
        """Whether the query's words leave this machine, so that what must stay inside is taken out of them first."""
        ...

    def identify(self) -> str:
        """A digest of all that its answers depend on as far as it can know: for files on disk, of what they hold."""
        ...

    def search(self, query: Query) -> Answer:
        """What it finds. A refusal is an outcome and raises nothing; no result is never made of one."""
        ...


@runtime_checkable
class Library(Protocol):
    """A provider that knows its sources beforehand, so that one can be cited without a search."""

    def sources(self) -> tuple[Source, ...]:
        """All of them, in a fixed order."""
        ...


class Fetcher(Protocol):
    """What fetches pages: `torusnb.fetch.Client`, or a record of what one fetched."""

    def fetch(self, request: FetchRequest | str, /) -> Fetched:
        """What came of a request; a failure is a value too."""
        ...

    def fetch_all(self, requests: Sequence[FetchRequest | str], /) -> Iterator[Fetched]:
        """What came of each, in their order."""
        ...
