"""Section 16: what is open, each with a default or with who decides it and before what; and what is decided."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.requirements import on_hot_path
from torusnb.drafting.offline.taken import is_asked
from torusnb.drafting.offline.wording import bullets, clip, labelled, lower_first, paragraphs, plain, sentence
from torusnb.models.requirements import Statement

_MOST, _WORDS_OF_QUESTION, _WORDS_OF_ANSWER = 4, 90, 45
_ASKING = frozenset(
    re.findall(r"\w+", "what which should do does is are who when how can will where must any if"),
)
_ANSWERS = re.compile(r"^(?:answer|resolved|decision)\s*[:–—-]\s*", re.IGNORECASE)
_MARK = re.compile(r"\?(?=\s|$)")


def draft_questions(ledger: Ledger) -> str:
    """The open questions with a default and who decides, and below them what the pack has decided already."""
    asked = bullets(_open_questions(ledger)) or ("" if ledger.taken_back.lines else _none_open(ledger))
    return paragraphs(asked, labelled("Decided by the pack", bullets(_decided(ledger))))


def _open_questions(ledger: Ledger) -> list[str]:
    """The pack's own questions that it does not answer, then those behind the assumptions, up to four together."""
    lines = []
    for asked in ledger.pack.questions:
        question, answer = _parts(asked)
        if asked.asks and not answer and len(question.split()) > 3:
            key = place_key(asked.place)
            lines.append(f"{_ask(clip(question, _WORDS_OF_QUESTION))} {_default(ledger, key)}{ledger.cite(key)}")
    weight = {"high": 0, "medium": 1, "low": 2}
    told = {plain(asked.text)[:30].lower() for asked in ledger.pack.questions}
    own = [u for u in ledger.assumptions if u.question and not u.stated and is_asked(u, ledger.plan)]
    for unknown in sorted(own, key=lambda u: weight.get(u.impact, 1)):
        if len(lines) < _MOST and plain(unknown.question)[:30].lower() not in told:
            lines.append(
                f"{_ask(clip(plain(on_hot_path(ledger, unknown, unknown.question)), 30))} Default: "
                f"{lower_first(clip(plain(unknown.default or unknown.assumption).rstrip('.'), 30))}"
                f". Decides: {unknown.owner}.{ledger.cite(unknown.id)}"
            )
    return lines


def _none_open(ledger: Ledger) -> str:
    asks = [r.id for r in ledger.pack.requirements[:2]]
    return f"None that the pack states.{ledger.cite(*asks)}"


def _decided(ledger: Ledger) -> Iterable[str]:
    """The questions that the pack settles itself, with their answers and lines; what asks nothing is settled too."""
    for asked in ledger.pack.questions:
        question, answer = _parts(asked)
        if answer:
            told = f"{question} → {lower_first(clip(answer.rstrip('.'), _WORDS_OF_ANSWER))}."
            yield f"{told}{ledger.cite(place_key(asked.place))}"
        elif not asked.asks:
            yield f"{sentence(clip(question, _WORDS_OF_ANSWER))}{ledger.cite(place_key(asked.place))}"
    for settled in ledger.pack.assumptions:
        if settled.label.lower().startswith("decision"):
            yield f"{sentence(plain(settled.text))}{ledger.cite(place_key(settled.place))}"


def _parts(asked: Statement) -> tuple[str, str]:
    """The question with its mark and the answer that the pack gives behind it; a further question is no answer."""
    text = plain(asked.text)
    mark = next((m for m in _MARK.finditer(text) if text.count("`", 0, m.start()) % 2 == 0), None)
    if mark is None:
        return text, ""
    answer = _ANSWERS.sub("", text[mark.end() :].strip())
    return (text, "") if answer.endswith("?") else (text[: mark.end()], answer)


def _ask(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}?" if text.split(" ", 1)[0].lower() in _ASKING else f"{text}."


def _default(ledger: Ledger, key: str) -> str:
    """The suggested answer to the question at that place, with the number of its assumption, and who decides."""
    unknown = next((u for u in ledger.assumptions if key in u.evidence), None)
    if unknown is None:
        return "To be decided by product before the plan is made."
    if unknown.assumption.startswith("Undecided:"):
        return sentence(plain(unknown.default))
    told = clip(plain(unknown.default or unknown.assumption).rstrip("."), 60)
    return f"Default: {lower_first(told)} ({unknown.id}). Decides: {unknown.owner}."
