"""ETS tables that go when a short-lived process goes."""

from __future__ import annotations

from collections.abc import Iterable

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.models.modules import Module

_LASTING = frozenset(("application", "supervisor", "genserver", "agent", "gen_stage", "gen_statem", "broadway", "test"))
_SHORT = {
    "live_view": "a page's process",
    "live_component": "a page's process",
    "controller": "a request's process",
    "plug": "a request's process",
    "channel": "a channel's process",
    "worker": "a job's process",
}
_HOPS = 3


def _detect(scene: Scene) -> Iterable[Finding]:
    for file, function in scene.functions():
        for site in function.sites:
            if (site.module, site.name) == (":ets", "new") and len(site.given) > 1:
                found = _owned(scene, file, function, site)
                if found is not None:
                    yield found


def _owned(scene: Scene, file: NearFile, function: FunctionBody, site: Site) -> Finding | None:
    outline = scene.code_map.modules.get(function.module)
    text = function.clauses[0].text
    options = text.of(site.given[1])
    if outline is None or _LASTING & set(outline.kinds) or ":named_table" not in options or "heir" in options:
        return None
    owners = _owners(scene, outline, function)
    short = next((_SHORT[kind] for module in owners for kind in module.kinds if kind in _SHORT), "")
    asks_first = any(s.module == ":ets" and s.name in ("info", "whereis") for s in function.sites)
    if not short and (owners or not asks_first):
        return None
    name = text.one_line(site.given[0], 60)
    who = next((m.name for m in owners if any(_SHORT.get(kind) == short for kind in m.kinds)), "")
    told = f": {short} when it comes from `{who}`" if who else ", and no supervised process makes it before"
    return Finding(
        path=file.path,
        line=site.line,
        what=f"`{function.label}` makes the named table `{name}` in whichever process calls it first{told}.",
        stake="the table and all that is in it vanish when that process ends, and others that use it crash",
        topic=(function.name, name, outline.name.rpartition(".")[2]),
        symbol=function.label,
        module=outline.name,
        severity="high" if short else "medium",
        weight=0.8 if short else 0.5,
    )


def _owners(scene: Scene, outline: Module, function: FunctionBody) -> list[Module]:
    """The modules in whose processes the function runs: those that lead to it, followed up to those of a known kind."""
    modules = scene.code_map.modules
    names = _entry_names(scene, outline.name, function.name)
    seen = {outline.name}
    found: dict[str, Module] = {}
    if (_SHORT.keys() | _LASTING) & set(outline.kinds):
        found[outline.name] = outline
    current = {(outline.name, name) for name in names}
    for _ in range(_HOPS):
        following: set[tuple[str, str]] = set()
        for caller in modules.values():
            calls = [call for call in caller.calls if (call.module, call.name) in current]
            if not calls or caller.name in seen:
                continue
            seen.add(caller.name)
            if (_SHORT.keys() | _LASTING) & set(caller.kinds):
                found[caller.name] = caller
            else:
                lines = [call.line for call in calls]
                following |= {
                    (caller.name, f.name)
                    for f in caller.functions
                    if any(f.line <= line <= f.end_line for line in lines)
                }
        current = following
    return [found[name] for name in sorted(found)]


def _entry_names(scene: Scene, module: str, name: str) -> set[str]:
    """The function and those beside it that lead to it."""
    body = scene.module(module)
    names = {name}
    for _ in range(_HOPS):
        names |= {
            f.name
            for f in (body.functions if body is not None else ())
            for s in f.sites
            if not s.module and s.name in names
        }
    return names


RULES: tuple[Rule, ...] = (
    Rule(
        "short-lived-table",
        "An ETS table owned by a short-lived process",
        "runtime",
        "A named ETS table is made in a function that pages, requests or jobs call, and not when a "
        "supervised process starts. "
        "A table belongs to the process that makes it and goes with it.",
        "Make the table in the `init` of a supervised process whose only work is to own it.",
        _detect,
    ),
)
