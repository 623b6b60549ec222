"""The new modules of section 4.1: where they lie, who calls them, what they build on."""

from __future__ import annotations

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.homes import states_contract
from torusnb.drafting.offline.hosting import is_near
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.new_pages import find_new_page
from torusnb.drafting.offline.wording import bullets, clip, code, count, listed, paragraphs, plain, sentence, some
from torusnb.drafting.offline.work import TITLES
from torusnb.models.modules import Function

_WEB = frozenset({"live_view", "component", "controller", "worker", "plug"})


def draft_addition(ledger: Ledger, component: Component, told: set[str]) -> str:
    """A new component: where it lies, why it is there, who calls it and what it builds on."""
    own = [r for r in component.requirements if r not in told]
    told.update(own)
    asked = some(list(component.requirements), 12)
    if states_contract(component.role):
        why = "The pack writes its functions down, see section 5" + (f". It answers {asked}" if asked else "")
    elif component.role and len(component.role.split()) > 4 and component.name.rsplit(".", 1)[-1] in component.role:
        why = f"The pack names it: {clip(component.role, 20)}" + (f". It answers {asked}" if asked else "")
    elif component.role:
        why = f"The pack names it for {asked}" if asked else "The pack names it"
    elif component.layer == "live_view":
        why = f"The pack wants a page of its own; it shows what {asked} ask for{_session(ledger)}"
    elif component.layer == "worker":
        why = f"It takes the work outside the request for {asked}"
    else:
        why = f"It owns {asked} ({TITLES[component.kinds[0]]}) as functions without a process of their own"
    head = f"**{code(component.name)}** (new, `{component.path}`). {sentence(plain(why))}{ledger.cite(component.key)}"
    if component.layer != "context" or not component.requirements:
        return head
    return paragraphs(head + _surroundings(ledger, component), bullets(_duties(ledger, component, own)))


def _session(ledger: Ledger) -> str:
    """The live session that the pack puts a new page's route into, by a route that is in it today."""
    page = find_new_page(ledger.evidence)
    if page is None or page.session is None:
        return ""
    route = page.session
    basis = ledger.cite(page.session_key, code_key(route.file, route.line))
    return f". Its route goes into the live session `{route.live_session}`, beside `{route.path}`{basis}"


def _duties(ledger: Ledger, component: Component, own: list[str]) -> list[str]:
    """The requirements that code of today comes near, each with that code; the others are told by their ids."""
    home = component.name.split(".")[:2]
    lines = []
    for requirement in own:
        asked = ledger.requirement(requirement)
        spoken = plain(f"{asked.title} {asked.text}")
        near = [m for m in ledger.plan.matches[requirement] if m.functions and m.layer not in _WEB]
        near = [m for m in near if is_near(m.functions[0], spoken)]
        near = [m for m in near if m.module.name.split(".")[:2] == home or m.module.name in ledger.named]
        if near:
            module, function = near[0].module, near[0].functions[0]
            short = sentence(ledger.short(requirement, 14)).rstrip(".")
            basis = ledger.cite(requirement, code_key(module.path, function.line))
            lines.append(f"{short}; nearest code today: {code(signature(function))} of {code(module.name)}.{basis}")
    return lines


def draft_new_schemas(ledger: Ledger, told: set[str]) -> str:
    """The new schema modules in one paragraph."""
    fresh = [component for component in ledger.plan.fresh if component.layer == "schema"]
    if not fresh:
        return ""
    told.update(requirement for component in fresh for requirement in component.requirements)
    names = listed(f"{code(c.name)} (new, `{c.path}`)" for c in fresh)
    asked = some(list(fresh[0].requirements), 4)
    verb = "maps its table" if len(fresh) == 1 else "map one table each"
    return (
        f"{names} {verb} of section 6.1 and {'holds' if len(fresh) == 1 else 'hold'} the changesets "
        f"for {asked}.{ledger.cite(fresh[0].key)}"
    )


def _surroundings(ledger: Ledger, component: Component) -> str:
    """Who calls a new module, and which modules of today it builds on."""
    near = [c for c in ledger.plan.existing if set(c.requirements) & set(component.requirements)]
    callers = [c for c in near if c.layer in _WEB][:2]
    entry = ledger.entry
    if not callers and entry is not None and entry.layer in _WEB and entry.module in {c.name for c in near}:
        names, keys = [code(entry.module)], [entry.key]
    else:
        names, keys = [code(c.name) for c in callers], [c.key for c in callers]
    called = f" It is called from {listed(names)}.{ledger.cite(*keys, most=2)}" if names else ""
    return called + _crowd(ledger, component)


def _crowd(ledger: Ledger, component: Component) -> str:
    """Why the module is not part of its context: the context's size, where that is the reason."""
    module = ledger.code.modules.get(ledger.plan.context)
    if module is None or component.layer != "context" or component.role:
        return ""
    public = sum(function.public for function in module.functions)
    if public < 12:
        return ""
    basis = ledger.cite(code_key(module.path, module.line))
    return (
        f" {code(module.name)} already has {count(public, 'public function')} and stays the entry "
        f"that delegates to it.{basis}"
    )


def signature(function: Function) -> str:
    """A function as `name/arity`."""
    return f"{function.name}/{function.arity}"
