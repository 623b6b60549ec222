"""Who renders a component, and under which atoms a module is registered for others to look up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.lookups.atoms import atom_pattern, registered_as
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.literal import Hits, Literal, count_hits
from torusnb.lookups.sheet import Sheet
from torusnb.models.base import Place
from torusnb.models.modules import Module

_TEMPLATES = (".heex", ".leex", ".eex")
_MODULE = re.compile(r"(?:[A-Z]\w*\.)*[A-Z]\w*")
_RENDERS = "renders"
_KINDS = frozenset({"component", "live_component", "live_view"})
_CALLBACKS = frozenset({"mount", "update", "update_many", "render"})
_ABOVE = 6
"""Lines above the one that names a module at which `live_component` may stand."""
_CALLED = r"\blive_(?:component|render|modal)\b"
_MOST_RENDERERS = 40
_MOST_ATOMS = 3
_MOST_FILES = 16
"""Files that write an atom up to which it is taken for a registry's key, and not for a word of the language."""
_CODE, _TESTS = (".ex", ".heex"), "test/"


def is_module(name: str) -> bool:
    """Whether a name is a module's, and no function's."""
    return _MODULE.fullmatch(name.strip()) is not None


class Components:
    """Finds who renders the components of one checkout and looks modules up by an atom."""

    def __init__(self, inquiry: Inquiry, text: CheckoutText, literal: Literal) -> None:
        """Searches that text."""
        self._inquiry = inquiry
        self._text = text
        self._literal = literal

    def callers(self, sheet: Sheet, module: str) -> None:
        """The lines that render a module or its function components; then the registries that hold it.

        Raises:
            InputError: There is no such module.
        """
        found = self._inquiry.names.module(module)
        naming = self._inquiry.lines_naming(found.name)
        places = sorted({*self._embedding(found, naming), *self._calling(found)})
        more = f", the first {_MOST_RENDERERS}" if len(places) > _MOST_RENDERERS else ""
        if places or _KINDS & set(found.kinds):
            lines = "line" if len(places) == 1 else "lines"
            sheet.say(f"who renders {found.name}: {len(places) or 'no'} {lines} found{more}")
        else:
            sheet.say(f"{found.name} is no component; `users` tells who uses it")
        for place in places[:_MOST_RENDERERS]:
            sheet.quote(place.path, place.line)
        self._tell_registered(sheet, found, naming)

    def _embedding(self, module: Module, naming: tuple[Place, ...]) -> Iterator[Place]:
        """The lines that give the module to `live_component`, `live_render` and their like."""
        last = re.escape(module.name.rpartition(".")[2])
        given = re.compile(rf"\bmodule=\{{\s*(?:[A-Z]\w*\.)*{last}\s*\}}")
        called = re.compile(rf"{_CALLED}(?:(?!{_CALLED})[^#])*\b{last}\b")
        for place in naming:
            line = self._text.line(*_at(place)) or ""
            above = " ".join(self._text.line(place.path, n) or "" for n in range(place.line - _ABOVE, place.line + 1))
            if given.search(line) or (called.search(above) and not registered_as(line, module)):
                yield place
        for path in self._text.paths:
            if path.endswith(_TEMPLATES):
                lines = self._text.lines(path) if module.name.rpartition(".")[2] in self._text.read(path) else ()
                for number, text in enumerate(lines, 1):
                    if given.search(text or "") or called.search(text or ""):
                        yield Place(path, number)

    def _calling(self, module: Module) -> Iterator[Place]:
        """The lines that render one of its function components, its own lines aside."""
        for function in module.functions:
            if function.public and function.arity == 1 and function.name not in _CALLBACKS:
                for row in self._inquiry.callers(f"{module.name}.{function.name}/1").rows:
                    if row.relation.startswith(_RENDERS) and row.place.path != module.path:
                        yield row.place

    def _tell_registered(self, sheet: Sheet, module: Module, naming: tuple[Place, ...]) -> None:
        """The atoms whose value the module is, with the other lines of code that write each of them."""
        atoms: dict[str, list[Place]] = {}
        for place in naming:
            atom = registered_as(self._text.line(*_at(place)) or "", module)
            if atom:
                atoms.setdefault(atom, []).append(place)
        for atom, places in tuple(atoms.items())[:_MOST_ATOMS]:
            found = self._writing(atom)
            if len(found) > _MOST_FILES:
                continue
            sheet.say(f"registered under :{atom}, which {count_hits(found)} write, tests apart")
            for place in places:
                sheet.quote(place.path, place.line)
            rest = [(path, [n for n in lines if Place(path, n) not in places]) for path, lines in found]
            self._literal.lines_of(sheet, [(path, lines) for path, lines in rest if lines], "")

    def _writing(self, atom: str) -> Hits:
        found = self._literal.hits(atom_pattern(atom), "", holding=atom)
        return [(path, lines) for path, lines in found if not path.startswith(_TESTS) and path.endswith(_CODE)]


def _at(place: Place) -> tuple[str, int]:
    return place.path, place.line
