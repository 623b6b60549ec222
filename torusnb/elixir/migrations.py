"""Migrations: what they do when they are applied, step by step. What `down` undoes is left out."""

from __future__ import annotations

import re

from msgspec.structs import replace
from tree_sitter import Node

from torusnb.elixir.ddl import is_concurrent, parse_ddl
from torusnb.elixir.draft import Bindings, Clause, ModuleDraft
from torusnb.elixir.migration_steps import MigrationDraft, Visit, variable
from torusnb.elixir.schemas import timestamp_fields
from torusnb.elixir.syntax import (
    BINARY,
    CALL,
    COMMENT,
    ELSE_BLOCK,
    IDENTIFIER,
    KEYWORDS,
    LIST,
    STRING,
    TUPLE,
    Text,
    arguments,
    do_block,
    first_child,
    line_of,
    operator_of,
)
from torusnb.elixir.values import list_members, value_name
from torusnb.models.database import Constraint, Field, Index, Step

_CREATES = frozenset((b"create", b"create_if_not_exists"))
_DROPS = frozenset((b"drop", b"drop_if_exists"))
_ADDS = frozenset((b"add", b"add_if_not_exists", b"modify"))
_REMOVES = frozenset((b"remove", b"remove_if_exists"))
STEPS = _CREATES | _DROPS | _ADDS | _REMOVES | {b"alter", b"rename", b"timestamps", b"execute"}
_CAPTURE = re.compile(r"&\s*(\w+[?!]?)\s*/\s*\d+$")
_DIRECTION = re.compile(rb"direction(?:\(\))?\s*==\s*:(up|down)$")
_IF_NEEDED = (b"_if_exists", b"_if_not_exists")


