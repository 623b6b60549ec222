"""The storage decision as one sentence."""

from __future__ import annotations

from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.retention import rows_kept
from torusnb.drafting.offline.storage import BUILT, CONTENT, REUSE
from torusnb.drafting.offline.tables import TableChange
from torusnb.drafting.offline.wording import code, listed, lower_first, some


def storage_sentence(ledger: Ledger) -> str:
    """The storage decision in one sentence."""
    storage = ledger.plan.storage
    fresh = [code(c.table) for c in storage.changes if c.new]
    grown = [code(c.table) for c in storage.changes if not c.new and c.migrates]
    if storage.mode == BUILT:
        text = f"What it stores has its place already: {listed(_places(c) for c in storage.changes)}"
    elif fresh:
        also = f", and {listed(grown)} {'gain' if len(grown) > 1 else 'gains'} columns" if grown else ""
        text = f"State goes into the new {'table' if len(fresh) == 1 else 'tables'} {listed(fresh)}{also}"
    elif grown:
        text = f"State goes into columns on {listed(grown)}"
    elif storage.mode == REUSE:
        text = f"State goes into fields of today, {listed(code(f.name) for f in storage.held[:3])}, without a migration"
    elif storage.mode == CONTENT:
        text = "State lives in the authored JSON content, without a migration"
    elif storage.requirements or ledger.plan.asking("copy"):
        kept = some(list(storage.requirements or ledger.plan.asking("copy")), 3)
        text = f"No table and no column is added; what {kept} {_keeps(kept)} goes through the writes of today"
    elif (said := rows_kept(ledger.pack)) is not None and not storage.basis:
        return (
            f"The pack keeps things and names no table for them: {lower_first(said.text)}.{ledger.cite(*said.evidence)}"
        )
    else:
        denied = "Nothing new is stored in the database"
        text = (
            denied if storage.basis else "The pack does not tell whether anything new is stored; no table is proposed"
        )
    asked = storage.requirements[:1] or tuple(r.id for r in ledger.pack.requirements[:1])
    return f"{text}{_unfit(ledger)}.{ledger.cite(*storage.basis, *asked, most=2)}"


def _unfit(ledger: Ledger) -> str:
    """Why the nearest table of today is no home, where its rows are kept for somebody else."""
    table = ledger.plan.storage.unfit
    return f"; {code(table)} is no home of it, for its unique key tells rows apart by another owner" if table else ""


def _places(change: TableChange) -> str:
    """A table that is there, or its columns that are."""
    if change.built:
        return f"the table {code(change.table)}"
    return f"{listed(code(name) for name in change.there)} of {code(change.table)}"


def _keeps(asked: str) -> str:
    return "keep" if " and " in asked else "keeps"
