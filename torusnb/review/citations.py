"""Rules about evidence and references: keys resolve, labels are listed, references are complete."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date

from torusnb.models.codebase import LockedPackage
from torusnb.models.design import MARKER
from torusnb.models.review import Finding
from torusnb.models.sources import Research
from torusnb.review.outside_claims import review_outside_claims
from torusnb.review.profiles import relative_links
from torusnb.review.reading import Reading
from torusnb.review.references import Entry, find_entries, find_labels, find_urls, references_of
from torusnb.review.rules import found
from torusnb.review.sourcing import review_sources
from torusnb.spec.fdd import FddSection

_WELL_FORMED = re.compile(r"https?://(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#][^\s<>{}|\\^`]*)?", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_ACCESSED = re.compile(r"\b(?:accessed|retrieved)\b", re.IGNORECASE)
_NOT_ACCESSED = re.compile(r"\bnot accessed\b", re.IGNORECASE)
_PLACEHOLDER_HOSTS = re.compile(r"//(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\b)", re.IGNORECASE)


def review_citations(
    reading: Reading,
    *,
    evidence: Collection[str] | None = None,
    research: Research | None = None,
    packages: Collection[LockedPackage] = (),
    link_exists: Callable[[str], bool] | None = None,
) -> Iterator[Finding]:
    """Findings on markers, labels, references, links, and facts of the outside world without a source.

    Args:
        reading: The document.
        evidence: Keys that markers may still name, for a draft that is not exported yet; without it any marker
            left in the text is an error.
        research: The sources and verdicts behind the references.
        packages: What mix.lock pins, for the versions of cited documentation.
        link_exists: Tells for a relative link's path whether a file is there; without it links are not looked at.
    """
    section = references_of(reading)
    entries = tuple(find_entries(reading, section))
    yield from _markers(reading, evidence or ())
    yield from _labels(reading, section, entries)
    yield from _completeness(reading, entries)
    yield from _addresses(reading)
    yield from _links(reading, link_exists)
    yield from review_outside_claims(reading)
    yield from review_sources(reading, section, entries, research=research, packages=packages)


def _markers(reading: Reading, evidence: Collection[str]) -> Iterator[Finding]:
    for match in MARKER.finditer(reading.prose):
        for key in (part.strip().removeprefix("@") for part in match.group(1).split(";")):
            if key in evidence:
                continue
            line = reading.line_at(match.start())
            yield found(
                "citation.unresolved-key",
                reading.path,
                line,
                f"The marker [@{key}] does not resolve.",
                "Correct the key, or export the document from the notebook that carries its evidence.",
                section=reading.section_id(line),
            )


def _labels(reading: Reading, section: FddSection | None, entries: tuple[Entry, ...]) -> Iterator[Finding]:
    """Only where the references list labels; elsewhere a word in brackets is no citation."""
    listed = {entry.label: entry for entry in entries if entry.label}
    if section is None or not listed:
        return
    used = find_labels(reading, section)
    for label, line in used.items():
        if label not in listed and re.search(r"[a-z]", label) and len(label) > 1:
            yield found(
                "citation.unlisted-label",
                reading.path,
                line,
                f"[{label}] is cited but not listed under {section.title}.",
                "List it there with title, address and access date, or correct the label.",
                section=reading.section_id(line),
            )
    for label, entry in listed.items():
        if label not in used:
            yield found(
                "citation.unused-reference",
                reading.path,
                entry.line,
                f"The reference [{label}] is listed but nothing in the text cites it.",
                "Cite it where the text rests on it, or take it out.",
                section=section.id,
            )


def _completeness(reading: Reading, entries: tuple[Entry, ...]) -> Iterator[Finding]:
    for entry in entries:
        if not entry.label and not entry.url:
            continue
        lacking = [what for what, there in _parts_of(entry) if not there]
        if lacking:
            yield found(
                "citation.incomplete-reference",
                reading.path,
                entry.line,
                f"The reference lacks {' and '.join(lacking)}.",
                "Write it as `Title · URL · Accessed YYYY-MM-DD`, or say `Not accessed`.",
                section=reading.section_id(entry.line),
            )


def _parts_of(entry: Entry) -> Iterator[tuple[str, bool]]:
    rest = entry.text.replace(f"**[{entry.label}]**", "").replace(entry.url, "") if entry.url else entry.text
    rest = _ACCESSED.sub("", _NOT_ACCESSED.sub("", rest)).replace(entry.label or "\0", "")
    yield "a title", re.search(r"[^\W\d_]{3,}", rest) is not None
    yield "an address", bool(entry.url)
    dates = [day for day in _DATE.findall(entry.text) if _is_date(day)]
    yield "an access date", bool(dates) or _NOT_ACCESSED.search(entry.text) is not None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _addresses(reading: Reading) -> Iterator[Finding]:
    for line, url in find_urls(reading):
        if _WELL_FORMED.fullmatch(url) or _PLACEHOLDER_HOSTS.search(url) or any(mark in url for mark in "{<$"):
            continue
        if url in {"http://", "https://", "http:", "https:"} or url.rstrip("/").endswith("..."):
            continue
        yield found(
            "citation.malformed-url",
            reading.path,
            line,
            f"`{url}` is no well-formed web address.",
            "Write the whole address, from `https://` to its end.",
            section=reading.section_id(line),
        )


def _links(reading: Reading, link_exists: Callable[[str], bool] | None) -> Iterator[Finding]:
    if link_exists is None:
        return
    for target in relative_links(reading.text):
        if link_exists(target):
            continue
        line = reading.line_at(reading.text.find(f"({target}"))
        yield found(
            "citation.broken-link",
            reading.path,
            line,
            f"The link to {target} leads nowhere from this file.",
            "Write the path relative to this document.",
            section=reading.section_id(line),
        )
