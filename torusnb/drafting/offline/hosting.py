"""Which modules of today may take a requirement: only those of a fitting layer, in the feature's own namespace."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.drafting.offline.named_places import find_named_places, not_meant, stands_aside
from torusnb.drafting.offline.work import words_of
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Waypoint
from torusnb.models.modules import Function, Module

_PAGES = frozenset({"live_view", "component", "asset"})
_EDGES = frozenset({"live_view", "controller", "plug", "router"})
"""The layers in which access is decided."""
_INNER = frozenset({"context", "other", "process", "cache"})
_HOSTS: dict[str, frozenset[str]] = {
    "authorize": _EDGES | {"context"},
    "deliver": frozenset(),
    "observe": _INNER | {"worker", "live_view", "component"},
    "verify": _INNER | _PAGES | {"worker", "schema", "controller"},
    "background": frozenset({"worker", "context", "process"}),
    "notify": _PAGES | {"process", "context"},
    "cache": _INNER,
    "integrate": _INNER | {"controller"},
    "copy": _INNER,
    "persist": frozenset({"schema", "context", "other"}),
    "validate": _INNER | {"controller"},
    "configure": _INNER | _PAGES,
    "compute": _INNER,
    "query": _INNER | {"live_view", "component", "controller"},
    "render": _PAGES,
}
"""The layers that can take a kind of work; words shared with a module of another layer prove nothing."""
_GATES = frozenset(words_of("authorize authorization access permission role allow allowed gate forbid policy mount"))
_SEGMENTS = frozenset({"Live", "Components", "Common", "Api", "Plugs", "Workers", "Utils", "Controllers", "Core"})
"""Parts of a name that no feature owns."""
_HANDED = re.compile(
    r"\bbefore (?:passing|handing|sending|giving)\b[^.;()]*? to (?:the )?`?(?P<to>[\w. ]{3,40})", re.IGNORECASE
)
"""Work that is done before something reaches a part is not the work of that part."""
_OFF_SCREEN = re.compile(
    r"\bnon-ui\b|\b(?:outside|not in) (?:of )?(?:the )?(?:ui|live ?views?|components?)\b", re.IGNORECASE
)
_STRONGEST, _CORE = 8, 4
"""Ranks of the waypoints that may host by their rank alone, and of those whose namespaces are the feature's."""
_CAMEL = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z]\w*)+")
"""A last part that is no plain word: `Source` may be the label of an input."""
_COVERED = 0.7
"""The share of a function's name that a requirement has to speak of."""
_PLAIN_VERBS = frozenset(words_of("get list fetch load build put set maybe"))


class Grounds(Value, frozen=True):
    """What the pack and the ranking say about where the feature lives.

    Attributes:
        named: Modules of today that the pack names where it asks for something.
        homes: The parts of names that the feature's modules share; `strict` when the pack names two modules or more.
    """

    named: frozenset[str]
    homes: frozenset[str]
    strict: bool


def find_grounds(evidence: EvidencePack) -> Grounds:
    """Where the feature lives: by the modules that the pack names, else by the strongest waypoints."""
    code = evidence.context.code
    by_path = {path: file.modules[0].name for path, file in code.by_path.items() if file.modules}
    refused = not_meant(evidence.pack)
    said: set[str] = set()
    for mention in evidence.pack.mentions:
        if (mention.place.path, mention.place.line) in refused or stands_aside(evidence.pack, mention.place):
            continue
        name = mention.name.split("/")[0].rsplit(".", 1)[0] if mention.kind == "function" else mention.name
        said.add(by_path.get(mention.name, name))
    last = {module.rsplit(".", 1)[-1]: module for module in sorted(code.modules)}
    named = {last[name] if name in last and _CAMEL.fullmatch(name) else name for name in said}
    named |= set(find_named_places(evidence))
    modules = sorted(name for name in named if re.fullmatch(r"[A-Z]\w*(?:\.[A-Z]\w*)+", name))
    strict = len(modules) > 1
    if not strict:
        modules += [w.module for w in evidence.context.waypoints if w.rank <= _CORE and w.module]
    homes = frozenset(part for name in modules for part in _own_parts(name))
    return Grounds(frozenset(named & set(code.modules)), homes, strict)


