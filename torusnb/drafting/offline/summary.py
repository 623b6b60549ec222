"""Section 1: the design in eight to ten sentences."""

from __future__ import annotations

import re
from collections import Counter

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.measures import measure
from torusnb.drafting.offline.performance import hot_path
from torusnb.drafting.offline.placing import is_row_of_rights, speaks_of_flags
from torusnb.drafting.offline.queueing import queued_today, timed_work
from torusnb.drafting.offline.requirements import is_assumed
from torusnb.drafting.offline.rights import find_story
from torusnb.drafting.offline.storing import storage_sentence
from torusnb.drafting.offline.unplaced import beside_places
from torusnb.drafting.offline.wording import (
    clip,
    code,
    count,
    cure,
    first_sentence,
    listed,
    lower_first,
    plain,
    plural_of,
    restate,
    singular_of,
    some,
)  # fmt: skip
from torusnb.models.requirements import Statement
from torusnb.spec.budgets import latency_targets, no_load_statement, target_words

_GENERIC = re.compile(r"\b(?:roles?|users?|primary|secondary)\b", re.IGNORECASE)
_STAKES = re.compile(r"\bstakeholders?\b", re.IGNORECASE)
_ACTORS = re.compile(
    r"\b(?:students?|learners?|instructors?|authors?|administrators?|admins?|teachers?|publishers?|designers?|editors?|users?|"
    r"developers?|reviewers?|guests?)\b",
    re.IGNORECASE,
)
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
        return f"{ledger.title}: {what}.{ledger.cite(*(r.id for r in asked))}"
    text = clip(_one(plain(said.text)).removeprefix("Summary:").strip(), 40)
    return f"{ledger.title}: {lower_first(text)}.{ledger.cite(place_key(said.place))}"


def _affects(ledger: Ledger) -> str:
    """Who uses it: the pack's roles; whom its use cases speak of; not those who only look after the work."""
    roles = [role for role in ledger.pack.roles if not _only_stakes(ledger, role) and not is_row_of_rights(role)]
    names: list[str] = []
    for role in roles:
        label = "" if _GENERIC.search(role.label) else plain(role.label)
        name = (label or _LEAD.split(plain(role.text))[0]).strip().rstrip(".")
        name = _people(name) if name else ""
        if name and len(name.split()) <= 7 and name.lower() not in {n.lower() for n in names}:
            names.append(name)
    if names:
        keys = [place_key(role.place) for role in roles[:2]]
        return f"It affects {some(names, 6)}.{ledger.cite(*keys)}"
    if (story := find_story(ledger.pack)) is not None:
        return f"It affects {plural_of(singular_of(story[0]))}.{ledger.cite(story[1])}"
    spoken = _spoken_of(ledger)
    if spoken:
        people, keys = spoken
        return f"The pack names no role; the people its requirements speak of are {listed(people)}.{ledger.cite(*keys)}"
    used = next(iter((*ledger.pack.use_cases, *ledger.pack.background)), None)
    if used is None:
        return f"The pack names no role, so the callers of {hot_path(ledger)} are taken as the ones affected."
    said = lower_first(clip(_one(plain(used.text)), 26))
    return f"For those who use it the pack says: {said}.{ledger.cite(place_key(used.place))}"


def _only_stakes(ledger: Ledger, role: Statement) -> bool:
    """Whether an entry stands in a list of stakeholders: teams with a say, who need not be its users."""
    above = ledger.pack.sections_above(role.place)
    return _STAKES.search(f"{above[-1].title if above else ''} {role.label}") is not None


def _spoken_of(ledger: Ledger) -> tuple[list[str], list[str]] | None:
    """The people that requirements and criteria name most, at most three, with the first two that do."""
    named: Counter[str] = Counter()
    keys: list[str] = []
    said = [(asked.id, asked.text) for asked in ledger.pack.requirements]
    said += [(asked.id, asked.text) for asked in ledger.pack.criteria]
    for name, text in said:
        found = {plural_of(singular_of(word.lower())) for word in _ACTORS.findall(plain(text))}
        named.update(found)
        keys += [name] if found else []
    top = sorted(named, key=lambda name: (-named[name], name))[:3]
    return (top, keys[:2]) if top else None


def _people(name: str) -> str:
    """A role's single word as those who have it: `Instructor` -> `instructors`; a title of several words stays."""
    first, *rest = name.split()
    if rest:
        return name if rest[0][:1].isupper() else lower_first(name)
    word = lower_first(first)
    return plural_of(singular_of(word)) if re.search(r"(?:or|er|ant|ent|min|ist|ian)s?$", word) else word


def _weighs(ledger: Ledger) -> str:
    """How much is asked, and what of it only keeps things as they are."""
    pack = ledger.pack
    criteria = count(len(pack.criteria), "acceptance criterion", "acceptance criteria")
    if not pack.requirements and ledger.taken_back.requirements:
        return "A later part of the pack takes back every requirement that it numbered, as section 2 tells."
    if not pack.requirements:
        return f"The pack states {criteria} and numbers no requirement."
    first = ledger.cite(*(r.id for r in pack.requirements[:2]))
    sizes = f"{count(len(pack.requirements), 'functional requirement')} and {criteria}"
    gone = [asked.id for asked in ledger.taken_back.entries]
    sizes += f" beside {some(gone, 3)}, which a later part takes back" if gone else ""
    if all(r.derived for r in pack.requirements):
        return f"The pack gives no ids; its statements are counted here as {sizes}.{first}"
    kept = [r.id for r in pack.requirements if ledger.is_boundary(r.id)]
    if kept:
        verb = "says" if len(kept) == 1 else "say"
        told = f"{some(kept, 3)} only {verb} what must stay or must not happen"
        return f"The pack states {sizes}, of which {told}.{ledger.cite(*kept)}"
    return f"The pack states {sizes}.{first}"


