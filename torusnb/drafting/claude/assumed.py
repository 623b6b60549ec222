"""The assumptions that a design rests on: each that some section cites is told, in the section that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from torusnb.drafting.claude.ledger import Ledger
from torusnb.drafting.claude.reading import spoken_keys
from torusnb.drafting.offline.wording import plain, upper_first
from torusnb.drafting.unanswered import add_note
from torusnb.models.design import MARKER, Evidence, TemplateSection, marker
from torusnb.models.knowledge import Unknown
from torusnb.spec.codeparts import find_fences

_HEAD = "| Assumption | If wrong | How to find out |\n|---|---|---|"
_TABLE = re.compile(
    r"^\|\s*(?:id\s*(?:and|/)\s*)?assumptions?\s*\|[^|\n]*\|[^|\n]*\|[ \t]*\n\|[-:| \t]+\|(?:\n\|.*)*", re.I | re.M
)
"""A table of three columns, of which the first holds assumptions."""


def tell_assumed(
    text: str,
    section: TemplateSection,
    texts: Mapping[str, str],
    ledger: Ledger,
    evidence: Mapping[str, Evidence],
    unknown: Iterable[Unknown] = (),
) -> str:
    """The section's text with the cited assumptions whose id it does not name, as rows of its table.

    An id alone, cited behind a number, would tell a reader nothing. Without a table of three columns that begins with
    assumptions they get one of their own, below.

    Args:
        text: The section's text.
        section: The section; only one that is called after assumptions gets rows.
        texts: What the model wrote, by section.
        ledger: What is decided.
        evidence: What keys stand for.
        unknown: What tells of an assumption what follows when it is wrong, and what to ask.
    """
    if "assumption" not in section.title.lower():
        return text
    cited = dict.fromkeys(key for written in texts.values() for key in spoken_keys(written))
    cited |= dict.fromkeys(key for entry in ledger.entries for key in entry.keys)
    own = MARKER.sub(" ", texts.get(section.id, ""))
    missing = [
        key
        for key in cited
        if key in evidence
        and evidence[key].kind == "assumption"
        and not re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", own)
    ]
    if not missing:
        return text
    missing.sort(key=lambda key: (len(key), key))
    told = {each.id: each for each in unknown}
    rows = "\n".join(_row(evidence[key], told.get(key)) for key in missing)
    table = next((each for each in _TABLE.finditer(text) if not _is_code(text, each.start())), None)
    if table is None:
        return add_note(text, f"{_HEAD}\n{rows}")
    return f"{text[: table.end()]}\n{rows}{text[table.end() :]}"


def _is_code(text: str, at: int) -> bool:
    """Whether a place of the text lies in a code block."""
    line = text.count("\n", 0, at) + 1
    return any(first <= line <= last for first, last in find_fences(text))


def _row(assumed: Evidence, unknown: Unknown | None) -> str:
    risk, asked = (plain(unknown.risk), plain(unknown.question)) if unknown is not None else ("", "")
    if unknown is not None and plain(unknown.assumption).rstrip(".").lower() in asked.lower():
        asked = f"Ask {unknown.owner}"  # whether just that holds: the row says it already
    cells = (f"{assumed.key}: {upper_first(plain(assumed.text))}", upper_first(risk), upper_first(asked))
    return f"| {' | '.join(cell or 'Not known' for cell in cells)} {marker(assumed.key)} |"
