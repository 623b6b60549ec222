"""How many sentences a piece of Markdown has, as a reader would count."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syntok import segmenter

from torusnb.spec.codeparts import find_code, find_fences
from torusnb.spec.steps import without_steps

_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_PARENTHESES = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_LABEL = re.compile(r"\[[^\]\n]*\]")
_URL = re.compile(r"https?://[^\s)>\]]*[^\s)>\].,;:!?]")
_DOTTED = re.compile(r"(?<!\w)[\w-]+(?:\.[\w-]+)+")
_ABBREVIATION = re.compile(
    r"\b(?:e\.\s?g|i\.\s?e|etc|vs|cf|approx|incl|resp|viz|ca|no|nos|fig|sec|ch|p|pp|al|est|max|min|avg|st|dr|mr|ms|mrs|prof|inc|corp|ltd)"
    r"\.(?=\s+(?:[a-z0-9(]|\Z)|[,;:)])",
    re.IGNORECASE,
)
_LATIN = re.compile(r"\b(e\.\s?g|i\.\s?e)\.", re.IGNORECASE)
_EMPHASIS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")
_WORD = re.compile(r"[^\W\d_]{2,}|\b[aI]\b")


def count_sentences(markdown: str) -> int:
    """The number of sentences; headings and code blocks have none.

    A list that a colon leads in to is one sentence with its lead-in, as long as its items are no sentences of their
    own; elsewhere a list item or a table row is at least one. Numbered steps below a label have none.
    """
    total, led_in = 0, False
    for block in _blocks(without_steps(markdown)):
        ends = block.rstrip('*_`" )')[-1:]
        if not (led_in and ends not in ".!?"):
            total += _count(block)
            led_in = ends == ":"
    return total


def _count(block: str) -> int:
    text = _plain(block)
    if not _WORD.search(text):
        return 0
    sentences = [
        "".join(token.spacing + token.value for token in sentence)
        for paragraph in segmenter.process(text)
        for sentence in paragraph
    ]
    # The segmenter ends a sentence at a semicolon when a capital letter follows, as that of a code name does.
    return sum(bool(_WORD.search(sentence)) and not sentence.endswith((";", ",")) for sentence in sentences)


def _plain(block: str) -> str:
    """Words only: what may hold a misleading full stop becomes a plain word or goes away."""
    parts, position = [], 0
    for start, end in find_code(block):
        parts += [block[position:start], "Code"]
        position = end
    text = "".join([*parts, block[position:]])
    text = _LINK.sub(r"\1", text)
    text = _URL.sub("address", text)
    text = _PARENTHESES.sub("", text)
    text = _LABEL.sub("", text)
    text = _EMPHASIS.sub("", text)
    text = _LATIN.sub("for example", text)
    text = _ABBREVIATION.sub(lambda match: match.group().rstrip("."), text)
    text = _DOTTED.sub("name", text)
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))


def _blocks(markdown: str) -> Iterator[str]:
    """Paragraphs, list items and table rows, each joined to one string; headings, rules and fences left out."""
    fenced = {line for first, last in find_fences(markdown) for line in range(first, last + 1)}
    block: list[str] = []
    for number, line in enumerate(markdown.split("\n"), start=1):
        text = line.strip()
        ends = not text or number in fenced or text.startswith(("#", "|", "<!--")) or not _WORD.search(text)
        if (ends or _BULLET.match(line)) and block:
            yield " ".join(block)
            block = []
        if text.startswith("|") and number not in fenced:
            yield text.strip("|").replace("|", ", ")
        elif not ends or (text and number not in fenced and block):
            block.append(_BULLET.sub("", line).strip().lstrip("> "))
    if block:
        yield " ".join(block)
