"""Section 6: what is stored, the migration in steps that are safe online, indexes, and the queries."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.migration import migration_steps, needed_indexes, tell_changes
from torusnb.drafting.offline.retention import rows_kept
from torusnb.drafting.offline.storage import BUILT, CONTENT, NONE
from torusnb.drafting.offline.storing import storage_sentence
from torusnb.drafting.offline.tables import TableChange, rules_out
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    code,
    count,
    labelled,
    listed,
    lower_first,
    paragraphs,
    plain,
    sentence,
    some,
)  # fmt: skip
from torusnb.models.database import Index
from torusnb.models.modules import Module

_ENUM_VALUES = re.compile(r",\s*\w+:")


def draft_data(ledger: Ledger) -> str:
    """The storage decision, and the pack's words that made it."""
    storage = ledger.plan.storage
    said = (
        f" The pack says: {lower_first(clip(storage.saying, 26))}.{ledger.cite(*storage.basis)}"
        if storage.saying and not storage.changes
        else ""
    )
    return f"{storage_sentence(ledger)}{said}"


def draft_schemas(ledger: Ledger) -> str:
    """Schemas at hand with the fields that matter, the tables that change, the migration's steps, the indexes."""
    storage = ledger.plan.storage
    steps = "\n".join(f"{n}. {step}" for n, step in enumerate(migration_steps(ledger), start=1))
    keys = (
        [f"`{field.name}`: key of the JSON.{ledger.cite(field.key)}" for field in storage.fields]
        if storage.mode == CONTENT
        else []
    )
    text = paragraphs(
        labelled("Schemas at hand", bullets(_schemas(ledger))),
        labelled("Proposed keys", bullets(keys)),
        labelled(_heading(ledger), tell_changes(ledger)),
        labelled("Migration", steps if storage.migrates else ""),
        labelled("Indexes", bullets(needed_indexes(ledger) or _indexes_of_today(ledger))),
        labelled("Notes of the pack", bullets(_notes(ledger))),
        bullets(ledger.advice("6.1")),
    )
    asks = [r.id for r in ledger.pack.requirements[:1]]
    if not text and (kept := rows_kept(ledger.pack)) is not None:
        return f"The tables for what the pack keeps are open: {lower_first(kept.text)}.{ledger.cite(*kept.evidence)}"
    none = "no schema changes" if storage.basis else "no schema is chosen to change"
    return text or f"Not applicable: {none}, and none is touched.{ledger.cite(*storage.basis, *asks, most=2)}"


def _heading(ledger: Ledger) -> str:
    """What stands above the tables: proposals, or what is there."""
    built = ledger.plan.storage.mode == BUILT
    return "Tables and columns that exist already" if built else "Proposed tables and columns"


def _schema_modules(ledger: Ledger) -> list[Module]:
    """The schemas that matter, at most three: those the design touches; when it stores something, those nearby too."""
    storage = ledger.plan.storage
    touched = {component.name for component in ledger.plan.existing}
    found = [storage.anchor] if storage.anchor is not None and _stores(ledger) else []
    for waypoint in ledger.context.waypoints:
        module = ledger.code.modules.get(waypoint.module)
        if module is None or module.schema is None or not module.schema.table or module in found:
            continue
        if _stores(ledger) or module.name in touched:
            found.append(module)
    return found[:3]


def _stores(ledger: Ledger) -> bool:
    """Whether rows of the database are part of the feature."""
    return ledger.plan.storage.mode not in {NONE, CONTENT} or bool(ledger.plan.storage.requirements)


def _schemas(ledger: Ledger) -> list[str]:
    lines = []
    for module in _schema_modules(ledger):
        schema = module.schema
        if schema is None:
            continue
        told = _telling_fields(ledger, module)
        links = [f"`{a.name}`" for a in schema.associations if a.kind == "belongs_to"][:3]
        belongs = f"; belongs to {listed(links)}" if links else ""
        lines.append(
            f"{code(module.name)} maps `{schema.table}`: {told}{belongs}."
            f"{ledger.cite(code_key(module.path, schema.line))}"
        )
    return lines


def _telling_fields(ledger: Ledger, module: Module) -> str:
    """The fields that the requirements speak of, with their types; without one, how many there are."""
    if module.schema is None:
        return ""
    component = next((c for c in ledger.plan.existing if c.name == module.name), None)
    fields = list(component.fields if component is not None else ())[:5]
    rest = len(module.schema.fields) - len(fields)
    told = listed(f"`{f.name}` ({_ENUM_VALUES.split(f.type)[0]})" for f in fields)
    return f"{told}, {rest} more" if told and rest > 0 else told or count(len(module.schema.fields), "field")


def existing_indexes(ledger: Ledger) -> list[tuple[Index, str]]:
    """Indexes that known migrations create on the tables at hand, with the key of their line."""
    tables = {m.schema.table for m in _schema_modules(ledger) if m.schema}
    return [
        (index, code_key(file.path, index.line))
        for file in ledger.code.files
        if file.migration is not None
        for index in file.migration.indexes
        if index.table in tables
    ]


def _indexes_of_today(ledger: Ledger) -> list[str]:
    lines = []
    changed = {change.table for change in ledger.plan.storage.changes}
    for index, key in [(i, key) for i, key in existing_indexes(ledger) if not changed or i.table in changed][:3]:
        kind = "unique index" if index.unique else "index"
        name = f" {code(index.name.lstrip(':'))}" if index.name else ""
        where = f", for rows where {code(_bare(index.where))} alone," if index.where else ""
        lines.append(
            f"The {kind}{name} on `{index.table}` ({', '.join(index.columns)}){where} is there.{ledger.cite(key)}"
        )
    return lines


