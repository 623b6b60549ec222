"""What a function answers, down to the kind of thing in its tuple: `{:ok, text}`, `{:ok, map}`, `{:error, _}`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from torusnb.context.traps.bindings import find_binding
from torusnb.context.traps.origins import walk
from torusnb.context.traps.scene import Scene
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.body_shapes import Return, find_returns
from torusnb.elixir.syntax import CALL, ELSE_BLOCK, IDENTIFIER, TUPLE, do_block
from torusnb.models.base import Place

UNKNOWN = "unknown"
_DEPTH = 4
_MOST = 16
_KERNEL = {
    **dict.fromkeys(("to_string/1", "inspect/1", "inspect/2"), "text"),
    **dict.fromkeys(("length/1", "round/1", "trunc/1", "div/2", "rem/2", "map_size/1", "byte_size/1"), "number"),
    **dict.fromkeys(("is_nil/1", "is_map/1", "is_list/1", "is_binary/1", "match?/2"), "boolean"),
}
_TEXTS = ("downcase", "upcase", "trim", "replace", "slice", "capitalize", "trim_leading", "trim_trailing", "duplicate")
_LISTS = (
    "map",
    "filter",
    "reject",
    "flat_map",
    "sort",
    "sort_by",
    "uniq",
    "uniq_by",
    "concat",
    "take",
    "zip",
    "reverse",
)
_LIBRARY: dict[tuple[str, str], tuple[str, ...]] = {
    **{("String", name): ("text",) for name in _TEXTS},
    **{("Enum", name): ("list",) for name in (*_LISTS, "drop", "dedup", "with_index", "chunk_every", "to_list")},
    **{("Map", name): ("list",) for name in ("keys", "values", "to_list")},
    **{("Map", name): ("map",) for name in ("new", "from_struct")},
    **dict.fromkeys(
        (("Enum", "join"), ("Integer", "to_string"), ("Jason", "encode!"), ("Float", "to_string")), ("text",)
    ),
    **dict.fromkeys((("Enum", "count"), ("Enum", "sum"), ("String", "length")), ("number",)),
    **dict.fromkeys((("Enum", "any?"), ("Enum", "all?"), ("Enum", "member?"), ("Enum", "empty?")), ("boolean",)),
    **dict.fromkeys((("Enum", "each"), ("Stream", "run")), (":ok",)),
    **dict.fromkeys((("Map", "has_key?"), ("Map", "equal?"), ("String", "contains?")), ("boolean",)),
    ("Enum", "group_by"): ("map",),
    ("Enum", "frequencies"): ("map",),
    ("String", "split"): ("list",),
}
_REPO: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("insert", "update", "delete", "insert_or_update"), ("{:ok, _}", "{:error, _}")),
    **dict.fromkeys(("get", "get_by", "one"), ("struct", "nil")),
    "all": ("list",),
    "exists?": ("boolean",),
}
_PLAIN = {"string": "text", "record": "struct"}


@dataclass(frozen=True)
class Answer:
    """A form that a function may give.

    Attributes:
        form: `{:ok, text}` with the kind of what is in it (`text`, `map`, `list`, `number`, …; `_` where it cannot be
            told), a bare kind, an atom, `raise`, or `unknown`.
        place: The line that writes it, in this function or in one that it ends in.
        own: The line of the function itself that leads there.
    """

    form: str
    place: Place
    own: Place


@dataclass
class Answers:
    """The answers of functions of the checkout, each worked out once."""

    scene: Scene
    _kept: dict[tuple[str, str, int], tuple[Answer, ...]] = field(default_factory=dict)

    def of(self, function: FunctionBody, depth: int = _DEPTH) -> tuple[Answer, ...]:
        """Each form once, in document order, at most 16; `unknown` among them where a tail does not tell."""
        key = (function.module, function.label, depth)
        if key not in self._kept:
            self._kept[key] = ()  # one that calls itself adds nothing
            found: dict[str, Answer] = {}
            for clause in function.clauses:
                for answer in self._clause(clause, depth):
                    found.setdefault(answer.form, answer)
            self._kept[key] = tuple(found.values())[:_MOST]
        return self._kept[key]

    def _clause(self, clause: Clause, depth: int) -> Iterator[Answer]:
        path = self.scene.code_map.modules[clause.module].path
        for told in clause.returns:
            yield from self._told(told, clause, path, depth)
        if _lets_through(clause):
            place = Place(path, clause.line)
            yield Answer(UNKNOWN, place, place)

    def _of(self, node: Node, clause: Clause, path: str, depth: int) -> Iterator[Answer]:
        for told in find_returns((node,), clause.text, clause.aliases, clause.module):
            yield from self._told(told, clause, path, depth)

    def _told(self, told: Return, clause: Clause, path: str, depth: int) -> Iterator[Answer]:
        place = Place(path, told.line)
        node = told.node
        if depth <= 0:
            yield Answer(UNKNOWN, place, place)
        elif told.shape == "call":
            yield from self._called(told.call, clause, place, depth)
        elif node is not None and node.kind_id == TUPLE and told.shape.count("_") == 1 and node.named_child_count == 2:
            tag = told.shape[: -len("_}")]
            for inner in self._of(node.named_children[1], clause, path, depth - 1):
                kind = _inside(inner.form)
                if kind != "raise":
                    yield Answer(f"{tag}{kind}}}", inner.place if kind != "_" else place, place)
        elif node is not None and node.kind_id == IDENTIFIER and told.shape == UNKNOWN:
            yield from self._variable(node, clause, place, depth)
        else:
            yield Answer(_PLAIN.get(told.shape, told.shape), place, place)

    def _variable(self, node: Node, clause: Clause, place: Place, depth: int) -> Iterator[Answer]:
        bound = find_binding(node, clause)
        if isinstance(bound, Node):
            yield from (replace(answer, own=place) for answer in self._of(bound, clause, place.path, depth - 1))
        else:
            yield Answer(bound or UNKNOWN, place, place)

    def _called(self, call: str, clause: Clause, place: Place, depth: int) -> Iterator[Answer]:
        label, _, arity = call.rpartition("/")
        module, _, name = label.rpartition(".")
        known = _LIBRARY.get((module, name)) or (_REPO.get(name) if module.rpartition(".")[2] == "Repo" else None)
        target = None
        if known is None:
            target = self.scene.function(module or clause.module, name, int(arity))
        if target is not None and target.kind in ("def", "defp"):
            for answer in self.of(target, depth - 1) or (Answer(UNKNOWN, place, place),):
                yield replace(answer, own=place)
            return
        if known is None and not module and target is None and call in _KERNEL:
            known = (_KERNEL[call],)
        for form in known or (UNKNOWN,):
            yield Answer(form, place, place)


def _inside(form: str) -> str:
    """The kind of what stands in a tuple."""
    if form == UNKNOWN:
        return "_"
    if form.startswith("{"):
        return "tuple"
    return "atom" if form.startswith(":") else form


def _lets_through(clause: Clause) -> bool:
    """Whether a `with` without `else` stands in it: whatever does not match may be what it gives."""
    for node in (part for root in clause.body for part in walk(root)):
        if node.kind_id == CALL and node.named_children and clause.text.raw(node.named_children[0]) == b"with":
            block = do_block(node)
            if block is None or all(part.kind_id != ELSE_BLOCK for part in block.named_children):
                return True
    return False
