"""What stands before a route: its live session's hooks, its pipelines with their plugs, its module's own plugs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import code, listed, some
from torusnb.models.codebase import Route
from torusnb.models.modules import Use

_CHECKS = re.compile(
    r"authori[sz]e|authenticat|ensure|require|protect|role|admin|access|permi|enroll|restrict|verify", re.IGNORECASE
)
_FRAMEWORK = frozenset({
    "accepts", "fetch_cookies", "fetch_flash", "fetch_live_flash", "fetch_query_params", "fetch_session", "halt",
    "protect_from_forgery", "put_format", "put_layout", "put_new_layout", "put_new_view", "put_resp_content_type",
    "put_resp_header", "put_root_layout", "put_router_url", "put_secure_browser_headers", "put_static_url", "put_view",
})  # fmt: skip
"""Function plugs of Plug.Conn and Phoenix.Controller (and LiveView's router): none of them decides who comes in."""
_MOST_HOOKS, _MOST_PLUGS = 8, 6


TELLS_GUARDS = re.compile(r"^- (?P<told>Before `[^`\n]+`.+)$", re.MULTILINE)
"""A bullet of a section that `tell_guards` wrote."""


def tell_guards(ledger: Ledger, route: Route) -> str:
    """One route's live session with all its hooks, the pipelines that decide access, and what its module adds itself.

    A hook's name need not say that it turns people away: each one of the route's is told, in the order they run.
    """
    module = ledger.code.modules.get(route.module)
    own = [g for g in module.guards if g.kind == "on_mount"] if module else []
    hooks = list(dict.fromkeys((*route.on_mount, *(guard.name for guard in own))))
    parts = [f"`live_session :{route.live_session}`"] if route.live_session else []
    pipes, others = own_pipelines(ledger, route)
    parts += [f"the {'pipeline' if len(pipes) == 1 else 'pipelines'} {listed(pipes)}"] if pipes else []
    parts += [f"`on_mount` of {some([code(hook) for hook in hooks], _MOST_HOOKS)}"] if hooks else []
    plugs = [g for g in (module.guards if module else ()) if g.kind == "plug" and stands_before(g.name, route)]
    parts += [f"the plug {code(g.name)}" for g in plugs][:2]
    basis = ledger.cite(code_key(route.file, route.line))
    if not parts and others:
        return (
            f"Before `{route.path}` stand {listed(others)}; which of these plugs decides access is told in them.{basis}"
        )
    if not parts and route.pipelines:
        names = listed(f"`:{name}`" for name in route.pipelines)
        return f"Before `{route.path}` stand {names}; no plug of theirs in the outline is the project's.{basis}"
    keys = [
        code_key(route.file, route.line),
        *(code_key(module.path, g.line) for g in sorted(own, key=_by_check)[:1] if module),
    ]
    return f"Before `{route.path}` ({code(route.module)}): {listed(parts)}.{ledger.cite(*keys)}"


def own_pipelines(ledger: Ledger, route: Route) -> tuple[list[str], list[str]]:
    """The pipelines of a route that decide access by their name or by that of a plug; and the project's others.

    Each with the plugs that are the project's, modules and functions, those of a pipeline that it plugs among them. A
    pipeline of the framework's plugs alone is in neither, unless its name speaks of a check.
    """
    plugs = {name: found for m in ledger.code.of_kind("router") for name, found in m.pipelines.items()}
    roots = {name.split(".")[0] for name in ledger.code.modules}
    checking, others = [], []
    for name in route.pipelines:
        own = [plug for plug in _plugs_of(name, plugs) if _is_own(plug, roots)]
        told = f"`:{name}`" + (f" ({_some_plugs(own)})" if own else "")
        if _CHECKS.search(name) or any(_checks(plug) for plug in own):
            checking.append(told)
        elif own:
            others.append(told)
    return checking, others


def stands_before(plug: str, route: Route) -> bool:
    """Whether a plug stands before a route's action: one that lists its actions stands before those alone."""
    limited = re.search(r"\bwhen action (?P<not>not )?in \[(?P<names>[^\]]*)\]", plug)
    if limited is None:
        return " when " not in plug
    listed_there = route.action.lstrip(":") in re.findall(r"\w+", limited["names"])
    return listed_there != (limited["not"] is not None)


def _plugs_of(name: str, pipelines: Mapping[str, tuple[str, ...]], within: tuple[str, ...] = ()) -> Iterator[str]:
    """A pipeline's plugs in order; one that is a pipeline itself gives its own plugs, however it names itself again."""
    for plug in pipelines.get(name, ()):
        inner = plug.removeprefix(":")
        if plug.startswith(":") and inner in pipelines:
            if inner not in (*within, name):
                yield from _plugs_of(inner, pipelines, (*within, name))
        else:
            yield plug


def _is_own(plug: str, roots: set[str]) -> bool:
    """Whether a plug is the project's: one of its modules, or a function that the framework does not define."""
    named = re.match(r"[A-Z]\w*(?=\.)|:[a-z_]\w*[?!]?", plug)
    if named is None:
        return False
    return named[0] in roots or (named[0][0] == ":" and named[0][1:] not in _FRAMEWORK)


def _some_plugs(plugs: list[str]) -> str:
    """The plugs in their order; where there are too many, those whose names speak of a check stay."""
    each = list(dict.fromkeys(plugs))
    kept = sorted(each, key=lambda plug: not _checks(plug))[:_MOST_PLUGS]
    ordered = sorted(each, key=lambda plug: plug not in kept)
    return some([code(plug) for plug in ordered], _MOST_PLUGS)


def _by_check(hook: Use) -> bool:
    """What sorts the hooks whose names speak of a check to the front."""
    return _CHECKS.search(hook.name) is None


def _checks(plug: str) -> bool:
    """Whether a plug's own name speaks of a check; its options may speak of anything."""
    return _CHECKS.search(plug.split(",")[0]) is not None
