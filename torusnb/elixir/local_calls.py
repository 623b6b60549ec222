"""Calls without a module in front: definitions, references, and the macros of Ecto, Phoenix and migrations.

Each function here is given the walk's state, a call and its first word, and gives the byte before
which nothing more is to be read: 0 to go on with everything inside the call, its end to pass it over.
"""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir import functions, guards, jobs, kinds, migrations, routes, runtime, schemas
from torusnb.elixir.draft import Clause, ModuleDraft, SchemaDraft
from torusnb.elixir.migration_steps import MigrationDraft
from torusnb.elixir.names import module_name, named_modules
from torusnb.elixir.state import State
from torusnb.elixir.syntax import (
    ALIAS,
    ATOM,
    KEYWORDS,
    LIST,
    STRING,
    arguments,
    do_block,
    end_line_of,
    line_of,
    piped_value,
)
from torusnb.elixir.values import BRANCHES


def read_local_call(state: State, node: Node, name: bytes) -> int:
    """Record what a call says that is no remote one; `name` is its first word."""
    handler = _ANYWHERE.get(name)
    if handler is not None:
        return handler(state, node, name)
    if state.module is None:
        if name == b"config":
            state.note_jobs(jobs.job_options(arguments(node), state.text))
        return 0
    if state.clause is None:
        return _in_module(state, node, name, state.module)
    if state.migrating:
        return _migration_call(state, node, name)
    if name in _IN_FUNCTIONS:
        _in_function(state, node, name, state.module)
    return 0


def _in_module(state: State, node: Node, name: bytes, module: ModuleDraft) -> int:
    if name in guards.GUARDS:
        guards.read_guard(name, node, module, state.text, state.aliases)
        return 0
    if state.scope is not None:
        if name in routes.ROUTING:
            return _routing(state, node, name)
        if name not in routes.PLAIN:
            state.router.read_macro(name, node, state.scope)
    return _declaration(state, node, name)


_LONG, _DEEP = 10_000, 100  # bytes of a function, blocks around it
_IN_FUNCTIONS = runtime.METRICS | guards.HANDED_ON | {b"send"}


def _in_function(state: State, node: Node, name: bytes, module: ModuleDraft) -> None:
    given = arguments(node)
    if name == b"send":
        runtime.note_touch(module, "Process", "send", given, state.clause, state.text, state.aliases)
    elif name in guards.HANDED_ON:
        if guards.is_quoted(node, state.text):
            guards.read_guard(name, node, module, state.text, state.aliases)
    elif given and ("import", "Telemetry.Metrics", "") in module.references:
        runtime.add_touch(module, "telemetry", "metric", given[0], state.clause)


def _definition(state: State, node: Node, name: bytes) -> int:
    module = state.module
    if module is None:
        return 0
    keyword = functions.DEFINITIONS[name]
    if state.clause is not None:
        if state.clause.name == "__using__":
            functions.read_injected_callback(node, state.text, keyword, module)
        return 0
    clause = functions.read_clause(node, state.text, keyword, module)
    if clause is None:
        return 0
    state.enter(node.end_byte)
    state.clause = clause
    state.quiet = state.skipping and _is_quiet(state, clause)
    if clause.name == "down":
        state.migrating = False
    elif state.migrating and state.migration is not None:
        body = do_block(node) or arguments(node)[-1]
        parameters = tuple(state.text.of(parameter) for parameter in clause.parameters)
        state.migration.begin(clause.name, parameters, body.start_byte)
    if keyword == "defdelegate":
        _delegation(state, node, module, clause)
    elif keyword == "def" and clause.name == "enabled?" and runtime.speaks_of_flags(module.name):
        first = clause.parameters[0] if clause.parameters else None
        if first is not None and first.kind_id in (ATOM, STRING):
            runtime.add_touch(module, "flags", "define", first, clause)
    return 0


def _is_quiet(state: State, clause: Clause) -> bool:
    """Whether the clause can be read at its places: it holds neither a migration's steps nor what `use` hands on.

    Where the text is nested very deeply, asking the tree could take longer than the walk.
    """
    if clause.name == "__using__" or (state.migrating and clause.name != "down"):
        return False
    return state.depth < _DEEP and clause.node.end_byte - clause.node.start_byte < _LONG


def _delegation(state: State, node: Node, module: ModuleDraft, clause: Clause) -> None:
    """`defdelegate f(a), to: Other, as: :g` calls the other module's function."""
    options = state.text.options(arguments(node))
    owner = options.get("to")
    full = module_name(owner, state.text, state.aliases, module.name) if owner is not None else ""
    if full:
        target = state.text.literal(options["as"]) if "as" in options else None
        module.add_call(full, target or clause.name, clause.arity, line_of(node))


def _reference(state: State, node: Node, name: bytes) -> int:
    given = arguments(node)
    if not given:
        return 0
    keyword = name.decode()
    found = named_modules(given[0], state.text, state.aliases, state.current)
    as_node = state.text.options(given).get("as")
    as_name = state.text.of(as_node) if as_node is not None else ""
    if keyword == "alias":
        state.aliases = {**state.aliases, **{as_name or full.rpartition(".")[2]: full for full in found}}
    elif keyword == "require" and as_name and found:
        state.aliases = {**state.aliases, as_name: found[0]}
    module = state.module
    if module is None:
        return node.end_byte
    within = state.clause.name if state.clause is not None else ""
    options = ", ".join(state.text.one_line(part) for part in given[1:]) if keyword == "use" else ""
    for full in found:
        module.add_reference(keyword, full, line_of(node), as_name, options, within if keyword == "use" else "")
    if keyword != "use":
        return node.end_byte
    if found and state.clause is None:
        _use(state, found[0], given, module)
    return given[0].end_byte


