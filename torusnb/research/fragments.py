"""Where a quote stands, for people and programs: its surroundings, and a link that opens the page at its words.

Surroundings: W3C Web Annotation Data Model, TextQuoteSelector (https://www.w3.org/TR/annotation-model/#text-quote-selector).
Links: URL Fragment Text Directives (https://wicg.github.io/scroll-to-text-fragment/).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote as percent_encode

CONTEXT = 32
"""Characters of a quote's prefix and suffix, as the annotation model's examples have it."""

_LONGEST_EXACT = 300
"""Characters; a longer quote is given by its first and last words, as the text fragments' draft advises."""

_BLANKS = re.compile(r"\s+")
_ANCHOR_SAFE = "/:!?=*+~._-%@,;$'"
_MARKDOWN = re.compile(
    r"!?\[(?P<link>[^\[\]\n]{1,300})\]\([^()\s]{0,500}\)"
    r"|`[ctme]:(?=[^`\s]{1,200}/\d{1,3}`)|`+|\\(?P<escaped>[\\`*_{}\[\]()#+.!|<>~-])"
    r"|(?<![\w*/])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*/])|(?<![\w_/])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\w_/])"
)
_GROWTH = ((0, 0), (3, 0), (0, 3), (3, 3), (6, 0), (0, 6), (6, 6), (12, 12))
_ENDS = (4, 7, 11)


class Directive(NamedTuple):
    """A text directive before it is encoded; only `start` must be there."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""


def surround(text: str, start: int, end: int) -> tuple[str, str]:
    """Up to `CONTEXT` characters before and after a quote, runs of white space as one blank."""
    wide = 4 * CONTEXT
    before, after = _squeeze(text[max(0, start - wide) : start]), _squeeze(text[end : end + wide])
    return before[-CONTEXT:].lstrip(), after[:CONTEXT].rstrip()


def find_surrounded(text: str, quote: str, prefix: str, suffix: str) -> int:
    """The offset of the place where the quote stands with most of its surroundings, or -1.

    Of equal places the first. White space may differ in its amount.
    """
    words = quote.split()
    if not words:
        return -1
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    best, place = -1, -1
    for number, found in enumerate(pattern.finditer(text)):
        before, after = surround(text, *found.span())
        alike = _shared(before[::-1], prefix[::-1]) + _shared(after, suffix)
        if alike > best:
            best, place = alike, found.start()
        if number >= 999:
            break
    return place


def make_link(address: str, anchor: str, text: str, start: int, end: int, *, markdown: bool = False) -> str:
    """A link that opens the page at the words `text[start:end]`, by way of the heading they stand under.

    Surroundings are put in only where the words alone would lead to another place. Where no directive leads to them,
    the link ends with the heading's anchor.

    Args:
        address: The page's address; a fragment of it is dropped.
        anchor: The heading's anchor as the page writes it, or empty.
        text: The page's text.
        start: Where the quote begins.
        end: Where it ends.
        markdown: Whether the text is Markdown, of which a browser shows no marks.
    """
    page = address.partition("#")[0]
    # A `%` that already begins an escape is the page's own; any other must be escaped.
    fragment = percent_encode(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", anchor), safe=_ANCHOR_SAFE)
    directive = find_directive(text, start, end, markdown=markdown)
    if directive is None:
        return f"{page}#{fragment}" if fragment else page
    return f"{page}#{fragment}:~:{render_directive(directive)}"


def render_directive(directive: Directive) -> str:
    """`text=[prefix-,]start[,end][,-suffix]`, percent-encoded so that dashes, commas and ampersands stay text."""
    parts = [f"{_encode(directive.prefix)}-"] if directive.prefix else []
    parts.append(_encode(directive.start))
    if directive.end:
        parts.append(_encode(directive.end))
    if directive.suffix:
        parts.append(f"-{_encode(directive.suffix)}")
    return f"text={','.join(parts)}"


def find_directive(text: str, start: int, end: int, *, markdown: bool = False) -> Directive | None:
    """The shortest directive that leads to `text[start:end]` and to no place before it, or None."""
    before, words, after = (shown(part, markdown) for part in (text[:start], text[start:end], text[end:]))
    words = words.strip()
    if not words:
        return None
    near_before = shown(text[max(0, text.rfind("\n\n", 0, start)) : start], markdown).split()
    stop = text.find("\n\n", end)
    near_after = shown(text[end : stop if stop >= 0 else len(text)], markdown).split()
    whole = _squeeze(f"{before}\0{words}\0{after}")
    first = whole.index("\0")
    whole = _squeeze(whole.replace("\0", ""))
    at = whole.find(words, max(0, first - 2))
    # Words of the neighbouring blocks come last: a page can show text between two blocks that extraction leaves out.
    wide_before, wide_after = before.split()[-12:], after.split()[:12]
    for context in ((near_before, near_after), (wide_before, wide_after)):
        for candidate in _candidates(words, *context):
            if follow(candidate, whole) == (at, at + len(words)):
                return candidate
    return None


def follow(directive: Directive, text: str) -> tuple[int, int] | None:
    """Where a browser would go: the first match, by whole words, in any case, with white space as one blank."""
    prefix = rf"{_bounded(directive.prefix)}\s*" if directive.prefix else ""
    suffix = rf"(?=\s*{_bounded(directive.suffix)})" if directive.suffix else ""
    if not directive.end:
        found = re.search(f"{prefix}(?P<it>{_bounded(directive.start)}){suffix}", text, re.IGNORECASE)
        return found.span("it") if found else None
    begun = re.search(f"{prefix}(?P<it>{_bounded(directive.start)})", text, re.IGNORECASE)
    if begun is None:
        return None
    ended = re.compile(f"{_bounded(directive.end)}{suffix}", re.IGNORECASE).search(text, begun.end())
    return (begun.start("it"), ended.end()) if ended else None


def shown(text: str, markdown: bool) -> str:
    """The text as a browser shows it, runs of white space as one blank."""
    if markdown:
        text = html.unescape(_MARKDOWN.sub(lambda found: found["link"] or found["escaped"] or "", text))
    return _squeeze(text)


def _candidates(words: str, before: list[str], after: list[str]) -> Iterator[Directive]:
    pieces = words.split()
    cuts: list[tuple[str, str]] = [(words, "")]
    if len(words) > _LONGEST_EXACT:
        cuts = [(" ".join(pieces[:n]), " ".join(pieces[-n:])) for n in _ENDS if 2 * n <= len(pieces)]
    for start, end in cuts:
        for left, right in _GROWTH:
            prefix = " ".join(before[-left:]) if left else ""
            suffix = " ".join(after[:right]) if right else ""
            if (left and not prefix) or (right and not suffix):
                continue
            yield Directive(start, end, prefix, suffix)


def _bounded(text: str) -> str:
    pattern = r"\s+".join(re.escape(word) for word in text.split())
    left = r"(?<!\w)" if text[:1].isalnum() else ""
    right = r"(?!\w)" if text[-1:].isalnum() else ""
    return f"{left}{pattern}{right}"


def _encode(text: str) -> str:
    return percent_encode(text, safe="").replace("-", "%2D")


def _squeeze(text: str) -> str:
    return _BLANKS.sub(" ", text)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
