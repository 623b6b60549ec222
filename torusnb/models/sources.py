"""Research: what is asked, what was found, its captured bytes, and what is cited."""

from __future__ import annotations

from torusnb.models.base import Value

VERDICTS = ("verified", "near-match", "misattributed", "version-mismatch", "not-fetched", "unchecked")


class Question(Value, frozen=True):
    """A research question.

    Attributes:
        focus: The focus area's id.
        serves: Ids of the requirements and assumptions it is asked for; the focus area's id when there is none.
        terms: What is searched for.
        package: The locked dependency it is about, or empty.
    """

    id: str
    text: str
    focus: str
    serves: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    package: str = ""


class Query(Value, frozen=True):
    """What is sent to a provider, recorded before it is sent; `package` narrows it where the provider can."""

    question: str
    provider: str
    text: str
    package: str = ""


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
        start, end: Character offsets of the quote in the decoded snapshot; both 0 without one.
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
    """

    questions: tuple[Question, ...] = ()
    queries: tuple[Query, ...] = ()
    sources: tuple[Source, ...] = ()
    passages: tuple[Passage, ...] = ()
    citations: tuple[Citation, ...] = ()
    looks: tuple[Look, ...] = ()
    asked: str = ""

    def source(self, key: str) -> Source | None:
        """The source of that key, or None."""
        return next((source for source in self.sources if source.key == key), None)
