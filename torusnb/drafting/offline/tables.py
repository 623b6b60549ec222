"""The tables that a pack changes: which statements speak of them, in whichever section, and what they say."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.columns import (
    IDENTIFIER,
    NOT_COLUMNS,
    SPAN,
    NewField,
    known_tables,
    listed_fields,
    mark_later,
    named_table,
)
from torusnb.drafting.offline.naming import feature_words, field_type, table_name
from torusnb.drafting.offline.shapes import merge_shapes, read_shape
from torusnb.drafting.offline.wording import plain
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import Statement

NO_SCHEMA = re.compile(
    r"\b(?:no|without(?: any)?)\s+(?:[\w-]+[\s/-]+){0,4}?(?:tables?|schemas?|migrations?|relational|"
    r"persisted (?:state|data|schemas?|records?)|columns?)\b|"
    r"\b(?:schema|migration|table)s?(?: changes?| migrations?)?\s*(?:is|are)?:?\s*(?:none|"
    r"not (?:required|needed|expected))\b|"
    r"\bnone expected\b|\bdoes not (?:add|introduce|require) (?:\w+ ){0,4}(?:tables?|schemas?|migrations?)",
    re.IGNORECASE,
)
NEW_TABLE = re.compile(
    r"\b(?:new|creates?|introduce[sd]?|maintains?)\b[^.;]{0,60}\b(?:tables?|ecto schemas?|join table)\b", re.IGNORECASE
)
_OWN_TABLE = re.compile(
    r"(?<!no )(?<!not )\b(?:own|dedicated|separate|new|join)\s+(?:[\w`-]+\s+){0,2}?tables?\b|"
    r"\btables? of (?:its|their) own\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|without|rather than|instead of|avoid\w*|never|neither)\b[^.;,]{0,30}$", re.IGNORECASE
)
_ON_SCREEN = re.compile(r"\b(?:columns? (?:header|layout)|sort\w*|page|screen|ui|display\w*|show\w*|render\w*)\b", re.I)
_ROWS = re.compile(
    r"\b(?:persist|stor|record|sav)(?:s|e[ds]?|ed|ing)?\b[^.;]{0,40}\b(?:(?:database|db) (?:rows?|records?|tables?)|"
    r"(?:in|to) (?:the|a) database)\b",
    re.IGNORECASE,
)
"""A requirement that wants rows of its own; it outweighs a note in passing that something else is not stored."""
_ONTO = re.compile(
    r"\b(?:add|adds|extend|extends|store|stores)\b[^.;]{0,80}?\b(?:to|on|in|with)\s+(?:the\s+)?`(?P<table>[a-z_]+)`",
    re.IGNORECASE,
)
_LED = re.compile(
    r"^((?:`[a-z][a-z0-9]*(?:_[a-z0-9]+)*`(?:\s*(?:/|,|and)\s*)*)+)(?:\s*\([^)]*\))?\s*(?:table|"
    r"schema)?s?\s*(?P<joint>:|for\b|(?:also )?(?:gets?|gains?|receives?)\b)"
)
_CALLED = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)` (?:join )?(?:table|schema)\b")
_OTHER_STORE = re.compile(
    r"\b(?:clickhouse|bigquery|redshift|snowflake|dynamodb|elasticsearch|opensearch|redis|mongodb)\b", re.IGNORECASE
)
"""Stores that no Ecto migration of the application reaches."""
_OTHER_MIGRATION = re.compile(rf"{_OTHER_STORE.pattern}\s+migrations?\b", re.IGNORECASE)
_MADE = re.compile(
    r"\b(?:maintain|creat|introduc|add|keep|stor|persist|record|sav|new|dedicated|own|separate)\w*\b", re.IGNORECASE
)
_WANTED = re.compile(
    r"^(?:`[^`]+`\s*(?:(?:/|,|and)\s*)?)+(?:table|schema)?\s*:?\s*(?:\(new\b|stores?\b|holds?\b|records?\b|"
    r"keeps?\b|persists?\b|new table)|"
    r"\b(?:maintain|create|introduce)s?\b[^.;]{0,60}\b(?:table|schema)\b|\bnew\b[^.;]{0,40}\b(?:table|schema)\b|"
    r"\btable keyed by\b",
    re.IGNORECASE,
)
"""What is said of a table that is to be made, and not of one that grows."""
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z]|`[^:`])")
_GOES_ON = ("It ", "Each row", "Each record", "A row", "Rows ", "Columns", "Fields", "They ", "Unique", "The table ")
_SAVES = re.compile(r"`(?:save|store|persist|upsert)_\w+\([^`]*%\{(?P<keys>[^}`]*)\}")
"""A function that says by its name that what it takes is kept."""
_TABLE = re.compile(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)*s$")
EXTENDS = re.compile(
    r"\b(?:add/extend|extend\w*|new (?:columns?|fields?|attributes?)|adds? [^.;]{0,40}(?:columns?|"
    r"fields?|attributes?))\b",
    re.IGNORECASE,
)


class TableChange(Value, frozen=True):
    """A table the feature changes: a new one or columns on one of today.

    Attributes:
        fields: Its new columns. unique: those that make a row unique, where the pack says so.
        also: Keys of further statements of the pack on this table.
        built: Whether the pack wants the table made and the checkout has it already.
        there: Columns the pack names that the table has today.
        lacking: For a built table, the columns it does not have under the pack's name.
        where: The rows that `unique` holds for, as SQL; empty for all.
    """

    table: str
    new: bool
    key: str
    fields: tuple[NewField, ...] = ()
    unique: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    built: bool = False
    there: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    where: str = ""

    @property
    def migrates(self) -> bool:
        """Whether a migration has to do anything for it."""
        return self.new or bool(self.fields) or not (self.built or self.there)


def table_changes(evidence: EvidencePack) -> tuple[TableChange, ...]:
    """The tables that the data notes change: those a note begins with, and those it says are new."""
    found: dict[str, TableChange] = {}
    known = known_tables(evidence)
    for note in evidence.pack.data_notes:
        if _OTHER_MIGRATION.search(note.text) or plain(note.text).lower().startswith(("no ", "none")):
            continue  # a table of another store, or one that stays as it is; the note is told as it stands
        led = _LED.match(note.text.strip())
        tables = IDENTIFIER.findall(led.group(1)) or re.findall(r"`([a-z]+)`", led.group(1)) if led else []
        tables = [name for name in tables if name in known or name.endswith("s")]
        if led is not None and led.group("joint") == "for" and not all("_" in name for name in tables):
            tables = []
        tables = tables or _CALLED.findall(note.text)
        onto = _ONTO.search(note.text)
        if not tables and onto is not None and onto.group("table") in known:
            tables = [onto.group("table")]
        if not tables and NEW_TABLE.search(plain(note.text)) and not NO_SCHEMA.search(plain(note.text)):
            tables = [named_table(evidence, plain(note.text)) or table_name(feature_words(evidence.pack))]
        for table in tables:
            found.setdefault(table, _change(evidence, table, (note.text, place_key(note.place)), tables))
    for change in _named_elsewhere(evidence):
        found.setdefault(change.table, change)
    own = () if any(change.new for change in found.values()) else _own_table(evidence)
    return (*own, *found.values())


def _named_elsewhere(evidence: EvidencePack) -> list[TableChange]:
    """The new tables that another section than the data model's names and wants to be kept."""
    known = known_tables(evidence)
    return [
        _change(evidence, table, (text, key), [table])
        for text, key in _said_elsewhere(evidence)
        if _MADE.search(text) and not NO_SCHEMA.search(plain(text)) and not _OTHER_STORE.search(text)
        for table in _CALLED.findall(text)
        if table not in known or _WANTED.search(text)
    ]


