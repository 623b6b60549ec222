"""Section 1: the design in eight to ten sentences."""

from __future__ import annotations

import re
from collections import Counter

from torusnb.drafting.assumptions import latency_targets, no_load_statement, target_words
from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.components import storage_sentence
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.performance import hot_path
from torusnb.drafting.offline.wording import (
    clip,
    code,
    count,
    first_sentence,
    listed,
    lower_first,
    plain,
    plural_of,
    restate,
    singular_of,
    some,
)  # fmt: skip
from torusnb.drafting.offline.work import TITLES

_GENERIC = re.compile(r"\b(?:roles?|users?|primary|secondary)\b", re.IGNORECASE)
_LEAD = re.compile(r"[:(.,]| in | who | with | using | that | – | — | \\w+ing ")


def draft_summary(ledger: Ledger) -> str:
    """Nine sentences, or ten with the flag: what, for whom, how much, where, why so, storage, runtime, speed, risk."""
    sentences = [
        _delivers(ledger), _affects(ledger), _weighs(ledger), _lands(ledger), _why(ledger), storage_sentence(ledger),
        _runs(ledger), _speed(ledger), _risk(ledger), _rollout(ledger),
    ]  # fmt: skip
    return " ".join(text for text in sentences if text)


def _one(text: str) -> str:
    """A text that a reader counts as one sentence: stops inside it are gone."""
    return (
        first_sentence(text)
        .replace("e.g.", "such as")
        .replace("i.e.", "that is")
        .replace("etc.", "and so on")
        .replace("vs.", "versus")
    )


def _delivers(ledger: Ledger) -> str:
    said = next(
        (
            s
            for s in (*ledger.pack.summary, *ledger.pack.goals, *ledger.pack.background)
            if len(plain(s.text).split()) > 5
        ),
        None,
    )
    if said is None:
        asked = ledger.pack.requirements[:1]
        what = lower_first(ledger.short(asked[0].id, 24)) if asked else "what its pack describes"
        return f"{ledger.title} is to {what}.{ledger.cite(*(r.id for r in asked))}"
    text = clip(_one(plain(said.text)).removeprefix("Summary:").strip(), 40)
    return f"{ledger.title}: {lower_first(text)}.{ledger.cite(place_key(said.place))}"


def _affects(ledger: Ledger) -> str:
    names: list[str] = []
    for role in ledger.pack.roles:
        label = "" if _GENERIC.search(role.label) else plain(role.label)
        name = (label or _LEAD.split(plain(role.text))[0]).strip().rstrip(".")
        name = _people(name) if name else ""
        if name and len(name.split()) <= 7 and name.lower() not in {n.lower() for n in names}:
            names.append(name)
    if names:
        keys = [place_key(role.place) for role in ledger.pack.roles[:2]]
        return f"It affects {some(names, 4)}.{ledger.cite(*keys)}"
    used = next(iter((*ledger.pack.use_cases, *ledger.pack.background)), None)
    if used is None:
        return f"The pack names no role, so the callers of {hot_path(ledger)} are taken as the ones affected."
    said = lower_first(clip(_one(plain(used.text)), 26))
    return f"For those who use it the pack says: {said}.{ledger.cite(place_key(used.place))}"


def _people(name: str) -> str:
    """A role's single word as those who have it: `Instructor` -> `instructors`; a title of several words stays."""
    first, *rest = name.split()
    if rest:
        return name if rest[0][:1].isupper() else lower_first(name)
    word = lower_first(first)
    return plural_of(singular_of(word)) if re.search(r"(?:or|er|ant|ent|min|ist|ian)s?$", word) else word


def _weighs(ledger: Ledger) -> str:
    work = Counter(kinds[0] for kinds in ledger.plan.kinds.values())
    if not work:
        return (
            "The pack states "
            f"{count(len(ledger.pack.criteria), 'acceptance criterion', 'acceptance criteria')} and "
            "numbers no requirement."
        )
    top = sorted(work, key=lambda kind: (-work[kind], kind))[:2]
    told = listed(f"{TITLES[kind]} ({work[kind]})" for kind in top)
    sizes = (
        f"{count(len(ledger.pack.requirements), 'functional requirement')} and "
        f"{count(len(ledger.pack.criteria), 'acceptance criterion', 'acceptance criteria')}"
    )
    first = [r for r, k in ledger.plan.kinds.items() if k[0] == top[0]][:2]
    return f"The pack states {sizes}; most of the work is {told}.{ledger.cite(*first)}"


