"""Section 6: what is stored, the migration in steps that are safe online, indexes, and the queries."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.columns import NewField
from torusnb.drafting.offline.components import storage_sentence
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.storage import CONTENT, NONE, TableChange, rules_out
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
    some,
)  # fmt: skip
from torusnb.models.database import Index
from torusnb.models.modules import Module


def draft_data(ledger: Ledger) -> str:
    """The storage decision, and the pack's words that made it."""
    storage = ledger.plan.storage
    said = (
        f" The pack says: {lower_first(clip(storage.saying, 26))}.{ledger.cite(*storage.basis)}"
        if storage.saying
        else ""
    )
    return f"{storage_sentence(ledger)}{said}"


def draft_schemas(ledger: Ledger) -> str:
    """Schemas at hand with the fields that matter, the tables that change, the migration's steps, the indexes."""
    storage = ledger.plan.storage
    steps = "\n".join(f"{n}. {step}" for n, step in enumerate(_steps(ledger), start=1)) if storage.migrates else ""
    keys = [_field(ledger, field) for field in storage.fields] if storage.mode == CONTENT else []
    text = paragraphs(
        labelled("Schemas at hand", bullets(_schemas(ledger))),
        labelled("Proposed keys", bullets(keys)),
        labelled("Proposed tables and columns", "\n".join(_change(ledger, change) for change in storage.changes)),
        labelled("Migration", steps),
        labelled("Indexes", bullets(_indexes(ledger))),
        labelled("Notes of the pack", bullets(_notes(ledger))),
        bullets(ledger.advice("6.1")),
    )
    asks = [r.id for r in ledger.pack.requirements[:1]]
    return (
        text or f"Not applicable: no schema changes, and none is touched.{ledger.cite(*storage.basis, *asks, most=2)}"
    )


def _change(ledger: Ledger, change: TableChange) -> str:
    """A table that changes, with its columns below it."""
    note = next((s for s in ledger.pack.data_notes if place_key(s.place) == change.key), None)
    said = f": {clip(_after_name(plain(note.text)), 26)}" if note is not None else ""
    kind = "new table" if change.new else "columns added"
    head = bullets([f"`{change.table}` ({kind}){said}.{ledger.cite(change.key)}"])
    columns = bullets((_field(ledger, field) for field in change.fields), indent=2)
    return f"{head}\n{columns}" if columns else head


def _after_name(text: str) -> str:
    """What a note says after the names it begins with."""
    return re.sub(
        r"^(?:`[^`]+`(?:\s*(?:/|,|and)\s*)?)+\s*(?:table|schema)?\s*(?::|(?:also )?(?:gets?|gains?|receives?)\b)\s*",
        "",
        text,
    )


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
    """The fields that the requirements speak of, or the first ones, with their types."""
    if module.schema is None:
        return ""
    component = next((c for c in ledger.plan.existing if c.name == module.name), None)
    fields = list(component.fields if component is not None and component.fields else module.schema.fields)[:5]
    rest = len(module.schema.fields) - len(fields)
    told = listed(f"`{f.name}` ({clip(f.type, 4)})" for f in fields) or "associations only"
    return told + (f", {rest} more" if rest > 0 else "")


def _field(ledger: Ledger, field: NewField) -> str:
    place = "key of the JSON" if ledger.plan.storage.mode == CONTENT else f"`{field.type}`"
    null = "" if ledger.plan.storage.mode == CONTENT else _nullness(field)
    basis = ledger.cite(field.key) if ledger.plan.storage.mode == CONTENT else ""
    return f"`{field.name}`: {place}{null}{'.' if basis else ''}{basis}"


def _nullness(field: NewField) -> str:
    if field.type == ":boolean":
        return ", default false, not null"
    if field.type.startswith("{:array"):
        return ", default `[]`, not null"
    if field.type == ":map":
        return ", default `%{}`, not null"
    return ", not null" if field.type == ":id" else ", nullable until backfilled"


