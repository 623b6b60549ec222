"""What is known of the feature's surroundings, each statement with the lines that show it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from torusnb.context.knowledge.runtime import telemetry_prefixes
from torusnb.context.knowledge.sentences import listed
from torusnb.context.knowledge.surroundings import tell_surroundings
from torusnb.context.knowledge.unseen import why_tests_are_unseen
from torusnb.context.quotebook import QuoteBook
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import GuideNote, Known, Waypoint
from torusnb.models.modules import Module, Use

_NEAR = 20
_FAMILIES = 4
_PREFIX = 2
"""Parts of an event's name by which events are one family: `shop.cart.added` and `shop.cart.emptied`."""
_TENANT_WORDS = ("institution", "tenant", "organization", "organisation", "account", "section", "project", "community")
_EVERYBODYS = (".Repo", ".PubSub", ".Endpoint")
_PLATFORM = ("phoenix", "phoenix_live_view", "ecto_sql", "oban", "cachex", "libcluster", "broadway")


@dataclass(frozen=True)
class Surroundings:
    """What the statements are drawn from.

    Attributes:
        absent: Tracked paths that a sparse checkout leaves out. built: Statements that hold before all others.
    """

    code_map: CodeMap
    waypoints: Sequence[Waypoint]
    notes: Sequence[GuideNote]
    tests: dict[str, tuple[str, ...]]
    book: QuoteBook
    absent: tuple[str, ...] = ()
    built: tuple[Known, ...] = ()

    @property
    def modules(self) -> list[Module]:
        """The main modules of the waypoints, best first."""
        return [self.code_map.modules[w.module] for w in self.waypoints if w.module in self.code_map.modules]


def list_known(around: Surroundings) -> tuple[Known, ...]:
    """The statements, from the feature's own places outwards; a topic with nothing to say is left out."""
    found = [
        *around.built,
        *_domain(around),
        *_entry_points(around),
        *_data_model(around),
        *_tenancy(around),
        *_topology(around),
        *_jobs(around),
        *_caches(around),
        *_topics(around),
        *_telemetry(around),
        *_flags(around),
        *_platform(around),
        *_tests(around),
        *_guides(around),
    ]
    nearer = any(known.topic == "tenancy" for known in found)
    wider = tell_surroundings(around.code_map, around.waypoints, around.book)
    told = [known for known in wider if known.topic != "tenancy" or not nearer]
    return (*found, *_unspoken(told, {note.topic for note in around.notes}))


def _unspoken(told: Iterable[Known], spoken: set[str]) -> Iterable[Known]:
    """What the code tells; the first statement on a topic says so where no guide speaks of it."""
    seen: set[str] = set()
    for known in told:
        silent = known.topic not in spoken | seen
        seen.add(known.topic)
        text = f"No guide speaks of the {known.topic}; from the code: {known.text}" if silent else known.text
        yield Known(known.topic, text, known.evidence)


def _domain(around: Surroundings) -> Iterable[Known]:
    groups: dict[str, list[Waypoint]] = defaultdict(list)
    near = [waypoint for waypoint in around.waypoints[:_NEAR] if waypoint.module]
    for waypoint in near:
        groups[".".join(waypoint.module.split(".")[:2])].append(waypoint)
    ranked = sorted(groups, key=lambda name: (-len(groups[name]), groups[name][0].rank))
    if not ranked:
        return
    told = [f"`{name}` ({len(groups[name])})" for name in ranked[:5]]
    more = f" and {len(ranked) - 5} more" if len(ranked) > 5 else ""
    text = f"The first {len(near)} waypoints lie in {listed(told)}{more}; nearest to the request is `{near[0].module}`."
    yield Known("domains and contexts", text, tuple(groups[name][0].key for name in ranked[:5]))


def _entry_points(around: Surroundings) -> Iterable[Known]:
    near = {waypoint.module: waypoint.rank for waypoint in around.waypoints[:_NEAR]}
    routes = [route for route in around.code_map.routes if route.module in near]
    routes.sort(key=lambda route: (near[route.module], route.file, route.line))
    chosen = list({route.module: route for route in reversed(routes)}.values())[::-1]
    chosen.sort(key=lambda route: near[route.module])
    if chosen:
        told = [
            f"`{route.path}` ({route.module.rpartition('.')[2]}{_guarded(route.live_session)})" for route in chosen[:4]
        ]
        keys = tuple(around.book.key(route.file, route.line) for route in chosen[:4])
        yield Known("entry points", f"People reach it through {listed(told)}.", keys)


