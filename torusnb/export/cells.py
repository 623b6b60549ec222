"""The notebook's final cells -> section drafts, with the evidence the notebook carries.

A final cell is tagged `fdd` and `section:<id>`. Its text is a Markdown cell's source or a code cell's Markdown
output. The cell tagged `section:*` holds whole sections under their numbered headings. Some code cell's output holds
the evidence under the MIME type `EVIDENCE_MIME`; one that shows `ABSENT_MIME` says that it has no section to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from torusnb.errors import InputError, NotebookError
from torusnb.export.document import render_heading
from torusnb.models.base import Place, Value
from torusnb.models.design import Evidence, SectionDraft, Template
from torusnb.models.sources import Citation, Source
from torusnb.spec.codeparts import find_fences
from torusnb.spec.template import load_template

EVIDENCE_MIME = "application/vnd.torusnb.evidence+json"
ABSENT_MIME = "application/vnd.torusnb.absent+json"
"""Marks an output that only tells a reader that there is nothing to show; such a cell is no part of the document."""
FINAL_TAG = "fdd"
SECTION_TAG = "section:"
OTHER_SECTIONS = "*"
"""What the tag of the cell names that holds sections without a cell of their own."""

_OF_FILES = frozenset({"code", "guide"})
_DIGITS = 9

_HEADING = re.compile(r"^#{1,6}\s+(?:(?P<id>\d+(?:\.\d+)*)\.?\s+)?(?P<title>.+?)\s*#*\s*$")


class CarriedEvidence(Value, frozen=True):
    """What a notebook carries along so that its export needs nothing else (the JSON under `EVIDENCE_MIME`).

    Attributes:
        evidence: What does not stand in `lines`, by its key.
        lines: Evidence that is a line of code or of a guide, and whose key says all: `code:PATH` or `guide:PATH` to
            the lines' numbers, apart by blanks.
        pack: The directory of the spec pack that it belongs to, as in `SpecPack`; empty when it does not say.
        title, sources, commit, citations, template, namesakes: As `render_fdd` takes them; of the namesakes those that
            are named like a file of the evidence.
    """

    title: str = ""
    evidence: dict[str, Evidence] = msgspec.field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    commit: str = ""
    citations: tuple[Citation, ...] = ()
    template: Template | None = None
    pack: str = ""
    lines: dict[str, str] = msgspec.field(default_factory=dict)
    namesakes: tuple[str, ...] = ()


class NotebookExport(Value, frozen=True):
    """What a notebook's final cells say.

    Attributes:
        sections: One draft for each section, in the template's order.
        template: The one in force: the given one, the one the notebook carries, or the default.
        title, evidence, sources, commit, citations, namesakes: As in `CarriedEvidence`; empty when no cell carries any.
    """

    sections: tuple[SectionDraft, ...]
    template: Template
    evidence: dict[str, Evidence] = msgspec.field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    title: str = ""
    commit: str = ""
    citations: tuple[Citation, ...] = ()
    namesakes: tuple[str, ...] = ()


def parse_cells(notebook: Mapping[str, Any], template: Template | None = None) -> NotebookExport:
    """The final cells of a notebook (nbformat 4, as read from JSON).

    The later cell of a section wins. A parent section's cell may hold its sub-sections under their numbered
    headings; they count as cells of their own. A Markdown cell is a person's and accepted. A code cell that shows
    `ABSENT_MIME` is passed over, whatever section it names.

    Args:
        notebook: The notebook.
        template: The sections there are; when it is not given, those the notebook carries, or the default ones.

    Raises:
        InputError: A final cell without a section, with an unknown one, with text under no section's heading where
            it names `*`, or of a kind that has no text.
        NotebookError: A final code cell without Markdown output, or evidence that cannot be read.
    """
    drafts: dict[str, SectionDraft] = {}
    carried = find_evidence(notebook) or CarriedEvidence()
    template = template or carried.template or load_template()
    for number, cell in enumerate(notebook.get("cells", ()), start=1):
        tags = cell.get("metadata", {}).get("tags", ())
        if FINAL_TAG not in tags or any(ABSENT_MIME in data for data in _data(cell)):
            continue
        section = _section_id(tags, number, template)
        by_person = cell.get("cell_type") == "markdown"
        for part, text in _parts(section, _cell_text(cell, number), number, template):
            author = "person" if by_person else "torusnb"
            drafts[part] = SectionDraft(section=part, text=text, author=author, accepted=by_person)
    return NotebookExport(
        sections=tuple(drafts[section.id] for section in template.sections if section.id in drafts),
        template=template,
        evidence=carried.evidence | _spread_lines(carried.lines),
        sources=carried.sources,
        title=carried.title,
        commit=carried.commit,
        citations=carried.citations,
        namesakes=carried.namesakes,
    )


def gather_lines(evidence: Mapping[str, Evidence]) -> tuple[dict[str, Evidence], dict[str, str]]:
    """Evidence as `CarriedEvidence` has it: what needs an entry of its own, without its text, and lines of files."""
    own: dict[str, Evidence] = {}
    numbers: dict[str, list[int]] = {}
    for key, item in evidence.items():
        file, _, line = key.rpartition(":")
        place = item.place
        if (
            place is not None
            and item.kind in _OF_FILES
            and (file, line) == (f"{item.kind}:{place.path}", f"{place.line}")
        ):
            numbers.setdefault(file, []).append(place.line)
        else:
            own[key] = Evidence(item.key, item.kind, "", place, item.cites)
    return own, {file: " ".join(map(str, sorted(found))) for file, found in sorted(numbers.items())}


def _spread_lines(lines: Mapping[str, str]) -> dict[str, Evidence]:
    found: dict[str, Evidence] = {}
    for file, numbers in lines.items():
        kind, _, path = file.partition(":")
        for number in (int(told) for told in numbers.split() if told.isdecimal() and len(told) <= _DIGITS):
            found[f"{file}:{number}"] = Evidence(f"{file}:{number}", kind, "", Place(path, number))
    return found


def find_evidence(notebook: Mapping[str, Any]) -> CarriedEvidence | None:
    """The evidence that a notebook carries in its outputs, the last where there are several; None without any."""
    carried = None
    for number, cell in enumerate(notebook.get("cells", ()), start=1):
        carried = _find_evidence(cell, number) or carried
    return carried


def _section_id(tags: list[str], number: int, template: Template) -> str:
    ids = [tag.removeprefix(SECTION_TAG) for tag in tags if tag.startswith(SECTION_TAG)]
    if len(ids) != 1:
        what = "no section" if not ids else f"{len(ids)} sections"
        raise InputError(
            f"Cell {number} is tagged `{FINAL_TAG}` but names {what}. Give it one tag such as `{SECTION_TAG}4.1`."
        )
    if ids[0] != OTHER_SECTIONS and template.section(ids[0]) is None:
        known = ", ".join(section.id for section in template.sections)
        raise InputError(f"Cell {number} names section {ids[0]}, which the template does not have. It has: {known}.")
    return ids[0]


def _cell_text(cell: Mapping[str, Any], number: int) -> str:
    kind = cell.get("cell_type")
    if kind == "markdown":
        return _joined(cell.get("source", ""))
    if kind != "code":
        raise InputError(
            f"Cell {number} is tagged `{FINAL_TAG}` but is a {kind} cell. Make it a Markdown or code cell."
        )
    outputs = cell.get("outputs", ())
    failed = next((output for output in outputs if output.get("output_type") == "error"), None)
    if failed is not None:
        raise NotebookError(
            f"Cell {number} stopped with {failed.get('ename', 'an error')}. Repair it and run the notebook again."
        )
    texts = [_joined(data["text/markdown"]).strip("\n") for data in _data(cell) if "text/markdown" in data]
    if not texts:
        ran = "was never run" if cell.get("execution_count") is None and not outputs else "shows no Markdown"
        raise NotebookError(
            f"Cell {number} is a final cell but {ran}. Run the notebook; the cell must show a `text/markdown` output."
        )
    return "\n\n".join(texts)


def _parts(section: str, text: str, number: int, template: Template) -> Iterator[tuple[str, str]]:
    """The sections in a final cell, each with its own text."""
    whole = _split_whole(text, number, template) if section == OTHER_SECTIONS else ((section, text),)
    for part, own_text in whole:
        yield from _split(part, own_text, template)


def _split_whole(text: str, number: int, template: Template) -> Iterator[tuple[str, str]]:
    """The top-level sections under their headings; a heading counts when its number and its title are a section's.

    The number alone would take a step that a person numbered for a section.
    """
    tops = {(section.id, _plain(section.title)): section.id for section in template.sections if section.level == 1}
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    parts: list[tuple[str, list[str]]] = [("", [])]
    for place, line in enumerate(text.split("\n"), start=1):
        match = None if place in fenced else _HEADING.match(line)
        section = tops.get((match["id"] or "", _plain(match["title"]))) if match else None
        if section is not None:
            parts.append((section, []))
        parts[-1][1].append(line)
    if any(line.strip() for line in parts[0][1]):
        known = ", ".join(f"`{render_heading(section)}`" for section in template.sections if section.level == 1)
        raise InputError(f"Cell {number} starts with text under no section's heading. Begin it with one of {known}.")
    yield from ((section, "\n".join(lines)) for section, lines in parts[1:])


def _split(section: str, text: str, template: Template) -> Iterator[tuple[str, str]]:
    """The cell's section and the sub-sections in it; the section's own heading line falls away."""
    known = {part.id: part for part in (template.section(section), *template.children(section)) if part is not None}
    titles = {_plain(part.title): part.id for part in known.values()}
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    parts: list[tuple[str, list[str]]] = [(section, [])]
    for number, line in enumerate(text.split("\n"), start=1):
        part = "" if number in fenced else _heading_id(line, titles)
        if part and part != section:
            parts.append((part, []))
        elif not part or len(parts) > 1 or any(parts[0][1]):
            parts[-1][1].append(line)
    for part, lines in parts:
        own_text = "\n".join(lines).strip("\n")
        if own_text.strip() or part != section or len(parts) == 1:
            yield part, own_text


def _heading_id(line: str, titles: Mapping[str, str]) -> str:
    """The id of the section that a heading line names by number, or by title when it has no number."""
    match = _HEADING.match(line)
    if match is None:
        return ""
    if match["id"]:
        return match["id"] if match["id"] in titles.values() else ""
    return titles.get(_plain(match["title"]), "")


def _plain(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.lower().replace("&", " and ")))


def _find_evidence(cell: Mapping[str, Any], number: int) -> CarriedEvidence | None:
    payloads = [data[EVIDENCE_MIME] for data in _data(cell) if EVIDENCE_MIME in data]
    if not payloads:
        return None
    payload = payloads[-1]
    try:
        if isinstance(payload, Mapping):
            return msgspec.convert(payload, CarriedEvidence)
        return msgspec.json.decode(_joined(payload), type=CarriedEvidence)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise NotebookError(
            f"The evidence in the output of cell {number} cannot be read ({error}). Run the notebook again."
        ) from error


def _data(cell: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The MIME bundles of a code cell's outputs, in order."""
    for output in cell.get("outputs", ()) or ():
        if output.get("output_type") in {"display_data", "execute_result"}:
            yield output.get("data", {})


def _joined(source: str | list[str]) -> str:
    """Text that nbformat may keep as a list of lines."""
    return source if isinstance(source, str) else "".join(source)
