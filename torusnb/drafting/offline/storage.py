"""What the feature keeps in the database: the decision and what it rests on."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.columns import (
    IDENTIFIER,
    KEY,
    NOT_COLUMNS,
    SPAN,
    NewField,
    known_tables,
    listed_fields,
    named_fields,
    named_table,
)
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.naming import feature_words, field_type, table_name
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, words_of
from torusnb.models.base import Value
from torusnb.models.database import Field
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Module
from torusnb.models.requirements import Statement

NONE, REUSE, COLUMNS, TABLE, CONTENT = "none", "reuse", "columns", "table", "content"

_NO_SCHEMA = re.compile(
    r"\b(?:no|without(?: any)?)\s+(?:[\w-]+[\s/-]+){0,4}?(?:tables?|schemas?|migrations?|relational|"
    r"persisted (?:state|data|schemas?|records?)|columns?)\b|"
    r"\b(?:schema|migration|table)s?(?: changes?| migrations?)?\s*(?:is|are)?:?\s*(?:none|"
    r"not (?:required|needed|expected))\b|"
    r"\bnone expected\b|\bdoes not (?:add|introduce|require) (?:\w+ ){0,4}(?:tables?|schemas?|migrations?)",
    re.IGNORECASE,
)
_NEW_TABLE = re.compile(
    r"\b(?:new|creates?|introduce[sd]?|maintains?)\b[^.;]{0,60}\b(?:tables?|ecto schemas?|join table)\b", re.IGNORECASE
)
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
_CALLED = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)` (?:table|schema)\b")
_CONTENT = re.compile(
    r"\b(?:activity|page|adaptive|content|authored?)\b[^.;]{0,40}\b(?:json|content model|model)\b|\bjson\b|"
    r"\bserializ(?:e[ds]?|ation)\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(r"\b(?:currently|today|future|later)\b", re.IGNORECASE)
_GROWS = re.compile(
    r"\b(?:extend\w*|expand\w*|adds?|stores?|persist\w*|gains?|carr(?:y|ies)|includes?|new)\b", re.IGNORECASE
)
_EXTENDS = re.compile(
    r"\b(?:add/extend|extend\w*|new (?:columns?|fields?|attributes?)|adds? [^.;]{0,40}(?:columns?|"
    r"fields?|attributes?))\b",
    re.IGNORECASE,
)


class TableChange(Value, frozen=True):
    """A table the feature changes: a new one or columns on one of today."""

    table: str
    new: bool
    key: str
    fields: tuple[NewField, ...] = ()


class Storage(Value, frozen=True):
    """The decision about what is kept.

    Attributes:
        mode: `none`; `reuse` (fields of today hold it); `columns` (on existing tables); `table` (at least one new
            table); `content` (keys of authored JSON).
        changes: The tables that change; empty for `none`, `reuse` and `content`.
        anchor: The existing schema module nearest to the feature, or None.
        held: For `reuse`, the fields of the anchor that hold it.
        basis: Evidence keys of the statement that decides it. saying: that statement, plain.
        requirements: The requirements that ask for something to be kept.
    """

    mode: str
    changes: tuple[TableChange, ...] = ()
    anchor: Module | None = None
    fields: tuple[NewField, ...] = ()
    held: tuple[Field, ...] = ()
    basis: tuple[str, ...] = ()
    saying: str = ""
    requirements: tuple[str, ...] = ()

    @property
    def migrates(self) -> bool:
        """Whether a migration is part of the design."""
        return self.mode in {TABLE, COLUMNS}

    @property
    def table(self) -> str:
        """The first table that changes: a new one before one of today; empty for none."""
        ordered = sorted(self.changes, key=lambda change: not change.new)
        return ordered[0].table if ordered else ""


def decide_storage(evidence: EvidencePack, matcher: Matcher) -> Storage:
    """What the feature keeps, from the pack's data notes first and its requirements second."""
    pack = evidence.pack
    asks = tuple(r.id for r in pack.requirements if "persist" in kinds_of(plain(f"{r.title} {r.text}"))[:2])
    anchor = _anchor(evidence, matcher, pack.data_notes)
    changes = _changes(evidence) or _rows_asked(evidence)
    denial = _denial(evidence)
    fields = named_fields(evidence, pack.data_notes)
    content = next((n for n in pack.data_notes if _on_content(n) and not rules_out(n)), None)
    if changes:
        mode = TABLE if any(change.new for change in changes) else COLUMNS
        told = next((n.text for n in pack.data_notes if place_key(n.place) == changes[0].key), "")
        kept = tuple(field for change in changes for field in change.fields)
        return Storage(mode, changes, anchor, kept, (), (changes[0].key,), plain(told), asks)
    if denial is not None:
        keys = _keys_of_content(evidence) if content is not None else ()
        if content is not None and (keys or _GROWS.search(_with_label(content))):
            return Storage(CONTENT, (), anchor, keys, (), (place_key(content.place),), plain(content.text), asks)
        return Storage(NONE, (), anchor, (), (), (place_key(denial.place),), plain(denial.text), asks)
    extension = next((n for n in pack.data_notes if _EXTENDS.search(plain(n.text))), None)
    kept = fields or _keys_of_content(evidence)
    if content is not None and extension is None and kept:
        return Storage(CONTENT, (), anchor, kept, (), (place_key(content.place),), plain(content.text), asks)
    if asks and anchor is not None and anchor.schema is not None and (extension is not None or fields):
        return _on_anchor(evidence, anchor, fields, extension, asks)
    return Storage(NONE, (), anchor, (), (), asks[:2], "", asks)


