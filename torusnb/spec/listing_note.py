"""A requirements.md beside prd.md that holds the list of requirements, read as requirements.yml is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from torusnb.models.requirements import Note
from torusnb.spec.definitions import REQUIREMENT, Definition
from torusnb.spec.notes import ReadNote
from torusnb.spec.prd import ParsedPrd, parse_prd

LISTING_NOTE = "requirements.md"


def find_listing(notes: Iterable[ReadNote], prd: ParsedPrd, request: str) -> ReadNote | None:
    """The requirements.md that holds the list of a pack's requirements, or None.

    The PRD points to it, or lists no requirement itself; and it defines at least one by its id.

    Args:
        notes: The folder's documents.
        prd: What prd.md, or the document that stands for it, says.
        request: The path of that document.
    """
    own = any(definition.family == REQUIREMENT for definition in prd.definitions) or prd.functional
    if own and prd.pointer_name.lower() != LISTING_NOTE:
        return None
    named = (note for note in notes if note.name.lower() == LISTING_NOTE and note.path != request)
    return next((note for note in named if _lists(parse_listing(note))), None)


def parse_listing(note: ReadNote) -> tuple[Definition, ...]:
    """Every id that the document defines, in its order; what stands outside its known headings counts as well."""
    found = parse_prd(note.text, note.path).definitions
    strong = {definition.id for definition in found if definition.strong}
    return tuple(
        msgspec.structs.replace(definition, strong=True)
        for definition in found
        if definition.strong or definition.id not in strong
    )


def leave_rest(notes: Sequence[Note], listing: ReadNote, defined: Iterable[Definition]) -> tuple[Note, ...]:
    """The pack's other documents, that one with what it says besides its definitions; without it where that is none."""
    lines = {definition.place.line for definition in defined}
    rest = (
        msgspec.structs.replace(note, statements=tuple(s for s in note.statements if s.place.line not in lines))
        if note.name == listing.name
        else note
        for note in notes
    )
    return tuple(note for note in rest if note.name != listing.name or note.statements)


def _lists(definitions: Iterable[Definition]) -> bool:
    return any(definition.family == REQUIREMENT for definition in definitions)
