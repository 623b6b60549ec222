"""Numbers with their units, as targets and limits: `p95 <= 100ms`, `within 2 seconds`, `99.9%`, `10,000 learners`.

A number counts when it has a unit, or a comparison or statistic right before it. Versions, dates, ticket and
requirement numbers, status codes and numbers inside names never do.
"""

from __future__ import annotations

import re

import msgspec

from torusnb.models.requirements import Quantity

_COMPARISONS: tuple[tuple[str, str], ...] = (
    (
        "<=",
        r"<=|=<|≤|⩽|at most|no more than|not more than|not exceed(?:ing)?|never exceeds?|up to|within"
        r"|maximum of|max(?:imum)?|no longer than|limited to|capped at|cap of|or less than|no later than",
    ),
    (">=", r">=|=>|≥|⩾|at least|no less than|no fewer than|minimum of|min(?:imum)?|or more than"),
    ("<", r"<|under|below|less than|fewer than|faster than|shorter than|lower than"),
    (">", r">|over|above|more than|greater than|exceeds?|exceeding|longer than|higher than"),
    ("=", r"==?|equals?|exactly"),
)
_SIGNS = {sign: re.compile(rf"(?:{words})", re.IGNORECASE) for sign, words in _COMPARISONS}
_COMPARISON = "|".join(words for _, words in _COMPARISONS)
_STATISTIC = r"p\d{2}(?:\.\d+)?|median|average|avg|mean|peak|\d{2}(?:\.\d+)?th percentile"
_UNITS: dict[str, str] = {
    "ms": r"ms|msecs?|milliseconds?",
    "us": r"µs|us|microseconds?",
    "s": r"s|secs?|seconds?",
    "min": r"mins?|minutes?",
    "h": r"h|hrs?|hours?",
    "d": r"days?",
    "weeks": r"weeks?",
    "months": r"months?",
    "%": r"%|percent|per cent",
    "rps": r"rps|req(?:uest)?s?(?:/| per )s(?:ec(?:ond)?)?|requests? a second",
    "qps": r"qps|queries(?:/| per )s(?:ec(?:ond)?)?",
    "rpm": r"rpm|requests?(?:/| per )min(?:ute)?",
    "events/s": r"events?(?:/| per )s(?:ec(?:ond)?)?",
    "B": r"bytes?",
    "KB": r"kb|kib|kilobytes?",
    "MB": r"mb|mib|megabytes?",
    "GB": r"gb|gib|gigabytes?",
    "TB": r"tb|tib|terabytes?",
    "x": r"x|×|times",
    "px": r"px|pixels?",
}
_COUNTED = (
    "users|learners|students|instructors|authors|enrollments|sections|courses|pages|activities|questions|items|rows|"
    "records|events|requests|queries|messages|jobs|files|objects|chunks|batches|connections|nodes|processes|attempts|retries|responses|"
    "characters|tokens|samples|points|entries|resources|containers|sessions|tiles|clicks|errors|recipients|emails|words|"
    "regressions|incidents|lines|keys|assigns|objectives|products|projects|revisions"
)
_WORDS_BETWEEN = (
    r"(?:(?:concurrent|active|enrolled|total|xapi|database|db|http|simultaneous|parallel|unique|section|page)\s+)?"
)
_UNIT = "|".join(words for words in _UNITS.values())
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_BESIDE = r"(?:\s+(?:latency|latencies|response times?|duration|render|time|of|is|at|must be|should be))"
_PATTERN = re.compile(
    rf"(?:(?P<statistic>{_STATISTIC})\b{_BESIDE}*[\s:(`]*)?"
    rf"(?:(?<![A-Za-z])(?P<comparison>{_COMPARISON})[\s~`]*)?"
    rf"(?<![\w.,/#:@\[$+-])(?P<number>{_NUMBER})(?P<scale>(?-i:[kKM])(?![\w]))?"
    rf"(?:\s*(?:-|\u2013|to)\s*(?P<upper>{_NUMBER})(?P<upper_scale>(?-i:[kKM])(?![\w]))?)?"
    rf"(?:(?:\s*|-)(?P<unit>{_UNIT})(?![\w])|[\s-]+{_WORDS_BETWEEN}(?P<counted>{_COUNTED})\b)?"
    rf"(?P<after>\s*(?:\(?(?:at )?(?:the )?(?P<late>{_STATISTIC})\b\)?))?",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"^(?:[.:]\d|[-/]\d|[-/]?[A-Za-z_]|\.\w|\))")
