"""A pack's other documents: the ticket, texts for a screen, what designers and engineers wrote down beside prd.md."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from torusnb.models.base import Place, Problem, Value
from torusnb.models.requirements import NOTE_ENDINGS, Note, Statement
from torusnb.spec.discovery import INFORMAL
from torusnb.spec.inline import clean_lines, one_line
from torusnb.spec.markdown import Block, parse_chapters
from torusnb.spec.quantities import parse_quantities

MOST_NOTES = 20
LARGEST_NOTE = 200_000
"""Bytes of a document that are read; a longer one is no note, and is left out as a whole."""

_OF_A_PACK = frozenset({"prd.md", "fdd.md", "plan.md", "research.md"})
_QUOTED = re.compile(r"“([^“”\n]{2,300})”|(?<![\w\"=])\"([^\"\n]{2,300})\"(?![\w\"])")
_WISH = re.compile(
    r"^(?:as an?|allow|let|support|show|add|enable)\b"
    r"|\b(?:must|may|shall|should|wants?|needs? to|will|can|cannot|allows?|lets?|supports?|only|never)\b",
    re.IGNORECASE,
)
_MOST_WISHES = 20
_MOST_READ = 200
"""Statements of a document that are searched for questions and bounds."""
_QUESTION = re.compile(r"\?(?:[\s)\"”*_]|$)|^\W*(?:whether|confirm|decide|determine|clarify)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(?:at most|at least|(?:no|not|never) (?:more|fewer|less) than|up to|(?:a )?maximum of|(?:a )?minimum of|"
    r"limited to|capped at)\s+(?:\d|an?\b|one\b|two\b|three\b|four\b|five\b|six\b|ten\b)",
    re.IGNORECASE,
)
_REMEDY = "Nothing rests on it; mend the file if the design should know it."


class ReadNote(Value, frozen=True):
    """A document as it lies in the folder.

    Attributes:
        name: The file's name. path: Its path in places.
        data: Its bytes. text: Their text, with line feeds alone; bytes that are no UTF-8 show as U+FFFD.
    """

    name: str
    path: str
    data: bytes
    text: str


def read_notes(folder: Path, prefix: str = "") -> tuple[tuple[ReadNote, ...], tuple[Problem, ...]]:
    """The Markdown and text files right in a pack's folder that are none of the pack's own documents, by name.

    A blank one says nothing and is passed over. A link that leads out of the folder is not followed, and what is too
    long, one too many, not text or not readable is left out; a problem says so.

    Args:
        folder: The pack's folder.
        prefix: What stands before the name in places.
    """
    notes: list[ReadNote] = []
    problems: list[Problem] = []
    for name in list_notes(folder):
        if len(notes) == MOST_NOTES:
            what = f"Only the first {MOST_NOTES} documents beside prd.md are read."
            problems.append(Problem(Place(prefix + name), what, _REMEDY, "note"))
            continue
        note, problem = read_note(folder, name, name, prefix + name)
        notes += [note] if note is not None else []
        problems += [problem] if problem is not None else []
    return tuple(notes), tuple(problems)


def read_note(folder: Path, name: str, called: str, path: str) -> tuple[ReadNote | None, Problem | None]:
    """One document of a folder, and what keeps it from being read; neither for a blank one.

    Args:
        folder: Where it lies.
        name: The file's name.
        called: The name that it has in the pack.
        path: Its path in places.
    """
    data, what = _read(folder, name)
    text = data.decode("utf-8-sig", "replace") if data is not None else ""
    if "\0" in text:
        what = "The file is not text."
    problem = Problem(Place(path), what, _REMEDY, "note") if what else None
    note = ReadNote(called, path, data or b"", clean_lines(text)) if text.strip() and not what else None
    return note, problem


def list_notes(folder: Path) -> list[str]:
    """The names of a folder's documents, sorted; empty for a folder that cannot be read.

    Where the file system does not tell capitals apart, `PLAN.md` is the pack's plan.md and no other document.
    """
    try:
        names = {entry.name for entry in os.scandir(folder) if entry.is_symlink() or entry.is_file()}
    except OSError:  # reading prd.md tells why
        return []
    same = {name for name in names if name.lower() in _OF_A_PACK - names and (folder / name.lower()).exists()}
    return sorted(name for name in names - same if is_note(name))


def is_note(name: str) -> bool:
    """Whether a file of a pack's folder is one of its other documents, by its name."""
    named = name.lower().endswith(NOTE_ENDINGS) and not name.startswith(".") and name not in _OF_A_PACK
    return named and name.isprintable()  # what is no UTF-8 could not be written into any result


