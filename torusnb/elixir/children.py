"""Supervisor children, in every form a supervisor is given them."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.draft import Clause, ModuleDraft
from torusnb.elixir.names import Aliases, module_name
from torusnb.elixir.syntax import (
    ALIAS,
    ANONYMOUS,
    ATOM,
    BINARY,
    CALL,
    COMMENT,
    DOT,
    IDENTIFIER,
    KEYWORDS,
    LIST,
    MAP,
    TUPLE,
    UNARY,
    Text,
    arguments,
    first_child,
    line_of,
    operator_of,
)
from torusnb.elixir.values import BRANCHES, branch_values, function_values, tail_values
from torusnb.models.modules import Child, Use

STARTERS = {
    ("Supervisor", "start_link"): 0,
    ("Supervisor", "init"): 0,
    ("Supervisor", "start_child"): 1,
    ("DynamicSupervisor", "start_child"): 1,
}
_CACHES = frozenset(("Cachex", "ConCache"))  # their names are caches, not processes
_OLD_SPECS = frozenset((b"worker", b"supervisor"))
_BUDGET = 2000  # nodes looked at for one supervisor; a bound, not a target


class _Finder:
    """Follows what a supervisor was started with to its entries, each node once."""

    def __init__(self, module: ModuleDraft, text: Text, aliases: Aliases) -> None:
        self.module = module
        self.text = text
        self.aliases = aliases
        self.seen: set[int] = set()
        self.found: list[Child] = []
        self.named: list[Use] = []

    def follow(self, start: Node, clause: Clause | None) -> None:
        stack: list[tuple[Node, Clause | None, bool]] = [(start, clause, False)]
        while stack and len(self.seen) < _BUDGET:
            node, within, entry = stack.pop()
            if node.id in self.seen or node.kind_id == COMMENT:
                continue
            self.seen.add(node.id)
            stack.extend(reversed(self._step(node, within, entry)))

    def _step(self, node: Node, clause: Clause | None, entry: bool) -> list[tuple[Node, Clause | None, bool]]:
        """What a node leads to; an entry that leads nowhere is recorded as a child."""
        kind = node.kind_id
        if kind == LIST:
            return [(part, clause, True) for part in node.named_children]
        if kind == BINARY:
            operator = operator_of(node)
            ends = [node.named_children[0], node.named_children[-1]]
            if operator in ("++", "--", "||", "&&", "and", "or"):
                return [(end, clause, entry) for end in ends]
            if operator == "|>":
                return [(ends[0], clause, entry), *self._piped(ends[1], clause)]
            if operator == "|":  # `[first | rest]`
                return [(ends[0], clause, True), (ends[1], clause, False)]
            return [(ends[1], clause, entry)] if operator == "=" else []
        if kind == IDENTIFIER:
            return self._variable(node, clause, entry)
        if kind == UNARY:
            value = self.module.attributes.get(self.text.of(node)[1:].strip())
            return [(value, clause, entry)] if value is not None else []
        if kind == CALL:
            return self._call(node, clause, entry)
        if entry or kind in (TUPLE, ALIAS, MAP):
            self._record(node)
        return []

    def _variable(self, node: Node, clause: Clause | None, entry: bool) -> list[tuple[Node, Clause | None, bool]]:
        name = self.text.of(node)
        bound = clause.bindings.get(name) if clause else None
        if bound:
            return [(value, clause, entry) for value in bound]
        return self._function(name, entry)

    def _function(self, name: str, entry: bool) -> list[tuple[Node, Clause | None, bool]]:
        return [
            (value, clause, entry) for clause in self.module.clauses.get(name, ()) for value in tail_values(clause.node)
        ]

    def _piped(self, call: Node, clause: Clause | None) -> list[tuple[Node, Clause | None, bool]]:
        """What a step of a pipe adds: entries and lists among its arguments, or those in the module's own function."""
        if call.kind_id != CALL:
            return []
        parts = [(part, clause, True) for part in arguments(call) if part.kind_id in (LIST, TUPLE, ALIAS, MAP)]
        target = call.named_children[0]
        return parts + (self._function(self.text.of(target), False) if target.kind_id == IDENTIFIER else [])

    def _call(self, node: Node, clause: Clause | None, entry: bool) -> list[tuple[Node, Clause | None, bool]]:
        target = node.named_children[0]
        given = arguments(node)
        if target.kind_id == DOT:
            owner, name = target.named_children[0], self.text.of(target.named_children[-1])
            full = self._full_name(owner)
            if full == "Supervisor" and name == "child_spec" and given:
                return [(given[0], clause, True)]
            if full == "List" or full == "Enum":
                made = [value for part in given if part.kind_id == ANONYMOUS for value in function_values(part)]
                lists = [(part, clause, False) for part in given if part.kind_id in (LIST, IDENTIFIER, BINARY, CALL)]
                return lists if not made else [(value, clause, True) for value in made]
            if full:
                self.found.append(Child(full, self.text.one_line(node, 200), line_of(node)))
            return []
        name_bytes = self.text.raw(target)
        if name_bytes in _OLD_SPECS and given:
            self._record(given[0])
            return []
        if name_bytes in BRANCHES:
            return [(value, clause, entry) for value in branch_values(node)]
        return self._function(name_bytes.decode("utf-8", "replace"), entry)

    def _full_name(self, node: Node) -> str:
        return module_name(node, self.text, self.aliases, self.module.name)

    def _record(self, node: Node) -> None:
        owner: Node | None = node
        if node.kind_id == TUPLE:
            owner = first_child(node)
        elif node.kind_id == MAP:
            owner = _started_by(node, self.text)
        elif node.kind_id not in (ALIAS, ATOM, DOT):
            return
        name = ""
        if node.kind_id == TUPLE:
            self._name(node)
        if owner is not None:
            is_atom = owner.kind_id == ATOM
            name = self.text.of(owner) if is_atom else self._full_name(owner)
        self.found.append(Child(name, self.text.one_line(node, 200), line_of(node)))

    def _name(self, entry: Node) -> None:
        """Note the name that a child is started under (`{Task.Supervisor, name: Shop.Tasks}`)."""
        owner = self._full_name(entry.named_children[0])
        given = self.text.options(entry.named_children).get("name")
        if given is None or owner in _CACHES:
            return
        is_atom = given.kind_id == ATOM
        name = self.text.of(given)[1:] if is_atom else self._full_name(given)
        if name:
            self.named.append(Use("registry" if owner == "Registry" else "named", name, line_of(given)))


def _started_by(spec: Node, text: Text) -> Node | None:
    """The module node of `start: {Module, :function, args}` in a child specification."""
    for content in spec.named_children:
        for keywords in content.named_children:
            if keywords.kind_id == KEYWORDS:
                start = dict(text.pairs(keywords)).get("start")
                if start is not None and start.kind_id == TUPLE:
                    return first_child(start)
    return None


def find_children(module: ModuleDraft, text: Text, aliases: Aliases) -> tuple[tuple[Child, ...], tuple[Use, ...]]:
    """The children a module starts or hands to a supervisor, in the order they start, and the names they get."""
    finder = _Finder(module, text, aliases)
    for node, clause in module.supervised:
        finder.follow(node, clause)
    return tuple(dict.fromkeys(finder.found)), tuple(finder.named)
