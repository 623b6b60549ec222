"""What a document says it does with a name: make it, change it, or only use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torusnb.spec.codeparts import find_fences

_BEFORE, _AFTER = 70, 48
_UNDER_A_LABEL = -1  # no line is less indented, so that a label holds up to the next one
_LONGEST = 6_000
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})\s+(?P<words>.+)$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?")
_LABEL = re.compile(r"^(?:\*\*|__)(?P<words>[^*_`]+?)(?:\*\*|__)\s*$")
_MAKE = (
    r"new|newly|creat(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|add(?:s|ed|ing)?|propos(?:e|es|ed)|defin(?:e|es|ing)|build"
)
_ALTER = (
    r"chang(?:e|es|ed|ing)|extend(?:s|ed|ing)?|updat(?:e|es|ed|ing)|modif(?:y|ies|ied|ying)|refactor(?:s|ed|ing)?"
    r"|replac(?:e|es|ed|ing)|renam(?:e|es|ed|ing)|mov(?:e|es|ed|ing)|remov(?:e|es|ed|ing)|delet(?:e|es|ed|ing)"
    r"|enhanc(?:e|es|ed|ing)|adapt(?:s|ed)?|adjust(?:s|ed)?|rework(?:s|ed)?|augment(?:s|ed)?|alter(?:s|ed)?"
    r"|drop(?:s|ped)?|deprecat(?:e|es|ed)|migrat(?:e|es|ed|ing)|wire(?:s|d)?|refine(?:s|d)?|extract(?:s|ed|ing)?"
    r"|gains?|touched|affected|impacted|widen(?:s|ed)?|harden(?:s|ed)?"
)
_NEW_BEFORE = re.compile(rf"^.*(?<![-\w])(?:{_MAKE})\b(?P<between>[^.;]*)$", re.IGNORECASE)
_CHANGE_BEFORE = re.compile(
    rf"^.*(?<![-\w])(?:{_ALTER}|add(?:s|ed|ing)?\b[^.;]*\b(?:to|in|on|into))\b(?P<between>[^.;]*)$", re.IGNORECASE
)
_NEW_AFTER = re.compile(
    r"^[^.;`]{0,24}?(?:\(new\b|\[new\]|\bis (?:new|introduced|created|added)\b|\bdoes not exist\b)", re.IGNORECASE
)
_CHANGE_AFTER = re.compile(
    rf"^[^.;`]{{0,30}}?\b(?:is|are|will be|to be|needs? to be|must be|should be|gets?)\s+(?:{_ALTER})\b"
    r"|^`?\s*(?:gains?|(?:will|should|must) (?:now |also )?(?:accept|gain|take|return|call|use|expose|include))\b",
    re.IGNORECASE,
)
_OTHER_PART = re.compile(
    r"\b(?:via|using|through|from|calls?|calling|by|reus\w+|existing|like|alongside|based on|instead of|rather than"
    r"|with|that|which|so|tests?|coverage|docs|documentation|similar|consum\w+|depend\w*|reads?|under|below|above|inside|within|follow\w*|matching|per|outside|beside|after"
    r"|before|when|if|where|because|since|while)\b",
    re.IGNORECASE,
)
_EVERY_OTHER = re.compile(_OTHER_PART.pattern + r"|\b(?:to|in|on|into|for|as|of)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:no|not|never|without|unchanged|avoid\w*|reject\w*|remains?|untouched|don't|cannot|neither|out of scope"
    r"|non-goals?|defer\w*|instead of|rather than)\b",
    re.IGNORECASE,
)
_BUILT = re.compile(
    r"proposed|components?\b|interfaces?\b|data model|storage|implementation|\bchanges\b|\bmodules\b", re.IGNORECASE
)
_NOT_BUILT = re.compile(
    r"context|alternativ|reference|risk|question|test|assumption|requirement|summary|background|compatib|decision",
    re.IGNORECASE,
)
_AS_IT_IS = re.compile(
    r"^[^.;`]{0,30}\b(?:unchanged|untouched|remains?|stays?|continues?|still|existing|external|reused|dependency|already)\b",
    re.IGNORECASE,
)
_USED = re.compile(
    r"\b(?:used|kept|left|taken|stay\w*|remain\w*|keeps?) (?:exactly )?as (?:(?:it|they) (?:is|are|stands?)|is)\b"
    r"|\b(?:keeps?|kept) (?:its|their) (?:path|form|shape|place|restart strateg(?:y|ie))s?\b",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^(?:[,\s]|and|`[^`]+`)*\s(?:mounts?|leads? to|is (?:routed|mounted)|subscribes? to|broadcasts? on"
    r"|maps?|belongs? to|grows? by"
    r"|(?:is|are) the (?:only |single |one )?(?:durable )?(?:home|source of truth|system of record))\b"
    r"(?![^.]*\b(?:instead|now|no longer)\b)",
    re.IGNORECASE,
)
_QUERY_PLAN = re.compile(r"\b(?:Index(?: Only)?|Seq|Bitmap(?: Heap| Index)?) Scan\b|\bEXPLAIN\b")
_EXISTING = re.compile(
    r"\b(?:existing|exists?|already|current(?:ly)?|today|present|unchanged|reused?|as (?:it is|they are|is)"
    r"|at hand|nearby)\b",
    re.IGNORECASE,
)
_READ_FIRST = re.compile(r"^\W*(?:read|known?|see|look at|consult)\b[^.;]*\b(?:before|first|only)\b", re.IGNORECASE)
_THERE = re.compile(r"^[^.;`]{0,60}\bexists? already\b|^[^.;`]{0,60}\balready exists?\b", re.IGNORECASE)
_MADE_ELSEWHERE = re.compile(
    r"\bplanned elsewhere\b|\b(?:does|do|will) not (?:add|make|create|build|introduce) (?:it|them)\b"
    r"|\b(?:made|built|added|owned) (?:elsewhere|by another (?:pack|feature|team))\b",
    re.IGNORECASE,
)
_FOR_INSTANCE = re.compile(r"\b(?:such as|for (?:example|instance)|e\.g\.),?\s*[\"'`(]*$", re.IGNORECASE)
_LEAD_NEW = re.compile(rf"\b(?:{_MAKE})\b", re.IGNORECASE)
_LEAD_CHANGE = re.compile(rf"\b(?:{_ALTER}|files? to)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ProseLine:
    """A line of a document outside code blocks, with what stands above it.

    Attributes:
        number: 1-based. text: As written. heading: The headings it stands under, outermost first, joined by ` > `.
        lead: The nearest line above that ends in a colon and is less indented (`New modules:`), else the bold label
            on a line of its own that it stands under (`**New modules**`), or empty.
    """

    number: int
    text: str
    heading: str = ""
    lead: str = ""


def read_lines(text: str) -> Iterator[ProseLine]:
    """The lines that hold words, in order; code blocks are left out, and so is the end of a line without end."""
    fenced = {number for first, last in find_fences(text) for number in range(first, last + 1)}
    headings: list[tuple[int, str]] = []
    leads: list[tuple[int, str]] = []
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole[:_LONGEST]
        if number in fenced or not line.strip():
            continue
        match = _HEADING.match(line)
        if match:
            level = len(match["marks"])
            headings = [*(entry for entry in headings if entry[0] < level), (level, match["words"])]
            leads = []
            continue
        if label := _LABEL.match(line):
            leads = [(_UNDER_A_LABEL, label["words"])]
            continue
        depth = len(line) - len(line.lstrip()) + (1 if _ITEM.match(line) else 0)
        leads = [entry for entry in leads if entry[0] < depth]
        heading = " > ".join(words for _, words in headings)
        yield ProseLine(number, line, heading, leads[-1][1] if leads else "")
        if line.rstrip(" *_").endswith(":"):
            leads.append((depth, line))


def role_at(line: ProseLine, start: int, end: int, *, exists: bool) -> str:
    """`new`, `change` or `read`: what the line says of the name between two columns.

    A verb counts when it stands shortly before the name with nothing between that leads elsewhere (`add a call
    through`), or shortly after it. An item that begins with the name takes the verb of the line that leads the list,
    and where the section tells of what is built (components, interfaces, data model) it is given a part in it.
    What is said not to happen, or to be used as it is, does not count, nor does a list of what exists, nor the query
    plan that reads of a table are to have. Making something on what exists already is changing it.
    """
    before, after = line.text[max(start - _BEFORE, 0) : start], line.text[end : end + _AFTER]
    clause = re.split(r"(?<=[.;])\s", _FOR_INSTANCE.sub("", before))[-1]
    rest = re.split(r"(?<=[.;])\s", line.text[end:], maxsplit=1)[0]
    if (
        _NOT.search(clause)
        or _AS_IT_IS.match(after)
        or _USED.search(rest)
        or _MADE_ELSEWHERE.search(rest)
        or (exists and _THERE.match(rest))
        or (exists and _LEADS.match(line.text[end:]))
    ):
        return "read"
    made = bool(_NEW_AFTER.match(after)) or _leads_here(_NEW_BEFORE, clause, _EVERY_OTHER)
    altered = bool(_CHANGE_AFTER.match(after)) or _leads_here(_CHANGE_BEFORE, clause, _OTHER_PART)
    opens = not line.text[:start].strip("-*+ \t0123456789.)[]x`|")
    if opens and not _NOT.search(f"{line.lead} {line.heading}"):
        led = line.lead or line.heading.rpartition(" > ")[2]
        if _tells_what_exists(led):
            return "read"
        changes = bool(_LEAD_CHANGE.search(led))
        made = made or (bool(_LEAD_NEW.search(led)) and not changes)
        altered = altered or changes
        built = _BUILT.search(line.heading) and not _QUERY_PLAN.search(rest)
        if built and not _NOT_BUILT.search(line.heading.partition(" > ")[2] or line.heading):
            made, altered = made or not exists, True
    if made:
        return "change" if exists else "new"
    return "change" if altered and exists else "read"


def _tells_what_exists(led: str) -> bool:
    """Whether a list is of what is there already or only to be read, with no word on what is done to it."""
    if _READ_FIRST.match(led):
        return True
    return bool(_EXISTING.search(led)) and not _LEAD_CHANGE.search(led) and not _LEAD_NEW.search(led)


def _leads_here(verb: re.Pattern[str], clause: str, elsewhere: re.Pattern[str]) -> bool:
    match = verb.search(clause)
    return match is not None and not elsewhere.search(match["between"])
