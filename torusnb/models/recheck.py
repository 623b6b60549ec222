"""What became of cited words: quote by quote, then and now."""

from __future__ import annotations

from torusnb.models.base import Value

STATES: dict[str, str] = {
    "unchanged": "The words stand where they stood.",
    "moved": "The words stand in the page, in another place.",
    "reworded": "The page says it in other words.",
    "gone": "The page holds neither the words nor any like them.",
    "page-gone": "There is no such page any more.",
    "not-read": "The page could not be read now, so nothing is known of its words.",
}
"""Every state of a quote and what it means."""

FALLEN = frozenset({"reworded", "gone", "page-gone"})
"""States in which a quote no longer stands."""


class QuoteNow(Value, frozen=True):
    """One quote, then and now.

    Attributes:
        source: The source's key. url: where it was looked for. question: the question's id.
        state: A key of `STATES`.
        then: The quote as cited. now: the words that stand there now; empty when nothing like them was found.
        score: Similarity in percent of `now` (`research.recheck.find_reworded`); 100 where the words stand, else 0.
        heading_then, heading_now: The headings they stood and stand under.
        note: What a reader should know: why it could not be read, which version was read.
        snapshot: Hex SHA-256 of the bytes read now; empty when nothing new was read.
    """

    source: str
    url: str
    question: str
    state: str
    then: str
    now: str = ""
    score: float = 0.0
    heading_then: str = ""
    heading_now: str = ""
    note: str = ""
    snapshot: str = ""


class Validators(Value, frozen=True):
    """What a server said of a page when it was read, to ask it again only whether the page has changed.

    Attributes:
        url: The address that answered. snapshot: Hex SHA-256 of what came.
    """

    url: str
    snapshot: str
    etag: str = ""
    last_modified: str = ""


class Recheck(Value, frozen=True):
    """A look at all captured sources that a design cites.

    Attributes:
        research: Key of the record of the research that was rechecked.
        quotes: Every quote, in the order of the sources' keys.
        validators: Source key to what its server said this time; only of pages that were read.
        left_out: Keys of captured sources that research quotes and the design does not cite; they were not read.
        not_captured: Keys of sources that the design cites and nobody has read, so that there is nothing to compare.
    """

    research: str
    quotes: tuple[QuoteNow, ...] = ()
    validators: dict[str, Validators] = {}
    left_out: tuple[str, ...] = ()
    not_captured: tuple[str, ...] = ()

    @property
    def fallen(self) -> tuple[QuoteNow, ...]:
        """The quotes that no longer stand."""
        return tuple(quote for quote in self.quotes if quote.state in FALLEN)
