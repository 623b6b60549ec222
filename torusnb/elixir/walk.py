"""The walk: one pass over a file's syntax tree, in document order, that gathers everything an outline holds.

The walk keeps its own stack, so that no depth of nesting can exhaust Python's. What holds only
inside a block (the module, the function, aliases, a router's scope, a migration's table) is put
back when the walk passes the block's last byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.elixir import functions, kinds, migrations, routes, runtime, schemas
from torusnb.elixir.children import STARTERS, find_children
from torusnb.elixir.draft import Clause, ModuleDraft, SchemaDraft
from torusnb.elixir.heex import read_template
from torusnb.elixir.names import Aliases, expand, module_name, named_modules
from torusnb.elixir.syntax import (
    ALIAS,
    ATOM,
    BINARY,
    CALL,
    DOT,
    IDENTIFIER,
    INTEGER,
    KEYWORDS,
    LIST,
    SIGIL,
    STRING,
    TUPLE,
    UNARY,
    Text,
    arguments,
    do_block,
    end_line_of,
    line_of,
)
from torusnb.models.codebase import Call, Module, Schema

_CHILD_CACHES = frozenset(("Cachex", "ConCache"))
_TYPES = frozenset((b"spec", b"type", b"typep", b"opaque", b"callback", b"macrocallback", b"typedoc", b"impl"))


@dataclass(frozen=True, slots=True)
class ModuleSpan:
    """A module as its lines tell it, where the syntax tree cannot be trusted: its bytes and its full name."""

    name: str
    start: int
    end: int


class Walk:
    """Reads one file; afterwards `modules`, `routes` and `migration` hold what was found."""

    def __init__(self, path: str, text: Text) -> None:
        self.path = path
        self.text = text
        self.data = text.data
        self.modules: list[Module] = []
        self.router = routes.RouteReader(path, text, "")
        self.migration: migrations.MigrationDraft | None = None
        self.piped: dict[int, Node] = {}
        # What holds at this point of the text; saved and put back block by block.
        self.limit = len(text.data) + 1
        self.module: ModuleDraft | None = None
        self.clause: Clause | None = None
        self.aliases: Aliases = {}
        self.schema: SchemaDraft | None = None
        self.scope: routes.Scope | None = None
        self.migrating = False
        self.table = ""
        self.blocks: list[
            tuple[
                int,
                ModuleDraft | None,
                Clause | None,
                Aliases,
                SchemaDraft | None,
                routes.Scope | None,
                bool,
                str,
                bool,
            ]
        ] = []

    def read(self, root: Node, spans: Sequence[ModuleSpan] = ()) -> None:
        """Walk the whole tree; modules that `spans` tells are opened there, whatever the tree says."""
        self.spans = list(reversed(spans))
        self.told = frozenset(span.start for span in spans)
        handlers = {CALL: self._call, BINARY: self._binary, UNARY: self._unary, ALIAS: self._alias, SIGIL: self._sigil}
        stack = [root]
        pop, extend = stack.pop, stack.extend
        while stack:
            node = pop()
            handler = handlers.get(node.kind_id)
            if handler is None:
                if node.named_child_count:
                    extend(node.named_children[::-1])
                continue
            if node.start_byte >= self.limit:
                self._leave(node.start_byte)
            while self.spans and node.start_byte >= self.spans[-1].start:
                self._open_span(self.spans.pop())
            found = handler(node)
            if found:
                extend(found[::-1])
        while self.spans:
            self._open_span(self.spans.pop())
        self._leave(len(self.data) + 2)
        self.modules.sort(key=lambda module: (module.line, module.name))

    def _enter(self, end: int, opens_module: bool = False) -> None:
        saved = (
            self.limit,
            self.module,
            self.clause,
            self.aliases,
            self.schema,
            self.scope,
            self.migrating,
            self.table,
        )
        self.blocks.append((*saved, opens_module))
        self.limit = end

    def _leave(self, position: int) -> None:
        while self.blocks and position >= self.limit:
            closed = self.module
            (
                self.limit,
                self.module,
                self.clause,
                aliases,
                self.schema,
                self.scope,
                self.migrating,
                self.table,
                opens_module,
            ) = self.blocks.pop()
            if opens_module and closed is not None:
                self.modules.append(freeze(closed, self.path, self.text, self.aliases))
            self.aliases = aliases

    def open_module(self, name: str, node: Node | None, line: int, end_line: int, end: int, kind: str = "") -> None:
        """Begin a module that lasts to the byte `end`; its full name is `name`."""
        self._enter(end, opens_module=True)
        self.module = ModuleDraft(name, line, end_line, node)
        if kind:
            self.module.kinds.add(kind)
        self.clause = self.schema = self.scope = None
        self.migrating = False
        self.table = ""

    def _open_span(self, span: ModuleSpan) -> None:
        self._leave(span.start)
        line = self.data.count(b"\n", 0, span.start) + 1
        end_line = self.data.count(b"\n", 0, span.end) + 1
        self.open_module(span.name, None, line, end_line, span.end)

    # -- nodes ---------------------------------------------------------------------------------

    def _alias(self, node: Node) -> list[Node] | None:
        if self.module is not None:
            name = expand(self.text.of(node), self.aliases)
            self.module.mentions.add(name)
            if name in _CHILD_CACHES:
                parent = node.parent
                if parent is not None and parent.kind_id == TUPLE:
                    named = self.text.options(parent.named_children).get("name")
                    if named is not None:
                        runtime.add_touch(self.module, "caches", "start", named, self.clause)
        return None

    def _sigil(self, node: Node) -> list[Node] | None:
        if self.data[node.start_byte : node.start_byte + 2] == b"~H":
            if self.module is not None:
                read_template(self.text.of(node), line_of(node), self.module, self.aliases)
            return None
        return node.named_children

    def _binary(self, node: Node) -> list[Node] | None:
        children: list[Node] = node.named_children
        if len(children) >= 2:
            left, right = children[0], children[-1]
            operator = self.data[left.end_byte : right.start_byte].strip()
            if operator == b"|>":
                self.piped[right.id] = left
            elif operator == b"=" and self.clause is not None and left.kind_id == IDENTIFIER:
                self.clause.bindings.setdefault(self.text.of(left), []).append(right)
        return children

    def _unary(self, node: Node) -> list[Node] | None:
        first = self.data[node.start_byte]
        children: list[Node] = node.named_children
        if first == 0x40:
            return self._attribute(children[0]) if children and children[0].kind_id == CALL else None
        if first == 0x26 and children and children[0].kind_id == BINARY and self.module is not None:
            ends = children[0].named_children
            if len(ends) == 2 and ends[0].kind_id == CALL and ends[1].kind_id == INTEGER:
                self._capture(ends[0], ends[1])
                return None
        return children

    def _capture(self, call: Node, arity: Node) -> None:
        target = call.named_child(0)
        if target is None or target.kind_id != DOT or self.module is None:
            return
        name = module_name(target.named_children[0], self.text, self.aliases, self.module.name)
        digits = self.text.of(arity)
        if name and digits.isdecimal() and len(digits) < 4:
            self.module.add_call(name, self.text.of(target.named_children[-1]), int(digits), line_of(call))

    def _attribute(self, call: Node) -> list[Node] | None:
        children: list[Node] = call.named_children
        name = self.text.raw(children[0])
        given = arguments(call)
        module = self.module
        if module is None or not given:
            return None
        if name in _TYPES:
            if name.endswith(b"callback"):
                module.kinds.add("behaviour")
            return None
        if name == b"moduledoc":
            module.doc = self.text.literal(given[0]) or ""
            return None
        if name == b"doc":
            if given[0].kind_id in (STRING, SIGIL):
                module.pending_doc = first_paragraph(self.text.literal(given[0]) or "")
            return None
        if name == b"behaviour":
            behaviour = module_name(given[0], self.text, self.aliases, module.name)
            if behaviour:
                module.add_reference("behaviour", behaviour, line_of(call))
                kind = kinds.kind_of_behaviour(behaviour)
                if kind:
                    module.kinds.add(kind)
            return None
        if name == b"disable_ddl_transaction" and self.migration is not None and self.migrating:
            self.migration.concurrent |= self.text.raw(given[0]) == b"true"
        module.attributes[self.text.of(children[0])] = given[0]
        return given

    def _call(self, node: Node) -> list[Node] | None:
        children: list[Node] = node.named_children
        target = children[0]
        kind = target.kind_id
        if kind == IDENTIFIER:
            return self._local(node, self.text.raw(target), children)
        if kind == DOT and self.module is not None:
            return self._remote(node, target, children)
        return children

    def _remote(self, node: Node, target: Node, children: list[Node]) -> list[Node] | None:
        ends = target.named_children
        module = self.module
        if len(ends) != 2 or module is None:
            return children
        owner = ends[0]
        if owner.kind_id == ATOM:
            name = self.text.of(owner)
        else:
            name = module_name(owner, self.text, self.aliases, module.name)
            if not name:
                return children
        function = self.text.of(ends[1])
        given = arguments(node)
        piped = self.piped.pop(node.id, None)
        if piped is not None:
            given.insert(0, piped)
        block = children[-1] if do_block(node) is not None else None
        module.add_call(name, function, len(given) + (block is not None), line_of(ends[1]))
        runtime.note_touch(module, name, function, given, self.clause, self.text)
        position = STARTERS.get((name, function))
        if position is not None and len(given) > position:
            module.supervised.append((given[position], self.clause))
        return children[1:]

    # -- local calls ---------------------------------------------------------------------------

    def _local(self, node: Node, name: bytes, children: list[Node]) -> list[Node] | None:
        if name in functions.DEFINITIONS:
            return self._definition(node, name, children)
        if name in (b"alias", b"import", b"require", b"use"):
            return self._reference(node, name, children)
        if name in (b"defmodule", b"defprotocol", b"defimpl"):
            return self._module(node, name, children)
        if self.module is None:
            return children
        if self.scope is not None and self.clause is None and name in routes.ROUTING:
            return self._routing(node, name, children)
        if self.migrating and name in migrations.STEPS and self.migration is not None:
            return self._migration_step(node, name, children)
        if self.clause is None:
            return self._declaration(node, name, children)
        if (
            name.decode("utf-8", "replace") in runtime.METRICS
            and ("import", "Telemetry.Metrics", "") in self.module.references
        ):
            given = arguments(node)
            if given:
                runtime.add_touch(self.module, "telemetry", "metric", given[0], self.clause)
        return children

    def _definition(self, node: Node, name: bytes, children: list[Node]) -> list[Node] | None:
        if self.module is None or self.clause is not None:
            return children
        keyword = functions.DEFINITIONS[name]
        clause = functions.read_clause(node, self.text, keyword, self.module)
        if clause is None:
            return children
        self._enter(node.end_byte)
        self.clause = clause
        if clause.name == "down":
            self.migrating = False
        if keyword == "defdelegate":
            options = self.text.options(arguments(node))
            owner = options.get("to")
            full = module_name(owner, self.text, self.aliases, self.module.name) if owner is not None else ""
            if full:
                target = self.text.literal(options["as"]) if "as" in options else None
                self.module.add_call(full, target or clause.name, clause.arity, line_of(node))
        elif keyword == "def" and runtime.speaks_of_flags(self.module.name) and clause.name.endswith("?"):
            first = clause.parameters[0] if clause.parameters else None
            if first is not None and first.kind_id in (ATOM, STRING):
                runtime.add_touch(self.module, "flags", "define", first, clause)
        return children[1:]

    def _reference(self, node: Node, name: bytes, children: list[Node]) -> list[Node] | None:
        given = arguments(node)
        if not given:
            return children
        current = self.module.name if self.module is not None else ""
        keyword = name.decode()
        options = self.text.options(given)
        found = named_modules(given[0], self.text, self.aliases, current)
        as_node = options.get("as")
        as_name = self.text.of(as_node) if as_node is not None else ""
        if keyword == "alias":
            fresh = {as_name or full.rpartition(".")[2]: full for full in found}
            self.aliases = {**self.aliases, **fresh}
        elif keyword == "require" and as_name and found:
            self.aliases = {**self.aliases, as_name: found[0]}
        if self.module is None:
            return None
        for full in found:
            self.module.add_reference(keyword, full, line_of(node), as_name)
        if keyword == "use" and found and self.clause is None:
            self._use(found[0], given, self.module)
        return given[1:] if keyword == "use" else None

    def _use(self, full: str, given: list[Node], module: ModuleDraft) -> None:
        atom = self.text.literal(given[1]) or "" if len(given) > 1 and given[1].kind_id == ATOM else ""
        kind = kinds.kind_of_use(full, atom)
        if not kind:
            return
        module.kinds.add(kind)
        if kinds.keeps_options(kind) and len(given) > 1 and given[-1].kind_id in (KEYWORDS, LIST):
            module.options = module.options or self.text.one_line(given[-1])
        if kind == "router":
            self.scope = routes.Scope()
            self.router.current = module.name
        elif kind == "migration":
            self.migrating = True
            if self.migration is None:
                self.migration = migrations.MigrationDraft(module.name, module.line)

    def _module(self, node: Node, name: bytes, children: list[Node]) -> list[Node] | None:
        given = arguments(node)
        current = self.module.name if self.module is not None else ""
        if not given or node.start_byte in self.told:
            return children[1:]
        written = module_name(given[0], self.text, {} if name == b"defmodule" else self.aliases, current)
        if not written:
            return children
        block = do_block(node)
        kind = {b"defprotocol": "protocol", b"defimpl": "implementation"}.get(name, "")
        full = f"{current}.{written}" if current and given[0].kind_id == ALIAS else written
        if name == b"defmodule" and current and given[0].kind_id == ALIAS:
            head = written.partition(".")[0]
            self.aliases = {**self.aliases, head: f"{current}.{head}"}
        if name == b"defimpl":
            target = self.text.options(given).get("for")
            owner = module_name(target, self.text, self.aliases, current) if target is not None else current
            full = f"{written}.{owner}" if owner else written
        self.open_module(full, node, line_of(node), end_line_of(node), node.end_byte, kind)
        return [block] if block is not None else given[1:]

    def _routing(self, node: Node, name: bytes, children: list[Node]) -> list[Node] | None:
        assert self.scope is not None
        inside = self.router.read(name, node, self.scope, self.aliases)
        block = do_block(node)
        if block is None:
            self.scope = inside if name == b"pipe_through" else self.scope
            return children[1:]
        self._enter(node.end_byte)
        self.scope = inside
        return children[1:]

    def _migration_step(self, node: Node, name: bytes, children: list[Node]) -> list[Node] | None:
        assert self.migration is not None
        table = migrations.read_step(self.migration, name, node, self.text, self.table)
        if table and do_block(node) is not None:
            self._enter(node.end_byte)
            self.table = table
        return children[1:]

    def _declaration(self, node: Node, name: bytes, children: list[Node]) -> list[Node] | None:
        """A call in a module's body: schema, field, association, feature definition, or some other macro."""
        module = self.module
        assert module is not None
        if name in (b"schema", b"embedded_schema"):
            found = schemas.read_schema(node, self.text, name == b"embedded_schema")
            if found is not None:
                module.schema = module.schema or found
                module.kinds.add("embedded_schema" if name == b"embedded_schema" else "schema")
                self._enter(node.end_byte)
                self.schema = found
        elif self.schema is not None and (name in schemas.ASSOCIATIONS or name in (b"field", b"timestamps")):
            schemas.read_entry(self.schema, name, node, self.text, self.aliases, module.name)
            if name.startswith(b"embeds_") and do_block(node) is not None:
                self._inline_embed(node)
        elif name.decode("utf-8", "replace") in runtime.FLAG_DEFINITIONS:
            given = arguments(node)
            if given and given[0].kind_id in (ATOM, STRING):
                runtime.add_touch(module, "flags", "define", given[0], None)
        return children[1:]

    def _inline_embed(self, node: Node) -> None:
        """`embeds_one :address, Address do … end` defines a module of its own below this one."""
        given = arguments(node)
        if len(given) < 2 or given[1].kind_id != ALIAS or self.module is None:
            return
        name = f"{self.module.name}.{self.text.of(given[1])}"
        self.open_module(name, node, line_of(node), end_line_of(node), node.end_byte, "embedded_schema")
        self.schema = SchemaDraft("", line_of(node))
        if self.module is not None:
            self.module.schema = self.schema


