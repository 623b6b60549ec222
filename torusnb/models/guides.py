"""The checkout's own documents, cut at their headings."""

from __future__ import annotations

from torusnb.models.base import Value


class GuideSection(Value, frozen=True):
    """A heading of a guide with its text up to the next heading.

    Attributes:
        heading: The headings above it and its own, joined by ` > `.
        text: What stands below the heading; its first line is the one after the heading's, so blank lines may lead.
        terms: The words it speaks of most, lower case, sorted.
        modules: Full module names it speaks of, as written.
    """

    path: str
    heading: str
    level: int
    line: int
    text: str
    terms: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


class Guide(Value, frozen=True):
    """A Markdown document of the checkout."""

    path: str
    title: str
    sha256: str
    sections: tuple[GuideSection, ...] = ()
