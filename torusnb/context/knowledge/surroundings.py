"""What the code tells of the surroundings that every design needs: layers, runtime, deployment, tenancy, data flow."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from torusnb.context.knowledge.sentences import listed
from torusnb.context.layers import layer_of
from torusnb.context.map.words import stems, telling_words
from torusnb.context.quotebook import QuoteBook
from torusnb.models.codebase import CodeMap, Route
from torusnb.models.database import Migration
from torusnb.models.knowledge import Known, Waypoint
from torusnb.models.modules import Call, Module

_NEAR = 20
_RUNTIME = "config/runtime.exs"
_ENVIRONMENT = re.compile(r"System\.(?P<how>get_env|fetch_env!?)\(\s*\"(?P<name>\w+)\"")
_DEPLOYED = re.compile(
    r"(?:.*/)?(?:Dockerfile[\w.-]*|(?:docker-)?compose[\w.-]*\.ya?ml|fly\.toml|Procfile|Chart\.ya?ml|app\.json|[^/]*\.nomad)"
    r"|rel/(?:env|vm)[\w.]*"
)
_ENTRIES = frozenset({"live_view", "controller", "component"})
_INNER = frozenset({"context", "process", "cache", "other"})
_HANDS_ON = frozenset({"new", "enqueue", "insert", "schedule"})
_QUEUE = re.compile(r"\bqueue:\s*:?\"?(\w+)")


def tell_surroundings(code_map: CodeMap, waypoints: Sequence[Waypoint], book: QuoteBook) -> Iterator[Known]:
    """A statement for each topic that the code has something to say on near the feature, with the lines that show it.

    What is the same for every feature is told only where there is nothing nearer.
    """
    around = [code_map.modules[w.module] for w in waypoints if w.module in code_map.modules]
    near = around[:_NEAR]
    yield from _architecture(code_map, near, book)
    yield from _runtime(code_map, near, book)
    yield from _deployment(code_map, around, book)
    yield from _tenancy(code_map, book)
    yield from _data_flow(code_map, near, book)


def _architecture(code_map: CodeMap, near: Sequence[Module], book: QuoteBook) -> Iterator[Known]:
    """On which sides of the code's split the feature lies, and whether something there crosses it the wrong way."""
    counted = Counter(name.partition(".")[0] for name in code_map.modules)
    roots = [root for root, _ in counted.most_common(2)]
    if not near or len(roots) < 2 or (f"{roots[0]}Web" not in roots and f"{roots[1]}Web" not in roots):
        return
    web = next(root for root in roots if root.endswith("Web"))
    core = next(root for root in roots if root != web)
    inner = [module for module in near if module.name.partition(".")[0] == core]
    outer = [module for module in near if module.name.partition(".")[0] == web]
    crossing = [
        (module, reference)
        for module in inner
        for reference in module.references
        if reference.module.startswith(f"{web}.")
    ]
    text = f"Of the first {len(near)} waypoints {len(inner)} lie in the domain (`{core}`) and {len(outer)} in the web"
    text += f" (`{web}`)"
    keys = [book.key(module.path, module.line) for module in (*inner[:1], *outer[:1])]
    if crossing:
        module, reference = crossing[0]
        text += f"; `{module.name}` reaches up to `{reference.module}`"
        keys.insert(0, book.key(module.path, reference.line))
    elif inner:
        text += "; nothing of the domain there names the web"
    if keys:
        yield Known("architecture", f"{text}.", tuple(keys))


def _runtime(code_map: CodeMap, near: Sequence[Module], book: QuoteBook) -> Iterator[Known]:
    """The queues in which the feature's jobs wait, and which of them run at set times."""
    workers = _workers(code_map, near)
    wanted = dict.fromkeys(_queue_of(worker) for worker in workers)
    set_up = {queue.name: (file.path, queue) for file in reversed(code_map.files) for queue in reversed(file.queues)}
    mine = [set_up[name] for name in wanted if name in set_up][:4]
    if mine:
        told = [f"`{q.name}`" + (f" ({q.kind.removeprefix('limit=')})" if "=" in q.kind else "") for _, q in mine]
        text = f"Jobs near the feature wait in {listed(told)}, each queue with its limit per node."
        yield Known("runtime topology", text, tuple(book.key(path, queue.line) for path, queue in mine))
    names = {module.name for module in (*near, *workers)}
    every = [(file.path, job) for file in code_map.files for job in file.schedules if job.worker in names]
    jobs = list({job.worker: (path, job) for path, job in reversed(every)}.values())[::-1][:3]
    if jobs:
        told = [f"`{job.worker}` (`{job.cron}`)" for _, job in jobs]
        keys = tuple(book.key(path, job.line) for path, job in jobs)
        yield Known("runtime topology", f"At set times {'runs' if len(told) == 1 else 'run'} {listed(told)}.", keys)


