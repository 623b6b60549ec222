"""The documents of the epic that a feature belongs to: what of them binds the feature, chosen and bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from torusnb.models.base import Problem, Stamp
from torusnb.models.requirements import SpecPack
from torusnb.spec.discovery import DOCUMENTS, INFORMAL, PRD
from torusnb.spec.epic_lines import choose_epic_lines
from torusnb.spec.notes import MOST_NOTES, ReadNote, list_notes, read_note
from torusnb.spec.pieces import split_pieces

ABOVE = "../"
MOST_DOCUMENTS = 6
"""Documents of the folder above that count: its prd.md and informal.md, then those that speak most of the feature."""


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
