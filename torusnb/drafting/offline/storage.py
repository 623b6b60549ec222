"""What the feature keeps in the database: the decision and what it rests on."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.naming import feature_words, field_type, table_name
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, words_of
from torusnb.models.base import Value
from torusnb.models.codebase import Field, Module
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import Statement

NONE, COLUMNS, TABLE, CONTENT = "none", "columns", "table", "content"

_NO_SCHEMA = re.compile(
    r"\b(?:no|without(?: any)?)\s+(?:\w+[\s/-]+){0,4}?(?:tables?|schemas?|migrations?|relational|persisted|columns?)\b|"
    r"\b(?:schema|migration|table)s?(?: changes?| migrations?)?\s*(?:is|are)?:?\s*(?:none|not (?:required|needed|expected))\b|"
    r"\bnone expected\b|\bdoes not (?:add|introduce|require) (?:\w+ ){0,4}(?:tables?|schemas?|migrations?)",
    re.IGNORECASE,
)
_NEW_TABLE = re.compile(
    r"\b(?:new|add|adds|create|creates|introduce[sd]?)\b[^.;]{0,60}\b(?:tables?|ecto schemas?|schemas?|join table)\b|"
    r"\b(?:tables?|schemas?)\s*:\s*`?[a-z_]{4,}`?",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"\b(?:activity|page|adaptive|content|authored?)\b[^.;]{0,40}\b(?:json|content model|model)\b|\bjson\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:if (?:needed|not already|required)|add/extend|extend|columns?|fields?|attributes?)\b", re.IGNORECASE
)
_IDENTIFIER = re.compile(r"(?<![\w.:/])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?![\w(/.]|\.ex)")
_SPAN = re.compile(r"`([^`\n]+)`")
_NOT_COLUMNS = frozenset({"inserted_at", "updated_at", "has_one", "has_many", "belongs_to", "on_conflict"})


class NewField(Value, frozen=True):
    """A column or key the feature would add: name, type as Ecto writes it, the evidence that names it."""

    name: str
    type: str
    key: str


class Storage(Value, frozen=True):
    """The decision about what is kept.

    Attributes:
        mode: `none`, `columns` (on an existing table), `table` (a new one), `content` (keys of authored JSON).
        table: The table concerned; empty for `none` and `content`.
        anchor: The existing schema module nearest to the feature, or None.
        basis: Evidence keys of the statement that decides it. saying: that statement, plain.
        requirements: The requirements that ask for something to be kept.
    """

    mode: str
    table: str = ""
    anchor: Module | None = None
    fields: tuple[NewField, ...] = ()
    near: tuple[Field, ...] = ()
    basis: tuple[str, ...] = ()
    saying: str = ""
    requirements: tuple[str, ...] = ()


def decide_storage(evidence: EvidencePack, matcher: Matcher) -> Storage:
    """What the feature keeps, from the pack's data notes first and its requirements second."""
    pack = evidence.pack
    notes = (*pack.data_notes, *_sectioned(evidence))
    asks = tuple(r.id for r in pack.requirements if "persist" in kinds_of(plain(f"{r.title} {r.text}"))[:2])
    anchor = _anchor(evidence, matcher, notes)
    denial = next((n for n in notes if _NO_SCHEMA.search(plain(n.text))), None)
    content = next((n for n in notes if _CONTENT.search(plain(n.text))), None)
    addition = next(
        (n for n in notes if _NEW_TABLE.search(plain(n.text)) and not _NO_SCHEMA.search(plain(n.text))), None
    )
    fields = _fields(evidence, notes)
    if denial is not None and addition is None:
        mode = CONTENT if content is not None and fields and "persist" in _work(pack) else NONE
        said = denial
        kept = fields if mode == CONTENT else ()
        return Storage(mode, "", anchor, kept, (), (place_key(said.place),), plain(said.text), asks)
    if addition is not None:
        named = _named_table(evidence, plain(addition.text))
        table = named or table_name(feature_words(pack))
        mode = COLUMNS if table in evidence.context.code.tables else TABLE
        anchor = evidence.context.code.tables.get(table, anchor)
        return _stored(mode, table, anchor, fields, addition, asks)
    extension = next((n for n in notes if _MAYBE.search(plain(n.text))), None)
    if content is not None and extension is None and fields:
        return _stored(CONTENT, "", anchor, fields, content, asks)
    if asks and anchor is not None and anchor.schema is not None and (extension is not None or fields):
        said = extension or next(iter(notes), None)
        return _stored(COLUMNS, anchor.schema.table, anchor, fields, said, asks)
    return Storage(NONE, "", anchor, (), (), asks[:2], "", asks)


def _stored(
    mode: str,
    table: str,
    anchor: Module | None,
    fields: tuple[NewField, ...],
    said: Statement | None,
    asks: tuple[str, ...],
) -> Storage:
    near = anchor.schema.fields[:6] if anchor is not None and anchor.schema is not None else ()
    basis = (place_key(said.place),) if said is not None else asks[:2]
    saying = plain(said.text) if said is not None else ""
    return Storage(mode, table, anchor, fields, near, basis, saying, asks)


def _work(pack: object) -> tuple[str, ...]:
    requirements = getattr(pack, "requirements", ())
    return tuple(kind for r in requirements for kind in kinds_of(plain(f"{r.title} {r.text}"))[:3])


def _sectioned(evidence: EvidencePack) -> tuple[Statement, ...]:
    """Statements from elsewhere that speak of tables and migrations."""
    pack = evidence.pack
    spoken = (*pack.integration_notes, *pack.flags, *pack.assumptions, *pack.non_goals)
    return tuple(s for s in spoken if _NO_SCHEMA.search(plain(s.text)))


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


def _named_table(evidence: EvidencePack, text: str) -> str:
    """The table that a note names: an existing one, or a snake-case name ending in `s`."""
    names = [name for span in _SPAN.findall(text) for name in _IDENTIFIER.findall(span)]
    known = [name for name in names if name in evidence.context.code.tables]
    fresh = [name for name in names if name.endswith("s") and not name.endswith(("_ids", "_params", "_settings"))]
    return (known or fresh or [""])[0]


def _fields(evidence: EvidencePack, notes: tuple[Statement, ...]) -> tuple[NewField, ...]:
    """Names in code spans of the data notes that look like columns and are no table, field or module of today."""
    tables = evidence.context.code.tables
    present = {f.name for m in evidence.context.code.modules.values() if m.schema for f in m.schema.fields}
    functions = {f.name for m in evidence.context.code.modules.values() for f in m.functions}
    found: dict[str, NewField] = {}
    for note in notes:
        for span in _SPAN.findall(note.text):
            if "/" in span and "%{" not in span:
                continue
            inner = span[span.index("(") :] if "(" in span else span
            for name in _IDENTIFIER.findall(inner):
                known = name in present or name in functions or name in tables or name in _NOT_COLUMNS
                if not known and not name.endswith(("_live", "_tile", "_component")):
                    found.setdefault(name, NewField(name, field_type(name), place_key(note.place)))
    return tuple(found.values())[:8]
