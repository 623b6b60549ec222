"""Risks with their mitigations, in the forms people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.models.base import Place
from torusnb.models.requirements import Risk
from torusnb.spec.entries import Entry
from torusnb.spec.inline import is_empty, split_label

_LABEL = re.compile(r"^[\W_]*risks?(?:\s*\d+)?[*_]*\s*[:\u2013\u2014-][*_]*\s*", re.IGNORECASE)
_MITIGATION = re.compile(
    r"[\s;,.(]{0,4}(?:->|\u2192|=>|[\u2013\u2014-])?\s*[(*_]*\bmitigations?[*_]*\s*[:\u2013\u2014][*_]*\s*",
    re.IGNORECASE,
)
_REMEDY = re.compile(r"^[\W_]*mitigations?(?:\s*\d+)?[*_]*\s*[:\u2013\u2014][*_]*\s*(?=\S)", re.IGNORECASE)
"""A line that is the answer to the risk above it."""
_ARROW = re.compile(r"\s*(?:->|\u2192|=>)\s*")
_MITIGATED = re.compile(r"[;,.]\s+(?=(?:mitigated?|mitigate this) (?:by|with|through|via)\b)", re.IGNORECASE)
_DASH = re.compile(r"\s+[\u2013\u2014]\s+")
_SENTENCE = 5
"""So many words before a colon are a risk by themselves; what follows is then what is done about it."""
_COLON = re.compile(r":\s+(?=\S)")


def read_risks(entries: Sequence[Entry], path: str) -> tuple[Risk, ...]:
    """The risks among the entries, in order, each with the mitigation that stands with it or on the next line.

    A list of mitigations of its own is paired when it is as long.
    """
    risks: list[Risk] = []
    for entry in entries:
        if entry.topic == "risks":
            answer = _REMEDY.sub("", entry.text) if entry.kind != "row" else entry.text
            if answer != entry.text and risks and not risks[-1].mitigation:
                risks[-1] = Risk(risks[-1].text, risks[-1].place, _open(answer))
                continue
            risk = _row(entry, path) if entry.kind == "row" else _sentence(entry, path)
            if risk is not None:
                risks.append(risk)
    remedies = [entry.text for entry in entries if entry.topic == "mitigations" and entry.text]
    if remedies and len(remedies) == len(risks) and not any(risk.mitigation for risk in risks):
        return tuple(Risk(risk.text, risk.place, remedy) for risk, remedy in zip(risks, remedies, strict=True))
    return tuple(risks)


def _sentence(entry: Entry, path: str) -> Risk | None:
    if entry.kind == "code" or is_empty(entry.text):
        return None
    place = Place(path, entry.line)
    bare = _LABEL.sub("", entry.text)
    labelled = bare != entry.text
    for pattern in (_MITIGATION, _ARROW, _MITIGATED):
        parts = pattern.split(bare, maxsplit=1)
        if len(parts) == 2 and parts[0].strip():
            return Risk(_trim(parts[0]), place, _open(parts[1]))
    paired = "mitigation" in entry.heading.lower() or "mitigation" in entry.group.lower()
    if paired and not labelled:
        label, rest = split_label(bare, 0)
        if label:
            return Risk(label, place, rest)
        for pattern in (_COLON, _DASH):
            parts = pattern.split(bare, maxsplit=1)
            if len(parts) == 2 and not parts[0].count("`") % 2:
                return Risk(_trim(parts[0]), place, _open(parts[1]))
    sentence, _, answer = bare.partition(": ")
    if answer and not labelled and len(sentence.split()) >= _SENTENCE and not sentence.count("`") % 2:
        return Risk(sentence.strip(), place, answer.strip())
    return Risk(bare.strip(), place)


def _row(entry: Entry, path: str) -> Risk | None:
    text, remedy, rest = "", "", []
    for head, cell in entry.cells:
        plain = head.lower()
        if "mitigat" in plain or "response" in plain or "fallback" in plain:
            remedy = cell
        elif not text and ("risk" in plain or "description" in plain) and plain not in {"risk id", "risk level"}:
            text = cell
        else:
            rest.append(cell)
    text = text or max(rest, key=len, default="")
    return Risk(text, Place(path, entry.line), remedy) if text else None


def _trim(text: str) -> str:
    return text.strip().rstrip("(;,:").strip()


def _open(text: str) -> str:
    bare = text.strip()
    return bare[:-1].rstrip() if bare.endswith(")") and "(" not in bare else bare
