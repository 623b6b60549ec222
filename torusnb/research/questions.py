"""Which research questions a feature raises: requirements x focus areas x waypoints x locked dependencies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from torusnb.models.base import Value
from torusnb.models.codebase import LockedPackage, Module
from torusnb.models.design import FocusArea
from torusnb.models.knowledge import Context, Waypoint
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Question
from torusnb.research.lock import released_versions
from torusnb.research.probes import Probe, load_probes
from torusnb.research.words import split_words, word_set

MOST = 14
LEAST = 8

_MOST_FOR_FOCUS = 3
_MOST_FOR_PACKAGES = 2
_MOST_SERVED = 3
_ENOUGH = 1.5
_NEAR_RANKS = 15


class Need(Value, frozen=True):
    """Something a question can serve: a requirement with its criteria, a quality, an assumption; its words as stems."""

    id: str
    words: frozenset[str]
    assumed: bool = False


class Fit(Value, frozen=True):
    """How well a probe fits a feature: its score, whom it serves (best first), and the waypoint it is about."""

    probe: Probe
    score: float
    serves: tuple[str, ...]
    waypoint: Waypoint | None


def raise_questions(pack: SpecPack, context: Context, playbook: tuple[FocusArea, ...]) -> tuple[Question, ...]:
    """The questions of one feature, at most `MOST`, in the order of the playbook's focus areas.

    Each focus area that the feature touches gets its best question first; more follow where the feature speaks
    of it again and again. Where the pack says too little, those that fit best make up `LEAST` all the same.
    """
    fits = _choose(_fit_all(pack, context, playbook), playbook)
    locked = released_versions(context.code.packages)
    asked = [_ask(fit, context.code.packages, locked) for fit in fits]
    covered = {package for _, package in asked}
    made: list[Question] = []
    for fit, (text, package) in zip(fits, asked, strict=True):
        serves = fit.serves or (fit.probe.focus,)
        made.append(Question("", text, fit.probe.focus, serves, fit.probe.terms, package))
    made += _package_questions(context, playbook, covered, locked)[: max(0, MOST - len(made))]
    order = {area.id: number for number, area in enumerate(playbook)}
    made.sort(key=lambda question: order[question.focus])
    return tuple(
        Question(f"Q-{number}", q.text, q.focus, q.serves, q.terms, q.package) for number, q in enumerate(made, start=1)
    )


def _fit_all(pack: SpecPack, context: Context, playbook: tuple[FocusArea, ...]) -> list[Fit]:
    needs = tuple(_needs(pack, context))
    focuses = {area.id for area in playbook}
    fits = [_fit(probe, needs, context.waypoints) for probe in load_probes() if probe.focus in focuses]
    return sorted(fits, key=lambda fit: -fit.score)


def _needs(pack: SpecPack, context: Context) -> Iterator[Need]:
    for requirement in pack.requirements:
        criteria = " ".join(c.text for c in pack.criteria_of(requirement.id))
        yield Need(requirement.id, word_set(requirement.title, requirement.text, criteria))
    for quality in pack.nonfunctional:
        if quality.id:
            yield Need(quality.id, word_set(quality.area, quality.text))
    for criterion in pack.criteria:
        if not criterion.requirements:
            yield Need(criterion.id, word_set(criterion.text))
    for unknown in context.knowledge.unknown:
        yield Need(unknown.id, word_set(unknown.topic, unknown.text, unknown.assumption), assumed=True)
    whole = (s.text for s in (*pack.summary, *pack.background, *pack.goals, *pack.interface_notes, *pack.data_notes))
    unnamed = (f"{quality.area} {quality.text}" for quality in pack.nonfunctional if not quality.id)
    yield Need("", word_set(pack.title, *whole, *unnamed))


def _fit(probe: Probe, needs: Iterable[Need], waypoints: tuple[Waypoint, ...]) -> Fit:
    telling, beside = _stems(probe.words), _stems(probe.also)
    found: list[tuple[float, int, Need]] = []
    for number, need in enumerate(needs):
        worth = _worth(telling, need.words)
        if worth:
            worth = min(4.0, worth + 0.5 * _worth(beside, need.words))
            found.append((-worth if need.id else -worth / 2, number, need))
    found.sort(key=lambda entry: entry[:2])
    best = sum(-worth for worth, _, _ in found[:3]) + 0.2 * len(found[3:9])
    named = [need.id for worth, _, need in found if need.id and not need.assumed and worth <= found[0][0] / 2]
    assumed = [need.id for _, _, need in found if need.assumed][:1]
    serves = (*named[: _MOST_SERVED - len(assumed)], *assumed)
    near = _nearest(probe, waypoints, serves)
    score = best + (1.5 if near else 0.0) + (0.5 if probe.always else 0.0)
    return Fit(probe, round(score, 3), serves or (near.requirements[:2] if near else ()), near)


def _stems(entries: tuple[str, ...]) -> tuple[tuple[frozenset[str], float], ...]:
    """What must be there for each entry; one of several words says more."""
    return tuple((frozenset(split_words(entry)), 1.5 if len(split_words(entry)) > 1 else 1.0) for entry in entries)


def _worth(signals: Iterable[tuple[frozenset[str], float]], words: frozenset[str]) -> float:
    return sum(weight for stems, weight in signals if stems and stems <= words)


def _nearest(probe: Probe, waypoints: tuple[Waypoint, ...], serves: tuple[str, ...]) -> Waypoint | None:
    """The best waypoint of the probe's layers, one that answers to what the question serves before others."""
    near = [w for w in waypoints if w.layer in probe.layers and w.rank <= _NEAR_RANKS]
    return min(near, key=lambda w: (not set(w.requirements) & set(serves), w.rank), default=None)


