"""Section 2: what is asked, with every id literally present, its numbers, and what is taken for granted."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.performance import hot_path
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    criterion,
    labelled,
    listed,
    lower_first,
    paragraphs,
    plain,
    restate,
    sentence,
    some,
)  # fmt: skip
from torusnb.drafting.offline.work import words_of
from torusnb.models.knowledge import Unknown
from torusnb.models.requirements import AcceptanceCriterion, NonFunctional, Requirement
from torusnb.spec.budgets import is_above

_IN_FULL = 70
_MOST_BOUNDS = 6
"""Bounds beyond these are told in the sections that they belong to."""
_LEAST_ABOVE = 3
"""Budgets of the epic that are told however many bounds the pack has itself."""
_MOST_OWN = 5
"""Assumptions that the pack does not state itself; those that it states are told all."""
_LEAST, _HALF = 3, 0.5
"""Words that an assumption and a requirement share, and which part of the assumption's words they are."""
_NUMBERS = frozenset({"latency", "load"})
_ASSUMPTION = re.compile(r"(?<![\w-])A-\d+\b")
_AREA_WORDS = ("performance", "scale", "reliab", "secur", "privacy", "access", "observ", "complian", "compat")


def draft_requirements(ledger: Ledger) -> str:
    """Functional and non-functional requirements and the explicit assumptions."""
    return paragraphs(
        labelled("Functional requirements", _functional(ledger)),
        labelled("Withdrawn by a later part of the pack", _withdrawn(ledger)),
        labelled("Non-functional requirements", bullets(_nonfunctional(ledger))),
        labelled("Explicit assumptions", bullets(_assumed(ledger, unknown) for unknown in chosen_assumptions(ledger))),
        labelled("Not part of it", bullets(_left_out(ledger))),
    )


def _left_out(ledger: Ledger) -> list[str]:
    """The pack's non-goals, each whole."""
    return [
        f"{sentence(restate(goal.text, _IN_FULL)).rstrip('.')}.{ledger.cite(place_key(goal.place))}"
        for goal in ledger.pack.non_goals
    ]


def _functional(ledger: Ledger) -> str:
    """One bullet for each requirement, its criteria below it, each told in full: elsewhere it goes by its id."""
    lines: list[str] = []
    seen: set[str] = set()
    for requirement in ledger.pack.requirements:
        lines.append(bullets([_requirement(ledger, requirement)]))
        for asked in ledger.pack.criteria_of(requirement.id):
            if asked.id not in seen:
                seen.add(asked.id)
                lines.append(bullets([_criterion(ledger, asked)], indent=2))
    loose = [c for c in ledger.pack.criteria if c.id not in seen]
    if loose and ledger.pack.requirements:
        lines.append("- Criteria that no requirement of the pack claims:")
        lines += [bullets([_criterion(ledger, asked)], indent=2) for asked in loose]
    else:
        lines += [bullets([_criterion(ledger, asked)]) for asked in loose]
    if not lines:
        first = next(iter((*ledger.pack.summary, *ledger.pack.background)), None)
        basis = ledger.cite(place_key(first.place)) if first else ""
        told = "takes back all that it numbered" if ledger.taken_back.requirements else "numbers no requirement"
        return f"- The pack {told}; the design follows its overview.{basis}"
    return "\n".join(lines)


def _withdrawn(ledger: Ledger) -> str:
    """What the pack takes back, each entry once with the words that do and with its own; no other section holds it."""
    gone = ledger.taken_back
    lines: list[str] = []
    said: set[str] = set()
    for asked in gone.entries:
        by = gone.words[asked.id]
        key = place_key(by.place)
        words = clip(plain(by.text), _IN_FULL)
        told = " by the same words." if key in said else f": “{words}”.{ledger.cite(key)}"
        lines.append(f"- **{asked.id}** is withdrawn{told} {_read(ledger, asked)}")
        below = [c for c in gone.criteria if asked.id in c.requirements and c.id not in said]
        lines += [f"  - **{one.id}** is withdrawn with it. {_read(ledger, one)}" for one in below]
        said |= {key, *(one.id for one in below)}
    beside = [f"the {one.kind} “{plain(one.text).rstrip('.')}”{ledger.cite(one.key)}" for one in gone.beside]
    lines += [f"- What speaks of nothing else goes as well: {listed(beside)}."] if beside else []
    return "\n".join(lines)


