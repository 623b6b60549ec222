"""Guides: the checkout's own documents, cut into sections that know what they speak of."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

from torusnb.context.map.contents import read_bytes
from torusnb.context.map.words import MODULE, count_terms
from torusnb.models.base import Place, Problem, Value
from torusnb.models.guides import Guide, GuideSection

_TERMS = 24
_LARGEST = 1_000_000
_LINE_END = re.compile(r"\r\n?")
_MARKS = re.compile(r"[`*_]{1,3}|\[([^\]]*)\]\([^)]*\)")


class ReadGuide(Value, frozen=True):
    """What came of reading a guide: the guide, or a problem, or neither when it is blank.

    Attributes:
        sha256: Over the file's bytes; empty when they could not be read.
    """

    path: str
    sha256: str
    guide: Guide | None = None
    problem: Problem | None = None


def load_guide(root: Path, path: str) -> ReadGuide:
    """One of the checkout's guides as it lies there now; it never fails."""
    try:
        content = read_bytes(root, path)
    except OSError as error:
        return ReadGuide(path, "", problem=_problem(path, f"The guide cannot be read ({error.strerror})."))
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ReadGuide(path, sha256, problem=_problem(path, "The guide is not UTF-8 text."))
    if len(content) > _LARGEST:
        told = f"The guide has {len(content):,} bytes and was left out."
        return ReadGuide(path, sha256, problem=_problem(path, told))
    return ReadGuide(path, sha256, parse_guide(text, path) if text.strip() else None)


def _problem(path: str, text: str) -> Problem:
    return Problem(Place(path), text, "Nothing rests on it; mend the file if the design should know it.", "note")


def parse_guide(text: str, path: str) -> Guide:
    """The guide's sections in order; text before the first heading stands under the guide's title.

    A section's text ends where the next heading begins, whatever its level, so no line is in two sections. Its first
    line is the one after the heading's first line (an underline is left blank), so that lines can be counted.
    Lines end as in Markdown, in a line feed, a carriage return or both; no other separator ends one.
    """
    clean = _LINE_END.sub("\n", text)
    lines = clean.split("\n")
    cuts = [(0, 0, 0, "")]
    cuts += _headings(clean)
    title = next((heading for _, _, _, heading in cuts if heading), "") or _title_of(path)
    sections = []
    above: list[tuple[int, str]] = []
    for number, (start, body, level, heading) in enumerate(cuts):
        end = cuts[number + 1][0] if number + 1 < len(cuts) else len(lines)
        content = "\n".join([*[""] * max(body - start - 1, 0), *lines[body:end]]).rstrip()
        above = [*(entry for entry in above if entry[0] < level), (level, heading)] if level else []
        if level or content.strip():
            trail = " > ".join(entry for _, entry in above if entry) or title
            sections.append(_section(path, trail, level, start + 1, content))
    return Guide(path, title, hashlib.sha256(text.encode()).hexdigest(), tuple(sections))


@cache
def _parser() -> MarkdownIt:
    """A parser of blocks alone; making one takes as long as reading a guide."""
    parser = MarkdownIt("commonmark").use(front_matter_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _headings(text: str) -> list[tuple[int, int, int, str]]:
    """First line, line after, level and plain text of every heading; lines count from 0."""
    found = []
    tokens = _parser().parse(text)
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            heading = _MARKS.sub(lambda mark: mark.group(1) or "", inside.content).strip()
            found.append((token.map[0], token.map[1], int(token.tag[1:]), heading))
    return found


def _title_of(path: str) -> str:
    stemmed = path.rpartition("/")[2].rpartition(".")[0]
    return stemmed.replace("_", " ").replace("-", " ").strip().capitalize()


def _section(path: str, heading: str, level: int, line: int, text: str) -> GuideSection:
    counted = count_terms(f"{heading}\n{text}")
    ranked = sorted(counted, key=lambda word: (-counted[word], word))[:_TERMS]
    modules = dict.fromkeys(match.group() for match in MODULE.finditer(text))
    return GuideSection(path, heading, level, line, text, tuple(sorted(ranked)), tuple(sorted(modules)))
