"""What the feature keeps in the database: the decision and what it rests on."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.columns import (
    IDENTIFIER,
    KEY,
    SPAN,
    NewField,
    is_refused,
    is_value,
    named_fields,
)
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.naming import feature_words, field_type, table_name
from torusnb.drafting.offline.owners import Owner, find_owner, keeps_for_another, key_of
from torusnb.drafting.offline.tables import (
    EXTENDS,
    NEW_TABLE,
    NO_SCHEMA,
    TableChange,
    rows_asked,
    rules_out,
    saved_fields,
    table_changes,
)
from torusnb.drafting.offline.uniqueness import bound_rows
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, words_of
from torusnb.models.base import Value
from torusnb.models.database import Field
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Module
from torusnb.models.requirements import Statement

NONE, REUSE, COLUMNS, TABLE, CONTENT, BUILT = "none", "reuse", "columns", "table", "content", "built"

_CONTENT = re.compile(
    r"\b(?:activity|page|adaptive|content|authored?)\b[^.;]{0,40}\b(?:json|content model|model)\b|\bjson\b|"
    r"\bserializ(?:e[ds]?|ation)\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(r"\b(?:currently|today|future|later)\b", re.IGNORECASE)
_GROWS = re.compile(
    r"\b(?:extend\w*|expand\w*|adds?|stores?|persist\w*|gains?|carr(?:y|ies)|includes?|new)\b", re.IGNORECASE
)

_KEEPS = re.compile(
    r"\b(?:add|stor|persist|sav|record|gain|extend)\w*\b[^.;`]{0,50}`|"
    r"`\w+`\s*(?:\([^)]*\)\s*)?(?:columns?|fields?|booleans?|integers?|strings?|maps?|timestamps?)\b|"
    r"\b(?:columns?|fields?)\b[^.;`]{0,30}`",
    re.IGNORECASE,
)
_REMOVES = re.compile(
    r"\b(?:remov\w+|drop(?:s|ped)?|delet\w+|no longer|must not|not (?:be )?(?:stored|persisted|kept)|instead of|"
    r"replac\w+)\b",
    re.IGNORECASE,
)

_LOOKS = re.compile(
    r"(?:(?:the )?(?:system|feature) )?(?:(?:shall|must|should) )?(?:validat|verif|assert)\w*\b", re.IGNORECASE
)
_ADDS_TO = re.compile(r"\b(?:sav(?:e|es|ing)|stor(?:e|es|ing)|persist(?:s|ing)?|record(?:s|ing)?)\b", re.IGNORECASE)


class Storage(Value, frozen=True):
    """The decision about what is kept.

    Attributes:
        mode: `none`; `reuse` (fields of today hold it); `columns` (on existing tables); `table` (at least one new
            table); `content` (keys of authored JSON); `built` (the tables and columns that the pack wants are there).
        changes: The tables that change; empty for `none`, `reuse` and `content`.
        anchor: The existing schema module nearest to the feature, or None.
        held: For `reuse`, the fields of the anchor that hold it.
        basis: Evidence keys of the statement that decides it. saying: that statement, plain.
        requirements: The requirements that ask for something to be kept.
        unfit: The nearest table of today where it keeps its rows for somebody else, and so is no home; else empty.
    """

    mode: str
    changes: tuple[TableChange, ...] = ()
    anchor: Module | None = None
    fields: tuple[NewField, ...] = ()
    held: tuple[Field, ...] = ()
    basis: tuple[str, ...] = ()
    saying: str = ""
    requirements: tuple[str, ...] = ()
    unfit: str = ""

    @property
    def migrates(self) -> bool:
        """Whether a migration is part of the design."""
        return self.mode in {TABLE, COLUMNS}

    @property
    def table(self) -> str:
        """The first table that changes: a new one before one of today; empty for none."""
        ordered = sorted(self.changes, key=lambda change: (not change.new, not change.migrates))
        return ordered[0].table if ordered else ""


def decide_storage(evidence: EvidencePack, matcher: Matcher) -> Storage:
    """What the feature keeps, from the pack's data notes first and its requirements second."""
    pack = evidence.pack
    asks = tuple(r.id for r in pack.requirements if _asks_to_keep(plain(r.text or r.title), plain(r.title)))
    anchor = _anchor(evidence, matcher, pack.data_notes)
    changes = bound_rows(pack, table_changes(evidence)) or rows_asked(evidence)
    denial = _denial(evidence)
    fields = named_fields(evidence, tuple(note for note in pack.data_notes if _adds_columns(note)))
    content = next((n for n in pack.data_notes if _on_content(n) and not rules_out(n)), None)
    if changes:
        mode = TABLE if any(change.new for change in changes) else COLUMNS
        mode = mode if any(change.migrates for change in changes) else BUILT
        told = next((n.text for n in pack.data_notes if place_key(n.place) == changes[0].key), "")
        kept = tuple(field for change in changes for field in change.fields)
        return Storage(mode, changes, anchor, kept, (), (changes[0].key,), plain(told), asks)
    if denial is not None:
        keys = _keys_of_content(evidence) if content is not None else ()
        if content is not None and (keys or _GROWS.search(_with_label(content))):
            return Storage(CONTENT, (), anchor, keys, (), (place_key(content.place),), plain(content.text), asks)
        return Storage(NONE, (), anchor, (), (), (place_key(denial.place),), plain(denial.text), asks)
    extension = next((n for n in pack.data_notes if EXTENDS.search(plain(n.text))), None)
    kept = fields or _keys_of_content(evidence)
    if content is not None and extension is None and kept:
        return Storage(CONTENT, (), anchor, kept, (), (place_key(content.place),), plain(content.text), asks)
    if asks and anchor is not None and anchor.schema is not None and (extension is not None or fields):
        return _on_anchor(evidence, anchor, fields, extension, asks)
    return Storage(NONE, (), anchor, (), (), asks[:2], "", asks)


