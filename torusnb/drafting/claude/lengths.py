"""How long a section may be: as long as what was decided for it needs."""

from __future__ import annotations

from torusnb.drafting.claude.ledger import Ledger
from torusnb.models.design import TemplateSection

LEAST_WORDS = 90
MOST_WORDS = 320
CONTEXT_WORDS = 300
"""What is there today takes more than a section's usual words, and is told nowhere else."""
DESIGN_WORDS = 120
"""The idea, and the path of one typical use."""
_FOR_EACH = 30
"""Words for each decided name that a section tells of."""

_TELLS_OF = {
    "interfaces": frozenset({"function"}),
    "component": frozenset({"component", "function", "rule"}),
    "liveview": frozenset({"event"}),
    "http": frozenset({"route"}),
    "process": frozenset({"process", "job", "topic"}),
    "supervision": frozenset({"process", "job", "topic"}),
    "schemas": frozenset({"table", "field", "index"}),
    "caching": frozenset({"cache"}),
    "observability": frozenset({"telemetry"}),
}
"""By a word of a section's title, the kinds of names that are told there and hardly anywhere else."""


def words_for(section: TemplateSection, ledger: Ledger, usual: int, least: int) -> int:
    """Most words of a section: by how many names of its kinds are decided; the usual where it has no kinds of its own.

    Args:
        section: The section.
        ledger: What is decided so far; without any entry nothing is known yet.
        usual: Most words otherwise.
        least: What its offline draft has.
    """
    if "context" in section.title.lower():
        return max(usual, min(CONTEXT_WORDS, section.most_words or CONTEXT_WORDS))
    if "proposed design" in section.title.lower():
        return max(usual, DESIGN_WORDS)
    kinds = next((kinds for word, kinds in _TELLS_OF.items() if word in section.title.lower()), None)
    if kinds is None or not ledger.entries:
        return usual
    named = sum(entry.kind in kinds and entry.standing != "existing" for entry in ledger.entries)
    return max(least, min(MOST_WORDS, section.most_words or MOST_WORDS, LEAST_WORDS + _FOR_EACH * named))
