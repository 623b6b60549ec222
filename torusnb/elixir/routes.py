"""Routes: nested scopes with their pipelines and live sessions, verbs, live views, resources, forwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tree_sitter import Node

from torusnb.elixir.draft import ModuleDraft
from torusnb.elixir.guards import read_hooks
from torusnb.elixir.names import Aliases, module_name
from torusnb.elixir.syntax import (
    ALIAS,
    ATOM,
    BOOLEAN,
    DO_BLOCK,
    ELSE_BLOCK,
    KEYWORDS,
    STRING,
    Text,
    arguments,
    do_block,
    line_of,
)
from torusnb.models.codebase import Route

_VERBS = {
    name.encode(): name.upper()
    for name in ("connect", "delete", "get", "head", "options", "patch", "post", "put", "trace")
}
_RESOURCE_ACTIONS = (
    ("index", "GET", "", False),
    ("edit", "GET", "/:id/edit", True),
    ("new", "GET", "/new", True),
    ("show", "GET", "/:id", True),
    ("create", "POST", "", True),
    ("update", "PATCH", "/:id", True),
    ("update", "PUT", "/:id", True),
    ("delete", "DELETE", "/:id", True),
)
ROUTING = frozenset(
    (b"forward", b"live", b"live_session", b"match", b"pipe_through", b"resource", b"resources", b"scope")
) | set(_VERBS)
NESTING = frozenset((b"live_session", b"resource", b"resources", b"scope"))
# Calls that stand between routes and define none.
PLAIN = frozenset(
    (b"if", b"unless", b"case", b"cond", b"for", b"with", b"quote", b"unquote", b"raise", b"plug", b"dispatch")
)
_ROUTE_LIBRARIES = frozenset(("Router", "Routes"))
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where in a router a route stands."""

    path: str = ""
    prefix: str = ""
    pipelines: tuple[str, ...] = ()
    live_session: str = ""
    on_mount: tuple[str, ...] = ()


