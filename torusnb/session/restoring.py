"""The design document that an export starts from: the file, or where that is gone, what the trail has of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torusnb.errors import InputError
from torusnb.export.broken import find_break
from torusnb.export.merge import Merged
from torusnb.export.units import cut_units
from torusnb.export.writing import load_text
from torusnb.models.base import Value, fingerprint
from torusnb.models.design import Template
from torusnb.models.record import Exported


class Standing(Value, frozen=True):
    """What an export starts from.

    Attributes:
        existing: The file as it lies there; None when there is none.
        base: What the fresh text is merged into: the file, or for one that is gone or empty the text exported last.
        restored: The fingerprint of that text; empty where the file itself is the base.
    """

    existing: str | None
    base: str | None
    restored: str = ""


def load_document(path: Path, exports: Sequence[Exported]) -> str | None:
    """The document as it lies there; where it is gone or empty, as it was exported last.

    Nothing that a person wrote and the trail has seen is lost with the file: who removes a file, or whose disk was
    full, did not say that each word in it is to be given up.

    Args:
        path: The file.
        exports: The exports so far, oldest first.

    Raises:
        InputError: It cannot be read.
    """
    existing = load_text(path)
    return exports[-1].text if _is_gone(existing) and exports else existing


def load_standing(path: Path, exports: Sequence[Exported], template: Template, *, anew: bool = False) -> Standing:
    """What an export starts from.

    Args:
        path: The file.
        exports: The exports so far, oldest first.
        template: The sections.
        anew: Start without what the trail has of a person's words; only where no words lie there.

    Raises:
        InputError: The file cannot be read, it breaks off in the middle, or it holds words and is to be made anew.
    """
    existing = load_text(path)
    if _is_gone(existing):
        base = None if anew or not exports else exports[-1].text
        return Standing(existing, base, fingerprint(base) if base is not None else "")
    if anew:
        said = "The document is there, and what you wrote in it stays. To start anew, move it away."
        raise InputError(said, path=path)
    broken = find_break(existing or "", exports[-1].text, template) if exports else None
    if broken is not None:
        lost = "the section" if broken.missing == 1 else f"the {broken.missing} sections"
        raise InputError(
            f"The document breaks off in section {broken.name}, and {lost} behind it are gone; nothing was written. "
            "Remove the file and export again: it comes back as it was exported last, with what you wrote. If you cut "
            f"it yourself, take out the rest of section {broken.name} too, or finish its last line.",
            path=path,
        )
    return Standing(existing, existing)


def tell_standing(standing: Standing, merged: Merged) -> tuple[str, ...]:
    """That a document came back from the trail, where that makes a difference."""
    if not standing.restored or not (merged.kept or merged.deleted):
        return ()
    was = "gone" if standing.existing is None else "empty"
    return (
        f"fdd.md was {was} and is written again with what a person wrote in it or took out, from the trail; to start "
        "without that, remove it and export with --anew",
    )


def tell_taken_out(
    standing: Standing, exports: Sequence[Exported], merged: Merged, template: Template
) -> tuple[str, ...]:
    """That words of a person's own, which were kept before, are no longer there with their section; each once."""
    if standing.base is None or not exports:
        return ()
    here = {unit.name for unit in cut_units(standing.base, template)} | set(merged.deleted)
    lost = [name for name in exports[-1].kept if name not in here]
    said = "was taken out of fdd.md and is not brought back"
    return tuple(f"what a person wrote in section {name} {said}" for name in lost)


def _is_gone(existing: str | None) -> bool:
    return existing is None or not existing.strip()
