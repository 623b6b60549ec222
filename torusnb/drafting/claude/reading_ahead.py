"""The functions that the change most likely goes through, read before the approach is asked for.

A model has few look-ups, and would spend the first ones on these. They are looked up with the desk's own tool, so they
are on record like every other answer.
"""

from __future__ import annotations

from collections import Counter

from torusnb.drafting.claude.exchange import Bounds, Exchange, Talk
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.requests import READ_TOKENS, Composer
from torusnb.drafting.offline.matching import Matcher
from torusnb.models.design import EvidencePack

MOST_FUNCTIONS = 12
_AT_ONCE = 6
"""What one look-up shows, as the tool takes it."""
_MODULES, _FUNCTIONS = 2, 2
"""How many modules of a requirement, and functions of each, count."""
_SHARE = 4
"""It takes a quarter of the room for what is read."""
_SHOW = "show"


def read_ahead(talk: Talk, composer: Composer, progress: Progress) -> Exchange:
    """What the look-ups gave; it is shown in the approach's request and in all that follow."""
    ahead = Exchange(composer.approach(()))
    functions = choose_functions(progress.pack)
    bounds = Bounds(calls=len(functions), tokens=READ_TOKENS // _SHARE)
    for start in range(0, len(functions), _AT_ONCE):
        talk.read_ahead(ahead, _SHOW, {"what": "; ".join(functions[start : start + _AT_ONCE])}, bounds)
    progress.learn(ahead.evidence)
    composer.keep_read(ahead.read)
    return ahead


def choose_functions(pack: EvidencePack) -> tuple[str, ...]:
    """Functions as `Module.name/arity`: those that most requirements speak of, at most `MOST_FUNCTIONS`."""
    matcher = Matcher(pack)
    counted: Counter[str] = Counter()
    for requirement in pack.pack.requirements:
        for match in matcher.matches(requirement)[:_MODULES]:
            for function in match.functions[:_FUNCTIONS]:
                counted[f"{match.module.name}.{function.name}/{function.arity}"] += 1
    ranked = sorted(counted, key=lambda name: -counted[name])
    return tuple(ranked[:MOST_FUNCTIONS])
