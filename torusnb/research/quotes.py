"""Which words of a passage are quoted: the best one to three sentences of its prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from torusnb.models.base import Value
from torusnb.research.words import word_set

MOST_SENTENCES = 3
LONGEST_QUOTE = 480
SHORTEST_SENTENCE = 40
"""Characters."""

_LONGEST_BLOCK = 6_000
_CODE_START = re.compile(r"( {4,}|\t|iex(\(\d+\))?>|\.\.\.(\(\d+\))?>)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_OPTION = re.compile(r"`:\w+`\s+-\s+\w")
_LEANS = re.compile(
    r"(?:So|Then|Thus|Therefore|Otherwise|However|But|And|It|They|Them|This|That|These|Those|Such"
    r"|In (?:this|that|such|these)|(?:If|When) (?:so|not|it|they|this)|You must|The (?:former|latter|same))\b"
)
"""How a sentence begins that leans on the one before it."""
_UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\u202a-\u202e\u2066-\u2069]"  # control, broken and bidirectional characters
    r"|#\{|\[@|<!--|</?[A-Za-z][^>]*>|!\[|```|~~~"  # what code would fill in, markers, HTML, images, fences
    r"|\]\(|\]:|://|\S{60,}"  # links and endless words
)


class Sentence(Value, frozen=True):
    """A sentence by its character offsets; `block` counts the paragraphs."""

    start: int
    end: int
    block: int


def choose_quote(
    text: str,
    wanted: Mapping[str, float],
    blocks: tuple[tuple[int, int], ...] | None = None,
    shortest: int = SHORTEST_SENTENCE,
    fits: Callable[[str], object] = bool,
    *,
    items: bool = False,
) -> tuple[int, int] | None:
    """The span of the best one to three sentences that stand next to each other, or None.

    Never code, a table row, a heading, HTML, or a sentence with a link or broken characters: what is quoted must be
    readable prose, and must not carry anything that a document would act on. A sentence without any wanted word is
    taken only between two that have one, or as the one before a quote that cannot be understood without it.

    Args:
        text: A passage.
        wanted: Stem to weight; the rarer the word, the heavier.
        blocks: The spans of its paragraphs; None to find them in the text as Markdown.
        shortest: Characters that a sentence has at least.
        fits: Tells of the words of a quote whether they will do.
        items: Also what is said of an option in a list, which often has no full stop.
    """
    sentences = _sentences(text, blocks, shortest, items)
    weights = [_worth(text[s.start : s.end], wanted) for s in sentences]
    best: tuple[float, int, int] | None = None
    for first, start in enumerate(sentences):
        seen: set[str] = set()
        for last in range(first, min(first + MOST_SENTENCES, len(sentences))):
            end = sentences[last]
            if end.block != start.block or end.end - start.start > LONGEST_QUOTE:
                break
            seen |= weights[last].keys()
            if not weights[first] or not weights[last]:
                continue
            worth = sum(wanted[word] for word in sorted(seen)) - 0.35 * (last - first)
            if (best is None or worth > best[0]) and fits(text[start.start : end.end]):
                best = (worth, first, last)
    if best is None:
        return None
    return sentences[_begin_understood(text, sentences, best[1], best[2])].start, sentences[best[2]].end


def _begin_understood(text: str, sentences: Sequence[Sentence], first: int, last: int) -> int:
    """The first sentence of a quote, or the one before it when the quote leans on it and there is room for both."""
    before = sentences[first - 1] if first else None
    if before is None or not _LEANS.match(text, sentences[first].start):
        return first
    near = before.block == sentences[first].block and not text[before.end : sentences[first].start].strip()
    fits = sentences[last].end - before.start <= LONGEST_QUOTE
    return first - 1 if near and fits else first


def _worth(sentence: str, wanted: Mapping[str, float]) -> dict[str, float]:
    return {word: wanted[word] for word in _words_in(sentence, wanted)}


def _words_in(sentence: str, wanted: Collection[str]) -> list[str]:
    return sorted(word for word in word_set(sentence) if word in wanted)


@lru_cache(maxsize=512)
def _sentences(
    text: str, blocks: tuple[tuple[int, int], ...] | None, shortest: int, items: bool
) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    held = _prose_blocks(text) if blocks is None else (span for span in blocks if span[1] - span[0] <= _LONGEST_BLOCK)
    for number, (start, end) in enumerate(held):
        for low, high in _split_block(text[start:end]):
            sentence = text[start + low : start + high]
            if len(sentence) >= shortest and _reads_as_prose(sentence, items):
                found.append(Sentence(start + low, start + high, number))
    return tuple(found)


def _reads_as_prose(sentence: str, items: bool) -> bool:
    """A whole sentence of words, and nothing a document would act on."""
    if len(sentence) > LONGEST_QUOTE or _UNFIT.search(sentence) or sentence.count("`") % 2:
        return False
    ended = re.search(r"[.!?][\"')`*_]*\Z", sentence) or (items and _OPTION.match(sentence))
    if not ended or not re.match(r"[\"'(`*_]*[A-Z0-9`:@]", sentence):
        return False
    letters = sum(char.isalpha() or char.isspace() for char in sentence)
    return letters >= 0.75 * len(sentence)


def _split_block(block: str) -> Iterator[tuple[int, int]]:
    from syntok import segmenter  # loads its tables when first needed

    for paragraph in segmenter.analyze(block):
        for sentence in paragraph:
            tokens = list(sentence)
            if tokens:
                yield tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)


def _prose_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Spans of paragraphs and list items; code, tables, headings and HTML are left out."""
    start = end = at = 0
    fence = ""
    for line in text.splitlines(keepends=True):
        content = line.strip()
        mark = re.match(r"(`{3,}|~{3,})", content)
        opens, item = end > start, _ITEM.match(line)
        if mark and (not fence or content.startswith(fence)):
            fence = "" if fence else mark.group(1)
            prose = False
        else:
            prose = not fence and _is_prose(line, content, continued=opens)
        if opens and (not prose or item):
            yield start, end
            opens = False
        if prose and len(line) <= _LONGEST_BLOCK:
            if not opens:
                start = at + (item.end() if item else len(line) - len(line.lstrip()))
            end = at + len(line.rstrip())
        else:
            start = end = at
        if end - start > _LONGEST_BLOCK:
            start = end
        at += len(line)
    if end > start:
        yield start, end


def _is_prose(line: str, content: str, *, continued: bool) -> bool:
    if not content or content[0] in "|#<>=" or content.startswith(("---", "[^")):
        return False
    return continued or not _CODE_START.match(line)
