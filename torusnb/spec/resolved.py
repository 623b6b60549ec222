"""Questions that a PRD settles itself: struck out, marked as resolved, or answered in brackets."""

from __future__ import annotations

import re

_MARK = r"(?:resolved|resolution|decision|decided|answer(?:ed)?|settled|outcome|conclusion)"
_STRUCK = re.compile(r"~~\s*(?P<inner>.+?)\s*~~")
_FRONT = re.compile(rf"^[\W_]*{_MARK}\b[\W_]*(?:\([^)]*\)\s*)?[:\]\s—–*_-]+", re.IGNORECASE)
_INSIDE = re.compile(
    rf"(?:^|(?<=[?.!)\]]))[\s*_–—(\[-]*{_MARK}\b(?:\s*\([^)]*\)|\s+\d[\d-]*)?[*_]*(?:\s*[:–—]|\s+-\s)[*_]*\s*",
    re.IGNORECASE,
)
_BRACKET = re.compile(rf"[(\[][*_]*{_MARK}\b(?P<how>[^)\]]*)[)\]]", re.IGNORECASE)
_PENDING = re.compile(
    r"^\W*(?:tbd|pending|open|none yet|not yet|to be|needed|required|unknown|unresolved|by (?:product|ux|team)\b|$)",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"^\W*(?:(?:there are |currently )?no (?:\w+ ){0,3}(?:questions?|unknowns|items)\b|none\b|"
    r"all (?:\w+ )?questions (?:are|have)\b)",
    re.IGNORECASE,
)


def asks_nothing(text: str) -> bool:
    """Whether an entry among the questions only says that none is open."""
    return _NONE.match(text) is not None and "?" not in text


def settle_question(text: str, heading: str = "") -> str:
    """The question with its answer, where the PRD gives one; empty for a question that is open.

    `heading` is what the entry stands under: below `Resolved questions` each is settled. A struck question without an
    answer is settled too, and says so. A mark that only says that an answer is awaited settles nothing.
    """
    struck = _STRUCK.search(text)
    question, answer = _parts(_STRUCK.sub(lambda match: match["inner"], text))
    if answer and not _PENDING.match(answer):
        return _joined(question, answer)
    if struck is not None and struck.start() < len(text) // 3:
        rest = text[struck.end() :].strip(" *_—–-:.;")
        return _joined(struck["inner"], rest) if rest else f"{struck['inner'].strip()} (struck out, without an answer)"
    if re.search(rf"\b(?:{_MARK}|closed)\b", heading, re.IGNORECASE) and not re.search(r"\bopen\b", heading, re.I):
        return _STRUCK.sub(lambda match: match["inner"], text).strip()
    return ""


def _parts(text: str) -> tuple[str, str]:
    """The question and its answer; the answer is empty where no mark gives one."""
    front = _FRONT.match(text)
    if front is not None:
        rest = text[front.end() :].strip()
        mark = rest.find("? ")
        return (rest[: mark + 1], rest[mark + 2 :]) if mark > 0 else ("", rest)
    inside = _INSIDE.search(text)
    if inside is not None:
        return text[: inside.start()].strip(" (*[_"), text[inside.end() :].strip(" )*]_")
    bracket = _BRACKET.search(text)
    if bracket is not None:
        how = bracket["how"].strip(" :,—–-*")
        rest = text[bracket.end() :].strip(" :—–-")
        return text[: bracket.start()].strip(), f"{rest} ({how})" if rest and how else rest or how
    return text, ""


def _joined(question: str, answer: str) -> str:
    return " ".join(part for part in (question.strip(" *_"), answer.strip(" *_")) if part)
