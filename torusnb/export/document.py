"""Section drafts -> the design document as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from torusnb.errors import EvidenceError
from torusnb.export.markers import resolve_markers
from torusnb.models.design import Evidence, SectionDraft, Template, TemplateSection
from torusnb.models.sources import VERDICTS, Citation, Source
from torusnb.spec.codeparts import edit_prose, find_fences
from torusnb.spec.pathtails import PathTails, render_listing

NOTHING_DRAFTED = "Nothing is drafted for this section."
"""What a required section without a draft says; the review counts it as empty."""

FORM = 3
"""How citations are written: 1 a file by its path, 2 by the end of its path, its lines together, 3 a practice by what
says its advice. A document that was exported in another form cannot be made again byte for byte."""

_HEADING = re.compile(r"^(#{1,6})(?=\s)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_BRACKET = re.compile(r"(?<!\\)\[(?=[^\]]*\](?P<link>\(?))")
_TICK = re.compile(r"(?<!\\)`")


def render_fdd(
    title: str,
    template: Template,
    drafts: Iterable[SectionDraft],
    evidence: Mapping[str, Evidence],
    sources: Sequence[Source],
    *,
    commit: str = "",
    citations: Iterable[Citation] = (),
    namesakes: Iterable[str] = (),
) -> str:
    """The whole document: title, numbered sections in the template's order, references; one newline at the end.

    The title shows its words as they are: neither a marker nor HTML in it has any effect.

    Of two drafts for a section the later one counts. A required section without a draft says so; an
    optional one is left out. The references list the cited sources by label; a source that was fetched but has no
    citation among `citations` reads `unchecked`. Files are cited by the ends of their paths; the whole paths stand in
    the references, and where the template has none, in the citations.

    Args:
        title: The feature's name.
        template: The sections.
        drafts: Texts with `[@key]` markers, without their own headings.
        evidence: What the markers' keys stand for.
        sources: What may be cited; others are not listed.
        commit: The commit all code references are at; the template's section of the form `context` gets a line for
            it unless it names it.
        citations: The verdicts.
        namesakes: The files of the checkout that share their name with another one. With them the end by which a file
            is cited depends on the checkout alone, not on what else is evidence.

    Raises:
        EvidenceError: Keys that resolve to nothing, each with its section.
    """
    lists = any(section.form == "references" for section in template.sections)
    places = (item.place for item in evidence.values() if item.kind in {"code", "guide"})
    tails = PathTails((*namesakes, *(place.path for place in places if place is not None))) if lists else None
    texts = {draft.section: draft.text for draft in drafts}
    bodies, cited, files = _resolve(template, texts, evidence, sources, tails)
    _name_commit(bodies, template, commit)
    _list_references(bodies, template, cited, tuple(citations))
    _list_files(bodies, template, files, commit)
    parts = [f"# {_full_title(title, template)}"]
    for section in template.sections:
        parts.extend(_render_section(section, template, bodies))
    return "\n\n".join(parts) + "\n"


def render_heading(section: TemplateSection) -> str:
    """A section's heading line: `## 4. Proposed Design`, `### 4.1 Component Roles & Interactions`."""
    dot = "." if section.level == 1 else ""
    return f"{'#' * (section.level + 1)} {section.id}{dot} {section.title}"


def render_reference(source: Source, citations: Iterable[Citation] = ()) -> str:
    """A line of the references: label, title, address, and how far it was checked."""
    head = f"- **[{source.label}]** {source.title} · {source.url}"
    if source.provider == "playbook":
        return f"{head} · Not accessed for this (advice of the playbook, unchecked)"
    if not source.accessed:
        return f"{head} · Not accessed (catalogue entry, unchecked)"
    verdicts = {citation.verdict for citation in citations if citation.source == source.key} or {"unchecked"}
    doubtful = [verdict for verdict in VERDICTS if verdict in verdicts and verdict != "verified"]
    note = f" · Quote {', '.join(doubtful)}" if doubtful else ""
    return f"{head} · Accessed {source.accessed}{note}"


def _resolve(
    template: Template,
    texts: Mapping[str, str],
    evidence: Mapping[str, Evidence],
    sources: Sequence[Source],
    tails: PathTails | None,
) -> tuple[dict[str, str], list[Source], set[str]]:
    """The sections' texts without markers, by id, and the sources and the files that they cite."""
    files: set[str] = set()
    by_key = {source.key: source for source in sources}
    cited: dict[str, None] = {}
    missing: list[tuple[str, str]] = []
    bodies: dict[str, str] = {}
    for section in template.sections:
        if section.id not in texts:
            continue
        resolved = resolve_markers(texts[section.id], evidence, by_key, tails)
        missing.extend((key, section.id) for key in resolved.missing)
        for key in resolved.sources:
            cited.setdefault(key)
        files.update(resolved.files)
        bodies[section.id] = _tidy(_nest(resolved.text, section.level + 1))
    if missing:
        raise _unresolved(missing)
    return bodies, [by_key[key] for key in cited], files


