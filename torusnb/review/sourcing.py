"""Rules about what the references are worth: verdicts, primary sources, versions, and questions nobody answered."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from torusnb.models.codebase import LockedPackage
from torusnb.models.review import Finding
from torusnb.models.sources import ProviderFailure, Research
from torusnb.review.reading import Reading
from torusnb.review.references import Entry, find_entries, find_labels, find_urls, references_of
from torusnb.review.rules import found
from torusnb.spec.fdd import FddSection

_NOT_ACCESSED = re.compile(r"\bnot accessed\b|\bunchecked\b|\bnot-fetched\b", re.IGNORECASE)
_TOLD = re.compile(r"\bquote [^·\n]*?\b(near-match|misattributed|version-mismatch)\b", re.IGNORECASE)
_DOUBTFUL: dict[str, tuple[str, str, str]] = {
    "misattributed": (
        "citation.misattributed",
        "its quote does not stand in what was captured",
        "Take the quote from the source's own words, cite what does say it, or drop the claim.",
    ),
    "version-mismatch": (
        "citation.version-mismatch",
        "it is for another version than mix.lock pins",
        "Read the page of the pinned version, and cite that.",
    ),
    "near-match": (
        "citation.near-match",
        "its quote differs from what was captured",
        "Quote the captured words as they stand.",
    ),
}
_HEXDOCS = re.compile(
    r"https?://(?:(?P<sub>[\w-]+)\.hexdocs\.pm|hexdocs\.pm/(?P<package>\w+))(?:/v?(?P<version>\d+(?:\.\d+)+[\w.+-]*))?(?=/|$|#)"
)
_BESIDE = re.compile(r"\bv(?P<version>\d+\.\d+\.\d+[\w.+-]*)", re.IGNORECASE)
_SECONDARY = re.compile(
    r"//(?:[\w-]+\.)*(?:medium\.com|dev\.to|stackoverflow\.com|stackexchange\.com|reddit\.com|youtube\.com|youtu\.be|"
    r"wikipedia\.org|substack\.com|hashnode\.\w+|quora\.com|elixirforum\.com|geeksforgeeks\.org|w3schools\.com)(?:/|$)|"
    r"//blog\.|/blogs?/",
    re.IGNORECASE,
)
_LOW_SHARE = 50
_FEW = 2
_MOST_TOLD = 6


def review_sources(
    reading: Reading,
    section: FddSection | None,
    entries: Sequence[Entry],
    *,
    research: Research | None,
    packages: Collection[LockedPackage],
) -> Iterator[Finding]:
    """Findings on the sources behind the references, and on research that stayed without an answer."""
    outside = [entry for entry in entries if entry.label or entry.url]
    line, section_id = (section.line, section.id) if section is not None else (0, "")
    yield from _versions(reading, packages)
    if outside:
        yield from _verdicts(reading, outside, research, line, section_id)
        yield from _primary(reading, outside, research, line, section_id)
    else:
        yield found(
            "citation.no-external-source",
            reading.path,
            line,
            "The references name no source outside the repository.",
            "Cite the primary documentation that the decisions rest on, or say that none was needed and why.",
            section=section_id,
        )
    if research is not None:
        yield from _replaceable(reading, outside, research)
        yield from _open(reading, section, outside, research)


def measure_sources(reading: Reading, research: Research | None) -> dict[str, int]:
    """How many outside references there are and how many of them are primary; nothing where there are none."""
    entries = find_entries(reading, references_of(reading))
    outside = [entry for entry in entries if entry.label or entry.url]
    if not outside:
        return {}
    return {"references": len(outside), "references_primary": len(outside) - len(_secondary(outside, research))}


def _verdicts(
    reading: Reading, outside: Sequence[Entry], research: Research | None, line: int, section_id: str
) -> Iterator[Finding]:
    unchecked = []
    for entry in outside:
        verdicts = _verdicts_of(entry, research)
        for verdict, (rule, what, remedy) in _DOUBTFUL.items():
            if verdict in verdicts:
                text = f"The reference [{entry.label or entry.url}] is no proof as it stands: {what}."
                yield found(rule, reading.path, entry.line, text, remedy, section=section_id)
        if not verdicts or verdicts & {"not-fetched", "unchecked"}:
            unchecked.append(entry)
    if unchecked:
        yield found(
            "citation.not-verified",
            reading.path,
            line,
            f"{len(unchecked)} of {len(outside)} references are not verified against captured text: "
            + ", ".join(entry.label or entry.url for entry in unchecked)
            + ".",
            "Fetch them in the research notebook, or read them before you rely on them.",
            section=section_id,
        )


def _verdicts_of(entry: Entry, research: Research | None) -> set[str]:
    """The verdicts on an entry's quotes; without research what the entry itself says, and `verified` when nothing."""
    told = {match.lower() for match in _TOLD.findall(entry.text)}
    if _NOT_ACCESSED.search(entry.text):
        told.add("unchecked")
    if research is None or not entry.label:
        return told or {"verified"}
    return told | {citation.verdict for citation in research.citations if citation.source == f"src:{entry.label}"}


