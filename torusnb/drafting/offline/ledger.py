"""The ledger of decisions: every name is decided here once, and every section reads it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from torusnb.drafting.assumptions import derive_assumptions
from torusnb.drafting.offline.component import Component, find_cache_owner
from torusnb.drafting.offline.contracts import find_contracts
from torusnb.drafting.offline.decisions import Contract, NewEvent, Signal, takes_events
from torusnb.drafting.offline.documented import tell_documented
from torusnb.drafting.offline.doors import find_entry, find_routes, has_door
from torusnb.drafting.offline.elsewhere import Elsewhere, find_elsewhere
from torusnb.drafting.offline.emitting import adds_none, derive_signals, emitted_part, given_signals
from torusnb.drafting.offline.hosting import find_grounds, is_home
from torusnb.drafting.offline.linking import Links
from torusnb.drafting.offline.named_places import find_named_places
from torusnb.drafting.offline.naming import action_of, event_name, event_style, snake
from torusnb.drafting.offline.placing import Placed, place_statements
from torusnb.drafting.offline.plan import Plan, make_plan
from torusnb.drafting.offline.practices import Allotted, allot_practices
from torusnb.drafting.offline.siblings import find_siblings
from torusnb.drafting.offline.sides import is_of_server
from torusnb.drafting.offline.taken import is_taken, settle_named
from torusnb.drafting.offline.tracing import Tracer, Way
from torusnb.drafting.offline.withdrawals import TakenBack
from torusnb.drafting.offline.wording import clip, code, listed, lower_first, plain, restate
from torusnb.drafting.offline.work import is_boundary
from torusnb.drafting.playbook import fill_advice
from torusnb.models.codebase import Route
from torusnb.models.design import EvidencePack, marker
from torusnb.models.knowledge import Unknown, Waypoint
from torusnb.models.requirements import AcceptanceCriterion, Requirement
from torusnb.spec.budgets import no_load_statement

_LINK = re.compile(
    r"^navigat\w+\b|\bnavigat\w+ (?:\w+ ){0,3}(?:to|into)\b|\b(?:routes|links|leads) (?:\w+ )?to\b|"
    r"\bopens the (?:[\w-]+ ){1,3}(?:view|page)\b",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\b(?:llms?|genai|providers?|webhooks?|third-party|external (?:service|system|api|provider)s?|s3|clickhouse|lms|"
    r"e-?mails?|generat(?:e|es|ing) (?:inline |ai )?(?:feedback|recommendations?|completions?))\b",
    re.IGNORECASE,
)


class Ledger:
    """All that the sections share; built once for an evidence pack and never changed."""

    def __init__(self, evidence: EvidencePack, taken_back: TakenBack | None = None) -> None:
        """Decides on evidence without what the pack takes back (`taken_back`), which is told and designed nowhere."""
        self.evidence = evidence
        self.taken_back = taken_back or TakenBack()
        self.pack = evidence.pack
        self.context = evidence.context
        self.code = evidence.context.code
        self._home = find_grounds(evidence)
        self.plan: Plan = make_plan(evidence)

    @cached_property
    def assumptions(self) -> tuple[Unknown, ...]:
        """What is taken for granted: context capture's list and added numbers, none where the pack declines them."""
        away = self.elsewhere is not None or not is_of_server(self.pack, self.plan.sides) or not has_door(self)
        declined = away or no_load_statement(self.pack) is not None
        entered = {hop.function.path for way in self.ways for hop in way.hops}
        known = (u for u in self.context.knowledge.unknown if not declined or u.topic not in {"latency", "load"})
        known = (u for u in known if is_taken(u, self.plan, entered))
        others = {sibling.name for sibling in find_siblings(self.evidence, self.plan.known)}
        known = (settle_named(u, others) for u in known)
        return (*known, *(() if away else derive_assumptions(self.pack, self.context)))

    @cached_property
    def places(self) -> dict[str, str]:
        """The modules of today that the pack points at, each with the evidence of its line."""
        return find_named_places(self.evidence)

    @cached_property
    def elsewhere(self) -> Elsewhere | None:
        """The folder outside the Elixir application that the pack puts the work into."""
        return find_elsewhere(self.evidence)

    @cached_property
    def title(self) -> str:
        """The feature's name, in a form that fits a sentence."""
        title = re.sub(r"\s*\([^)]*\)", "", plain(self.pack.title)).strip(" .:—–-")
        return title or " ".join(self.plan.words).capitalize()

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """The statements of the pack that a design must hold, each with its home."""
        return place_statements(self.pack)

    def given(self, number: str) -> tuple[Placed, ...]:
        """What the pack gives for a section, by torusnb's number of it: no section may say that there is nothing."""
        return tuple(placed for placed in self.placed if placed.home == number and not placed.denies)

    def denied(self, number: str) -> Placed | None:
        """The pack's own word that a section's matter is not needed."""
        return next((placed for placed in self.placed if placed.home == number and placed.denies), None)

    @cached_property
    def flows(self) -> dict[str, tuple[Placed, ...]]:
        """The title of each flow or function that the pack gives steps for, to its steps in their order."""
        titles = dict.fromkeys(placed.flow for placed in self.placed if placed.flow)
        return {title: tuple(p for p in self.placed if p.flow == title) for title in titles}

    @cached_property
    def practices(self) -> dict[str, tuple[Allotted, ...]]:
        """Section id to the practices used there; no practice stands in two sections."""
        return allot_practices(self.evidence, self.placed)

    @cached_property
    def documented(self) -> dict[str, tuple[str, ...]]:
        """Section id to what the locked packages' documentation promises for it, in verified words."""
        return tell_documented(self)

    @cached_property
    def new_events(self) -> tuple[NewEvent, ...]:
        """The LiveView events that requirements ask for and no existing event answers."""
        found: dict[str, NewEvent] = {}
        for component in self.plan.of_layer("live_view", "component"):
            if component.module is None or not takes_events(component.module):
                continue
            present = {use.name for use in component.module.callbacks if use.kind == "handle_event"}
            style = event_style(present)
            for requirement in component.requirements:
                kinds = self.plan.kinds[requirement]
                shown = kinds[0] in {"render", "query", "configure"} or "render" in kinds[:2]
                if not shown or self.is_boundary(requirement) or self._leads_away(requirement):
                    continue
                words = self._action(requirement)
                name = event_name(words, style) if words else ""
                if name and name not in present and len(found) < 6:
                    found.setdefault(name, NewEvent(component.name, name, requirement))
        return tuple(found.values())

    def _leads_away(self, requirement: str) -> bool:
        """Whether what a person does there only opens another page: a link is no event of this one."""
        asked = self.requirement(requirement)
        return _LINK.search(plain(f"{asked.title} {asked.text}")) is not None

    @cached_property
    def contracts(self) -> tuple[Contract, ...]:
        """The functions that the pack writes down with their arguments, each with the requirement it speaks of most."""
        return find_contracts(self.pack, self.code, self.plan.existing)

    def _action(self, requirement: str) -> tuple[str, ...]:
        asked = self.requirement(requirement)
        for text in (asked.title, asked.text, *(c.when for c in self.pack.criteria_of(requirement))):
            words = action_of(text)
            if words:
                return words
        return ()

    @cached_property
    def prefix(self) -> tuple[str, ...]:
        """The atoms every telemetry event of this feature begins with, in the checkout's convention."""
        used = self.context.telemetry_prefixes
        roots = Counter(name.split(".")[0] for name in used)
        root = max(roots, key=lambda name: (name == self.code.app, roots[name]), default=self.code.app or "app")
        domain = [snake(part) for part in self.plan.context.split(".")[1:2]]
        own = "_".join(word for word in self.plan.words if word not in "_".join(domain).split("_"))
        return tuple(part for part in (root, *domain, own) if part)

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """The telemetry events: those the pack asks for; without any, one for each kind of work that can fail."""
        if self.plan.runtime.no_telemetry is not None:
            return ()
        none = not is_of_server(self.pack, self.plan.sides) or adds_none(self.pack)
        return given_signals(self.prefix, self.placed) or (() if none else derive_signals(self))

    @cached_property
    def cache_owner(self) -> Component | None:
        """The new module that would own an in-memory store the pack asks for; None where a cache of today serves."""
        return find_cache_owner(self.plan.fresh, self.plan.runtime.caching)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes that lead to a component, those first whose words the requirements speak, at most six."""
        return find_routes(self)

    @cached_property
    def tracer(self) -> Tracer:
        """What finds the ways through the code of today."""
        return Tracer(self.evidence, [c.name for c in self.plan.existing], self.named & self._home.named)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """The feature's ways through today's code, at most two; those that meet the modules that the pack points at."""
        found = self.tracer.find(2) if self.elsewhere is None else ()
        met = {*self.places, *(component.name for component in self.plan.existing)}
        return tuple(w for w in found if not self.places or met & {hop.function.module for hop in w.hops})

    @cached_property
    def entry(self) -> Waypoint | None:
        """The waypoint that people come in by: a view or controller that is a component, else one that is named."""
        return find_entry(self)

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """The requirements that wait for a system outside the application while they are met."""
        return tuple(
            r.id
            for r in self.pack.requirements
            if _OUTSIDE.search(plain(f"{r.title} {r.text}")) and not self.is_boundary(r.id)
        )

    @cached_property
    def named(self) -> frozenset[str]:
        """The modules of today that the pack names."""
        return frozenset(
            w.module for w in self.context.waypoints if any(reason.kind == "named" for reason in w.reasons)
        )

    def is_home(self, module: str) -> bool:
        """Whether a module lies where the feature lives."""
        return is_home(self._home, module)

    def requirement(self, requirement_id: str) -> Requirement:
        """The requirement of that id."""
        return next(r for r in self.pack.requirements if r.id == requirement_id)

    def short(self, requirement_id: str, words: int = 10) -> str:
        """A requirement's statement in few words."""
        asked = self.requirement(requirement_id)
        title, text = restate(asked.title, words, as_name=True), restate(asked.text, words, as_name=True)
        return title if asked.title and len(asked.title.split()) <= words + 2 else text or title

    def named_in(self, requirement_id: str, words: int = 12) -> str:
        """A requirement's id with its statement in brackets; the id alone where no short form of it ends well."""
        short = self.short(requirement_id, words)
        return requirement_id if len(short.split()) > words + words // 2 else f"{requirement_id} ({lower_first(short)})"

    def is_boundary(self, requirement_id: str) -> bool:
        """Whether the requirement only says what must not be, which adds no work."""
        asked = self.requirement(requirement_id)
        return is_boundary(plain(asked.text or asked.title))

    def nearest(self, asked: AcceptanceCriterion) -> str:
        """The requirement a criterion belongs to: the linked one, else the one whose words it shares most."""
        return self._links.nearest(asked)

    def rarity(self, word: str) -> float:
        """How rare a word is among the requirements: 1 for a word of one of them."""
        return self._links.rarity(word)

    @cached_property
    def _links(self) -> Links:
        return Links(self.pack)

    def cite(self, *keys: str, most: int = 3) -> str:
        """The marker for the first keys that the evidence holds; with a space before it, empty for none."""
        held = tuple(dict.fromkeys(key for key in keys if key in self.evidence.evidence))[:most]
        return f" {marker(*held)}" if held else ""

    def advice(self, section_id: str) -> list[str]:
        """A section's practices, then what documentation promises for it, as bullets with this feature's names."""
        lines = []
        for allotted in self.practices.get(section_id, ()):
            practice = allotted.practice
            text = fill_advice(" ".join(practice.advice.split()), self.names)
            basis = self.cite(*(allotted.asked_by or allotted.shown_by[:2]), f"practice:{practice.id}")
            served = f" for {listed(allotted.asked_by)}" if allotted.asked_by else ""
            lines.append(f"Advice{served}: **{practice.title}**. {text.rstrip('.')}.{basis}")
        return [*lines, *self.documented.get(section_id, ())]

    @cached_property
    def names(self) -> dict[str, str]:
        """What the placeholders of an advice stand for here."""
        plan = self.plan
        view = next((c for c in plan.of_layer("live_view") if not c.new), None)
        owner = next((c for c in plan.fresh if c.layer == "context" and c.requirements), None)
        owner = owner or next((c for c in plan.existing if c.layer == "context"), None)
        worker = next(iter(plan.of_layer("worker")), None)
        cache = next((c for c in plan.runtime.caches if c.kind in {"cachex", "start"}), None)
        table = plan.storage.table or self._anchor_table()
        found = {
            "module": code(owner.name) if owner else "",
            "live_view": code(view.name) if view else "",
            "worker": code(worker.name) if worker else "",
            "cache": code(self.cache_owner.name) if self.cache_owner else code(cache.name) if cache else "",
            "table": code(table) if table else "",
            "event_prefix": emitted_part(self.prefix, self.context.telemetry_prefixes),
        }
        return {name: text for name, text in found.items() if text}

    def _anchor_table(self) -> str:
        anchor = self.plan.storage.anchor
        return anchor.schema.table if anchor is not None and anchor.schema is not None else ""

    def said(self, text: str, words: int = 24) -> str:
        """A statement of the pack, plain and short."""
        return clip(plain(text).rstrip("."), words)