def _own_table(evidence: EvidencePack) -> tuple[TableChange, ...]:
    """The table of its own that a statement asks for without a name: it is named after the feature."""
    known = known_tables(evidence)
    for text, key in (*_notes_of(evidence), *_said_elsewhere(evidence)):
        if _asks_own_table(text):
            name = named_table(evidence, text)
            table = name if name and name not in known else table_name(feature_words(evidence.pack))
            return (_change(evidence, table, (text, key), [table]),)
    return ()


def _asks_own_table(text: str) -> bool:
    """Whether a text wants a relational table of the feature's own; what it sets aside does not count."""
    text = plain(text)
    if NO_SCHEMA.search(text) or _OTHER_STORE.search(text) or _ON_SCREEN.search(text):
        return False
    return any(not _DENIED.search(text[: match.start()]) for match in _OWN_TABLE.finditer(text))


def _notes_of(evidence: EvidencePack) -> list[tuple[str, str]]:
    return [(note.text, place_key(note.place)) for note in evidence.pack.data_notes]


def _said_elsewhere(evidence: EvidencePack) -> list[tuple[str, str]]:
    """What the other sections of the pack state, each with its key, in the order of the sections."""
    pack = evidence.pack
    said = [(f"{r.title}. {r.text}" if r.title else r.text, r.id) for r in pack.requirements]
    said += [(c.text, c.id) for c in pack.criteria]
    said += [(n.text, place_key(n.place)) for n in pack.nonfunctional]
    for group in (pack.notes, pack.flags, pack.rollout, pack.interface_notes, pack.integration_notes, pack.telemetry):
        said += [(note.text, place_key(note.place)) for note in group]
    return said


