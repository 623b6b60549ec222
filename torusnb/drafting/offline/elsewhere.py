"""Work that a pack puts outside the Elixir application: another language's folder, which the outline does not cover."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack

_PUTS = re.compile(
    r"\b(?:implement\w*|liv(?:e|es|ing)|belongs?|built|reside\w*|located|placed?|written)\b[^.;]{0,60}?"
    r"\b(?:in|under|inside|within|into|below)\s+(?:the\s+)?(?:existing\s+)?"
    r"`(?P<path>[a-z][\w.-]*/(?:(?:[\w.-]+/)*|(?:[\w.-]+/)+[\w.-]+))`",
    re.IGNORECASE,
)
"""A folder ends with its slash, or is two deep: `browser/server` in passing is none."""
_INSIDE = frozenset(
    {"lib", "test", "priv", "config", "assets", "docs", "guides", "deps", "rel", "scripts", "storybook"}
)
"""Folders of a Phoenix application, and those that hold no code."""


class Elsewhere(Value, frozen=True):
    """The folder that the pack puts the work into, and the evidence that says so."""

    path: str
    key: str


def find_elsewhere(evidence: EvidencePack) -> Elsewhere | None:
    """The deepest folder outside the application that the pack says the work lives in; None where it names none."""
    pack = evidence.pack
    roots = {file.path.split("/")[0] for file in evidence.context.code.files} | _INSIDE
    said = [(r.id, r.text) for r in pack.requirements]
    said += [(place_key(n.place), n.text) for n in pack.nonfunctional]
    for group in (pack.summary, pack.goals, pack.data_notes, pack.interface_notes, pack.integration_notes, pack.notes):
        said += [(place_key(note.place), note.text) for note in group]
    found = [
        Elsewhere(match["path"], key)
        for key, text in said
        for match in _PUTS.finditer(text)
        if match["path"].split("/")[0] not in roots
    ]
    return max(found, key=lambda one: one.path.rstrip("/").count("/"), default=None)
