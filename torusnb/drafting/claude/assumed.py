"""The assumptions that a design rests on: each that some section cites is told, in the section that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torusnb.drafting.claude.ledger import Ledger
from torusnb.drafting.claude.reading import spoken_keys
from torusnb.drafting.offline.wording import plain
from torusnb.models.design import MARKER, Evidence, TemplateSection, marker


def render_assumed(
    section: TemplateSection, texts: Mapping[str, str], ledger: Ledger, evidence: Mapping[str, Evidence]
) -> str:
    """A table of the cited assumptions whose id the section's own text does not name; empty without any.

    An id alone, cited behind a number, would tell a reader nothing.

    Args:
        section: The section; only one that is called after assumptions gets a table.
        texts: What the model wrote, by section.
        ledger: What is decided.
        evidence: What keys stand for.
    """
    if "assumption" not in section.title.lower():
        return ""
    cited = dict.fromkeys(key for text in texts.values() for key in spoken_keys(text))
    cited |= dict.fromkeys(key for entry in ledger.entries for key in entry.keys)
    own = MARKER.sub(" ", texts.get(section.id, ""))
    missing = [
        key
        for key in cited
        if key in evidence
        and evidence[key].kind == "assumption"
        and not re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", own)
    ]
    missing.sort(key=lambda key: (len(key), key))
    rows = [f"| {key} | {plain(evidence[key].text)} {marker(key)} |" for key in missing]
    return "\n".join(["| Assumption | What is assumed |", "|---|---|", *rows]) if rows else ""