def _on_anchor(
    evidence: EvidencePack, anchor: Module, fields: tuple[NewField, ...], said: Statement | None, asks: tuple[str, ...]
) -> Storage:
    """Columns on the nearest table, unless the fields that the pack names are there already."""
    table = anchor.schema.table if anchor.schema is not None else ""
    named = {name for text in _spoken(evidence) for span in SPAN.findall(text) for name in IDENTIFIER.findall(span)}
    held = tuple(f for f in anchor.schema.fields if f.name in named) if anchor.schema is not None else ()
    basis = (
        (place_key(said.place),) if said is not None else tuple(dict.fromkeys(f.key for f in fields))[:1] or asks[:2]
    )
    saying = plain(said.text) if said is not None else ""
    if held and not fields:
        return Storage(REUSE, (), anchor, (), held, basis, saying, asks)
    change = TableChange(table, False, basis[0], fields)
    return Storage(COLUMNS, (change,), anchor, fields, held, basis, saying, asks)


def _spoken(evidence: EvidencePack) -> list[str]:
    return [note.text for note in (*evidence.pack.data_notes, *evidence.pack.interface_notes)]


def _denial(evidence: EvidencePack) -> Statement | None:
    """The statement that rules a schema change out; an interface note counts only without a data note."""
    pack = evidence.pack
    for note in (*pack.data_notes, *pack.integration_notes, *pack.flags, *pack.assumptions, *pack.non_goals):
        if _NO_SCHEMA.search(plain(note.text)) and not _NEW_TABLE.search(_NO_SCHEMA.sub(" ", plain(note.text))):
            return note
    return None


def _changes(evidence: EvidencePack) -> tuple[TableChange, ...]:
    """The tables that the data notes change: those a note begins with, and those it says are new."""
    found: dict[str, TableChange] = {}
    known = known_tables(evidence)
    for note in evidence.pack.data_notes:
        if "clickhouse migration" in note.text.lower() or plain(note.text).lower().startswith(("no ", "none")):
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
        if not tables and _NEW_TABLE.search(plain(note.text)) and not _NO_SCHEMA.search(plain(note.text)):
            tables = [named_table(evidence, plain(note.text)) or table_name(feature_words(evidence.pack))]
        key = place_key(note.place)
        for table in tables:
            fields = tuple(f for f in named_fields(evidence, (note,)) if f.name not in tables)
            if led is not None and not fields:
                fields = listed_fields(plain(note.text)[len(plain(led.group(0))) :], key)
            found.setdefault(table, TableChange(table, table not in known, key, fields))
    return tuple(found.values())


def _rows_asked(evidence: EvidencePack) -> tuple[TableChange, ...]:
    """The table of a requirement that wants rows in the database, named after the feature."""
    asked = next((r for r in evidence.pack.requirements if _ROWS.search(plain(f"{r.title} {r.text}"))), None)
    if asked is None:
        return ()
    table = table_name(feature_words(evidence.pack))
    named = {name: None for span in SPAN.findall(asked.text) for name in IDENTIFIER.findall(span)}
    fields = tuple(NewField(name, field_type(name), asked.id) for name in named if name not in NOT_COLUMNS)
    return (TableChange(table, table not in known_tables(evidence), asked.id, fields[:6]),)


def _with_label(note: Statement) -> str:
    """A note with the label it stands under, which says what its list is about."""
    return f"{plain(note.label)}: {plain(note.text)}"


def _on_content(note: Statement) -> bool:
    """Whether a note, or the label it stands under, speaks of authored content as it is to be, not as it is."""
    text = _with_label(note)
    return _CONTENT.search(text) is not None and _NOT_NOW.search(text) is None


def rules_out(note: Statement) -> bool:
    """Whether a note says what is not changed."""
    text = plain(note.text)
    return _NO_SCHEMA.search(text) is not None or text.lower().startswith(("no ", "none"))


def _keys_of_content(evidence: EvidencePack) -> tuple[NewField, ...]:
    """The keys that notes on authored JSON add, as the notes write them (`params.kind`, `resource_id`)."""
    present = {f.name for m in evidence.context.code.modules.values() for f in m.functions}
    found: dict[str, NewField] = {}
    for note in evidence.pack.data_notes:
        if not (_on_content(note) and _GROWS.search(_with_label(note))):
            continue
        for span in SPAN.findall(note.text):
            if KEY.match(span) and span not in present and len(span) > 3:
                found.setdefault(span, NewField(span, field_type(span.rsplit(".", 1)[-1]), place_key(note.place)))
    return tuple(found.values())[:6]


def _anchor(evidence: EvidencePack, matcher: Matcher, notes: tuple[Statement, ...]) -> Module | None:
    """The schema among the waypoints that speaks most of the words of the data notes and the requirements."""
    words = set(words_of(" ".join(plain(n.text) for n in notes)))
    words |= {w for r in evidence.pack.requirements for w in words_of(plain(r.text))}
    best: tuple[float, Module] | None = None
    for waypoint, module in matcher.candidates:
        if module.schema is None or not module.schema.table:
            continue
        shared = words & set(words_of(f"{module.name.rsplit('.', 1)[-1]} {module.schema.table}"))
        score = len(shared) + 6.0 / (waypoint.rank + 2) + (2.0 if waypoint.likely == "changed" else 0.0)
        if any(f"`{module.schema.table}`" in n.text for n in notes):
            score += 5.0
        if best is None or score > best[0]:
            best = (score, module)
    return best[1] if best is not None else None
