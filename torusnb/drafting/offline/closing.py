"""Sections 14, 15 and 17: what must keep working, risks, references."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.pitfalls import risks_of_traps
from torusnb.drafting.offline.requirements import is_assumed
from torusnb.drafting.offline.storage import CONTENT
from torusnb.drafting.offline.unplaced import without_home
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    code,
    count,
    listed,
    lower_first,
    plain,
    sentence,
    some,
)  # fmt: skip
from torusnb.models.requirements import NonFunctional, Statement

_KEEP = re.compile(
    r"\b(?:backwards?[- ]compat\w*|legacy|existing \w+(?: \w+)? (?:remain|continue|must|stay|behav)|"
    r"unchanged|preserv\w+ (?:\w+ ){0,3}?(?:existing|current|legacy|today|behaviou?rs?|compatib\w+)|"
    r"without (?:changing|breaking)|continues? to|keep working|regress\w*)\b",
    re.IGNORECASE,
)
_MOST_RISKS = 20
"""Risks told one by one; the places of more stand together."""


def draft_compatibility(ledger: Ledger) -> str:
    """What of today must stay, by the pack's own words; or why there is nothing to keep."""
    pack, storage = ledger.pack, ledger.plan.storage
    lines = []
    kept = [r for r in pack.requirements if _KEEP.search(plain(f"{r.title} {r.text}"))]
    lines += [f"{sentence(ledger.short(r.id, 22))}{ledger.cite(r.id)}" for r in kept[:3]]
    said: tuple[NonFunctional | Statement, ...] = (
        *pack.nonfunctional,
        *pack.flags,
        *pack.data_notes,
        *pack.interface_notes,
        *pack.integration_notes,
    )
    spoken = [n for n in said if _KEEP.search(plain(n.text))]
    lines += [f"{sentence(plain(n.text))}{ledger.cite(place_key(n.place))}" for n in spoken[: 4 - len(lines)]]
    if storage.mode == CONTENT:
        names = listed(code(f.name) for f in storage.fields[:3]) or "the new keys"
        lines.append(
            f"Documents without {names} read as they do today: a missing key is the old "
            f"behaviour, and no stored revision is rewritten.{ledger.cite(*storage.basis)}"
        )
    grown = [change for change in storage.changes if change.migrates and not change.new]
    if grown and lines:
        tables = listed(code(change.table) for change in grown)
        lines.append(
            f"During the rollout old and new code run side by side on {tables}; a rollback leaves unread columns, not "
            f"broken rows.{ledger.cite(*(change.key for change in grown), most=2)}"
        )
    if lines:
        return bullets([*lines, *ledger.advice("14")])
    asks = [r.id for r in pack.requirements[:2]]
    reason = "no requirement changes the activity or page model, and none speaks of stored content of today"
    return f"Not applicable: {reason}.{ledger.cite(*asks)}"


def draft_risks(ledger: Ledger) -> str:
    """The pack's own risks first, then those the plan and the assumptions bring, then those of the code around."""
    lines = [_own(ledger, position) for position in range(min(_MOST_RISKS, len(ledger.pack.risks)))]
    if rest := ledger.pack.risks[_MOST_RISKS:]:
        keys = [place_key(risk.place) for risk in rest]
        lines.append(f"{count(len(rest), 'further risk')} of the pack.{ledger.cite(*keys, most=len(keys))}")
    lines += _derived(ledger)[: max(1, 5 - len(lines))]
    return bullets([*lines, *risks_of_traps(ledger), *ledger.advice("15")])


def _own(ledger: Ledger, position: int) -> str:
    risk = ledger.pack.risks[position]
    cure = plain(risk.mitigation).rstrip(".") or "the pack gives no mitigation; the tests of section 13 watch it"
    return f"**{sentence(plain(risk.text)).rstrip('.')}** → {lower_first(cure)}.{ledger.cite(place_key(risk.place))}"


def _derived(ledger: Ledger) -> list[str]:
    plan, lines = ledger.plan, []
    orphans = without_home(ledger)
    if orphans:
        lines.append(
            f"**No module is chosen for {some(orphans, 3)} yet**, so the effort is a guess → build "
            f"a thin slice of {orphans[0]} first.{ledger.cite(*orphans)}"
        )
    waiting = [r for r in ledger.outside if r not in plan.runtime.jobs]
    if waiting:
        lines.append(
            f"**The system that {waiting[0]} calls is slow or down while a person waits** → the timeout and the error "
            f"path of section 10, tested before the rollout.{ledger.cite(waiting[0])}"
        )
    grown = next((c for c in plan.storage.changes if c.migrates and not c.new), None)
    if grown is not None:
        lines.append(
            f"**The migration of `{grown.table}` holds a lock longer than a deploy tolerates** → additive steps only, "
            f"an index of its own built concurrently.{ledger.cite(grown.key)}"
        )
    heavy = next((u for u in ledger.assumptions if u.impact == "high" and not u.stated and is_assumed(u)), None)
    if heavy is not None:
        risk = clip(plain(heavy.risk).rstrip("."), 20)
        lines.append(
            f"**{heavy.id} is wrong**: {lower_first(risk)} → settle it before the code that rests "
            f"on it.{ledger.cite(heavy.id)}"
        )
    lines += _load_of_one(ledger)
    return lines


def _load_of_one(ledger: Ledger) -> list[str]:
    """The risk that most changes meet in one module."""
    lines: list[str] = []
    crowded = _crowded(ledger)
    if crowded is not None:
        name, asked, key = crowded
        lines.append(
            f"**{code(name)} carries {count(len(asked), 'requirement')}** ({some(asked, 4)}), so "
            "changes collide there → land them one by one, behind tests that pin it first."
            f"{ledger.cite(key)}"
        )
    return lines


def _crowded(ledger: Ledger) -> tuple[str, list[str], str] | None:
    """The component with most requirements, where that is more than a third of them and at least three."""
    busiest = max(ledger.plan.existing, key=lambda c: len(c.requirements), default=None)
    total = len(ledger.pack.requirements)
    if busiest is None or len(busiest.requirements) < 3 or len(busiest.requirements) * 3 < total:
        return None
    return busiest.name, list(busiest.requirements), busiest.key


def draft_references(ledger: Ledger) -> str:
    """One sentence; the list itself is made from the sources that the sections cite."""
    asks = [s.place for s in ledger.pack.summary[:1]]
    basis = ledger.cite(*(place_key(p) for p in asks), *(r.id for r in ledger.pack.requirements[:1]), most=1)
    commit = ledger.context.commit_id or ledger.code.commit.id
    lead = ledger.plan.existing[0] if ledger.plan.existing else None
    seen = f", and the code as of `{commit}`" if lead is not None else ""
    return (
        f"The design of {ledger.title} rests on `{_pack_path(ledger)}`{seen}; each outside source says when it was "
        f"captured, or that it was not accessed.{basis}"
    )


def _pack_path(ledger: Ledger) -> str:
    """The document that says what the feature is: the first that the pack was read from."""
    stamp = next((s.path for s in ledger.pack.stamps), "prd.md")
    return "/".join(stamp.rsplit("/", 2)[-2:]) if stamp.count("/") >= 2 else stamp