def _read(folder: Path, name: str) -> tuple[bytes | None, str]:
    """The file's bytes, or what keeps them from being read."""
    path = folder / name
    try:
        if path.is_symlink() and path.resolve().parent != folder.resolve():
            return None, "The file is a link that leads out of the pack's folder."
        if not path.is_file():
            return None, "This is no file."
        with path.open("rb") as file:
            data = file.read(LARGEST_NOTE + 1)
    except RuntimeError:
        return None, "The file is a link that leads to itself."
    except OSError as error:
        return None, f"The file cannot be read ({error.strerror})."
    if len(data) > LARGEST_NOTE:
        return None, f"The file has more than {LARGEST_NOTE:,} bytes and was left out."
    return data, ""


def choose_request(notes: Iterable[ReadNote], *, begun: bool) -> ReadNote | None:
    """The document that stands for a prd.md without words: `informal.md`, else the first by name that is no README.

    Args:
        notes: The folder's documents.
        begun: Whether there is a prd.md at all. Without one, only an `informal.md` makes a folder a pack.
    """
    named = {note.name.lower(): note for note in notes if not note.name.lower().startswith("readme")}
    return named.get(INFORMAL) or (next(iter(named.values()), None) if begun else None)


def parse_note(note: ReadNote) -> Note:
    """The document's statements; never raises, whatever its text holds."""
    return Note(
        note.name,
        tuple(
            Statement(text, Place(note.path, line), chapter.title)
            for chapter in parse_chapters(note.text)
            for text, line in _flatten(chapter.blocks)
        ),
    )


def _flatten(blocks: Iterable[Block]) -> Iterator[tuple[str, int]]:
    """The words of each block as one line, what is nested in an item after it."""
    for block in blocks:
        cells = ", ".join(f"{head}: {cell}" if head else cell for head, cell in block.cells if cell)
        text = one_line(block.text or cells)
        if text:
            yield text, block.line
        yield from _flatten(block.children)


def find_decided(text: str) -> tuple[str, ...]:
    """What a statement settles to the letter: words in quotation marks and numbers with a unit, each once, in order."""
    found = [(match.start(), (match[1] or match[2]).strip(" ,;")) for match in _QUOTED.finditer(text)]
    held = [words for _, words in found]
    numbers = (quantity.text for quantity in parse_quantities(text))
    found += [(text.find(number), number) for number in numbers if not any(number in words for words in held)]
    return tuple(dict.fromkeys(words for _, words in sorted(found) if words))


def find_wishes(note: Note, said: Container[str] = ()) -> tuple[Statement, ...]:
    """The statements of an informal description that ask for or settle something; the first ones where none does.

    They have no label: the heading above a wish does not say what it is about.

    Args:
        note: The description.
        said: Texts that are requirements or criteria already.
    """
    fresh = [s for s in note.statements if s.text not in said and not _QUESTION.search(s.text)]
    wishes = [s for s in fresh if _WISH.search(s.text) or find_decided(s.text)] or fresh
    return tuple(Statement(wish.text, wish.place) for wish in wishes[:_MOST_WISHES])


def find_asked(notes: Iterable[Note]) -> tuple[Statement, ...]:
    """The statements of a pack's other documents that ask something or want it decided; none of a README."""
    return tuple(Statement(s.text, s.place) for s in _own(notes) if _QUESTION.search(s.text))


def find_bounds(notes: Iterable[Note]) -> tuple[Statement, ...]:
    """The statements of a pack's other documents that bound a number (`At most 3 for each page.`); none of a README."""
    return tuple(Statement(s.text, s.place) for s in _own(notes) if _BOUND.search(s.text) and "?" not in s.text)


def _own(notes: Iterable[Note]) -> Iterator[Statement]:
    for note in notes:
        if not note.name.lower().startswith("readme"):
            yield from note.statements[:_MOST_READ]