class StepReader:
    """Reads one call of a migration at the place where it stands."""

    def __init__(self, migration: MigrationDraft, module: ModuleDraft, clause: Clause | None, text: Text) -> None:
        self.migration = migration
        self.module = module
        self.clause = clause
        self.text = text

    def read(self, name: bytes, call: Node, given: list[Node], tables: tuple[str, ...]) -> tuple[str, ...]:
        """Add what a step does; gives the tables whose block the step opens."""
        if self.migration.is_undone(call.start_byte):
            return ()
        if name == b"timestamps":
            self._timestamps(given, line_of(call), tables)
        elif not given:
            return ()
        elif name in _ADDS or name in _REMOVES:
            self._column(name, given, tables)
        elif name == b"execute":
            self._execute(given[0])
        elif name == b"rename":
            self._rename(given)
        else:
            return self._object(name, given[0])
        return ()

    def visit(self, name: str, call: Node) -> None:
        """Note a call of what may be one of the migration's own functions."""
        if not self.migration.is_undone(call.start_byte):
            arguments_ = tuple(self._names(node)[0] for node in arguments(call) if node.kind_id != KEYWORDS)
            self.migration.current.append(Visit(name, arguments_))

    def branch(self, call: Node) -> None:
        """Note what `if direction() == :up` leaves out when the migration is applied."""
        given, block = arguments(call), do_block(call)
        found = _DIRECTION.search(self.text.raw(given[0])) if given else None
        if found is None or block is None:
            return
        other = next((part for part in block.named_children if part.kind_id == ELSE_BLOCK), None)
        end = other.start_byte if other is not None else block.end_byte
        if found[1] == b"down":
            self.migration.undone.append((block.start_byte, end))
        elif other is not None:
            self.migration.undone.append((other.start_byte, other.end_byte))

    def _add(self, step: Step) -> None:
        self.migration.current.append(step)

    def _names(self, node: Node) -> tuple[str, ...]:
        """What a node names: a literal, each value of a loop's variable, or a mark for a function's parameter."""
        written = self.text.literal(node)
        if written is not None:
            return (written,)
        if node.kind_id == IDENTIFIER:
            looped = self._loop_values(node)
            if looped:
                return looped
        known = value_name(node, self.text, self.module, self._bindings(node))
        if known is not None:
            return (known,)
        return (variable(self.text.of(node)) if node.kind_id == IDENTIFIER else self.text.one_line(node, 120),)

    def _bindings(self, node: Node) -> Bindings:
        """What is bound where a node stands."""
        return self.clause.bound_before(node.start_byte) if self.clause else {}

    def _loop_values(self, node: Node) -> tuple[str, ...]:
        """The literals that `for x <- [...]` or `Enum.each([...], fn x -> …)` around a variable gives it."""
        wanted, limit = self.text.raw(node), self.clause.node.id if self.clause else -1
        around = node.parent
        while around is not None and around.id != limit:
            if around.kind_id == CALL:
                for source in _loop_sources(around, wanted, self.text):
                    members = list_members(source, self.text, self.module, self._bindings(source))
                    return tuple(name for member in members for name in self.text.atoms(member))
            around = around.parent
        return ()

    def _timestamps(self, given: list[Node], line: int, tables: tuple[str, ...]) -> None:
        options = self.text.options(given)
        null = "null" in options and self.text.raw(options["null"]) == b"true"
        default = self.text.one_line(options["default"], 120) if "default" in options else ""
        for table in tables:
            for stamp in timestamp_fields(given, self.text, line, ":naive_datetime"):
                column = Field(stamp.name, stamp.type, line, table, null=null, default=default)
                self._add(Step("add", table, line, stamp.name, column=column, prefix=self.migration.prefix))

    def _column(self, name: bytes, given: list[Node], tables: tuple[str, ...]) -> None:
        options = self.text.options(given)
        typed = given[1] if len(given) > 1 and given[1].kind_id != KEYWORDS else None
        kind = self.text.one_line(typed, 120) if typed is not None else ""
        target, key = self._references(typed) if typed is not None else ("", "")
        default = self.text.one_line(options["default"], 120) if "default" in options else ""
        primary = "primary_key" in options and self.text.raw(options["primary_key"]) == b"true"
        null = "null" not in options or self.text.raw(options["null"]) != b"false"
        told = {
            "null": "null" in options,
            "default": "default" in options,
            "type": bool(kind),
            "references": bool(target) or self._drops_reference(options),
        }
        sets = tuple(name for name, is_told in told.items() if is_told)
        step = "modify" if name == b"modify" else "add" if name in _ADDS else "remove"
        line, spare = line_of(given[0]), name.endswith(_IF_NEEDED)
        for table in tables:
            for column in self._names(given[0]):
                field = Field(column, kind, line, table, null and not primary, default, target, foreign_key=key)
                kept = sets if step == "modify" else ()
                made = Step(step, table, line, column, column=field, sets=kept, if_needed=spare)
                self._add(replace(made, prefix=self.migration.prefix))

    def _references(self, typed: Node) -> tuple[str, str]:
        """The table that a type refers to, and the name it gives the constraint; both empty for any other type."""
        target, given = self._called(typed)
        if target != b"references" or not given:
            return "", ""
        options = self.text.options(given)
        return self._names(given[0])[0], self._names(options["name"])[0] if "name" in options else ""

    def _drops_reference(self, options: dict[str, Node]) -> bool:
        """Whether `modify` tells that the column referred to a table before: Ecto then drops the old constraint."""
        before = options.get("from")
        if before is not None and before.kind_id == TUPLE and before.named_children:
            before = before.named_children[0]
        return before is not None and self._references(before)[0] != ""

    def _prefix(self, given: list[Node]) -> str:
        """The prefix among the options, where it can be known before the migration runs; empty for `public`."""
        written = self.text.options(given).get("prefix")
        if written is None:
            return ""
        known = value_name(written, self.text, self.module, self._bindings(written))
        prefix = self.text.literal(written) or known or ""
        if not prefix and written.kind_id == IDENTIFIER:
            prefix = self._names(written)[0]
        return "" if prefix == "public" else prefix

    def _execute(self, node: Node) -> None:
        captured = _CAPTURE.match(self.text.of(node)) if node.end_byte - node.start_byte < 100 else None
        if captured:
            self.migration.current.append(Visit(captured[1], ()))
            return
        sources = list_members(node, self.text, self.module, {}) if node.kind_id == LIST else [node]
        for source in sources:
            heredoc = source.kind_id == STRING and self.text.raw(source).startswith(b'"""')
            for sql in self._names(source):
                self.migration.concurrent |= is_concurrent(sql)
                for step in parse_ddl(sql, line_of(source) + heredoc):
                    self._add(step)

    def _rename(self, given: list[Node]) -> None:
        what, inner = self._called(given[0])
        to = self.text.options(given).get("to")
        if to is None or not inner:
            return
        line, prefix = line_of(given[0]), self._prefix(inner)
        table = self._names(inner[0])[0]
        if what == b"index":
            index = self._index(inner, table, line, unique=False)
            step = Step("rename_index", table, line, index.name, self._names(to)[0], index=index)
        elif len(given) > 1 and given[1].kind_id != KEYWORDS:
            step = Step("rename_column", table, line, self._names(given[1])[0], self._names(to)[0])
        else:
            _, target = self._called(to)
            if not target:
                return
            step = Step("rename_table", table, line, to=self._names(target[0])[0])
        self._add(replace(step, prefix=prefix))

    def _called(self, node: Node) -> tuple[bytes, list[Node]]:
        """The name and the arguments of `table(:a)`, `index(:a, [:b])` and the like."""
        target = first_child(node) if node.kind_id == CALL else None
        return (self.text.raw(target), arguments(node)) if target is not None else (b"", [])

    def _object(self, name: bytes, node: Node) -> tuple[str, ...]:
        """A table, index or constraint that a step creates, alters or drops."""
        what, inner = self._called(node)
        if not inner:
            return ()
        tables, line, spare = self._names(inner[0]), line_of(node), name.endswith(_IF_NEEDED)
        word = "create" if name in _CREATES else "drop" if name in _DROPS else "alter"
        prefix = self._prefix(inner)
        if what == b"table":
            self.migration.prefix = prefix
        for table in tables:
            if what == b"table":
                column = self._primary_key(inner, table, line) if word == "create" else None
                self._add(Step(f"{word}_table", table, line, column=column, if_needed=spare, prefix=prefix))
            elif what in (b"index", b"unique_index") and len(inner) > 1 and word != "alter":
                index = self._index(inner, table, line, unique=what == b"unique_index")
                step = Step(f"{word}_index", table, line, index.name, index=index, if_needed=spare, prefix=prefix)
                self._add(step)
            elif what == b"constraint" and len(inner) > 1 and word != "alter":
                self._add(replace(self._constraint(word, inner, table, line, spare), prefix=prefix))
        return tables if what == b"table" else ()

    def _primary_key(self, inner: list[Node], table: str, line: int) -> Field | None:
        written = self.text.options(inner).get("primary_key")
        if written is None or self.text.raw(written) == b"true":
            return Field("id", ":bigserial", line, table, null=False)
        options = self.text.options([written])
        if not options:
            return None
        name = self._names(options["name"])[0] if "name" in options else "id"
        kind = self.text.one_line(options["type"], 120) if "type" in options else ":bigserial"
        return Field(name, kind, line, table, null=False)

    def _index(self, inner: list[Node], table: str, line: int, unique: bool) -> Index:
        options = self.text.options(inner)
        self.migration.concurrent |= "concurrently" in options and self.text.raw(options["concurrently"]) == b"true"
        unique = unique or ("unique" in options and self.text.raw(options["unique"]) == b"true")
        columns = self._columns(inner[1]) if len(inner) > 1 else ()
        name = self._names(options["name"])[0] if "name" in options else ""
        where = self._joined(options["where"]) or self.text.one_line(options["where"]) if "where" in options else ""
        return Index(table, columns, line, unique, name, where)

    def _columns(self, node: Node) -> tuple[str, ...]:
        if node.kind_id == LIST:
            return tuple(self._names(part)[0] for part in node.named_children if part.kind_id != COMMENT)
        return self.text.atoms(node) or self._names(node)

    def _joined(self, node: Node) -> str:
        """The text of a literal, or of literals joined by `<>`; empty where a part of it is something else."""
        if node.kind_id == BINARY and operator_of(node) == "<>":
            parts = [self._joined(part) for part in node.named_children]
            return "".join(parts) if all(parts) else ""
        return self.text.literal(node) or ""

    def _constraint(self, word: str, inner: list[Node], table: str, line: int, spare: bool) -> Step:
        name, options = self._names(inner[1])[0], self.text.options(inner)
        if word == "drop":
            return Step("drop_constraint", table, line, name, if_needed=spare)
        kind = "exclude" if "exclude" in options else "check"
        written = options.get(kind)
        said = (self._joined(written) or self._names(written)[0]) if written is not None else ""
        text = " ".join(said.split())
        constraint = Constraint(table, name, kind, text, line)
        return Step("create_constraint", table, line, name, constraint=constraint, if_needed=spare)


def _loop_sources(call: Node, variable_name: bytes, text: Text) -> list[Node]:
    """What a loop runs over, when the call is a loop that gives the variable its value."""
    target, given = first_child(call), arguments(call)
    if target is None or not given:
        return []
    if text.raw(target) == b"for":
        arrows = [node for node in given if node.kind_id == BINARY and operator_of(node) == "<-"]
        return [n.named_children[-1] for n in arrows if text.raw(n.named_children[0]) == variable_name]
    if text.raw(target) == b"Enum.each" and len(given) == 2:
        opening = re.match(rb"fn\s*+(?:\(\s*+)?(\w++)\s*+(?:\)\s*+)?->", text.raw(given[1]))
        return [given[0]] if opening and opening[1] == variable_name else []
    return []
