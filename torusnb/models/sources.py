"""Research: what is asked, what was found, its captured bytes, and what is cited."""

from __future__ import annotations

from torusnb.models.base import Value

VERDICTS = ("verified", "near-match", "misattributed", "version-mismatch", "not-fetched", "unchecked")


ANSWERS: dict[str, str] = {
    "answered": "It found something.",
    "empty": "It was asked and truly has nothing on it.",
    "unavailable": "It has nothing to look into here: no documents on disk, no such documentation.",
    "rate-limited": "It asks to slow down.",
    "challenge": "It wants proof of being human instead of answering.",
    "unreachable": "No answer came, or one that says that the service failed.",
    "broken": "What came is no answer that can be read.",
    "not-sent": "Nothing was left of the query once what must stay inside was taken out.",
    "not-asked": "It was not asked, since it had just refused an earlier query.",
}
"""Every outcome of a query and what it means."""

REFUSALS = frozenset({"rate-limited", "challenge", "unreachable", "broken", "not-asked"})
"""Outcomes that say nothing about what there is to find."""


class Question(Value, frozen=True):
    """A research question.

    Attributes:
        focus: The focus area's id.
        serves: Ids of the requirements and assumptions it is asked for; the focus area's id when there is none.
        terms: What is searched for.
        package: The locked dependency it is about, or empty.
        traps: Keys of the traps in the code that raise it, what matters most first.
    """

    id: str
    text: str
    focus: str
    serves: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    package: str = ""
    traps: tuple[str, ...] = ()


class Query(Value, frozen=True):
    """What is sent to a provider, recorded before it is sent; `package` narrows it where the provider can.

    Attributes:
        removed: How many terms were taken out because they must stay inside; never which, since a record is shared.
            A query whose `text` is empty after that is not sent.
    """

    question: str
    provider: str
    text: str
    package: str = ""
    removed: int = 0


class ProviderFailure(Value, frozen=True):
    """A query that brought nothing, where that matters: the provider refused, or nobody answered the question.

    Attributes:
        provider: Who was asked. question: the question's id. query: the words that were sent, or would have been.
        outcome: A key of `ANSWERS`. message: What happened and what to do, in one or two sentences.
    """

    provider: str
    question: str
    query: str
    outcome: str
    message: str


class Source(Value, frozen=True):
    """A document that research found.

    Attributes:
        key: `src:` and a slug: stable for the same document, unique within a trail. Without the
            prefix it is the label in the design document (`[ecto-migration]`).
        url: Its public address; for a locked dependency that of its version on hexdocs.
        provider: `deps`, `catalogue`, ….
        package, version: Set for documentation of a locked dependency.
        primary: Written by those who make the thing, or a standard.
        topics: What it speaks of. settles: what it decides, in torusnb's words.
        accessed: ISO date its bytes were captured; empty when it was never fetched.
        sha256: Hash of the captured bytes; empty when it was never fetched.
        publisher: Who stands behind it, as far as its address or metadata tell.
    """

    key: str
    title: str
    url: str
    provider: str
    package: str = ""
    version: str = ""
    primary: bool = True
    topics: tuple[str, ...] = ()
    settles: str = ""
    accessed: str = ""
    sha256: str = ""
    publisher: str = ""

    @property
    def label(self) -> str:
        """What stands in brackets in the design document."""
        return self.key.removeprefix("src:")


class Passage(Value, frozen=True):
    """A part of a captured source: `start` and `end` are character offsets into its decoded text."""

    source: str
    heading: str
    text: str
    start: int
    end: int
    anchor: str = ""


class Citation(Value, frozen=True):
    """A source used for a question.

    Attributes:
        source: The source's key.
        question: The question's id; empty for a source that a person added for the feature as a whole.
        quote: Verbatim text of the captured bytes, runs of white space as one blank; empty when the source was
            never fetched.
        verdict: One of `VERDICTS`.
        reason: Why this passage was chosen, or why it could not be checked.
        start, end: Character offsets of the quote in the text that `extractor` makes of the snapshot; both 0 without
            one. The text of a Markdown snapshot is its decoded bytes.
        prefix, suffix: Up to 32 characters before and after it (W3C TextQuoteSelector), white space as in `quote`.
        snapshot: Hex SHA-256 of the captured bytes. extractor: What reads them, with its version.
        fetched: When they were fetched, ISO 8601.
        release: `package@version` that the captured text is for, or empty.
        provider, query: Who found it, and for which words.
        link: Its address with the heading's anchor and a text fragment; empty without a quote.
    """

    source: str
    question: str
    quote: str
    verdict: str
    reason: str
    anchor: str = ""
    heading: str = ""
    start: int = 0
    end: int = 0
    prefix: str = ""
    suffix: str = ""
    snapshot: str = ""
    extractor: str = ""
    fetched: str = ""
    release: str = ""
    provider: str = ""
    query: str = ""
    link: str = ""


class Replacement(Value, frozen=True):
    """A primary source that says what a cited source of another kind says.

    Attributes:
        source, question: The citation that it could replace.
        instead: The primary source's key; `quote`, `start` and `end` are its own words.
        share: 0 to 1; how much of what the cited words speak of it speaks of too, rare words counting more.
        terms: The telling words that both share.
        title, url: Of the primary source, which need not be among the research's: it may have been captured without
            being cited. accessed, sha256: when its bytes were captured, and their hash.
    """

    source: str
    question: str
    instead: str
    quote: str
    start: int
    end: int
    share: float
    terms: tuple[str, ...] = ()
    title: str = ""
    url: str = ""
    accessed: str = ""
    sha256: str = ""


class Look(Value, frozen=True):
    """A source that was looked at for a question: whether it was kept, and why."""

    question: str
    source: str
    title: str
    kept: bool
    reason: str


class Research(Value, frozen=True):
    """What research found, complete in itself.

    Attributes:
        sources: What is cited, and what the playbook's practices rest on; nothing that a person dropped.
        looks: Every source that was looked at, also those that were not kept.
        asked: ISO date of the research, or empty.
        failures: What providers refused, and who had nothing where a question stays without any source.
        blocked: Ids of the questions that must not be presented as answered: nothing was found for them, or a
            provider refused and no captured words were found elsewhere.
        replacements: Primary sources that say what a cited source of another kind says, captured and not dropped.
    """

    questions: tuple[Question, ...] = ()
    queries: tuple[Query, ...] = ()
    sources: tuple[Source, ...] = ()
    passages: tuple[Passage, ...] = ()
    citations: tuple[Citation, ...] = ()
    looks: tuple[Look, ...] = ()
    asked: str = ""
    failures: tuple[ProviderFailure, ...] = ()
    blocked: tuple[str, ...] = ()
    replacements: tuple[Replacement, ...] = ()

    def source(self, key: str) -> Source | None:
        """The source of that key, or None."""
        return next((source for source in self.sources if source.key == key), None)
