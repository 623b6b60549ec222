"""Section 6: what is stored, the migration in steps that are safe online, indexes, and the queries."""

from __future__ import annotations

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.storage import COLUMNS, CONTENT, TABLE, NewField
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
from torusnb.models.codebase import Index, Module


def draft_data(ledger: Ledger) -> str:
    """The storage decision, and the pack's words that made it."""
    storage = ledger.plan.storage
    basis = ledger.cite(*storage.basis, *storage.requirements[:1])
    said = f" The pack says: {lower_first(clip(storage.saying, 26))}." if storage.saying else ""
    if storage.mode == TABLE:
        return f"One new table, `{storage.table}`, and no change to the rows of others.{said}{basis}"
    if storage.mode == COLUMNS:
        return f"The existing table `{storage.table}` is extended; no table is added.{said}{basis}"
    if storage.mode == CONTENT:
        return f"The schema stays; the authored JSON gains keys.{said}{basis}"
    return f"The database schema stays as it is.{said}{basis}"


def draft_schemas(ledger: Ledger) -> str:
    """Schemas at hand with the fields that matter, the new fields, the migration's steps, the indexes."""
    storage = ledger.plan.storage
    changes = storage.mode in {TABLE, COLUMNS}
    return paragraphs(
        labelled("Schemas at hand", bullets(_schemas(ledger))),
        labelled("Proposed fields", bullets(_field(ledger, field) for field in storage.fields)),
        labelled("Migration", "\n".join(f"{n}. {step}" for n, step in enumerate(_steps(ledger), start=1)))
        if changes
        else "",
        labelled("Indexes", bullets(_indexes(ledger))),
        labelled("Notes of the pack", bullets(_notes(ledger))),
        bullets(ledger.advice("6.1")),
    )


def _schema_modules(ledger: Ledger) -> list[Module]:
    """The schemas among the waypoints: the anchor first, then by rank; at most four."""
    anchor = ledger.plan.storage.anchor
    found = [anchor] if anchor is not None else []
    for waypoint in ledger.context.waypoints:
        module = ledger.code.modules.get(waypoint.module)
        if module is not None and module.schema is not None and module.schema.table and module not in found:
            found.append(module)
    return found[:3]


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
            f"{code(module.name)} maps `{schema.table}`: {told}{belongs}.{ledger.cite(code_key(module.path, schema.line))}"
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
    return f"`{field.name}`, {place}{null}.{ledger.cite(field.key)}"


def _nullness(field: NewField) -> str:
    if field.type == ":boolean":
        return ", default false, not null"
    if field.type.startswith("{:array"):
        return ", default `[]`, not null"
    if field.type == ":map":
        return ", default `%{}`, not null"
    return ", nullable until backfilled"


def _steps(ledger: Ledger) -> list[str]:
    """The migration, one deploy each where that makes it safe while the old code still runs."""
    storage = ledger.plan.storage
    names = listed(code(f.name) for f in storage.fields) or "the columns"
    basis = ledger.cite(*storage.basis, *storage.requirements[:1])
    owner = _owner_column(ledger)
    if storage.mode == TABLE:
        link = f", a reference to `{owner[0]}` with `on_delete: :delete_all`" if owner else ""
        return [
            f"Create `{storage.table}` with {names}{link} and timestamps; nothing reads it yet.{basis}",
            f"Deploy the code that writes it; `down` drops `{storage.table}`.{basis}",
        ]
    steps = [
        f"Add {names} to `{storage.table}` as nullable columns or with constant defaults, which takes a short lock and rewrites no row.{basis}",
        f"Deploy code that writes them and reads a missing value as the default.{basis}",
    ]
    if any(f.type in {":string", ":id", "Ecto.Enum", ":integer"} for f in storage.fields):
        last = listed(code(f.name) for f in storage.fields if f.type in {":string", ":id", "Ecto.Enum", ":integer"})
        steps.append(
            f"Backfill {last} in batches by primary key outside the migration, then validate the constraint; `down` drops only these columns.{basis}"
        )
    return steps


def _owner_column(ledger: Ledger) -> tuple[str, str] | None:
    """The table a new one would belong to, with the key of its schema line."""
    anchor = ledger.plan.storage.anchor
    if anchor is None or anchor.schema is None or anchor.schema.table == ledger.plan.storage.table:
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
    storage, lines = ledger.plan.storage, []
    for index, key in existing_indexes(ledger)[:3]:
        kind = "unique index" if index.unique else "index"
        lines.append(f"The {kind} on `{index.table}` ({', '.join(index.columns)}) is there.{ledger.cite(key)}")
    if storage.mode == TABLE:
        owner = _owner_column(ledger)
        column = next((f.name for f in storage.fields if f.name.endswith("_id")), "")
        column = column or (f"{owner[0].rstrip('s')}_id" if owner else "")
        if column:
            lines.append(
                f"`{storage.table}` gets an index on `{column}`, unique where one row per owner is meant, because each read comes from there.{ledger.cite(*storage.basis)}"
            )
    filtered = [f for f in storage.fields if f.type in {":boolean", "Ecto.Enum"}]
    if storage.mode == COLUMNS and filtered and ledger.plan.asking("query"):
        lines.append(
            f"A partial index, made concurrently, on `{storage.table}` where `{filtered[0].name}` holds, if {ledger.plan.asking('query')[0]} filters by it.{ledger.cite(filtered[0].key, ledger.plan.asking('query')[0])}"
        )
    return lines


def _notes(ledger: Ledger) -> list[str]:
    """What else the pack says on data, without what the decision already quotes."""
    said = ledger.plan.storage.saying
    kept = [s for s in ledger.pack.data_notes if plain(s.text) != said and len(plain(s.text).split()) > 4]
    return [f"{ledger.said(s.text, 26)}.{ledger.cite(place_key(s.place))}" for s in kept[:4]]


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
    verbs = ("get_", "list_", "fetch_", "find_", "load_", "query", "search_", "browse_", "count_")
    lines = []
    for component in ledger.plan.existing:
        reads = [f for f in component.functions if f.name.startswith(verbs)][:2]
        if reads and component.layer in {"context", "other", "schema"}:
            names = listed(code(f"{f.name}/{f.arity}") for f in reads)
            asked = some(list(component.requirements), 3)
            lines.append(
                f"{names} of {code(component.name)} serve {asked}; count their queries in a test before and after.{ledger.cite(*(code_key(component.path, f.line) for f in reads))}"
            )
    return lines[:3]


def _plans(ledger: Ledger) -> list[str]:
    """The expected plan for the anchor table: by the index that a migration shows, or by its reference columns."""
    anchor = ledger.plan.storage.anchor
    if anchor is None or anchor.schema is None:
        return []
    table, lines = anchor.schema.table, []
    indexed = [(i, key) for i, key in existing_indexes(ledger) if i.table == table]
    if indexed:
        index, key = indexed[0]
        column = index.columns[0].strip(": ")
        lines.append(
            f"`{table}` by `{column}`: expect an Index Scan, one row or one owner's rows, under 1 ms when cached; a Seq Scan in EXPLAIN (ANALYZE, BUFFERS) fails the review.{ledger.cite(key)}"
        )
    else:
        links = [a for a in anchor.schema.associations if a.kind == "belongs_to"][:2]
        keys = [code_key(anchor.path, a.line) for a in links]
        if links:
            names = listed(f"`{a.name}_id`" for a in links)
            lines.append(
                f"`{table}` by {names}: expect an Index Scan; the migrations at hand show no index, so check {count(len(links), 'column')} with EXPLAIN (ANALYZE, BUFFERS) first.{ledger.cite(*keys)}"
            )
    return lines
