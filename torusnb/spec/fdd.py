"""fdd.md to sections matched with the template; the parts put together again are the text, byte for byte."""

from __future__ import annotations

import re

import msgspec

from torusnb.models.base import Value
from torusnb.models.design import Template, TemplateSection
from torusnb.spec.markdown import Chapter, parse_chapters

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


class FddSection(Value, frozen=True):
    """A heading of a design document with what stands below it.

    Attributes:
        id: The template section's id, or empty for a section that the template does not have.
        title: The heading's words, without its number.
        number: The number written in the heading (`4.1`), or empty; it may differ from `id`.
        level: The heading's level, 1 to 6.
        line: 1-based line of the heading; `end_line` is the last line, sub-sections included.
        heading: The heading's own line, verbatim, with its line end.
        text: What follows up to the next heading of any level, verbatim: `heading + text` is the section's own part.
        whole: Heading, text and all sub-sections, verbatim.
        parent: The position in `sections` of the section it lies in, or -1.
    """

    id: str
    title: str
    number: str
    level: int
    line: int
    end_line: int
    heading: str
    text: str
    whole: str
    parent: int = -1


class FddDocument(Value, frozen=True):
    """A design document in parts.

    Attributes:
        title: The document's own heading, or empty.
        preamble: All before the first section, verbatim, the title's line included.
        sections: Every heading in order, sub-sections after the section they lie in.
    """

    title: str
    preamble: str
    sections: tuple[FddSection, ...] = ()

    @property
    def top(self) -> tuple[FddSection, ...]:
        """The sections that lie in no other: `preamble` and their `whole` texts make the document."""
        return tuple(section for section in self.sections if section.parent < 0)

    @property
    def text(self) -> str:
        """The document's text, exactly as it was parsed."""
        return self.preamble + "".join(section.whole for section in self.top)

    def section(self, section_id: str) -> FddSection | None:
        """The section matched with a template id, or None; at most one section has an id."""
        return next((section for section in self.sections if section_id and section.id == section_id), None)


def parse_fdd(text: str, template: Template) -> FddDocument:
    """The sections of a design document; never raises.

    A heading is matched by its title, then by the template's aliases; its number only decides between two
    template sections that both fit. A sub-section of the template fits below its parent only, and the first
    heading that fits a template section keeps it. `#` inside fenced code is no heading.
    """
    lines = _LINES.findall(text)
    clean = "".join(line.rstrip("\r\n") + "\n" for line in lines).removeprefix("\ufeff")
    chapters = _headings(parse_chapters(clean), matcher := _Matcher(template))
    title, chapters = _take_title(chapters, matcher)
    first = chapters[0].line if chapters else len(lines) + 1
    sections: list[FddSection] = []
    open_sections: list[int] = []
    for at, chapter in enumerate(chapters):
        while open_sections and sections[open_sections[-1]].level >= chapter.level:
            open_sections.pop()
        above = [sections[position].id for position in open_sections]
        following = chapters[at + 1].line if at + 1 < len(chapters) else len(lines) + 1
        end = next((other.line for other in chapters[at + 1 :] if other.level <= chapter.level), len(lines) + 1)
        sections.append(
            FddSection(
                matcher.match(chapter, above),
                chapter.title,
                chapter.number,
                chapter.level,
                chapter.line,
                end - 1,
                "".join(lines[chapter.line - 1 : chapter.body_line - 1]),
                "".join(lines[chapter.body_line - 1 : following - 1]),
                "".join(lines[chapter.line - 1 : end - 1]),
                open_sections[-1] if open_sections else -1,
            )
        )
        open_sections.append(at)
    return FddDocument(title, "".join(lines[: first - 1]), tuple(sections))


def _headings(chapters: tuple[Chapter, ...], matcher: _Matcher) -> list[Chapter]:
    """The real headings; bold lines that name a template section, in a document that has only those."""
    real = [chapter for chapter in chapters if chapter.level and not chapter.bold]
    if len(real) > 1 or any(matcher.fitting(chapter.title) for chapter in real):
        return real
    named = [chapter for chapter in chapters if chapter in real or (chapter.level and matcher.fitting(chapter.title))]
    return [msgspec.structs.replace(chapter, level=min(chapter.level, 2)) for chapter in named]


def _take_title(chapters: list[Chapter], matcher: _Matcher) -> tuple[str, list[Chapter]]:
    """The document's title, where the first heading is one, and the headings after it."""
    if not chapters or chapters[0].level != 1 or matcher.fitting(chapters[0].title):
        return "", chapters
    return chapters[0].title, chapters[1:]


class _Matcher:
    def __init__(self, template: Template) -> None:
        self.by_title: dict[str, list[TemplateSection]] = {}
        self.by_alias: dict[str, list[TemplateSection]] = {}
        self.taken: set[str] = set()
        for section in template.sections:
            self.by_title.setdefault(_bare(section.title), []).append(section)
            for alias in section.aliases:
                self.by_alias.setdefault(_bare(alias), []).append(section)

    def fitting(self, title: str) -> list[TemplateSection]:
        """The template sections that a heading's words fit, best kind of fit first."""
        for words in dict.fromkeys((_bare(title), _bare(_BRACKETS.sub("", title)))):
            found = self.by_title.get(words) or self.by_alias.get(words)
            if found:
                return found
        return []

    def match(self, chapter: Chapter, above: list[str]) -> str:
        fitting = [
            section
            for section in self.fitting(chapter.title)
            if section.id not in self.taken and _belongs(section, above)
        ]
        numbered = [section for section in fitting if section.id == chapter.number]
        chosen = next(iter(numbered or fitting), None)
        if chosen is None:
            return ""
        self.taken.add(chosen.id)
        return chosen.id


def _belongs(section: TemplateSection, above: list[str]) -> bool:
    parent = section.id.rpartition(".")[0]
    return above[-1] == parent if above else not parent


def _bare(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.lower().replace("&", " and ").replace("_", " ")))
