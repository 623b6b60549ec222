"""Who renders a template: the actions that name it, the modules that embed its folder, the view beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.errors import InputError
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.components import Components, is_module
from torusnb.lookups.meant import list_meant
from torusnb.lookups.sheet import Sheet
from torusnb.lookups.structure import Structure

_TEMPLATE = re.compile(r"(?:[\w.-]+/)*(?P<name>\w+)(?:\.(?P<format>html|json|text|xml|js))?\.(?:heex|leex|eex)")
_NAMED = re.compile(r"\w+\.(?:html|json|text|xml|js)")
_ENDING = re.compile(r"_(?:html|json|view|controller|live|component|web)$")
_MOST = 40
_NEAR = 8
_ITS_OWN = "renders it, by its name and its folder"
_BESIDE = "stands beside it and renders it"
_EMBEDS = "embeds the templates of its folder"
_OTHERS = "names a template of that name, which may be another's"


class Rendering:
    """Finds who renders a template or a component of one checkout; other names are asked of the code's structure.

    Attributes:
        structure: Who answers what is no question of rendering.
    """

    def __init__(self, text: CheckoutText, structure: Structure, components: Components) -> None:
        """Searches that text."""
        self._text = text
        self.structure = structure
        self._components = components

    def callers(self, sheet: Sheet, function: str) -> None:
        """Who calls a function, renders a template, or renders a component's module."""
        template = self._find_template(function)
        if template:
            self._renderers(sheet, template)
        elif is_module(function):
            self._components.callers(sheet, function)
        else:
            self.structure.callers(sheet, function)

    def users(self, sheet: Sheet, module: str) -> None:
        """Who uses a module, or renders a template."""
        template = self._find_template(module)
        if template:
            self._renderers(sheet, template)
        else:
            self.structure.users(sheet, module)

    def _find_template(self, given: str) -> str:
        """The path of the template that is meant (`register.html`, a path, or the end of one); empty for none.

        Raises:
            InputError: Several templates may be meant, or a template's file is named and there is none.
        """
        name = given.strip().removeprefix("code:").partition(":")[0]
        if not _TEMPLATE.fullmatch(name) and not _NAMED.fullmatch(name):
            return ""
        if name in self._text.paths:
            return name
        templates = [path for path in self._text.paths if _TEMPLATE.fullmatch(path)]
        meant = list_meant(f"{name}.heex" if _NAMED.fullmatch(name) else name, templates)
        if len(meant) > 1:
            near = ", ".join(meant[:_NEAR])
            raise InputError(f"{len(meant)} templates may be meant by {name}; give the path of one: {near}", key=name)
        if not meant and _TEMPLATE.fullmatch(name):
            raise InputError(f"no template of the checkout is called {name}", key=name)
        return meant[0] if meant else ""

    def _renderers(self, sheet: Sheet, template: str) -> None:
        """The lines that render a template, those of its own controller, view or page first."""
        told: dict[str, list[tuple[str, int]]] = {}
        for kind, path, line in self._find(template):
            told.setdefault(kind, []).append((path, line))
        count = sum(map(len, told.values()))
        sheet.say(f"who renders {template}: {count or 'no'} lines found by its name")
        for kind in (_ITS_OWN, _BESIDE, _EMBEDS, _OTHERS):
            places = told.get(kind, [])
            if places:
                sheet.say(f"{kind}: {len(places)}")
            for path, line in places[:_MOST]:
                sheet.quote(path, line)

    def _find(self, template: str) -> Iterator[tuple[str, str, int]]:
        """What each line does, its path and its number, in the order of the paths."""
        match = _TEMPLATE.fullmatch(template)
        name = match["name"] if match is not None else ""
        folder = template.rpartition("/")[0]
        own = _ENDING.sub("", folder.rpartition("/")[2])
        named = _naming(name, (match["format"] if match is not None else "") or "html")
        for path in self._text.paths:
            if not path.endswith((".ex", ".heex", ".eex", ".leex")) or path == template:
                continue
            stem = path.rpartition("/")[2].partition(".")[0]
            beside = path.endswith(".ex") and path.rpartition("/")[0] == folder and stem == name
            source = self._text.read(path)
            if not beside and name not in source and "embed_templates" not in source:
                continue
            for number, line in enumerate(source.split("\n"), 1):
                if beside and line.startswith("defmodule "):
                    yield _BESIDE, path, number
                elif _embeds(line, path, folder):
                    yield _EMBEDS, path, number
                elif named.search(line):
                    yield (_ITS_OWN if _ENDING.sub("", stem) == own else _OTHERS), path, number


def _naming(name: str, form: str) -> re.Pattern[str]:
    """What a line holds that renders a template: its file's name, its atom in `render` or as a layout, its tag."""
    text = re.escape(name)
    return re.compile(
        rf"\"(?:[\w/]*/)?{text}\.{form}\"|\brender\((?:[^()]|\([^()]*\)){{0,80}}?:{text}\b"
        rf"|<(?:[A-Z][\w.]*)?\.{text}[\s/>]|\blayout\b.*\{{\s*[A-Z][\w.]*,\s*:{text}\s*\}}"
    )


def _embeds(line: str, path: str, folder: str) -> bool:
    """Whether a line embeds the templates of a folder below its own file's."""
    match = re.search(r"\bembed_templates[ (]\s*\"([^\"]+)\"", line)
    below = match[1].partition("*")[0].strip("/") if match is not None else ""
    return match is not None and f"{path.rpartition('/')[0]}/{below}".rstrip("/") == folder
