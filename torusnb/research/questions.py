"""Which research questions a feature raises: requirements x focus areas x waypoints x traps x locked dependencies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from torusnb.models.base import Value
from torusnb.models.codebase import LockedPackage
from torusnb.models.design import FocusArea
from torusnb.models.knowledge import Context, Trap, Waypoint
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Question
from torusnb.research.lock import released_versions
from torusnb.research.needs import Need, gather_needs, lift_ids
from torusnb.research.package_calls import PackageUse, find_package_uses, keep_reached
from torusnb.research.probes import Probe, load_probes
from torusnb.research.words import split_words, word_set

MOST = 20
LEAST = 8

_MOST_FOR_FOCUS = 4
_MOST_FOR_TRAPS = 3
_MOST_FOR_PACKAGES = 2
_LEAST_CALLS = 2
_FIRST_RANKS = 5
_FIRST_SERVED = 2
_MOST_SERVED = 3
_MOST_FRESH = 2
_ENOUGH = 1.6
_CLEAR = 2.5
_NEAR_RANKS = 12
_NEAR_TRAPS = 8
_PLAIN_CALL = re.compile(r"\?/\d+$|\.(?:now|utc_now|today|new|to_string)/\d+$")
_TRAP_WORTH = {"high": 2.0, "medium": 1.6, "low": 0.4}


class Fit(Value, frozen=True):
    """How well a probe fits a feature.

    Attributes:
        package: The locked package it is about, or empty.
        score: Greater is better; from `_ENOUGH` on the feature itself asks for it.
        serves: Ids, best first. also: requirements that ask for it less clearly.
        waypoint: The place it is seen from, one that the ids concern too.
        traps: Traps in the code that turn on what it asks. by_traps: nothing else raises it.
    """

    probe: Probe
    package: str
    score: float
    serves: tuple[str, ...]
    waypoint: Waypoint | None
    also: tuple[str, ...] = ()
    traps: tuple[Trap, ...] = ()
    by_traps: bool = False


def raise_questions(pack: SpecPack, context: Context, playbook: tuple[FocusArea, ...]) -> tuple[Question, ...]:
    """The questions of one feature, at most `MOST`, in the order of the playbook's focus areas.

    Each focus area that the feature touches gets its best question first; more follow where the feature speaks
    of it clearly, or where a requirement would otherwise have none. A trap in the code raises the question that it
    turns on. Where the pack says too little, those that fit best make up `LEAST` all the same.
    """
    uses = find_package_uses(context)
    order = {area.id: number for number, area in enumerate(playbook)}
    stated = frozenset(requirement.id for requirement in pack.requirements)
    fits = _spread(_choose(_fit_all(pack, context, order, uses), playbook), stated)
    locked = released_versions(context.code.packages)
    made = [_ask(fit, locked) for fit in fits]
    room = min(_MOST_FOR_PACKAGES, MOST - len(made)) if playbook else 0
    for use in _unknown_uses(_near_uses(uses, pack, context))[:room]:
        made.append(_ask_package(use, playbook[0].id, lift_ids(use.waypoint.requirements, pack), locked))
    made.sort(key=lambda question: order[question.focus])
    return tuple(replace(question, id=f"Q-{number}") for number, question in enumerate(made, start=1))


def _fit_all(pack: SpecPack, context: Context, order: dict[str, int], uses: tuple[PackageUse, ...]) -> list[Fit]:
    needs = gather_needs(pack, context)
    near = tuple(
        replace(waypoint, requirements=lift_ids(waypoint.requirements, pack))
        for waypoint in sorted(context.waypoints, key=lambda w: w.rank)
        if waypoint.rank <= _NEAR_RANKS
    )
    called = {use.package for use in uses}
    fits = []
    for probe in load_probes():
        if probe.focus in order:
            package = _package_of(probe, context.code.packages)
            fit = _add_traps(_fit(probe, needs, near, package), context, pack)
            fits.append(replace(fit, score=round(fit.score + (1.0 if package in called else 0.0), 3)))
    return sorted(fits, key=lambda fit: -fit.score)


def _package_of(probe: Probe, packages: Iterable[LockedPackage]) -> str:
    names = {package.name for package in packages}
    return next((name for name in probe.packages if name in names), "")


def _fit(probe: Probe, needs: Iterable[Need], near: tuple[Waypoint, ...], package: str) -> Fit:
    telling, beside = _stems(probe.words), _stems(probe.also)
    found: list[tuple[float, int, Need]] = []
    for number, need in enumerate(needs):
        worth = _worth(telling, need.words)
        if worth:
            worth = min(4.0, worth + 0.5 * _worth(beside, need.words)) * need.weight
            found.append((-worth, number, need))
    found.sort(key=lambda entry: entry[:2])
    best = sum(-worth for worth, _, _ in found[:3]) + 0.2 * len(found[3:9])
    stated = [n.id for worth, _, n in found if n.id and n.weight == 1.0 and worth <= found[0][0] / 2]
    assumed = [n.id for _, _, n in found if n.id and n.weight < 1.0][:1]
    serves = (*stated[: _MOST_SERVED - len(assumed)], *assumed)
    waypoint = _seen_from(probe, near, serves)
    if waypoint is not None and not serves:
        serves = waypoint.requirements[:2]
    score = best + (1.0 if waypoint is not None else 0.0) + (0.5 if probe.always else 0.0)
    also = tuple(n.id for _, _, n in found if n.id and n.weight == 1.0 and n.id not in serves)
    return Fit(probe, package, score, serves, waypoint, also)


def _add_traps(fit: Fit, context: Context, pack: SpecPack) -> Fit:
    """The fit with the traps that turn on what it asks; they count, and alone they are enough."""
    traps = tuple(trap for trap in context.traps if trap.rule in fit.probe.traps and trap.rank <= _NEAR_TRAPS)
    if not traps:
        return fit
    concerned = lift_ids(traps[0].requirements, pack)[:2]
    return replace(
        fit,
        score=fit.score + _TRAP_WORTH.get(traps[0].severity, 0.0),
        serves=fit.serves or concerned,
        traps=traps,
        by_traps=fit.score < _ENOUGH,
    )


def _stems(entries: tuple[str, ...]) -> tuple[tuple[frozenset[str], float], ...]:
    """What must be there for each entry; one of several words says more."""
    return tuple((frozenset(split_words(entry)), 1.5 if len(split_words(entry)) > 1 else 1.0) for entry in entries)


def _worth(signals: Iterable[tuple[frozenset[str], float]], words: frozenset[str]) -> float:
    return sum(weight for stems, weight in signals if stems and stems <= words)


def _seen_from(probe: Probe, near: tuple[Waypoint, ...], serves: tuple[str, ...]) -> Waypoint | None:
    """The best waypoint of the probe's layers that concerns what the question serves; any when it serves nothing."""
    fitting = [waypoint for waypoint in near if waypoint.layer in probe.layers]
    return next((w for w in fitting if not serves or set(w.requirements) & set(serves)), None)


