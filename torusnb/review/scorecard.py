"""What a design document can be measured by: ids, citations, quotes, sources, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.requirements import SpecPack
from torusnb.models.review import NameCounts, NamedThing, Scorecard
from torusnb.models.sources import VERDICTS, Research
from torusnb.review.ids import has_id, pack_ids
from torusnb.review.known import Known
from torusnb.review.naming import named_things
from torusnb.review.passages import Passage, find_passages
from torusnb.review.reading import Reading
from torusnb.spec.leadins import find_lead_ins

_PLACE = re.compile(r"[\w./-]+\.(?:md|yml|yaml|exs?|heex|tsx?|jsx?|css|scss|sql|lock):\d+|\bA-\d+\b|https?://\S")
_LABEL = re.compile(r"(?<![\w\]!\\*])\[(?P<label>[a-z0-9][a-z0-9._-]*[a-z0-9])\](?![(\[:*])")
_SILENT = frozenset({"references", "log", "questions"})
_LEAST_WORDS = 8
_MOST_TOLD = 8


def score_design(
    text: str, template: Template, pack: SpecPack, research: Research, names: NameCounts | None = None
) -> Scorecard:
    """The scorecard of a design document; the same for the same inputs, and it needs no checkout.

    A claim is a paragraph, bullet or table row of eight words and more outside references, logs and open questions. It
    is cited when it, or what leads in to it, names an id of the pack, a place in a file, an assumption, a listed source
    or a web address. A sentence that only leads in to items which all do so is none.

    Args:
        text: The document as exported.
        template: Its sections.
        pack: The ids it has to cover.
        research: The sources it may cite.
        names: What `count_names` found in the checkout.
    """
    reading = Reading(path="fdd.md", text=text.replace("\r\n", "\n"), template=template)
    ids = pack_ids(pack)
    labels = {source.label: source for source in research.sources}
    used = {match["label"] for match in _LABEL.finditer(reading.prose)} & labels.keys()
    keys = {labels[label].key for label in used}
    known = frozenset({*ids, *(item.id for item in pack.nonfunctional if item.id)})
    leading = find_lead_ins(reading.text, lambda item: _names_basis((item,), known, labels.keys()))
    claims = [each for each in find_passages(reading) if _is_claim(each) and each.line not in leading]
    verdicts = Counter(_standing(key, research) for key in keys)
    return Scorecard(
        len(ids),
        tuple(name for name in ids if not has_id(text, name)),
        len(claims),
        sum(_names_basis((claim.text, *claim.leads), known, labels.keys()) for claim in claims),
        len(used),
        sum(labels[label].primary for label in used),
        dict(sorted(verdicts.items())),
        names,
    )


def count_names(text: str, template: Template, code: CodeMap) -> NameCounts:
    """How the document's names of code stand to a checkout."""
    reading = Reading(path="fdd.md", text=text.replace("\r\n", "\n"), template=template)
    return tally_names(named_things(reading, Known(code)))


def tally_names(things: Iterable[NamedThing]) -> NameCounts:
    """The counts of names that were looked up already."""
    states: dict[str, list[str]] = {}
    for thing in things:
        states.setdefault(thing.state, []).append(thing.name)
    unresolved = {name for state in ("moved", "unknown") for name in states.get(state, ())}
    return NameCounts(len(states.get("existing", ())), len(states.get("new", ())), tuple(sorted(unresolved)))


def render_scorecard(card: Scorecard) -> str:
    """The scorecard as a section of Markdown, for the end of research.md; a measure without a whole says `none`."""
    rows = [
        ("Ids of the pack in the text", *_part(card.ids - len(card.ids_missing), card.ids), _told(card.ids_missing)),
        ("Claims that say what they rest on", *_part(card.claims_cited, card.claims), ""),
        (
            "Cited sources with a quote verified word for word",
            *_part(card.verdicts.get("verified", 0), card.sources),
            ", ".join(f"{count} {verdict}" for verdict, count in card.verdicts.items() if verdict != "verified"),
        ),
        ("Cited sources that are primary", *_part(card.sources_primary, card.sources), ""),
    ]
    if card.names is not None:
        resolved = card.names.existing + card.names.new
        told = _told(card.names.unresolved) or f"{card.names.existing} existing, {card.names.new} declared new"
        rows.append(("Names of code resolved", *_part(resolved, resolved + len(card.names.unresolved)), told))
    lines = ["## Scorecard of the design", "", "| Measure | Part | Share | Beside it |", "|---|---:|---:|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _standing(key: str, research: Research) -> str:
    """The best verdict on any passage of a source; `unchecked` for one that nobody looked into."""
    found = {citation.verdict for citation in research.citations if citation.source == key}
    return next((verdict for verdict in VERDICTS if verdict in found), "unchecked")


def _is_claim(passage: Passage) -> bool:
    is_header = passage.text.lstrip().startswith("|") and not passage.header
    return passage.role not in _SILENT and not is_header and passage.words >= _LEAST_WORDS


def _names_basis(said: Iterable[str], ids: frozenset[str], labels: Iterable[str]) -> bool:
    known = set(labels)
    for words in said:
        if _PLACE.search(words) or any(has_id(words, name) for name in ids):
            return True
        if any(match["label"] in known for match in _LABEL.finditer(words)):
            return True
    return False


def _part(part: int, whole: int) -> tuple[str, str]:
    return f"{part} of {whole}", f"{part / whole:.0%}" if whole else "none"


def _told(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    listed = ", ".join(f"`{name.replace('|', chr(92) + '|').replace('`', '')}`" for name in names[:_MOST_TOLD])
    return f"not: {listed}{more}" if names else ""
