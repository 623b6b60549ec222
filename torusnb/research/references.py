"""References for other tools: the same sources as BibTeX (biblatex `@online`) and as CSL-JSON.

biblatex: fields of `@online`, https://ctan.org/pkg/biblatex. CSL-JSON: schema 1.0.2,
https://github.com/citation-style-language/schema.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

from torusnb.models.sources import VERDICTS, Citation, Source

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_LABEL = re.compile(r"(?<!\\)\[([^\[\]\n]+)\]")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def render_bibtex(sources: Sequence[Source], citations: Iterable[Citation] = ()) -> str:
    """An `@online` entry for each source, by key; empty without sources.

    The citation key is the source's label: stable, and the same as in the design document. `urldate` is there only for
    what was fetched; the note says the version and how far its quotes were checked.
    """
    verdicts = _verdicts(citations)
    return "\n".join(_entry(source, verdicts.get(source.key, ())) for source in _ordered(sources))


def render_csl_json(sources: Sequence[Source], citations: Iterable[Citation] = ()) -> str:
    """A list of CSL items of type `webpage`, by key, ending with a line break."""
    verdicts = _verdicts(citations)
    items = [_item(source, verdicts.get(source.key, ())) for source in _ordered(sources)]
    return json.dumps(items, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def render_list(sources: Sequence[Source], citations: Iterable[Citation] = ()) -> str:
    """A line for each source, by key: `[label] Title · URL · Accessed YYYY-MM-DD`; empty without sources.

    What was never fetched says `Not accessed` instead of a date, and a quote that is not verified says so.
    """
    verdicts = _verdicts(citations)
    lines = []
    for source in _ordered(sources):
        doubts = [verdict for verdict in verdicts.get(source.key, ("unchecked",)) if verdict != "verified"]
        note = f" · Quote {', '.join(doubts)}" if doubts else ""
        seen = f"Accessed {_date(source)}{note}" if _date(source) else "Not accessed"
        lines.append(f"[{source.label}] {_line(source.title)} · {source.url} · {seen}\n")
    return "".join(lines)


def find_cited(document: str, sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources whose label stands in brackets in a design document."""
    labels = frozenset(_LABEL.findall(document))
    return tuple(source for source in sources if source.label in labels)


def _entry(source: Source, verdicts: tuple[str, ...]) -> str:
    fields = {
        "title": f"{{{_escape(source.title)}}}",
        "url": _address(source.url),
        "urldate": _date(source),
        "version": _escape(source.version),
        "organization": _escape(source.publisher),
        "note": _escape(_note(source, verdicts)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@online{{{source.label},", *lines, "}", ""))


def _item(source: Source, verdicts: tuple[str, ...]) -> dict[str, object]:
    item: dict[str, object] = {
        "id": source.label,
        "type": "webpage",
        "title": _line(source.title),
        "URL": source.url,
        "note": _note(source, verdicts),
    }
    if date := _ISO_DATE.match(source.accessed):
        item["accessed"] = {"date-parts": [[int(part) for part in date.groups()]]}
    if source.version:
        item["version"] = source.version
    if source.publisher:
        item["publisher"] = _line(source.publisher)
    return item


def _note(source: Source, verdicts: tuple[str, ...]) -> str:
    """The version that it is for, and how far its quotes were checked."""
    release = f"{source.package} {source.version}".strip()
    checked = f"quote {', '.join(verdicts)}" if verdicts else "quote unchecked"
    if not source.accessed:
        checked = "not accessed"
    return "; ".join(part for part in (release, checked) if part)


def _verdicts(citations: Iterable[Citation]) -> dict[str, tuple[str, ...]]:
    """Source key to the verdicts on its quotes, in the order of `VERDICTS`."""
    found: dict[str, set[str]] = {}
    for citation in citations:
        found.setdefault(citation.source, set()).add(citation.verdict)
    return {key: tuple(verdict for verdict in VERDICTS if verdict in held) for key, held in found.items()}


def _ordered(sources: Iterable[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: source.key)


def _date(source: Source) -> str:
    found = _ISO_DATE.match(source.accessed)
    return found.group() if found else ""


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in _line(text))


def _address(url: str) -> str:
    """An address as biblatex takes it: percent-encoded where a brace or backslash would end the field."""
    safe = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
    return "".join(safe.get(char, char) for char in _line(url))


def _line(text: str) -> str:
    """Text on one line, without characters that nobody sees."""
    return " ".join("".join(" " if char.isspace() else char for char in text if _is_seen(char)).split())


def _is_seen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
