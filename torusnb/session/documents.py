"""What else lies in a pack's folder, as a table: the ticket, texts for a screen, notes of designers and engineers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torusnb.models.requirements import SpecPack, name_in_pack
from torusnb.spec.notes import find_decided

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 320
"""Characters of a statement that show at once; the rest is folded."""


def beside(pack: SpecPack) -> pd.DataFrame:
    """A row for each statement of the other documents; first those that settle words or numbers to the letter."""
    from torusnb.session.table import Table  # pandas is heavy, and only a notebook needs it

    found = [(find_decided(statement.text), statement) for note in pack.beside for statement in note.statements]
    found.sort(key=lambda entry: not entry[0])
    rows = [
        (f"{name_in_pack(said.place.path)}:{said.place.line}", said.label, _fold("\n".join(settled)), _fold(said.text))
        for settled, said in found
    ]
    return Table(rows, columns=["place", "heading", "settles", "text"])


def _fold(text: str) -> str:
    from torusnb.session.table import Folded

    if len(text) <= _SHOWN:
        return text
    at = max(text.rfind(" ", 0, _SHOWN), text.rfind("\n", 0, _SHOWN))
    return Folded(text[:at], text[at + 1 :], text[at]) if at > 0 else text
