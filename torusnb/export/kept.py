"""The files that a person's sections cite, listed beside those of the fresh sections.

A person's text is never changed, so an end of a path in it goes on to mean what it meant in the document it comes from:
the references list each such end with its whole path. Where a fresh section would mean another file by the same
end, it says a longer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torusnb.models.design import Template
from torusnb.spec.fdd import parse_fdd
from torusnb.spec.pathtails import KEPT_LABEL, PathTails, PlaceReader, render_place

_INTRO = "what a person wrote cites these files by the ends of paths that it had."


def find_kept_ends(texts: Iterable[str], existing: PlaceReader, fresh: PlaceReader) -> dict[str, str]:
    """The ends that a person's sections cite, to whole paths, as far as the fresh list does not tell them.

    Args:
        texts: The sections.
        existing: The document that they stand in.
        fresh: What torusnb renders now.
    """
    found: dict[str, str] = {}
    for text in texts:
        for place in existing.find(text):
            tail = text[place.offset + 1 : place.end - 1].rpartition(":")[0]
            path = existing.resolve_listed(tail)
            if path and fresh.resolve_listed(tail) != path:
                found[tail] = path
    return dict(sorted(found.items()))


def list_kept_ends(document: str, kept: Mapping[str, str], template: Template) -> str:
    """A document of torusnb's own with those ends listed, and with longer ends where it would use one of them.

    Args:
        document: A whole design document.
        kept: Ends to whole paths.
        template: Its sections; without one for the references nothing is done.
    """
    ids = {section.id for section in template.sections if section.form == "references"}
    section = next((found for found in parse_fdd(document, template).sections if found.id in ids), None)
    if not kept or section is None:
        return document
    lines = document.split("\n")
    head, tail = lines[: section.end_line], lines[section.end_line :]
    items = "\n".join(f"- `{path}` as `{end}`" for end, path in kept.items())
    listed = f"{_lengthen(chr(10).join(head), document, kept).rstrip()}\n\n{KEPT_LABEL}: {_INTRO}\n\n{items}\n"
    rest = "\n".join(tail)
    return f"{listed}\n{_lengthen(rest, document, kept)}" if rest.strip() else listed


def _lengthen(text: str, document: str, kept: Mapping[str, str]) -> str:
    """The text with each end that means something else now written at greater length."""
    places = PlaceReader(document)
    tails = PathTails((*places.listed, *kept.values()))
    parts, position = [], 0
    for place in places.find(text):
        written = text[place.offset + 1 : place.end - 1].rpartition(":")[0]
        path = places.resolve_listed(written)
        if not path or (kept.get(written, path) == path and tails.fitting(written) == (path,)):
            continue
        parts += [text[position : place.offset], f"`{render_place(_longer(path, written, tails, kept), place.lines)}`"]
        position = place.end
    return "".join([*parts, text[position:]])


def _longer(path: str, tail: str, tails: PathTails, kept: Mapping[str, str]) -> str:
    least = tail.count("/") + 2
    parts = path.split("/")
    ends = ("/".join(parts[-count:]) for count in range(least, len(parts)))
    return next((end for end in ends if tails.fitting(end) == (path,) and kept.get(end, path) == path), path)
