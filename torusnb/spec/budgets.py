"""Numbers of speed and load that a request and its epic give, and what each of them bounds."""

from __future__ import annotations

import re

from torusnb.models.requirements import NonFunctional, Quantity, SpecPack, name_in_pack
from torusnb.spec.durations import latency_quantities
from torusnb.spec.quantities import parse_quantities

_NO_LOAD = re.compile(
    r"\bno\b[^.;]{0,40}\b(?:load|performance)\b[^.;]{0,30}\b(?:test|requirement|target|budget)|"
    r"\bno\b[^.;]{0,20}\blatency (?:requirement|target|budget)|"
    r"\b(?:does|do|is|are) not (?:set|give|state|define|require)\b[^.;]{0,30}\b(?:latency|performance|load)\b"
    r"[^.;]{0,20}\b(?:target|budget|requirement|test)|"
    r"\b(?:load|performance) (?:test\w*|verification|validation)[^.;]{0,20}\bnot (?:required|needed|in scope)",
    re.IGNORECASE,
)
_RATE = re.compile(r"^(?:rps|req/s|qps|ops/s|requests/s|users|learners|students|sessions|events/s|rows/s)")
_PER_SECOND = re.compile(r"^(?:rps|qps|\w+/s)$")
_APART = re.compile(
    r"\b(?:in|as) (?:the |a )?background\b|\bbackground (?:jobs?|work|tasks?)\b|\bnightly\b|\boban\b|\bworkers?\b|"
    r"\bcron\b|\b(?:a|the|its|by) jobs?\b",
    re.IGNORECASE,
)
"""Words of work that nobody waits for."""
_SIZE = re.compile(
    r"\b(?:profiles?|data ?sets?)\b|"
    r"\b(?:small|medium|normal|large|typical)\W{1,5}\d[\d,]* (?:users|learners|students)\b",
    re.IGNORECASE,
)
"""What tells how large the data is that a budget holds for, which is no load."""

_BOUNDING = re.compile(
    r"\s(?:-|–|—)\s|[(:;]|\b(?:must|shall|should|will|has to|have to|is|are|stays?|remains?|under|within|below|at most|"
    r"achieves?|meets?|returns?|completes?|takes?|average|median|latenc(?:y|ies)|p\d\d)\b",
    re.IGNORECASE,
)
"""Where a budget has said what it bounds, and its bound begins."""
_LONGEST_OPERATION = 10


def no_load_statement(pack: SpecPack) -> NonFunctional | None:
    """The pack's own word that load or performance tests are not wanted, or None."""
    return next((nfr for nfr in pack.nonfunctional if _NO_LOAD.search(nfr.text)), None)


def latency_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """What bounds a response or processing time, in ms or s: non-functional requirements, criteria, the epic's budgets.

    A criterion stands as one with its id; of its text only what must then be true counts, and only an upper bound; what
    a job has to be done with by then is no time that anybody waits for an answer (see `job_deadlines`). A
    budget of the epic counts where it is about the feature.
    """
    late = job_deadlines(pack)
    asked = (bound for bound in _asked(pack) if bound not in late)
    stated = [n for n in pack.nonfunctional if not n.general]
    above = [n for n in stated if is_above(n)]
    return tuple(n for n in (*(n for n in stated if n not in above), *asked, *above) if latency_quantities(n))


def job_deadlines(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The criteria that say by when work outside of any request is done, each with its id and its upper bounds."""
    apart = {r.id for r in pack.requirements if _APART.search(f"{r.title} {r.text}")}
    late = {c.id for c in pack.criteria if apart & set(c.requirements) or _APART.search(c.text)}
    return tuple(n for n in _asked(pack) if n.id in late and latency_quantities(n))


def _asked(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The standing criteria as bounds on what must then be true."""
    said = ((c, c.then or c.text) for c in pack.criteria if c.id not in pack.withdrawn)
    return tuple(NonFunctional(c.id, "", text, c.place, _upper_bounds(text)) for c, text in said)


def general_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The bounds of the epic on a response time that are not about the feature: told, and decisive for nothing."""
    return tuple(n for n in pack.nonfunctional if n.general and latency_quantities(n))


def general_rates(pack: SpecPack) -> tuple[tuple[NonFunctional, Quantity], ...]:
    """The loads in a second that the epic gives for all its parts, each with its statement."""
    general = (nfr for nfr in pack.nonfunctional if nfr.general)
    return tuple((nfr, quantity) for nfr in general for quantity in nfr.quantities if is_rate(quantity))


def data_sizes(pack: SpecPack) -> tuple[tuple[NonFunctional, tuple[Quantity, ...]], ...]:
    """The statements that say for how many people's data a budget holds, with these numbers, in their order."""
    counted = (
        (nfr, tuple(q for q in nfr.quantities if _RATE.match(q.unit) and not is_rate(q) and not _loads(nfr, q)))
        for nfr in pack.nonfunctional
    )
    return tuple((nfr, counts) for nfr, counts in counted if counts)


def operation_of(nfr: NonFunctional) -> str:
    """What a budget bounds, as its words begin; empty where they name nothing before the bound."""
    first = min((at for quantity in nfr.quantities if (at := nfr.text.find(quantity.text)) >= 0), default=0)
    named = _BOUNDING.split(nfr.text[:first], maxsplit=1)[0].strip(" ,-*_")
    return named if 0 < len(named.split()) <= _LONGEST_OPERATION else ""


def is_above(nfr: NonFunctional) -> bool:
    """Whether a requirement is one of the epic's documents, in the folder above the pack."""
    return name_in_pack(nfr.place.path).startswith("../")


def _upper_bounds(text: str) -> tuple[Quantity, ...]:
    return tuple(q for q in parse_quantities(text) if q.comparison in {"<=", "<"})


def rate_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The non-functional requirements that set a load: requests per second, concurrent users.

    How many people the data of a benchmark holds (`Large: 2,000 learners`) is no load.
    """
    return tuple(n for n in pack.nonfunctional if not n.general and any(_loads(n, q) for q in n.quantities))


def _loads(nfr: NonFunctional, quantity: Quantity) -> bool:
    if _RATE.match(quantity.unit) is None:
        return False
    return is_rate(quantity) or _SIZE.search(nfr.text) is None


def deciding_quantity(nfr: NonFunctional) -> Quantity:
    """The duration of a target that a release hangs on: its P95, else a further percentile of the tail, else its first.

    A median says nothing of those who wait longest; the target must have a duration (see `latency_targets`).
    """
    found = latency_quantities(nfr)
    tail = {q.statistic.lower(): q for q in reversed(found)}
    return next((tail[name] for name in ("p95", "p99", "p90") if name in tail), found[0])


def load_given(pack: SpecPack) -> tuple[NonFunctional, Quantity] | None:
    """The load that the pack gives, with its statement: a rate before a number of people, or None."""
    rated = [(n, q) for n in rate_targets(pack) for q in n.quantities if _loads(n, q)]
    return min(rated, key=lambda pair: not is_rate(pair[1]), default=None)


def is_rate(quantity: Quantity) -> bool:
    """Whether a quantity counts what comes in a second; a number of people is a size."""
    return _PER_SECOND.match(quantity.unit) is not None


def target_words(nfr: NonFunctional) -> str:
    """The duration that decides, as a person writes it: `P95 ≤ 100 ms`; a threshold of an alert counts as one."""
    quantity = deciding_quantity(nfr)
    return f"{quantity.statistic.upper() or 'at most'} ≤ {quantity.value:g} {quantity.unit}".replace(
        "at most ≤", "at most"
    )
