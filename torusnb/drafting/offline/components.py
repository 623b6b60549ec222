"""Sections 4 and 4.1: the shape of the design, and each component's part in it."""

from __future__ import annotations

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.additions import draft_addition, draft_new_schemas, signature
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.decisions import gives_markup, is_component
from torusnb.drafting.offline.elsewhere import Elsewhere
from torusnb.drafting.offline.journey import journey_sentence
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.matching import Match
from torusnb.drafting.offline.named_modules import built_names
from torusnb.drafting.offline.neighbours import draft_neighbours
from torusnb.drafting.offline.speaking import named_function, speaking_functions
from torusnb.drafting.offline.surroundings import size_of
from torusnb.drafting.offline.unplaced import answer_boundary, answer_homeless, tell_excluded, tell_undecided, told_of
from torusnb.drafting.offline.wording import (
    bullets,
    code,
    count,
    labelled,
    listed,
    paragraphs,
    sentence,
    some,
)
from torusnb.models.modules import Function

_HERE = {
    "authorize": "the check goes to {fn}",
    "observe": "the events are emitted after {fn} returns",
    "verify": "tests pin {fn}",
    "background": "{fn} becomes the step that the job runs",
    "notify": "others are told after {fn}",
    "cache": "{fn} is where it changes",
    "integrate": "{fn} is the seam to extend",
    "copy": "{fn} has to carry it",
    "persist": "the write extends {fn}",
    "validate": "the check goes into {fn}",
    "configure": "the setting takes effect in {fn}",
    "compute": "the rule goes beside {fn}",
    "query": "the read extends {fn}",
    "render": "{fn} is the part of the view to extend",
}
_NOWHERE = {
    "live_view": "none of its events goes by such a name; what is missing becomes a handler and an assign",
    "component": "none of its functions goes by such a name; what is missing becomes markup and an attribute",
    "controller": "none of its actions goes by such a name; one is added or the nearest one extended",
    "schema": "its rows are what it speaks of; see 6.1",
    "worker": "its `perform/1` takes the step",
    "process": "none of its messages goes by such a name; see 5.3",
}


_READS = ("get_", "list_", "fetch_", "is_", "has_", "count_", "find_", "load_")
_CALLERS = frozenset({"live_view", "component", "controller", "worker"})


def draft_design(ledger: Ledger) -> str:
    """One paragraph: where the change lands, what is new, what is kept."""
    plan = ledger.plan
    carried = {_carrier(ledger, r.id) for r in ledger.pack.requirements}
    lead = tuple(c for c in plan.existing if c.name in carried)[:2] or plan.existing[:2]
    elsewhere = ledger.elsewhere
    parts = [_outside(ledger, elsewhere)] if elsewhere is not None else []
    if lead:
        names = listed(code(c.name) for c in lead)
        verb = "extends" if plan.fresh else "stays within modules of today, first"
        verb = verb if carried & {c.name for c in lead} else "is written beside"
        parts.append(f"The change {verb} {names}.{_keys(ledger, lead)}")
    if plan.fresh:
        shown = [c for c in plan.fresh if c.layer != "schema"][:3] or list(plan.fresh[:3])
        names = some([code(c.name) for c in shown] + ["" for c in plan.fresh[len(shown) :]], len(shown))
        verb = "is added" if len(plan.fresh) == 1 else "are added"
        parts.append(f"{names} {verb}.{ledger.cite(*(c.key for c in shown))}")
    elif plan.existing:
        asked = ledger.cite(*(plan.existing[0].requirements[:2]))
        parts.append(
            f"No module is added; the requirements are spread over {count(len(plan.existing), 'module')} below.{asked}"
        )
    parts.append(journey_sentence(ledger))
    for name, key, line in built_names(ledger.evidence):
        where = line.removeprefix("code:")
        parts.append(f"{code(name)}, which the pack wants made, exists already, at `{where}`.{ledger.cite(key, line)}")
    return " ".join(part for part in parts if part) or tell_undecided(ledger)


def _outside(ledger: Ledger, elsewhere: Elsewhere) -> str:
    return (
        f"The pack puts the work under `{elsewhere.path}`, outside the Elixir application; the outline covers Elixir "
        f"alone, so no module of that folder is named here.{ledger.cite(elsewhere.key)}"
    )


