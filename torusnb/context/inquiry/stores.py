"""What reads and what writes a table: the repo, multis, queries, associations and raw SQL."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from torusnb.context.inquiry.answers import BY_NAME, Answer
from torusnb.context.inquiry.calls import Calls
from torusnb.context.inquiry.queries import association_relation, given_to, is_doc, query_relation
from torusnb.context.inquiry.scope import Scope
from torusnb.context.inquiry.sources import SourceFile, Sources, words
from torusnb.context.inquiry.subjects import Subjects, Tables, variable_name
from torusnb.elixir.syntax import ATOM, CALL, DOT, IDENTIFIER
from torusnb.models.codebase import CodeMap

_WRITE = re.compile(rb"\.((?:insert_or_update|insert_all|update_all|delete_all|insert|update|delete)!?)(?=[\s(])")
_OWNER = re.compile(rb"(\w*Repo|Multi|repo)$")
_ALONG = re.compile(rb"(cast_assoc|put_assoc)\(")
_WRITING = (b"Repo.", b"Multi.", b"repo.", b"_assoc(", b"INSERT ", b"UPDATE ", b"DELETE ", b"TRUNCATE ", b"execute")
_READING = (b"Repo.", b"repo.", b"from", b"join", b"preload", b"FROM ", b"JOIN ", b"Query")
_SQL = re.compile(
    rb"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|MERGE\s+INTO|COPY|FROM|JOIN)\s+(?:ONLY\s+)?"
    rb"(?:\"?public\"?\.)?\\?\"?$",
    re.IGNORECASE,
)
_SQL_READS = frozenset(("FROM", "JOIN"))
_STATEMENT = re.compile(r"^\s*(select|with|insert|update|delete|merge|truncate|copy|explain)\b", re.IGNORECASE)


class Stores:
    """The accesses to the tables of one code map.

    Attributes:
        untold: Places of writes whose table cannot be told, in the files read so far.
    """

    def __init__(self, code_map: CodeMap, sources: Sources, scope: Scope, calls: Calls) -> None:
        """The tables of that map."""
        self._map = code_map
        self._sources = sources
        self._scope = scope
        self._calls = calls
        self.subjects = Subjects(code_map, scope)
        self.untold: set[str] = set()
        self._written: dict[str, tuple[tuple[str, Answer, tuple[int, int]], ...]] = {}

    def schemas_of(self, table: str) -> tuple[str, ...]:
        """The schema modules that map a table, sorted."""
        return tuple(sorted(name for name, mapped in self.subjects.table_of.items() if mapped == table))

    def writers(self, table: str) -> tuple[tuple[Answer, ...], tuple[str, ...]]:
        """Every line that writes the table, and the files that were read."""
        paths = self._candidates(table, _WRITING)
        rows = [row for path in paths for name, row, _ in self.written_in(self._sources[path]) if name == table]
        for path in paths:
            rows += [row for word, row in self._raw(self._sources[path], table) if word not in _SQL_READS]
        return tuple(sorted(dict.fromkeys(rows), key=lambda row: (row.place, row.relation))), paths

    def _candidates(self, table: str, needed: tuple[bytes, ...]) -> tuple[str, ...]:
        """The files that name the table or one of its schemas or associations, or use a variable called like one."""
        names = {name.rpartition(".")[2] for name in self.schemas_of(table)}
        words = {table, *names, *map(variable_name, names), *self.association_names.get(table, {})}
        wanted = sorted((word.encode() for word in words), key=len)
        found = []
        for file in self._map.files:
            data = self._sources[file.path].data
            if any(word in data for word in wanted) and any(word in data for word in needed):
                found.append(file.path)
        return tuple(found)

    @cached_property
    def association_names(self) -> dict[str, dict[str, bool]]:
        """Table to the names of associations that lead to it; whether a name leads nowhere else."""
        targets: dict[str, set[str]] = defaultdict(set)
        for module in self._map.modules.values():
            for association in module.schema.associations if module.schema is not None else ():
                table = self.subjects.table_of.get(association.module)
                if table:
                    targets[association.name].add(table)
        found: dict[str, dict[str, bool]] = defaultdict(dict)
        for name, tables in sorted(targets.items()):
            for table in sorted(tables):
                found[table][name] = len(tables) == 1
        return found

    def written_in(self, file: SourceFile) -> tuple[tuple[str, Answer, tuple[int, int]], ...]:
        """`(table, row, bytes of the call)` of every write in a file whose table can be told."""
        known = self._written.get(file.path)
        if known is None:
            known = self._written[file.path] = (*self._repo_writes(file), *self._writes_along(file))
        return known

    def _repo_writes(self, file: SourceFile) -> Iterator[tuple[str, Answer, tuple[int, int]]]:
        for match in file.find(_WRITE):
            owner = _OWNER.search(file.data, max(0, match.start() - 60), match.start())
            node = file.node_at(match.start(1), match.end(1)) if owner is not None else None
            dot = node.parent if node is not None else None
            call = dot.parent if dot is not None and dot.kind_id == DOT else None
            if owner is None or node is None or call is None or call.kind_id != CALL:
                continue
            given = given_to(call)
            position = 2 if owner[1] == b"Multi" else 0
            if len(given) <= position:
                continue
            written = f"{owner[1].decode()}.{match[1].decode()}"
            tables = self.subjects.of(given[position], file)
            if not tables:
                self.untold.add(f"{file.path}:{node.start_point[0] + 1}")
            for table, sure in tables.items():
                yield table, self._row(file, node, written, sure), (call.start_byte, call.end_byte)

    def _writes_along(self, file: SourceFile) -> Iterator[tuple[str, Answer, tuple[int, int]]]:
        """`cast_assoc` and `put_assoc`: the association's table is written together with its owner."""
        for match in file.find(_ALONG):
            node = file.node_at(match.start(1), match.end(1))
            call = node.parent if node is not None else None
            if node is None or node.kind_id != IDENTIFIER or call is None or call.kind_id != CALL:
                continue
            given = given_to(call)
            if len(given) < 2 or given[1].kind_id != ATOM:
                continue
            name = file.text.of(given[1])[1:]
            owners = self.subjects.of(given[0], file)
            if not any(owners.values()):
                owners = self._own_table(file, node) or owners
            for table, sure in self._association_tables(name, owners).items():
                relation = f"{match[1].decode()} :{name}, written with its owner"
                yield table, self._row(file, node, relation, sure), (call.start_byte, call.end_byte)

    def _own_table(self, file: SourceFile, node: Node) -> Tables:
        module = file.module_at(node.start_point[0] + 1)
        table = self.subjects.table_of.get(module.name) if module is not None else None
        return {table: True} if table else {}

    def _association_tables(self, name: str, owners: Tables) -> Tables:
        found: Tables = {}
        for schema, table in self.subjects.table_of.items():
            if owners and table not in owners:
                continue
            module = self._map.modules[schema]
            for association in module.schema.associations if module.schema is not None else ():
                if association.name == name:
                    through = association.through if association.kind == "many_to_many" else ""
                    for target in (self.subjects.table_of.get(association.module), self._through(through)):
                        if target:
                            found[target] = bool(owners) and owners[table]
        return found

    def _through(self, through: str) -> str:
        return self.subjects.table_of.get(through, "" if through[:1].isupper() else through)

    def _raw(self, file: SourceFile, table: str) -> Iterator[tuple[str, Answer]]:
        """SQL in a text that names the table, with the word before it."""
        for start, end in words(file.data, table.encode()):
            match = _SQL.search(file.data, max(0, start - 40), start)
            if match is None or file.data[end : end + 1] == b".":
                continue
            node = file.node_at(match.start(1), end)
            if node is None or node.type not in ("quoted_content", "string", "sigil"):
                continue
            string = node.parent if node.type == "quoted_content" and node.parent is not None else node
            word = " ".join(match[1].decode().upper().split())
            told = file.data[match.start(1) : match.end(1)].isupper() or _STATEMENT.match(
                file.text.of(node).lstrip("\"'~sS(|[{\n ")
            )
            if told and not is_doc(string, file):
                line = file.line_at(start)
                caller = self._calls.caller_of(string, file, line)
                yield word, self._calls.answer(file, file.module_at(line), caller, line, f"SQL: {word}")

    def readers(self, table: str) -> tuple[tuple[Answer, ...], int]:
        """Every line that reads the table, and how many files were read."""
        paths = self._candidates(table, _READING)
        rows: list[Answer] = []
        for path in paths:
            file = self._sources[path]
            writes = [span for _, _, span in self.written_in(file)]
            rows += self._queries(file, table, writes)
            rows += self._by_association(file, table)
            rows += [row for word, row in self._raw(file, table) if word in _SQL_READS]
        return tuple(sorted(dict.fromkeys(rows), key=lambda row: (row.place, row.relation))), len(paths)

    def raw_users(self, table: str) -> tuple[Answer, ...]:
        """The lines that name the table itself, in SQL, a query or a write, and so use no schema."""
        quoted = f'"{table}"'
        rows: list[Answer] = []
        for path in self._candidates(table, _WRITING + _READING):
            file = self._sources[path]
            rows += [row for _, row in self._raw(file, table)]
            if quoted.encode() in file.data:
                rows += [row for name, row, _ in self.written_in(file) if name == table and quoted in row.quote]
                rows += [row for row in self._queries(file, table, []) if quoted in row.quote]
        return tuple(sorted(dict.fromkeys(rows), key=lambda row: (row.place, row.relation)))

    def _queries(self, file: SourceFile, table: str, writes: list[tuple[int, int]]) -> Iterator[Answer]:
        """Queries that name a schema or the table itself; those that a write consists of are left out."""
        names = {schema.rpartition(".")[2] for schema in self.schemas_of(table)}
        found = [at for name in sorted(names) for at in words(file.data, name.encode())]
        found += [(start - 1, end + 1) for start, end in words(file.data, table.encode())]
        if any(module.name in self.schemas_of(table) for module in file.modules):
            found += list(words(file.data, b"__MODULE__"))
        for start, end in sorted(found):
            if file.data[end : end + 1] in (b".", b"{") or file.data[start - 1 : start] == b"%":
                continue
            if any(first <= start < last for first, last in writes):
                continue
            node = file.node_at(start, end)
            if node is None or not self.subjects.of(node, file).get(table):
                continue
            relation = query_relation(node, file)
            if relation:
                yield self._row(file, node, relation, True)

    def _by_association(self, file: SourceFile, table: str) -> Iterator[Answer]:
        names = self.association_names.get(table, {})
        if not names or not re.search(rb"preload|assoc\(", file.data):
            return
        for name in names:
            for start, end in words(file.data, name.encode()):
                atom = file.data[start - 1 : start] == b":"
                node = (
                    file.node_at(start - atom, end + (not atom)) if atom or file.data[end : end + 1] == b":" else None
                )
                relation = association_relation(node, file) if node is not None else ""
                if node is not None and relation:
                    yield self._row(file, node, f"{relation} :{name}", names[name])

    def _row(self, file: SourceFile, node: Node, relation: str, sure: bool) -> Answer:
        line = node.start_point[0] + 1
        caller = self._calls.caller_of(node, file, line)
        row = self._calls.answer(file, file.module_at(line), caller, line, relation)
        return row if sure else Answer(row.what, row.place, row.quote, row.relation, row.layer, sure=BY_NAME)
