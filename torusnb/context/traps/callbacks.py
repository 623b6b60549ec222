"""One call, several answers: implementations of one behaviour that give back different kinds of things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torusnb.context.traps.answers import UNKNOWN, Answer, Answers
from torusnb.context.traps.scene import Finding, Rule, Scene
from torusnb.context.traps.siblings import Siblings, find_siblings

_KINDS = frozenset(("text", "map", "list", "number", "boolean", "atom", "nil"))
_BARE = frozenset(("text", "map", "list", "number", "boolean"))
_OK, _ERROR = ("{:ok", ":ok"), ("{:error", ":error")
_SURE = 0.8
_MORE_FILES = 30
_Forms = Mapping[str, Answer]


@dataclass(frozen=True)
class _Clash:
    """Answers of two members that no single pattern takes, and how much that tells (0 to 1)."""

    odd: str
    usual: str
    form: str
    other: str
    weight: float


def find_differing_answers(scene: Scene) -> Iterator[Finding]:
    """Calls near the feature that one module answers with another kind of thing than its sibling."""
    wide = scene.widened(_MORE_FILES)
    answers = Answers(wide)
    for siblings in find_siblings(wide):
        given: dict[str, _Forms] = {}
        for name in siblings.members:
            function = wide.function(name, siblings.name, siblings.arity)
            if function is not None and function.public:
                given[name] = {answer.form: answer for answer in answers.of(function)}
        clash = _clash(given, siblings)
        if clash is not None:
            yield _finding(siblings, given, clash)


def _clash(given: Mapping[str, _Forms], siblings: Siblings) -> _Clash | None:
    """The clash that tells most; its odd one gives what the fewest members give."""
    givers = Counter(form for forms in given.values() for form in dict.fromkeys(map(_flat, forms)))
    found: list[_Clash] = []
    for odd, first in given.items():
        for usual, second in given.items():
            if odd != usual:
                kinds = () if siblings.open else (*_payloads(first, second), *_bare(first, second))
                pairs = (*kinds, *_successes(first, second), *_failures(first, second))
                found += [_Clash(odd, usual, *pair) for pair in pairs if not _declared(siblings.spec, *pair[:2])]
    if not found:
        return None
    return min(found, key=lambda c: (-c.weight, givers[_flat(c.form)], -givers[_flat(c.other)], c.odd, c.usual))


_Pairs = Iterator[tuple[str, str, float]]


def _payloads(first: _Forms, second: _Forms) -> _Pairs:
    """`{:ok, _}` with kinds that have nothing in common, every one of them told."""
    mine, theirs = _held(first), _held(second)
    told = {*mine, *theirs} <= _KINDS and mine and theirs
    if told and not mine.keys() & theirs.keys():
        yield next(iter(mine.values())), next(iter(theirs.values())), 0.9


def _held(forms: _Forms) -> dict[str, str]:
    """The kinds that stand in `{:ok, _}`, each with its form."""
    return {
        _kind(form[len("{:ok, ") : -1]): form for form in forms if form.startswith("{:ok, ") and form.count(",") == 1
    }


def _kind(written: str) -> str:
    """A struct is a map to whoever matches it, and the atoms are one kind."""
    if written.startswith("%") or written == "struct":
        return "map"
    return "atom" if written.startswith(":") else written


def _flat(form: str) -> str:
    return f"{{:ok, {_kind(form[6:-1])}}}" if form.startswith("{:ok, ") and form.count(",") == 1 else _kind(form)


def _successes(first: _Forms, second: _Forms) -> _Pairs:
    """A success that one gives bare, as an atom or in a tuple of another size, where all that both give is told."""
    mine, theirs = (_starting(forms, _OK) for forms in (first, second))
    if UNKNOWN in first or UNKNOWN in second or not theirs:
        return
    if mine and not {form.count(",") for form in mine} & {form.count(",") for form in theirs}:
        yield mine[0], theirs[0], 0.8
    bare = [form for form in first if _kind(form) in _BARE]
    if bare and not mine:
        yield bare[0], theirs[0], 0.8


def _failures(first: _Forms, second: _Forms) -> _Pairs:
    """An exception or nil where the other gives an error, or an error in a tuple of another size."""
    mine, theirs = (_starting(forms, _ERROR) for forms in (first, second))
    if not theirs:
        return
    if not mine and "raise" in first:
        yield "raise", theirs[0], 0.6
    if UNKNOWN in first or UNKNOWN in second:
        return
    if not mine and "nil" in first and "nil" not in second:
        yield "nil", theirs[0], 0.7
    if mine and not {form.count(",") for form in mine} & {form.count(",") for form in theirs}:
        yield mine[0], theirs[0], 0.7


def _bare(first: _Forms, second: _Forms) -> _Pairs:
    """Bare kinds with nothing in common; text beside a list is left alone, for a page takes both."""
    mine = {_kind(form): form for form in first}
    theirs = {_kind(form): form for form in second}
    every = {*mine, *theirs}
    if mine and theirs and every <= _KINDS and not mine.keys() & theirs.keys() and not every <= {"text", "list"}:
        yield next(iter(mine.values())), next(iter(theirs.values())), 0.6


def _starting(forms: _Forms, starts: tuple[str, ...]) -> list[str]:
    return [form for form in forms if form.startswith(starts)]


def _declared(spec: str, *forms: str) -> bool:
    """Whether the callback's own line names both forms, so that whoever reads it knows: nil, or a tag twice."""
    if "nil" in forms:
        return "nil" in spec
    tags = [(form.startswith("{"), form.strip("{").partition(",")[0]) for form in forms]
    written = [re.search(rf"\{{{tag}\b" if tupled else rf"(?<!\{{){tag}\b", spec) for tupled, tag in tags]
    return tags[0] != tags[1] and all(tag.startswith(":") for _, tag in tags) and all(written)


