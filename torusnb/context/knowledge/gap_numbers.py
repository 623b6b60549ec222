"""Gaps in numbers: how fast it has to answer and how many use it at once, beside what its epic gives for the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.context.knowledge.gap import Gap
from torusnb.context.knowledge.sentences import listed, place_key
from torusnb.models.knowledge import Unknown
from torusnb.models.requirements import NonFunctional, SpecPack, Statement
from torusnb.spec.budgets import (
    data_sizes,
    general_rates,
    general_targets,
    is_above,
    latency_targets,
    load_given,
    no_load_statement,
    operation_of,
)
from torusnb.spec.durations import latency_quantities
from torusnb.spec.pieces import split_pieces

_KINDS = (
    re.compile(r"\b(?:render\w*|display\w*|shows?|shown|views?|opens?|pages?|screens?|shell|visible)\b", re.IGNORECASE),
    re.compile(r"\b(?:quer(?:y|ies)|reads?|fetch\w*|look-?ups?|search\w*|lists?|hydrat\w*)\b", re.IGNORECASE),
    re.compile(r"\b(?:sav\w+|writ\w+|persist\w*|stor\w+|submi\w+|creat\w+|updat\w+)\b", re.IGNORECASE),
    re.compile(r"\b(?:exports?|download\w*|csv|zip|imports?)\b", re.IGNORECASE),
    re.compile(r"\b(?:evaluat\w+|grad(?:es?|ing)|pars\w+|comput\w+|calculat\w+)\b", re.IGNORECASE),
)
"""What is done: shown, read, written, handed out, worked out."""
_HALF = 0.5
_FEW_WORDS = 3
_LEARNERS = re.compile(r"\b(?:students?|learners?|pupils?|guests?|everyone|anyone|people|users?)\b", re.IGNORECASE)
_STAFF: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("instructors", re.compile(r"\b(?:instructors?|teachers?|teaching assistants?|tas?|faculty)\b", re.IGNORECASE)),
    ("authors", re.compile(r"\b(?:authors?|authoring teams?|learning (?:engineers?|designers?)|editors?)\b", re.I)),
    ("administrators", re.compile(r"\b(?:admins?|administrators?)\b", re.IGNORECASE)),
    (
        "engineers and support staff",
        re.compile(
            r"\b(?:engineers?|engineering|developers?|operators?|operations|support|qa|testers?|staff|maintainers?|"
            r"contributors?|product management|customer success)\b",
            re.IGNORECASE,
        ),
    ),
)
_BUILDERS = _STAFF[-1][0]
_AMONG_FIRST = 6
"""Words of a statement on a role in which the role stands."""


def find_latency(gap: Gap) -> Unknown | None:
    """No duration given for the interactive path; a pack that wants no such number lacks none.

    A budget of the whole epic that is not about the feature is no answer. It is told, and where what it bounds is done
    by the feature too, it holds beside the assumption.
    """
    if latency_targets(gap.pack) or no_load_statement(gap.pack) is not None:
        return None
    where = gap.waypoint("live_view|controller", "component", "context")
    path = f"through `{where.module or where.path}`" if where else "of this feature"
    lead = gap.lead("display", "render", "show", "load", "list", "return", "validate", "submit")
    vague = next((e for e in gap.pack.nonfunctional if re.search(r"perform|scal", e.area, re.IGNORECASE)), None)
    evidence = (place_key(vague.place),) if vague else tuple(filter(None, (lead,)))
    emitted = _emitted(gap)
    measured = f"read from `{emitted[0]}`" if emitted else "measured without the browser"
    said, kept, beside = _of_epic(gap.pack)
    above = (place_key(budget.place) for budget in general_targets(gap.pack))
    return Unknown(
        id="",
        topic="latency",
        text=f"The pack gives no latency number{f' for {lead}' if lead else ''}{said}.",
        assumption=f"The interactive path {path} is held to P50 100 ms, P95 300 ms and P99 800 ms on the server{kept}.",
        risk="a stricter expectation would move work out of the request or into a cache.",
        question=f"Which P95 must the path {path} hold{beside}?",
        default=f"P95 300 ms on the server, {measured}.",
        impact="medium",
        owner="product",
        evidence=tuple(dict.fromkeys((*evidence, *above, *emitted[1:]))),
    )


def _of_epic(pack: SpecPack) -> tuple[str, str, str]:
    """What the epic's general budgets add to the statement, the assumption and the question."""
    budgets = [budget for budget in general_targets(pack) if operation_of(budget)]
    if not budgets:
        return "", "", ""
    fitting = [budget for budget in budgets if _is_done(pack, budget)]
    if not fitting:
        return f"; its epic's numbers are for {_operations(budgets)}", "", ""
    held = listed([f"{_figures(budget)} for {_operations([budget])}" for budget in fitting])
    said = f"; of its epic's numbers those for {_operations(fitting)} reach into it"
    return said, f", and stays within its epic's {held}", f", beside its epic's for {_operations(fitting)}"


