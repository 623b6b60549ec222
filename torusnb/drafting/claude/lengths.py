"""How long a section may be: as long as what was decided for it, or what it must list, needs."""

from __future__ import annotations

from torusnb.drafting.claude.homes import kinds_told
from torusnb.drafting.claude.ledger import Ledger
from torusnb.models.design import TemplateSection

LEAST_WORDS = 80
MOST_WORDS = 260
CONTEXT_WORDS = 240
"""What is there today takes more than a section's usual words, and is told nowhere else."""
DESIGN_WORDS = 120
"""The idea and the path of one typical use."""
SUMMARY_WORDS = 300
"""One page: eight to ten sentences and the order of building."""
FLOW_WORDS = 220
"""State, flow, failing branches, and the rules by which rows are chosen and ordered."""
TESTS_WORDS = 220
"""What proves each criterion, and each trap, guard and race."""
FAILURE_WORDS = 150
"""Up to eight failures, each with what is seen, done and proved."""
SECURITY_WORDS = 120
"""Who may come in by each way, whose rows are kept apart, whose data goes nowhere."""
FOR_EACH = 20
"""Words for each decided name that a section tells of."""

_ALSO_TOLD = {"supervision": ("process", "job", "topic")}
"""By a word of a section's title, kinds whose home is another section, but which take words there too."""
_OF_THEIR_OWN = {
    "context": CONTEXT_WORDS,
    "summary": SUMMARY_WORDS,
    "proposed design": DESIGN_WORDS,
    "message flow": FLOW_WORDS,
    "testing": TESTS_WORDS,
    "failure": FAILURE_WORDS,
    "security": SECURITY_WORDS,
}


def words_for(section: TemplateSection, ledger: Ledger, usual: int) -> int:
    """Most words of a section, as the ledger stands: by how many names of its kinds are decided, else the usual.

    Args:
        section: The section.
        ledger: What is decided so far; without any entry nothing is known yet.
        usual: Most words otherwise.
    """
    title, most = section.title.lower(), section.most_words
    own = next((words for named, words in _OF_THEIR_OWN.items() if named in title), 0)
    if own:
        return max(usual, min(own, most or own))
    kinds = kinds_told(section) or next((kinds for word, kinds in _ALSO_TOLD.items() if word in title), ())
    if not kinds or not ledger.entries:
        return usual
    named = sum(entry.kind in kinds and entry.standing != "existing" for entry in ledger.entries)
    return min(MOST_WORDS, most or MOST_WORDS, LEAST_WORDS + FOR_EACH * named)
