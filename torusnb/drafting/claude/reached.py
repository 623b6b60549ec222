"""What the decided names reach, looked up by the program and put to the model before any section is written.

Whoever decides to change a function, a template or a table looks at that place; what breaks a design stands elsewhere:
another caller, an index that forbids it, a second page that renders the same template, an event that nothing sends. The
code map knows these, so nobody has to think of asking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import msgspec

from torusnb.drafting.claude.attempts import UNUSABLE
from torusnb.drafting.claude.documented import read_documented
from torusnb.drafting.claude.exchange import MOST_LOOKUPS, Bounds, Exchange, Talk
from torusnb.drafting.claude.existing import find_existing
from torusnb.drafting.claude.ledger import parse_entries, split_fence
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.questions import list_questions
from torusnb.drafting.claude.requests import Composer
from torusnb.drafting.claude.serving import find_served
from torusnb.errors import ModelError
from torusnb.models.messages import ModelRequest
from torusnb.models.requirements import SpecPack

REACHED_BOUNDS = Bounds(calls=40, tokens=24_000, answer=1_500)
"""What the program looks up by itself; a long list of callers shows its nearest."""
BRIEF = 400
"""Tokens of an answer of which the beginning will do."""
AFTER_BOUNDS = Bounds(calls=MOST_LOOKUPS, tokens=16_000)
"""What the model may look up in the light of it."""
PURPOSE = "what the approach reaches"


def hold_against_reach(talk: Talk, exchange: Exchange, composer: Composer, progress: Progress) -> Exchange:
    """Go on with the approach's exchange: show what its names reach, and take what is decided in the light of it.

    Returns what was looked up meanwhile. An answer without a block of names changes nothing: the second reading and the
    review follow anyway.

    Raises:
        ModelError: No complete reply came, for a reason that concerns more than this request.
    """
    reached = Exchange(msgspec.structs.replace(exchange.request, purpose=PURPOSE))
    nowhere = []
    for question in list_questions(progress.ledger, progress.pack.context.code, progress.usable.values()):
        count = len(reached.read)
        bounds = replace(REACHED_BOUNDS, answer=BRIEF) if question.brief else REACHED_BOUNDS
        asked = talk.read_ahead(reached, question.tool, dict(question.arguments), bounds)
        if asked and len(reached.read) == count and question.tells_nothing:
            nowhere.append(" ".join((question.tool, *question.arguments.values())))
    documented = read_documented(talk, reached.request, progress)
    progress.learn({**reached.evidence, **documented.evidence})
    after = Exchange(exchange.request)
    known = {talk.mark.aliases.short(key) for key in exchange.evidence}
    material = (
        *_fresh(reached.read, known),
        *((f"documentation: {asked}", said) for asked, said in documented.read),
        ("found nowhere", "\n".join(nowhere)),
        ("decided by none", tell_undecided(progress.pack.pack, progress)),
    )
    after.say("user", composer.reached(material), purpose=PURPOSE)
    before = progress.ledger
    told = _take_answer(talk, after, progress)
    progress.tell([*progress.left.get("", ()), *told])
    amended = len({*progress.ledger.entries} - {*before.entries})
    talk.desk.say(
        f"{PURPOSE}: {len(reached.read)} things shown, {len(documented.read)} of the documentation, "
        f"{amended} names decided, {after.calls} look-ups"
    )
    after.read[:0] = [*reached.read, *documented.read]
    return after


def foresee_reach(approach: ModelRequest, composer: Composer) -> ModelRequest:
    """The request as far as it can be known before the approach is."""
    after = Exchange(approach)
    after.say("assistant", ({"type": "text", "text": "(the approach)"},))
    after.say("user", composer.reached(()), purpose=PURPOSE)
    return after.request


def tell_undecided(pack: SpecPack, progress: Progress) -> str:
    """The requirements and criteria that no decision names, a line for each; empty where there is none.

    A criterion counts as named with the requirement that it proves.
    """
    named = {key for entry in progress.ledger.entries for key in entry.keys}
    served = find_served(pack)
    lines = [f"{asked.id}: {asked.text}" for asked in pack.requirements if asked.id not in named]
    for criterion in pack.criteria:
        proves = {*criterion.requirements, served.get(criterion.id, ("", ""))[0]}
        if criterion.id not in named and not named & proves:
            lines.append(f"{criterion.id}: {criterion.text}")
    return "\n".join(lines)


def _take_answer(talk: Talk, after: Exchange, progress: Progress) -> tuple[str, ...]:
    """Put what is decided now into the ledger; what is to be told of it."""
    try:
        talk.converse(after, AFTER_BOUNDS)
    except ModelError as error:
        if error.reason not in UNUSABLE:
            raise
        return (f"The approach was not held against what it reaches: no usable answer ({error.reason}).",)
    progress.learn(after.evidence)
    text = "".join(str(block["text"]) for block in after.content if block.get("type") == "text")
    _, body = split_fence(talk.mark.aliases.expand_json(text), "ledger")
    try:
        entries = parse_entries(body or "[]")
    except msgspec.DecodeError:
        talk.desk.say(f"{PURPOSE}: the answer holds no ledger that can be read; the approach stands")
        return ()
    there = (f"Approach: {said}" for said in find_existing(entries, progress.pack.context.code))
    return (*progress.decide(entries), *there)


def _fresh(read: Iterable[tuple[str, str]], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """What was looked up and holds a line that the model had not seen yet; `known` are the keys of those it had."""
    for asked, shown in read:
        keys = [line.partition(" | ")[0] for line in shown.splitlines() if " | " in line and not line.startswith("#")]
        if any(key.strip() not in known for key in keys if key.strip()):
            yield f"looked up: {asked}", shown
