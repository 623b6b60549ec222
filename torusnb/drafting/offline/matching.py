"""Which modules a requirement touches, and which of their functions, events and fields."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cached_property

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.elsewhere import find_elsewhere, find_foreign
from torusnb.drafting.offline.fitness import FLAGS, affinity_of, home_of, share_of
from torusnb.drafting.offline.hosting import does, find_grounds, may_bare, may_host, names_module, offered
from torusnb.drafting.offline.naming import feature_words
from torusnb.drafting.offline.sides import DOCUMENTS, TESTS, WORK, find_sides
from torusnb.drafting.offline.vocabulary import AFFINITY, vocabulary_of
from torusnb.drafting.offline.witnesses import Witness, find_witnesses, speaks_name
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, words_of
from torusnb.models.base import Value
from torusnb.models.database import Field
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Waypoint
from torusnb.models.modules import Function, Module, Use
from torusnb.models.requirements import Requirement

_SILENT = frozenset({"render", "mount", "update", "init", "changeset", "handle_event", "handle_info", "handle_params"})
_STAGED = re.compile(r"\b(?:feature[- ]?flags?|rollouts?|canar(?:y|ies))\b", re.IGNORECASE)
_VERBS = frozenset(words_of("get list fetch load handle build maybe put set do is has can new update assign default"))
_OUTSIDE = frozenset({"test", "guide", "router", "migration"})
_REACH, _NEAR = 20, 8
"""Ranks up to which shared words alone make a match, and a view is the place for something new on the screen."""
_EVENT_SHARE = 0.75
"""How much of an event's name must be spoken of: one word of three names another event of the same page."""
_WITNESSED = {"named": 4.0, "proof": 6.0, "told": 4.0, "ticket": 4.0}
_OVERSHADOWED = 0.4
"""The share of the best score of all modules below which a module that may host is no match."""


class Match(Value, frozen=True):
    """A module that a requirement touches, with the parts of it that speak the requirement's words.

    Attributes:
        key: The waypoint's evidence key. score: comparable within one pack.
    """

    module: Module
    layer: str
    key: str
    score: float
    functions: tuple[Function, ...] = ()
    events: tuple[Use, ...] = ()
    fields: tuple[Field, ...] = ()


