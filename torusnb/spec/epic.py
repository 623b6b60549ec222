"""The documents of the epic that a feature belongs to: what of them binds the feature, chosen and bounded."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from torusnb.models.base import Place, Problem, Stamp, Value
from torusnb.models.requirements import NonFunctional, Note, Quantity, SpecPack, Statement
from torusnb.spec.discovery import DOCUMENTS, INFORMAL, PRD
from torusnb.spec.entries import Entry, read_entries
from torusnb.spec.inline import expand_ids, one_line
from torusnb.spec.markdown import parse_chapters
from torusnb.spec.notes import MOST_NOTES, ReadNote, list_notes, read_note
from torusnb.spec.pieces import split_pieces
from torusnb.spec.quantities import parse_quantities
from torusnb.spec.statements import is_metadata

ABOVE = "../"
MOST_DOCUMENTS = 6
"""Documents of the folder above that count: its prd.md and informal.md, then those that speak most of the feature."""
MOST_LINES = 40
MOST_BUDGETS = 16
"""Statements that are kept of them all, and how many of those are the epic's numbers."""

_MOST_CHARACTERS = 9_000
_LONGEST, _FEWEST_WORDS = 900, 4
_LEAST_SHARED = 3
"""Words that a statement shares with the feature, at least, where neither a number nor a name speaks for it."""
_COMMON = 0.25
"""Share of an epic's statements from which on a word is what the whole epic is about, and tells no feature apart."""
_PASSED = frozenset({"other", "questions", "questions_mixed", "risks", "mitigations", "users", "roles"})
_GENERAL = frozenset({"overview", "background", "goals", "goals_mixed", "use_cases"})
"""Topics that say what the whole epic is for: a statement of theirs counts only where it names the feature."""
_EPIC_ID = re.compile(r"\b(?:N?FR|AC|REQ)(?:-[A-Z]+)?-?\d")
_PERFORMANCE = re.compile(r"\b(?:performance|latency|response times?|throughput|budgets?|slos?|p\d\d)\b", re.IGNORECASE)
_OF_SPEED = frozenset({"ms", "s", "rps"})
_BUDGET, _NAMED, _QUALITY, _ALIKE = 3, 2, 1, 0
_SMALL_TALK_TEXT = """
about after also before cannot does each every from have into more must only over same shall should such than that their
then there these they this those through user using what when where which while will with without
"""
_SMALL_TALK = frozenset(_SMALL_TALK_TEXT.split())


class _Line(Value, frozen=True):
    """A statement of an epic's document, with what it is about."""

    text: str
    line: int
    label: str
    topic: str
    pieces: str
    words: frozenset[str]
    quantities: tuple[Quantity, ...] = ()


def read_epic(folder: Path, root: Path | None, prefix: str) -> tuple[tuple[ReadNote, ...], tuple[Problem, ...]]:
    """The documents of the folder above a pack, where that one is an epic's; their names begin with `../`.

    It is an epic's folder when it holds a prd.md or an informal.md itself, or when most of its folders are packs and
    one of its documents names one of them. The checkout's root and what lies above it is none, and no link out of the
    folder is followed.

    Args:
        folder: The pack's folder.
        root: The checkout's root.
        prefix: What stands before the names of the pack's own files in places.
    """
    whole = folder.resolve()
    above, home = whole.parent, root.resolve() if root is not None else None
    if home is not None and (above == home or home.is_relative_to(above)):
        return (), ()
    leading = [name for name in (PRD, INFORMAL) if (above / name).is_file()]
    notes: list[ReadNote] = []
    problems: list[Problem] = []
    for name in list(dict.fromkeys([*leading, *list_notes(above)]))[:MOST_NOTES]:
        note, problem = read_note(above, name, ABOVE + name, prefix + ABOVE + name)
        notes += [note] if note is not None else []
        problems += [problem] if problem is not None else []
    if not leading and not _is_epic(above, notes):
        return (), ()
    leads = {ABOVE + name: place for place, name in enumerate(leading)}
    last = len(leads)
    notes.sort(key=lambda note: (leads.get(note.name, last), -_count(note.text, whole.name), note.name))
    return tuple(notes[:MOST_DOCUMENTS]), tuple(problems)


def _is_epic(folder: Path, notes: Sequence[ReadNote]) -> bool:
    """Whether a folder without a request of its own is one of packs, by what lies in it and what its documents name."""
    try:
        inside = [path for path in folder.iterdir() if notes and path.is_dir() and not path.name.startswith(".")]
        packs = sorted(path.name for path in inside if any((path / name).is_file() for name in DOCUMENTS))
    except OSError:
        return False
    return 2 * len(packs) > len(inside) and any(_names_folder(note.text, name) for note in notes for name in packs)


def _names_folder(text: str, slug: str) -> bool:
    """Whether a text names a folder, in a path or as one word; a folder of one plain word only in a path."""
    name = re.escape(slug)
    inside = rf"/{name}(?![\w-])|(?<![\w-]){name}/"
    return (
        re.search(inside if len(split_pieces(slug)) < 2 else rf"{inside}|(?<![\w-]){name}(?![\w-])", text) is not None
    )


def _count(text: str, slug: str) -> int:
    return len(re.findall(rf"(?<![\w-]){re.escape(slug)}(?![\w-])", text))


