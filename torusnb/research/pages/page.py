"""What extraction gives: a page's text, its parts and its headings, all by character offsets."""

from __future__ import annotations

from torusnb.models.base import Value

BLOCK_KINDS = ("prose", "code", "row", "heading", "aside")
"""`aside` is text that stands elsewhere on the page too (ExDoc's summary), or leads somewhere else."""

QUOTABLE = frozenset({"prose"})


class Block(Value, frozen=True):
    """A paragraph, list item, listing, table row or heading: `text[start:end]` of its page; `kind` of `BLOCK_KINDS`."""

    start: int
    end: int
    kind: str


class Section(Value, frozen=True):
    """What stands under a heading.

    Attributes:
        heading: Its words; empty for what stands before the first one.
        level: 1 to 6; 0 without a heading.
        start, end: Offsets of the section's own text, without the heading.
        anchor: The fragment that leads to the heading, as the page writes it; empty when there is none.
        address: The page that a reader opens for it, without fragment; it differs from the page's own address for
            search data, which hold many pages.
    """

    heading: str
    level: int
    start: int
    end: int
    anchor: str = ""
    address: str = ""


class Page(Value, frozen=True):
    """The text of a captured page. The same bytes, address and extractor always give the same page.

    Attributes:
        url: The address it was captured from.
        text: Plain text, blocks apart by an empty line; for Markdown the decoded bytes, with blanks for what is hidden.
        sections: In order, together the whole text except the headings.
        blocks: In order; empty for Markdown, whose text shows its blocks itself.
        extractor: Which reader made it, with the version that decides: `exdoc/1 lexbor/1.0.2`.
        markdown: Whether `text` is Markdown.
        thin: There is too little to quote from: an empty shell, a wall, or markup that cannot be read in time.
        notes: What a reader should know of it, in sentences.
        package, version: The package that the page says it documents, and for which version.
    """

    url: str
    title: str
    text: str
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...] = ()
    extractor: str = ""
    markdown: bool = False
    thin: bool = False
    notes: tuple[str, ...] = ()
    package: str = ""
    version: str = ""
