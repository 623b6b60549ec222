"""Ids of page elements that are made anew at each render, so that the browser takes them for other elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, is_likely
from torusnb.context.traps.templates import Template, find_templates
from torusnb.elixir.bodies import FileBodies, FunctionBody
from torusnb.models.base import Place

_FRESH = re.compile(
    r"\bUUID\.(?:uuid\d|generate)\b|unique_integer\(|:rand\.|Enum\.random\(|strong_rand_bytes\(|make_ref\(|"
    r"\b(?:system|monotonic|os)_time\(|\butc_now\("
)
_ID = re.compile(r"(?<![\w-])id=(?:\{|\"<%=|<%=)")
_TAG = re.compile(r"<([.:]?[A-Za-z][\w.]*)")
_DRAWN = frozenset(
    ("clipPath", "defs", "filter", "g", "linearGradient", "mask", "path", "pattern", "radialGradient", "svg", "symbol")
)
_LONGEST_TAG = 1_000
_LONGEST_VALUE = 200
"""Characters before what makes a value fresh; without a bound a long line of keys takes quadratic time."""
_GIVEN = re.compile(r"\bassigns\b|\|\|")
"""A value that is made up only where none was given."""
_ASSIGN = re.compile(r"@(\w+)")
_KEPT = re.compile(
    r"phx-(?:hook|update|change|submit|keyup|keydown|blur|focus)|^<\.?(?:form|input|select|textarea|live_component|"
    r"focus_wrap|simple_form)|^<\.?live_"
)


@dataclass(frozen=True)
class _Made:
    """An assign that a function of the file makes anew, and where."""

    function: FunctionBody
    line: int
    value: str


@dataclass(frozen=True)
class _Element:
    """An element with an id: its place, its tag, all of its opening tag, and what the id is worked out from."""

    path: str
    line: int
    tag: str
    written: str
    value: str


def find_fresh_ids(scene: Scene) -> Iterator[Finding]:
    """Elements near the feature whose `id` is another one at each render; one finding for each place."""
    for file, template in find_templates(scene):
        if "id=" not in template.text:
            continue
        bodies = scene.bodies(file.path)
        made: dict[str, _Made] | None = None
        for element in _elements(template):
            if _FRESH.search(element.value):
                yield _finding(file, bodies, element, None)
                continue
            made = _made_anew(bodies) if made is None else made
            name = next((name for name in _ASSIGN.findall(element.value) if name in made), "")
            if name and _is_its_own(bodies, made[name], element):
                yield _finding(file, bodies, element, made[name])


def _elements(template: Template) -> Iterator[_Element]:
    """The elements whose id is worked out, without the shapes inside an SVG."""
    for found in _ID.finditer(template.text):
        tag = _last_tag(template.text, found.start())
        if tag is not None and tag[1] not in _DRAWN:
            end = template.text.find(">", found.end(), found.end() + _LONGEST_TAG)
            written = template.text[tag.start() : end if end >= 0 else found.end()]
            line = template.line_at(found.start())
            yield _Element(template.path, line, tag[1], written, _inside(template.text, found.end()))


def _last_tag(text: str, position: int) -> re.Match[str] | None:
    """The tag that opens last before a position."""
    first = max(position - _LONGEST_TAG, 0)
    return next(iter([*_TAG.finditer(text, first, position)][-1:]), None)


def _inside(text: str, start: int) -> str:
    """What stands between the sign that opens a value and the one that closes it."""
    depth = 1
    for position in range(start, min(start + 300, len(text))):
        depth += (text[position] == "{") - (text[position] == "}")
        if depth == 0 or text.startswith("%>", position):
            return text[start:position].strip()
    return ""


def _made_anew(bodies: FileBodies | None) -> dict[str, _Made]:
    """Assigns that a file's function components and `render`, or a component's `update`, set to a fresh value."""
    found: dict[str, _Made] = {}
    for function in bodies.functions if bodies is not None else ():
        drawn = function.arity == 1
        if not drawn and (function.name, function.arity) != ("update", 2):
            continue
        for clause in function.clauses:
            written = clause.text.of(clause.node)
            if not _FRESH.search(written) or (drawn and "~H" not in written):
                continue
            verb = "assign(?:_new)?" if drawn else "assign"
            set_here = rf"\b{verb}\(\s*(?:\w+,\s*)?:(\w+),|(?<![\w:])(\w+):"
            pattern = re.compile(
                rf"(?:{set_here})\s*(?:fn -> )?([^\n,]{{0,{_LONGEST_VALUE}}}?(?:{_FRESH.pattern})[^\n]*)"
            )
            for match in pattern.finditer(written):
                if _GIVEN.search(match[3]):
                    continue
                line = clause.line + written.count("\n", 0, match.start())
                found.setdefault(match[1] or match[2], _Made(function, line, match[3].strip()))
    return found


def _is_its_own(bodies: FileBodies | None, made: _Made, element: _Element) -> bool:
    """Whether an element stands in the function that makes its id, or in the component whose update does."""
    beside = bodies is None or element.path != bodies.path
    function = None if beside or bodies is None else bodies.function_at(element.line)
    if made.function.name == "update":
        return function is None or function.module == made.function.module
    return function is made.function


def _finding(file: NearFile, bodies: FileBodies | None, element: _Element, made: _Made | None) -> Finding:
    function = bodies.function_at(element.line) if bodies is not None and element.path == file.path else None
    function = function or (made.function if made is not None else None)
    label = function.label if function is not None else element.path.rpartition("/")[2]
    how = f"`{element.value}`" + (f", which `{made.function.label}` makes anew each time" if made is not None else "")
    when = "each update of the component" if made is not None and made.function.name == "update" else "each render"
    kept = _KEPT.search(element.written)
    return Finding(
        element.path,
        element.line,
        f"`{label}` gives `<{element.tag}>` the id {how}, so {when} has another one.",
        "LiveView finds elements by their id: with another one the element is replaced, and focus, typed text, hooks "
        "and a component's state go with it",
        (
            function.name if function is not None else "",
            *_ASSIGN.findall(element.value),
            file.path.rpartition("/")[2],
        ),
        symbol=function.label if function is not None else "",
        module=function.module if function is not None else "",
        severity="high" if kept else "medium",
        also=(Place(file.path, made.line),) if made is not None else (),
        weight=0.8 if kept else 0.5,
        certain=is_likely(file),
        beside=file.path,
    )


RULES = (
    Rule(
        "fresh-dom-id",
        "An element's id made anew at each render",
        "web",
        "An element's `id` holds a random or counted value (`UUID`, `unique_integer`, a time) that the template, its "
        "function component or the component's `update` makes each time. Shapes inside an SVG are left out.",
        "Make the id of the record's own key, or once in `mount`, and test that typing survives an update.",
        find_fresh_ids,
    ),
)