def _lands(ledger: Ledger) -> str:
    lead = ledger.plan.existing[:3]
    if not lead:
        asked = ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))
        fresh = [code(c.name) for c in ledger.plan.fresh][:3]
        if fresh:
            return f"The change lands in new code, {listed(fresh)}.{asked}"
        return f"No module of the checkout speaks of it yet, so it begins as new code.{asked}"
    names = listed(code(c.name) for c in lead)
    return f"The change lands mainly in {names}.{ledger.cite(*(c.key for c in lead), most=2)}"


def _why(ledger: Ledger) -> str:
    """The choice that shapes the design, with the goal it serves when the pack gives one."""
    plan = ledger.plan
    fresh = [c for c in plan.fresh if c.layer == "context" and c.requirements]
    goal = next((g for g in ledger.pack.goals if len(plain(g.text).split()) > 3), None)
    aim = f"; the goal it serves: {lower_first(clip(_one(plain(goal.text)), 18))}" if goal is not None else ""
    keys = [place_key(goal.place)] if goal is not None else []
    if fresh:
        return (
            f"The rules go into {code(fresh[0].name)}, so that they can be tested apart from their callers{aim}."
            f"{ledger.cite(fresh[0].key, *keys)}"
        )
    answered = [r for r, found in plan.matches.items() if found]
    every = len(answered) == len(plan.matches)
    share = f"all {len(answered)}" if every else f"{len(answered)} of the {len(plan.matches)}"
    return (
        f"No module is added, because modules of today speak of {share} requirements already{aim}."
        f"{ledger.cite(*keys, *answered[:1], most=2)}"
    )


def _runs(ledger: Ledger) -> str:
    runtime = ledger.plan.runtime
    if runtime.jobs:
        workers = [c for c in ledger.plan.of_layer("worker") if set(c.requirements) & set(runtime.jobs)]
        worker = next(iter(workers), None)
        name = code(worker.name) if worker is not None else "an Oban job"
        return (
            f"{some(list(runtime.jobs), 3)} run outside the request in {name}.{ledger.cite(*runtime.jobs)}"
            if len(runtime.jobs) > 1
            else f"{runtime.jobs[0]} runs outside the request in {name}.{ledger.cite(*runtime.jobs)}"
        )
    basis = runtime.no_job.evidence if runtime.no_job is not None else tuple(r.id for r in ledger.pack.requirements[:1])
    return f"No background job is added; the work runs in the caller's request or LiveView.{ledger.cite(*basis)}"


def _speed(ledger: Ledger) -> str:
    targets = latency_targets(ledger.pack)
    if targets:
        return (
            f"The performance posture is set by {target_words(targets[0])} on {hot_path(ledger)}."
            f"{ledger.cite(place_key(targets[0].place))}"
        )
    silent = no_load_statement(ledger.pack)
    if silent is not None:
        return (
            f"The pack sets no performance target, so the posture is that {hot_path(ledger)} gets no "
            f"slower.{ledger.cite(place_key(silent.place))}"
        )
    assumed = next((u.id for u in ledger.assumptions if u.topic == "latency"), "")
    return (
        f"Lacking a number in the pack, {hot_path(ledger)} is held to an assumed P95 of 300 ms.{ledger.cite(assumed)}"
    )


def _risk(ledger: Ledger) -> str:
    if ledger.pack.risks:
        risk = ledger.pack.risks[0]
        cure = f" (mitigation: {lower_first(clip(_one(plain(risk.mitigation)), 16))})" if risk.mitigation else ""
        return (
            f"The headline risk: {lower_first(clip(_one(plain(risk.text)), 20))}{cure}."
            f"{ledger.cite(place_key(risk.place))}"
        )
    heavy = next((u for u in ledger.assumptions if u.impact == "high"), next(iter(ledger.assumptions), None))
    if heavy is not None:
        return (
            f"The headline risk is assumption {heavy.id}: "
            f"{lower_first(clip(_one(plain(heavy.risk)), 24))}.{ledger.cite(heavy.id)}"
        )
    return ""


def _rollout(ledger: Ledger) -> str:
    runtime = ledger.plan.runtime
    if runtime.no_flag is not None:
        return f"It ships without a feature flag, and the way back is a revert.{ledger.cite(*runtime.no_flag.evidence)}"
    if runtime.flag is not None:
        said = lower_first(restate(_one(runtime.flag.text), 24))
        basis = ledger.cite(*runtime.flag.evidence)
        return f"It is released behind a flag or in stages, as the pack asks: {said}.{basis}"
    asked = next(iter(ledger.pack.questions), None)
    if asked is not None:
        return (
            "The question to settle first: "
            f"{lower_first(clip(_one(plain(asked.text)), 24)).rstrip('.?')}."
            f"{ledger.cite(place_key(asked.place))}"
        )
    return ""