def may_host(
    grounds: Grounds, waypoint: Waypoint, module: Module, kinds: tuple[str, ...], text: str, *, top: float
) -> bool:
    """Whether a module may take a requirement: one that it names, else one of a fitting layer near the feature.

    Args:
        grounds: Where the feature lives.
        waypoint: The module's waypoint.
        module: The module.
        kinds: The requirement's kinds of work, strongest first.
        text: The requirement's own words.
        top: The best waypoint's score.
    """
    handed = _HANDED.search(text)
    last = words_of(module.name.rsplit(".", 1)[-1])
    if "mock" in last and "mock" not in words_of(text):
        return False
    if handed is not None and set(words_of(handed["to"])) & set(last):
        return False
    if names_module(text, module):
        return True
    second = [kind for kind in kinds[1:2] if kinds[0] != "render" or kind == "persist"]
    allowed = _HOSTS[kinds[0]].union(*(_HOSTS[kind] for kind in second))
    if "persist" in kinds:
        allowed |= {"schema"}
    if _OFF_SCREEN.search(text):
        allowed -= _PAGES
    if waypoint.layer not in allowed:
        return False
    if is_home(grounds, module.name):
        return True
    return not grounds.strict and (waypoint.rank <= _STRONGEST or waypoint.score >= 0.5 * top)


def stays_off_screen(text: str) -> bool:
    """Whether a text puts the work outside of what people see."""
    return _OFF_SCREEN.search(text) is not None


def is_home(grounds: Grounds, name: str) -> bool:
    """Whether a module is named by the pack or lies in a namespace of the feature."""
    return name in grounds.named or bool(grounds.homes & set(_own_parts(name)))


def may_enter(grounds: Grounds, name: str) -> bool:
    """Whether people may come in by a page or controller: any near one, or one of the feature where the pack tells."""
    return not grounds.strict or is_home(grounds, name)


def may_bare(layer: str, kinds: tuple[str, ...], module: Module, text: str) -> bool:
    """Whether a module without a telling function may take a requirement.

    Access is decided at the edges alone. A module of the domain has to speak of the matter by its own name.
    """
    if kinds[0] == "authorize":
        return layer in _EDGES
    return layer not in _INNER or bool(set(words_of(module.name.rsplit(".", 1)[-1])) & set(words_of(text)))


def names_module(text: str, module: Module) -> bool:
    """Whether a text names a module: by its name, its file, or its last part where that is no plain word."""
    last = module.name.rsplit(".", 1)[-1]
    names = [module.name, module.path, *([last] if re.fullmatch(r"[A-Z][a-z0-9]+(?:[A-Z]\w*)+", last) else [])]
    return any(re.search(rf"(?<![\w./]){re.escape(name)}(?![\w/])", text) for name in names)


def offered(layer: str, kinds: tuple[str, ...], functions: Iterable[Function], text: str) -> tuple[Function, ...]:
    """The functions that can carry a requirement: public ones; of a gate only for access, of a schema none.

    A schema's functions list its values or build its changeset; neither takes a rule. Outside the pages a function has
    to do nearly what the text asks for; a handler has to end in a word of it, because the last word says what happened.
    """
    if layer == "schema":
        return ()
    public = [f for f in functions if f.public]
    if kinds[0] == "authorize":
        return tuple(f for f in public if _GATES & set(words_of(f.name)))
    spoken = set(words_of(text))
    pages = [f for f in public if not f.name.startswith("handle_") or words_of(f.name)[-1] in spoken]
    return tuple(pages if layer in _PAGES else (f for f in public if is_near(f, text)))


def is_near(function: Function, text: str) -> bool:
    """Whether a function does nearly what a text asks for: the text speaks most telling words of its name.

    A name of one telling word is near only where the text has its verb too or begins with the word.
    """
    whole, spoken = set(words_of(function.name)), words_of(text)
    if len(whole) > 1 and whole <= set(spoken):
        return True
    name = whole - _PLAIN_VERBS
    if len(name) == 1:
        return spoken[:1] == tuple(name)
    return bool(name) and len(name & set(spoken)) >= _COVERED * len(name)


def does(function: Function, text: str) -> bool:
    """Whether a text speaks the whole name of a public function in one run of words, its verb too."""
    name = words_of(function.name.removeprefix("handle_"))
    said = [word for token in re.findall(r"[A-Za-z][A-Za-z0-9]*", text) for word in words_of(token)]
    runs = {tuple(said[at : at + len(name)]) for at in range(len(said) - len(name) + 1)}
    return function.public and len(name) > 1 and name in runs


def _own_parts(name: str) -> tuple[str, ...]:
    """The parts of a module's name that tell whose it is: the context of the domain, the inner parts of the web."""
    parts = name.split(".")
    inner = parts[1:-1] if parts[0].endswith("Web") else parts[1:2]
    return tuple(part for part in inner if part not in _SEGMENTS)
