"""The entries of a PRD sorted into what a design asks for: goals, roles, notes, flags, questions, …."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.models.base import Place
from torusnb.models.requirements import NonFunctional, Statement
from torusnb.spec.definitions import NONFUNCTIONAL, define
from torusnb.spec.entries import Entry
from torusnb.spec.inline import is_empty, split_label
from torusnb.spec.quantities import parse_quantities
from torusnb.spec.resolved import asks_nothing, settle_question
from torusnb.spec.topics import refine_topic

_METADATA = re.compile(
    r"^(?:feature(?: name| slug)?|links?|last updated|updated|created|epic|(?:primary )?jira|related(?: \w+)?|status|"
    r"owners?|authors?|date|version|ticket|work item|issue|.*baseline date|document|stage|target release)$",
    re.IGNORECASE,
)
_GENERIC_LABEL = re.compile(
    r"^(?:assumptions?|(?:open )?questions?|goals?|non-goals?|[qa]\d+|note|decision)(?: \d+)?$", re.IGNORECASE
)
_NO_FLAG = re.compile(
    r"^\W*(?:no\b[^.;]*\b(?:flag|toggle|gate)s?\b|(?:this \w+ )?(?:does not|will not|doesn't)[^.;]*\bflags?\b"
    r"|[^.;]*\bflags? (?:is|are) (?:not (?:required|needed|planned|used|introduced)|unnecessary)"
    r"|none\b|n/?a\b|not applicable)",
    re.IGNORECASE,
)
_FLAG = re.compile(r"\bflag|\btoggle|feature gate|\bcanary\b|\bgated?\b", re.IGNORECASE)
_WHOLLY_FLAGS = re.compile(r"^(?!.*(?:rollout|migration|launch)).*flag", re.IGNORECASE)
_DEPENDS = re.compile(
    r"\b(?:depends? (?:up)?on|dependenc(?:y|ies)|relies on|integrates? with|third[- ]party)\b", re.IGNORECASE
)
_INTERFACE = re.compile(
    r"\b(?:apis?|endpoints?|routes?|liveviews?|callbacks?|contracts?|events?|public functions?|interfaces?"
    r"|controllers?)\b",
    re.IGNORECASE,
)
_LABEL_WORDS = {
    "goals": 0, "non_goals": 0, "questions": 0, "assumptions": 0, "use_cases": 0,
    "users": 8, "roles": 8, "overview": 4, "background": 4,
}  # fmt: skip
_USE_CASE_WORDS = 7


def statements_of(entries: Sequence[Entry], path: str) -> dict[str, tuple[Statement, ...]]:
    """The statements by the name of the SpecPack's field that holds them, each in the order of the text."""
    found: dict[str, list[Statement]] = {}
    for entry in entries:
        if entry.kind == "code":
            continue
        statement = _statement(entry, path)
        if entry.topic.startswith("questions"):
            if asks_nothing(statement.text):
                continue
            statement = _settled(entry, statement)
        if is_empty(statement.text):
            continue
        field = _field(entry, statement)
        if field:
            found.setdefault(field, []).append(statement)
    return {field: tuple(statements) for field, statements in found.items()}


def _settled(entry: Entry, statement: Statement) -> Statement:
    """A question that the PRD answers or strikes out as the decision it is; any other as it stands."""
    settled = settle_question(entry.text or statement.text, entry.group or entry.heading)
    return Statement(settled, statement.place, "Decision") if settled else statement


def nonfunctional_of(entries: Sequence[Entry], path: str) -> tuple[NonFunctional, ...]:
    """The non-functional requirements with their numbers, in the order of the text."""
    found = []
    for entry in entries:
        definition = define(entry, path)
        if definition is not None and definition.family != NONFUNCTIONAL:
            continue
        if definition is None and (entry.topic != "nonfunctional" or entry.kind == "code"):
            continue
        if definition is not None:
            area, text = split_label(definition.text, 4)
            name, place = definition.id, definition.place
        else:
            statement = _statement(entry, path)
            grouped = bool(entry.group) and entry.kind != "row"
            area, text = ("", entry.text) if grouped else (statement.label, statement.text)
            name, place = "", statement.place
        area = area or entry.group or ("" if _is_section(entry.heading) else entry.heading)
        if not is_empty(text):
            found.append(NonFunctional(name, area, text, place, parse_quantities(text, area)))
    return tuple(found)