def _lands(ledger: Ledger) -> str:
    lead = ledger.plan.existing[:3]
    elsewhere = ledger.elsewhere
    if elsewhere is not None:
        beside = f", and of the Elixir application it touches {listed(code(c.name) for c in lead)}" if lead else ""
        return (
            f"The change lands in `{elsewhere.path}`, outside the Elixir application{beside}."
            f"{ledger.cite(elsewhere.key, *(c.key for c in lead), most=2)}"
        )
    if not lead:
        asked = ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))
        fresh = [code(c.name) for c in ledger.plan.fresh][:3]
        if fresh:
            return f"The change lands in new code, {listed(fresh)}.{asked}"
        beside = beside_places(ledger)
        where = f"It lies beside {beside}" if beside else "No module is chosen for it yet, see section 4"
        return f"{where}.{ledger.cite(*ledger.places.values(), most=2) or asked}"
    names = listed(code(c.name) for c in lead)
    return f"The change lands mainly in {names}.{ledger.cite(*(c.key for c in lead), most=2)}"


def _why(ledger: Ledger) -> str:
    """The choice that shapes the design."""
    plan = ledger.plan
    built = [change for change in plan.storage.changes if change.built]
    if built:
        names = listed(code(change.table) for change in built)
        verb = "exists" if len(built) == 1 else "exist"
        told = f"Part of it is built: {names} {verb} already, to be compared with the pack before anything is added"
        return f"{told}.{ledger.cite(*(change.key for change in built), most=2)}"
    fresh = [c for c in plan.fresh if c.layer == "context" and c.requirements]
    if fresh:
        return (
            f"The rules go into {code(fresh[0].name)}, so that they can be tested apart from their callers."
            f"{ledger.cite(fresh[0].key)}"
        )
    if plan.fresh:
        names = some([code(c.name) for c in plan.fresh], 3)
        return (
            f"{names} {'is' if len(plan.fresh) == 1 else 'are'} added; all else extends modules of today."
            + ledger.cite(*(c.key for c in plan.fresh), most=2)
        )
    elsewhere = ledger.elsewhere
    if not plan.existing and elsewhere is not None:
        return (
            f"The outline covers Elixir alone, so section 4.1 is to be completed by someone who knows "
            f"`{elsewhere.path}`.{ledger.cite(elsewhere.key)}"
        )
    if not plan.existing:
        return ""
    lead = max(plan.existing, key=lambda component: len(component.requirements))
    alone = sum(len(c.requirements) == len(lead.requirements) for c in plan.existing) == 1
    asked = some(list(lead.requirements), 4) + (", more than any other" if alone and len(plan.existing) > 1 else "")
    return f"No module is added, and {code(lead.name)} carries {asked}.{ledger.cite(lead.key)}"


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
    if runtime.waiting:
        asked = some(list(runtime.waiting), 3)
        return f"No background job is added; a supervised task waits for {asked}.{ledger.cite(*runtime.waiting)}"
    timed = timed_work(ledger.pack) if runtime.no_job is None else None
    if timed is not None:
        return f"Work at set times runs in a job (see 4.3): {lower_first(timed.text)}.{ledger.cite(*timed.evidence)}"
    basis = runtime.no_job.evidence if runtime.no_job is not None else tuple(r.id for r in ledger.pack.requirements[:1])
    if (today := queued_today(ledger)) is not None:
        return f"No new kind of background job is added; {today[0]}.{ledger.cite(today[1])}"
    return f"No background job is added; the work runs in the caller's process.{ledger.cite(*basis)}"


def _speed(ledger: Ledger) -> str:
    targets = latency_targets(ledger.pack)
    if targets:
        return (
            f"The performance posture is set by {target_words(targets[0])} for {lower_first(measure(targets[0]))}."
            f"{ledger.cite(place_key(targets[0].place))}"
        )
    silent = no_load_statement(ledger.pack)
    if silent is not None:
        return (
            f"The pack sets no performance target, so the posture is that {hot_path(ledger)} gets no "
            f"slower.{ledger.cite(place_key(silent.place))}"
        )
    assumed = next((u.id for u in ledger.assumptions if u.topic == "latency"), "")
    if not assumed:
        asked = ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))
        return f"The pack gives no latency number, and none is assumed.{asked}"
    return (
        f"Lacking a number in the pack, {hot_path(ledger)} is held to an assumed P95 of 300 ms.{ledger.cite(assumed)}"
    )


def _risk(ledger: Ledger) -> str:
    if ledger.pack.risks:
        risk = ledger.pack.risks[0]
        met = f" (mitigation: {lower_first(clip(_one(cure(risk.mitigation)), 16))})" if risk.mitigation else ""
        return (
            f"The headline risk: {lower_first(clip(_one(plain(risk.text)), 20))}{met}."
            f"{ledger.cite(place_key(risk.place))}"
        )
    taken = [u for u in ledger.assumptions if is_assumed(u)]
    heavy = next((u for u in taken if u.impact == "high"), next(iter(taken), None))
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
    if runtime.flag is not None and not speaks_of_flags(ledger.pack):
        said = lower_first(restate(_one(runtime.flag.text), 30))
        return f"It is released step by step, as the pack asks: {said}.{ledger.cite(*runtime.flag.evidence)}"
    asked = next(iter(ledger.pack.questions), None)
    if asked is not None:
        return (
            "The question to settle first: "
            f"{lower_first(clip(_one(plain(asked.text)), 30)).rstrip('.?')}."
            f"{ledger.cite(place_key(asked.place))}"
        )
    first = ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))
    return f"The pack states no open question.{first}"
