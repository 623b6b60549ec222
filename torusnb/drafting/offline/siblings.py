"""Modules that the checkout lacks and the pack only uses: parts of other work, not of this design."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.wording import plain
from torusnb.models.base import Place, Value
from torusnb.models.design import EvidencePack

_USES = (
    r"integrat\w+ (?:with|into)|consum\w+|depend\w* (?:up)?on|buil(?:t|ds?) (?:up)?on|(?:re)?us(?:es?|ing|ed)|"
    r"through|via|handled by|owned by|provided by|comes? from|from|calls?|reads?|wrap\w*|works? with|(?:feeds?|hands?|"
    r"passes|emits?|sends?)\b[^.;`]* to|behind|compatible with|align\w* with|follow\w*"
)
_BEHIND_USE = re.compile(rf"\b(?:{_USES})\b(?:(?!\b(?:add|create|introduce|implement|define|build) ).){{0,80}}$", re.I)
"""The words before a name that only use what it stands for."""
_MAKES = re.compile(
    r"\b(?:introduc\w+|creat(?:e|es|ed|ing)|add(?:s|ed|ing)?|implement\w*|defin(?:e|es|ing)|expos\w+|new|"
    r"build(?:s|ing)?(?! on)|deliver\w*|provid(?:e|es|ing)|extract\w*|mov(?:e|es|ed|ing))\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_USED_HEADING = re.compile(r"\b(?:integrations?|dependenc(?:y|ies)|consumers?|upstream|downstream|related)\b", re.I)
_OWN_LIST = re.compile(r"^\W*(?:\d+[.)]\s*)?`[A-Z]")


class Sibling(Value, frozen=True):
    """A module that the pack uses, that the checkout lacks, and that this work does not make."""

    name: str
    key: str


def find_siblings(evidence: EvidencePack, known: frozenset[str]) -> tuple[Sibling, ...]:
    """The modules that each line of the pack only uses; one that a line makes, owns or lists as its own is none."""
    roots = {name.split(".")[0] for name in evidence.context.code.modules}
    places: dict[str, list[tuple[str, str]]] = {}
    for mention in evidence.pack.mentions:
        name = mention.name.split("/")[0].strip("`. ")
        if mention.kind == "function":
            name = name.rsplit(".", 1)[0]
        key = place_key(mention.place)
        lacks = "." in name and name.split(".")[0] in roots and name not in known
        if mention.kind in {"module", "function"} and lacks and key in evidence.evidence:
            places.setdefault(name, []).append((key, _heading(evidence, mention.place)))
    asked = " ".join(f"{r.title} {r.text}" for r in evidence.pack.requirements)
    found = []
    for name, said in sorted(places.items()):
        if not _made_by(asked, name) and all(_uses(evidence.evidence[key].text, name, top) for key, top in said):
            found.append(Sibling(name, said[0][0]))
    return tuple(found)


def _made_by(asked: str, name: str) -> bool:
    """Whether a requirement itself makes the module, and does not merely use it."""
    return name in asked and not all(_BEHIND_USE.search(before) for before in asked.split(name)[:-1])


def _uses(text: str, name: str, heading: str) -> bool:
    """Whether a line uses a module: by the words before its name, or by standing under a heading of what is used."""
    line = plain(text)
    before = line[: line.find(name)] if name in line else line
    if _MAKES.search(before.rstrip("` ")) or _OWN_LIST.match(text.strip()):
        return False
    return _BEHIND_USE.search(before) is not None or _USED_HEADING.search(heading) is not None


def _heading(evidence: EvidencePack, place: Place) -> str:
    above = evidence.pack.sections_above(place)
    return plain(above[-1].title) if above else ""
