"""The calls within a body, each with what surrounds it: a transaction, a loop, a task, an anonymous function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.elixir.names import Aliases, module_name, named_modules
from torusnb.elixir.syntax import (
    ATOM,
    BINARY,
    CALL,
    COMMENT,
    DOT,
    IDENTIFIER,
    INTEGER,
    UNARY,
    Text,
    arguments,
    do_block,
    first_child,
    line_of,
    operator_of,
)

_ANONYMOUS = "anonymous_function"
_LOOPS = frozenset(("Enum", "Stream"))
_ONCE = frozenset(("Enum.tap", "Enum.then"))
_TASKS = frozenset(
    ("start", "start_child", "start_link", "async", "async_nolink", "async_stream", "async_stream_nolink")
)
_SPAWNS = frozenset((b"spawn", b"spawn_link", b"spawn_monitor"))
_MULTI = "Ecto.Multi"


@dataclass(frozen=True)
class Frame:
    """What a call stands in.

    Attributes:
        kind: `transaction` (the function or Multi step runs inside one), `loop` (once for each member), `task`
            (another process runs it), `function` (an anonymous function given to something else).
        name: What opens it, as written with full module names (`Shop.Repo.transaction`, `Enum.map`, `for`).
    """

    kind: str
    name: str
    line: int


@dataclass(frozen=True)
class Site:
    """A call, or a captured function that something else calls.

    Attributes:
        module: Full name of the module called; empty for a function of the same module or an import.
        arity: A piped value counts.
        given: The arguments, a piped value first; empty for a capture (`&fetch/1`).
        inside: What surrounds it within its clause, outermost first.
        captured: It is a capture (`&fetch/1`), not a call.
    """

    module: str
    name: str
    arity: int
    line: int
    given: tuple[Node, ...]
    inside: tuple[Frame, ...]
    node: Node
    captured: bool = False

    @property
    def label(self) -> str:
        """`Module.name`, or `name` alone."""
        return f"{self.module}.{self.name}" if self.module else self.name

    @property
    def dropped(self) -> bool:
        """Nobody looks at its result: it is a statement before the last one, `_ = …`, or ends an `Enum.each`."""
        node, parent = self.node, self.node.parent
        while parent is not None and parent.kind_id == BINARY and operator_of(parent) == "|>":
            if parent.named_children[-1].id != node.id:
                return False
            node, parent = parent, parent.parent
        if parent is None:
            return False
        if parent.kind_id == BINARY and operator_of(parent) == "=":
            return (parent.named_children[0].text or b"").startswith(b"_")
        if parent.type not in ("do_block", "body", "block"):
            return False
        following = [other for other in parent.named_children if other.start_byte > node.start_byte]
        if any(other.kind_id != COMMENT and not other.type.endswith("_block") for other in following):
            return True
        frame = self.inside[-1] if self.inside else None
        return frame is not None and frame.name in ("Enum.each", "Stream.each")

    def within(self, kind: str) -> Frame | None:
        """The innermost frame of a kind around it, or None."""
        return next((frame for frame in reversed(self.inside) if frame.kind == kind), None)


_Waiting = tuple[Node, tuple[Frame, ...]]


class _Finder:
    def __init__(self, text: Text, aliases: Aliases, module: str) -> None:
        self.text, self.module = text, module
        self.aliases = aliases
        self.piped: dict[int, Node] = {}
        self.stack: list[_Waiting] = []
        self.found: list[Site] = []

    def run(self, roots: Iterable[Node]) -> tuple[Site, ...]:
        # A stack of its own, so that no depth of nesting can exhaust Python's.
        self._push(roots, ())
        while self.stack:
            node, inside = self.stack.pop()
            kind = node.kind_id
            if kind == CALL:
                self._call(node, inside)
            elif kind == BINARY:
                ends = node.named_children
                if len(ends) == 2:
                    between = self.text.data[ends[0].end_byte : ends[1].start_byte]
                    if between.strip() == b"|>":
                        self.piped[ends[1].id] = ends[0]
                self._push(ends, inside)
            elif kind == UNARY and self._capture(node, inside):
                continue
            elif node.named_child_count:
                self._push(node.named_children, inside)
        return tuple(self.found)

    def _push(self, nodes: Iterable[Node], inside: tuple[Frame, ...]) -> None:
        self.stack.extend([(node, inside) for node in nodes][::-1])

    def _call(self, node: Node, inside: tuple[Frame, ...]) -> None:
        target = first_child(node)
        if target is None:
            return
        module, name = self._target(target)
        if not name:
            self._push(node.named_children, inside)
            return
        if not module and name in ("alias", "require"):
            self._add_alias(node)
            return
        written = arguments(node)
        piped = self.piped.pop(node.id, None)
        given = written if piped is None else [piped, *written]
        if name != "." and (node.named_child_count > 1 or module or target.kind_id != DOT):
            self.found.append(Site(module, name, len(given), line_of(node), tuple(given), inside, node))
        self._go_inside(node, target, module, name, written, inside)

    def _target(self, target: Node) -> tuple[str, str]:
        """The module and name a call goes to; `("", "")` for a call through a variable or a field access."""
        if target.kind_id == IDENTIFIER:
            return "", self.text.of(target)
        if target.kind_id != DOT:
            return "", ""
        ends = target.named_children
        if len(ends) != 2:
            return "", ""
        owner = ends[0]
        if owner.kind_id == ATOM:
            return self.text.of(owner), self.text.of(ends[1])
        module = module_name(owner, self.text, self.aliases, self.module)
        return (module, self.text.of(ends[1])) if module else ("", "")

    def _add_alias(self, node: Node) -> None:
        given = arguments(node)
        if not given:
            return
        found = named_modules(given[0], self.text, self.aliases, self.module)
        chosen = self.text.options(given).get("as")
        short = {self.text.of(chosen): full for full in found} if chosen is not None else {}
        self.aliases = {**self.aliases, **(short or {full.rpartition(".")[2]: full for full in found})}

    def _go_inside(
        self, node: Node, target: Node, module: str, name: str, written: list[Node], inside: tuple[Frame, ...]
    ) -> None:
        frame = self._frame(node, module, name)
        block = do_block(node)
        if not module and name == "for":
            self._comprehension(node, written, block, inside)
            return
        waiting: list[_Waiting] = []
        if target.kind_id == DOT:
            waiting.append((target.named_children[0], inside))
        for argument in written:
            runs = frame is not None and (frame.kind != "loop" or _is_function(argument, self.text))
            if frame is not None and runs:
                waiting.append((argument, (*inside, frame)))
            else:
                waiting.append((argument, inside))
        if block is not None:
            waiting.append((block, inside))
        self.stack.extend(waiting[::-1])

    def _comprehension(self, node: Node, written: list[Node], block: Node | None, inside: tuple[Frame, ...]) -> None:
        """The first generator's source is worked out once, everything after it for each member."""
        within = (*inside, Frame("loop", "for", line_of(node)))
        waiting: list[_Waiting] = []
        for position, argument in enumerate(written):
            if position == 0 and argument.kind_id == BINARY:
                waiting.append((argument, inside))
            else:
                waiting.append((argument, within))
        if block is not None:
            waiting.append((block, within))
        self.stack.extend(waiting[::-1])

    def _frame(self, node: Node, module: str, name: str) -> Frame | None:
        label, line = f"{module}.{name}" if module else name, line_of(node)
        last = module.rpartition(".")[2]
        if last == "Repo" and name in ("transaction", "transact"):
            return Frame("transaction", label, line)
        if module == _MULTI and name in ("run", "insert_all", "update_all", "merge", "each"):
            return Frame("transaction", label, line)
        if module in _LOOPS and label not in _ONCE:
            return Frame("loop", label, line)
        if module == "Task.Supervisor" or (module == "Task" and name in _TASKS):
            return Frame("task", label, line)
        if not module and name.encode() in _SPAWNS:
            return Frame("task", label, line)
        return None

    def _capture(self, node: Node, inside: tuple[Frame, ...]) -> bool:
        """Record `&f/1` and `&M.f/1`; `&M.f(&1)` is walked like any other expression."""
        operand = first_child(node)
        if self.text.data[node.start_byte] != ord("&") or operand is None or operand.kind_id != BINARY:
            return False
        ends = operand.named_children
        if len(ends) != 2 or ends[1].kind_id != INTEGER:
            return False
        digits = self.text.of(ends[1])
        if not digits.isdecimal() or len(digits) > 3:
            return False
        if ends[0].kind_id == IDENTIFIER:
            module, name = "", self.text.of(ends[0])
        elif ends[0].kind_id == CALL and ends[0].named_child_count:
            module, name = self._target(ends[0].named_children[0])
        else:
            return False
        if name:
            self.found.append(Site(module, name, int(digits), line_of(node), (), inside, node, captured=True))
        return True


def _is_function(node: Node, text: Text) -> bool:
    if node.type == _ANONYMOUS:
        return True
    return node.kind_id == UNARY and text.data[node.start_byte] == ord("&")


def find_sites(roots: Iterable[Node], text: Text, aliases: Aliases, module: str) -> tuple[Site, ...]:
    """Every call below the roots in document order, each with its frames.

    A collection that is looped over stands outside its loop; a call through a variable (`callback.(x)`) and a
    field access (`user.name`) are no calls. Calls inside a quoted block are found like any other.

    Args:
        roots: The expressions, in order.
        text: The file.
        aliases: Short to full module names; aliases within the expressions are added as they come.
        module: The module they stand in (`__MODULE__`).
    """
    return _Finder(text, aliases, module).run(roots)
