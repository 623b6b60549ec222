"""Which durations bound the time that somebody waits for an answer, and which are of another kind."""

from __future__ import annotations

import re

from torusnb.models.requirements import NonFunctional, Quantity

LATENCY_UNITS = frozenset({"ms", "s"})
"""The units of a latency; longer ones are lifetimes and schedules."""

_ANSWERS = re.compile(
    r"\b(?:p\d\d|latenc\w+|respon[ds]\w*|answers?|return(?:s|ed)?|render\w*|loads?|loading|complet\w+|process\w*|"
    r"lookups?|resol\w+|overhead|updates?|appl(?:y|ies|ied)|visible|appears?|shown?|saves?|saving|opens?|fast|faster|"
    r"within|quer(?:y|ies)|computes?|takes?|acknowledg\w+)\b",
    re.IGNORECASE,
)
_OTHER_KIND = re.compile(
    r"\b(?:ttls?|time[- ]to[- ]live|expir\w+|retention|retain\w*|kept for|keep for|cached for|lifetime|polls?|polling|"
    r"intervals?|debounc\w*|throttl\w*|time[- ]?outs?|timed out|schedul\w*|every|back-?off|retr(?:y|ies)|cool-?down|"
    r"grace period|window|delays?|animation\w*|transition duration)\b",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"\b(?:progress|spinner|skeleton|loading (?:state|indicator|message)|status (?:text|message|indicator)|heartbeat|"
    r"keep-?alive|partial results?|feedback that)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;.](?=\s|$)|,\s+(?=(?:and|but|while|with|which)\b)")


def latency_quantities(nfr: NonFunctional) -> tuple[Quantity, ...]:
    """The quantities of a statement that bound a response or processing time, in its order.

    A percentile always does. A duration does unless the clause around it speaks of a lifetime, a schedule, a pause, a
    timeout, or of showing that work goes on: those are decisions, but no measure of speed.
    """
    return tuple(q for q in nfr.quantities if q.unit in LATENCY_UNITS and _bounds(nfr, q))


def _bounds(nfr: NonFunctional, quantity: Quantity) -> bool:
    if re.fullmatch(r"p\d\d", quantity.statistic, re.IGNORECASE):
        return True
    clause = _clause_around(nfr.text, quantity.text)
    if _OTHER_KIND.search(clause) or _PROGRESS.search(clause):
        return False
    return _ANSWERS.search(f"{nfr.area} {clause}") is not None or "perform" in nfr.area.lower()


def _clause_around(text: str, words: str) -> str:
    """The clause that holds some words; the whole text where they stand in none."""
    place = text.find(words)
    if place < 0:
        return text
    ends = [match.start() for match in _CLAUSE.finditer(text)]
    first = max((end for end in ends if end < place), default=-1) + 1
    last = min((end for end in ends if end >= place + len(words) - 1), default=len(text))
    return text[first:last]
