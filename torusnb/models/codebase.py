"""The outline of a checkout: what is where, at one commit."""

from __future__ import annotations

from functools import cached_property

from torusnb.models.base import Problem, Value
from torusnb.models.database import Migration
from torusnb.models.guides import Guide
from torusnb.models.modules import Module, Use


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


class Schedule(Value, frozen=True):
    """A job that runs at set times: Oban's `Cron` plugin in a config file or a supervisor's options.

    Attributes:
        worker: The worker's full module name. cron: The expression as written (`0 2 * * *`, `@daily`).
    """

    worker: str
    cron: str
    line: int


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