def _finding(siblings: Siblings, given: Mapping[str, _Forms], clash: _Clash) -> Finding:
    label = f"{siblings.name}/{siblings.arity}"
    odd, usual = given[clash.odd][clash.form], given[clash.usual][clash.other]
    like = sorted(name for name, forms in given.items() if _flat(clash.other) in map(_flat, forms))
    others = f"`{clash.usual}`" if len(like) == 1 else f"{len(like)} others (`{clash.usual}` among them)"
    verb = "gives" if len(like) == 1 else "give"
    promise = f"; the callback promises `{siblings.spec}`" if siblings.spec else ""
    family = "the behaviour" if siblings.behaviour else "the call in"
    return Finding(
        odd.place.path,
        odd.place.line,
        f"`{label}` of {family} `{siblings.owner}` has several kinds of answer: `{clash.odd}` {_said(clash.form)}, "
        f"{others} {verb} `{clash.other}`{promise}.",
        f"Which module answers is known only while the program runs{_where(siblings)}, so a design that takes the "
        "answer of one at face value refuses every answer of the other",
        (siblings.name, *(name.rpartition(".")[2] for name in (siblings.owner, clash.odd))),
        remedy=f"Take {_named(clash.form)} and {_named(clash.other)} at the one call of `{label}`, and test each "
        "with a stub of its own.",
        symbol=label,
        module=clash.odd,
        severity="high" if clash.weight >= _SURE else "medium",
        also=tuple(dict.fromkeys((odd.own, usual.place, usual.own, siblings.declared))),
        weight=clash.weight,
        certain=True,
        beside=siblings.near.path,
        about=f"{siblings.owner} {label}",
    )


def _said(form: str) -> str:
    return "raises" if form == "raise" else f"gives `{form}`"


def _where(siblings: Siblings) -> str:
    """The module that names several of them, where there is only one such."""
    return f" (`{siblings.choosers[0]}` names several)" if len(siblings.choosers) == 1 else ""


def _named(form: str) -> str:
    return "an exception" if form == "raise" else f"`{form}`"


RULES = (
    Rule(
        "differing-answers",
        "One call, several kinds of answer",
        "data",
        "Modules that answer the same call (the implementations of a behaviour of the checkout, also by a `use` that "
        "injects it, or the modules that a variable may hold in `mod.fun(…)` or `apply`) give different kinds of "
        "things: text in `{:ok, _}` here and a map there, `:ok` or a bare value beside `{:ok, _}`, nil or an exception "
        "beside `{:error, _}`. What a tail, guard or literal does not tell is no difference, nor is what the "
        "callback leaves open (`term()`, several types). Told where one of the first waypoints, or one that the pack "
        "names, is the behaviour, one of the modules, what names several of them, or what uses that.",
        "Take every shape at the one call and test each with a stub of its own.",
        find_differing_answers,
    ),
)