class RouteReader:
    """Reads a router's calls; gives each route in the scope it is told."""

    def __init__(self, file: str, text: Text) -> None:
        self.file = file
        self.text = text
        self.module: ModuleDraft | None = None
        self.routes: list[Route] = []

    @property
    def current(self) -> str:
        """The router's own name."""
        return self.module.name if self.module is not None else ""

    def read(self, name: bytes, call: Node, scope: Scope, aliases: Aliases) -> Scope:
        """Record the call's routes, and give the scope that holds inside its block, or after it (`pipe_through`)."""
        given = arguments(call)
        if name == b"scope":
            return self._scope(given, scope, aliases)
        if not given:
            return scope
        if name == b"pipe_through":
            return replace(scope, pipelines=scope.pipelines + self._pipelines(given[0]))
        if name == b"live_session":
            written = self.text.options(given).get("on_mount")
            hooks = read_hooks(written, self.module, self.text, aliases) if written is not None else ()
            named = self.text.literal(given[0]) or self.text.one_line(given[0])
            return replace(scope, live_session=named, on_mount=hooks)
        if name in (b"resources", b"resource"):
            return self._resources(call, given, scope, aliases, single=name == b"resource")
        self._route(name, call, given, scope, aliases)
        return scope

    def read_macro(self, name: bytes, call: Node, scope: Scope) -> None:
        """Record a call that stands where routes stand and is none of Phoenix's: it defines routes of its own."""
        around = call.parent
        if around is not None and around.kind_id in (DO_BLOCK, ELSE_BLOCK):
            given = arguments(call)
            path = given[0] if given and given[0].kind_id == STRING else None
            self._add("MACRO", _join(scope.path, self._path(path)), "", name.decode("utf-8", "replace"), call, scope)

    def read_used(self, module: str, given: list[Node], scope: Scope) -> None:
        """Record a library whose `use` defines routes, told by its name (`use Shop.Admin.Routes, scope: "/admin"`)."""
        if module.rpartition(".")[2] in _ROUTE_LIBRARIES:
            options = self.text.options(given)
            path = options.get("scope", options.get("path"))
            self._add("MACRO", _join(scope.path, self._path(path)), "", f"use {module}", given[0], scope)

    def read_socket(self, call: Node, aliases: Aliases) -> None:
        """Record an endpoint's socket."""
        given = arguments(call)
        if len(given) > 1:
            module = module_name(given[1], self.text, aliases, self.current)
            self._add("SOCKET", _join("", self._path(given[0])), module, "", call, Scope())

    def _scope(self, given: list[Node], scope: Scope, aliases: Aliases) -> Scope:
        options = self.text.options(given)
        path, module = options.get("path"), options.get("alias")
        for node in given:
            if node.kind_id == STRING:
                path = node
            elif node.kind_id != KEYWORDS and module_name(node, self.text, aliases, self.current):
                module = node
        prefix = scope.prefix
        if module is not None:
            closed = module.kind_id == BOOLEAN
            name = module_name(module, self.text, aliases, self.current)
            prefix = "" if closed else _join_modules(scope.prefix, name)
        return replace(scope, path=_join(scope.path, self._path(path)), prefix=prefix)

    def _path(self, node: Node | None) -> str:
        return "" if node is None else self.text.literal(node) or self.text.one_line(node)

    def _pipelines(self, node: Node) -> tuple[str, ...]:
        return self.text.atoms(node) or (self.text.one_line(node),)

    def _module(self, node: Node, scope: Scope, aliases: Aliases) -> str:
        name = module_name(node, self.text, aliases, self.current)
        return _join_modules(scope.prefix, name) if name else self.text.one_line(node)

    def _route(self, name: bytes, call: Node, given: list[Node], scope: Scope, aliases: Aliases) -> None:
        verb = _VERBS.get(name) or name.decode().upper()
        in_place = do_block(call) is not None  # as Plug.Router answers
        if name == b"match" and in_place:
            verb = "ANY"
        elif name == b"match":
            written = self.text.literal(given[0]) or "*"
            verb, given = ("ANY" if written == "*" else written.upper()), given[1:]
        options = self.text.options(given)
        if "to" in options and len(given) == 2 and given[1].kind_id == KEYWORDS:
            given = [given[0], options["to"]]
        if in_place:
            self._add(verb, _join(scope.path, self._path(given[0])), self.current, "", call, scope)
            return
        if len(given) < 2:
            return
        action = ""
        if len(given) > 2 and given[2].kind_id == ATOM and name != b"forward":
            action = self.text.literal(given[2]) or ""
        elif len(given) > 2 and given[2].kind_id != KEYWORDS and name != b"forward":
            action = self.text.one_line(given[2], 80)
        closed = options.get("alias")
        inside = replace(scope, prefix="") if closed is not None and self.text.raw(closed) == b"false" else scope
        self._add(
            verb, _join(scope.path, self._path(given[0])), self._module(given[1], inside, aliases), action, call, scope
        )

    def _add(self, verb: str, path: str, module: str, action: str, call: Node, scope: Scope) -> None:
        route = Route(
            verb=verb,
            path=path or "/",
            module=module,
            action=action,
            file=self.file,
            line=line_of(call),
            pipelines=scope.pipelines,
            live_session=scope.live_session,
            on_mount=scope.on_mount if verb == "LIVE" else (),
        )
        self.routes.append(route)

    def _resources(self, call: Node, given: list[Node], scope: Scope, aliases: Aliases, single: bool) -> Scope:
        options = self.text.options(given)
        single = single or ("singleton" in options and self.text.raw(options["singleton"]) == b"true")
        base = _join(scope.path, self._path(given[0]))
        named = given[1] if len(given) > 1 and given[1].kind_id != KEYWORDS else None
        module = self._module(named, scope, aliases) if named is not None else ""
        only, without, param = options.get("only"), options.get("except"), options.get("param")
        kept = self.text.atoms(only) if only is not None else None
        left_out = self.text.atoms(without) if without is not None else ()
        identifier = (self.text.literal(param) if param is not None else None) or "id"
        for action, verb, suffix, in_single in _RESOURCE_ACTIONS:
            if (kept is not None and action not in kept) or action in left_out or (single and not in_single):
                continue
            tail = suffix.replace("/:id", "") if single else suffix.replace(":id", f":{identifier}")
            self._add(verb, base + tail if base != "/" or not tail else tail, module, action, call, scope)
        if do_block(call) is None:
            return scope
        alias = options.get("alias")
        prefix = (
            _join_modules(scope.prefix, module_name(alias, self.text, aliases, self.current))
            if alias is not None and alias.kind_id == ALIAS
            else scope.prefix
        )
        name = self.text.literal(options["name"]) if "name" in options else None
        inner = base if single else f"{base}/:{name or _resource_name(module)}_{identifier}"
        return replace(scope, path=inner, prefix=prefix)


def _resource_name(module: str) -> str:
    """Phoenix's name for a resource: the controller's last name, underscored, without `Controller`."""
    last = module.rpartition(".")[2].removesuffix("Controller").removesuffix("Live")
    return "_".join(part.lower() for part in _WORD.split(last) if part)


def _join_modules(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix and name else name or prefix


def _join(base: str, path: str) -> str:
    """One path from a scope's and a route's, with single slashes and no slash at the end."""
    parts = [part for part in f"{base}/{path}".split("/") if part]
    return "/" + "/".join(parts)