def _change(evidence: EvidencePack, table: str, said: tuple[str, str], together: list[str]) -> TableChange:
    """A table's change, its columns gathered from every statement of the pack that speaks of the table."""
    known = known_tables(evidence) | set(together)
    new = table not in known_tables(evidence)
    text, key = said
    shapes = {key: read_shape(text, key, known)}
    for other, place in (*_notes_of(evidence), *_said_elsewhere(evidence)):
        part = _on_table(other, table) if place != key and not rules_out_text(other) else ""
        part = "" if _OTHER_STORE.search(part) else part
        if part and (new or _WANTED.search(part) or _ONTO.search(part) or EXTENDS.search(part)):
            shapes.setdefault(place, read_shape(part, place, known | {table}))
    whole = merge_shapes(tuple(shapes.values()))
    present = _columns_of_today(evidence, table)
    fields = mark_later(whole.fields[:12])
    if not fields:
        led = _LED.match(text.strip())
        fields = listed_fields(plain(text)[len(plain(led.group(0))) :], key) if led is not None else ()
    if not fields and not new:
        fields = saved_fields(evidence)
    also = tuple(place for place, shape in shapes.items() if place != key and shape.fields)
    there = tuple(f.name for f in fields if f.name in present)
    missing = tuple(f for f in fields if f.name not in present)
    if not new and _WANTED.search(text) and not EXTENDS.search(text):
        lacking = tuple(f.name for f in missing)
        return TableChange(table, False, key, (), whole.unique, also, built=True, there=there, lacking=lacking)
    return TableChange(table, new, key, missing, whole.unique, also, there=() if new else there)


def saved_fields(evidence: EvidencePack) -> tuple[NewField, ...]:
    """The keys of the map that a function of the pack saves; arguments of other functions are no columns."""
    pack = evidence.pack
    for note in (*pack.data_notes, *pack.interface_notes):
        saved = _SAVES.search(note.text)
        if saved is not None:
            names = re.findall(r"[a-z]\w*(?=\s*(?:,|:|$))", saved["keys"])
            return tuple(NewField(name, field_type(name), place_key(note.place)) for name in dict.fromkeys(names))[:6]
    return ()


def _columns_of_today(evidence: EvidencePack, table: str) -> frozenset[str]:
    """The columns that the outline shows a table to have: fields, references and those of its migrations."""
    module = evidence.context.code.tables.get(table)
    names = {column.name for m in evidence.context.code.migrations for column in m.columns if column.table == table}
    if module is not None and module.schema is not None:
        names |= {field.name for field in module.schema.fields}
        names |= {f"{link.name}_id" for link in module.schema.associations if link.kind == "belongs_to"}
    return frozenset(names)


def _on_table(text: str, table: str) -> str:
    """The sentences of a text that name a table in a code span, with those that go on about it; empty for none."""
    kept: list[str] = []
    for sentence in _SENTENCE.split(text):
        names = {name for name in SPAN.findall(sentence) if _TABLE.match(name)}
        if table in names or (kept and sentence.startswith(_GOES_ON)):
            kept.append(sentence)
        elif kept:
            break
    return " ".join(kept)


def rows_asked(evidence: EvidencePack) -> tuple[TableChange, ...]:
    """The table of a requirement that wants rows in the database, named after the feature."""
    asked = next((r for r in evidence.pack.requirements if _ROWS.search(plain(f"{r.title} {r.text}"))), None)
    if asked is None:
        return ()
    table = table_name(feature_words(evidence.pack))
    named = {name: None for span in SPAN.findall(asked.text) for name in IDENTIFIER.findall(span)}
    fields = tuple(NewField(name, field_type(name), asked.id) for name in named if name not in NOT_COLUMNS)
    return (TableChange(table, table not in known_tables(evidence), asked.id, fields[:6]),)


def rules_out(note: Statement) -> bool:
    """Whether a note says what is not changed."""
    return rules_out_text(note.text)


def rules_out_text(text: str) -> bool:
    """Whether a text says what is not changed."""
    text = plain(text)
    return NO_SCHEMA.search(text) is not None or text.lower().startswith(("no ", "none"))