def _workers(code_map: CodeMap, near: Sequence[Module]) -> list[Module]:
    """The workers among the near modules, and those to which one of them gives jobs."""
    found = {module.name: module for module in near if "worker" in module.kinds}
    for module in near:
        for call in module.calls:
            target = code_map.modules.get(call.module)
            if target is not None and "worker" in target.kinds and call.name in _HANDS_ON:
                found.setdefault(target.name, target)
    return list(found.values())


def _queue_of(worker: Module) -> str:
    match = _QUEUE.search(worker.options)
    return match[1] if match is not None else "default"


def _deployment(code_map: CodeMap, around: Sequence[Module], book: QuoteBook) -> Iterator[Known]:
    """Which migrations last changed the feature's tables, what migrates a release, what its environment tells it."""
    migrates = _migrating(code_map)
    changes = list(_last_changes(code_map, around))[:3]
    files = [path for path in sorted(code_map.other_files) if _DEPLOYED.fullmatch(path)]
    files.sort(key=lambda path: (path.count("/"), path))
    text, keys = "", [book.key(path, line) for _, path, line in changes]
    if changes:
        told = listed([f"`{table}` by `{path.rpartition('/')[2]}`" for table, path, _ in changes])
        text = f"Tables near the feature were last changed: {told}"
    elif files:
        text = f"What is deployed is described by {listed([f'`{path}`' for path in files[:4]])}"
        keys = [book.key(path, 1) for path in files[:4]]
    if text and migrates is not None:
        text += f"; `{migrates[0].name}.{migrates[1]}/{migrates[2]}` migrates a release"
        keys.append(book.key(migrates[0].path, migrates[3]))
    if text:
        yield Known("deployment", f"{text}.", tuple(keys))
    read = list(_environment(book))
    names = [set(stems(telling_words(module.name))) - {code_map.app} for module in around[:_NEAR]]
    mine = [e for e in read if any(len(words & set(stems(telling_words(e[0])))) > 1 for words in names)]
    chosen = (mine or ([] if text else [entry for entry in read if entry[2]] or read))[:4]
    if chosen:
        which = "near the feature by name" if mine else "among them"
        told = listed([f"`{name}`{' (required)' if needed else ''}" for name, _, needed in chosen])
        said = f"`{_RUNTIME}` reads {len(read)} environment variables, {which} {told}."
        yield Known("deployment", said, tuple(book.key(_RUNTIME, line) for _, line, _ in chosen))


def _last_changes(code_map: CodeMap, around: Sequence[Module]) -> Iterator[tuple[str, str, int]]:
    """Table, path and line of the newest migration that made or altered it, for each table of the waypoints."""
    newest: dict[str, Migration] = {}
    for migration in reversed(code_map.migrations):
        for table in (*migration.creates, *migration.alters):
            newest.setdefault(table, migration)
    tables = dict.fromkeys(module.schema.table for module in around if module.schema is not None)
    for table in tables:
        if table in newest:
            yield table, newest[table].path, newest[table].line


def _migrating(code_map: CodeMap) -> tuple[Module, str, int, int] | None:
    """The module that migrates a release, with the function's name, arity and line: Ecto's usual `Release.migrate`."""
    for module in code_map.modules.values():
        if module.name.rpartition(".")[2].startswith("Release") and module.name.count(".") == 1:
            for function in module.functions:
                if function.public and function.name.startswith("migrate"):
                    return module, function.name, function.arity, function.line
    return None


def _environment(book: QuoteBook) -> Iterator[tuple[str, int, bool]]:
    """Name, line and need of each environment variable, at its first place."""
    seen: set[str] = set()
    lines = book.lines(_RUNTIME)
    for number, line in enumerate(lines, 1):
        for match in _ENVIRONMENT.finditer(line):
            if match["name"] not in seen:
                seen.add(match["name"])
                following = " ".join(lines[number - 1 : number + 1])
                yield match["name"], number, match["how"] == "fetch_env!" or "raise" in following


