"""Section 10: what fails, how it is seen, what happens then."""

from __future__ import annotations

import re

from torusnb.drafting.offline.homes import FUNCTION, asks_cache
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.telling import in_short
from torusnb.drafting.offline.wording import bullets, clip, code, criterion, paragraphs, plain, restate, sentence, some
from torusnb.drafting.offline.work import words_of
from torusnb.models.requirements import AcceptanceCriterion

_FAILURE = re.compile(
    r"\b(?:fail(?:s|ed|ure|ures|ing)?|invalid|missing|(?:not |un)available|errors?|reject\w*|malformed|"
    r"time[sd]? ?out\w*|stale|deleted|(?:un|not |cannot be )resolved|disabled|blocked|empty(?![- ]state)|no longer|"
    r"expired|conflicts?|corrupt\w*|broken|unknown|"
    r"unsupported|unreachable|duplicate (?:events?|requests?|messages?)|cannot|lost|crash\w*)\b",
    re.IGNORECASE,
)


_OUTCOME = re.compile(
    r"^(?P<cause>[^.;:]+?) (?P<modal>must|shall|should|will) (?P<outcome>(?!not\b)[a-z].{8,})$",
    re.IGNORECASE | re.DOTALL,
)
_MANNER = re.compile(
    r"^(?:keep|remove|ensure|preserve|make)\b|, including\b|"
    r"\b(?:copy|states?|guidance|messages?|handling|pages?|work|behaviou?r)$|\b(?:guidance|copy) for\b"
)
"""What names the answer to a failure, or the work on one, and not the failure."""
_HANDLE = re.compile(
    r"^handles? (?P<cause>[^.;]{6,}?) (?P<how>(?:explicitly|gracefully|deterministically|safely|without|by)\b[^.;]*)",
    re.IGNORECASE,
)
_TELLS = re.compile(r"fail|reject|error")
"""An event that tells of a failure."""
_LONG = 26
_UNTOLD = "not said"
"""Where neither the pack nor an event of the design tells how a failure is seen."""
_WATCHES = re.compile(
    r"\b(?:telemetry|metrics?|logs?) (?:is|are) inspected\b|\bevents? (?:is|are) emitted\b", re.IGNORECASE
)
"""A criterion on what is told of failures is no failure."""
_MOST_GIVEN, _MOST_ROWS = 6, 8
_DENIES = re.compile(r"\b(?:den(?:y|ied|ies)|refuse[sd]?|reject(?:s|ed)?)\b", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\b(?:fail(?:s|ed|ure|ures|ing)?|invalid|malformed|unsupported|errors?|reject\w*|time-?outs?|retr(?:y|ies)|"
    r"degrad\w+|fall(?:s|ing)? back|unavailable|missing)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:no|without|zero|not) (?:errors?|failures?|conflicts?)\b", re.IGNORECASE)
_FAILS = re.compile(
    r"\b(?:fail (?:closed|safe\w*|fast|open|gracefully)|fall(?:s)? back|fallbacks?|degrad\w+)\b", re.IGNORECASE
)


def draft_resilience(ledger: Ledger) -> str:
    """A table of failures: those that criteria describe, then those that follow from the plan."""
    rows = [*_given(ledger), *_described(ledger), *_handled(ledger)][:_MOST_GIVEN]
    rows += _derived(ledger)[: _MOST_ROWS - len(rows)]
    said = _fallbacks(ledger)
    if not rows and not said:
        said = _spoken(ledger)
    if not rows and not said:
        asks = [r.id for r in ledger.pack.requirements[:1]]
        return (
            "Not applicable: the plan adds no write, job, cache or outside call, so an error stays with its caller and "
            f"is told there as today.{ledger.cite(*asks)}"
        )
    table = _table(rows) if rows else ""
    return paragraphs(table, bullets([*said, *ledger.advice("10")]))


def _table(rows: list[str]) -> str:
    """The rows below their heads; without the column of what shows a failure where nothing tells it for any."""
    if all(f" | {_UNTOLD} | " in row for row in rows):
        bare = [row.replace(f" | {_UNTOLD} | ", " | ", 1) for row in rows]
        return "\n".join(["| Failure | Response |", "|---|---|", *bare])
    return "\n".join(["| Failure | Seen by | Response |", "|---|---|---|", *rows])


def _spoken(ledger: Ledger) -> list[str]:
    """What criteria, statements and requirements say on failures without a cause of its own, at most six."""
    said = [(c.id, plain(c.text)) for c in ledger.pack.criteria]
    said += [(placed.key, placed.text) for placed in ledger.placed if placed.source in {"nonfunctional", "notes"}]
    said += [(r.id, plain(r.text or r.title)) for r in ledger.pack.requirements if not ledger.is_boundary(r.id)]
    found = [(key, text) for key, text in said if _SPEAKS.search(text) and not _NEGATED.search(text)]
    return [f"{sentence(in_short(text))}{ledger.cite(key)}" for key, text in found[:_MOST_GIVEN]]


def _given(ledger: Ledger) -> list[str]:
    """The pack's statements that put an outcome to a failure: what stands before the verb, and what behind it."""
    rows = []
    for placed in (p for p in ledger.placed if p.home == "10" or p.source == "nonfunctional"):
        match = _OUTCOME.match(placed.text)
        cause = match.group("cause").strip() if match is not None else ""
        if match is not None and _FAILURE.search(cause) and not _MANNER.search(cause) and len(cause.split()) < _LONG:
            outcome = in_short(f"{match.group('modal').capitalize()} {match.group('outcome')}", 28)
            rows.append(
                f"| {sentence(cause).rstrip('.').replace('|', '/')} | {_seen(ledger, cause)} | "
                f"{outcome.replace('|', '/')}{ledger.cite(*placed.keys)} |"
            )
    return rows[:4]


def _handled(ledger: Ledger) -> list[str]:
    """The requirements that ask to handle a state: the state, and how."""
    rows = []
    for requirement in ledger.pack.requirements:
        match = _HANDLE.search(restate(requirement.text or requirement.title, 60))
        if match is not None:
            cause = sentence(match.group("cause")).rstrip(".").replace("|", "/")
            rows.append(
                f"| {cause} | {_seen(ledger, cause)} | Handled {match.group('how')}{ledger.cite(requirement.id)} |"
            )
    return rows[:2]


def _subject(event: str) -> set[str]:
    """What the last part of an event's name speaks of, without the words that only say that it fails."""
    last = re.split(r"[.:]", event.rstrip("]"))[-1]
    return {word for word in words_of(last.replace("_", " ")) if not _TELLS.search(word)}


def _seen(ledger: Ledger, cause: str) -> str:
    """How a failure shows that the pack describes: by an event that tells of it, else where the caller looks."""
    spoken = set(words_of(cause))
    failing = next((s for s in ledger.signals if _TELLS.search(s.name) and spoken & _subject(s.name)), None)
    if failing is not None:
        return f"`{failing.name}`"
    return "the returned value" if ledger.plan.runtime.no_telemetry else _UNTOLD


def _described(ledger: Ledger) -> list[str]:
    """The criteria whose circumstances are a failure."""
    rows = []
    for asked in ledger.pack.criteria:
        trigger, outcome = _parts(asked)
        watched = _WATCHES.search(plain(asked.text)) is not None
        if outcome and not watched and _FAILURE.search(trigger) and not _NEGATED.search(trigger):
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
    return sentence(clip(text.strip().rstrip("."), words)).rstrip(".").replace("|", "/")


def _signal_for(ledger: Ledger, asked: AcceptanceCriterion) -> str:
    """The telemetry event that shows it, by the requirement it belongs to; a log line otherwise."""
    for signal in ledger.signals:
        if signal.key in asked.requirements or "fail" in signal.name or "reject" in signal.name:
            return f"`{signal.name}`"
    return _UNTOLD


def _derived(ledger: Ledger) -> list[str]:
    """Failures that follow from what the plan adds."""
    plan, rows = ledger.plan, []
    failing = next((s for s in ledger.signals if _TELLS.search(s.name) or s.about), None)
    first = f"`{failing.name}`" if failing is not None else "AppSignal error"
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
    own = ledger.cache_owner
    if own is not None or (plan.runtime.caching and plan.runtime.caches):
        kept = own if own is not None else plan.runtime.caches[0]
        name, key = kept.name, kept.key
        rows.append(
            f"| `{name}` is cold or down | hit ratio | Read from the source; never fail the "
            f"request for it{ledger.cite(key)} |"
        )
    elif (cached := next((p for p in ledger.given("8") if asks_cache(p.text)), None)) is not None:
        rows.append(
            "| The cache of section 8 is cold or down | hit ratio | Decide from the source, slower but the same"
            f"{ledger.cite(cached.key)} |"
        )
    rows += _closed(ledger)
    view = next((c for c in plan.of_layer("live_view") if not c.new), None)
    if view is not None and (plan.storage.migrates or plan.storage.requirements or ledger.new_events):
        rows.append(
            f"| Reconnect in {code(view.name)} during a write | mount after disconnect | Mount "
            f"reads stored state; unsaved input is lost and said so{ledger.cite(view.key)} |"
        )
    return rows


def _closed(ledger: Ledger) -> list[str]:
    """A flow that denies when a condition is not met denies too when it cannot be decided."""
    rows = []
    for title, steps in ledger.flows.items():
        denying = next((step for step in steps if _DENIES.search(step.text)), None)
        name = FUNCTION.search(title)
        if denying is not None and name is not None:
            rows.append(
                f"| A read inside {name.group(0)} fails | error log | Deny, as its steps do where a condition is "
                f"not met: it fails closed{ledger.cite(denying.key)} |"
            )
    return rows[:1]


def _fallbacks(ledger: Ledger) -> list[str]:
    """The requirements that say what happens instead."""
    told = [r for r in ledger.pack.requirements if _FAILS.search(plain(f"{r.title} {r.text}"))]
    short = {r.id: ledger.short(r.id, 20) for r in told if not ledger.is_boundary(r.id)}
    return [f"{sentence(text)}{ledger.cite(name)}" for name, text in short.items() if _FAILS.search(text)][:2]
