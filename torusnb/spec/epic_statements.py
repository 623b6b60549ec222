"""The statements of an epic's documents, each with what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from torusnb.models.base import Value
from torusnb.models.requirements import Quantity
from torusnb.spec.entries import Entry, read_entries
from torusnb.spec.epic_list import is_list, read_listed
from torusnb.spec.inline import expand_ids, one_line, split_id
from torusnb.spec.markdown import parse_chapters
from torusnb.spec.notes import ReadNote
from torusnb.spec.pieces import split_pieces
from torusnb.spec.quantities import parse_quantities
from torusnb.spec.statements import is_metadata

_LONGEST, _FEWEST_WORDS = 900, 4
_PASSED = frozenset({"other", "questions", "questions_mixed", "risks", "mitigations", "users", "roles", "non_goals"})
_ID = re.compile(r"\b(?:N?FR|AC|REQ)(?:-[A-Z]+)?-?\d")
_PREPOSITION = re.compile(r"\s(?:for|of|by|in|on|with|across)\s|\(")
_VALUE = re.compile(r":\s+`?[\w -]{1,24}`?:\s*$")
_SMALL_TALK_TEXT = """
about after also before cannot does each every from have into more must only over same shall should such than that their
then there these they this those through user using what when where which while will with without
achieve within under least most p50 p90 p95 p99
"""
_SMALL_TALK = frozenset(_SMALL_TALK_TEXT.split())


class EpicLine(Value, frozen=True):
    """A statement of an epic's document, with what it is about.

    Attributes:
        name: The id that the epic gives it, or empty.
        measured: The telling words before its first number: what the number bounds.
        subject: Those before a preposition or bracket.
    """

    text: str
    line: int
    label: str
    topic: str
    pieces: str
    words: frozenset[str]
    quantities: tuple[Quantity, ...] = ()
    name: str = ""
    measured: frozenset[str] = frozenset()
    subject: frozenset[str] = frozenset()


def read_lines(note: ReadNote, notes: Sequence[ReadNote]) -> list[EpicLine]:
    """A document's statements; of a list of requirements those that no other document says as well.

    The same words with another number say something else.
    """
    if not is_list(note.name):
        return list(_lines(note.text))
    told = [line for other in notes if not is_list(other.name) for line in _lines(other.text)]
    listed = _lines(note.text, listed=True)
    return [each for each in listed if not any(each.words <= line.words and _bounds(each, line) for line in told)]


def _bounds(line: EpicLine, other: EpicLine) -> bool:
    """Whether all numbers of a statement are among the other's."""
    return {(q.value, q.unit) for q in line.quantities} <= {(q.value, q.unit) for q in other.quantities}


@lru_cache(maxsize=64)  # the features of an epic are read one after the other
def _lines(text: str, *, listed: bool = False) -> tuple[EpicLine, ...]:
    found = []
    for entry in read_listed(text) if listed else read_entries(parse_chapters(text)):
        words = _words_of(entry)
        few = len(words.split()) < _FEWEST_WORDS or len(words) > _LONGEST
        if entry.kind == "code" or entry.topic in _PASSED or few or is_metadata(entry) or _ID.search(words):
            continue
        label = " - ".join(dict.fromkeys(one_line(part) for part in (entry.heading, entry.group) if part))
        pieces = f" {' '.join(split_pieces(f'{label} {words}'))} "
        quantities = parse_quantities(words, entry.group or entry.heading)
        before = _before(words, quantities)
        found.append(
            EpicLine(words, entry.line, label, entry.topic, pieces, telling(words), quantities, _id_of(entry),
                  telling(before), telling(_PREPOSITION.split(before)[0]))
        )  # fmt: skip
    return tuple(found)


def _before(text: str, quantities: Sequence[Quantity]) -> str:
    """The words before the first number, without the name of a value that it is listed under."""
    first = min((at for number in quantities if (at := text.find(number.text)) > 0), default=len(text))
    return _VALUE.sub("", text[:first])


def _id_of(entry: Entry) -> str:
    return entry.id or next((split_id(cell)[0] for _, cell in entry.cells[:1]), "")


def _words_of(entry: Entry) -> str:
    """A statement without the id that it defines; of a row the cells that are no ids."""
    if not entry.cells:
        return entry.text
    cells = [(head, cell) for head, cell in entry.cells if cell and expand_ids(cell) != (cell.strip("*`"),)]
    return "; ".join(f"{head}: {cell}" if head and at else cell for at, (head, cell) in enumerate(cells))


def telling(text: str) -> frozenset[str]:
    """The words of a text that tell one statement from another."""
    return frozenset(word for word in split_pieces(text) if len(word) > 3 and word not in _SMALL_TALK)
