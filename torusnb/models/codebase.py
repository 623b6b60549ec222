"""The outline of a checkout: what is where, at one commit."""

from __future__ import annotations

from functools import cached_property

from torusnb.models.base import Place, Problem, Value
from torusnb.models.guides import Guide


class Commit(Value, frozen=True):
    """What a checkout is pinned to.

    Attributes:
        id: The full git hash; without git, `content-` and 12 hex digits over the files read.
        dirty: Tracked files differ from the commit.
        has_git: The directory is the top of a git work tree.
        web: Where a browser finds the files at this commit, ending in `/`; empty when the host is not known.
    """

    id: str
    dirty: bool = False
    has_git: bool = True
    web: str = ""

    @property
    def short(self) -> str:
        """What a person reads: ten digits of a git hash, or the whole content id."""
        return self.id[:10] if self.has_git else self.id


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


class Field(Value, frozen=True):
    """A schema field, or a column of a migration; `type` as written (`:string`, `{:array, :integer}`).

    Attributes:
        table: The table a migration's column belongs to; empty for a schema's field.
        null: A column may hold NULL (`null: false` makes it False).
        default: The default as written, or empty.
        references: The table a column points to, or empty.
        virtual: A schema's field that no column stands behind.
        source: The column a schema's field is kept in, where it is named otherwise.
        foreign_key: The name a migration gives the constraint behind `references`; empty for the one by default.
    """

    name: str
    type: str
    line: int
    table: str = ""
    null: bool = True
    default: str = ""
    references: str = ""
    virtual: bool = False
    source: str = ""
    foreign_key: str = ""


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


class Schedule(Value, frozen=True):
    """A job that runs at set times: Oban's `Cron` plugin in a config file or a supervisor's options.

    Attributes:
        worker: The worker's full module name. cron: The expression as written (`0 2 * * *`, `@daily`).
    """

    worker: str
    cron: str
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


class Route(Value, frozen=True):
    """A route: verb (`GET`, `LIVE`, `FORWARD`), full path, handler, and the scope it stands in.

    Attributes:
        verb: `SOCKET` is an endpoint's socket; `MACRO` is a call that defines routes of its own: its name is the
            action, and no module is told.
        on_mount: The hooks of its live session, in order (`ShopWeb.Locale`, `{ShopWeb.Auth, :owner}`).
    """

    verb: str
    path: str
    module: str
    action: str
    file: str
    line: int
    pipelines: tuple[str, ...] = ()
    live_session: str = ""
    on_mount: tuple[str, ...] = ()


class Index(Value, frozen=True):
    """An index a migration creates: table, columns as written, whether unique; `where` for a partial one."""

    table: str
    columns: tuple[str, ...]
    line: int
    unique: bool = False
    name: str = ""
    where: str = ""


class Constraint(Value, frozen=True):
    """A check or exclusion constraint of a migration; `text` is its expression as written."""

    table: str
    name: str
    kind: str
    text: str
    line: int