def _guarded(live_session: str) -> str:
    return f", live_session `{live_session}`" if live_session else ""


def _data_model(around: Surroundings) -> Iterable[Known]:
    schemas = [module for module in around.modules if module.schema is not None and module.schema.table]
    for module in schemas[:3]:
        schema = module.schema
        if schema is None:
            continue
        owners = [f"`{a.name}`" for a in schema.associations if a.kind == "belongs_to"][:4]
        belongs = f", belongs to {listed(owners)}" if owners else ""
        text = f"`{module.name}` maps table `{schema.table}`: {_count(len(schema.fields), 'field')}{belongs}."
        yield Known("data model", text, (around.book.key(module.path, schema.line),))


def _tenancy(around: Surroundings) -> Iterable[Known]:
    found: dict[str, list[tuple[Module, int]]] = defaultdict(list)
    for module in around.modules:
        if module.schema is None:
            continue
        for association in module.schema.associations:
            if association.kind == "belongs_to" and association.name in _TENANT_WORDS:
                found[association.name].append((module, association.line))
        for field in module.schema.fields:
            if field.name.removesuffix("_id") in _TENANT_WORDS and field.name.endswith("_id"):
                found[field.name.removesuffix("_id")].append((module, field.line))
    if found:
        ranked = sorted(found, key=lambda name: (-len(found[name]), name))[:3]
        told = [f"`{name}` ({listed([f'`{m.name}`' for m, _ in found[name][:2]])})" for name in ranked]
        keys = tuple(around.book.key(module.path, line) for name in ranked for module, line in found[name][:2])
        yield Known(
            "tenancy", f"Rows near this feature belong to {listed(told)}: queries have to stay inside it.", keys
        )


def _topology(around: Surroundings) -> Iterable[Known]:
    near = {waypoint.module for waypoint in around.waypoints}
    for application in around.code_map.of_kind("application")[:1]:
        children = application.children
        if not children:
            continue
        own = [child for child in children if child.module in near and not child.module.endswith(_EVERYBODYS)]
        mine = list({child.line: child for child in own}.values())[:4]
        if mine:
            text = f"`{application.name}` starts {listed([f'`{child.module}`' for child in mine])} near this feature."
        else:
            amount = "its one child lies" if len(children) == 1 else f"its {len(children)} children lies"
            text = f"`{application.name}` supervises the processes; none of {amount} near this feature."
        keys = tuple(around.book.key(application.path, child.line) for child in mine or children[:1])
        yield Known("runtime topology", text, keys)


def _jobs(around: Surroundings) -> Iterable[Known]:
    workers = [module for module in around.modules if "worker" in module.kinds]
    if workers:
        told = [
            f"`{module.name}`" + (f" ({_queue(module.options)})" if _queue(module.options) else "")
            for module in workers[:3]
        ]
        keys = tuple(around.book.key(module.path, module.line) for module in workers[:3])
        yield Known("background jobs", f"Jobs near this feature: {listed(told)}.", keys)


def _queue(options: str) -> str:
    return next((part.strip() for part in options.split(",") if part.strip().startswith("queue:")), "")


def _caches(around: Surroundings) -> Iterable[Known]:
    uses = [(module, use) for module in around.modules[:_NEAR] for use in module.caches if use.name]
    names = Counter(use.name for _, use in uses if use.name.isidentifier())
    if names:
        ranked = [name for name, _ in sorted(names.items(), key=lambda item: (-item[1], item[0]))][:4]
        firsts = [next((m, u) for m, u in uses if u.name == name) for name in ranked]
        told = [f"`{use.name}` ({use.kind}, in `{module.name}`)" for module, use in firsts]
        keys = tuple(around.book.key(module.path, use.line) for module, use in firsts)
        yield Known("caches", f"Caches at hand: {listed(told)}.", keys)