def _read(ledger: Ledger, asked: Requirement | AcceptanceCriterion) -> str:
    """How an entry read that the pack takes back."""
    words = max(getattr(asked, "title", ""), asked.text, key=len)
    told = criterion(words, _IN_FULL) if isinstance(asked, AcceptanceCriterion) else restate(words, _IN_FULL)
    return f"It read: {lower_first(told)}.{ledger.cite(place_key(asked.place))}"


def _requirement(ledger: Ledger, asked: Requirement) -> str:
    title, text = restate(asked.title, _IN_FULL), restate(asked.text, _IN_FULL)
    words = text if len(text.split()) > len(title.split()) else title
    rank = f", {asked.priority}" if asked.priority else ""
    return f"**{asked.id}**{rank}: {sentence(words)}{ledger.cite(place_key(asked.place))}{_earlier(ledger, asked)}"


def _criterion(ledger: Ledger, asked: AcceptanceCriterion) -> str:
    told = criterion(asked.text, _IN_FULL)
    return f"**{asked.id}**: {told}.{ledger.cite(place_key(asked.place))}{_earlier(ledger, asked)}"


def _earlier(ledger: Ledger, asked: Requirement | AcceptanceCriterion) -> str:
    """How an entry read before a later part of the pack gave it new words; empty for one without such."""
    return "".join(
        f" It read before: {lower_first(restate(said.text, _IN_FULL))}.{ledger.cite(place_key(said.place))}"
        for said in asked.before
    )


def _nonfunctional(ledger: Ledger) -> list[str]:
    """The pack's own first, then its epic's, those with numbers first; then what is assumed instead of a number.

    They are six; of the epic's budgets three are told in any case. The others, and budgets of the epic that are not
    about the feature, stand in the sections they belong to.
    """
    ordered = sorted(ledger.pack.nonfunctional, key=lambda n: (not n.quantities, _area_rank(n)))
    above = [n for n in ordered if is_above(n) and not n.general]
    shown = [n for n in ordered if not is_above(n)][:_MOST_BOUNDS]
    shown += [n for n in above if n.quantities][: max(_LEAST_ABOVE, _MOST_BOUNDS - len(shown))]
    shown += [n for n in above if not n.quantities][: max(0, _MOST_BOUNDS - len(shown))]
    lines = [_quality(ledger, nfr) for nfr in shown]
    assumed = {unknown.topic: unknown for unknown in ledger.assumptions}
    for topic in sorted(_NUMBERS):
        if topic in assumed:
            unknown = assumed[topic]
            told = clip(on_hot_path(ledger, unknown, unknown.assumption), 40)
            lines.append(f"**{topic.capitalize()} ({unknown.id})**, no number given: {told}.{ledger.cite(unknown.id)}")
    return lines


def on_hot_path(ledger: Ledger, unknown: Unknown, text: str) -> str:
    """A text on an assumed number with the path that the budgets hold to it: one path has one name in all sections."""
    if unknown.topic not in _NUMBERS:
        return text
    path = hot_path(ledger)
    through = f"path {path.removeprefix('the path ')}"
    on_path = re.sub(r"\bon `[^`]+`", lambda _: f"on {path}", text)
    return re.sub(r"\bpath through `[^`]+`", lambda _: through, on_path)


def _area_rank(nfr: NonFunctional) -> int:
    area = nfr.area.lower()
    return next((i for i, word in enumerate(_AREA_WORDS) if word in area), len(_AREA_WORDS))


def _quality(ledger: Ledger, nfr: NonFunctional) -> str:
    label = " ".join(part for part in (nfr.id or nfr.epic_id, plain(nfr.area)) if part) or "Quality"
    text = restate(nfr.text, _IN_FULL)
    text = text.removeprefix(f"{plain(nfr.area)}: ") if nfr.area else text
    return f"**{label}**: {text}.{ledger.cite(place_key(nfr.place))}"


