"""What the pack itself leaves open: its assumptions and its open questions, each with a way to go on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.context.knowledge.customs import Customs
from torusnb.context.knowledge.sentences import finished, listed, lowered, place_key, plain, shortened
from torusnb.context.map.words import stems, telling_words
from torusnb.models.knowledge import Unknown, Waypoint
from torusnb.models.requirements import SpecPack, Statement

_TOPICS: tuple[tuple[str, str, str], ...] = (
    (
        "permissions",
        r"permission|\broles?\b|authori[sz]|\baccess\b|\badmin|privac|security|tenan|\bpii\b",
        "product and security",
    ),
    ("rollout", r"roll ?out|flag|canary|release|migrat|backfill|deploy", "product and infrastructure"),
    ("capacity", r"latency|p9\d|throughput|load\b|scale|capacity|timeout|cache|ttl|cluster|node", "infrastructure"),
    ("data", r"schema|table|store|persist|retention|column|record|database|format|payload", "engineering"),
    (
        "behaviour in the interface",
        r"\bui\b|page|modal|button|label|icon|tooltip|screen|design|figma|popup|display|show",
        "product and design",
    ),
    ("telemetry", r"telemetry|metric|analytics|\blogs?\b|instrument", "product"),
)
_OR = (
    re.compile(r",? (?:or|vs\.?|versus) (?:should|must|can|do|does|is|are|whether) ", re.IGNORECASE),
    re.compile(r", (?:or|vs\.?|versus) ", re.IGNORECASE),
    re.compile(
        r" or (?=(?:just|only|instead|is|be|become|live|use|stay|remain|keep|simply|at|by|in|on|from|with|after|before|"
        r"deferred?|manual|an?|the)\b)",
        re.IGNORECASE,
    ),
    re.compile(r" (?:or|vs\.?|versus) (?=[a-z-]+(?: [a-z-]+){0,2}$)", re.IGNORECASE),
)
_EXAMPLES = re.compile(
    r"\((?:e\.?g\.?|for example|such as|i\.?e\.?)?,?\s*(?P<one>[^()]+?)\s+(?:vs\.?|versus|or)\s+(?P<other>[^()]+)\)",
    re.I,
)
_SIMPLER = re.compile(
    r"\b(?:only|manual\w*|fixed|existing|current|keep|kept|omit\w*|simply|just|defer\w*|later|separate|read-only|reuse\w*|"
    r"same|remain\w*|unchanged|none|static|default|single|hard-?coded|generated default)\b",
    re.IGNORECASE,
)
_LARGER = re.compile(
    r"\b(?:also|new|configurable|additional\w*|dynamic\w*|automat\w+|schedul\w+|custom\w*|both|real-?time|full\w*|entirely|"
    r"multiple|editable|unconditionally|every|all)\b",
    re.IGNORECASE,
)
_ASKS_SIZE = re.compile(
    r"^(?:how (?:many|much|long|often|large)\b|(?:what|which)\b[^?]{0,60}\b(?:limit|maximum|minimum|threshold|timeout|"
    r"ttl|size|number|interval|delay|duration|period)\b)",
    re.IGNORECASE,
)
_EXTRA = re.compile(
    r"^(?:do we (?:need|want)|is there (?:a|any) need|"
    r"are there (?:any )?(?:needs?|plans?|other|more|further|additional)\b|should (?:we )?(?:also|additionally))",
    re.IGNORECASE,
)
_ASKS_VALUE = re.compile(r"^(?:what|which|how (?:many|much|long|often)|when|where|who)\b", re.IGNORECASE)
_ASKS_FACT = re.compile(r"^(?:does|do|is|are|has|have|can|will)\b", re.IGNORECASE)
_ASKS_CHOICE = re.compile(r"^(?:should|shall|must|could)\s+(?P<subject>.+)", re.IGNORECASE)
_WHETHER = re.compile(
    r"^(?:whether|if|confirm (?:whether|if|that)|decide (?:whether|if)|determine (?:whether|if))\s+", re.IGNORECASE
)

NO_DEFAULT = "No default can be read from the pack"
"""What stands in place of a default where a question names no answer at all."""


def list_stated(pack: SpecPack, waypoints: Sequence[Waypoint], customs: Customs | None = None) -> list[Unknown]:
    """The pack's assumptions, then its questions, without ids, in the pack's order.

    Args:
        pack: The request.
        waypoints: The places it touches, best first.
        customs: What the code there does already; a default is taken from it where it fits the question.
    """
    return [
        *(
            _assumption(statement, pack, waypoints, customs)
            for statement in pack.assumptions
            if not is_decision(statement)
        ),
        *(_question(statement, pack, waypoints, customs) for statement in pack.questions),
    ]


def is_decision(statement: Statement) -> bool:
    """Whether the pack has decided it, so that nothing is left to assume."""
    return statement.label.lower().startswith("decision")


def _assumption(
    statement: Statement, pack: SpecPack, waypoints: Sequence[Waypoint], customs: Customs | None
) -> Unknown:
    text = finished(shortened(statement.text, 40))
    ids = related_ids(statement.text, pack)
    where = _near(statement.text, waypoints)
    rests = f"the design of {listed(ids)}" if ids else "the scope"
    risk = f"{rests} has to be looked at again" + (f", first in `{where.module or where.path}`" if where else "")
    topic, owner = _topic(statement.text)
    default, keys = _checked(statement.text, ids, customs)
    return Unknown(
        id="",
        topic=topic,
        text="The pack takes this for granted without showing it.",
        assumption=text,
        risk=f"{risk}.",
        question=f"Does this hold: {lowered(text.rstrip('.'))}?",
        default=default,
        impact="high" if len(ids) > 1 else "medium",
        owner=owner,
        stated=True,
        evidence=(place_key(statement.place), *keys),
    )


def _checked(text: str, ids: Sequence[str], customs: Customs | None) -> tuple[str, tuple[str, ...]]:
    """How to go on with an assumption, by what the code near it shows, and the keys of that code."""
    line = customs.line_with(text) if customs else None
    if line is not None:
        return f"Go on as the pack assumes; what to hold it against is `{line.text}` in `{line.module}`.", (line.key,)
    function = customs.function_for(text) if customs else None
    if function is not None:
        return f"Go on as the pack assumes, and show it first with a test of `{function.text}`.", (function.key,)
    if ids:
        return f"Go on as the pack assumes; the test of {ids[0]} has to show it.", ()
    return "Go on as the pack assumes, and check it before the first release.", ()


def _question(statement: Statement, pack: SpecPack, waypoints: Sequence[Waypoint], customs: Customs | None) -> Unknown:
    asked, question, answer = _cut_question(" ".join(plain(statement.text).split()))
    ids = related_ids(statement.text, pack)
    where = _near(statement.text, waypoints)
    given = finished(shortened(answer, 45)) if len(answer.split()) > 1 else ""
    topic, owner = _topic(statement.text)
    default, keys = (given, ()) if given else _suggested(asked, where, customs)
    decides = "decide" if " and " in owner else "decides"
    open_still = f"{NO_DEFAULT}; until {owner} {decides}, nothing is built that rests on the answer."
    touched = f"the design of {listed(ids)}" if ids else "the scope"
    place = f", and with it `{where.module or where.path}`" if where else ""
    return Unknown(
        id="",
        topic=topic,
        text="The pack asks this and answers it itself." if given else "The pack leaves this open.",
        assumption=default or f"Undecided: {question}",
        risk=f"a different answer changes {touched}{place}.",
        question=question,
        default=default or open_still,
        impact="low" if given else "high" if len(ids) > 1 else "medium",
        owner=owner,
        stated=bool(given),
        evidence=(place_key(statement.place), *keys),
    )


def _suggested(question: str, where: Waypoint | None, customs: Customs | None) -> tuple[str, tuple[str, ...]]:
    """A suggested answer: what the code near it does, else by the form of the question; and the keys of that code."""
    asked = _WHETHER.sub("should ", question.rstrip("."))
    if customs is None:
        return _default(asked, where), ()
    chosen = customs.nearest_of(question)
    if chosen is not None:
        return f"Take `{chosen.module}`, which stands nearest to the request, until it is decided.", (chosen.key,)
    alternatives = _alternatives(asked)
    value = customs.value_for(asked) if _ASKS_SIZE.match(asked) and not alternatives else None
    if value is not None:
        return f"Start with the nearest {value.kind}, `{value.text}` in `{value.module}`, as configuration.", (
            value.key,
        )
    if alternatives is None and not _EXTRA.match(asked):
        line = customs.line_with(question)
        if line is not None:
            return f"{_by_form(asked)} today it is `{line.text}` in `{line.module}`.", (line.key,)
        function = customs.function_for(question) if _ASKS_FACT.match(asked) else None
        if function is not None:
            return f"{_by_form(asked)} today `{function.text}` decides it.", (function.key,)
    return _default(asked, where), ()


def _by_form(asked: str) -> str:
    """The first half of an answer that goes on with what the code does today."""
    if _ASKS_FACT.match(asked):
        return "What the code shows:"
    return "As today:" if _ASKS_VALUE.match(asked) else "No, not in the first delivery:"


def _cut_question(text: str) -> tuple[str, str, str]:
    """The question without its mark, with it, and what the pack says after it; a mark inside code is none."""
    for mark in re.finditer(r"\?(?=\s|$)", text):
        if text.count("`", 0, mark.start()) % 2 == 0:
            return text[: mark.start()], text[: mark.end()], text[mark.end() :].strip()
    return text.rstrip("."), finished(text), ""


def _default(asked: str, where: Waypoint | None) -> str:
    """A suggested answer that answers what is asked; empty where the question names none."""
    alternatives = _alternatives(asked)
    if alternatives:
        taken = _smaller(*alternatives, extra=_EXTRA.match(asked) is not None)
        return f"“{taken}”, the smaller step." if taken else f"“{alternatives[0].strip(' ,')}”, which is named first."
    extra = _EXTRA.match(asked)
    if extra:
        wanted = asked[extra.end() :].strip()
        return f"No: the first delivery goes without {wanted}." if wanted else ""
    if _ASKS_CHOICE.match(asked):
        return "No, not in the first delivery."
    if _ASKS_FACT.match(asked) and where is not None:
        return f"Read it off `{where.module or where.path}` before anything rests on it."
    return ""


def _smaller(one: str, other: str, *, extra: bool) -> str:
    """The side that adds less or is easier to take back, by its own words; empty where neither tells."""

    def weight(side: str) -> int:
        return len(_LARGER.findall(side)) - len(_SIMPLER.findall(side))

    if weight(one) != weight(other):
        return min((one, other), key=weight).strip(" ,")
    return other.strip(" ,") if extra else ""


def _alternatives(asked: str) -> tuple[str, str] | None:
    """The two sides of `should it be this, or that`, without their `should`; None when there are not two."""
    examples = _EXAMPLES.search(asked)
    if examples:
        return (examples["one"], examples["other"])
    if re.match(r"(?:how|who|when|where)\b", asked, re.IGNORECASE):
        return None
    for pattern in _OR:
        cut = pattern.search(asked)
        if cut and len(asked[: cut.start()].split()) > 2 and asked[cut.end() :].split():
            first = _ASKS_CHOICE.match(asked[: cut.start()]) or _EXTRA.match(asked[: cut.start()])
            head = asked[: cut.start()]
            if first is not None:
                head = first["subject"] if "subject" in first.groupdict() else head[first.end() :].strip()
            return (head.rpartition(": ")[2], asked[cut.end() :])
    return None


def related_ids(text: str, pack: SpecPack) -> tuple[str, ...]:
    """The requirements that share most of a text's rarer words, best first, at most two."""
    counted: dict[str, int] = {}
    bags = {entry.id: set(stems(telling_words(f"{entry.title} {entry.text}"))) for entry in pack.requirements}
    for bag in bags.values():
        for word in bag:
            counted[word] = counted.get(word, 0) + 1
    asked = set(stems(telling_words(text)))
    scores = {name: sum(1 / counted[word] for word in sorted(asked & bag)) for name, bag in bags.items()}
    ranked = sorted((name for name in scores if scores[name] >= 0.7), key=lambda name: (-scores[name], name))
    return tuple(ranked[:2])


def _near(text: str, waypoints: Sequence[Waypoint]) -> Waypoint | None:
    """The best waypoint whose module name shares two words with the text, or None."""
    asked = set(stems(telling_words(text)))
    for waypoint in waypoints[:20]:
        name = set(stems(telling_words(waypoint.module.rpartition(".")[2])))
        if len(name & asked) > 1 or (len(name) == 1 and name & asked and len(next(iter(name))) > 6):
            return waypoint
    return None


def _topic(text: str) -> tuple[str, str]:
    for topic, words, owner in _TOPICS:
        if re.search(words, text, re.IGNORECASE):
            return topic, owner
    return "scope", "product"
