"""Section 9.3: where time or memory is lost first."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.homes import FUNCTION, asks_cache
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import bullets, code, plain, some

_PAGES = frozenset({"live_view", "component", "asset"})
"""Layers that show what another module has read."""
_MANY = re.compile(
    r"\b(?:lists?|listing|tables?|rows?|grid|each|all|multiple|search\w*|filter\w*|paginat\w*|sort\w*)\b", re.IGNORECASE
)


def draft_hotspots(ledger: Ledger) -> str:
    """Where time or memory is lost first, by what the code and the requirements show."""
    lines = [
        *_waits(ledger), *_lists(ledger), *_hot_functions(ledger), *_fan_out(ledger),
        *ledger.advice("9.3"),
    ]  # fmt: skip
    if lines:
        return bullets(lines)
    bound = next(iter(ledger.given("9.1")), None)
    if bound is not None:
        return (
            "Time is lost first where the bound of section 9 would be broken: a test with the largest input that is "
            f"allowed keeps it.{ledger.cite(*bound.keys)}"
        )
    asks = [r.id for r in ledger.pack.requirements[:2]]
    return (
        "No hotspot shows in the requirements: none reads lists, tells many subscribers or waits for another system."
        f"{ledger.cite(*asks)}"
    )


def _waits(ledger: Ledger) -> list[str]:
    """Calls to systems outside that hold a request."""
    waiting = [r for r in ledger.outside if r not in ledger.plan.runtime.jobs]
    if not waiting:
        return []
    calls, verb = ("call", "holds") if len(waiting) == 1 else ("calls", "hold")
    return [
        f"The outside {calls} of {some(waiting, 3)} {verb} the caller for as long as the other system takes: set a "
        f"timeout within the budget of 9.1, make it outside any transaction.{ledger.cite(*waiting)}"
    ]


def _hot_functions(ledger: Ledger) -> list[str]:
    """The functions that the pack gives steps and a cache for: each caller waits for those steps."""
    lines = []
    for title, steps in ledger.flows.items():
        name = FUNCTION.search(title)
        cached = next((placed for placed in ledger.given("8") if asks_cache(placed.text)), None)
        if name is not None and cached is not None:
            lines.append(
                f"{name.group(0)} runs for each caller that asks: bound its reads to one query a step on a miss, and "
                f"let section 8 answer the rest.{ledger.cite(steps[0].key, cached.key)}"
            )
    return lines[:2]


def _lists(ledger: Ledger) -> list[str]:
    lines = []
    reading = [r for r, kinds in ledger.plan.kinds.items() if kinds[0] == "query" and not ledger.is_boundary(r)]
    many = [r for r in reading if _MANY.search(plain(ledger.requirement(r).text))]
    for requirement in many[:2]:
        match = next((m for m in ledger.plan.matches[requirement] if m.layer not in _PAGES), None)
        function = next((f for f in match.functions if f.public), None) if match is not None else None
        where = f"; {code(f'{function.name}/{function.arity}')} is where it would show" if function is not None else ""
        key = match.key if match is not None else ""
        lines.append(
            f"N+1 in {ledger.named_in(requirement)}: load associations with the "
            f"list, in a fixed number of queries{where}.{ledger.cite(requirement, key)}"
        )
    return lines


def _fan_out(ledger: Ledger) -> list[str]:
    runtime = ledger.plan.runtime
    if runtime.notifying and runtime.topics:
        module, use = runtime.topics[0]
        return [
            f"Fan-out on `{use.name}`: send identifiers, not records, and let each subscriber "
            "decide whether it must read again."
            f"{ledger.cite(runtime.notifying[0], code_key(module.path, use.line))}"
        ]
    return []
