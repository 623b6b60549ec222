"""The documents of the epic that a feature belongs to: what of them binds the feature, chosen and bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from torusnb.models.base import Problem, Stamp
from torusnb.models.requirements import SpecPack
from torusnb.spec.discovery import DOCUMENTS, INFORMAL, PRD
from torusnb.spec.epic_lines import choose_epic_lines
from torusnb.spec.epic_list import LISTS, is_list, review_list
from torusnb.spec.notes import MOST_NOTES, ReadNote, list_notes, read_note
from torusnb.spec.pieces import split_pieces

ABOVE = "../"
MOST_DOCUMENTS = 6
"""Documents of the epic's folder that count: its prd.md and informal.md, then those that speak most of the feature."""
MOST_STEPS = 2
"""How far above a pack its epic may lie: right above it, or with a folder of a group between them."""


def read_epic(folder: Path, root: Path | None, prefix: str) -> tuple[tuple[ReadNote, ...], tuple[Problem, ...]]:
    """The documents of the epic above a pack, the nearest one; their names begin with `../`, or `../../`.

    The folder right above is an epic's when it holds a prd.md or an informal.md itself, or when most of its folders are
    packs and one of its documents names one of them. One further up needs both: a request of its own, and that most
    of its folders are packs or hold some; so does the folder above a pack that lies in no checkout, since nothing
    tells whose it is. The checkout's root and what lies above it is none. No link out of the folder is followed, and
    above a pack that is itself a link out of the checkout nothing is read.

    Args:
        folder: The pack's folder.
        root: The checkout's root.
        prefix: What stands before the names of the pack's own files in places.
    """
    for steps, (above, strict) in enumerate(_folders_above(folder, root), 1):
        leading = [name for name in (PRD, INFORMAL) if (above / name).is_file()]
        notes, problems = _read_documents(above, leading, ABOVE * steps, prefix)
        if _is_epic(above, leading, notes, strict=strict, depth=steps):
            leads = {ABOVE * steps + name: place for place, name in enumerate(leading)}
            slug, last = folder.resolve().name, len(leads)
            listed = [note for note in notes if is_list(note.name)]
            told = [note for note in notes if note not in listed]
            told.sort(key=lambda note: (leads.get(note.name, last), -_count(note.text, slug), note.name))
            return (*told[:MOST_DOCUMENTS], *listed), tuple(problems)
    return (), ()


def _folders_above(folder: Path, root: Path | None) -> Iterator[tuple[Path, bool]]:
    """The folders that may be the epic's, the nearest first, and whether each must prove it."""
    whole = folder.resolve()
    home = root.resolve() if root is not None else None
    if home is None or not whole.is_relative_to(home):
        inside = root is not None and folder.absolute().is_relative_to(root.absolute())
        if not inside and (home is None or not home.is_relative_to(whole.parent)):
            yield whole.parent, True
        return
    for steps, above in enumerate(whole.parents):
        if steps == MOST_STEPS or above == home or home.is_relative_to(above):
            return
        yield above, steps > 0


def _read_documents(
    above: Path, leading: Sequence[str], step: str, prefix: str
) -> tuple[list[ReadNote], list[Problem]]:
    """The documents of a folder, its list of requirements last, and what keeps some of them from being read."""
    names = list(dict.fromkeys([*leading, *list_notes(above)]))[:MOST_NOTES]
    names += [name for name in LISTS if (above / name).is_file()][:1]
    notes: list[ReadNote] = []
    problems: list[Problem] = []
    for name in names:
        note, problem = read_note(above, name, step + name, prefix + step + name)
        notes += [note] if note is not None else []
        problems += [problem] if problem is not None else []
        problems += review_list(note.text, note.path) if note is not None and is_list(name) else ()
    return notes, problems


def _is_epic(folder: Path, leading: Sequence[str], notes: Sequence[ReadNote], *, strict: bool, depth: int) -> bool:
    """Whether a folder is one of packs, by its own request, by what lies in it and by what its documents name."""
    if leading and not strict:
        return True
    if not notes or (strict and not leading):
        return False
    try:
        inside = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
        packs = sorted(path.name for path in inside if _holds_pack(path, depth))
    except OSError:
        return False
    named = bool(leading) or any(_names_folder(note.text, name) for note in notes for name in packs)
    return 2 * len(packs) > len(inside) and named


def _holds_pack(folder: Path, depth: int) -> bool:
    """Whether a folder is a pack, or one that many steps down holds one; no link is followed."""
    if any((folder / name).is_file() for name in DOCUMENTS):
        return True
    return depth > 1 and any(
        _holds_pack(path, depth - 1) for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()
    )


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