def add_epic(pack: SpecPack, notes: Sequence[ReadNote], problems: Sequence[Problem] = ()) -> SpecPack:
    """The pack with what binds it of its epic's documents, which its own do not say again."""
    said = (
        *(f"{requirement.title} {requirement.text}" for requirement in pack.requirements),
        *(criterion.text for criterion in pack.criteria),
        *(statement.text for statement in (*pack.summary, *pack.goals, *pack.use_cases)),
    )
    above, budgets = choose_epic_lines(notes, pack.slug, pack.title, said)
    if not above and not problems:
        return pack
    hashes = {note.name: note.sha256 for note in above}
    return msgspec.structs.replace(
        pack,
        beside=(*pack.beside, *above),
        nonfunctional=(*pack.nonfunctional, *budgets),
        problems=(*pack.problems, *problems),
        stamps=(*pack.stamps, *(Stamp(note.path, hashes[note.name]) for note in notes if note.name in hashes)),
    )


def choose_epic_lines(
    notes: Sequence[ReadNote], slug: str, title: str, said: Iterable[str]
) -> tuple[tuple[Note, ...], tuple[NonFunctional, ...]]:
    """What of an epic's documents binds a feature, and its budgets among the feature's non-functional requirements.

    First come numbers among the non-functional requirements, then what names the feature, other non-functional
    requirements, and what shares telling words with the feature. An epic's own ids are left out: they are not those of
    the feature, which may have the same.

    Args:
        notes: The documents.
        slug: The feature's folder.
        title: Its name.
        said: What its requirements, criteria and goals say.
    """
    read = [(note, line) for note in notes for line in _lines(note.text)]
    counted = Counter(word for _, line in read for word in line.words)
    own = frozenset(word for text in (slug, title, *said) for word in _telling(text))
    own = frozenset(word for word in own if counted[word] <= max(2, _COMMON * len(read)))
    names = [f" {' '.join(name)} " for name in (split_pieces(slug), split_pieces(title)) if len(name) > 1]
    ranked = []
    for at, (_, line) in enumerate(read):
        named = any(name in line.pieces for name in names) or slug in line.text
        shared = own & line.words
        weight = sum(math.log(1 + len(read) / counted[word]) for word in sorted(shared))
        kind = _kind(line, named=named)
        if kind > _ALIKE or (line.topic not in _GENERAL and len(shared) >= _LEAST_SHARED):
            ranked.append((-kind, -weight, at))
    chosen = _bounded(sorted(ranked), [line for _, line in read])
    lines = [(read[at][0].path, read[at][1]) for at in chosen]
    kept = tuple(
        Note(note.name, statements, hashlib.sha256(note.data).hexdigest())
        for note in notes
        if (
            statements := tuple(
                Statement(line.text, Place(path, line.line), line.label) for path, line in lines if path == note.path
            )
        )
    )
    budgets = tuple(
        NonFunctional("", line.label, line.text, Place(path, line.line), line.quantities)
        for path, line in lines
        if _is_budget(line)
    )
    return kept, budgets


def _kind(line: _Line, *, named: bool) -> int:
    if _is_budget(line):
        return _BUDGET
    return _NAMED if named else _QUALITY if line.topic == "nonfunctional" else _ALIKE


def _is_budget(line: _Line) -> bool:
    """Whether it bounds something by a number: as a non-functional requirement, or in words of performance anywhere."""
    if line.topic == "nonfunctional":
        return bool(line.quantities)
    bounded = any(number.unit in _OF_SPEED and number.comparison for number in line.quantities)
    return bounded and _PERFORMANCE.search(line.text) is not None


def _bounded(ranked: Iterable[tuple[int, float, int]], lines: Sequence[_Line]) -> list[int]:
    """The best statements that there is room for, in the order of the documents."""
    chosen: list[int] = []
    said: set[str] = set()
    left, budgets = _MOST_CHARACTERS, MOST_BUDGETS
    for kind, _, at in ranked:
        text = lines[at].text
        if len(chosen) == MOST_LINES or text in said or len(text) > left or (-kind == _BUDGET and not budgets):
            continue
        said.add(text)
        left -= len(text)
        budgets -= -kind == _BUDGET
        chosen.append(at)
    return sorted(chosen)


@lru_cache(maxsize=64)  # the features of an epic are read one after the other
def _lines(text: str) -> tuple[_Line, ...]:
    found = []
    for entry in read_entries(parse_chapters(text)):
        words = _words_of(entry)
        few = len(words.split()) < _FEWEST_WORDS or len(words) > _LONGEST
        if entry.kind == "code" or entry.topic in _PASSED or few or is_metadata(entry) or _EPIC_ID.search(words):
            continue
        label = " - ".join(dict.fromkeys(one_line(part) for part in (entry.heading, entry.group) if part))
        pieces = f" {' '.join(split_pieces(f'{label} {words}'))} "
        quantities = parse_quantities(words, entry.group or entry.heading)
        found.append(_Line(words, entry.line, label, entry.topic, pieces, _telling(words), quantities))
    return tuple(found)


def _words_of(entry: Entry) -> str:
    """A statement without the id that it defines; of a row the cells that are no ids."""
    if not entry.cells:
        return entry.text
    cells = [(head, cell) for head, cell in entry.cells if cell and expand_ids(cell) != (cell.strip("*`"),)]
    return "; ".join(f"{head}: {cell}" if head and at else cell for at, (head, cell) in enumerate(cells))


def _telling(text: str) -> frozenset[str]:
    return frozenset(word for word in split_pieces(text) if len(word) > 3 and word not in _SMALL_TALK)
