"""The approach first: asked for with look-ups, and once more when it is malformed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from torusnb.drafting.claude.approach import Answered, parse_approach, render_approach
from torusnb.drafting.claude.blocks import Mark
from torusnb.drafting.claude.exchange import APPROACH_BOUNDS, Exchange, Talk
from torusnb.drafting.claude.existing import find_existing
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.reached import hold_against_reach
from torusnb.drafting.claude.reading_ahead import read_ahead
from torusnb.drafting.claude.requests import Composer
from torusnb.drafting.claude.stopping import check_stopped
from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.guards import TELLS_GUARDS
from torusnb.errors import ModelError
from torusnb.models.design import marker, parse_keys
from torusnb.models.knowledge import Context
from torusnb.models.messages import LACKS

_WORD = re.compile(r"\w+")
_BROWSER, _SHOW, _LINE = "assets/", "show", "\n"


def decide_approach(talk: Talk, composer: Composer, progress: Progress) -> None:
    """Put the chosen approach and the first names into `progress`, held against what they reach.

    Evidence that does not exist is never passed on: it is asked about once, and told when it comes again.

    Raises:
        ModelError: No complete reply came, or twice none that holds an approach (`malformed`).
    """
    ahead = read_ahead(talk, composer, progress)
    request = composer.approach(talk.tools, list_material(talk, progress))
    exchange = Exchange(request, evidence=dict(ahead.evidence), read=list(ahead.read))
    talk.converse(exchange, APPROACH_BOUNDS)
    answered = _read(exchange, composer.mark, progress)
    if answered.wrong:
        talk.desk.say(f"approach: asked once more, {len(answered.wrong)} to mend")
        exchange.say("user", composer.approach_repair(answered.wrong), purpose="repair of the approach")
        talk.converse(exchange, APPROACH_BOUNDS)
        second = _read(exchange, composer.mark, progress)
        if second.approach is not None or answered.approach is None:
            answered = second
    if answered.approach is None:
        raise ModelError(
            f"The model gave no approach that can be read, twice: {' '.join(answered.wrong)[:400]} "
            "Run again with another model, or draft offline.",
            reason="malformed",
        )
    approach = answered.approach
    told = progress.decide(approach.ledger)
    progress.approach = render_approach(approach, progress.usable)
    wrong = [said for said in answered.wrong if "names no evidence" in said or "is called new" in said]
    progress.tell([*(f"Approach: {said}" for said in wrong), *told])
    chosen, decided = " ".join(composer.mark.clean(approach.chosen).split()), len(progress.ledger.entries)
    talk.desk.say(f"approach: {chosen}; {decided} names decided, {exchange.calls} look-ups")
    read = [*exchange.read]
    if talk.tools:
        read += hold_against_reach(talk, exchange, composer, progress).read
    composer.keep_read(read, _decided_at(progress), frozenset(ahead.read))


def list_material(talk: Talk, progress: Progress) -> tuple[tuple[str, str], ...]:
    """What a program found out for the approach besides the evidence: titles and texts."""
    return (*tell_before_routes(progress.offline), *tell_absent(talk, progress.pack.context))


def tell_absent(talk: Talk, context: Context) -> tuple[tuple[str, str], ...]:
    """Which usual kinds of files the checkout has none of, or only empty ones; nothing where all are there.

    A model that is not told asks for them one by one. The look-ups are asked: the context holds only a part of the map.
    """
    lookups = talk.desk.lookups
    if lookups is None or not talk.offers(_SHOW):
        return ()
    told = []
    if LACKS in lookups.answer(_SHOW, {"what": _BROWSER}).text:
        told.append(f"- It has no `{_BROWSER}`: the browser's own code can be neither shown nor found nor cited.")
    test = next((path for tests in context.tests.values() for path in tests), "")
    if test:
        answer = lookups.answer(_SHOW, {"what": f"{test}:1"})
        told += [] if answer.evidence else [f"- {answer.text.removeprefix('# ').partition(_LINE)[0]}"]
    return (("what this checkout does not have", "\n".join(told)),) if told else ()


def tell_before_routes(offline: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What stands before the feature's routes of today, as the offline draft tells it; nothing where it tells none.

    Who is let in cannot be read off a route: its pipelines' plugs and its session's hooks stand elsewhere. So it is
    shown before permissions are decided, not only to the section that tells of them.
    """
    told = dict.fromkeys(match["told"] for text in offline.values() for match in TELLS_GUARDS.finditer(text))
    return (("what stands before the routes of today", "\n".join(f"- {line}" for line in told)),)


def _decided_at(progress: Progress) -> tuple[str, ...]:
    """The keys that the approach and its names rest on, and the first line of each module that the names speak of."""
    entries = progress.ledger.entries
    words = {word for entry in entries for word in _WORD.findall(entry.name)}
    modules = progress.pack.context.code.modules.values()
    named = [code_key(m.path, m.line) for m in modules if m.name.rpartition(".")[2] in words]
    keys = [key for entry in entries for key in entry.keys]
    return tuple(dict.fromkeys((*keys, *parse_keys(progress.approach), *named)))


def _read(exchange: Exchange, mark: Mark, progress: Progress) -> Answered:
    progress.learn(exchange.evidence)
    text = "".join(str(block["text"]) for block in exchange.content if block.get("type") == "text")
    answered = parse_approach(mark.aliases.expand_json(text), progress.usable)
    if answered.approach is None:
        return answered
    said = [render_approach(answered.approach, progress.usable)]
    said += [f"{entry.decision} {marker(*entry.keys)}" for entry in answered.approach.ledger]
    stated = (wrong for part in said for wrong in check_stopped(part, progress.stops, progress.found))
    there = find_existing(answered.approach.ledger, progress.pack.context.code)
    return msgspec.structs.replace(answered, wrong=(*answered.wrong, *dict.fromkeys(stated), *there))