class Table(Value, frozen=True):
    """A table as the migrations leave it.

    Attributes:
        created: Where the migration that creates it does so (path and line).
        columns: Those that are left, in order of their making; each's line lies in the migration of `origins`.
        origins: Column or index or constraint name to the migration that gave it its present form.
        migrations: Paths of all migrations that touched it, oldest first.
        prefix: The schema of Postgres it lies in; empty for `public`, and where no migration tells one.
        folder: The folder of its migrations, one for each repo (`priv/repo/migrations`).
    """

    name: str
    created: Place
    columns: tuple[Field, ...] = ()
    indexes: tuple[Index, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    origins: dict[str, Place] = {}
    migrations: tuple[str, ...] = ()
    prefix: str = ""
    folder: str = ""


class Step(Value, frozen=True):
    """One change of a migration, in the order the migration makes them.

    Attributes:
        kind: `create_table`, `alter_table`, `drop_table`, `rename_table`, `add`, `modify`, `remove`, `rename_column`,
            `create_index`, `drop_index`, `rename_index`, `create_constraint`, `drop_constraint`.
        table: The table it changes; empty when an index is dropped by its name alone.
        name: The column, index or constraint; of an index without a name of its own it is empty.
        to: The new name, for what is renamed.
        column: What is added or modified; with `create_table` the primary key that Ecto adds by itself.
        sets: For `modify`, which of `type`, `null`, `default` and `references` it sets; the others stay.
        index, constraint: What is created; an index that is dropped by its columns is here too.
        if_needed: It does nothing when what it makes is there already.
        prefix: The schema of Postgres that the table lies in, where one is told; empty for `public`.
    """

    kind: str
    table: str
    line: int
    name: str = ""
    to: str = ""
    column: Field | None = None
    sets: tuple[str, ...] = ()
    index: Index | None = None
    constraint: Constraint | None = None
    if_needed: bool = False
    prefix: str = ""


class Migration(Value, frozen=True):
    """A migration: what it does to which tables; `removes` are the columns it takes away.

    Attributes:
        columns: Those it adds or modifies. steps: Everything it does when it is applied, in order.
    """

    version: str
    name: str
    path: str
    line: int
    creates: tuple[str, ...] = ()
    alters: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()
    indexes: tuple[Index, ...] = ()
    concurrent: bool = False
    removes: tuple[Field, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    steps: tuple[Step, ...] = ()


class FileOutline(Value, frozen=True):
    """One source file's outline; a file that could not be read has problems and no modules.

    Attributes:
        queues: Oban queues set in a config file; kind `queue`, or `limit=10` where the limit is a number.
        text_sha256: Over what the bytes read as, where `sha256` is not that too: the file begins with a byte order
            mark or is no UTF-8.
    """

    path: str
    sha256: str
    lines: int
    modules: tuple[Module, ...] = ()
    routes: tuple[Route, ...] = ()
    migration: Migration | None = None
    problems: tuple[Problem, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    queues: tuple[Use, ...] = ()
    text_sha256: str = ""


class LockedPackage(Value, frozen=True):
    """A dependency that mix.lock pins (at `path` and `line`); `source` is `hex`, `git` or `path`.

    `repo` is the Hex repository: `hexpm` is the public one, any other (`hexpm:acme`) is somebody's own.
    """

    name: str
    version: str
    line: int
    source: str = "hex"
    path: str = "mix.lock"
    repo: str = "hexpm"


class CodeMap(Value, frozen=True, dict=True):
    """The outline of a checkout, or of the part of it that a feature needs (`restricted_to`).

    Attributes:
        app: The mix project's app name (`oli`).
        files: Sorted by path.
        other_files: Paths that are ranked and linked by name only (assets, templates, tests' support).
    """

    app: str
    commit: Commit
    files: tuple[FileOutline, ...] = ()
    guides: tuple[Guide, ...] = ()
    packages: tuple[LockedPackage, ...] = ()
    other_files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def modules(self) -> dict[str, Module]:
        """Full name to module; where a name is defined twice, the first by path."""
        found: dict[str, Module] = {}
        for file in self.files:
            for module in file.modules:
                found.setdefault(module.name, module)
        return found

    @cached_property
    def by_tail(self) -> dict[str, tuple[str, ...]]:
        """Every ending of every module name short of the whole (`C` and `B.C` of `A.B.C`) to the names that have it."""
        found: dict[str, list[str]] = {}
        for name in self.modules:
            parts = name.split(".")
            for start in range(1, len(parts)):
                found.setdefault(".".join(parts[start:]), []).append(name)
        return {tail: tuple(names) for tail, names in found.items()}

    @cached_property
    def by_path(self) -> dict[str, FileOutline]:
        """Path to outline."""
        return {file.path: file for file in self.files}

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every path of the checkout that torusnb knows of."""
        return frozenset(self.by_path) | frozenset(self.other_files) | {guide.path for guide in self.guides}

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every route, in file and line order."""
        return tuple(route for file in self.files for route in file.routes)

    @cached_property
    def tables(self) -> dict[str, Module]:
        """Table name to the schema module that maps it (the first by path)."""
        found: dict[str, Module] = {}
        for module in self.modules.values():
            if module.schema is not None and module.schema.table:
                found.setdefault(module.schema.table, module)
        return found

    @cached_property
    def migrations(self) -> tuple[Migration, ...]:
        """Every migration, oldest first."""
        return tuple(sorted((f.migration for f in self.files if f.migration is not None), key=lambda m: m.version))

    def of_kind(self, kind: str) -> tuple[Module, ...]:
        """The modules of a kind, in file order."""
        return tuple(module for file in self.files for module in file.modules if kind in module.kinds)

    def restricted_to(self, paths: frozenset[str], guides: frozenset[str] = frozenset()) -> CodeMap:
        """The same map with only those files and guides; packages and commit stay."""
        return CodeMap(
            app=self.app,
            commit=self.commit,
            files=tuple(file for file in self.files if file.path in paths),
            guides=tuple(guide for guide in self.guides if guide.path in guides),
            packages=self.packages,
            other_files=tuple(path for path in self.other_files if path in paths),
            problems=tuple(problem for problem in self.problems if problem.place.path in paths),
        )