def _operations(budgets: Iterable[NonFunctional]) -> str:
    return listed(list(dict.fromkeys(f"“{operation_of(budget)}”" for budget in budgets)))


def _figures(budget: NonFunctional) -> str:
    return listed([quantity.text for quantity in latency_quantities(budget)])


def _is_done(pack: SpecPack, budget: NonFunctional) -> bool:
    """Whether a feature does what a budget bounds: a requirement does the same kind of thing, on half of its things."""
    operation = operation_of(budget)
    kinds = [kind for kind in _KINDS if kind.search(operation)]
    things = set(split_pieces(" ".join(_without(operation))))
    asked = [f"{entry.title} {entry.text}" for entry in pack.requirements]
    said = " ".join([pack.title, *asked, *(statement.text for statement in pack.summary)])
    shared = things & set(split_pieces(said))
    does = any(kind.search(text) for kind in kinds for text in asked)
    return does and bool(shared) and len(shared) >= _HALF * len(things)


def _without(operation: str) -> list[str]:
    """The words of an operation that name its things, and not what is done with them."""
    words = [word for word in re.findall(r"[\w-]+", operation) if len(word) > _FEW_WORDS]
    return [word for word in words if not any(kind.fullmatch(word) for kind in _KINDS)]


def _emitted(gap: Gap) -> tuple[str, ...]:
    """The event nearest to the feature that carries a duration, and the key of the line that emits it; or nothing."""
    for waypoint in gap.waypoints[:12]:
        module = gap.code_map.modules.get(waypoint.module)
        for use in module.telemetry if module else ():
            if use.kind == "span" or (use.kind == "execute" and use.name.endswith((".stop", ".execute", ".duration"))):
                return use.name, gap.book.key(waypoint.path, use.line)
    return ()


def find_load(gap: Gap) -> Unknown | None:
    """No number of people or requests at once; the size of the data that budgets are measured with is none."""
    if load_given(gap.pack) is not None or no_load_statement(gap.pack) is not None:
        return None
    where = gap.waypoint("live_view|controller", "worker", "context")
    path = f" on `{where.module or where.path}`" if where else ""
    told, keys = _told_load(gap.pack)
    peak, default = _peak(gap.pack, path)
    return Unknown(
        id="",
        topic="load",
        text=f"The pack gives no number of people or requests at the same time{told}.",
        assumption=peak,
        risk="a larger peak would need its own load test before the rollout.",
        question="How many people use this at the same time at its peak?",
        default=default,
        impact="low",
        owner="infrastructure",
        evidence=tuple(dict.fromkeys((*((where.key,) if where else ()), *keys))),
    )


def _told_load(pack: SpecPack) -> tuple[str, tuple[str, ...]]:
    """What is given instead of a load, with its keys: the epic's for all its parts, or the size of the data."""
    rates = general_rates(pack)
    if rates:
        return f"; its epic gives {rates[0][1].text} for all its parts", (place_key(rates[0][0].place),)
    sizes = data_sizes(pack)
    if not sizes:
        return "", ()
    sized, counts = sizes[0]
    whose = "its epic's" if is_above(sized) else "its"
    numbers = listed([count.text for count in counts])
    return f"; {numbers} {'is' if len(counts) == 1 else 'are'} the size of {whose} data", (place_key(sized.place),)


def _peak(pack: SpecPack, path: str) -> tuple[str, str]:
    """The assumed peak and its short form, by who uses it: its epic's, a course's learners, or a few of the staff."""
    rates = general_rates(pack)
    if rates:
        rate = rates[0][1].text
        return f"The peak is at most its epic's for all its parts, {rate}{path}.", f"Its epic's {rate} at most."
    staff = _only_staff(pack.roles)
    if staff:
        return (
            f"The peak is twenty of the {staff} at work at once, one action each in ten seconds, "
            f"2 requests per second{path}.",
            f"20 {staff} at once, 2 requests per second.",
        )
    return (
        "The peak is one large section in use at once: 200 people, one action each in ten seconds, "
        f"20 requests per second{path}.",
        "200 people in one section, 20 requests per second.",
    )


def _only_staff(roles: Iterable[Statement]) -> str:
    """Those who use it, where a course has few of them; empty where learners do, or nobody is named who uses it."""
    named: dict[str, None] = {}
    for role in roles:
        first = re.split(r"\.(?:\s|$)", re.sub(r"`[^`]*`|\([^()]*\)", "", role.text))[0]
        begins = " ".join(first.split()[:_AMONG_FIRST])
        who = f"{role.label} / {begins}" if not re.search(r"\busers?\b|\broles?\b", role.label, re.I) else begins
        found = [name for name, words in _STAFF if words.search(who)]
        if _LEARNERS.search(who) or not found:
            return ""
        named.update(dict.fromkeys(found))
    people = [name for name in named if name != _BUILDERS]  # those who build it put no load on it
    return listed(people) if people else ""