def _topics(around: Surroundings) -> Iterable[Known]:
    uses = [(module, use) for module in around.modules for use in module.topics if _is_literal(use.name)]
    if uses:
        firsts = list({use.name: (module, use) for module, use in reversed(uses)}.values())[::-1][:3]
        told = [f"`{use.name}` ({use.kind} in `{module.name}`)" for module, use in firsts]
        keys = tuple(around.book.key(module.path, use.line) for module, use in firsts)
        yield Known("pubsub topics", f"Topics the waypoints use: {listed(told)}.", keys)


def _is_literal(topic: str) -> bool:
    """Whether a topic is written out; one that a call computes tells a reader little."""
    return bool(topic) and "(" not in re.sub(r"#\{[^}]*\}", "", topic)


def _telemetry(around: Surroundings) -> Iterable[Known]:
    emitted = [(m, use) for m in around.modules for use in m.telemetry if use.kind in {"execute", "span"}]
    families: dict[str, list[tuple[Module, Use]]] = {}
    for module, use in emitted:
        families.setdefault(".".join(use.name.split(".")[:_PREFIX]), []).append((module, use))
    prefixes = telemetry_prefixes(around.code_map)[:3]
    if families:
        shown = list(families.values())[:_FAMILIES]
        told = listed([_family(uses) for uses in shown])
        keys = tuple(around.book.key(uses[0][0].path, uses[0][1].line) for uses in shown)
        yield Known(
            "telemetry", f"The waypoints emit {told}; an event takes the prefix of the namespace around it.", keys
        )
    elif prefixes:
        modules = (module for file in around.code_map.files for module in file.modules)
        module, use = next((m, u) for m in modules for u in m.telemetry if u.name.startswith(prefixes[0]))
        text = f"No waypoint emits telemetry; elsewhere events begin with {listed([f'`{p}`' for p in prefixes])}."
        yield Known("telemetry", text, (around.book.key(module.path, use.line),))


def _family(uses: list[tuple[Module, Use]]) -> str:
    """The first event of a prefix, how many more there are, and who emits it."""
    (module, use), more = uses[0], len({use.name for _, use in uses}) - 1
    return f"`{use.name}`" + (f" and {more} more of that prefix" if more else "") + f" (in `{module.name}`)"


def _flags(around: Surroundings) -> Iterable[Known]:
    uses = [(module, use) for module in around.modules for use in module.flags if use.name]
    defined = [(m, u) for file in around.code_map.files for m in file.modules for u in m.flags if u.kind == "define"]
    chosen = list({use.name: (module, use) for module, use in reversed(uses)}.values())[::-1][:4]
    if chosen:
        told = [f"`{use.name}` ({use.kind} in `{module.name}`)" for module, use in chosen]
        keys = tuple(around.book.key(module.path, use.line) for module, use in chosen)
        yield Known("feature flags", f"Flags in the waypoints: {listed(told)}.", keys)
    elif defined:
        homes = list(dict.fromkeys(module.name for module, _ in defined))[:2]
        module, use = defined[0]
        text = f"No waypoint checks a flag; flags are defined in {listed([f'`{home}`' for home in homes])}."
        yield Known("feature flags", text, (around.book.key(module.path, use.line),))


def _platform(around: Surroundings) -> Iterable[Known]:
    packages = {package.name: package for package in around.code_map.packages}
    chosen = [packages[name] for name in _PLATFORM if name in packages]
    if chosen:
        told = listed([f"{package.name} {package.version}" for package in chosen])
        keys = tuple(around.book.key(package.path, package.line) for package in chosen)
        yield Known("platform", f"mix.lock pins {told}.", keys)


def _tests(around: Surroundings) -> Iterable[Known]:
    near = around.waypoints[:_NEAR]
    tested = [waypoint for waypoint in near if around.tests.get(waypoint.path)]
    bare = [waypoint for waypoint in near if waypoint not in tested]
    if not near or why_tests_are_unseen(around.code_map, around.absent):
        return
    text = f"{len(tested)} of the first {_count(len(near), 'waypoint')} have a test file beside them"
    if bare:
        text += f"; without one: {listed([f'`{w.module or w.path}`' for w in bare[:3]])}"
    yield Known("tests", text + ".", tuple(waypoint.key for waypoint in (tested[:2] + bare[:2])))


def _guides(around: Surroundings) -> Iterable[Known]:
    for note in around.notes:
        if note.topic:
            yield Known(note.topic, note.quote, (note.key,))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