def chosen_assumptions(ledger: Ledger) -> list[Unknown]:
    """The pack's own assumptions, all of them, and up to five that weigh most of the others; no number told above."""
    weight = {"high": 0, "medium": 1, "low": 2}
    listed_above = _NUMBERS
    ordered = sorted(
        (u for u in ledger.assumptions if is_assumed(u) and u.topic not in listed_above),
        key=lambda u: weight.get(u.impact, 1),
    )
    own = [u for u in ordered if u.stated]
    others = [u for u in ordered if not u.stated][: max(0, _MOST_OWN - len(own))]
    kept = {unknown.id for unknown in (*own, *others)}
    return [unknown for unknown in ledger.assumptions if unknown.id in kept]


def is_assumed(unknown: Unknown) -> bool:
    """Whether anything is taken for granted: a question without a default only stands among the questions."""
    return not unknown.assumption.startswith("Undecided:")


def _assumed(ledger: Ledger, unknown: Unknown) -> str:
    wrong = _consequence(ledger, unknown)
    tail = f" If wrong: {wrong}." if wrong else ""
    basis = _basis(ledger, unknown)
    told = _wording(ledger, unknown)
    told = f"answer for now to a question of section 16: {lower_first(told)}" if _answers(ledger, unknown) else told
    return f"**{unknown.id}** (impact: {unknown.impact}): {sentence(told)}{tail}{basis}"


def _wording(ledger: Ledger, unknown: Unknown) -> str:
    """What is taken for granted: the pack's own sentence, whole, where it states it."""
    said = next((s for s in ledger.pack.assumptions if place_key(s.place) in unknown.evidence[:1]), None)
    return clip(plain(unknown.assumption), 40) if said is None else restate(said.text, _IN_FULL)


def _answers(ledger: Ledger, unknown: Unknown) -> bool:
    """Whether it only answers a question of the pack for the time being."""
    places = {place_key(asked.place) for asked in ledger.pack.questions}
    return not unknown.stated and bool(places & set(unknown.evidence[:1]))


def define_cited(ledger: Ledger, texts: dict[str, str], section: str) -> dict[str, str]:
    """The sections, with each assumption that one of them cites defined in the section of requirements.

    Those which that section tells already stay as they are; the others stand below them as a table.
    """
    if section not in texts:
        return texts
    told = set(re.findall(r"\*\*[^*]*?\b(A-\d+)\b[^*]*\*\*", texts[section]))
    cited = {name for text in texts.values() for name in _ASSUMPTION.findall(text)}
    rest = [u for u in ledger.assumptions if u.id in cited - told]
    if not rest:
        return texts
    rows = [f"| {u.id} | {_cell(u.assumption)} | {_cell(_consequence(ledger, u))}{_basis(ledger, u)} |" for u in rest]
    table = "\n".join(["| Further assumption | Taken for granted | If wrong |", "|---|---|---|", *rows])
    return {**texts, section: paragraphs(texts[section], table)}


def _basis(ledger: Ledger, unknown: Unknown) -> str:
    return ledger.cite(*unknown.evidence, most=2) or ledger.cite(unknown.id)


def _cell(text: str) -> str:
    return clip(plain(text).rstrip("."), 40)


def _consequence(ledger: Ledger, unknown: Unknown) -> str:
    """What follows from a wrong assumption: the requirements to design again that speak of it; empty where unsure."""
    risk = plain(unknown.risk).rstrip(".")
    asked = [r for r in ledger.pack.requirements if re.search(rf"\b{re.escape(r.id)}\b", risk)]
    if not asked:
        return "" if unknown.stated else lower_first(clip(risk, 28))
    said = set(words_of(plain(unknown.assumption)))
    shared = {r.id: len(said & set(words_of(plain(f"{r.title} {r.text}")))) for r in asked}
    sure = [name for name, number in shared.items() if number >= max(_LEAST, _HALF * len(said))]
    return (
        f"{some(sure if unknown.stated else [r.id for r in asked], 3)} to be designed again"
        if sure or not unknown.stated
        else ""
    )