def _is_section(heading: str) -> bool:
    return re.search(r"non[- ]?functional|nfr|functional requirements|requirements", heading, re.IGNORECASE) is not None


def is_metadata(entry: Entry) -> bool:
    """Whether an entry only says things about the document (`Last updated: …`, `Epic: …`)."""
    label, _ = split_label(entry.text, 3)
    return _METADATA.match(label or entry.group) is not None


def _statement(entry: Entry, path: str) -> Statement:
    place = Place(path, entry.line)
    if entry.kind == "row":
        return _row(entry, place)
    plain, after = split_label(entry.text, 3)
    if plain and _GENERIC_LABEL.match(plain):
        own, rest = ("Decision", after) if plain.lower() == "decision" else ("", after)
    else:
        own, rest = split_label(entry.text, _LABEL_WORDS.get(entry.topic, 6))
    return Statement(rest, place, own or entry.group or ("" if entry.topic else entry.heading))


def _row(entry: Entry, place: Place) -> Statement:
    if not entry.cells:
        return Statement("", place)
    (_, label), *others = entry.cells
    filled = [(head, cell) for head, cell in others if cell]
    if len(filled) == 1:
        return Statement(filled[0][1], place, label)
    text = "; ".join(f"{head}: {cell.rstrip('.')}" if head else cell.rstrip(".") for head, cell in filled)
    return Statement(text or label, place, label if text else entry.group)


def _field(entry: Entry, statement: Statement) -> str:
    topic = entry.topic
    if not topic:
        return "notes" if entry.heading else ""
    if topic == "overview":
        return "" if is_metadata(entry) else "summary"
    if topic in {"users", "roles"}:
        mixed = "use" in entry.heading.lower() and "case" in entry.heading.lower()
        plain = not statement.label and len(statement.text.split()) > _USE_CASE_WORDS
        return "use_cases" if topic == "users" and mixed and plain and entry.kind == "item" else "roles"
    if topic in {"flags", "rollout"}:
        return _flag_field(entry, statement)
    if statement.label.lower() == "decision" and topic.startswith("questions"):
        return "assumptions"
    if topic == "questions_mixed":
        return "questions" if "?" in statement.text else "assumptions"
    if topic == "data":
        topic = _data_topic(entry, statement)
    simple = {
        "ux": "interface_notes",
        "interfaces": "interface_notes",
        "data": "data_notes",
        "integration": "integration_notes",
    }
    kept = {"background", "use_cases", "goals", "non_goals", "telemetry", "questions", "assumptions"}
    return simple.get(topic, topic if topic in kept else "")


def _data_topic(entry: Entry, statement: Statement) -> str:
    if statement.label:
        return refine_topic("data", statement.label)
    if "interface" not in entry.heading.lower() and "api" not in entry.heading.lower():
        return "data"
    if _DEPENDS.search(statement.text):
        return "integration"
    return "interfaces" if _INTERFACE.search(statement.text) else "data"


def _flag_field(entry: Entry, statement: Statement) -> str:
    if _NO_FLAG.match(statement.text):
        return "rollout" if len(re.findall(r"[.;](?:\s|$)", statement.text)) > 1 else ""
    if refine_topic("flags", statement.label) == "rollout":
        return "rollout"
    said = f"{entry.group} {statement.label} {statement.text}"
    flagged = entry.topic == "flags" and (_FLAG.search(said) or _WHOLLY_FLAGS.search(entry.heading))
    return "flags" if flagged else "rollout"