def _use(state: State, full: str, given: list[Node], module: ModuleDraft) -> None:
    atom = state.text.literal(given[1]) or "" if len(given) > 1 and given[1].kind_id == ATOM else ""
    kind = kinds.kind_of_use(full, atom)
    if state.scope is not None and not kind:
        state.router.read_used(full, given, state.scope)
    if not kind:
        module.open_kinds = True
        return
    module.kinds.add(kind)
    if kinds.keeps_options(kind) and len(given) > 1 and given[-1].kind_id in (KEYWORDS, LIST):
        module.options = module.options or state.text.one_line(given[-1])
    if kind == "router" or full == "Plug.Router":
        state.scope = routes.Scope()
        state.router.module = module
    elif kind == "migration":
        state.migrating = True
        if state.migration is None:
            state.migration = MigrationDraft(module.name, module.line)


def _module(state: State, node: Node, name: bytes) -> int:
    given = arguments(node)
    if not given or node.start_byte in state.told:
        return 0
    current = state.current
    is_alias = given[0].kind_id == ALIAS
    written = state.text.of(given[0]) if is_alias else module_name(given[0], state.text, state.aliases, current)
    if not written:
        return 0
    full = f"{current}.{written}" if current and is_alias else written
    if name == b"defimpl":
        target = state.text.options(given).get("for")
        owner = module_name(target, state.text, state.aliases, current) if target is not None else current
        protocol = module_name(given[0], state.text, state.aliases, current)
        full = f"{protocol}.{owner}" if owner else protocol
    elif current and is_alias:
        head = written.partition(".")[0]
        state.aliases = {**state.aliases, head: f"{current}.{head}"}
    draft = ModuleDraft(full, line_of(node), end_line_of(node), node)
    if name != b"defmodule":
        draft.kinds.add("protocol" if name == b"defprotocol" else "implementation")
    state.open_module(draft, node.end_byte)
    block = do_block(node)
    return block.start_byte if block is not None else given[0].end_byte


def _routing(state: State, node: Node, name: bytes) -> int:
    if state.scope is None:
        return 0
    known = len(state.router.routes)
    inside = state.router.read(name, node, state.scope, state.aliases)
    if state.module is not None:
        state.module.mentions.update(route.module for route in state.router.routes[known:] if route.module)
    block = do_block(node)
    if block is not None:
        state.enter(node.end_byte)
        # What Plug.Router answers in place is code, not routes.
        state.scope = inside if name in routes.NESTING else None
    elif name == b"pipe_through":
        state.scope = inside
    if name == b"live_session":
        return 0
    # A route's module is written relative to its scope: walked on with, it would be taken for a full name.
    return block.start_byte if block is not None else node.end_byte


def _migration_call(state: State, node: Node, name: bytes) -> int:
    """A call in a function of a migration: a step, a branch by direction, or one of its own functions."""
    if state.migration is None or state.module is None:
        return 0
    reader = migrations.StepReader(state.migration, state.module, state.clause, state.text)
    if name in migrations.STEPS:
        given = arguments(node)
        piped = piped_value(node, node.parent)
        if piped is not None:
            given.insert(0, piped)
        tables = reader.read(name, node, given, state.tables)
        if tables and do_block(node) is not None:
            state.enter(node.end_byte)
            state.tables = tables
    elif name == b"if":
        reader.branch(node)
    elif name not in BRANCHES:
        reader.visit(name.decode("utf-8", "replace"), node)
    return 0


def _declaration(state: State, node: Node, name: bytes) -> int:
    """A call in a module's body: schema, field, association, feature definition, or some other macro."""
    module = state.module
    if module is None:
        return 0
    if name in (b"schema", b"embedded_schema"):
        found = schemas.read_schema(node, state.text, embedded=name == b"embedded_schema")
        if found is not None:
            schemas.add_primary_key(found, module.attributes.get("primary_key"), state.text)
            module.schema = module.schema or found
            module.kinds.add(name.decode())
            state.enter(node.end_byte)
            state.schema = found
    elif state.schema is not None and name in schemas.ENTRIES:
        schemas.read_entry(state.schema, name, node, state.text, state.aliases, module.name)
        if name.startswith(b"embeds_") and do_block(node) is not None:
            _inline_embed(state, node, module)
    elif name == b"socket" and "endpoint" in module.kinds:
        state.router.read_socket(node, state.aliases)
    elif name == b"channel" and "socket" in module.kinds:
        for topic in arguments(node)[:1]:
            runtime.add_touch(module, "topics", "channel", topic, None)
    elif name in runtime.FLAG_DEFINITIONS:
        given = arguments(node)
        if given and given[0].kind_id in (ATOM, STRING):
            runtime.add_touch(module, "flags", "define", given[0], None)
    return 0


def _inline_embed(state: State, node: Node, module: ModuleDraft) -> None:
    """`embeds_one :address, Address do … end` defines a module of its own below this one."""
    given = arguments(node)
    if len(given) < 2 or given[1].kind_id != ALIAS:
        return
    line = line_of(node)
    draft = ModuleDraft(f"{module.name}.{state.text.of(given[1])}", line, end_line_of(node), node)
    draft.kinds.add("embedded_schema")
    draft.schema = SchemaDraft("", line)
    state.open_module(draft, node.end_byte)
    state.schema = draft.schema


REFERENCES = (b"alias", b"import", b"require", b"use")
MODULES = (b"defmodule", b"defprotocol", b"defimpl")
_ANYWHERE = {
    **dict.fromkeys(functions.DEFINITIONS, _definition),
    **dict.fromkeys(REFERENCES, _reference),
    **dict.fromkeys(MODULES, _module),
}
TELLING = frozenset((*REFERENCES, *_IN_FUNCTIONS))
"""The local calls that mean something in a function that is read at its places."""
