"""The modules of today that the pack points at: by name, by path, by the end of a path, or by a test of theirs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.fitness import serves_all
from torusnb.drafting.offline.wording import plain
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import SpecPack

_ASIDE = re.compile(
    r"\b(?:qa|test(?:ing)?|verification|validation) plan\b|^(?:[\d.]+\s+)?(?:testing|tests|verification|references?)\b|"
    r"non[- ]?goals?|out[- ]of[- ]scope|definition of done|\btimeline\b|\bmilestones?\b",
    re.IGNORECASE,
)
"""A heading below which a name tells how the work is checked or what it leaves alone, not where it lies."""
_TESTED = re.compile(r"^test/(?P<rest>[\w./-]+)_test\.exs$")
_END = re.compile(r"`(?P<end>(?:[a-z]\w*/)+[a-z]\w*)`")
_CALLED = re.compile(
    r"`(?P<end>[a-z]\w*_\w+)`(?= (?:pipeline|module|context|layer|path|controller|service|component|file)s?\b)"
)
"""A name of one word is a file only where the pack says what it is: a field or a key is spelled the same."""

_NOT_MEANT = re.compile(r"\bn/?a\b|\bnot applicable\b|\bif applicable\b|^none\b", re.IGNORECASE)


class Places:
    """The files of a checkout by the ways in which a pack may write them."""

    def __init__(self, code: CodeMap) -> None:
        self._modules = code.modules
        self._by_path = {p: file.modules[0].name for p, file in code.by_path.items() if file.modules}
        self._by_last: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._by_path):
            if path.startswith("lib/") and path.endswith(".ex"):
                self._by_last[path.rsplit("/", 1)[-1].removesuffix(".ex")].append(path)

    def at(self, path: str) -> str:
        """The module of a file, or of that a test mirrors; empty where none or more than one could be."""
        if path.startswith("lib/"):
            return self._by_path.get(path, "")
        tested = _TESTED.match(path)
        if tested is None:
            return ""
        rest = tested["rest"]
        return self._by_path.get(f"lib/{rest}.ex", "") or self._only(rest.rsplit("/", 1)[-1])

    def ending(self, text: str) -> Iterator[str]:
        """The modules whose files a text calls by the end of their path, or by their last name with what it is."""
        for match in _END.finditer(text):
            end = match["end"]
            found = [p for p in self._by_last.get(end.rsplit("/", 1)[-1], ()) if p.endswith(f"/{end}.ex")]
            if len(found) == 1:
                yield self._by_path[found[0]]
        for match in _CALLED.finditer(text):
            if name := self._only(match["end"]):
                yield name

    def _only(self, last: str) -> str:
        """The one file of that name; a name of one word is too common to tell."""
        found = self._by_last.get(last, ()) if "_" in last else ()
        return self._by_path[found[0]] if len(found) == 1 else ""


def stands_aside(pack: SpecPack, place: Place) -> bool:
    """Whether a place lies below a heading of checks or non-goals, where a name puts no work anywhere."""
    above = pack.sections_above(place)
    top = max((n for n, s in enumerate(above) if s.level <= 2), default=0)
    return any(_ASIDE.search(plain(section.title)) for section in above[top:])


def find_named_places(evidence: EvidencePack) -> dict[str, str]:
    """Module of today to the evidence of the pack's line that points at it, in the pack's order.

    Plumbing that every feature uses is none; nor is a name below a heading of checks or non-goals.
    """
    pack, code = evidence.pack, evidence.context.code
    places, refused = Places(code), not_meant(pack)
    found: dict[str, str] = {}
    for mention in pack.mentions:
        if (mention.place.path, mention.place.line) in refused or stands_aside(pack, mention.place):
            continue
        name = mention.name.split("/")[0].rsplit(".", 1)[0] if mention.kind == "function" else mention.name
        text = f"`{mention.name}`"
        said = evidence.evidence.get(place_key(mention.place))
        whole = said.text if said is not None and text in said.text else text
        at = [name] if name in code.modules else [places.at(mention.name), *places.ending(whole)]
        for module in at:
            if module in code.modules and not serves_all(code.modules[module]):
                found.setdefault(module, place_key(mention.place))
    return found


def not_meant(pack: SpecPack) -> set[tuple[str, int]]:
    """The lines that say `not applicable`, each with the line above it: the point that it answers."""
    return {
        (section.place.path, section.place.line + offset - above)
        for section in pack.sections
        for offset, line in enumerate((section.title, *section.text.splitlines()))
        if _NOT_MEANT.search(plain(line))
        for above in (0, 1)
    }
