"""What a target in time measures: the words around its number, without the percentile that has a column of its own."""

from __future__ import annotations

import re

from torusnb.drafting.offline.wording import clip, plain
from torusnb.models.requirements import NonFunctional

_LEADING = re.compile(
    r"[\s,;:]+(?:(?:should|shall|must|will|can)(?:\s+\w+)?|stays?|remains?|is|are|at|in|of|to|for|with|within|under|below|must|be|answers?|and|when|p\d\d)$",
    re.IGNORECASE,
)
_ALERT = re.compile(r"^(?:[\w-]+ )?alerts? (?:when|if|on)\s+(?:p\d\d\s+)?", re.IGNORECASE)
"""The words around what an alert watches."""
_NO_SUBJECT = re.compile(
    r"(?:under|within|below|at|in|less|no|the|target|budget|max\w*|latency|p\d\d)?$", re.IGNORECASE
)
_OF_PERCENTILE = re.compile(
    r"^(?:the\s+)?(?:p\d\d(?:\.\d+)?|\d\dth[- ]percentile|median)\s+(?:(?:of|for|on|to)\s+)?(?:the\s+)?(?=\w)",
    re.IGNORECASE,
)
"""How a percentile begins what is measured: it has a column of its own."""
_SLOWED = re.compile(
    r"^(?:it )?(?:must|should|shall|may) not slow (?:down )?(?P<what>.+?)(?: down)?(?: by)?$", re.IGNORECASE
)
"""How a bound is given on what a feature adds to the time of something."""
_VALUE = re.compile(r"\s+(?:must|shall|should|will)(?:\s+\w+){0,2}:\s+`?[\w -]{1,24}`?$")
"""The name of the first of several values behind what all of them bound."""
_CLAUSE = re.compile(r";\s+|(?<=[.!?])\s+(?=[A-Z])")
_LISTED = re.compile(
    r"(?P<lead>[^:;]{8,}?)(?:\s+(?:must|shall|should|will)(?:\s+\w+){0,2})?:\s+(?P<items>`?[\w -]{1,24}`?:\s.+)"
)
_LABELLED = re.compile(r"(?P<label>`?[\w -]{1,24}`?):\s+(?P<rest>.+)")
_LEAST_LISTED = 2


def measure(nfr: NonFunctional) -> str:
    """What a target measures: the words of the clause before its first number, or the beginning of the statement."""
    text = plain(nfr.text)
    places = [text.find(plain(quantity.text)) for quantity in nfr.quantities]
    before = re.split(r"[.;]\s", text[: min((place for place in places if place > 0), default=0)])[-1].strip(" ,;:(")
    before = _VALUE.sub("", before)
    while (shorter := _LEADING.sub("", before)) != before:
        before = shorter
    watched = _ALERT.sub("", before)
    bare = _OF_PERCENTILE.sub("", watched)
    watched = watched if _NO_SUBJECT.fullmatch(bare) else bare
    watched = _SLOWED.sub(r"what is added to \g<what>", watched)
    if not _NO_SUBJECT.fullmatch(watched):
        return clip(watched, 14)
    return clip(text if _says_more(nfr) else _OF_PERCENTILE.sub("", plain(nfr.area)), 14)


def split_targets(text: str) -> list[str]:
    """The clauses of a target; each of a list of labelled values below one lead is told with the lead.

    `Opening a bed must take: small: 1 s; large: 2 s` is two targets, of opening a small bed and of opening a large one.
    """
    listed = _LISTED.match(text)
    items = [_LABELLED.match(item.strip()) for item in _CLAUSE.split(listed["items"])] if listed is not None else []
    whole = [item for item in items if item is not None]
    if listed is None or len(whole) < len(items) or len(whole) < _LEAST_LISTED:
        return _CLAUSE.split(text)
    return [f"{listed['lead'].strip()} ({item['label'].strip()}): {item['rest']}" for item in whole]


def _says_more(nfr: NonFunctional) -> bool:
    """Whether a statement says what it bounds; a bare number under a label leaves that to the label."""
    text = plain(nfr.text)
    for quantity in nfr.quantities:
        text = text.replace(plain(quantity.text), " ")
    return not nfr.area or len(re.findall(r"[A-Za-z]{2,}", text)) > 1
