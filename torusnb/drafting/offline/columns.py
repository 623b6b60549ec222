"""Columns, keys and tables as the pack's notes name them, with the types that their names suggest."""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.naming import field_type
from torusnb.drafting.offline.wording import singular_of
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import Statement

KEY = re.compile(r"^[a-z]\w*(?:\.[a-z]\w*)*\??$")
IDENTIFIER = re.compile(r"(?<![\w.:/])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?![\w(/.]|\.ex)")
SPAN = re.compile(r"`([^`\n]+)`")
_CHOICES = re.compile(r"\b(?P<noun>[A-Za-z]+)\s*\(`[a-z_]+`(?:,\s*(?:or\s+|and\s+)?`[a-z_]+`)+\)")
"""A noun with its values in brackets: one column with an enumerated type, not a column for each value."""
_VALUE_OF = (
    r"\b(?:types?(?: strings?)?|values?|modes?|strings?|kinds?)\s*(?:is|are|=|:|of|to|as|named|called)?\s*"
    r"(?:`[^`]+`(?:,| and| or|/)*\s*)*"
)
"""What stands before a value."""
_CLAUSE = re.compile(
    r"[;.](?=\s|$)|,\s+(?:and|but|while|with|without)\s+|"
    r"\s+(?:and|but|while)\s+(?=(?:do|does|is|are|must|shall|should|may|never|not|no)\b|[^`]{0,80}\b(?:must|should|is|are)\b)"
)
_REFUSES = re.compile(
    r"\bomit\w*|\b(?:not|never) (?:be )?(?:\w+ )?(?:stor|persist|serializ|keep|kept|writ|sav|add)\w*\b|"
    r"\bno longer\b|\bexclud\w+|\bremov\w+|\bwithout (?:\w+ )?`",
    re.IGNORECASE,
)
NOT_COLUMNS = frozenset({"inserted_at", "updated_at", "has_one", "has_many", "belongs_to", "on_conflict"})


class NewField(Value, frozen=True):
    """A column or key the feature would add.

    Attributes:
        type: As Ecto writes it; empty where neither the pack nor the name tells it.
        key: The evidence that names it.
        values: Those of an enumerated type, without their colons.
        references: The table it points to; several joined by ` or ` where the pack leaves open which.
        default: As the pack writes it, or empty.
        later: Whether it tells of an event after the row was made, so that a row begins without it.
    """

    name: str
    type: str
    key: str
    values: tuple[str, ...] = ()
    references: str = ""
    optional: bool = False
    default: str = ""
    later: bool = False


_EVENT = re.compile(
    r"^(?P<verb>[a-z]{3,}(?:ed|en)|used|sent|read|seen|done|left|begun|withdrawn|shown|won|lost|paid|told)_(?:at|on|by|by_id)$"
)
_MAKES = frozenset({"inserted", "updated", "created", "added", "made", "opened", "recorded", "issued", "requested",
                    "submitted", "reported", "imported", "granted"})  # fmt: skip
"""Events that make the row itself."""


def mark_later(fields: tuple[NewField, ...]) -> tuple[NewField, ...]:
    """The columns, in which those of an event that comes after the row was made say so.

    Such a column is named for the event (`answered_at`, `answered_by_id`) or by its noun (`answer`).
    """
    verbs = {match["verb"] for field in fields if (match := _EVENT.match(field.name))} - _MAKES
    nouns = {verb[: -len(tail)] for verb in verbs for tail in ("ed", "d") if verb.endswith(tail)}
    return tuple(
        msgspec.structs.replace(field, later=True)
        if field.name in nouns or ((match := _EVENT.match(field.name)) and match["verb"] in verbs)
        else field
        for field in fields
    )


def known_tables(evidence: EvidencePack) -> frozenset[str]:
    """The tables that the evidence shows to exist: outlined schemas, migrations, and the checkout's schema lines."""
    names = set(evidence.context.code.tables)
    for migration in evidence.context.code.migrations:
        names.update((*migration.creates, *migration.alters))
    for line in evidence.context.runtime.get("table", ()):
        names.update(re.findall(r'schema\s+"([a-z0-9_]+)"', line.text))
    return frozenset(names)