def first_paragraph(text: str) -> str:
    """The text up to the first blank line, on one line."""
    return " ".join(text.strip().split("\n\n", 1)[0].split())


def freeze(draft: ModuleDraft, path: str, text: Text, aliases: Aliases) -> Module:
    """The outline of a module whose end was reached; `aliases` are those in force at its end."""
    settled = runtime.settle_touches(draft, text)
    found_kinds = kinds.settle_kinds(draft)
    known = set(found_kinds)
    calls = tuple(Call(*key, line) for key, line in draft.calls.items())
    schema = draft.schema
    return Module(
        name=draft.name,
        path=path,
        line=draft.line,
        end_line=draft.end_line,
        kinds=found_kinds,
        doc=draft.doc.strip(),
        options=draft.options,
        functions=tuple(function.freeze() for function in draft.functions.values()),
        references=tuple(draft.references.values()),
        schema=Schema(schema.table, schema.line, tuple(schema.fields), tuple(schema.associations)) if schema else None,
        callbacks=tuple(use for use in draft.callbacks if functions.is_live_callback(use.kind, known)),
        telemetry=settled.get("telemetry", ()),
        topics=settled.get("topics", ()),
        caches=settled.get("caches", ()),
        flags=settled.get("flags", ()),
        children=find_children(draft, text, aliases),
        calls=calls,
        mentions=tuple(sorted(draft.mentions - {call.module for call in calls} - {draft.name})),
    )
