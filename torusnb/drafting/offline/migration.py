"""Section 6.1's tables: their columns, the migration in steps that are safe online, and the indexes they need."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.columns import NewField
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.tables import TableChange
from torusnb.drafting.offline.wording import bullets, clip, code, listed, plain, some
from torusnb.models.requirements import Statement

_BACKFILL = re.compile(
    r"\bbackfill\w*|\bpopulat\w+ (?:\w+ ){0,3}existing\b|\b(?:for|in|on|migrat\w+) existing (?:rows|records|data)\b",
    re.IGNORECASE,
)
_NO_BACKFILL = re.compile(r"\b(?:no|without|not)\b[^.;]{0,40}\bbackfill|\bbackfill\w* (?:is )?not\b", re.IGNORECASE)
_FILTERED = re.compile(r"\b(?:filter|search|quer|sort|look(?:ed|s)? up)\w*\b", re.IGNORECASE)


def tell_changes(ledger: Ledger) -> str:
    """The tables that change; new ones that one note names without a column are told together."""
    told: dict[str, list[TableChange]] = {}
    for change in ledger.plan.storage.changes:
        bare = change.new and not change.fields
        told.setdefault(change.key if bare else f"`{change.table}`", []).append(change)
    return "\n".join(
        _tell_bare(ledger, changes) if len(changes) > 1 else _tell(ledger, changes[0]) for changes in told.values()
    )


def _tell_bare(ledger: Ledger, changes: list[TableChange]) -> str:
    names = listed(code(change.table) for change in changes)
    said = _said(ledger, changes[0])
    return bullets([f"{names} (new tables){said}; the pack names none of their columns.{ledger.cite(changes[0].key)}"])


def _said(ledger: Ledger, change: TableChange) -> str:
    """What the note on a table says behind its name; empty where no note speaks of it."""
    note = next((s for s in ledger.pack.data_notes if place_key(s.place) == change.key), None)
    return f": {clip(_after_name(plain(note.text)), 40)}" if note is not None else ""


def _tell(ledger: Ledger, change: TableChange) -> str:
    """A table that changes, with its columns below it, each with what the pack and the checkout say of it."""
    if not change.migrates:
        return bullets([_standing(ledger, change)])
    said = _said(ledger, change)
    kind = "new table" if change.new else "columns added"
    head = bullets([f"`{change.table}` ({kind}){said}.{ledger.cite(change.key, *change.also)}"])
    columns = bullets((_column(ledger, change, field) for field in change.fields), indent=2)
    return "\n".join(part for part in (head, columns, bullets([_unsaid(ledger, change)], indent=2)) if part)


def _standing(ledger: Ledger, change: TableChange) -> str:
    """A table or columns that the pack wants and that the checkout has: where they are, and what differs."""
    module = ledger.code.tables.get(change.table)
    names = listed(code(name) for name in change.there)
    if module is None or module.schema is None:
        return f"`{change.table}` exists already{f', with {names}' if names else ''}.{ledger.cite(change.key)}"
    schema = module.schema
    if not change.built:
        field = next((f for f in schema.fields if f.name in change.there), None)
        line = field.line if field is not None else schema.line
        verb = "is" if len(change.there) == 1 else "are"
        basis = ledger.cite(change.key, code_key(module.path, line))
        return f"`{change.table}`: {names} {verb} there already, at `{module.path}:{line}`.{basis}"
    basis = ledger.cite(change.key, code_key(module.path, schema.line))
    columns = [code(f.name) for f in schema.fields]
    columns += [code(f"{link.name}_id") for link in schema.associations if link.kind == "belongs_to"]
    lacks = listed(code(name) for name in change.lacking)
    differs = f"; of the pack's names it lacks {lacks}, so compare them before adding a column" if lacks else ""
    return (
        f"`{change.table}` exists already, at `{module.path}:{schema.line}`, with {some(columns, 8)}{differs}.{basis}"
    )


def _after_name(text: str) -> str:
    """What a note says after the names it begins with."""
    return re.sub(
        r"^(?:`[^`]+`(?:\s*(?:/|,|and)\s*)?)+\s*(?:table|schema)?\s*"
        r"(?::|(?=for\b)|(?:also )?(?:gets?|gains?|receives?)\b)\s*",
        "",
        text,
    )


def _column(ledger: Ledger, change: TableChange, field: NewField) -> str:
    parts = [f"`{field.type}`" if field.type else "the pack gives no type"]
    if field.type == "Ecto.Enum":
        values = listed(f"`:{value}`" for value in field.values)
        parts = (
            [parts[0], f"values {values}"] if values else ["an `Ecto.Enum` or a `:string`, the pack lists no values"]
        )
    if field.references:
        parts.append(_reference(field))
    parts.append(_nullness(ledger, change, field))
    said = "" if field.key == change.key else ledger.cite(field.key)
    return f"`{field.name}`: {', '.join(part for part in parts if part)}{'.' if said else ''}{said}"


def _reference(field: NewField) -> str:
    targets = field.references.split(" or ")
    if len(targets) == 1:
        return f"references `{targets[0]}`"
    return f"the pack leaves open whether it refers to {listed((f'`{name}`' for name in targets), 'or to')}"


def _nullness(ledger: Ledger, change: TableChange, field: NewField) -> str:
    """What a row holds where nobody gave a value: a table without rows needs no gap for old ones."""
    if field.optional:
        return "nullable, because the pack calls it optional"
    if field.later and not field.default:
        return "nullable: a row begins without it"
    default = _default(field)
    if default:
        return f"default `{default}`, not null"
    if change.new:
        return "not null"
    if field in _filled(ledger, change):
        return "nullable until backfilled"
    return "nullable: rows of today have no value, and the pack gives no default"


def _default(field: NewField) -> str:
    if field.default:
        bare = field.default.lstrip(":")
        return f":{bare}" if field.type == "Ecto.Enum" else field.default
    return {":boolean": "false", ":map": "%{}"}.get(field.type, "[]" if field.type.startswith("{:array") else "")


def _unsaid(ledger: Ledger, change: TableChange) -> str:
    """What a new table lacks in the pack: columns, or what makes a row unique."""
    if not change.new:
        return ""
    if not change.fields:
        return f"The pack names none of its columns.{ledger.cite(change.key)}"
    if not change.unique:
        told = "What makes a row unique the pack does not say; settle it before the migration, with its unique index."
        return f"{told}{ledger.cite(change.key)}"
    return ""


def _backfills(ledger: Ledger) -> list[Statement]:
    said = (*ledger.pack.data_notes, *ledger.pack.rollout, *ledger.pack.flags, *ledger.pack.notes)
    return [note for note in said if _BACKFILL.search(note.text) and not _NO_BACKFILL.search(note.text)]


def _filled(ledger: Ledger, change: TableChange) -> tuple[NewField, ...]:
    """The columns of a table of today that the pack wants filled: those it names, else those without a default."""
    if change.new:
        return ()
    said = " ".join(note.text for note in _backfills(ledger))
    named = tuple(field for field in change.fields if f"`{field.name}`" in said)
    bare = tuple(field for field in change.fields if not _default(field) and not field.optional)
    return named or (bare if said else ())


def migration_steps(ledger: Ledger) -> list[str]:
    """The migration, one deploy each where that makes it safe while the old code still runs."""
    storage = ledger.plan.storage
    basis = ledger.cite(*(change.key for change in storage.changes), *storage.requirements[:1], most=2)
    fresh = [change for change in storage.changes if change.new]
    grown = [change for change in storage.changes if not change.new and change.migrates]
    steps = [*_created(ledger, fresh), *(_added(ledger, change) for change in grown)]
    reads = " and reads an absent value as the behaviour of today" if any(_gaps(change) for change in grown) else ""
    steps.append(f"Deploy the code that writes {'them' if len(storage.fields) != 1 else 'it'}{reads}.{basis}")
    for change in grown:
        filled = _filled(ledger, change)
        if filled:
            keys = [place_key(note.place) for note in _backfills(ledger)]
            steps.append(
                f"Backfill {listed(code(f.name) for f in filled)} of `{change.table}` in batches by primary key, "
                f"outside the migration, then set `null: false`.{ledger.cite(*keys, most=2)}"
            )
    tables = listed(code(change.table) for change in fresh)
    columns = "the added columns" if grown else ""
    steps.append(
        f"Way back: `down` drops {listed(part for part in (tables, columns) if part)}; code of "
        f"the release before ignores what it does not know.{basis}"
    )
    return steps


def _created(ledger: Ledger, fresh: list[TableChange]) -> list[str]:
    if not fresh:
        return []
    names = listed(code(change.table) for change in fresh)
    keyed = listed(code(change.table) for change in fresh if change.unique)
    unique = f" and the unique index of {keyed}" if keyed else ""
    basis = ledger.cite(*(change.key for change in fresh), most=2)
    return [
        f"Create {names} with timestamps{unique}: no row exists yet, so required columns are `null: false` at once and "
        f"nothing is backfilled.{basis}"
    ]


def _added(ledger: Ledger, change: TableChange) -> str:
    names = listed(code(f.name) for f in change.fields) or "the columns, which the pack does not name,"
    gaps = _gaps(change)
    how = (
        f"{listed(code(f.name) for f in gaps)} nullable, any other with its constant default"
        if gaps and len(gaps) < len(change.fields)
        else "nullable"
        if gaps or not change.fields
        else "with a constant default and `null: false`"
    )
    return f"Add {names} to `{change.table}`, {how}: a short lock, and no row is rewritten.{ledger.cite(change.key)}"


def call_tables_new(ledger: Ledger, texts: Mapping[str, str]) -> dict[str, str]:
    """The sections in which each table that the design makes is called new where the pack only says `table`."""
    made = [re.escape(code(change.table)) for change in ledger.plan.storage.changes if change.new]
    if not made:
        return dict(texts)
    bare = re.compile(rf"“[^”]*”|(?<!new )({'|'.join(made)}) (?=(?:join )?table\b)")

    def called(match: re.Match[str]) -> str:
        return f"new {match.group(0)}" if match.group(1) else match.group(0)

    return {section: bare.sub(called, text) for section, text in texts.items()}


def _gaps(change: TableChange) -> list[NewField]:
    """The columns of a table of today in which its rows have no value at first."""
    return [field for field in change.fields if field.optional or not _default(field)]


def needed_indexes(ledger: Ledger) -> list[str]:
    """The indexes that the changed tables need: what is unique, what refers to another table, what lists filter by."""
    lines = []
    for change in ledger.plan.storage.changes:
        if not change.migrates:
            continue
        if change.unique:
            columns = ", ".join(code(name) for name in change.unique)
            where = f", for rows where {code(change.where)} alone" if change.where else ""
            keys = dict.fromkeys(field.key for field in change.fields if field.name in change.unique)
            basis = ledger.cite(*change.also[-1:], *keys, most=2) if change.where else ledger.cite(*keys, most=2)
            lines.append(f"Unique on `{change.table}` ({columns}){where}, as the pack keys it.{basis}")
        for field in change.fields:
            refers = field.references and " or " not in field.references and field.name not in change.unique[:1]
            if refers and change.new:
                lines.append(
                    f"`{change.table}` (`{field.name}`), for reads from `{field.references}` and for its deletes."
                    f"{ledger.cite(field.key)}"
                )
            elif not refers and (asks := _filters(ledger, field)):
                lines.append(
                    f"`{change.table}` (`{field.name}`), because the pack filters by it: EXPLAIN on real counts "
                    f"first, then the index, concurrently and in a migration of its own.{ledger.cite(asks)}"
                )
    return lines


def _filters(ledger: Ledger, field: NewField) -> str:
    """The key of a statement of the pack that filters or lists by a column; empty for none."""
    names = re.compile(rf"\b{re.escape(field.name)}\b|\b{re.escape(field.name.replace('_', ' '))}\b", re.IGNORECASE)
    pack = ledger.pack
    said = [(r.id, r.text) for r in pack.requirements] + [(c.id, c.text) for c in pack.criteria]
    said += [(place_key(n.place), n.text) for n in pack.nonfunctional]
    for group in (pack.interface_notes, pack.integration_notes, pack.data_notes, pack.notes):
        said += [(place_key(note.place), note.text) for note in group]
    clauses = ((key, clause) for key, text in said for clause in re.split(r"[.;]\s", text))
    return next((key for key, clause in clauses if names.search(clause) and _FILTERED.search(clause)), "")
