"""Section 10: what fails, how it is seen, what happens then."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import bullets, clip, code, criterion, paragraphs, plain, restate, sentence, some
from torusnb.models.requirements import AcceptanceCriterion

_FAILURE = re.compile(
    r"\b(?:fail(?:s|ed|ure|ures|ing)?|invalid|missing|(?:not |un)available|errors?|reject\w*|malformed|"
    r"time[sd]? ?out\w*|stale|deleted|(?:un|not |cannot be )resolved|disabled|blocked|empty(?![- ]state)|no longer|"
    r"expired|conflicts?|corrupt\w*|"
    r"unsupported|unreachable|duplicate (?:events?|requests?|messages?)|cannot|lost|crash\w*)\b",
    re.IGNORECASE,
)


_NEGATED = re.compile(r"\b(?:no|without|zero|not) (?:errors?|failures?|conflicts?)\b", re.IGNORECASE)
_FAILS = re.compile(
    r"\b(?:fail (?:closed|safe\w*|fast|open|gracefully)|fall(?:s)? back|fallbacks?|degrad\w+)\b", re.IGNORECASE
)


def draft_resilience(ledger: Ledger) -> str:
    """A table of failures: those that criteria describe, then those that follow from the plan."""
    rows = [*_described(ledger), *_derived(ledger)]
    said = _reliability(ledger)
    if not rows and not said:
        asks = [r.id for r in ledger.pack.requirements[:1]]
        return (
            "The pack describes no failure; the plan adds no write, job, cache or outside call, so an error stays with "
            f"its caller.{ledger.cite(*asks)}"
        )
    table = "\n".join(["| Failure | Seen by | Response |", "|---|---|---|", *rows[:8]]) if rows else ""
    return paragraphs(table, bullets([*said, *ledger.advice("10")]))


def _described(ledger: Ledger) -> list[str]:
    """The criteria whose circumstances are a failure."""
    rows = []
    for asked in ledger.pack.criteria:
        trigger, outcome = _parts(asked)
        if outcome and _FAILURE.search(trigger) and not _NEGATED.search(trigger):
            seen = _signal_for(ledger, asked)
            rows.append(f"| {_cell(trigger, 16)} | {seen} | {_cell(outcome, 18)}{ledger.cite(asked.id)} |")
    return rows[:5]


def _parts(asked: AcceptanceCriterion) -> tuple[str, str]:
    """The part of a criterion's circumstances that speaks of a failure, and what must then be true."""
    if asked.then and (asked.when or asked.given):
        parts = [plain(part).strip(" ,.") for part in (asked.when, asked.given) if part]
        failing = next((part for part in parts if _FAILURE.search(part)), parts[0])
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
    waiting = ledger.outside
    if waiting:
        rows.append(
            f"| The system behind {some(list(waiting), 3)} is slow, absent or wrong | timeout, error tuple | "
            "Bounded wait, "
            "one retry with jitter where the call is safe to repeat, then the error path"
            f"{ledger.cite(*waiting)} |"
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
    if view is not None and (plan.storage.migrates or plan.storage.requirements or ledger.new_events):
        rows.append(
            f"| Reconnect in {code(view.name)} during a write | mount after disconnect | Mount "
            f"reads stored state; unsaved input is lost and said so{ledger.cite(view.key)} |"
        )
    return rows


def _reliability(ledger: Ledger) -> list[str]:
    """What the pack itself demands of reliability."""
    areas = ("reliab", "resilien", "availab", "robust")
    asked = [n for n in ledger.pack.nonfunctional if any(word in n.area.lower() for word in areas)]
    asked += [n for n in ledger.pack.nonfunctional if n not in asked and _FAILURE.search(n.text)]
    told = [r for r in ledger.pack.requirements if _FAILS.search(plain(f"{r.title} {r.text}"))]
    lines = [f"{sentence(ledger.short(r.id, 20))}{ledger.cite(r.id)}" for r in told[:2]]
    return lines + [f"The pack asks: {restate(n.text, 24)}.{ledger.cite(place_key(n.place))}" for n in asked[:2]]