def _choose(fits: list[Fit], playbook: tuple[FocusArea, ...]) -> list[Fit]:
    """The fits to ask, best first: each focus area's best, what is clear, what serves somebody, and then the rest.

    A fit that serves nobody is chosen only to make up `LEAST`.
    """
    room = MOST - _MOST_FOR_PACKAGES
    fitting = [fit for fit in fits if fit.score >= _ENOUGH and (fit.serves or fit.traps)]
    first = {fit.probe.focus: fit for fit in reversed(fitting) if not fit.by_traps}
    chosen = [first[area.id] for area in playbook if area.id in first][:room]
    taken = Counter(fit.probe.focus for fit in chosen)
    by_traps = 0
    for least in (_CLEAR, _ENOUGH, 0.0):
        for fit in fits:
            enough = len(chosen) >= (room if least else LEAST)
            if enough or fit in chosen or fit.score < least or taken[fit.probe.focus] >= _MOST_FOR_FOCUS:
                continue
            if least and not _adds(fit, chosen, least, by_traps):
                continue
            chosen.append(fit)
            taken[fit.probe.focus] += 1
            by_traps += fit.by_traps
    return sorted(chosen, key=lambda fit: -fit.score)


def _adds(fit: Fit, chosen: list[Fit], least: float, by_traps: int) -> bool:
    """Whether a fit says what those chosen do not: it is clear, a trap raises it, or somebody has none yet."""
    if fit.by_traps:
        return by_traps < _MOST_FOR_TRAPS
    served = {name for other in chosen for name in (*other.serves, *other.also)}
    return bool(fit.serves) and (least >= _CLEAR or not {*fit.serves, *fit.also} <= served)


