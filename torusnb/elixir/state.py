"""Where in a file the walk is: the module, the function, and what else holds at this point of the text."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir import functions, jobs, kinds, routes, runtime
from torusnb.elixir.children import find_children
from torusnb.elixir.draft import Bindings, Clause, ModuleDraft, SchemaDraft
from torusnb.elixir.migration_steps import MigrationDraft
from torusnb.elixir.names import Aliases, expand
from torusnb.elixir.patterns import function_texts
from torusnb.elixir.spans import ModuleSpan
from torusnb.elixir.syntax import Text
from torusnb.models.codebase import Schedule
from torusnb.models.modules import Call, Module, Schema, Use

# What held before a block was entered, to be put back at its end: limit, module, clause, aliases, schema, scope,
# migrating, tables and quiet as in `State`, and whether the block is a module. A tuple, because there is one for every
# function, and a class takes five times as long to make.
_Block = tuple[
    int,
    ModuleDraft | None,
    Clause | None,
    Aliases,
    SchemaDraft | None,
    routes.Scope | None,
    bool,
    tuple[str, ...],
    bool,
    bool,
]


class State:
    """One file's findings, and what holds at the point the walk has reached.

    Attributes:
        limit: The byte at which the innermost block ends.
        told: Bytes at which modules begin whatever the tree says.
        tables: Those whose block a migration is in.
        skipping: Functions need not be walked.
        quiet: The function here is not; but for a few its local calls mean nothing.
        schedules, queues: What Oban is configured with, here and in the modules that have ended.
    """

    def __init__(self, path: str, text: Text) -> None:
        self.path = path
        self.text = text
        self.modules: list[Module] = []
        self.router = routes.RouteReader(path, text)
        self.migration: MigrationDraft | None = None
        self.told: frozenset[int] = frozenset()
        self.limit = len(text.data) + 1
        self.module: ModuleDraft | None = None
        self.clause: Clause | None = None
        self.aliases: Aliases = {}
        self.schema: SchemaDraft | None = None
        self.scope: routes.Scope | None = None
        self.migrating = False
        self.tables: tuple[str, ...] = ()
        self.skipping = False
        self.quiet = False
        self.schedules: list[Schedule] = []
        self.queues: list[Use] = []
        self._outside = ModuleDraft("", 1, 1)
        self._outer_bindings: Bindings = {}
        self._blocks: list[_Block] = []
        self._expanded: dict[bytes, str] = {}
        self._expanded_with: Aliases = self.aliases

    @property
    def bindings(self) -> Bindings:
        """What the variables around this point are bound to: those of the function, or of the file."""
        return self.clause.bindings if self.clause is not None else self._outer_bindings

    def expanded(self, written: bytes) -> str:
        """The full name behind a module's name as written, by the aliases that are in force."""
        if self._expanded_with is not self.aliases:
            self._expanded, self._expanded_with = {}, self.aliases
        name = self._expanded.get(written)
        if name is None:
            name = self._expanded[written] = expand(written.decode("utf-8", "replace"), self.aliases)
        return name

    def note_jobs(self, options: list[tuple[str, Node]]) -> None:
        """Keep options of Oban until all that they may name is known."""
        if options:
            draft = self.module or self._outside
            draft.jobs.extend((name, node, self.bindings, self.aliases) for name, node in options)

    def _settle_jobs(self, draft: ModuleDraft) -> None:
        for name, node, bindings, aliases in draft.jobs:
            if name == "queues":
                self.queues.extend(jobs.read_queues(node, draft, self.text, bindings))
            else:
                self.schedules.extend(jobs.read_crontab(node, draft, self.text, bindings, aliases))

    @property
    def current(self) -> str:
        """The name of the module around this point, or empty."""
        return self.module.name if self.module is not None else ""

    @property
    def depth(self) -> int:
        """How many blocks are around this point."""
        return len(self._blocks)

    def enter(self, end: int, opens_module: bool = False) -> None:
        """Begin a block that lasts to the byte `end`."""
        self._blocks.append(
            (
                self.limit,
                self.module,
                self.clause,
                self.aliases,
                self.schema,
                self.scope,
                self.migrating,
                self.tables,
                self.quiet,
                opens_module,
            )
        )
        self.limit = end

    def leave(self, position: int) -> None:
        """End every block that ends at or before a byte; a module that ends is frozen."""
        while self._blocks and position >= self.limit:
            block = self._blocks.pop()
            if block[-1] and self.module is not None:
                self.modules.append(freeze(self.module, self.path, self.text, self.aliases))
                self._settle_jobs(self.module)
            (
                self.limit,
                self.module,
                self.clause,
                self.aliases,
                self.schema,
                self.scope,
                self.migrating,
                self.tables,
                self.quiet,
                _,
            ) = block

    def open_module(self, module: ModuleDraft, end: int) -> None:
        """Begin a module that lasts to the byte `end`; aliases around it stay in force in it."""
        self.enter(end, opens_module=True)
        self.module = module
        self.clause = self.schema = self.scope = None
        self.migrating = self.quiet = False
        self.tables = ()

    def open_span(self, span: ModuleSpan) -> None:
        """Begin a module where its lines tell it."""
        self.leave(span.start)
        data = self.text.data
        line = data.count(b"\n", 0, span.start) + 1
        end_line = line + data.count(b"\n", span.start, span.end)
        self.open_module(ModuleDraft(span.name, line, end_line), span.end)

    def finish(self) -> None:
        """End every block, and put the modules in line order."""
        self.leave(len(self.text.data) + 2)
        self._settle_jobs(self._outside)
        self.modules.sort(key=lambda module: (module.line, module.name))


def freeze(draft: ModuleDraft, path: str, text: Text, aliases: Aliases) -> Module:
    """The outline of a module whose end was reached; `aliases` are those in force at its end."""
    settled = runtime.settle_touches(draft, text)
    found_kinds = kinds.settle_kinds(draft)
    known = set(found_kinds)
    calls = tuple(Call(*key, line) for key, line in draft.calls.items())
    schema = draft.schema
    children, named = find_children(draft, text, aliases)
    texts = function_texts(draft, text)
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
        callbacks=tuple(
            use for use in draft.callbacks if draft.open_kinds or functions.is_live_callback(use.kind, known)
        ),
        telemetry=settled.get("telemetry", ()),
        topics=settled.get("topics", ()),
        caches=settled.get("caches", ()),
        flags=settled.get("flags", ()),
        children=children,
        calls=calls,
        processes=_processes(settled.get("processes", ()), named),
        guards=tuple(draft.guards),
        texts=tuple(Use(kind, name, line) for (kind, name), line in sorted(texts.items())),
        mentions=tuple(sorted(draft.mentions - {call.module for call in calls} - {draft.name})),
    )


def _processes(touched: tuple[Use, ...], started: tuple[Use, ...]) -> tuple[Use, ...]:
    """Names that calls tell and those that children are started under, in line order, each once."""
    return tuple(sorted(dict.fromkeys((*touched, *started)), key=lambda use: (use.line, use.kind, use.name)))
