"""Functions that do not always give back the same kind of thing, or that raise where they promise an error tuple."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.context.layers import layer_of, main_module
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.context.traps.shapes import Shape, shapes_of
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause
from torusnb.models.base import Place

_VARIABLE = re.compile(r"\b[a-z_]\w*")
_WRITES = frozenset(("insert!", "update!", "delete!", "preload!"))
_LAYERS = frozenset(("context", "schema", "cache", "process"))
_CALLBACKS = frozenset(
    (
        *("call", "child_spec", "code_change", "handle_call", "handle_cast", "handle_continue", "handle_info", "init"),
        *("perform", "terminate", "start", "start_link", "cast", "dump", "load", "mount", "render", "update"),
    )
)


def find_mixed_shapes(scene: Scene) -> Iterator[Finding]:
    """Public functions of contexts whose branches give different kinds of things."""
    for file, function in _contract_functions(scene):
        shapes = [shape for shape in shapes_of(scene, function) if shape.name not in ("unknown", "raise")]
        clash = _clash(shapes)
        if clash is None:
            continue
        first, second = clash
        documented = bool(function.spec) and _in_spec(second.name, function.spec)
        yield Finding(
            file.path,
            second.line,
            f"`{function.module}.{function.label}` gives back `{first.name}` in one branch and `{second.name}` in "
            f"another{' (its `@spec` says so)' if documented else ''}.",
            "A caller that matches only the usual shape crashes on the other, or takes it for a success",
            (function.name, function.module.rpartition(".")[2]),
            symbol=function.label,
            module=function.module,
            severity="medium",
            also=(Place(file.path, function.line), Place(file.path, first.line)),
            weight=0.4 if documented else 0.8,
        )


def _contract_functions(scene: Scene) -> Iterator[tuple[NearFile, FunctionBody]]:
    for file, function in scene.functions():
        plain = function.public and function.kind == "def" and not function.name.startswith(("handle_", "_"))
        if function.name.endswith("?"):
            continue  # one that answers with more than yes and no was asked to by an option
        if plain and function.name not in _CALLBACKS and layer_of(file.path, main_module(file.outline)) in _LAYERS:
            yield file, function


def _in_spec(shape: str, spec: str) -> bool:
    result = spec.partition("::")[2]
    if shape == "nil":
        return "nil" in result
    return shape.strip("{}").partition(",")[0] in result


def _clash(shapes: list[Shape]) -> tuple[Shape, Shape] | None:
    """The usual shape and one that a caller would not expect beside it, or None."""
    first: dict[str, Shape] = {}
    for shape in shapes:
        first.setdefault(shape.name, shape)
    tags = {tag: [s for s in first.values() if s.name.startswith((f"{{{tag}", tag))] for tag in (":ok", ":error")}
    for tag in (":error", ":ok"):
        if len(tags[tag]) > 1 and any(s.name.startswith("{") for s in tags[tag]):
            usual = next(s for s in tags[tag] if s.name.startswith("{"))
            return usual, next(s for s in tags[tag] if s is not usual)
    tagged = tags[":ok"] + tags[":error"]
    bare = [s for s in first.values() if s not in tagged and not s.implicit]
    odd = [s for s in bare if s.name in ("nil", "list", "map", "boolean") or s.name.startswith("%")]
    if tags[":ok"] and tags[":ok"][0].name.startswith("{") and odd:
        return tags[":ok"][0], odd[0]
    lists = first.get("list")
    none = first.get("nil")
    if lists is not None and none is not None and not lists.via:
        return lists, none
    return None


def find_raises(scene: Scene) -> Iterator[Finding]:
    """Functions that give `{:error, _}` for some failures and raise for others."""
    for file, function in _contract_functions(scene):
        if function.name.endswith("!"):
            continue
        errors = [s for s in shapes_of(scene, function, depth=0) if s.name.startswith(("{:error", ":error"))]
        if not errors:
            continue
        site = None if _is_rescued(function) else _raising_site(scene, function)
        if site is None:
            continue
        yield Finding(
            file.path,
            site.line,
            f"`{function.module}.{function.label}` gives `{errors[0].name}` for one failure but raises for another "
            f"(`{site.label}`).",
            "A caller that handles the error tuple still crashes",
            (function.name, function.module.rpartition(".")[2]),
            symbol=function.label,
            module=function.module,
            severity="medium",
            also=(Place(file.path, function.line), Place(file.path, errors[0].line)),
            weight=0.6,
        )


def _raising_site(scene: Scene, function: FunctionBody) -> Site | None:
    """The first call that raises on what the caller gave: a lookup with `!` by a parameter, a decoding with `!`."""
    for clause in function.clauses:
        given = frozenset(word for node in clause.parameters for word in _VARIABLE.findall(clause.text.of(node)))
        for site in clause.sites:
            if site.within("task") is None and site.name.endswith("!") and _depends(scene, site, clause, given):
                return site
    return None


def _depends(scene: Scene, site: Site, clause: Clause, given: frozenset[str]) -> bool:
    last = site.module.rpartition(".")[2]
    if site.name == "decode!":
        return last in ("Jason", "Poison")
    own = not site.module or site.module in scene.code_map.modules
    if not (own or last == "Repo") or site.name in _WRITES:
        return False
    roots = (_VARIABLE.match(clause.text.of(node)) for node in site.given)
    return any(root is not None and root[0] in given for root in roots)


def _is_rescued(function: FunctionBody) -> bool:
    return any(b"rescue" in clause.text.raw(clause.node) for clause in function.clauses)


RULES = (
    Rule(
        "mixed-returns",
        "Branches give different kinds of things",
        "data",
        "A public function gives `{:ok, _}` in one branch and something bare in another, error tuples of different "
        "sizes, or a list here and nil there; calls to other functions of the checkout and of the Repo are followed.",
        "Match every shape at the call, or give the function one contract first and say so in the interfaces.",
        find_mixed_shapes,
        quiet=True,
    ),
    Rule(
        "raise-beside-error",
        "Raises where it otherwise returns an error",
        "data",
        "A public function that gives `{:error, _}` for some failures looks its parameter up, or decodes, with a "
        "function that raises (`get!`, `decode!`), so that other failures come as an exception.",
        "Decide which failures the caller handles, and turn the raising call into one that returns.",
        find_raises,
        quiet=True,
    ),
)