def _keys(ledger: Ledger, components: tuple[Component, ...]) -> str:
    return ledger.cite(*(component.key for component in components))


def draft_components(ledger: Ledger) -> str:
    """Each component with the requirements it carries, then what to read first and how components call each other."""
    bounds = [r.id for r in ledger.pack.requirements if ledger.is_boundary(r.id)]
    told = set(bounds)
    fresh = [draft_addition(ledger, component, told) for component in ledger.plan.fresh if component.layer != "schema"]
    fresh.append(draft_new_schemas(ledger, told))
    owned = {r for component in ledger.plan.fresh for r in component.requirements}
    lead: list[str] = []
    beside: list[Component] = []
    for component in ledger.plan.existing:
        calls = owned if component.layer in _CALLERS else set[str]()
        free = [r for r in component.requirements if r not in told or r in calls - set(bounds)]
        own = [r for r in free if _carrier(ledger, r) == component.name]
        if own:
            lead.append(_existing(ledger, component, own))
            told.update(own)
        elif set(component.requirements) - set(bounds):
            beside.append(component)
    blocks = [*fresh, *lead]
    homeless = [r.id for r in ledger.pack.requirements if r.id not in told]
    answers = {r: answer_homeless(ledger, r) for r in homeless}
    said = dict.fromkeys(answers.values())
    lines = [told_of(ledger, [r for r in homeless if answers[r] == answer], answer) for answer in said]
    holds = {r: answer_boundary(ledger, r) for r in bounds}
    kept = [told_of(ledger, [r for r in bounds if holds[r] == said], said) for said in dict.fromkeys(holds.values())]
    kept.append(tell_excluded(ledger))
    return paragraphs(
        *blocks,
        labelled("Requirements without a module of their own", bullets(lines)),
        labelled("Boundaries", bullets(kept)),
        draft_neighbours(ledger, beside),
    )


def _carrier(ledger: Ledger, requirement: str) -> str:
    """The component that answers a requirement best."""
    if ledger.plan.kinds[requirement][0] == "verify":
        return ""
    names = {component.name for component in ledger.plan.existing}
    return next((m.module.name for m in ledger.plan.matches[requirement] if m.module.name in names), "")


def _shorts(ledger: Ledger, asked: list[str]) -> str:
    """What requirements ask for, in short; more than three go by their ids, since section 2 tells each in full."""
    if len(asked) > 3:
        return listed(asked)
    return "; ".join(sentence(ledger.short(r, 14 if len(asked) == 1 else 10)).rstrip(".") for r in asked)


def _existing(ledger: Ledger, component: Component, own: list[str]) -> str:
    """A component of today: its size, and what changes; requirements that meet it in the same place share a line."""
    also = [r for r in component.requirements if r not in own and not ledger.is_boundary(r)]
    also = [r for r in also if ledger.plan.kinds[r][0] != "verify"]
    part = f", with a part in {some(also, 3)}" if also else ""
    places: dict[str, tuple[list[str], list[str]]] = {}
    for requirement in own:
        match = next(m for m in ledger.plan.matches[requirement] if m.module.name == component.name)
        spot, keys = _spot(ledger, component, match, ledger.plan.kinds[requirement][0], requirement)
        places.setdefault(spot, (keys, []))[1].append(requirement)
    lines = []
    for spot, (keys, asked) in places.items():
        lines.append(f"{_shorts(ledger, asked)}: {spot}.{ledger.cite(*asked, *keys, most=len(asked) + 1)}")
    return (
        f"**{code(component.name)}**{size_of(ledger, component)}{part}.{ledger.cite(component.key)}\n\n{bullets(lines)}"
    )


