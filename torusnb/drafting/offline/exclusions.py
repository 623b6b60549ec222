"""Modules of today that the pack rules out: named in a non-goal, or told to remain as they are."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Module
from torusnb.models.requirements import SpecPack

_RULED_OUT = (
    r"out of scope|outside (?:of )?(?:the|this|our)\b[^.;,]{0,30}|(?:is|are) (?:\w+ )?excluded|not (?:a )?part of|"
    r"(?:is|are) not (?:incorporated|changed|touched|an? [\w-]+ target)|not an? (?:\w+ )?target|"
    r"remains? (?:separate|unchanged|untouched|outside|as (?:it is|they are))|"
    r"(?:must|shall|should) (?:continue to \w+ as|not be (?:changed|touched))|stays? (?:unchanged|as it is)"
)
_AFTER = re.compile(rf"^[^.;]{{0,110}}?\b(?:{_RULED_OUT})", re.IGNORECASE)
"""What follows a name that a sentence rules out."""
_REFUSES = r"explicitly excludes?|out of scope:?|(?:does|do|must|shall|should|will) not (?:change|touch|include|extend)"
_BEFORE = re.compile(rf"\b(?:{_REFUSES})[^.;]{{0,60}}$", re.IGNORECASE)
_SAID = re.compile(rf"\b(?:{_RULED_OUT}|{_REFUSES})", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])|\n+")
_REUSED = re.compile(r"^no (?:new|additional|further|second)\b|\breus(?:es?|ed|ing)\b", re.IGNORECASE)
"""A non-goal that wants no second one of a thing relies on the one that is there."""
_SPAN = re.compile(r"`[^`\n]*`")
_CAMEL = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+")


class Excluded(Value, frozen=True):
    """A module of today that the pack rules out, with the evidence of the words that do."""

    module: Module
    key: str


def excluded_modules(evidence: EvidencePack) -> tuple[Excluded, ...]:
    """The modules that the pack rules out, by name; one that a requirement names itself is never among them.

    A module is ruled out by its name, its path or the last part of its name in a non-goal or in a sentence that leaves
    it as it is. Its kin is ruled out with it: a module whose name shares the word that several such sentences use for
    it and that no requirement, goal or overview uses.
    """
    pack = evidence.pack
    asked = " ".join(f"{r.title} {r.text}" for r in pack.requirements)
    said = _sentences(evidence)
    free = [m for m in evidence.context.code.modules.values() if not any(_spoken(n, asked) for n in _names(m))]
    found: dict[str, Excluded] = {}
    for module in free:
        key = next((k for text, k, whole in said if any(_rules(n, text, whole) for n in _names(module))), "")
        if key:
            found[module.name] = Excluded(module, key)
    topics = _topics(pack, [text for text, _, _ in said])
    for one in tuple(found.values()):
        shared = topics & set(words_of(_last(one.module)))
        for module in free:
            if shared & set(words_of(_last(module))):
                found.setdefault(module.name, Excluded(module, one.key))
    return tuple(found[name] for name in sorted(found))


def _last(module: Module) -> str:
    return module.name.rsplit(".", 1)[-1]


def _names(module: Module) -> list[str]:
    """What a pack may call a module: its name, its file, and the last part of its name where that is no plain word."""
    last = _last(module)
    return [module.name, module.path, *([last] if _CAMEL.fullmatch(last) else [])]


def leave_out(evidence: EvidencePack) -> EvidencePack:
    """The evidence without the waypoints that the pack rules out; what stands behind their keys can still be cited."""
    names = {one.module.name for one in excluded_modules(evidence)}
    if not names:
        return evidence
    kept = tuple(w for w in evidence.context.waypoints if w.module not in names)
    return msgspec.structs.replace(evidence, context=msgspec.structs.replace(evidence.context, waypoints=kept))


def _sentences(evidence: EvidencePack) -> list[tuple[str, str, bool]]:
    """Each sentence that rules something out, its evidence, and whether all of it does (a non-goal)."""
    pack = evidence.pack
    found = [(s.text, place_key(s.place), True) for s in pack.non_goals if not _REUSED.search(plain(s.text))]
    for group in (
        pack.summary, pack.background, pack.interface_notes, pack.data_notes, pack.integration_notes, pack.assumptions,
        pack.notes, pack.rollout,
    ):  # fmt: skip
        for statement in group:
            key = place_key(statement.place)
            found += [(text, key, False) for text in _SENTENCE.split(statement.text) if _SAID.search(plain(text))]
    found += [(risk.mitigation, place_key(risk.place), False) for risk in pack.risks if _SAID.search(risk.mitigation)]
    return [one for one in found if one[1] in evidence.evidence]


def _topics(pack: SpecPack, said: list[str]) -> set[str]:
    """The words of several sentences that rule out, a non-goal among them, and of nothing that the pack asks for."""
    counts = Counter(word for text in said for word in set(words_of(_SAID.sub(" ", _SPAN.sub(" ", text)))))
    refused = {word for s in pack.non_goals for word in words_of(plain(s.text))}
    wanted = [f"{r.title} {r.text}" for r in pack.requirements]
    wanted += [s.text for s in (*pack.goals, *pack.summary) if not _SAID.search(s.text)]
    spoken = set(words_of(plain(" ".join([pack.title, pack.slug, *wanted]))))
    return {word for word, number in counts.items() if number > 2 and word in refused and word not in spoken}


def _spoken(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w./]){re.escape(name)}(?![\w/])", text) is not None


def _rules(name: str, text: str, whole: bool) -> bool:
    """Whether a sentence rules a name out: a non-goal that names it, or words right before or behind the name."""
    for match in re.finditer(rf"(?<![\w./]){re.escape(name)}(?![\w/])", text):
        if whole or _AFTER.search(text[match.end() :]) or _BEFORE.search(text[: match.start()]):
            return True
    return False
