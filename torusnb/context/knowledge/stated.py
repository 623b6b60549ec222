"""What the pack itself leaves open: its assumptions and its open questions, each with a way to go on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.context.knowledge.customs import Customs
from torusnb.context.knowledge.sentences import finished, listed, lowered, place_key, plain, shortened
from torusnb.context.knowledge.withdrawn import fallen_with
from torusnb.context.map.words import stems, telling_words
from torusnb.models.knowledge import Unknown, Waypoint
from torusnb.models.requirements import SpecPack, Statement

_CAPACITY = "capacity"
_TOPICS: tuple[tuple[str, str, str], ...] = (
    (
        "permissions",
        r"permission|\broles?\b|authori[sz]|\baccess\b|\badmin|privac|security|tenan|\bpii\b",
        "product and security",
    ),
    ("rollout", r"roll ?out|flag|canary|release|migrat|backfill|deploy", "product and infrastructure"),
    (
        _CAPACITY,
        r"latenc|\bp9\d\b|throughput|\bloads?\b(?![ -]more)|\bscal(?:ing|ability)\b|"
        r"\b(?:at|large|data|traffic) scale\b|"
        r"\bcapacity\b|time-?outs?\b|\bcach|\bttls?\b|\bcluster|\bnode-local\b|"
        r"\b(?:cross|each|every|all|other|several|multiple|single|one)[ -]nodes?\b",
        "infrastructure",
    ),
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
_KEEPS = re.compile(
    r"\b(?:only|manual\w*|fixed|existing|current|today'?s?|keep|kept|omit\w*|defer\w*|later|separate|"
    r"read-only|re-?us(?:e|es|ing)|remain\w*|unchanged|none|static|default|single|hard-?coded|rely solely)\b",
    re.IGNORECASE,
)
"""What an answer says that keeps more of today, or puts less into the first delivery."""
_ADDS = re.compile(
    r"\b(?:also|new|future|later|phase|configurable|optional\w*|additional\w*|shared|add(?:ed)?|adopt\w*|gain|"
    r"introduced?|expose|include|allow|support|offer|contribute|extend|show|mailed?|notif\w+|log(?:ged)?|export\w*)\b",
    re.IGNORECASE,
)
"""What a question says that asks for something more."""
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
_ASKS_CHOICE = re.compile(r"^(?:should|shall|must|could)\s+(?P<subject>.+)", re.IGNORECASE)
_WHETHER = re.compile(
    r"^(?:whether|if|confirm (?:whether|if|that)|decide (?:whether|if)|determine (?:whether|if))\s+", re.IGNORECASE
)


def list_stated(pack: SpecPack, waypoints: Sequence[Waypoint], customs: Customs | None = None) -> list[Unknown]:
    """The pack's assumptions, then its questions, without ids, in the pack's order; what asks nothing is none.

    Args:
        pack: The request.
        waypoints: The places it touches, best first.
        customs: What the code there does already; a default is taken from it where it fits the question.
    """
    assumed = [statement for statement in pack.assumptions if not is_decision(statement)]
    asked = [statement for statement in pack.questions if statement.asks]
    return [
        *(fallen_with(said, pack) or _assumption(said, pack, waypoints, customs) for said in assumed),
        *(fallen_with(said, pack) or _question(said, pack, waypoints, customs) for said in asked),
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
    given = finished(shortened(answer, 45)) if answer and not answer.endswith("?") else ""
    topic, owner = _topic(statement.text)
    default, keys = (given, ()) if given else _suggested(asked, customs)
    gate = f"{ids[0]} is built" if ids else "the plan is made"
    open_still = f"To be decided by {owner} before {gate}."
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


def _suggested(question: str, customs: Customs | None) -> tuple[str, tuple[str, ...]]:
    """A suggested answer and the keys it rests on: a value of the code that speaks of the same, else by the form.

    Empty where neither the code nor the question names an answer: which of two ways is taken is for people to say.
    """
    asked = _WHETHER.sub("should ", question.rstrip("."))
    value = customs.value_for(asked) if customs is not None and _ASKS_SIZE.match(asked) else None
    if value is not None:
        return f"Start with today's {value.kind}, `{value.text}` in `{value.module}`, as configuration.", (value.key,)
    return _default(asked), ()


def _cut_question(text: str) -> tuple[str, str, str]:
    """The question without its mark, with it, and what the pack says after it; a mark inside code is none."""
    for mark in re.finditer(r"\?(?=\s|$)", text):
        if text.count("`", 0, mark.start()) % 2 == 0:
            return text[: mark.start()], text[: mark.end()], text[mark.end() :].strip()
    return text.rstrip("."), finished(text), ""


def _default(asked: str) -> str:
    """The answer that keeps more of today, where the form of the question names it; else empty."""
    extra = _EXTRA.match(asked)
    sides = _alternatives(asked)
    if sides is not None:
        keeping = [bool(_KEEPS.search(side)) for side in sides]
        if keeping[0] == keeping[1]:
            return ""
        place, side = ("first", sides[0]) if keeping[0] else ("second", sides[1])
        return f"The {place} of the two, which keeps more of today: “{side}”."
    if " or " in asked:
        return ""
    if extra is not None:
        wanted = asked[extra.end() :].strip()
        return f"No: the first delivery goes without {wanted}." if wanted else ""
    if _ASKS_CHOICE.match(asked) and _ADDS.search(asked):
        return "No, not in the first delivery: today's behaviour stays."
    return ""


def _alternatives(asked: str) -> tuple[str, str] | None:
    """The two sides of `should it be this, or that`, each whole and as written; None where there are not just two."""
    if re.match(r"(?:how|who|when|where|what|which)\b", asked, re.IGNORECASE) or "(" in asked:
        return None
    if len(re.findall(r" (?:or|vs\.?|versus) ", asked)) != 1 or re.search(r"\bboth\b", asked, re.IGNORECASE):
        return None
    for pattern in _OR:
        cut = pattern.search(asked)
        if cut is None:
            continue
        first, second = (
            asked[: cut.start()].strip(" ,"),
            re.sub(r"^,? ?(?:or|vs\.?|versus) ", "", asked[cut.start() :].strip()),
        )
        if len(first.split()) > 2 and second and "," not in first:
            return first, second
    return None


def related_ids(text: str, pack: SpecPack) -> tuple[str, ...]:
    """The standing requirements that share most of a text's rarer words, best first, at most two."""
    counted: dict[str, int] = {}
    bags = {entry.id: set(stems(telling_words(f"{entry.title} {entry.text}"))) for entry in pack.requirements}
    bags = {name: bag for name, bag in bags.items() if name not in pack.withdrawn}
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
    said = re.sub(r"`[^`]*`", "", text)  # a name of code tells what something is called
    for topic, words, owner in _TOPICS:
        if re.search(words, said if topic == _CAPACITY else text, re.IGNORECASE):
            return topic, owner
    return "scope", "product"
