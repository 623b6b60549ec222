"""Rules about guardrails: what every design of its kind must settle, or waive with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from torusnb.models.requirements import SpecPack
from torusnb.models.review import Finding
from torusnb.review.guardrail_table import GUARDRAILS, Guardrail
from torusnb.review.passages import Passage, find_affirmed
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_PLANS = frozenset({"design", "summary"})
_SPEAKS = frozenset({"design", "risks", "testing", "requirements", "summary", "questions"})
_LEAST_WORDS = 4
_LEAST_TARGET = 8
_REQUIREMENT = re.compile(r"^\W*(?:FR|AC|NFR|[A-Z]{2,5})-?\d")
_DEFAULT = re.compile(r"\bdefaults?\b\s*[:(]", re.IGNORECASE)
_ROLLBACK, _MIGRATION = "guardrail.rollback", "guardrail.migration"
_WORD = re.compile(r"[^\W\d_]{2,}")
_PUT_OFF = re.compile(
    r"\b(?:to be (?:decided|defined|determined|confirmed|clarified|addressed)|(?:decided?|defined?|addressed|handled"
    r"|revisit\w*) later"
    r"|will be (?:decided|defined|determined|addressed)|not yet (?:decided|defined))\b",
    re.IGNORECASE,
)
_BARE_DENIAL = re.compile(
    r"^\W*(?:n/?a|none|not applicable|no\b[^.;:,]{0,60}\b(?:needed|required|necessary|planned|applicable|impact"
    r"|changes?|expected))\W*$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\bdeveloper-only\b|\bdev-only\b|\bprototype\b", re.IGNORECASE)


def review_guardrails(reading: Reading, passages: Sequence[Passage], pack: SpecPack | None) -> Iterator[Finding]:
    """One finding for each guardrail that applies and is neither addressed nor waived with a reason.

    A guardrail applies when the design itself speaks of what it guards, or the pack asks for it. It is addressed by a
    statement with some substance anywhere but in references, open questions, alternatives, logs and what is said
    of today's system.
    """
    planned = "\n".join(line for line in _lines(passages, _PLANS).split("\n") if not _ASIDE.search(line))
    spoken = _lines(passages, _SPEAKS - {"questions"})
    decided = _lines([passage for passage in passages if not _restates(passage)], _SPEAKS)
    asked = _requirements(pack)
    migrates = False
    for guardrail in GUARDRAILS:
        if guardrail.rule == _ROLLBACK:
            applies = migrates
        else:
            applies = _applies(guardrail, planned, asked)
        if guardrail.rule == _MIGRATION:
            migrates = applies = applies or _pattern(guardrail.applies).search(_fenced(reading)) is not None
        if _waives(guardrail, pack):
            continue
        if applies and (standing := _standing(guardrail, spoken if guardrail.restated else decided)) != "addressed":
            yield _finding(reading, guardrail, standing)


def _lines(passages: Sequence[Passage], roles: frozenset[str]) -> str:
    """The passages of some roles, each on a line of its own."""
    return "\n".join(" ".join(passage.text.split()) for passage in passages if passage.role in roles)


def _restates(passage: Passage) -> bool:
    """Whether a passage only says again what is asked for.

    That is a requirement by its id, a few words of a target, or a question without the default that holds meanwhile.
    """
    if passage.role != "requirements":
        return passage.role == "questions" and not _DEFAULT.search(passage.text)
    return passage.words < _LEAST_TARGET or _REQUIREMENT.match(passage.text) is not None


def _requirements(pack: SpecPack | None) -> str:
    """What the pack asks for, a statement on each line."""
    if pack is None:
        return ""
    said = [item.text for item in pack.requirements] + [item.text for item in pack.criteria]
    said += [item.text for item in pack.nonfunctional]
    return "\n".join(" ".join(text.split()) for text in said)


def _waives(guardrail: Guardrail, pack: SpecPack | None) -> bool:
    waived = _pattern(guardrail.waived)
    return pack is not None and any(waived.search(section.text) for section in pack.sections)


def _fenced(reading: Reading) -> str:
    return "\n".join(reading.lines[number - 1] for number in sorted(reading.fenced))


@lru_cache(maxsize=256)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words or r"(?!)", re.IGNORECASE)


def _applies(guardrail: Guardrail, planned: str, asked: str) -> bool:
    said = islice(find_affirmed(_pattern(guardrail.applies), planned), guardrail.least)
    if guardrail.least and len(list(said)) == guardrail.least:
        return True
    return next(find_affirmed(_pattern(guardrail.asked), asked), None) is not None


def _standing(guardrail: Guardrail, spoken: str) -> str:
    """`addressed`, `bare` (waived without a reason), or `missing`."""
    addressed, unless = _pattern(guardrail.addressed), _pattern(guardrail.unless)
    standing, position = "missing", 0
    while match := addressed.search(spoken, position):
        start = spoken.rfind("\n", 0, match.start()) + 1
        end = spoken.find("\n", match.end())
        end = len(spoken) if end < 0 else end
        line = spoken[start:end]
        position = end
        if len(_WORD.findall(line)) < _LEAST_WORDS or _PUT_OFF.search(line) or unless.search(line):
            continue
        if not _BARE_DENIAL.match(line):
            return "addressed"
        standing = "bare"
    return standing


def _finding(reading: Reading, guardrail: Guardrail, standing: str) -> Finding:
    home = _pattern(guardrail.home)
    section = next((part for part in reading.sections if home.search(part.title)), None)
    planned = next((part.id for part in reading.template.sections if home.search(part.title)), "")
    text = (
        f"The design says that there is nothing to do for {guardrail.title}, but not why."
        if standing == "bare"
        else f"The design does not say anything on {guardrail.title}."
    )
    return found(
        guardrail.rule,
        reading.path,
        section.line if section else 0,
        text,
        guardrail.remedy,
        section=(section.id if section else "") or planned,
    )