def _bare(condition: str) -> str:
    """A partial index' condition without its quotation marks, on one line."""
    return " ".join(condition.replace("`", "").split()).strip('"')


def _notes(ledger: Ledger) -> list[str]:
    """What else the pack says on data, without what the decision already quotes."""
    changes = ledger.plan.storage.changes
    told = {*ledger.plan.storage.basis, *(key for change in changes for key in (change.key, *change.also))}
    kept = [s for s in ledger.pack.data_notes if place_key(s.place) not in told and _tells(s.text)]
    at_home = {key for placed in ledger.given("6.1") for key in placed.keys}
    kept = [s for s in kept if not rules_out(s) and place_key(s.place) in at_home]
    return [f"{sentence(plain(s.text))}{ledger.cite(place_key(s.place))}" for s in kept[:3]]


def _tells(text: str) -> bool:
    """Whether a note says something in words: keys written as tuples stand in section 8, bare contracts in 5."""
    return len(plain(text).split()) > 4 and not text.lstrip().startswith(("`{", "`on_"))


def draft_queries(ledger: Ledger) -> str:
    """The queries this feature leans on, with the plan to expect of each."""
    lines = [*_reads(ledger), *_plans(ledger)]
    if not lines:
        asks = [r.id for r in ledger.pack.requirements[:1]]
        basis = ledger.cite(*ledger.plan.storage.basis, *asks)
        return f"Not applicable: neither the pack nor the code at hand shows a query whose plan changes.{basis}"
    return bullets([*lines, *ledger.advice("6.2")])


def _reads(ledger: Ledger) -> list[str]:
    """Functions of the components that read today, by their names."""
    verbs = ("get_", "list_", "fetch_", "load_", "query", "search_", "browse_", "count_")
    lines = []
    for component in ledger.plan.existing:
        reads = [f for f in component.functions if f.name.startswith(verbs)][:2]
        if reads and component.layer in {"context", "other", "schema"}:
            names = listed(code(f"{f.name}/{f.arity}") for f in reads)
            asked = some(list(component.requirements), 3)
            verb = "serves" if len(reads) == 1 else "serve"
            lines.append(
                f"{names} of {code(component.name)} {verb} {asked}; count their queries in a test "
                "before and after."
                f"{ledger.cite(*(code_key(component.path, f.line) for f in reads))}"
            )
    return lines[:3]


def _plans(ledger: Ledger) -> list[str]:
    """The expected plan: by the key of a new table, else by the index or the reference columns of the anchor."""
    keyed = [change for change in ledger.plan.storage.changes if change.unique and change.migrates]
    keyless = [change for change in ledger.plan.storage.changes if change.new and not change.unique]
    if keyed or any(change.migrates for change in ledger.plan.storage.changes):
        return [_plan_of_key(ledger, change) for change in keyed] + _plans_open(ledger, keyless)
    return _plans_of_anchor(ledger)


def _plan_of_key(ledger: Ledger, change: TableChange) -> str:
    names = listed(code(name) for name in change.unique)
    return (
        f"`{change.table}` by {names}{_among(change)}: expect an Index Scan on its unique index, one row; a Seq Scan "
        f"in EXPLAIN (ANALYZE, BUFFERS) fails the review.{ledger.cite(change.key)}"
    )


def _among(change: TableChange) -> str:
    """The rows that a partial index holds: a query finds it only with the same condition."""
    return f" with {code(change.where)} in the query" if change.where else ""


def _plans_open(ledger: Ledger, keyless: list[TableChange]) -> list[str]:
    """The new tables of which the pack does not say what they are read by."""
    if not keyless:
        return []
    names = listed(code(change.table) for change in keyless)
    return [
        f"No plan can be expected yet for reads of {names}: the pack gives {'it' if len(keyless) == 1 else 'them'} no "
        f"key.{ledger.cite(*(change.key for change in keyless), most=2)}"
    ]


def _plans_of_anchor(ledger: Ledger) -> list[str]:
    anchor = ledger.plan.storage.anchor
    if anchor is None or anchor.schema is None or anchor not in _schema_modules(ledger):
        return []
    table, lines = anchor.schema.table, []
    indexed = [(i, key) for i, key in existing_indexes(ledger) if i.table == table]
    if indexed:
        index, key = indexed[0]
        column = index.columns[0].strip(": ")
        lines.append(
            f"`{table}` by `{column}`: expect an Index Scan, one row or one owner's rows, under 1 "
            "ms when cached; a Seq Scan in EXPLAIN (ANALYZE, BUFFERS) fails the review."
            f"{ledger.cite(key)}"
        )
    else:
        links = [a for a in anchor.schema.associations if a.kind == "belongs_to"][:2]
        keys = [code_key(anchor.path, a.line) for a in links]
        if links:
            names = listed(f"`{a.name}_id`" for a in links)
            lines.append(
                f"`{table}` by {names}: expect an Index Scan; the migrations at hand show no "
                f"index, so check {count(len(links), 'column')} with EXPLAIN (ANALYZE, BUFFERS) "
                f"first.{ledger.cite(*keys)}"
            )
    return lines
