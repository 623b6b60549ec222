"""What is gathered about a module while its text is read, until it becomes a frozen outline."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from torusnb.elixir.names import Aliases
from torusnb.elixir.syntax import BINARY, CALL, IDENTIFIER, LEAVES, MATCH, Text, members, operator_of
from torusnb.models.database import Field
from torusnb.models.modules import Association, Child, Function, Reference, Use

Bindings = dict[str, list[Node]]
_MODULES = (b"defmodule ", b"defprotocol ", b"defimpl ")


@dataclass(slots=True)
class Clause:
    """One clause of a function: its head, its whole node, and what is found in them when somebody asks.

    Of twenty functions the parameters or variables of one are asked for.

    Attributes:
        given: The node of the head's arguments, or the operator that the head is; None when it has none.
    """

    name: str
    arity: int
    given: Node | None
    node: Node
    text: Text
    public: bool = True
    _bindings: Bindings | None = None

    @property
    def parameters(self) -> list[Node]:
        """The head's arguments."""
        return members(self.given) if self.given is not None else []

    @property
    def bindings(self) -> Bindings:
        """Variable to the nodes it is bound to with `=`, in order."""
        if self._bindings is None:
            self._bindings = _find_bindings(self.node, self.text)
        return self._bindings

    def bound_before(self, position: int) -> Bindings:
        """The bindings without those whose value begins after a byte."""
        found = {
            name: [value for value in values if value.start_byte <= position] for name, values in self.bindings.items()
        }
        return {name: values for name, values in found.items() if values}

    def defaults(self) -> int:
        """The number of parameters with a default."""
        return sum(1 for p in self.parameters if p.kind_id == BINARY and operator_of(p) == "\\\\")


def _find_bindings(definition: Node, text: Text) -> Bindings:
    """What a function's clause binds, without the modules that are defined in it."""
    found: Bindings = {}
    stack = [definition]
    while stack:
        node = stack.pop()
        kind, start = node.kind_id, node.start_byte
        if kind in LEAVES or text.data.find(b"=", start, node.end_byte) < 0:
            continue
        if kind == CALL and text.data.startswith(_MODULES, start):
            continue
        bound = bound_by(node) if kind == BINARY else None
        if bound is not None:
            found.setdefault(text.of(bound[0]), []).append(bound[1])
        stack.extend(node.named_children[::-1])
    return found


def bound_by(binary: Node) -> tuple[Node, Node] | None:
    """The variable and the value of `variable = value`, or None for any other binary node."""
    parts = binary.children
    if len(parts) != 3 or parts[0].kind_id != IDENTIFIER:  # with more a comment stands in it
        return None
    return (parts[0], parts[2]) if parts[1].kind_id == MATCH and not parts[1].is_missing else None


@dataclass(slots=True)
class Touch:
    """A named thing touched at a node; the name is worked out when the whole module is known.

    Attributes:
        aliases: Those in force at the node. key: Under which key, where a Registry is touched.
    """

    category: str
    kind: str
    node: Node
    line: int
    clause: Clause | None
    expand: bool = False
    aliases: Aliases = field(default_factory=dict)
    key: Node | None = None


@dataclass(slots=True)
class FunctionDraft:
    """A function's clauses taken together so far."""

    name: str
    arity: int
    kind: str
    line: int
    end_line: int
    head: str
    doc: str
    defaults: int
    clauses: int = 1

    def freeze(self) -> Function:
        """The outline's function."""
        return Function(
            name=self.name,
            arity=self.arity,
            kind=self.kind,
            line=self.line,
            end_line=self.end_line,
            head=self.head,
            doc=self.doc,
            defaults=self.defaults,
            clauses=self.clauses,
        )


@dataclass(slots=True)
class SchemaDraft:
    """A schema's fields and associations so far."""

    table: str
    line: int
    fields: list[Field] = field(default_factory=list)
    associations: list[Association] = field(default_factory=list)


@dataclass(slots=True)
class ModuleDraft:
    """A module so far.

    Attributes:
        attributes: Module attribute to the node of its last value.
        clauses: Function name to its clauses, for names that only a function's body tells.
        touches: Telemetry, topics, caches and flags whose names are worked out at the end.
        supervised: Nodes that a supervisor was started with, each with the clause it stands in.
        open_kinds: It uses a macro that may make it a LiveView or the like; only the whole map can tell.
        jobs: `queues` and `crontab` options of Oban, each with the variables and aliases around it.
    """

    name: str
    line: int
    end_line: int
    node: Node | None = None
    kinds: set[str] = field(default_factory=set)
    doc: str = ""
    options: str = ""
    pending_doc: str = ""
    schema: SchemaDraft | None = None
    functions: dict[tuple[str, int], FunctionDraft] = field(default_factory=dict)
    references: dict[tuple[str, str, str], Reference] = field(default_factory=dict)
    calls: dict[tuple[str, str, int], int] = field(default_factory=dict)
    mentions: set[str] = field(default_factory=set)
    attributes: dict[str, Node] = field(default_factory=dict)
    clauses: dict[str, list[Clause]] = field(default_factory=dict)
    callbacks: list[Use] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    supervised: list[tuple[Node, Clause | None]] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    guards: list[Use] = field(default_factory=list)
    open_kinds: bool = False
    jobs: list[tuple[str, Node, Bindings, Aliases]] = field(default_factory=list)

    def add_call(self, module: str, name: str, arity: int, line: int) -> None:
        """Record a remote call; the first line it stands on is kept."""
        self.calls.setdefault((module, name, arity), line)

    def add_reference(
        self, kind: str, module: str, line: int, as_name: str = "", options: str = "", within: str = ""
    ) -> None:
        """Record an `alias`, `import`, `use`, `require` or `behaviour`; `within` is the macro that hands it on."""
        reference = Reference(kind, module, line, as_name, options)
        self.references.setdefault((kind, module, f"{within}>{as_name}" if within else as_name), reference)
