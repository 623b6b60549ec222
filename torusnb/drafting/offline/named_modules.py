"""The new modules that the pack itself names, and which requirements they own."""

from __future__ import annotations

import re

import msgspec

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.elsewhere import find_foreign
from torusnb.drafting.offline.matching import Match
from torusnb.drafting.offline.naming import module_path
from torusnb.drafting.offline.siblings import find_siblings
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import KINDS, is_boundary, words_of
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import Mention

_REFUSAL = re.compile(
    r"\b(?:remov\w+|drop(?:s|ped)?|no longer|instead of|rather than|deprecat\w+|archived|superseded)\b", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:decision log|change ?log|history|non-goals?|background|prior art|\d{4}-\d\d-\d\d)\b", re.IGNORECASE
)
RULES = frozenset({"compute", "integrate", "copy", "validate", "cache"})
"""The kinds of work that bring rules of their own."""


_OFTEN = 3
"""Lines of the pack from which on a module it names is the feature's own, whatever it is called."""


def named_modules(
    evidence: EvidencePack, known: frozenset[str], kinds: dict[str, tuple[str, ...]]
) -> tuple[Component, ...]:
    """The modules that the pack names and the checkout does not have."""
    roots = {name.split(".")[0] for name in evidence.context.code.modules}
    used = {sibling.name for sibling in find_siblings(evidence, known)}
    found: dict[str, Component] = {}
    for mention in evidence.pack.mentions:
        name = mention.name.split("/")[0].strip("`. ")
        if mention.kind == "function":
            name = name.rsplit(".", 1)[0]
        if name.split(".")[0] not in roots or name in known or not _is_module(name) or name.endswith("Test"):
            continue
        if any(k.startswith(name + ".") for k in known) and name.count(".") < 2:
            continue
        if name in used or _is_refused(evidence, mention) or _stands_below(name, known):
            continue
        key = place_key(mention.place)
        text = plain(evidence.evidence[key].text) if key in evidence.evidence else ""
        asks = tuple(r.id for r in evidence.pack.requirements if name in r.text) or _near(evidence, name)
        work = tuple(dict.fromkeys(kind for r in asks for kind in kinds[r][:1])) or ("compute",)
        path = module_path(name, evidence.context.code.modules)
        layer = "component" if name.split(".")[0].endswith("Web") else "context"
        found.setdefault(name, Component(name, path, layer, key, asks, work, new=True, role=text))
    return tuple(found.values())[:5]


def give_lead(
    evidence: EvidencePack,
    named: tuple[Component, ...],
    matches: dict[str, tuple[Match, ...]],
    kinds: dict[str, tuple[str, ...]],
) -> tuple[Component, ...]:
    """The named modules, of which the most mentioned takes the rules that no other one and no view answers."""
    inner = [component for component in named if component.layer == "context"]
    if not inner:
        return named
    places: dict[str, set[str]] = {c.name: set() for c in inner}
    for mention in evidence.pack.mentions:
        for component in inner:
            if mention.name.split("/")[0].strip("`. ").startswith(component.name):
                places[component.name].add(place_key(mention.place))
    lead = max(inner, key=lambda c: len(places[c.name]))
    about = set(words_of(f"{plain(evidence.pack.title)} {evidence.pack.slug}"))
    own = set(words_of(lead.name.rsplit(".", 1)[-1]))
    if len(places[lead.name]) < _OFTEN and not about & own:
        return named  # a helper named in passing is not where the feature lives
    taken = {r for component in named if component is not lead for r in component.requirements}
    web = {"live_view", "component", "controller", "worker"}
    taken |= set(find_foreign(evidence))
    whole = len(about & own) > 1 and not any(c.layer == "component" for c in named)
    kept = set(KINDS) - {"verify"} if whole else RULES | {"query", "persist"}
    asks = [r for r in evidence.pack.requirements if not is_boundary(plain(r.text or r.title)) and r.id not in taken]
    owned = [
        r.id
        for r in asks
        if r.id in lead.requirements or (kinds[r.id][0] in kept and not any(m.layer in web for m in matches[r.id][:1]))
    ]
    work = tuple(dict.fromkeys(kinds[r][0] for r in owned)) or lead.kinds
    grown = msgspec.structs.replace(lead, requirements=tuple(owned), kinds=work)
    return tuple(grown if component is lead else component for component in named)


