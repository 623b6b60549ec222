"""Reading a section's Markdown as the checks need it: blocks that state something, words, sentences, language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.base import Value
from torusnb.models.design import MARKER
from torusnb.spec.codeparts import edit_prose, find_code, find_fences
from torusnb.spec.leadins import find_lead_ins
from torusnb.spec.steps import without_steps

_ITEM = re.compile(r"^(?P<indent>\s*)(?:[-*+]|\d+[.)])\s+")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_END = re.compile(r"[.!?](?=[\s\"'”’)*_]*(?:\s|$))")
_SHORT = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|approx|ca|resp|incl|max|min|no)\.", re.IGNORECASE)
_PARENTHESES = re.compile(r"\([^()\n]*\)")
_LABEL = re.compile(r"[*_]{2}[^*_\n]+[*_]{2}[:.]?")

_ENGLISH = frozenset(
    _WORD.findall(
        "the a an of to and is are be in for with on by no not it its that this as when from or at each one has have "
        "which if so than then there after before only"
    )
)
_OTHERS = frozenset(
    _WORD.findall(
        "der die das und ist nicht ein eine mit für auf von den wird werden le la les des une est pour dans avec que "
        "qui sur el los las una para con por del se un y en su het een van zijn niet voor il di che per non gli della "
        "sono em não os uma com do da"
    )
)
_FEWEST_WORDS = 12
_LEAST_ENGLISH = 0.06
_FEW_OTHERS = 2


class Block(Value, frozen=True):
    """A paragraph, a bullet with what hangs on it, or a row of a table, as one string; code blocks are none.

    `line` is the first of its lines, 1-based.
    """

    kind: str
    text: str
    line: int = 0


def prose_of(text: str) -> str:
    """The text without code and markers."""
    parts, position = [], 0
    for start, end in find_code(text):
        parts += [text[position:start], " "]
        position = end
    return MARKER.sub(" ", "".join([*parts, text[position:]]))


def spoken_keys(text: str) -> tuple[str, ...]:
    """The keys that the text marks outside code, in order, each once."""
    found: dict[str, None] = {}

    def note(prose: str) -> str:
        for match in MARKER.finditer(prose):
            for key in match.group(1).split(";"):
                found.setdefault(key.strip().removeprefix("@"))
        return prose

    edit_prose(text, note)
    return tuple(found)


def count_words(text: str) -> int:
    """The words of a text, names in code counted as one each; what a code block shows is looked at, not read."""
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    said = "\n".join(line for number, line in enumerate(text.split("\n"), start=1) if number not in fenced)
    return len(_WORD.findall(re.sub(r"`[^`\n]+`", " name ", MARKER.sub(" ", said))))


def count_sentences(text: str) -> int:
    """The sentences of plain prose, by their full stops; what stands in code, parentheses or steps ends none."""
    total = 0
    for block in read_blocks(without_steps(text)):
        said = MARKER.sub(" ", re.sub(r"`[^`\n]+`", "name", block.text))
        said = _SHORT.sub("abbreviation", _PARENTHESES.sub(" ", said)).strip()
        ends = len(_END.findall(said))
        total += ends if re.search(r"[.!?][\s\"'”’)*_]*$", said) else ends + bool(_WORD.search(said))
    return total


def is_english(text: str) -> bool:
    """Whether the text reads as English, by simple evidence: its letters, and which small words it uses.

    A table and a text of a few words hold few small words in any language; there only those of others count against it.
    """
    words = [word.lower() for word in _WORD.findall(prose_of(text))]
    letters = "".join(words)
    if letters and sum(letter > "\u024f" for letter in letters) > len(letters) / 5:
        return False
    if sum(word in _OTHERS for word in words) > max(_FEW_OTHERS, sum(word in _ENGLISH for word in words)):
        return False
    untabled = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("|"))
    said = [word.lower() for word in _WORD.findall(prose_of(untabled))]
    return len(said) < _FEWEST_WORDS or sum(word in _ENGLISH for word in said) >= _LEAST_ENGLISH * len(said)


def states_something(block: Block) -> bool:
    """Whether a block says something that must rest on evidence: no label, no words that a colon ends."""
    said = prose_of(_LABEL.sub("", block.text)).strip(" \n*_|-+")
    return len(_WORD.findall(said)) >= 3 and not block.text.rstrip("*_ \n").endswith(":")


def list_unmarked(text: str) -> tuple[Block, ...]:
    """The blocks that state something and mark nothing; what only leads in to marked items rests on what they mark."""
    bare = [block for block in read_blocks(text) if states_something(block) and not spoken_keys(block.text)]
    leading = find_lead_ins(text, lambda item: bool(spoken_keys(item))) if bare else frozenset()
    return tuple(block for block in bare if block.line not in leading)


def read_blocks(text: str) -> Iterator[Block]:
    """The blocks of a text, in order; the head of a table is none."""
    lines = text.split("\n")
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    held: list[str] = []
    kind, start = "paragraph", 1
    for number, line in enumerate(lines, start=1):
        within = kind == "item" and bool(held) and (line[:1].isspace() or _goes_on(lines, number))
        if within and number not in fenced:
            held.append(line)
            continue
        item, row = _ITEM.match(line) is not None, line.lstrip().startswith("|")
        if held and (number in fenced or not line.strip() or item or row):
            yield Block(kind, "\n".join(held), start)
            held = []
        if number in fenced or not line.strip():
            continue
        if row:
            if not _RULE.match(line) and not _is_head(lines, number):
                yield Block("row", line.strip(), number)
            continue
        if not held:
            kind, start = "item" if item else "paragraph", number
        held.append(line)
    if held:
        yield Block(kind, "\n".join(held).rstrip(), start)


def _goes_on(lines: list[str], number: int) -> bool:
    """Whether a blank line stands before more of the same bullet."""
    rest = (line for line in lines[number:] if line.strip())
    return not lines[number - 1].strip() and next(rest, "")[:1].isspace()


def _is_head(lines: list[str], number: int) -> bool:
    return number < len(lines) and _RULE.match(lines[number]) is not None
