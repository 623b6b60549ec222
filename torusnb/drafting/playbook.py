"""The playbook: what a senior architect of such a codebase would advise, as data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from torusnb.drafting.signal import ALWAYS
from torusnb.drafting.signals import SIGNALS
from torusnb.errors import TemplateError
from torusnb.models.design import FocusArea, Practice
from torusnb.resources import data_path
from torusnb.spec.flaws import refuse_yaml

PLACEHOLDERS: dict[str, str] = {
    "cache": "the cache",
    "event_prefix": "the application's event prefix",
    "live_view": "the LiveView",
    "module": "the owning context",
    "table": "the table",
    "worker": "the worker",
}
"""Placeholder of an advice to the words that stand in where the feature has no name of its own for it."""

_PLACEHOLDER = re.compile(r"(?<![%`])\{([a-z_]+)\}")
_LINE = object()
_AREA_KEYS = frozenset({"id", "title", "asks", "practices"})
_PRACTICE_KEYS = frozenset({"id", "title", "when", "applies", "advice", "checks", "source", "sections"})


def load_playbook(path: Path | None = None) -> tuple[FocusArea, ...]:
    """The focus areas with their practices, in the file's order; the playbook of torusnb without a path.

    Raises:
        TemplateError: The file cannot be read, is no YAML of the form its head describes, repeats an id,
            or names a signal or placeholder that does not exist.
    """
    path = path or data_path("playbook.yml")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = (
            "is not UTF-8 text" if isinstance(problem, UnicodeDecodeError) else f"cannot be read ({problem.strerror})"
        )
        raise TemplateError(f"The playbook {reason}; give a readable YAML file.", path=path) from problem
    return parse_playbook(text, str(path))


def parse_playbook(text: str, path: str) -> tuple[FocusArea, ...]:
    """The focus areas of a playbook's text; `path` is only for messages.

    Raises:
        TemplateError: As in `load_playbook`.
    """
    try:
        data = yaml.load(text, Loader=_LinedLoader)  # noqa: S506 - a safe loader that also keeps lines
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        raise refuse_yaml("The playbook", text, path, problem) from problem
    entries = data.get("areas") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not entries:
        raise TemplateError("A playbook needs `areas:` with a list of focus areas; add it.", path=path)
    areas = tuple(_area(_Entry(entry, path, "focus area", _AREA_KEYS)) for entry in entries)
    _refuse_repeated(entries, path)
    return areas


def applicable_practices(
    playbook: tuple[FocusArea, ...], signals: Collection[str], section: str = ""
) -> tuple[Practice, ...]:
    """The practices whose signals all hold, of one section when it is named.

    Those that belong to the section first of all come before those that only touch it, and among them
    those with the narrower condition come first; otherwise the playbook's order stays.
    """
    found = [
        practice
        for area in playbook
        for practice in area.practices
        if set(practice.when) <= set(signals) and (not section or section in practice.sections)
    ]
    return tuple(sorted(found, key=lambda practice: _relevance(practice, section)))


def _relevance(practice: Practice, section: str) -> tuple[int, int]:
    place = practice.sections.index(section) if section else 0
    narrow = len([signal for signal in practice.when if signal != ALWAYS])
    return (place, -narrow)


def fill_advice(text: str, names: Mapping[str, str]) -> str:
    """The advice with the feature's own names in place of its placeholders.

    A placeholder that `names` does not hold becomes the words of `PLACEHOLDERS`, with a capital letter
    at the beginning of a sentence.
    """

    def name_for(match: re.Match[str]) -> str:
        given = names.get(match.group(1))
        if given:
            return given
        words = PLACEHOLDERS[match.group(1)]
        begins = match.start() == 0 or text[: match.start()].endswith((". ", "? "))
        return words[0].upper() + words[1:] if begins else words

    return _PLACEHOLDER.sub(name_for, text)


class _LinedLoader(yaml.CSafeLoader):
    """A safe loader whose mappings know their line, under a key that no YAML text can hold."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        mapping[_LINE] = node.start_mark.line + 1
        return mapping


class _Entry:
    """One mapping of the file, read with messages that name its line."""

    def __init__(self, data: object, path: str, kind: str, keys: frozenset[str]) -> None:
        self.path = path
        self.kind = kind
        if not isinstance(data, dict):
            raise TemplateError(f"Each {kind} must be a mapping with the keys {', '.join(sorted(keys))}.", path=path)
        self.data = data
        self.line: int = data[_LINE]
        unknown = sorted(str(key) for key in data if key is not _LINE and key not in keys)
        if unknown:
            raise self.error(f"has the unknown key `{unknown[0]}`; the keys are {', '.join(sorted(keys))}")

    def error(self, what: str) -> TemplateError:
        name = self.data.get("id")
        subject = f"The {self.kind} `{name}`" if isinstance(name, str) else f"This {self.kind}"
        return TemplateError(f"{subject} {what}.", path=self.path, line=self.line)

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"needs text under `{key}`; add it, in quotes if it is a number")
        return " ".join(value.split())

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.data.get(key)
        if not isinstance(values, list) or not values:
            raise self.error(f"needs a list under `{key}`; add at least one entry")
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.error(f"holds something other than text under `{key}`; put numbers in quotes")
        return tuple(" ".join(value.split()) for value in values)


def _area(entry: _Entry) -> FocusArea:
    practices = entry.data.get("practices")
    if not isinstance(practices, list) or not practices:
        raise entry.error("needs a list under `practices`; add at least one")
    area_id = entry.text("id")
    return FocusArea(
        id=area_id,
        title=entry.text("title"),
        asks=entry.text("asks"),
        practices=tuple(_practice(_Entry(data, entry.path, "practice", _PRACTICE_KEYS), area_id) for data in practices),
    )


def _practice(entry: _Entry, area_id: str) -> Practice:
    when = entry.texts("when")
    for signal in when:
        if signal not in SIGNALS:
            raise entry.error(f"names the unknown signal `{signal}`{_nearest(signal, SIGNALS)}")
    advice = entry.text("advice")
    for name in _PLACEHOLDER.findall(advice):
        if name not in PLACEHOLDERS:
            raise entry.error(f"uses the unknown placeholder `{{{name}}}`; the known are {', '.join(PLACEHOLDERS)}")
    source = entry.text("source")
    if not source.startswith("src:"):
        raise entry.error(f"needs a source that begins with `src:`, not `{source}`; name a key of the catalogue")
    return Practice(
        id=entry.text("id"),
        focus=area_id,
        title=entry.text("title"),
        when=when,
        applies=entry.text("applies"),
        advice=advice,
        checks=entry.texts("checks"),
        source=source,
        sections=entry.texts("sections"),
    )


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else "; torusnb/drafting/signals.py lists them"


def _refuse_repeated(areas: list[dict[Any, Any]], path: str) -> None:
    seen: dict[str, int] = {}
    for entry in [*areas, *(practice for area in areas for practice in area["practices"])]:
        if entry["id"] in seen:
            raise TemplateError(
                f"The id `{entry['id']}` was used before, in line {seen[entry['id']]}; give each its own.",
                path=path,
                line=entry[_LINE],
            )
        seen[entry["id"]] = entry[_LINE]
