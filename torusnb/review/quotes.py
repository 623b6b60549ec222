"""Words in quotation marks: they stand in the guide or the captured source named right behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.codebase import CodeMap
from torusnb.models.guides import Guide
from torusnb.models.review import Finding
from torusnb.models.sources import Research
from torusnb.review.reading import Reading
from torusnb.review.rules import found
from torusnb.spec.pathtails import PathTails, PlaceReader

_QUOTE = re.compile(
    r"“(?P<words>[^“”]{12,})”\s*"
    r"(?:\(`(?P<path>[^`\s:]+\.md)(?::[\d, ]+)?`|\[(?P<label>[a-z0-9][\w.-]*[a-z0-9])\](?![(\[:]))"
)
_LEFT_OUT = re.compile(r"\s*(?:\[…\]|\[\.\.\.\]|…|\.{3})\s*")
_MARKS = re.compile(r"[`*_\\]")
_LEAST_PART = 8


def review_quotes(reading: Reading, code: CodeMap | None, research: Research | None) -> Iterator[Finding]:
    """Quotes that differ from what they are taken from, each at its line.

    A quote is what stands in curly quotation marks directly before the place of a guide or the label of a source. White
    space and Markdown's own signs make no difference, and parts left out with `…` are looked for one by one. Guides
    that the checkout does not have, and sources without captured words, are left to other rules.

    Args:
        reading: The document.
        code: The code map, for the guides.
        research: The captured words of the sources.
    """
    guides = {guide.path: guide for guide in code.guides} if code is not None else {}
    places = PlaceReader(reading.text, PathTails(guides))
    for match in _QUOTE.finditer(reading.text):
        if match["path"]:
            guide = guides.get(places.resolve(match["path"].removeprefix("…/")))
            held, where = (_guide_text(guide), guide.path) if guide is not None else ("", "")
        else:
            held, where = _captured(match["label"], research), f"what was captured of [{match['label']}]"
        if held and not _stands_in(match["words"], held):
            line = reading.line_at(match.start())
            yield found(
                "citation.misquoted",
                reading.path,
                line,
                f"“{_short(match['words'])}” does not stand in {where} in these words.",
                "Take the words as they stand there, or say it in your own words without quotation marks.",
                section=reading.section_id(line),
            )


def _guide_text(guide: Guide) -> str:
    return "\n".join(f"{section.heading}\n{section.text}" for section in guide.sections)


def _captured(label: str, research: Research | None) -> str:
    if research is None:
        return ""
    return "\n".join(citation.quote for citation in research.citations if citation.source == f"src:{label}")


def _stands_in(words: str, held: str) -> bool:
    bare = _bare(held)
    parts = [part for part in map(_bare, _LEFT_OUT.split(words)) if len(part) >= _LEAST_PART]
    return all(part.rstrip(".,;:") in bare for part in parts)


def _bare(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split())


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:59].rstrip()}…"
