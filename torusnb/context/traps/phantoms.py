"""Names that the pack speaks of as existing and that the checkout does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from torusnb.context.naming import Resolver
from torusnb.context.traps.scene import Finding, Rule, Scene
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.requirements import Mention, PrdSection

_CLAIMS = re.compile(
    r"""\b(existing|exists?|already|currently?|today|reus(?:e|es|ed|ing)|extend(?:s|ed|ing)?|leverag\w+|delegat\w+|depend(?:s|ed|ing)?\s+on
    |rel(?:y|ies|ied|ying)\s+on|integrat\w+\s+with|built\s+on|based\s+on|consum\w+|us(?:es|ing|ed\s+by)|call(?:s|ed|ing)|via|through
    |wrap\w*|replac\w+|remov\w+|migrat\w+\s+from|refactor\w*|unchanged|keeps?|remains?|like|as\s+in|same\s+as|follow\w*|modif\w+
    |updat(?:e|es|ing)|downstream|upstream|support(?:s|ing)|hook(?:s)?\s+into|see)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DECLARES = re.compile(
    r"""\b(new|add(?:s|ed|ing)?|introduc\w+|creat\w+|defin\w+|provid\w+|expos\w+|implement\w*|build(?:s|ing)?|propos\w+|recommend\w+|prefer\w+|planned
    |should\s+(?:live|be|have|include)|must\s+(?:live|include|provide)|shall|will\s+(?:be|live|have|add|provide|introduce)|would|such\s+as|e\.g\.
    |extract\w*|move(?:s|d)?\s+(?:to|into)|rename\w*|suggest\w*|boundary|candidate|working\s+name\w*|name\s+TBD|tests?\s+(?:in|at|under))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_STRONG = re.compile(
    r"\b(existing|already|currently|current|today|reus(?:e|es|ing)|remov(?:e|es|ing)|depend(?:s|ing)? on"
    r"|extend(?:s|ing)?)\b",
    re.IGNORECASE,
)
_LOG = re.compile(r"decision|evidence|change ?log|history|revision", re.IGNORECASE)
_STANDING = re.compile(
    r"integration|dependenc|existing|current|context|background|reference|repository|affected", re.IGNORECASE
)
_NEW_HEADINGS = re.compile(
    r"new\b|proposed|interfaces?$|public api|contract|data model|schema|deliverable|scope$", re.IGNORECASE
)
_CODE_PATH = re.compile(r"^(?:lib|assets/src|priv|config|apps)/[\w./-]+\.\w+$")
_PARAM = re.compile(r":\w+|\*\w*")
_CLOSE = 62.0
_MOST_SEARCHED = 6000


@dataclass(frozen=True)
class _Line:
    """A line of the pack, with the headings above it."""

    text: str
    headings: str


class _Names:
    """The checkout's names of each kind, and which of them is nearest to one that is not there."""

    def __init__(self, code_map: CodeMap) -> None:
        self._map = code_map
        self.resolver = Resolver(code_map)

    @cached_property
    def routes(self) -> dict[str, str]:
        """The shape of each route (parameters without their names) to its path."""
        return {_shape(route.path): route.path for route in reversed(self._map.routes)}

    def nearest(self, mention: Mention) -> str:
        """The nearest existing name of the same kind, or empty when none is near."""
        if mention.kind == "module":
            return self._nearest_module(mention.name)
        if mention.kind == "function":
            return self._nearest_function(mention.name)
        if mention.kind == "route":
            return _best(mention.name, list(self.routes.values()), 80.0)
        folder, _, file = mention.name.rpartition("/")
        names = {path.rpartition("/")[2]: path for path in sorted(self._map.paths, reverse=True)}
        if file in names:
            return names[file]
        beside = [path for path in sorted(self._map.paths) if path.startswith(f"{folder}/")]
        return _best(mention.name, beside, 80.0)

    def _nearest_module(self, name: str) -> str:
        last = name.rpartition(".")[2]
        same = sorted(known for known in self._map.modules if known.rpartition(".")[2] == last)
        if same:
            return max(same, key=lambda known: (fuzz.ratio(known, name), known))
        return _best(name, sorted(self._map.modules)[:_MOST_SEARCHED], 85.0)

    def _nearest_function(self, name: str) -> str:
        owner, _, called = name.partition("(")[0].rpartition(".")
        bare = called.partition("/")[0]
        module = self._map.modules.get(owner)
        if module is None:
            found = sorted(
                m.name for m in self._map.modules.values() if any(f.name == bare and f.public for f in m.functions)
            )
            return f"{found[0]}.{bare}" if len(found) == 1 else ""
        same = [f for f in module.functions if f.name == bare]
        if same:
            return f"{owner}.{bare}/{same[0].arity}"
        chosen = _best(bare, [f.name for f in module.functions if f.public], _CLOSE)
        return f"{owner}.{chosen}" if chosen else ""


def _best(name: str, names: list[str], least: float) -> str:
    scored = [(fuzz.ratio(name, known), known) for known in names]
    score, best = max(scored, default=(0.0, ""), key=lambda pair: (pair[0], pair[1]))
    return best if score >= least else ""


def _shape(path: str) -> str:
    return _PARAM.sub(":", path.partition("?")[0].rstrip("/") or "/")


def _detect(scene: Scene) -> Iterable[Finding]:
    names = _Names(scene.code_map)
    told: set[str] = set()
    found: dict[Place, list[Mention]] = {}
    lines = dict(_lines(scene))
    declared = _declared(scene, lines)
    for mention in scene.pack.mentions:
        owner = mention.name.partition("(")[0].rpartition(".")[0] if mention.kind == "function" else mention.name
        if mention.name in told or owner in declared or not _is_missing(mention, names, scene.code_map):
            continue
        line = _line_of(mention, lines)
        if line is None or not _claims(mention, line):
            continue
        told.add(mention.name)
        found.setdefault(mention.place, []).append(mention)
    for mentions in found.values():
        yield _finding(mentions, names)


def _declared(scene: Scene, lines: dict[Place, _Line]) -> frozenset[str]:
    """The names that the pack somewhere declares as to be made: what other lines say of them is about that."""
    found = set()
    for mention in scene.pack.mentions:
        line = _line_of(mention, lines) if mention.kind in _KINDS else None
        if line is None:
            continue
        sentence = _sentence(line.text, mention.name)
        if _DECLARES.search(sentence) and not _STRONG.search(sentence.replace(mention.name, " ")):
            found.add(mention.name)
    return frozenset(found)


def _line_of(mention: Mention, lines: dict[Place, _Line]) -> _Line | None:
    """The line that holds the name; a section's text may begin a line or two after its heading."""
    for offset in (0, -1, 1, -2, 2):
        line = lines.get(Place(mention.place.path, mention.place.line + offset))
        if line is not None and mention.name in line.text:
            return line
    return None


def _lines(scene: Scene) -> Iterator[tuple[Place, _Line]]:
    """Every line of the pack's sections and entries with the headings above it."""
    above: list[PrdSection] = []
    for section in scene.pack.sections:
        above = [*(kept for kept in above if kept.level < section.level), section]
        headings = " / ".join(kept.title for kept in above[1:] or above)
        for offset, text in enumerate(section.text.split("\n"), 1):
            yield Place(section.place.path, section.place.line + offset), _Line(text, headings)
    for requirement in scene.pack.requirements:
        yield requirement.place, _Line(requirement.text, "")
    for criterion in scene.pack.criteria:
        yield criterion.place, _Line(criterion.text, "")


def _is_missing(mention: Mention, names: _Names, code_map: CodeMap) -> bool:
    name = mention.name
    if mention.kind == "module":
        return names.resolver.is_missing(name)
    if mention.kind == "function":
        return _is_missing_function(name, names, code_map)
    if mention.kind == "route":
        path = name.rpartition(" ")[2]
        return path.startswith("/") and path.count("/") > 1 and "*" not in path and _shape(path) not in names.routes
    if mention.kind == "path":
        top = "/".join(name.split("/")[:2])
        known = any(
            path.startswith(f"{top}/") for path in code_map.paths
        )  # a checkout may hold a part of the repository
        return bool(_CODE_PATH.match(name)) and known and name not in code_map.paths
    return False


def _is_missing_function(name: str, names: _Names, code_map: CodeMap) -> bool:
    """Whether a function of one of the checkout's own modules is not there; one without a module is never judged."""
    owner, _, called = name.partition("(")[0].rpartition(".")
    if not owner:
        return False
    module = code_map.modules.get(owner)
    if module is None:
        return names.resolver.is_missing(owner)
    bare, _, arity = called.partition("/")
    known = [function for function in module.functions if function.name == bare]
    if not known:
        return not any(reference.kind == "use" for reference in module.references)
    return arity.isdecimal() and not any(f.arity - f.defaults <= int(arity) <= f.arity for f in known)


def _claims(mention: Mention, line: _Line) -> bool:
    """Whether the pack speaks of a name as being there: in words around it, or by the heading it stands under."""
    sentence = _sentence(line.text, mention.name)
    heading = line.headings.rpartition(" / ")[2]
    if f"{mention.name}.*" in line.text or _LOG.search(line.headings) or _LOG.match(line.text.strip("-* ")):
        return False
    if _DECLARES.search(sentence):
        return False
    said = sentence.replace(mention.name, " ")
    if _STRONG.search(said):
        return True
    if mention.kind == "route" or _NEW_HEADINGS.search(heading):
        return False
    return bool(_CLAIMS.search(said) or _STANDING.search(heading))


def _sentence(text: str, name: str) -> str:
    at = text.find(name)
    before = max(text.rfind(". ", 0, max(at, 0)), text.rfind("; ", 0, max(at, 0)))
    after = min(
        (end for end in (text.find(". ", at + len(name)), text.find("; ", at + len(name))) if end > 0),
        default=len(text),
    )
    return text[before + 1 : after]


_KINDS = {"module": "module", "function": "function", "route": "route", "path": "file"}


def _finding(mentions: list[Mention], names: _Names) -> Finding:
    """The finding of one line of the pack, with every name of it that is not there."""
    first = mentions[0]
    told = [_told(mention, names.nearest(mention)) for mention in mentions]
    return Finding(
        path=first.place.path,
        line=first.place.line,
        what=f"The pack builds on {' and on '.join(told[:3])}; this checkout has no such {_KINDS[first.kind]}.",
        stake="a design that takes it for granted rests on work that is not done, or on a name that has changed",
        topic=tuple(mention.name for mention in mentions),
        symbol=first.name,
        severity="high" if first.kind in ("module", "function") else "medium",
        weight=0.8,
        wanted=True,
    )


def _told(mention: Mention, nearest: str) -> str:
    near = f" (the nearest that exists is `{nearest}`)" if nearest else " (nothing of a like name exists)"
    return f"the {_KINDS[mention.kind]} `{mention.name}`{near}"


RULES: tuple[Rule, ...] = (
    Rule(
        "phantom-name",
        "A name that does not exist",
        "web",
        "A module, function, route or source file that the pack speaks of as existing (it uses, extends, "
        "integrates with it) and "
        "that the checkout does not have at this commit. Names that the pack declares as new are left out.",
        "Ask whether it was renamed, lies in another feature that comes first, or is to be made here, and say which.",
        _detect,
    ),
)