def _spread(fits: list[Fit], stated: frozenset[str]) -> list[Fit]:
    """The fits, each also serving a few that no other one serves, requirements before criteria."""
    served = {name for fit in fits for name in fit.serves}
    spread = []
    for fit in fits:
        unserved = sorted((name for name in fit.also if name not in served), key=lambda name: name not in stated)
        fresh = tuple(unserved[:_MOST_FRESH])
        served.update(fresh)
        spread.append(replace(fit, serves=(*fit.serves, *fresh)))
    return spread


def _ask(fit: Fit, locked: dict[str, str]) -> Question:
    about = f" in {_named(fit.package, locked)}" if fit.package else ""
    text = fit.probe.ask.replace("{in}", about) + _closing(fit.serves, fit.waypoint, fit.traps[:1])
    serves = fit.serves or (fit.probe.focus,)
    traps = tuple(trap.key for trap in fit.traps)
    return Question("", text, fit.probe.focus, serves, fit.probe.terms, fit.package, traps)


def _near_uses(uses: tuple[PackageUse, ...], pack: SpecPack, context: Context) -> tuple[PackageUse, ...]:
    """The uses on the feature's path: calls that the words of a requirement reach which its waypoint answers first.

    What other functions of a waypoint's module call is no question of this feature.
    """
    asked = {requirement.id: word_set(requirement.title, requirement.text) for requirement in pack.requirements}
    near = []
    for use in uses:
        first = lift_ids(use.waypoint.requirements, pack)[:_FIRST_SERVED]
        words = frozenset[str]().union(*(asked.get(name, frozenset()) for name in first))
        near.append(keep_reached(use, context, words))
    return tuple(near)


def _unknown_uses(uses: tuple[PackageUse, ...]) -> list[PackageUse]:
    """Uses of packages that no probe is about, from the first waypoints; one function alone holds no question.

    A predicate or a reading of the clock promises nothing about failure that a design could depend on.
    """
    known = {package for probe in load_probes() for package in probe.packages}
    telling = (replace(use, calls=tuple(call for call in use.calls if not _PLAIN_CALL.search(call))) for use in uses)
    return [
        use
        for use in telling
        if use.package not in known and len(use.calls) >= _LEAST_CALLS and use.waypoint.rank <= _FIRST_RANKS
    ]


def _ask_package(use: PackageUse, focus: str, concerned: tuple[str, ...], locked: dict[str, str]) -> Question:
    """What the functions promise that a waypoint calls of a package no probe knows."""
    calls = use.calls[:3]
    shown = _join(tuple(f"`{call}`" for call in calls))
    serves = concerned[:2]
    text = f"What do {shown} of {_named(use.package, locked)} promise about failure, limits and order"
    names = [call.rpartition("/")[0].split(".")[-2:] for call in calls]
    terms = tuple(dict.fromkeys(part.strip(":?!") for name in names for part in name))
    return Question("", text + _closing(serves, use.waypoint), focus, serves or (focus,), terms, use.package)


def _named(package: str, locked: dict[str, str]) -> str:
    return f"{package} {locked[package]}" if package in locked else package


def _closing(serves: tuple[str, ...], waypoint: Waypoint | None, traps: tuple[Trap, ...] = ()) -> str:
    """For whom, and what in the code raises it: the trap, which says more, or the waypoint."""
    who = f", for {_join(serves)}" if serves else ""
    for trap in traps:
        place = ".".join(name for name in (trap.module.rpartition(".")[2], trap.symbol) if name)
        return f"{who}, given the {trap.rule.replace('-', ' ')} trap" + (f" in `{place}`?" if place else "?")
    return who + (f", seen from `{waypoint.path}`" if waypoint is not None else "") + "?"


def _join(names: tuple[str, ...]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