def _primary(
    reading: Reading, outside: Sequence[Entry], research: Research | None, line: int, section_id: str
) -> Iterator[Finding]:
    secondary = _secondary(outside, research)
    share = 100 * (len(outside) - len(secondary)) // len(outside)
    if len(outside) >= _FEW and share < _LOW_SHARE:
        yield found(
            "citation.low-primary-share",
            reading.path,
            line,
            f"Only {len(outside) - len(secondary)} of {len(outside)} references are primary sources; the others are "
            + ", ".join(entry.label or entry.url for entry in secondary)
            + ".",
            "Cite those who make the thing, or the standard; keep a blog or forum only for what they do not say.",
            section=section_id,
        )


def _secondary(outside: Sequence[Entry], research: Research | None) -> list[Entry]:
    """The entries that are no primary source: by research where it knows them, else by well-known hosts."""
    known = {source.label: source.primary for source in research.sources} if research is not None else {}
    return [entry for entry in outside if not known.get(entry.label, _SECONDARY.search(entry.url) is None)]


def _versions(reading: Reading, packages: Collection[LockedPackage]) -> Iterator[Finding]:
    """Addresses on hexdocs against the locked versions; a package that is not locked is left alone."""
    locked = {package.name: package.version for package in packages if package.source == "hex"}
    unpinned: dict[str, int] = {}
    seen: set[str] = set()
    for line, url in find_urls(reading):
        match = _HEXDOCS.match(url)
        name = (match["sub"] or match["package"]).replace("-", "_") if match else ""
        if match is None or url in seen or name not in locked:
            continue
        seen.add(url)
        beside = _BESIDE.search(reading.lines[line - 1].replace(url, ""))
        version = match["version"] or (beside["version"] if beside else "")
        if not version:
            unpinned[url] = line
        elif version != locked[name]:
            yield found(
                "citation.version-mismatch",
                reading.path,
                line,
                f"{url} is cited for {version}, and mix.lock pins {name} {locked[name]}.",
                f"Read it below https://hexdocs.pm/{name}/{locked[name]}/ and cite that address.",
                section=reading.section_id(line),
            )
    if unpinned:
        line = next(iter(unpinned.values()))
        yield found(
            "citation.unpinned-version",
            reading.path,
            line,
            f"No version is named for {', '.join(unpinned)}.",
            "Cite the address of the version that mix.lock pins (`https://hexdocs.pm/PACKAGE/VERSION/…`).",
            section=reading.section_id(line),
        )


def _replaceable(reading: Reading, outside: Sequence[Entry], research: Research) -> Iterator[Finding]:
    """Once for each cited source: a primary one among the captured says the same."""
    told: set[str] = set()
    lines = {entry.label: entry.line for entry in outside if entry.label}
    for replacement in research.replacements:
        label, known = replacement.source.removeprefix("src:"), research.source(replacement.instead)
        title, url = (
            replacement.title or (known.title if known else ""),
            replacement.url or (known.url if known else ""),
        )
        if label not in lines or label in told or not url:
            continue
        told.add(label)
        yield found(
            "citation.replaceable",
            reading.path,
            lines[label],
            f"[{label}] is no primary source, and {title} says the same: “{_short(replacement.quote)}”",
            f"Cite [{replacement.instead.removeprefix('src:')}] instead: {title} · {url}",
            section=reading.section_id(lines[label]),
        )


def _open(
    reading: Reading, section: FddSection | None, outside: Sequence[Entry], research: Research
) -> Iterator[Finding]:
    yield from _cited_though_blocked(reading, section, outside, research)
    texts = {question.id: question.text for question in research.questions}
    grouped: dict[tuple[str, str, str], list[ProviderFailure]] = {}
    for failure in research.failures:
        grouped.setdefault((failure.provider, failure.outcome, failure.message), []).append(failure)
    for (provider, outcome, message), failures in grouped.items():
        questions = list(dict.fromkeys(failure.question for failure in failures))
        names = [f"{name} ({_short(texts[name])})" if name in texts else name for name in questions[:_MOST_TOLD]]
        more = f" and {len(questions) - _MOST_TOLD} more" if len(questions) > _MOST_TOLD else ""
        told = message[:1].upper() + message[1:] + ("" if message.endswith((".", "!", "?")) else ".")
        yield found(
            "citation.search-failed",
            reading.path,
            section.line if section is not None else 0,
            f"{provider} gave no answer ({outcome}) to {', '.join(names)}{more}. {told}",
            "Ask again once the provider answers, or with another one; until then treat what they ask as open.",
            section=section.id if section is not None else "",
        )


def _cited_though_blocked(
    reading: Reading, section: FddSection | None, outside: Sequence[Entry], research: Research
) -> Iterator[Finding]:
    """Sources that stand only for questions nobody answered, cited without a word that they were not read."""
    if not research.blocked:
        return
    used = find_labels(reading, section)
    for entry in outside:
        served = [citation for citation in research.citations if citation.source == f"src:{entry.label}"]
        if not served or entry.label not in used or _NOT_ACCESSED.search(entry.text):
            continue
        questions = sorted({citation.question for citation in served})
        if set(questions) <= set(research.blocked):
            line = used[entry.label]
            yield found(
                "citation.blocked-cited",
                reading.path,
                line,
                f"[{entry.label}] is cited as if it answered {', '.join(questions)}, which research left unanswered.",
                "Say that it was not read, or find a source that answers the question; or ask it as an open question.",
                section=reading.section_id(line),
            )


def _short(text: str, size: int = 90) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= size else plain[: size - 1].rsplit(" ", 1)[0] + "…"
