"""Section 2: what is asked, with every id literally present, its numbers, and what is taken for granted."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    criterion,
    labelled,
    lower_first,
    paragraphs,
    plain,
    restate,
    sentence,
    some,
)  # fmt: skip
from torusnb.models.knowledge import Unknown
from torusnb.models.requirements import AcceptanceCriterion, NonFunctional, Requirement

_AREA_WORDS = ("performance", "scale", "reliab", "secur", "privacy", "access", "observ", "complian", "compat")


def draft_requirements(ledger: Ledger) -> str:
    """Functional and non-functional requirements and the explicit assumptions."""
    return paragraphs(
        labelled("Functional requirements", _functional(ledger)),
        labelled("Non-functional requirements", bullets(_nonfunctional(ledger))),
        labelled("Explicit assumptions", bullets(_assumed(ledger, unknown) for unknown in chosen_assumptions(ledger))),
    )


def _functional(ledger: Ledger) -> str:
    """One bullet for each requirement, its criteria below it; the room for each shrinks with their number."""
    total = len(ledger.pack.requirements) + len(ledger.pack.criteria)
    room = 18 if total <= 16 else 15 if total <= 26 else 12
    lines: list[str] = []
    seen: set[str] = set()
    for requirement in ledger.pack.requirements:
        lines.append(bullets([_requirement(ledger, requirement, room)]))
        for asked in ledger.pack.criteria_of(requirement.id):
            if asked.id not in seen:
                seen.add(asked.id)
                lines.append(bullets([_criterion(ledger, asked, room)], indent=2))
    loose = [c for c in ledger.pack.criteria if c.id not in seen]
    if loose and ledger.pack.requirements:
        lines.append("- Criteria that no requirement of the pack claims:")
        lines += [bullets([_criterion(ledger, asked, room)], indent=2) for asked in loose]
    else:
        lines += [bullets([_criterion(ledger, asked, room)]) for asked in loose]
    if not lines:
        first = next(iter((*ledger.pack.summary, *ledger.pack.background)), None)
        basis = ledger.cite(place_key(first.place)) if first else ""
        return f"- The pack numbers no requirement; the design follows its overview.{basis}"
    return "\n".join(lines)


def _requirement(ledger: Ledger, asked: Requirement, room: int) -> str:
    title, text = restate(asked.title, room + 4), restate(asked.text, room + 4)
    words = title if len(title.split()) > 5 or not text else text
    rank = f", {asked.priority}" if asked.priority else ""
    return f"**{asked.id}**{rank}: {sentence(words)}{ledger.cite(place_key(asked.place))}"


def _criterion(ledger: Ledger, asked: AcceptanceCriterion, room: int) -> str:
    return f"**{asked.id}**: {criterion(asked.text, room)}.{ledger.cite(place_key(asked.place))}"


def _nonfunctional(ledger: Ledger) -> list[str]:
    """The requirements with numbers first, then the others, at most ten, then what is assumed instead of a number."""
    ordered = sorted(ledger.pack.nonfunctional, key=lambda n: (not n.quantities, _area_rank(n)))[:6]
    lines = [_quality(ledger, nfr) for nfr in ordered]
    assumed = {unknown.topic: unknown for unknown in ledger.assumptions}
    if "latency" in assumed:
        unknown = assumed["latency"]
        lines.append(f"**Latency**, no number given: {clip(unknown.assumption, 24)}.{ledger.cite(unknown.id)}")
    if "load" in assumed:
        unknown = assumed["load"]
        lines.append(f"**Load**, no number given: {clip(unknown.assumption, 26)}.{ledger.cite(unknown.id)}")
    return lines


def _area_rank(nfr: NonFunctional) -> int:
    area = nfr.area.lower()
    return next((i for i, word in enumerate(_AREA_WORDS) if word in area), len(_AREA_WORDS))


def _quality(ledger: Ledger, nfr: NonFunctional) -> str:
    label = " ".join(part for part in (nfr.id, plain(nfr.area)) if part) or "Quality"
    text = restate(nfr.text, 22 if nfr.quantities else 16)
    text = text.removeprefix(f"{plain(nfr.area)}: ") if nfr.area else text
    return f"**{label}**: {text}.{ledger.cite(place_key(nfr.place))}"


def chosen_assumptions(ledger: Ledger) -> list[Unknown]:
    """The assumptions that weigh most: the pack's own first, then by impact; at most five, no number told above."""
    weight = {"high": 0, "medium": 1, "low": 2}
    listed_above = {"latency", "load"}
    ordered = sorted(
        (u for u in ledger.assumptions if u.topic not in listed_above or u.impact != "low"),
        key=lambda u: (not u.stated, weight.get(u.impact, 1)),
    )[:5]
    kept = {unknown.id for unknown in ordered}
    return [unknown for unknown in ledger.assumptions if unknown.id in kept]


def _assumed(ledger: Ledger, unknown: Unknown) -> str:
    tail = f" If wrong: {_consequence(ledger, unknown)}." if unknown.risk else ""
    basis = ledger.cite(*unknown.evidence, most=2) or ledger.cite(unknown.id)
    return f"**{unknown.id}** (impact: {unknown.impact}): {sentence(clip(plain(unknown.assumption), 24))}{tail}{basis}"


def _consequence(ledger: Ledger, unknown: Unknown) -> str:
    """What follows from a wrong assumption: the requirements to design again, where the risk names them."""
    risk = plain(unknown.risk).rstrip(".")
    asked = [r.id for r in ledger.pack.requirements if re.search(rf"\b{re.escape(r.id)}\b", risk)]
    return f"{some(asked, 3)} to be designed again" if asked else lower_first(clip(risk, 16))