def named_table(evidence: EvidencePack, text: str) -> str:
    """The table that a note names: an existing one, or a snake-case name ending in `s`."""
    names = [name for span in SPAN.findall(text) for name in (*IDENTIFIER.findall(span), span)]
    tables = known_tables(evidence)
    known: list[str] = [name for name in names if name in tables]
    fresh: list[str] = [
        name
        for name in names
        if "_" in name
        and name.endswith("s")
        and KEY.match(name)
        and not name.endswith(("_ids", "_params", "_settings"))
    ]
    return (known or fresh or [""])[0]


def named_fields(evidence: EvidencePack, notes: tuple[Statement, ...]) -> tuple[NewField, ...]:
    """Names in code spans of the data notes that look like columns and are no table, field or module of today."""
    tables = known_tables(evidence)
    present = {f.name for m in evidence.context.code.modules.values() if m.schema for f in m.schema.fields}
    functions = {f.name for m in evidence.context.code.modules.values() for f in m.functions}
    found: dict[str, NewField] = {}
    for note in notes:
        text = note.text
        for choice in _CHOICES.finditer(note.text):
            name = singular_of(choice.group("noun").lower())
            found.setdefault(name, NewField(name, "Ecto.Enum", place_key(note.place)))
            text = text.replace(choice.group(0), " ")
        for span in SPAN.findall(text):
            if "/" in span and "%{" not in span:
                continue
            inner = span[span.index("(") :] if "(" in span else span
            for name in IDENTIFIER.findall(inner):
                known = name in present or name in functions or name in NOT_COLUMNS
                known = known or names_table(name, tables) or is_value(name, text) or is_refused(name, text)
                if not known and not name.endswith(("_live", "_component")):
                    found.setdefault(
                        name, NewField(name, type_said(name, note.text) or field_type(name), place_key(note.place))
                    )
    return tuple(found.values())[:8]


def names_table(name: str, tables: Collection[str]) -> bool:
    """Whether a name is a table's, in full or by its last words: `bed_notes` for `garden_bed_notes`."""
    return name in tables or any(table.endswith(f"_{name}") for table in tables)


def is_value(name: str, text: str) -> bool:
    """Whether a text gives a name in a code span as the value of something (`type is `x``), and never as its name."""
    span = re.escape(f"`{name}`")
    return re.search(rf"{_VALUE_OF}{span}", text, re.IGNORECASE) is not None or (
        re.search(rf"{span}\s+(?:types?|values?|strings?|modes?|inputs?|responses?|content)\b", text) is not None
    )


def is_refused(name: str, text: str) -> bool:
    """Whether the clause around a name in a code span says that it is left out, not stored or taken away."""
    return any(f"`{name}`" in clause and _REFUSES.search(clause) is not None for clause in _CLAUSE.split(text))


def listed_fields(text: str, key: str) -> tuple[NewField, ...]:
    """Columns from words: `the page's policy: kind, percentage` gives `policy_kind` and `policy_percentage`."""
    said = text.split(".")[0]
    head, colon, rest = said.partition(":")
    owner = re.findall(r"[a-z]+", head.lower())[-1:] if colon else []
    names = []
    for part in re.split(r",|\band\b", rest if colon else said):
        words = [w for w in re.findall(r"[a-z]+", part.lower()) if w not in {"the", "a", "an", "its", "their", "one"}]
        if 1 <= len(words) <= 2:
            names.append("_".join([*owner, *words]))
    return tuple(NewField(name, field_type(name), key) for name in names[:4])


def type_said(name: str, text: str) -> str:
    """The type that the text gives right after a column's name; empty for none."""
    match = re.search(
        rf"`?{re.escape(name)}`?\s*[:(]?\s*(?:request\s+)?(payload|boolean|integer|string|map|jsonb?|datetime|date|float|array|enum)\b",
        text,
        re.I,
    )
    if match is None:
        return ""
    word = match.group(1).lower()
    given = {
        "payload": ":map",
        "json": ":map",
        "jsonb": ":map",
        "datetime": ":utc_datetime",
        "array": "{:array, :string}",
        "enum": "Ecto.Enum",
    }
    return str(given.get(word, f":{word}"))
