"""Markdown pages: guides under deps/, and the `.md` pages and `llms.txt` that ExDoc writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.research.pages.masking import mask_unseen
from torusnb.research.pages.page import Page, Section

READER = "1"

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\Z")
_NAMED = re.compile(r"`([^`\s]+)`")
_MEMBER = re.compile(r"`((?:[ct]:)?[^`\s]+/\d{1,3})`")
_SPEC = re.compile(r"```\w*\n@(spec|macrocallback|callback|type|typep|opaque)\s+([^\s(]+)\s*(\(?)")
_PREFIX = {"spec": "", "callback": "c:", "macrocallback": "c:", "type": "t:", "typep": "t:", "opaque": "t:"}
_LONGEST_HEADING = 300
_LONGEST_SPEC = 4_000


def extract_markdown(text: str, url: str, *, title: str = "", module: bool = False) -> Page:
    """The page of a Markdown text; `text[s.start:s.end]` is a section without its heading's line.

    Its text is verbatim, but for blanks where markup hides something from a reader (HTML comments, hidden elements), so
    that offsets are those of the decoded bytes. A heading inside a code fence is none.

    Args:
        text: The decoded bytes.
        url: Its address.
        title: Its title; by default its first heading.
        module: Whether it is a module's page: anchors are those of ExDoc, where a heading of the form `` `fetch/2` ``
            begins a member's documentation and leads to that member.
    """
    text = mask_unseen(text)
    owner = "module" if module else ""
    made: list[Section] = []
    for heading, level, start, end in _split(text):
        member = _MEMBER.fullmatch(heading) if module and level == 1 else None
        owner = member[1] if member else owner
        anchor = owner if member else "-".join(part for part in (owner, anchor_of(heading)) if part)
        made.append(Section(heading, level, start, end, anchor if heading else ""))
    sections = tuple(made)
    first = next((plain_heading(s.heading) for s in sections if s.heading), "")
    return Page(url, title or first, text, sections, extractor=f"markdown/{READER}", markdown=True)


def extract_exdoc_markdown(text: str, url: str) -> Page:
    """The page of a `.md` file that ExDoc wrote beside its HTML page, with the anchors of that HTML page.

    A function's heading names it without its arity, which its specification tells; one without leads to the page.
    """
    text = mask_unseen(text)
    address = re.sub(r"\.md$", ".html", url)
    made: list[Section] = []
    owner = ""
    for heading, level, start, end in _split(text):
        name = _NAMED.fullmatch(heading)
        anchor = ""
        if name and level == 1:
            owner = "module-" if not made or not any(s.heading for s in made) else _function_id(text[start:end])
            anchor = "" if owner == "module-" else owner
            owner = owner if owner in {"", "module-"} else owner + "-"
        elif heading and level > 1:
            anchor = owner + anchor_of(heading)
        made.append(Section(heading, level, start, end, anchor, address))
    title = next((plain_heading(s.heading) for s in made if s.heading), "")
    return Page(url, title, text, tuple(made), extractor=f"exdoc-markdown/{READER}", markdown=True)


def anchor_of(heading: str) -> str:
    """The fragment of a heading as ExDoc makes it: lower case, words joined by dashes."""
    plain = re.sub(r"<[^>]*>|[`*]", "", heading).lower()
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", plain)).strip("-")


def plain_heading(heading: str) -> str:
    """A heading without its code ticks and stars."""
    return re.sub(r"[`*]", "", heading).strip()


def _function_id(text: str) -> str:
    """`name/2`, `c:name/2` or `t:name/0` from the specification that begins the text; empty without one."""
    found = _SPEC.search(text[:600])
    if found is None:
        return ""
    kind, name, opening = found.groups()
    return f"{_PREFIX[kind]}{name}/{_arity(text[found.end() :]) if opening else 0}"


def _arity(text: str) -> int:
    """How many arguments stand before the closing bracket."""
    depth, commas, seen = 1, 0, False
    for char in text[:_LONGEST_SPEC]:
        if char in "([{<":
            depth += 1
        elif char in ")]}>":
            depth -= 1
            if depth == 0:
                break
        elif char == "," and depth == 1:
            commas += 1
        seen = seen or not char.isspace()
    return commas + 1 if seen else 0


def _split(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Heading, level and span of each section; the span leaves out the heading's own line."""
    heading, level, start, fence = "", 0, 0, ""
    for line in _LINE.finditer(text):
        content = line.group().rstrip("\r\n")
        mark = _FENCE.match(content)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and fence and mark.group(1).startswith(fence) and not content[mark.end() :].strip():
            fence = ""
        found = None if fence or mark or len(content) > _LONGEST_HEADING else _HEADING.match(content)
        if found:
            yield heading, level, start, line.start()
            heading, level, start = found.group(2), len(found.group(1)), line.end()
    yield heading, level, start, len(text)
