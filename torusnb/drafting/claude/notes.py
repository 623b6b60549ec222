"""What else lies in the pack: the ticket and the notes beside prd.md, as evidence that every request carries."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from torusnb.drafting.claude.blocks import LONGEST_PART, Group, Part, estimate_tokens, is_speakable
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import Note, SpecPack, Statement, place_key

NOTES_TOKENS = 6_000
"""Most tokens (estimated) of the notes that every request carries."""

_HEAD_TOKENS = 10
"""For the head of a record, with its key."""
_LONGEST_LABEL = 200
_SENTENCE = re.compile(r"(?<=[.!?:;”\"])\s+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_QUOTES = re.compile(r"[“\"]")


class _Piece(Value, frozen=True):
    """A part with where it stands in the notes and how much it has to do with the requirements."""

    part: Part
    note: int
    number: int
    shared: int


def choose_notes(pack: EvidencePack) -> tuple[Group, ...]:
    """A group for each document beside prd.md, then for those of its epic, its parts in the order of the file.

    The same pack gives the same groups. Where they are too long, those parts are kept that share most words with the
    requirements and criteria, and first of all those that give words in quotation marks. A long paragraph is cut
    between sentences; its parts share its key. What the pack says in the same words elsewhere is not shown twice.
    """
    said = frozenset(_said(pack.pack))
    asked = frozenset(word for text in said for word in _words(text))
    pieces = [
        _Piece(part, number, place, len(asked & _words(part.text)) + bool(_QUOTES.search(part.text)))
        for number, note in enumerate(pack.pack.beside)
        for place, part in enumerate(_parts(note, said))
    ]
    kept, left = [], NOTES_TOKENS
    for piece in sorted(pieces, key=lambda piece: (-piece.shared, piece.note, piece.number)):
        tokens = estimate_tokens(piece.part.text) + _HEAD_TOKENS
        if tokens <= left:
            left -= tokens
            kept.append(piece)
    kept.sort(key=lambda piece: (piece.note, piece.number))
    return tuple(
        Group(f"{'Of the epic' if note.name.startswith('../') else 'Beside prd.md'}: {note.name}", parts)
        for number, note in enumerate(pack.pack.beside)
        if (parts := tuple(piece.part for piece in kept if piece.note == number))
    )


def _said(pack: SpecPack) -> Iterator[str]:
    """What the requirements, criteria and statements of the request say."""
    yield from (requirement.text for requirement in pack.requirements)
    yield from (criterion.text for criterion in pack.criteria)
    for group in (pack.summary, pack.background, pack.goals, pack.roles, pack.use_cases):
        yield from (statement.text for statement in group)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))


def _parts(note: Note, said: frozenset[str]) -> Iterator[Part]:
    for statement in note.statements:
        key = place_key(statement.place)
        if statement.text not in said and is_speakable(key):
            yield from (Part(key, "note", text) for text in _cut(statement))


def _cut(statement: Statement) -> Iterator[str]:
    """The statement below its heading, in pieces that are shown whole."""
    head = f"{statement.label[:_LONGEST_LABEL]}: " if statement.label else ""
    room = LONGEST_PART - len(head)
    held = ""
    for sentence in (line for part in _SENTENCE.split(statement.text) for line in textwrap.wrap(part, room)):
        if held and len(held) + 1 + len(sentence) > room // 2:
            yield head + held
            held = ""
        held = f"{held} {sentence}".strip()
    if held:
        yield head + held
