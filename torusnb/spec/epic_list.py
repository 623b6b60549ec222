"""The requirements.yml of an epic, read as statements like those of its documents."""

from __future__ import annotations

from torusnb.models.base import Place, Problem
from torusnb.spec.definitions import CRITERION, NONFUNCTIONAL, Definition
from torusnb.spec.entries import Entry
from torusnb.spec.requirements_yaml import parse_requirements

LISTS = ("requirements.yml", "requirements.yaml")
MOST_LISTED = 500
"""Entries of an epic's list that are looked at."""

_HEADINGS = {NONFUNCTIONAL: "Non-functional requirements", CRITERION: "Acceptance criteria"}
_TOPICS = {NONFUNCTIONAL: "nonfunctional", CRITERION: "acceptance"}
_REMEDY = "Mend the file if the design should know all of it; nothing else rests on what was left out."


def is_list(name: str) -> bool:
    """Whether a document is a list of requirements, by its name."""
    return name.rpartition("/")[2] in LISTS


def read_listed(text: str) -> list[Entry]:
    """The entries of a list as statements, each under what it is one of; empty where nothing can be read."""
    return [_entry(definition) for definition in parse_requirements(text, "").definitions[:MOST_LISTED]]


def review_list(text: str, path: str) -> tuple[Problem, ...]:
    """What keeps a list from being read as it stands, in one note; it is not the pack's own, so it stops nothing."""
    problems = parse_requirements(text, path).problems
    broken = next((problem for problem in problems if problem.broken), None)
    if broken is None:
        return ()
    left = sum(problem.severity == "error" for problem in problems)
    lost = f" {left} of its lines {'was' if left == 1 else 'were'} left out." if left else ""
    what = f"{broken.text} Of the epic's list what can be read counts.{lost}"
    return (Problem(Place(path, broken.place.line), what, _REMEDY, "note"),)


def _entry(made: Definition) -> Entry:
    heading = _HEADINGS.get(made.family, "Requirements")
    words = f"{made.title}: {made.text}" if made.title else made.text
    return Entry(words, made.place.line, "item", _TOPICS.get(made.family, "functional"), heading, made.area, id=made.id)