def _asks_to_keep(text: str, title: str) -> bool:
    """Whether a requirement asks for something to be stored; one that only looks at what is stored asks for none."""
    return "persist" in kinds_of(f"{title} {text}")[:2] and not (_LOOKS.match(text) and not _ADDS_TO.search(text))


def _on_anchor(
    evidence: EvidencePack, anchor: Module, fields: tuple[NewField, ...], said: Statement | None, asks: tuple[str, ...]
) -> Storage:
    """Columns on the nearest table, unless the fields that the pack names are there already."""
    table = anchor.schema.table if anchor.schema is not None else ""
    owner = find_owner(evidence.pack, asks)
    if owner is not None and keeps_for_another(owner, anchor, evidence.context.code):
        return _on_own_table(evidence, table, fields, owner, asks)
    named = {name for text in _spoken(evidence) for span in SPAN.findall(text) for name in IDENTIFIER.findall(span)}
    held = tuple(f for f in anchor.schema.fields if f.name in named) if anchor.schema is not None else ()
    basis = (
        (place_key(said.place),) if said is not None else tuple(dict.fromkeys(f.key for f in fields))[:1] or asks[:2]
    )
    saying = plain(said.text) if said is not None else ""
    if held and not fields:
        return Storage(REUSE, (), anchor, (), held, basis, saying, asks)
    fields = fields or saved_fields(evidence)
    change = TableChange(table, False, basis[0], fields)
    return Storage(COLUMNS, (change,), anchor, fields, held, basis, saying, asks)


def _on_own_table(
    evidence: EvidencePack, unfit: str, fields: tuple[NewField, ...], owner: Owner, asks: tuple[str, ...]
) -> Storage:
    """A table of the feature's own, keyed by those for whom the pack keeps the thing."""
    key = tuple(
        NewField(column, ":id", owner.key, references=table)
        for column, table in key_of(owner, evidence.context.code.tables)
    )
    columns = (*key, *(field for field in fields or saved_fields(evidence) if field.name not in owner.columns))
    change = TableChange(table_name(feature_words(evidence.pack)), True, owner.key, columns, owner.columns)
    return Storage(TABLE, (change,), None, columns, (), (owner.key,), "", asks, unfit)


def _adds_columns(note: Statement) -> bool:
    """Whether a note says that what it names is to be kept: a name in passing, or one to remove, is no column."""
    text = plain(note.text)
    return _KEEPS.search(note.text) is not None and _REMOVES.search(text) is None


def _spoken(evidence: EvidencePack) -> list[str]:
    return [note.text for note in (*evidence.pack.data_notes, *evidence.pack.interface_notes)]


def _denial(evidence: EvidencePack) -> Statement | None:
    """The statement that rules a schema change out; an interface note counts only without a data note."""
    pack = evidence.pack
    for note in (*pack.data_notes, *pack.integration_notes, *pack.flags, *pack.assumptions, *pack.non_goals):
        if NO_SCHEMA.search(plain(note.text)) and not NEW_TABLE.search(NO_SCHEMA.sub(" ", plain(note.text))):
            return note
    return None


def _with_label(note: Statement) -> str:
    """A note with the label it stands under, which says what its list is about."""
    return f"{plain(note.label)}: {plain(note.text)}"


def _on_content(note: Statement) -> bool:
    """Whether a note, or the label it stands under, speaks of authored content as it is to be, not as it is."""
    text = _with_label(note)
    return _CONTENT.search(text) is not None and _NOT_NOW.search(text) is None


def _keys_of_content(evidence: EvidencePack) -> tuple[NewField, ...]:
    """The keys that notes on authored JSON add, as the notes write them (`params.kind`, `resource_id`)."""
    present = {f.name for m in evidence.context.code.modules.values() for f in m.functions}
    found: dict[str, NewField] = {}
    for note in evidence.pack.data_notes:
        if not (_on_content(note) and _GROWS.search(_with_label(note))):
            continue
        for span in SPAN.findall(note.text):
            refused = is_value(span, note.text) or is_refused(span, note.text)
            if KEY.match(span) and span not in present and len(span) > 3 and not refused:
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