def _spot(ledger: Ledger, component: Component, match: Match, kind: str, requirement: str) -> tuple[str, list[str]]:
    """Where a requirement meets a component, in words, and the keys of those lines."""
    path = component.path
    contract = next(
        (c for c in ledger.contracts if (c.requirement, c.component) == (requirement, component.name)), None
    )
    new = f"; {code(contract.name)}, which the pack names, is added" if contract is not None else ""
    keys = [contract.key] if contract is not None else []
    added = next((e for e in ledger.new_events if (e.component, e.requirement) == (component.name, requirement)), None)
    if match.events and kind in {"render", "query", "configure", "persist", "validate"}:
        names = listed(f'`"{event.name}"`' for event in match.events[:2])
        more = f"; the event `{added.name}` is added" if added else ""
        return f"starts from the handler of {names}{more}{new}", [code_key(path, match.events[0].line), *keys]
    if added is not None:
        return f"gets the event `{added.name}`{_beside(match)}{new}", [_line(match, path), *keys]
    if match.functions:
        return _at_function(ledger, component, match, kind, requirement) + new, [
            code_key(path, match.functions[0].line),
            *keys,
        ]
    if match.fields:
        names = listed(code(field.name) for field in match.fields[:3])
        verb = "field today is" if len(match.fields) == 1 else "fields today are"
        return f"the nearest {verb} {names}{new}", [code_key(path, match.fields[0].line), *keys]
    owner = _owner(ledger, requirement)
    if owner is not None:
        return f"{code(owner.name)} answers it and is called from here{new}", [component.key, *keys]
    return _first_read(ledger, component, requirement) + new, [component.key, *keys]


def _first_read(ledger: Ledger, component: Component, requirement: str) -> str:
    """What to read of a module where no function is known to answer: those that speak of the matter, as no promise."""
    told = {"schema": _NOWHERE["schema"], "worker": _NOWHERE["worker"]}
    if component.layer in told or component.module is None:
        return told.get(component.layer, "no function of it is known to answer this")
    asked = ledger.requirement(requirement).text
    named = named_function(component.module, asked)
    if named is not None:
        return f"{code(signature(named))}, which it names, is there today and is built on"
    found = speaking_functions(component.module, " ".join([asked, *_asserted(ledger, requirement)]))
    if found:
        return f"read {listed(code(signature(f)) for f in found)} first; what they lack is added"
    layer = component.layer if component.layer != "component" or is_component(component.module) else ""
    return _NOWHERE.get(layer, "none of its functions goes by such a name; one is added or the nearest one extended")


def _asserted(ledger: Ledger, requirement: str) -> list[str]:
    return [c.text for c in ledger.pack.criteria if ledger.nearest(c) == requirement]


def _at_function(ledger: Ledger, component: Component, match: Match, kind: str, requirement: str) -> str:
    """What happens at the functions that speak of a requirement; a module of the feature's own builds on them."""
    first, *rest = (code(signature(f)) for f in match.functions[:2])
    owner = _owner(ledger, requirement)
    if owner is not None and component.layer == "controller":
        return f"{first} calls {code(owner.name)}, which answers it"
    if owner is not None and component.layer not in {"live_view", "component"}:
        public = [code(signature(f)) for f in match.functions if f.public][:2]
        base = f" and builds on {listed(public)} of this module" if public else ""
        return f"{code(owner.name)} answers it{base}"
    if kind == "persist" and match.functions[0].name.startswith(_READS):
        return f"the nearest code today is {first}, which only reads"
    on_screen = kind == "render" and component.layer in _CALLERS
    place = _HERE["compute" if kind == "render" else kind].format(fn=first)
    text = _viewed(component, match.functions[0]) if on_screen else place
    return f"{text} (see also {rest[0]})" if rest else text


def _owner(ledger: Ledger, requirement: str) -> Component | None:
    """The new domain module that owns a requirement."""
    return next((c for c in ledger.plan.fresh if c.layer == "context" and requirement in c.requirements), None)


def _viewed(component: Component, function: Function) -> str:
    """What a function of a view does for the screen, by its name and arity."""
    name = code(signature(function))
    if function.name.startswith(("handle_", "on_")):
        return f"the handler {name} is extended"
    if function.public and component.layer == "component" and gives_markup(function):
        return f"the markup of {name} is extended, and its caller passes the new attributes"
    return f"goes through {name}"


def _beside(match: Match) -> str:
    return f", next to {code(signature(match.functions[0]))}" if match.functions else ""


def _line(match: Match, path: str) -> str:
    return code_key(path, match.functions[0].line) if match.functions else match.key
