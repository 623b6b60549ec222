"""What a draft will take, before its first request is sent: the least, what is likely, and the most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from torusnb.messages.estimates import estimate_tokens, least_usage, measure_extent
from torusnb.messages.prices import PriceList, estimate_cost
from torusnb.models.base import Value
from torusnb.models.messages import ModelRequest, Usage
from torusnb.models.planned import Course, Planned


class Taken(Value, frozen=True):
    """What something takes: requests, tokens, and US dollars (None for a model without a price)."""

    requests: float = 0.0
    tokens_in: float = 0.0
    tokens_out: float = 0.0
    dollars: float | None = 0.0


class Forecast(Value, frozen=True):
    """What a draft takes.

    Attributes:
        courses: The names of the courses, in their order.
        steps: For each step of the work (`first replies`, `look-ups`, `repairs`, `revisions`) what it takes on each.
        as_of: The day of the price list.
    """

    courses: tuple[str, ...]
    steps: dict[str, tuple[Taken, ...]]
    as_of: str

    @property
    def total(self) -> tuple[Taken, ...]:
        """All steps together, for each course."""
        return tuple(_sum(taken) for taken in zip(*self.steps.values(), strict=True))


STEPS = ("first replies", "look-ups", "repairs", "revisions")


def forecast(planned: Sequence[Planned], courses: Sequence[Course], prices: PriceList) -> Forecast:
    """What the requests will take on each course, if they are sent in this order.

    Nothing is asked: tokens are estimated on the high side from the bytes. A request in a batch costs its share of the
    price in the first turn only, and on a course that trusts no cache nothing at all is taken off.
    """
    taken = [_course(planned, course, prices) for course in courses]
    steps = {step: tuple(each[step] for each in taken) for step in STEPS}
    return Forecast(tuple(course.name for course in courses), steps, prices.as_of)


def render_forecast(found: Forecast) -> str:
    """The forecast as a Markdown table: a row for each step, and the sum."""
    lines = [
        f"| step | {' | '.join(f'requests, {name} | US dollars, {name}' for name in found.courses)} |",
        f"|---|{'---:|---:|' * len(found.courses)}",
    ]
    for step, taken in (*found.steps.items(), ("together", found.total)):
        cells = " | ".join(f"{math.ceil(each.requests):,} | {_dollars(each)}" for each in taken)
        lines.append(f"| {step} | {cells} |")
    return "\n".join(lines) + "\n"


def _course(planned: Sequence[Planned], course: Course, prices: PriceList) -> dict[str, Taken]:
    seen: set[str] = set()
    found: dict[str, list[Taken]] = {step: [] for step in STEPS}
    for each in planned:
        first, others, repair = _exchange(each, course, prices, seen)
        if each.first:
            found["first replies"].append(first)
            found["look-ups"].append(others)
            found["repairs"].append(repair)
        if each.revisable:
            alone = replace(each, lookups=each.when_revised, batched=False)
            anew = _exchange(alone, course, prices, seen) if each.batched else (first, others, repair)
            found["revisions"].append(_times(_sum(anew), course.rounds if each.each_round else course.revised))
    return {step: _sum(taken) for step, taken in found.items()}


def _exchange(each: Planned, course: Course, prices: PriceList, seen: set[str]) -> tuple[Taken, Taken, Taken]:
    """The first turn, the turns of look-ups, and the repair of one request, look-ups again included."""
    request = each.request
    size, out = estimate_tokens(request), math.ceil(course.written * request.max_tokens)
    extent = measure_extent(request)
    if course.cached:
        usage = least_usage(request, size, seen)
        usage = Usage(usage.input + course.grown, out, usage.cache_write, usage.cache_read)
    else:
        usage = Usage(0 if extent.marked else size + course.grown, out, size + course.grown if extent.marked else 0)
    turns = math.ceil(course.lookups * each.lookups)
    first = _taken(request, usage, prices, batch=each.batched and course.cached)
    # Each look-up adds a turn that asks and its answer; which of the turns writes the text hardly moves the price.
    said, asked = size + course.grown, math.ceil(course.asking * request.max_tokens)
    more = asked + course.answer
    others = [_turn(request, said + n * more, more, asked, course, prices) for n in range(turns)]
    repair = _turn(request, said + turns * more, out + course.answer, out, course, prices)
    return first, _sum(others), _times(repair, course.repaired)


def _turn(request: ModelRequest, before: int, more: int, out: int, course: Course, prices: PriceList) -> Taken:
    """A further turn: what was said before, what came since then, and what it writes."""
    if measure_extent(request).marked:
        usage = Usage(0, out, more, before) if course.cached else Usage(0, out, before + more)
    else:
        usage = Usage(before + more, out)
    return _taken(request, usage, prices)


def _taken(request: ModelRequest, usage: Usage, prices: PriceList, *, batch: bool = False) -> Taken:
    cost = estimate_cost(prices, request.model, usage, batch=batch)
    return Taken(1, usage.prompt, usage.output, cost)


def _times(taken: Taken, factor: float) -> Taken:
    dollars = None if taken.dollars is None else taken.dollars * factor
    return Taken(taken.requests * factor, taken.tokens_in * factor, taken.tokens_out * factor, dollars)


def _sum(all_taken: Iterable[Taken]) -> Taken:
    parts = tuple(all_taken)
    known = [each.dollars for each in parts if each.dollars is not None]
    return Taken(
        sum(each.requests for each in parts),
        sum(each.tokens_in for each in parts),
        sum(each.tokens_out for each in parts),
        sum(known) if len(known) == len(parts) else None,
    )


def _dollars(taken: Taken) -> str:
    return "not known" if taken.dollars is None else f"{taken.dollars:.2f}"
