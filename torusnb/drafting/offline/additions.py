"""The new modules of section 4.1: where they lie, who calls them, what they build on."""

from __future__ import annotations

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.plan import Component
from torusnb.drafting.offline.wording import clip, code, count, listed, plain, sentence, some
from torusnb.drafting.offline.work import TITLES
from torusnb.models.codebase import Function


def draft_addition(ledger: Ledger, component: Component, told: set[str]) -> str:
    """A new component: where it lies, why it is there, who calls it and what it builds on."""
    told.update(component.requirements)
    asked = some(list(component.requirements), 5)
    if component.role and len(component.role.split()) > 4 and component.name.rsplit(".", 1)[-1] in component.role:
        why = f"The pack names it: {clip(component.role, 26)}"
    elif component.role:
        why = f"The pack names it for {asked}" if asked else "The pack names it"
    elif component.layer == "worker":
        why = f"It takes the work outside the request for {asked}"
    else:
        why = f"It owns {asked} ({TITLES[component.kinds[0]]}) as functions without a process of their own"
    head = f"**{code(component.name)}** (new, `{component.path}`). {sentence(plain(why))}{ledger.cite(component.key)}"
    return head + (_surroundings(ledger, component) if component.layer == "context" and component.requirements else "")


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
    web = {"live_view", "component", "controller", "worker", "plug"}
    near = [c for c in ledger.plan.existing if set(c.requirements) & set(component.requirements)]
    callers = [c for c in near if c.layer in web][:2]
    entry = ledger.entry
    if not callers and entry is not None and entry.layer in web:
        names, keys = [code(entry.module)], [entry.key]
    else:
        names, keys = [code(c.name) for c in callers], [c.key for c in callers]
    called = f" It is called from {listed(names)}.{ledger.cite(*keys, most=2)}" if names else ""
    below = [(c, found[0]) for c in near if c.layer not in web and (found := callable_functions(c))][:2]
    uses = listed(f"{code(signature(function))} of {code(c.name)}" for c, function in below)
    lines = [code_key(c.path, function.line) for c, function in below]
    return called + (f" It builds on {uses}.{ledger.cite(*lines, most=2)}" if below else "") + _crowd(ledger, component)


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


def callable_functions(component: Component) -> list[Function]:
    """The matched functions that another module can call; a module with one way in is called there."""
    matched = [f for f in component.functions if f.public and not f.name.startswith(("handle_", "on_"))]
    ways_in = [f for f in component.module.functions if f.public] if component.module is not None else []
    return matched or (ways_in if len(ways_in) < 3 else [])


def signature(function: Function) -> str:
    """A function as `name/arity`."""
    return f"{function.name}/{function.arity}"