_BEFORE_NAME = re.compile(
    r"(?:\b(?:phase|step|week|sprint|version|wcag|lti|http|status|code|node|elixir|otp|phoenix|level|tier|lane|ticket|issue|"
    r"story|section|chapter|part|figure|table|fr|ac|nfr|v|gpt|es|aa|milestone|option|q)|#)\s*[-.]?\s*$",
    re.IGNORECASE,
)
_PERCENTILE = re.compile(
    r"\b(?:(?P<name>p\d{2}(?:\.\d+)?)|(?P<median>median)|(?P<number>\d{2})th[- ]percentile)\b", re.I
)
_TIMES = frozenset({"us", "ms", "s", "min"})
_CLAUSE_END = re.compile(r"[.;!?](?=\s)|\n|,\s+(?:and|but|while)\b")
_SCALES = {"k": 1_000.0, "m": 1_000_000.0}


def parse_quantities(text: str, label: str = "") -> tuple[Quantity, ...]:
    """The quantities in a text, in order; of a range (`1-2 s`) the upper end is the value.

    A time given as `1,000 ms` has the value 1000 and the unit `ms`; nothing is converted. The percentile of a time
    may stand apart from it in its clause (`P99 of the list stays below 2 s`), or in the label above.

    Args:
        text: What holds the numbers.
        label: What the text stands under (`P95 for small exports`).
    """
    found: list[Quantity] = []
    since = 0
    for match in _PATTERN.finditer(text):
        quantity = _quantity(match, text)
        if quantity is None:
            continue
        if quantity.unit in _TIMES:
            if not quantity.statistic:
                before = _CLAUSE_END.split(text[since : match.start()])[-1]
                apart = _one_percentile(before) or _one_percentile(label)
                quantity = msgspec.structs.replace(quantity, statistic=apart)
            since = match.end()
        found.append(quantity)
    return tuple(found)


def _one_percentile(words: str) -> str:
    """The percentile that some words name; of several none, since nothing tells whose a number is."""
    named = list(_PERCENTILE.finditer(words))
    if len(named) != 1:
        return ""
    match = named[0]
    return "p50" if match["median"] else f"p{match['number']}" if match["number"] else match["name"].lower()


def _quantity(match: re.Match[str], text: str) -> Quantity | None:
    unit = _unit(match)
    sign = match["comparison"] or ""
    bare = not unit
    if bare and not (match["statistic"] or sign.strip() in {"<", ">", "<=", ">=", "≤", "≥", "="}):
        return None
    if _BEFORE_NAME.search(text[: match.start()]) and not sign and not match["statistic"]:
        return None
    if bare and _NOT_AFTER.match(text[match.end() :]):
        return None
    value = _value(match["upper"] or match["number"], match["upper_scale"] or match["scale"])
    statistic = _statistic(match["statistic"] or match["late"] or "")
    return Quantity(match.group().strip(" `:("), value, unit, _sign(sign, text[match.end() :]), statistic)


def _unit(match: re.Match[str]) -> str:
    if match["counted"]:
        return match["counted"].lower()
    given = match["unit"]
    if not given:
        return ""
    return next(name for name, words in _UNITS.items() if re.fullmatch(words, given, re.IGNORECASE))


def _value(number: str, scale: str | None) -> float:
    return float(number.replace(",", "")) * _SCALES.get((scale or "").lower(), 1.0)


def _sign(words: str, after: str) -> str:
    for sign, pattern in _SIGNS.items():
        if words and pattern.fullmatch(words.strip()):
            return sign
    if re.match(r"\s+or (?:less|fewer|faster|below|under)\b", after):
        return "<="
    if re.match(r"\s+or (?:more|greater|above|over|higher)\b|\+", after):
        return ">="
    return ""


def _statistic(words: str) -> str:
    bare = words.lower()
    if bare.endswith("percentile"):
        return "p" + bare.split("th", 1)[0]
    return {"avg": "average", "mean": "average", "median": "p50"}.get(bare, bare)
