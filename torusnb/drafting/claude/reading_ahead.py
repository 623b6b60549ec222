"""The functions that the change most likely goes through, read before the approach is asked for.

A model has few look-ups, and would spend the first ones on these. They are looked up with the desk's own tool, so they
are on record like every other answer.
"""

from __future__ import annotations

from torusnb.drafting.claude.exchange import ANSWER_TOKENS, Bounds, Exchange, Talk
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.requests import READ_TOKENS, Composer
from torusnb.drafting.claude.worth_reading import Passage, rank_passages
from torusnb.models.design import EvidencePack

AHEAD_TOKENS = READ_TOKENS // 4
"""Most tokens (estimated) that are read ahead: a quarter of the room for what is read."""
MOST_PASSAGES = 60
_AT_ONCE = 6
"""What one look-up shows, as the tool takes it."""
_LONGEST_NAMES = 600
"""Characters of what one look-up may ask for, as the tool takes it."""
_TOKENS_A_LINE, _TOKENS_BESIDES = 11, 45
"""What a line of code with its key takes, and a function's heading and documentation, on the average."""
_SHOW = "show"


def read_ahead(talk: Talk, composer: Composer, progress: Progress) -> Exchange:
    """What the look-ups gave; it is shown in the approach's request and in all that follow."""
    ahead = Exchange(composer.approach(()))
    asked = plan_reading(progress.pack)
    bounds = Bounds(calls=len(asked), tokens=AHEAD_TOKENS)
    for what in asked:
        talk.read_ahead(ahead, _SHOW, {"what": what}, bounds)
    progress.learn(ahead.evidence)
    composer.keep_read(ahead.read)
    return ahead


def plan_reading(pack: EvidencePack, tokens: int = AHEAD_TOKENS) -> tuple[str, ...]:
    """What to ask of `show`, each for several passages of one file apart by `;`, the best file first.

    An answer holds one file alone, so that it can be left out later when nothing that is decided lies in that file.

    Args:
        pack: The evidence pack.
        tokens: About how many tokens the answers may take; no answer is planned to be cut off.
    """
    chosen: list[Passage] = []
    for passage in rank_passages(pack):
        if _cost(passage) <= tokens and len(chosen) < MOST_PASSAGES:
            tokens -= _cost(passage)
            chosen.append(passage)
    files = {path: place for place, path in enumerate(dict.fromkeys(passage.path for passage in chosen))}
    asked: list[list[Passage]] = []
    for passage in sorted(chosen, key=lambda p: (files[p.path], p.line)):
        if not asked or not _fits(passage, asked[-1]):
            asked.append([])
        asked[-1].append(passage)
    return tuple("; ".join(passage.name for passage in together) for together in asked)


def _fits(passage: Passage, others: list[Passage]) -> bool:
    together = [*others, passage]
    return (
        passage.path == others[-1].path
        and len(together) <= _AT_ONCE
        and sum(map(_cost, together)) <= ANSWER_TOKENS
        and sum(len(each.name) + 2 for each in together) <= _LONGEST_NAMES
    )


def _cost(passage: Passage) -> int:
    return _TOKENS_A_LINE * passage.lines + _TOKENS_BESIDES
