"""Rules of the pack on how many rows there may be: `at most one open order per basket` is a unique index."""

from __future__ import annotations

import re

import msgspec

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.tables import TableChange
from torusnb.drafting.offline.wording import plain, plural_of
from torusnb.models.requirements import SpecPack

_AT_MOST = re.compile(
    r"\b(?:at most|no more than|only|exactly) (?:one|a single) (?P<words>[a-z_]+(?: [a-z_]+){0,2}) (?:per|for each) "
    r"(?P<owners>[a-z_]+(?:, [a-z_]+)*,? and [a-z_]+|[a-z_]+(?: per [a-z_]+)*)",
    re.IGNORECASE,
)


def bound_rows(pack: SpecPack, changes: tuple[TableChange, ...]) -> tuple[TableChange, ...]:
    """The tables, in which a new one that a rule bounds has the columns of its unique index.

    The rule's last noun must be the table's, and each owner a column of it; an adjective counts where it is a value of
    one of its columns, and then the index holds for the rows with that value. A key that a table has stands.
    """
    said = [(place_key(note.place), note.text) for note in (*pack.data_notes, *pack.integration_notes, *pack.notes)]
    said += [(place_key(nfr.place), nfr.text) for nfr in pack.nonfunctional]
    rules = [(key, match) for key, text in said for match in _AT_MOST.finditer(plain(text).replace("`", ""))]
    return tuple(_bound(change, rules) for change in changes)


def _bound(change: TableChange, rules: list[tuple[str, re.Match[str]]]) -> TableChange:
    if not change.new or change.unique:
        return change
    for key, rule in rules:
        *adjectives, noun = rule["words"].lower().split()
        unique = _columns(change, rule["owners"].lower())
        where = _condition(change, adjectives)
        about = plural_of(noun) == change.table or change.table.endswith(f"_{plural_of(noun)}")
        if unique and about and (where or not adjectives):
            return msgspec.structs.replace(change, unique=unique, where=where, also=(*change.also, key))
    return change


def _columns(change: TableChange, owners: str) -> tuple[str, ...]:
    """The columns of the owners that a rule names; empty where one of them is none."""
    names = {field.name for field in change.fields}
    found = []
    for word in re.split(r",? and |, | per ", owners):
        column = next((name for name in (f"{word}_id", word) if name in names), "")
        if not column:
            return ()
        found.append(column)
    return tuple(found)


def _condition(change: TableChange, adjectives: list[str]) -> str:
    """The rows that a rule speaks of, by the value of a column; empty where no column has it."""
    if len(adjectives) != 1:
        return ""
    column = next((field.name for field in change.fields if adjectives[0] in field.values), "")
    return f"{column} = '{adjectives[0]}'" if column else ""