def release_owned(
    evidence: EvidencePack, named: tuple[Component, ...], matches: dict[str, tuple[Match, ...]]
) -> dict[str, tuple[Match, ...]]:
    """The matches without those that merely share words with what a named module owns.

    A view, a controller, a worker and a schema still meet the requirement, and so does a module that the pack names or
    that lies in the owner's namespace.
    """
    owner = {r: c.name.split(".")[:2] for c in named if c.layer == "context" for r in c.requirements}
    said = {m.name.rsplit(".", 1)[0] if m.kind == "function" else m.name for m in evidence.pack.mentions}
    outer = {"live_view", "component", "controller", "worker", "schema"}

    def stays(match: Match, home: list[str]) -> bool:
        return match.layer in outer or match.module.name in said or match.module.name.split(".")[:2] == home

    return {
        r: tuple(match for match in found if r not in owner or stays(match, owner[r])) for r, found in matches.items()
    }


def _is_refused(evidence: EvidencePack, mention: Mention) -> bool:
    """Whether a name stands where the pack looks back or says what is not to be: no module to add."""
    place = mention.place
    said = evidence.evidence.get(place_key(place))
    if said is not None and _REFUSAL.search(plain(said.text)):
        return True
    above = evidence.pack.sections_above(place)
    return bool(above) and _PAST.search(above[-1].title) is not None


def _stands_below(name: str, known: frozenset[str]) -> bool:
    """Whether the checkout has the module one level deeper in the namespace: a pack often leaves a level out."""
    head, _, last = name.rpartition(".")
    deeper = name.count(".") + 1
    return any(k.startswith(f"{head}.") and k.endswith(f".{last}") and k.count(".") == deeper for k in known)


def built_names(evidence: EvidencePack) -> list[tuple[str, str, str]]:
    """What the pack wants made and the outline shows: name, evidence of the wish and of the place."""
    code = evidence.context.code
    routes = {route.path: code_key(route.file, route.line) for route in code.routes}
    found: dict[str, tuple[str, str, str]] = {}
    for mention in evidence.pack.mentions:
        key = place_key(mention.place)
        said = evidence.evidence.get(key)
        if said is None or _is_refused(evidence, mention) or not _wants(said.text, mention.name):
            continue
        module = code.modules.get(mention.name) if mention.kind == "module" else None
        line = code_key(module.path, module.line) if module is not None else routes.get(mention.name, "")
        if line:
            found.setdefault(mention.name, (mention.name, key, line))
    return list(found.values())[:4]


def _wants(text: str, name: str) -> bool:
    """Whether a text wants the thing of that name made, and does not only use it."""
    made = r"\b(?:introduc\w+|creat(?:e|es|ing)|add(?:s|ing)?|new)\b"
    return re.search(rf"{made}[^.;`]{{0,40}}`{re.escape(name)}`(?!\s+(?:to|with)\b)", text, re.IGNORECASE) is not None


def _is_module(name: str) -> bool:
    parts = name.split(".")
    return len(parts) > 1 and all(part[:1].isupper() and part.isalnum() for part in parts)


def _near(evidence: EvidencePack, name: str) -> tuple[str, ...]:
    """The requirements that share most words with a module's name, at most three."""
    wanted = set(words_of(name.rsplit(".", 1)[-1]))
    scored = [(len(wanted & set(words_of(plain(f"{r.title} {r.text}")))), r.id) for r in evidence.pack.requirements]
    best = max((score for score, _ in scored), default=0)
    return tuple(r for score, r in scored if score == best and score > 0)[:3]
