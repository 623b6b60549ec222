"""A module's outline: its functions, schema, references, and what it touches by a name."""

from __future__ import annotations

from torusnb.models.base import Value
from torusnb.models.database import Field


class Function(Value, frozen=True):
    """A function or macro of a module, its clauses taken together.

    Attributes:
        arity: The greatest arity; with `defaults` optional arguments the least is `arity - defaults`.
        kind: `def`, `defp`, `defmacro`, `defmacrop`, `defdelegate`, `defguard`, `defguardp`.
        line, end_line: From the first clause's first line to the last clause's last one, 1-based.
        head: The first clause's head as written (`def upsert_state(enrollment_id, attrs)`), one line.
        doc: The first paragraph of `@doc`, or empty.
    """

    name: str
    arity: int
    kind: str
    line: int
    end_line: int
    head: str = ""
    doc: str = ""
    defaults: int = 0
    clauses: int = 1

    @property
    def public(self) -> bool:
        """Whether another module can call it."""
        return not self.kind.endswith("p")


class Reference(Value, frozen=True):
    """`alias`, `import`, `use` or `require` of a module (or its `behaviour`), by its full name.

    Attributes:
        options: What `use` was given as written (`:live_view`, `queue: :mail`), or empty.
    """

    kind: str
    module: str
    line: int
    as_name: str = ""
    options: str = ""


class Association(Value, frozen=True):
    """`belongs_to`, `has_one`, `has_many`, `many_to_many`, `embeds_one`, `embeds_many`.

    Attributes:
        column: The column that a `belongs_to` or an embed keeps in its own table, or empty.
    """

    kind: str
    name: str
    module: str
    line: int
    through: str = ""
    column: str = ""


class Schema(Value, frozen=True):
    """An Ecto schema; `table` is empty for an embedded one."""

    table: str
    line: int
    fields: tuple[Field, ...] = ()
    associations: tuple[Association, ...] = ()


class Use(Value, frozen=True):
    """A named thing that code touches at a line.

    Attributes:
        kind: What is done with it. Telemetry: `execute`, `span`, `attach`, `metric`. Topics:
            `broadcast`, `subscribe`, `track` (presence), `channel` (a socket's). Caches: `cachex`, `con_cache`,
            `ets`, `dets`, `mnesia`, `persistent_term`, `start`. Flags: `check`, `change`, `define`.
            Callbacks: `handle_event`, `handle_info`, `handle_call`, `handle_cast`, `handle_async`, `mount`, ….
        name: The event (`oli.sections.enrolled`), topic with a star for each part that only the running program
            knows (`section:*`; as written when nothing of it can be told), cache or table, flag; for a
            callback the matched message or event name (empty when the clause matches anything).
    """

    kind: str
    name: str
    line: int


class Child(Value, frozen=True):
    """A child of a supervisor: the module (or empty when it is computed) and the entry as written."""

    module: str
    text: str
    line: int


class Call(Value, frozen=True):
    """A remote call: full module name, function, arity, the first line it stands on."""

    module: str
    name: str
    arity: int
    line: int


class Module(Value, frozen=True):
    """A module's outline.

    Attributes:
        kinds: What it is, sorted: `application`, `behaviour`, `channel`, `component`, `controller`,
            `embedded_schema`, `genserver`, `live_component`, `live_view`, `migration`, `plug`, `router`,
            `schema`, `supervisor`, `test`, `worker`, …; empty for a plain module.
        doc: `@moduledoc`, whole; empty when false or absent.
        options: What `use` was given where it matters (`queue: :grades, max_attempts: 3`).
        mentions: Full names of modules named otherwise (structs, arguments, templates), sorted.
        processes: Names and lookups of processes: `named` (registered under a name), `via` (under a Registry's
            key), `registry` (a Registry started), `lookup` (asked for by name or key), `call` and `cast`.
        guards: What stands before its actions: `plug` and `on_mount`, module names in full and the rest as written
            (`ShopWeb.Auth, role: :owner`, `{ShopWeb.Auth, :owner}`). In a router, `pipeline` names the one that the
            plugs after it belong to.
        texts: Its functions that give a text and nothing else (topic names and the like): kind is `name/arity`,
            name is the text with a star for each part that only the running program knows.
    """

    name: str
    path: str
    line: int
    end_line: int
    kinds: tuple[str, ...] = ()
    doc: str = ""
    options: str = ""
    functions: tuple[Function, ...] = ()
    references: tuple[Reference, ...] = ()
    schema: Schema | None = None
    callbacks: tuple[Use, ...] = ()
    telemetry: tuple[Use, ...] = ()
    topics: tuple[Use, ...] = ()
    caches: tuple[Use, ...] = ()
    flags: tuple[Use, ...] = ()
    children: tuple[Child, ...] = ()
    calls: tuple[Call, ...] = ()
    mentions: tuple[str, ...] = ()
    processes: tuple[Use, ...] = ()
    guards: tuple[Use, ...] = ()
    texts: tuple[Use, ...] = ()

    @property
    def pipelines(self) -> dict[str, tuple[str, ...]]:
        """A router's pipelines with the plugs of each, in order."""
        found: dict[str, list[str]] = {}
        plugs: list[str] = []
        for guard in self.guards:
            if guard.kind == "pipeline":
                plugs = found.setdefault(guard.name, [])
            elif guard.kind == "plug":
                plugs.append(guard.name)
        return {name: tuple(plugs) for name, plugs in found.items()}

    def function(self, name: str, arity: int | None = None) -> Function | None:
        """The function of that name whose arities include `arity`, or None."""
        named = (function for function in self.functions if function.name == name)
        return next((f for f in named if arity is None or f.arity - f.defaults <= arity <= f.arity), None)