def _full_title(title: str, template: Template) -> str:
    name, suffix = _inert(" ".join(title.split())), template.title_suffix.strip().lstrip("-–—: ")
    if not suffix or name.lower().endswith(suffix.lower()):
        return name or suffix or template.name
    return f"{name} - {suffix}" if name else suffix


def _inert(title: str) -> str:
    """The title's words as Markdown that shows them; code spans and links stay what they are.

    A backslash before `@` is what keeps `[@key]` from being a marker, whatever stands before the bracket.
    """

    def escape(prose: str) -> str:
        prose = _BRACKET.sub(lambda match: "[" if match["link"] else r"\[", prose)
        return _TICK.sub(r"\`", _TAG.sub("&lt;", prose.replace("[@", r"[\@")))

    return edit_prose(f"# {title}", escape).removeprefix("# ")  # in a heading `~~~` opens no fence


def _render_section(section: TemplateSection, template: Template, bodies: Mapping[str, str]) -> list[str]:
    body = bodies.get(section.id, "")
    children = any(bodies.get(child.id) or child.required for child in template.children(section.id))
    if body:
        return [render_heading(section), body]
    if children:
        return [render_heading(section)]
    return [render_heading(section), NOTHING_DRAFTED] if section.required else []


def _unresolved(missing: Sequence[tuple[str, str]]) -> EvidenceError:
    shown = ", ".join(f"[@{key}] in section {section}" for key, section in missing[:5])
    rest = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    verb = "resolves" if len(missing) == 1 else "resolve"
    return EvidenceError(
        f"{shown}{rest} {verb} to no evidence. Correct the key, or run the notebook again to renew its evidence.",
        key=missing[0][0],
    )


def _name_commit(bodies: dict[str, str], template: Template, commit: str) -> None:
    """Says once, in the context section, at which commit the code references are."""
    section = next((section.id for section in template.sections if section.form == "context"), "")
    body = bodies.get(section, "")
    if commit and body and commit[:10] not in body:
        bodies[section] = f"{body}\n\nAll code references are at commit `{commit}`."


def _list_references(
    bodies: dict[str, str], template: Template, cited: Sequence[Source], citations: tuple[Citation, ...]
) -> None:
    section = next((section for section in template.sections if section.form == "references"), None)
    if section is None:
        return
    lines = [render_reference(source, citations) for source in sorted(cited, key=lambda source: source.label)]
    own = bodies.get(section.id, "")
    listed = "\n".join(lines) if lines else ("" if own else "No external source is cited.")
    bodies[section.id] = "\n\n".join(part for part in (own, listed) if part)


def _list_files(bodies: dict[str, str], template: Template, files: Collection[str], commit: str) -> None:
    """Says at the end of the references which files the ends of paths stand for."""
    section = next((section for section in template.sections if section.form == "references"), None)
    if section is not None and files:
        bodies[section.id] = f"{bodies[section.id]}\n\n{render_listing(files, commit)}"


def _nest(text: str, shallowest: int) -> str:
    """The text with its own headings pushed below the section's heading, their order of depth kept."""
    lines = text.split("\n")
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    headings = [
        (index, len(match.group(1)))
        for index, line in enumerate(lines)
        if index + 1 not in fenced and (match := _HEADING.match(line))
    ]
    shift = shallowest + 1 - min((level for _, level in headings), default=shallowest + 1)
    if shift > 0:
        for index, level in headings:
            lines[index] = "#" * min(6, level + shift) + lines[index][level:]
    return "\n".join(lines)


def _tidy(text: str) -> str:
    """No trailing spaces; a hard break written as two spaces becomes a backslash, so that it stays one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    lines = text.split("\n")
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    for index, line in enumerate(lines):
        bare = line.rstrip()
        breaks = line.endswith("  ") and bare and index + 1 < len(lines) and lines[index + 1].strip()
        inside = index + 1 in fenced or bare.startswith(("#", "|", "```", "~~~"))
        lines[index] = f"{bare}\\" if breaks and not inside else bare
    return "\n".join(lines).strip("\n")
