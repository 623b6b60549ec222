"""Section 10: what fails, how it is seen, what happens then."""

from __future__ import annotations

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import bullets, clip, code, criterion, paragraphs, plain, restate
from torusnb.models.requirements import AcceptanceCriterion

_FAILURE = (
    "fail", "invalid", "missing", "unavailable", "error", "reject", "malformed", "timeout", "stale", "deleted",
    "unresolved", "disabled", "blocked", "empty", "no longer", "expired", "conflict", "without",
)  # fmt: skip


def draft_resilience(ledger: Ledger) -> str:
    """A table of failures: those that criteria describe, then those that follow from the plan."""
    rows = [*_described(ledger), *_derived(ledger)]
    if not rows:
        asks = [r.id for r in ledger.pack.requirements[:1]]
        return (
            "No requirement describes a failure, and the plan adds nothing that can fail apart from "
            f"its caller.{ledger.cite(*asks)}"
        )
    table = "\n".join(["| Failure | Seen by | Response |", "|---|---|---|", *rows[:9]])
    return paragraphs(table, bullets([*_reliability(ledger), *ledger.advice("10")]))


def _described(ledger: Ledger) -> list[str]:
    """The criteria whose circumstances are a failure."""
    rows = []
    for asked in ledger.pack.criteria:
        trigger, outcome = _parts(asked)
        if outcome and "event" not in trigger and any(word in trigger.lower() for word in _FAILURE):
            seen = _signal_for(ledger, asked)
            rows.append(f"| {_cell(trigger, 16)} | {seen} | {_cell(outcome, 18)}{ledger.cite(asked.id)} |")
    return rows[:5]


def _parts(asked: AcceptanceCriterion) -> tuple[str, str]:
    """The part of a criterion's circumstances that speaks of a failure, and what must then be true."""
    if asked.then and (asked.when or asked.given):
        parts = [plain(part).strip(" ,.") for part in (asked.when, asked.given) if part]
        failing = next((part for part in parts if any(word in part.lower() for word in _FAILURE)), parts[0])
        return failing, plain(asked.then)
    trigger, arrow, outcome = criterion(asked.text, 40).partition(" → ")
    return (trigger, outcome) if arrow else ("", "")


def _cell(text: str, words: int) -> str:
    return clip(text.strip().rstrip("."), words).replace("|", "/")


def _signal_for(ledger: Ledger, asked: AcceptanceCriterion) -> str:
    """The telemetry event that shows it, by the requirement it belongs to; a log line otherwise."""
    for signal in ledger.signals:
        if signal.key in asked.requirements or "fail" in signal.name or "reject" in signal.name:
            return f"`{signal.name}`"
    return "structured log"


def _derived(ledger: Ledger) -> list[str]:
    """Failures that follow from what the plan adds."""
    plan, rows = ledger.plan, []
    first = f"`{ledger.signals[0].name}`" if ledger.signals else "AppSignal error"
    if plan.storage.migrates:
        asked = plan.storage.requirements[:1]
        rows.append(
            f"| Write to `{plan.storage.table}` fails or conflicts | {first}, changeset error | "
            "The transaction rolls back, the caller keeps the last stored state"
            f"{ledger.cite(*asked, *plan.storage.basis, most=2)} |"
        )
    for requirement in plan.asking("integrate")[:2]:
        rows.append(
            f"| The other side of {requirement} is slow, absent or answers something else ("
            f"{_cell(ledger.short(requirement, 8), 8)}) | timeout, error tuple | Bounded wait, "
            "one retry with jitter where the call is safe to repeat, then the error path"
            f"{ledger.cite(requirement)} |"
        )
    if plan.runtime.jobs:
        worker = next((c for c in plan.of_layer("worker") if set(c.requirements) & set(plan.runtime.jobs)), None)
        name = f"`{worker.name}`" if worker is not None else "The job"
        rows.append(
            f"| {name} fails | Oban exception event | Oban's backoff; after the last attempt the "
            f"job is discarded and an alert names it{ledger.cite(*plan.runtime.jobs)} |"
        )
    if plan.runtime.caching and plan.runtime.caches:
        cache = plan.runtime.caches[0]
        rows.append(
            f"| `{cache.name}` is cold or down | hit ratio | Read from the source; never fail the "
            f"request for it{ledger.cite(cache.key)} |"
        )
    view = next((c for c in plan.of_layer("live_view") if not c.new), None)
    if view is not None:
        rows.append(
            f"| Reconnect in {code(view.name)} during a write | mount after disconnect | Mount "
            f"reads stored state; unsaved input is lost and said so{ledger.cite(view.key)} |"
        )
    return rows


def _reliability(ledger: Ledger) -> list[str]:
    """What the pack itself demands of reliability."""
    asked = [
        n for n in ledger.pack.nonfunctional if any(w in n.area.lower() for w in ("reliab", "resilien", "availab"))
    ]
    return [f"The pack asks: {restate(n.text, 24)}.{ledger.cite(place_key(n.place))}" for n in asked[:2]]
