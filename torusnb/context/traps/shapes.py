"""The shapes a function gives back, with calls to other functions followed a few steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from torusnb.context.traps.scene import Scene
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_shapes import Return

_DEPTH = 2
_REPO = {
    **dict.fromkeys(("insert", "update", "delete", "insert_or_update"), ("{:ok, _}", "{:error, _}")),
    **dict.fromkeys(("get", "get_by", "one"), ("record", "nil")),
    **dict.fromkeys(("get!", "get_by!", "one!", "insert!", "update!", "delete!"), ("record",)),
    **dict.fromkeys(("insert_all", "update_all", "delete_all"), ("tuple",)),
    "all": ("list",),
    "exists?": ("boolean",),
    "aggregate": ("number",),
}
_LISTS = frozenset(
    (
        *("chunk_every", "concat", "dedup", "drop", "filter", "flat_map", "map", "reject", "reverse", "slice", "sort"),
        *("sort_by", "take", "uniq", "uniq_by", "with_index", "zip"),
    )
)


@dataclass(frozen=True)
class Shape:
    """A shape with the line of the function's own code that gives it.

    Attributes:
        name: As `body_shapes.Return.shape`, and `record` for what the Repo loads.
        via: The function that the line calls for it; empty when it is written there.
        implicit: The `nil` of an `if` without `else`.
    """

    name: str
    line: int
    via: str = ""
    implicit: bool = False


def shapes_of(scene: Scene, function: FunctionBody, depth: int = _DEPTH) -> list[Shape]:
    """Every shape the function may give, in document order; `unknown` where it cannot be told."""
    return [shape for found in function.returns for shape in _resolved(scene, function, found, depth)]


def _resolved(scene: Scene, function: FunctionBody, found: Return, depth: int) -> Iterator[Shape]:
    if found.shape != "call":
        yield Shape(found.shape, found.line, implicit=found.implicit)
        return
    label, _, arity = found.call.rpartition("/")
    module, _, name = label.rpartition(".")
    known = _known(module, name)
    if known:
        for name in known:
            yield Shape(name, found.line, via=found.call)
        return
    target = scene.function(module or function.module, name, int(arity)) if depth else None
    if target is None or target is function or target.kind.startswith("defmacro"):
        yield Shape("unknown", found.line, via=found.call)
        return
    for shape in shapes_of(scene, target, depth - 1):
        yield replace(shape, line=found.line, via=found.call)


def _known(module: str, name: str) -> tuple[str, ...]:
    last = module.rpartition(".")[2]
    if last == "Repo":
        return _REPO.get(name, ())
    if module == "Enum" and name in _LISTS:
        return ("list",)
    return ()