def _choose(fits: list[Fit], playbook: tuple[FocusArea, ...]) -> list[Fit]:
    """Each focus area's best fit, then the best of the rest; always in the order of their scores."""
    fitting = [fit for fit in fits if fit.score >= _ENOUGH]
    first = {fit.probe.focus: fit for fit in reversed(fitting)}
    chosen = [first[area.id] for area in playbook if area.id in first]
    room = MOST - _MOST_FOR_PACKAGES
    taken = Counter(fit.probe.focus for fit in chosen)
    for fit in [*fitting, *(fit for fit in fits if fit.score < _ENOUGH)]:
        enough = len(chosen) >= (room if fit.score >= _ENOUGH else LEAST)
        if not enough and fit not in chosen and taken[fit.probe.focus] < _MOST_FOR_FOCUS:
            chosen.append(fit)
            taken[fit.probe.focus] += 1
    return sorted(chosen[:room], key=lambda fit: -fit.score)


def _ask(fit: Fit, packages: tuple[LockedPackage, ...], locked: dict[str, str]) -> tuple[str, str]:
    """The question's text, and the locked package it is about."""
    names = {package.name for package in packages}
    package = next((name for name in fit.probe.packages if name in names), "")
    text = fit.probe.ask.replace("{in}", f" in {_named(package, locked)}" if package else "")
    return text + _closing(fit.serves, fit.waypoint.path if fit.waypoint else "") + "?", package


def _named(package: str, locked: dict[str, str]) -> str:
    return f"{package} {locked[package]}" if package in locked else package


def _closing(serves: tuple[str, ...], path: str) -> str:
    who = f", for {_join(serves)}" if serves else ""
    return who + (f", seen from `{path}`" if path else "")


def _join(names: tuple[str, ...]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def _package_questions(
    context: Context, playbook: tuple[FocusArea, ...], covered: set[str], locked: dict[str, str]
) -> list[Question]:
    """What the waypoints ask of locked packages that no other question is about."""
    if not playbook:
        return []
    used: dict[str, tuple[Waypoint, tuple[str, ...]]] = {}
    for waypoint in sorted(context.waypoints, key=lambda w: w.rank):
        module = context.code.modules.get(waypoint.module)
        for package, calls in _packages_called(module, context) if module else ():
            if package not in covered:
                used.setdefault(package, (waypoint, calls))
    made = []
    for package, (waypoint, calls) in used.items():
        shown = _join(tuple(f"`{call}`" for call in calls[:3]))
        serves = waypoint.requirements[:2]
        text = f"What do {shown} of {_named(package, locked)} promise about failure, limits and order"
        text += _closing(serves, waypoint.path) + "?"
        terms = tuple(dict.fromkeys(part for call in calls[:3] for part in call.rpartition("/")[0].split(".")))
        focus = playbook[0].id
        made.append(Question("", text, focus, serves or (focus,), (*terms, "error", "limit", "order"), package))
    return made[:_MOST_FOR_PACKAGES]


def _packages_called(module: Module, context: Context) -> list[tuple[str, tuple[str, ...]]]:
    """Locked packages that a module calls, with the functions, both in the order of their lines."""
    found: dict[str, dict[str, None]] = {}
    joined = {package.name.replace("_", ""): package.name for package in context.code.packages}
    own = context.code.app.replace("_", "")
    for call in sorted(module.calls, key=lambda call: (call.line, call.module, call.name)):
        beginnings = module_beginnings(call.module)
        package = next((joined[name] for name in reversed(beginnings) if name in joined), "")
        if package and own not in beginnings:
            found.setdefault(package, {}).setdefault(f"{call.module}.{call.name}/{call.arity}")
    return [(package, tuple(calls)) for package, calls in found.items()]


def module_beginnings(module: str) -> tuple[str, ...]:
    """What a module's name begins with, in lower case and joined (`Phoenix.PubSub`: phoenix, phoenixpub, …)."""
    pieces = [piece.lower() for piece in re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", module)]
    return tuple("".join(pieces[:count]) for count in range(1, len(pieces) + 1))
