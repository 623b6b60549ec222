"""Look-ups that raise for nil, with a value that a map from outside may not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.context.traps.origins import walk
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, is_likely
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.syntax import BINARY, CALL, IDENTIFIER, STRING, arguments, line_of, operator_of
from torusnb.models.base import Place

_BY_KEY = frozenset(("get", "get!"))
_BY_FIELDS = frozenset(("get_by", "get_by!"))
_MORE_FILES = 20
_MOST_BOUND = 40
"""Variables of one clause; for each of them all of the clause is searched."""
_READS = re.compile(r'\w\["|\bMap\.get\(')
_COMPARED = re.compile(r"==\s*\^(\w+)\b(?!\.)|\^(\w+)\s*==")
_PARAMETER = re.compile(r":(\w+)")


@dataclass(frozen=True)
class _Read:
    """A value read from a map under a text key, as written, with the key."""

    text: str
    key: str


def find_absent_values(scene: Scene) -> Iterator[Finding]:
    """Look-ups near the feature that raise when a map from outside lacks a key."""
    told = frozenset(name for route in scene.code_map.routes for name in _PARAMETER.findall(route.path))
    wide = scene.widened(_MORE_FILES)
    for file, function in scene.functions():
        outline = scene.code_map.modules.get(function.module)
        if outline is not None and "worker" in outline.kinds:
            continue  # a job's arguments are written by the application itself
        for clause in function.clauses:
            if _READS.search(clause.text.of(clause.node)):
                yield from _absent(wide, file, function, clause, told)


def _absent(
    scene: Scene, file: NearFile, function: FunctionBody, clause: Clause, told: frozenset[str]
) -> Iterator[Finding]:
    bound = _bound_reads(clause)
    for site in clause.sites:
        reads = {
            node.id: read
            for node in (part for value in site.given for part in _values(value, clause))
            if (read := _read(node, clause) or bound.get(clause.text.of(node))) is not None
            and read.key not in told
            and not _is_asked(read, clause)
        }
        if reads and not site.captured:
            found = [
                (reads[value.id], demand) for value, demand in _demanded(scene, site, function) if value.id in reads
            ]
            if found:
                yield _finding(file, function, site, found)


def _values(value: Node, clause: Clause) -> list[Node]:
    """An argument, or the values of a keyword list."""
    return list(clause.text.options([value]).values()) or [value]


@dataclass(frozen=True)
class _Demand:
    """What refuses nil: in words, and its line where that is another function's."""

    what: str
    place: Place | None = None


def _demanded(scene: Scene, site: Site, function: FunctionBody) -> Iterator[tuple[Node, _Demand]]:
    """Arguments of a call that must not be nil."""
    own = list(_asked_of_repo(site, function.clauses[0]))
    if own:
        for value, name in own:
            yield value, _Demand(f"`Repo.{site.name}` raises `ArgumentError` for nil (`{name}`)")
        return
    module = site.module or function.module
    target = scene.function(module, site.name, site.arity)
    if target is None or len(target.clauses) != 1 or target.clauses[0].guard is not None:
        return
    clause = target.clauses[0]
    refused = _refused(target, clause)
    for position, parameter in enumerate(clause.parameters[: len(site.given)]):
        name = clause.text.of(parameter)
        if parameter.kind_id == IDENTIFIER and name in refused:
            line = refused[name]
            path = scene.code_map.modules[module].path
            yield (
                site.given[position],
                _Demand(
                    f"`{module}.{target.label}` compares with `{name}`, which raises `ArgumentError` for nil",
                    Place(path, line),
                ),
            )


def _asked_of_repo(site: Site, clause: Clause) -> Iterator[tuple[Node, str]]:
    if site.module.rpartition(".")[2] != "Repo" or len(site.given) < 2:
        return
    if site.name in _BY_KEY:
        yield site.given[1], "the key"
    elif site.name in _BY_FIELDS:
        for name, node in clause.text.options([site.given[1]]).items():
            yield node, name


