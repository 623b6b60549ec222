"""A page's elements one after another, from lexbor's own markup, without what no reader sees.

lexbor repairs whatever markup there is; what it writes back is well formed, so that one regular expression and a stack
read it in time that grows with its length, however deep it is nested.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from torusnb.research.pages.hidden import Tag, read_tag

_TOKEN = re.compile(
    r"([^<]+)|<(/?)([a-z][^\s/>]*)((?: =?[^\s=>]+(?:=\"[^\"]*\")?)*)>|<!--.*?-->|<!DOCTYPE[^>]*>|<(/?)([a-z]?)[^<>]*>?",
    re.DOTALL,
)
VOID = frozenset(
    re.findall(
        r"[\w.-]+",
        """
    area base br col embed hr img input link meta param source track wbr
    """,
    )
)
RAW = ("script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext", "noscript", "template", "svg")
"""Elements whose content is no markup, or no text: they are to be taken out before."""

# A highlighted listing is hundreds of small elements that change nothing; without them reading takes half as long.
_INLINE = re.compile(
    r"<(span|code|a|em|strong|b|i|tt|kbd|var)"
    r"((?: (?:class=\"(?:[a-z]{1,2}|inline|text|attribute)\"|data-group-id=\"[^\"]*\""
    r"|translate=\"no\"|href=\"[^\"]*\"))*)>([^<]*)</\1>"
)


class Token(NamedTuple):
    """A start tag, an end tag or text.

    Attributes:
        kind: `start`, `end` or `text`.
        tag: The element's name; empty for text.
        text: What a reader sees; for a start tag its attributes as written.
        about: What is known of a start tag.
    """

    kind: str
    tag: str
    text: str
    about: Tag | None = None


def read_tokens(markup: str, concealed: frozenset[str] = frozenset(), *, links: bool = False) -> Iterator[Token]:
    """The tokens of what a reader sees, in order; every start tag but a void one has its end tag.

    Args:
        markup: What lexbor wrote for an element, without the elements of `RAW`.
        concealed: Selectors that the page's own style sheet makes invisible.
        links: Whether every link and small element is wanted too; it takes twice the time.
    """
    simple = markup if concealed or links else _INLINE.sub(r"\3", markup)
    reader = _Reader(concealed)
    for text, closing, tag, attributes, odd_closing, odd in _TOKEN.findall(simple):
        token = None
        if text:
            token = reader.text(text)
        elif closing or odd_closing:
            token = reader.close(tag)
        elif tag or odd:
            token = reader.open(tag, attributes)
        if token is not None:
            yield token


class _Reader:
    """Keeps how deep it is, and since what depth everything is left out."""

    def __init__(self, concealed: frozenset[str]) -> None:
        self._concealed = concealed
        self._depth = self._left_out_at = 0

    def text(self, text: str) -> Token | None:
        if self._left_out_at:
            return None
        return Token("text", "", html.unescape(text) if "&" in text else text)

    def open(self, tag: str, attributes: str) -> Token | None:
        """A start tag; one whose attributes cannot be read is left out with all that it holds."""
        about = read_tag(tag, attributes, self._concealed) if tag else None
        left_out = about is None or about.left_out
        if tag not in VOID:
            self._depth += 1
            if left_out and not self._left_out_at:
                self._left_out_at = self._depth
        return None if self._left_out_at or left_out else Token("start", tag, attributes, about)

    def close(self, tag: str) -> Token | None:
        inside = self._left_out_at
        if inside and self._depth == inside:
            self._left_out_at = 0
        self._depth -= 1
        return None if inside else Token("end", tag, "")


def render_tokens(tokens: Iterator[Token]) -> str:
    """The tokens as markup again."""
    made = []
    for token in tokens:
        if token.kind == "text":
            made.append(html.escape(token.text, quote=False))
        elif token.kind == "end":
            made.append(f"</{token.tag}>")
        else:
            made.append(f"<{token.tag}{token.text}>")
    return "".join(made)
