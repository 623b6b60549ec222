"""A reply's text made into a section's text: what a model adds around it goes, what it means stays."""

from __future__ import annotations

import re

from torusnb.drafting.claude.blocks import Mark
from torusnb.models.design import Template, TemplateSection
from torusnb.spec.codeparts import edit_prose, find_fences

_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(?:(?P<id>\d+(?:\.\d+)*)\.?\s+)?(?P<title>.+?)\s*#*\s*$")
_BOLD = re.compile(r"^\s*(?:\*\*|__)(?:(?P<id>\d+(?:\.\d+)*)\.?\s+)?(?P<title>[^*\n]+?)(?:\*\*|__)\s*$")
_WRAPPED = re.compile(r"\A\s*(?P<ticks>`{3,})(?:markdown|md)?[ \t]*\n(?P<body>.*)\n(?P=ticks)\s*\Z", re.DOTALL)
_COMMAS = re.compile(r"\[@[^\s;,\]]+(?:\s*[;,]\s*@[^\s;,\]]+)+\]")


def tidy_section(text: str, section: TemplateSection, template: Template, mark: Mark) -> str:
    """The section's text: unwrapped, without its own heading, with headings of its own as labels in bold.

    A heading that names another section stays, for the check to refuse.
    """
    text = mark.clean(text).strip()
    wrapped = _WRAPPED.match(text)
    if wrapped and wrapped["ticks"] not in wrapped["body"]:
        text = wrapped["body"].strip()
    lines = text.split("\n")
    while lines and (not lines[0].strip() or _names(lines[0], section)):
        lines.pop(0)
    fenced = {line for first, last in find_fences("\n".join(lines)) for line in range(first, last + 1)}
    for index, line in enumerate(lines):
        match = _HEADING.match(line)
        if match and index + 1 not in fenced and other_section(line, section, template) is None:
            lines[index] = f"**{match['title'].strip('*_ ')}**"
    text = "\n".join(line.rstrip() for line in lines).strip()
    return edit_prose(text, lambda prose: _COMMAS.sub(lambda match: match.group().replace(",", ";"), prose))


def other_section(line: str, section: TemplateSection, template: Template) -> TemplateSection | None:
    """The other section of the template whose heading a line is, by number or by title."""
    match = _HEADING.match(line)
    if match is None:
        return None
    for other in template.sections:
        titled = _bare(match["title"]) in {_bare(title) for title in (other.title, *other.aliases)}
        if other.id != section.id and (titled or match["id"] == other.id):
            return other
    return None


def _names(line: str, section: TemplateSection) -> bool:
    match = _HEADING.match(line) or _BOLD.match(line)
    if match is None:
        return False
    return match["id"] == section.id or _bare(match["title"]) == _bare(section.title)


def _bare(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.lower().replace("&", " and ")))
