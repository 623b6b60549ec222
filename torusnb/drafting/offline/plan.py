"""The plan behind the text: each requirement's modules, the new modules, storage and runtime, decided once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection

import msgspec

from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.elsewhere import Elsewhere, find_foreign
from torusnb.drafting.offline.fitness import serves_all
from torusnb.drafting.offline.matching import Match, Matcher
from torusnb.drafting.offline.named_modules import RULES, give_lead, named_modules, release_owned
from torusnb.drafting.offline.named_places import find_named_places
from torusnb.drafting.offline.naming import camel, feature_words, module_path, snake, spelled
from torusnb.drafting.offline.new_pages import find_new_page, new_page
from torusnb.drafting.offline.runtime import Runtime, decide_runtime
from torusnb.drafting.offline.storage import Storage, decide_storage
from torusnb.drafting.offline.wording import plain, singular_of
from torusnb.drafting.offline.work import is_boundary
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Module

_OWN_CODE = re.compile(r"\bnon-ui\b|\b(?:projection|domain|backend|elixir) (?:code|modules?)\b", re.IGNORECASE)
"""What a single requirement has to speak of for code of its own: one rule without a home is no module yet."""
_NAME = re.compile(r"\b[A-Z]\w*(?:\.[A-Z]\w*)+")
_MOST_COMPONENTS = 9


class Plan(Value, frozen=True):
    """Every decision that more than one section speaks of.

    Attributes:
        matches: Requirement id to the modules it touches, best first.
        components: Existing ones by weight, then new ones.
        context: The domain module or namespace the feature belongs to; empty when no waypoint shows one.
        known: Module names that exist in the checkout as far as the evidence shows.
        foreign: Requirement id to the folder of another language that answers it.
        sides: Requirement id to its side of the delivery (see `sides`).
    """

    matches: dict[str, tuple[Match, ...]]
    kinds: dict[str, tuple[str, ...]]
    components: tuple[Component, ...]
    storage: Storage
    runtime: Runtime
    context: str
    words: tuple[str, ...]
    known: frozenset[str]
    foreign: dict[str, Elsewhere] = msgspec.field(default_factory=dict)
    sides: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def existing(self) -> tuple[Component, ...]:
        """The components that are there today."""
        return tuple(c for c in self.components if not c.new)

    @property
    def fresh(self) -> tuple[Component, ...]:
        """The components this design adds."""
        return tuple(c for c in self.components if c.new)

    @property
    def processes(self) -> tuple[Module, ...]:
        """The processes of today that are components."""
        own = {component.name for component in self.existing}
        return tuple(module for module in self.runtime.processes if module.name in own)

    def of_layer(self, *layers: str) -> tuple[Component, ...]:
        """The components in some layers, existing ones first."""
        return tuple(c for c in self.components if c.layer in layers)

    def asking(self, *kinds: str) -> tuple[str, ...]:
        """The requirements whose first two kinds of work are among those."""
        return tuple(r for r, found in self.kinds.items() if set(found[:2]) & set(kinds))


def make_plan(evidence: EvidencePack) -> Plan:
    """The plan for an evidence pack without what the pack takes back."""
    matcher = Matcher(evidence)
    pack = evidence.pack
    kinds = {r.id: matcher.kinds(r) for r in pack.requirements}
    matches = _proven(kinds, {r.id: matcher.matches(r) for r in pack.requirements})
    matches = _without_page(evidence, matches)
    storage, runtime = decide_storage(evidence, matcher), decide_runtime(evidence, matcher)
    known = known_modules(evidence)
    fresh = give_lead(evidence, named_modules(evidence, known, kinds), matches, kinds)
    matches = release_owned(evidence, fresh, matches)
    existing = _existing(matches, kinds)
    page = new_page(evidence, _unseen(evidence, kinds, matches, matcher.foreign), kinds)
    fresh += () if page is None else (page,)
    context = _home_of_lead(fresh) or ("" if matcher.elsewhere is not None else _context(matcher, matches))
    fresh += _proposed(evidence, context, existing, fresh, kinds, known, storage, runtime)
    return Plan(
        matches=matches,
        kinds=kinds,
        components=existing + fresh,
        storage=storage,
        runtime=runtime,
        context=context,
        words=feature_words(pack),
        known=known,
        foreign=matcher.foreign,
        sides=matcher.sides,
    )


def _without_page(evidence: EvidencePack, matches: dict[str, tuple[Match, ...]]) -> dict[str, tuple[Match, ...]]:
    """The matches, in which a requirement that wants a page of its own meets no module of today."""
    page = find_new_page(evidence)
    return matches if page is None else {r: () if r in page.asked else found for r, found in matches.items()}


def _unseen(
    evidence: EvidencePack,
    kinds: dict[str, tuple[str, ...]],
    matches: dict[str, tuple[Match, ...]],
    foreign: Collection[str],
) -> tuple[str, ...]:
    """The requirements of a screen that no page of today answers: a new page would."""
    pages = {"live_view", "component"}
    seen = {r for r, found in matches.items() if found and (kinds[r][0] != "render" or found[0].layer in pages)}
    asks = [r.id for r in evidence.pack.requirements if not is_boundary(plain(r.text or r.title))]
    page = find_new_page(evidence)
    wanting = page.asked if page is not None else ()
    on_screen = [r for r in asks if r in wanting or set(kinds[r][:2]) & {"render", "query", "notify", "configure"}]
    return tuple(r for r in on_screen if r not in seen and r not in foreign)


def known_modules(evidence: EvidencePack) -> frozenset[str]:
    """Modules the evidence shows to exist: outlined ones, and those that outlined code refers to or calls."""
    names: set[str] = set()
    for module in evidence.context.code.modules.values():
        names.add(module.name)
        names.update(reference.module for reference in module.references)
        names.update(call.module for call in module.calls)
        names.update(child.module for child in module.children if child.module)
    for lines in evidence.context.runtime.values():
        names.update(name for line in lines for name in _NAME.findall(line.text))
    names.update(waypoint.module for waypoint in evidence.context.waypoints if waypoint.module)
    for behaviour in evidence.context.behaviours:
        names.update(call.module for clause in behaviour.clauses for call in clause.calls if call.module[0] != ":")
        names.update((behaviour.module, *(name for clause in behaviour.clauses for name in clause.schemas)))
    for route in evidence.context.code.routes:
        names.update((route.module, *(name for hook in route.on_mount for name in _NAME.findall(hook))))
    for module in evidence.context.code.modules.values():
        names.update(name for guard in module.guards for name in _NAME.findall(guard.name))
    return frozenset(names - {""})


def _existing(matches: dict[str, tuple[Match, ...]], kinds: dict[str, tuple[str, ...]]) -> tuple[Component, ...]:
    """The modules that requirements touch, those that answer one best first, at most nine."""
    weight: dict[str, float] = defaultdict(float)
    found: dict[str, list[tuple[str, Match]]] = defaultdict(list)
    for requirement, touched in matches.items():
        for position, match in enumerate(touched):
            weight[match.module.name] += match.score / (1 + position)
            found[match.module.name].append((requirement, match))
    led = {matched[0].module.name for matched in matches.values() if matched}
    names = sorted(found, key=lambda name: (name not in led, -weight[name], name))[:_MOST_COMPONENTS]
    return tuple(_component(found[name], kinds) for name in names)


def _component(touched: list[tuple[str, Match]], kinds: dict[str, tuple[str, ...]]) -> Component:
    match = touched[0][1]
    work = Counter(kind for requirement, _ in touched for kind in kinds[requirement][:2])
    return Component(
        name=match.module.name,
        path=match.module.path,
        layer=match.layer,
        key=match.key,
        requirements=tuple(requirement for requirement, _ in touched),
        kinds=tuple(sorted(work, key=lambda kind: (-work[kind], kind))),
        module=match.module,
        functions=tuple(dict.fromkeys(f for _, m in touched for f in m.functions)),
        events=tuple(dict.fromkeys(e for _, m in touched for e in m.events)),
        fields=tuple(dict.fromkeys(f for _, m in touched for f in m.fields)),
    )


def _proven(kinds: dict[str, tuple[str, ...]], matches: dict[str, tuple[Match, ...]]) -> dict[str, tuple[Match, ...]]:
    """The matches, in which a requirement for tests meets only modules that another requirement changes."""
    changed = {m.module.name for r, found in matches.items() if kinds[r][0] != "verify" for m in found}
    return {
        r: tuple(m for m in found if kinds[r][0] != "verify" or m.module.name in changed)
        for r, found in matches.items()
    }


def _home_of_lead(named: tuple[Component, ...]) -> str:
    """The namespace of the named module that owns most; empty when the pack names none."""
    inner = [c for c in named if c.layer == "context" and c.requirements]
    lead = max(inner, key=lambda c: len(c.requirements), default=None)
    return ".".join(lead.name.split(".")[:2]) if lead is not None else ""


def _context(matcher: Matcher, matches: dict[str, tuple[Match, ...]]) -> str:
    """The domain namespace with the most weight: two or three segments, outside the web layer."""
    weight: dict[str, float] = defaultdict(float)
    for waypoint, module in matcher.candidates:
        parts = module.name.split(".")
        inner = len(parts) > 1 and not parts[0].endswith("Web") and module.path.startswith("lib/")
        if inner and (matcher.about_flags or not serves_all(module)):
            value = 2.0 * waypoint.score / max(1e-9, matcher.candidates[0][0].score) / (1 + waypoint.rank / 10)
            value += sum(m.score / 30 for ms in matches.values() for m in ms if m.module.name == module.name)
            weight[".".join(parts[:2])] += value
            if len(parts) > 3 or (len(parts) == 3 and parts[1] in _BROAD):
                weight[".".join(parts[:3])] += value * 0.9
    return min(weight, key=lambda name: (-weight[name], name)) if weight else ""


_BROAD = frozenset({"Delivery", "Authoring", "Analytics", "Activities", "Resources", "Publishing"})


def _proposed(
    evidence: EvidencePack,
    context: str,
    existing: tuple[Component, ...],
    named: tuple[Component, ...],
    kinds: dict[str, tuple[str, ...]],
    known: frozenset[str],
    storage: Storage,
    runtime: Runtime,
) -> tuple[Component, ...]:
    """The modules the plan needs beyond those: the domain module, its schema, its worker."""
    if not context:
        return ()
    modules = evidence.context.code.modules
    own = [w for w in feature_words(evidence.pack) if w not in {snake(p) for p in context.split(".")}]
    base = f"{context}.{spelled(own or list(feature_words(evidence.pack)), known, evidence.pack.title)}"
    found: list[Component] = []

    def add(name: str, layer: str, asks: tuple[str, ...], work: str) -> None:
        if asks and name not in modules and name not in {c.name for c in (*named, *found)}:
            found.append(Component(name, module_path(name, modules), layer, asks[0], asks, (work,), new=True))

    domain = _domain_asks(evidence, kinds, known, existing) if _is_ground(evidence, context, existing) else ()
    if domain and not any(c.layer == "context" and len(c.requirements) > 1 for c in named):
        add(base, "context", domain, kinds[domain[0]][0])
    for change in storage.changes:
        if change.new:
            schema = camel(singular_of(change.table).split("_"))
            add(f"{context}.{schema}", "schema", storage.requirements or tuple(kinds)[:1], "persist")
    carried = {r for c in existing if c.layer == "worker" for r in c.requirements}
    if runtime.jobs and not carried & set(runtime.jobs):
        add(f"{base}Worker", "worker", runtime.jobs, "background")
    return tuple(found)


def _is_ground(evidence: EvidencePack, context: str, existing: tuple[Component, ...]) -> bool:
    """Whether more than likeness of words gives a namespace: the pack points into it, or a requirement lies in it."""
    names = [*find_named_places(evidence), *(component.name for component in existing)]
    return any(name == context or name.startswith(f"{context}.") for name in names)


def _domain_asks(
    evidence: EvidencePack, kinds: dict[str, tuple[str, ...]], known: frozenset[str], existing: tuple[Component, ...]
) -> tuple[str, ...]:
    """The requirements that a module of the feature's own would answer: those that bring rules.

    Those that a module of today takes stay there; storing and listing alone extend the context that is there. None
    when a domain module with the feature's name is there already.
    """
    foreign = find_foreign(evidence)
    asks = [r.id for r in evidence.pack.requirements if not is_boundary(plain(r.text or r.title))]
    rules = [r for r in asks if kinds[r][0] in RULES and r not in foreign]
    own = set(feature_words(evidence.pack))
    domain = [name for name in known if not name.split(".")[0].endswith("Web")]
    near = [snake(name.rsplit(".", 1)[-1]).split("_") for name in domain]
    if any(own <= set(parts) | {singular_of(part) for part in parts} for parts in near):
        return ()
    carried = {r for c in existing for r in c.requirements}
    homeless = tuple(r for r in rules if r not in carried)
    wanted = any(_OWN_CODE.search(r.text) for r in evidence.pack.requirements if r.id in homeless)
    return homeless if len(homeless) > 1 or wanted else ()