class Matcher:
    """Ranks the waypoints' modules for a requirement; built once for an evidence pack."""

    def __init__(self, evidence: EvidencePack) -> None:
        self._pack = evidence.pack
        self._context = evidence.context
        self._linked = {w.path: w for w in self._context.waypoints}
        self.elsewhere = find_elsewhere(evidence)
        self.foreign = find_foreign(evidence)
        self._grounds = find_grounds(evidence)
        self.sides = find_sides(evidence.pack)
        self._witnesses = find_witnesses(evidence)

    @cached_property
    def candidates(self) -> tuple[tuple[Waypoint, Module], ...]:
        """The waypoints with the module each stands for, best first; tests, guides and migrations left out."""
        found = []
        for waypoint in self._context.waypoints:
            module = self._context.code.modules.get(waypoint.module)
            if module is not None and waypoint.layer not in _OUTSIDE:
                found.append((waypoint, module))
        return tuple(found)

    @cached_property
    def _own(self) -> set[str]:
        """The words that name the feature; a module of that name is where it lives today."""
        return set(words_of(" ".join(feature_words(self._pack))))

    @cached_property
    def about_flags(self) -> bool:
        """Whether flags are the feature itself, by its title or by most of its requirements."""
        flagged = [bool(_STAGED.search(plain(f"{r.title} {r.text}"))) for r in self._pack.requirements]
        return _STAGED.search(self._pack.title) is not None or sum(flagged) * 2 > len(flagged)

    @cached_property
    def _homes(self) -> frozenset[str]:
        """The namespaces that the pack names modules or files of; empty when it names fewer than two."""
        by_path = {path: file.modules[0].name for path, file in self._context.code.by_path.items() if file.modules}
        named = {by_path.get(mention.name, mention.name) for mention in self._pack.mentions}
        homes = {home_of(name) for name in named if re.match(r"[A-Z]\w*\.[A-Z]", name)}
        return frozenset(homes) if len(named) > 1 else frozenset()

    @cached_property
    def _best(self) -> float:
        """The best waypoint's score, so that a share of it can be told."""
        return max((w.score for w in self._context.waypoints), default=1.0) or 1.0

    @cached_property
    def _weights(self) -> dict[str, float]:
        counts: Counter[str] = Counter()
        for _, module in self.candidates:
            counts.update(set(self._vocabulary[module.name]))
        total = len(self.candidates) + 1
        return {word: math.log(total / (1 + number)) + 0.3 for word, number in counts.items()}

    @cached_property
    def _vocabulary(self) -> dict[str, dict[str, float]]:
        return {module.name: vocabulary_of(module) for _, module in self.candidates}

    @cached_property
    def _usual(self) -> float:
        """The usual size of a vocabulary; a module that speaks of everything answers nothing in particular."""
        return sum(len(v) for v in self._vocabulary.values()) / max(1, len(self._vocabulary)) or 1.0

    def text_of(self, requirement: Requirement) -> str:
        """What the requirement and its criteria say."""
        parts = [requirement.title, requirement.text if requirement.text != requirement.title else ""]
        parts += [criterion.text for criterion in self._pack.criteria_of(requirement.id)]
        return plain(". ".join(part for part in parts if part))

    def matches(self, requirement: Requirement, most: int = 3) -> tuple[Match, ...]:
        """The modules that the requirement touches, best first; none when nothing in the checkout answers it."""
        own = plain(f"{requirement.title} {requirement.text}")
        whole = self.text_of(requirement)
        heavy, light = words_of(own), words_of(whole)
        linked = {requirement.id, *(c.id for c in self._pack.criteria_of(requirement.id))}
        kinds = self.kinds(requirement)
        layers = frozenset[str]().union(*(AFFINITY[kind] for kind in kinds[:2]))
        scored, flagged = [], FLAGS.search(own) is not None
        for waypoint, module in self.candidates:
            if self.elsewhere is not None and not self._is_meant(module, own, {*heavy, *light}):
                continue
            score = self._words_score(module, heavy) + 0.35 * self._words_score(module, light)
            score *= affinity_of(waypoint.layer, layers, kinds[0])
            score += sum(2.0 / (1 + place) for place, r in enumerate(waypoint.requirements[:6]) if r in linked)
            score *= 0.5 + waypoint.score / self._best
            score *= share_of(module, waypoint.layer, kinds, flagged=flagged or self.about_flags)
            if self._own and self._own <= set(words_of(module.name.rsplit(".", 1)[-1])):
                score *= 2.2 if kinds[0] == "render" else 1.6
            score *= 1.0 if not self._homes or home_of(module.name) in self._homes else 0.6
            score += 6.0 if module.name in whole else 0.0
            score += _WITNESSED.get(self._witness(requirement, module), 0.0)
            score += 1.0 if waypoint.likely == "changed" else 0.0
            scored.append((score, -waypoint.rank, waypoint, module))
        whole_best = max((item[0] for item in scored), default=0.0)
        scored = [item for item in scored if self._may_host(requirement, item[2], item[3], kinds, own)]
        scored.sort(key=lambda item: (-item[0], -item[1]))
        away = requirement.id in self.foreign or self.sides[requirement.id] in {DOCUMENTS, WORK}
        if not scored or scored[0][0] < 3.0 or away:
            return ()
        floor = max(3.0, scored[0][0] * 0.62, whole_best * _OVERSHADOWED)
        near = [item for item in scored[:most] if item[0] >= floor]
        near += [item for item in scored if item not in near and self._witness(requirement, item[3])][:most]
        found = [(w, self._match(s, w, m, heavy, light, kinds, own)) for s, _, w, m in near]
        alike = [
            (waypoint, match)
            for place, (waypoint, match) in enumerate(found)
            if (match.functions or match.events or match.fields)
            or self._witness(requirement, match.module)
            or names_module(own, match.module)
            or (
                waypoint.rank <= _REACH
                and linked & set(waypoint.requirements[:4])
                and may_bare(waypoint.layer, kinds, match.module, own)
            )
            or (place == 0 and kinds[0] == "render" and waypoint.layer == "live_view" and waypoint.rank <= _NEAR)
        ]
        proven = tuple(match for waypoint, match in alike if self._is_proven(requirement, waypoint, match, own))
        return tuple(sorted(proven, key=lambda match: not self._leads(requirement, match, kinds)))

    def kinds(self, requirement: Requirement) -> tuple[str, ...]:
        """The kinds of work of a requirement; tests, documents and the order of the work are no code of the product."""
        side = self.sides[requirement.id]
        if side in {DOCUMENTS, WORK}:
            return ("deliver",)
        return ("verify",) if side == TESTS else kinds_of(plain(f"{requirement.title}. {requirement.text}"))

    def _witness(self, requirement: Requirement, module: Module) -> str:
        """How a requirement is placed in a module besides by words; empty where only words do."""
        found: Witness | None = self._witnesses[requirement.id].get(module.name)
        return found.how if found is not None else ""

    def _may_host(
        self, requirement: Requirement, waypoint: Waypoint, module: Module, kinds: tuple[str, ...], own: str
    ) -> bool:
        if self._witness(requirement, module) in {"named", "proof", "ticket"}:
            return True
        return may_host(self._grounds, waypoint, module, kinds, own, top=self._best)

    def _leads(self, requirement: Requirement, match: Match, kinds: tuple[str, ...]) -> bool:
        """Whether a module that the pack itself names is of the layer in which the work is done first."""
        on_page = match.layer in {"live_view", "component", "asset"}
        fits = on_page == (kinds[0] == "render") and match.layer != "schema"
        return fits and self._witness(requirement, match.module) in {"named", "proof", "told", "ticket"}

    def _is_proven(self, requirement: Requirement, waypoint: Waypoint, match: Match, text: str) -> bool:
        """Whether a witness, a name that is spoken or the feature's own, or a function's whole name places it there."""
        last = set(words_of(match.module.name.rsplit(".", 1)[-1]))
        return (
            bool(self._witness(requirement, match.module))
            or names_module(text, match.module)
            or speaks_name(waypoint, match.module, text)
            or (len(self._own) > 1 and self._own <= last)
            or any(does(function, text) for function in match.functions)
        )

    def _is_meant(self, module: Module, text: str, words: set[str]) -> bool:
        """Whether a requirement of work outside the application means a module of it: by name, or by all its words."""
        last = [word for word in words_of(module.name.rsplit(".", 1)[-1]) if word != "live"]
        return names_module(text, module) or (len(last) > 1 and set(last) <= words)

    def _words_score(self, module: Module, words: tuple[str, ...]) -> float:
        vocabulary = self._vocabulary[module.name]
        shared = sum(self._weights.get(word, 0.0) * vocabulary[word] for word in words if word in vocabulary)
        return shared / (0.6 + 0.4 * len(vocabulary) / self._usual)

    def _match(
        self,
        score: float,
        waypoint: Waypoint,
        module: Module,
        words: tuple[str, ...],
        more: tuple[str, ...],
        kinds: tuple[str, ...],
        own: str,
    ) -> Match:
        spoken = self.functions(module, words, most=6) or self.functions(module, more, most=6, least=0.8)
        done = [f for f in module.functions if waypoint.layer != "schema" and does(f, own)]
        return Match(
            module=module,
            layer=waypoint.layer,
            key=waypoint.key,
            score=round(score, 4),
            functions=tuple(dict.fromkeys((*done, *offered(waypoint.layer, kinds, spoken, own))))[:2],
            events=self.events(module, more),
            fields=self.fields(module, more),
        )

    def functions(
        self, module: Module, words: tuple[str, ...], *, most: int = 2, least: float = 0.55
    ) -> tuple[Function, ...]:
        """The functions of which the words cover at least that share of the name, best first; public ones before."""
        wanted = set(words)
        scored = []
        for function in module.functions:
            if function.name in _SILENT or function.kind.startswith(("defmacro", "defguard")):
                continue
            weight = self._fit(function.name, wanted, least)
            if weight > 0:
                scored.append((-weight - (0.4 if function.public else 0.0), function.line, function))
        scored.sort(key=lambda item: item[:2])
        return tuple(function for _, _, function in scored[:most])

    def _fit(self, name: str, wanted: set[str], least: float = 0.55) -> float:
        """How much of a name the words cover; 0 when they cover less than that share of what it says."""
        words = [word for word in words_of(name.replace("-", " ").replace(".", " ")) if word not in _VERBS]
        total = sum(self._weights.get(word, 0.6) for word in words)
        shared = sum(self._weights.get(word, 0.6) for word in words if word in wanted)
        if not words or shared < least * total or shared < 0.27 * max(self._weights.values(), default=1.0):
            return 0.0
        return shared * shared / total

    def events(self, module: Module, words: tuple[str, ...], most: int = 3) -> tuple[Use, ...]:
        """The LiveView events of a module that speak the words, in the order of the file."""
        wanted = set(words)
        found: dict[str, Use] = {}
        for use in module.callbacks:
            if use.kind == "handle_event" and use.name and self._is_asked(use.name, wanted):
                found.setdefault(use.name, use)
        return tuple(found.values())[:most]

    def _is_asked(self, event: str, wanted: set[str]) -> bool:
        """Whether an event's name is spoken of by two of its words, or by its only one."""
        words = set(words_of(event.replace("-", " ").replace(".", " ")))
        return len(words & wanted) >= min(2, len(words)) and self._fit(event, wanted, _EVENT_SHARE) > 0

    def fields(self, module: Module, words: tuple[str, ...], most: int = 4) -> tuple[Field, ...]:
        """The schema fields whose names the words speak: two words of a name, or all of them."""
        if module.schema is None:
            return ()
        wanted = set(words)
        spoken = ((f, set(words_of(f.name))) for f in module.schema.fields)
        return tuple(f for f, name in spoken if len(name & wanted) >= min(2, max(1, len(name))))[:most]


def module_key(module: Module) -> str:
    """The evidence key of the line a module begins on."""
    return code_key(module.path, module.line)