def _tenancy(code_map: CodeMap, book: QuoteBook) -> Iterator[Known]:
    """The schemas to which most others belong: the boundaries that there are."""
    owners: dict[str, set[str]] = defaultdict(set)
    for module in code_map.modules.values():
        for association in module.schema.associations if module.schema else ():
            target = code_map.modules.get(association.module)
            if association.kind == "belongs_to" and target is not None and target.schema is not None:
                owners[target.name].add(module.name)
    ranked = sorted(owners, key=lambda name: (-len(owners[name]), name))[:3]
    if ranked and len(owners[ranked[0]]) > 2:
        told, keys = [], []
        for name in ranked:
            schema = code_map.modules[name].schema
            if schema is not None:
                told.append(f"`{schema.table}` ({len(owners[name])})")
                keys.append(book.key(code_map.modules[name].path, schema.line))
        yield Known("tenancy", f"Over the whole checkout most schemas belong to {listed(told)}.", tuple(keys))


def _data_flow(code_map: CodeMap, near: Sequence[Module], book: QuoteBook) -> Iterator[Known]:
    """One path through the feature: a route, its view, the contexts that it calls, their tables, what they hand on."""
    entry = _entry(code_map, near)
    if entry is None:
        return
    route, view = entry
    ranks = {module.name: rank for rank, module in enumerate(near)}
    calls = _inner_calls(view, code_map, ranks)
    keys = [book.key(route.file, route.line)]
    text = f"`{route.path}` leads to `{view.name}`"
    if calls:
        text += f", which calls {listed([f'`{call.module}.{call.name}/{call.arity}`' for call in calls])}"
        keys += [book.key(view.path, call.line) for call in calls]
    tables: dict[str, str] = {}
    onward: dict[str, str] = {}
    for module in (view, *(code_map.modules[call.module] for call in calls)):
        for reference in sorted(module.references, key=lambda r: (ranks.get(r.module, _NEAR), r.line)):
            target = code_map.modules.get(reference.module)
            if target is not None and target.schema is not None and target.schema.table:
                tables.setdefault(target.schema.table, book.key(module.path, reference.line))
        onward |= {k: v for k, v in _handed_on(module, code_map, book) if k not in onward}
    if tables:
        text += f"; the rows lie in {listed([f'`{table}`' for table in list(tables)[:3]])}"
        keys += list(tables.values())[:3]
    if onward:
        text += f"; from there it goes on to {listed(list(onward)[:3])}"
        keys += list(onward.values())[:3]
    if calls or tables:
        yield Known("data flow", f"{text}.", tuple(dict.fromkeys(keys)))


def _entry(code_map: CodeMap, near: Sequence[Module]) -> tuple[Route, Module] | None:
    """The route to the nearest module that has one."""
    routed: dict[str, Route] = {}
    for route in code_map.routes:
        routed.setdefault(route.module, route)
    return next(((routed[m.name], m) for m in near if m.name in routed and layer_of(m.path, m) in _ENTRIES), None)


def _inner_calls(view: Module, code_map: CodeMap, ranks: dict[str, int]) -> list[Call]:
    """The first call into each of at most three modules behind a view, those near the feature first."""
    first: dict[str, Call] = {}
    for call in view.calls:
        target = code_map.modules.get(call.module)
        if target is not None and layer_of(target.path, target) in _INNER and "_web/" not in target.path:
            first.setdefault(call.module, call)
    counted = Counter(call.module for call in view.calls)
    ranked = sorted(first, key=lambda name: (ranks.get(name, _NEAR), -counted[name], name))
    return [first[name] for name in ranked[:3]]


def _handed_on(module: Module, code_map: CodeMap, book: QuoteBook) -> Iterable[tuple[str, str]]:
    """Jobs, caches and topics that a module hands on to, each with the line that does it."""
    for call in module.calls:
        target = code_map.modules.get(call.module)
        if target is not None and "worker" in target.kinds and call.name in _HANDS_ON:
            yield f"the worker `{call.module}`", book.key(module.path, call.line)
    for use in module.caches:
        if use.name and use.name.isidentifier():
            yield f"the cache `{use.name}`", book.key(module.path, use.line)
    for use in module.topics:
        if use.kind == "broadcast" and use.name and "(" not in use.name:
            yield f"the topic `{use.name}`", book.key(module.path, use.line)