def _steps(ledger: Ledger) -> list[str]:
    """The migration, one deploy each where that makes it safe while the old code still runs."""
    storage = ledger.plan.storage
    basis = ledger.cite(*(change.key for change in storage.changes), *storage.requirements[:1], most=2)
    fresh = [change for change in storage.changes if change.new]
    grown = [change for change in storage.changes if not change.new]
    steps = []
    if fresh:
        owner = _owner_column(ledger)
        link = f", each with its reference to `{owner[0]}` and the `on_delete` that fits" if owner else ""
        names = listed(code(change.table) for change in fresh)
        steps.append(
            f"Create {names}{link}, with timestamps; nothing reads "
            f"{'it' if len(fresh) == 1 else 'them'} yet, so no lock is felt.{basis}"
        )
    for change in grown:
        names = listed(code(f.name) for f in change.fields) or "one column for each value the pack keeps"
        steps.append(
            f"Add {names} to `{change.table}`, nullable or with a constant default: a short lock, "
            f"and no row is rewritten.{ledger.cite(change.key)}"
        )
    late = [
        f
        for change in grown
        for f in change.fields
        if f.type in {":string", ":id", "Ecto.Enum", ":integer", ":utc_datetime"}
    ]
    steps.append(f"Deploy the code that writes them and reads an absent value as the behaviour of today.{basis}")
    if late:
        names = listed(code(f.name) for f in late[:4])
        steps.append(
            f"Backfill {names} in batches by primary key outside the migration, then validate constraints.{basis}"
        )
    tables = listed(code(change.table) for change in fresh)
    columns = "the added columns" if grown else ""
    steps.append(
        f"Way back: `down` drops {listed(part for part in (tables, columns) if part)}; code of "
        f"the release before ignores what it does not know.{basis}"
    )
    return steps


def _owner_column(ledger: Ledger) -> tuple[str, str] | None:
    """The table a new one would belong to, with the key of its schema line."""
    anchor = ledger.plan.storage.anchor
    changed = {change.table for change in ledger.plan.storage.changes}
    if anchor is None or anchor.schema is None or anchor.schema.table in changed:
        return None
    return anchor.schema.table, code_key(anchor.path, anchor.schema.line)


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


def _indexes(ledger: Ledger) -> list[str]:
    """Indexes that are there, and those that the changed tables need, each with the read it serves."""
    storage, lines = ledger.plan.storage, []
    for index, key in existing_indexes(ledger)[:3]:
        kind = "unique index" if index.unique else "index"
        lines.append(f"The {kind} on `{index.table}` ({', '.join(index.columns)}) is there.{ledger.cite(key)}")
    read = next(iter(ledger.plan.asking("query", "authorize", "compute")), "")
    serves = f" for the read of {read}" if read else ""
    for change in storage.changes[:3]:
        owners = [f.name for f in change.fields if f.name.endswith("_id")]
        owners += [f.name for f in change.fields if f.name.endswith(("_name", "_slug", "_key"))][:1]
        if change.new and owners:
            unique = "unique, one row each" if len(owners) > 1 else "unique where one row per owner is meant"
            lines.append(
                f"`{change.table}` ({', '.join(owners[:3])}), {unique},"
                f"{serves or ' because each read comes from there'}."
                f"{ledger.cite(change.key, read)}"
            )
        filtered = [f.name for f in change.fields if f.type in {":boolean", "Ecto.Enum"}]
        if not change.new and filtered:
            lines.append(
                f"A partial index on `{change.table}` where `{filtered[0]}` holds, created "
                f"concurrently, only if a list filters by it{serves}."
                f"{ledger.cite(change.key, read)}"
            )
    return lines


def _notes(ledger: Ledger) -> list[str]:
    """What else the pack says on data, without what the decision already quotes."""
    told = {*ledger.plan.storage.basis, *(change.key for change in ledger.plan.storage.changes)}
    kept = [s for s in ledger.pack.data_notes if place_key(s.place) not in told and _tells(s.text)]
    kept = [s for s in kept if not rules_out(s)]
    return [f"{ledger.said(s.text, 26)}.{ledger.cite(place_key(s.place))}" for s in kept[:3]]


def _tells(text: str) -> bool:
    """Whether a note says something in words: keys written as tuples stand in section 8, bare contracts in 5."""
    return len(plain(text).split()) > 4 and not text.lstrip().startswith(("`{", "`on_"))


def draft_queries(ledger: Ledger) -> str:
    """The queries this feature leans on, with the plan to expect of each."""
    lines = [*_reads(ledger), *_plans(ledger)]
    if not lines:
        asks = [r.id for r in ledger.pack.requirements[:1]]
        basis = ledger.cite(*ledger.plan.storage.basis, *asks)
        return (
            f"Not applicable: no table is among the places this feature touches, so there is no query to plan.{basis}"
        )
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
    """The expected plan for the anchor table: by the index that a migration shows, or by its reference columns."""
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