def _refused(function: FunctionBody, clause: Clause) -> dict[str, int]:
    """The parameters of a function that it compares with in a query or looks up by, without asking for nil first."""
    if not any(site.module.rpartition(".")[2] == "Repo" for site in function.sites):
        return {}
    written = clause.text.of(clause.node)
    found: dict[str, int] = {}
    for match in _COMPARED.finditer(written):
        found.setdefault(match[1] or match[2], clause.line + written.count("\n", 0, match.start()))
    for site in clause.sites:
        for node, _ in _asked_of_repo(site, clause):
            if node.kind_id == IDENTIFIER:
                found.setdefault(clause.text.of(node), line_of(node))
    piped = {name for name in found if re.search(rf"\b{re.escape(name)}\s*\|>", written)}
    return {name: line for name, line in found.items() if name not in piped and not _is_guarded(name, written)}


def _is_guarded(name: str, written: str) -> bool:
    """Whether code asks about a variable, binds it again, or gives it another value."""
    word = re.escape(name)
    return bool(
        re.search(rf"is_(?:nil|binary|integer|atom|number)\(\s*{word}\b", written)
        or re.search(rf"\b(?:if|unless|case|not|and|or|when)\s+!?{word}\b(?!\.)", written)
        or re.search(rf"(?<![\w.]){word}\s*(?:&&|\|\||in\b|==|!=|=(?![=~>])|<-|->)", written)
        or re.search(rf"(?:&&|\|\||==|!=|!|\bin)\s*{word}\b", written)
    )


def _bound_reads(clause: Clause) -> dict[str, _Read]:
    """Variables that a clause binds to a value read from a map, and asks nothing about."""
    found: dict[str, _Read] = {}
    for part in walk(clause.node):
        if part.kind_id == BINARY and operator_of(part) == "=":
            left, right = part.named_children[0], part.named_children[-1]
            read = _read(right, clause) if left.kind_id == IDENTIFIER else None
            if read is not None:
                found[clause.text.of(left)] = read
    written = clause.text.of(clause.node)
    looked_at = tuple(found.items())[:_MOST_BOUND]
    return {name: read for name, read in looked_at if not _is_guarded(name, _without_binding(name, written))}


def _without_binding(name: str, written: str) -> str:
    return re.sub(rf"(?<![\w.]){re.escape(name)}\s*=(?![=~>])", "", written, count=1)


def _read(node: Node, clause: Clause) -> _Read | None:
    """`map["key"]` or `Map.get(map, "key")`, the map being a variable or a part of one."""
    text = clause.text
    if node.type == "access_call":
        ends = node.named_children
        if len(ends) == 2 and ends[1].kind_id == STRING:
            return _Read(text.of(node), text.literal(ends[1]) or "")
    if node.kind_id == CALL and text.of(node.named_children[0]) == "Map.get":
        given = arguments(node)
        if len(given) == 2 and given[1].kind_id == STRING:
            return _Read(text.of(node), text.literal(given[1]) or "")
    return None


def _is_asked(read: _Read, clause: Clause) -> bool:
    """Whether the clause speaks of the key elsewhere: it may have looked whether it is there."""
    written = clause.text.of(clause.node)
    return written.count(f'"{read.key}"') > 1


def _finding(file: NearFile, function: FunctionBody, site: Site, found: Sequence[tuple[_Read, _Demand]]) -> Finding:
    demand = found[0][1]
    texts = " and ".join(f"`{text}`" for text in dict.fromkeys(read.text for read, _ in found))
    keys = " or ".join(f"`{key}`" for key in dict.fromkeys(read.key for read, _ in found))
    return Finding(
        file.path,
        site.line,
        f"`{function.label}` gives {texts} to `{site.label}` and asks nothing about it; {demand.what}.",
        f"Where {keys} is absent the call raises (a 500 for a request) and what answers an unknown one is not reached",
        (function.name, *(read.key for read, _ in found), site.name),
        symbol=function.label,
        module=function.module,
        severity="high",
        also=(demand.place,) if demand.place is not None else (),
        weight=0.8,
        certain=is_likely(file),
    )


RULES = (
    Rule(
        "absent-value",
        "A look-up that raises where a key is absent",
        "data",
        "A value read from a map under a text key (parameters, claims, a session) goes unasked to `Repo.get` or "
        "`get_by`, or to a function that compares with it in a query, and all of these raise for nil. Keys that a "
        "route's path tells, keys that the clause speaks of elsewhere, guarded values and a job's arguments are left "
        "out.",
        "Say what an absent key is answered with, and ask for it before the look-up (a pattern, a guard, `with`).",
        find_absent_values,
    ),
)
