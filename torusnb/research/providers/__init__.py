"""Where research asks: providers behind one Protocol, chosen by name.

A provider answers a query with hits. It decides nothing about them: what is kept, and with which verdict, is
`torusnb.research.run`'s business, the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from torusnb.errors import ParameterError
from torusnb.models.base import Value
from torusnb.models.sources import Passage, Query, Source


class Hit(Value, frozen=True):
    """Something a provider found for a query.

    Attributes:
        source: The source; `accessed` is empty, since the provider does not know the day. Its key is a wish.
        relevance: 0 to 1, comparable within one provider.
        reason: Why it was found, in words.
        passage: The part that answers; None when the source was never fetched.
        start, end: Character offsets of the words to quote in the decoded bytes.
        captured: The captured bytes, whole; empty when the source was never fetched.
    """

    source: Source
    relevance: float
    reason: str
    passage: Passage | None = None
    start: int = 0
    end: int = 0
    captured: bytes = b""


class Provider(Protocol):
    """Answers queries."""

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        ...

    def identify(self) -> str:
        """A digest of all that its answers depend on: the same digest, the same answers."""
        ...

    def search(self, query: Query) -> tuple[Hit, ...]:
        """What it finds, best first; empty when it finds nothing. The same query gives the same hits."""
        ...


@runtime_checkable
class Library(Protocol):
    """A provider that knows its sources beforehand, so that one can be cited without a search."""

    def sources(self) -> tuple[Source, ...]:
        """All of them, in a fixed order."""
        ...


Factory = Callable[[Path, tuple[Source, ...]], Provider]
"""Makes a provider for a checkout and a catalogue."""


def _deps(root: Path, _: tuple[Source, ...]) -> Provider:
    from torusnb.research.providers.deps import open_deps

    return open_deps(root)


def _catalogue(root: Path, catalogue: tuple[Source, ...]) -> Provider:
    from torusnb.research.providers.catalogue import open_catalogue

    return open_catalogue(root, catalogue)


PROVIDERS: dict[str, Factory] = {"catalogue": _catalogue, "deps": _deps}
"""Provider name to what makes it; the module is imported when it is chosen."""


def open_providers(names: Sequence[str], root: Path, catalogue: tuple[Source, ...]) -> tuple[Provider, ...]:
    """The providers of those names, in that order, each once.

    Args:
        names: Names from `PROVIDERS`.
        root: The checkout.
        catalogue: The primary sources that `load_catalogue` gave.

    Raises:
        ParameterError: A name that no provider has.
    """
    for name in names:
        if name not in PROVIDERS:
            known = ", ".join(sorted(PROVIDERS))
            raise ParameterError(
                f"there is no research provider {name!r}; choose among {known} in the parameter `providers`",
                key="providers",
            )
    return tuple(PROVIDERS[name](root, catalogue) for name in dict.fromkeys(names))
