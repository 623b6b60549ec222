"""Folders that a document names and the checkout does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.review import NamedThing
from torusnb.review.naming import Naming

_FOLDER = re.compile(r"(?<=`)(?P<path>[\w-]+(?:/[\w.@+-]+)+)/(?=`)")
"""A code span with a slash at its end, of two parts and more: less is too often a part of a route."""


def find_missing_folders(naming: Naming) -> Iterator[NamedThing]:
    """Each folder below one of the checkout's that is not there and not declared new, once.

    One that a file of the document lies in is left out: what is said of that file says it of the folder.
    """
    told: set[str] = set()
    for match in _FOLDER.finditer(naming.reading.text):
        path = match["path"]
        within = any(thing.name.startswith(f"{path}/") for thing in naming.paths)
        if path in told or within or not naming.known_below(path) or naming.names.has_folder(path):
            continue
        told.add(path)
        spans = [other.start() for other in _FOLDER.finditer(naming.reading.text) if other["path"] == path]
        if not any(naming.declarations.declared(at) or naming.declarations.loosely(at) for at in spans):
            yield NamedThing("folder", path, "unknown", naming.reading.line_at(match.start()), (), len(spans))
