"""Templates near the feature: those that a module holds, and those in files of their own beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from torusnb.context.traps.scene import NearFile, Scene

ENDINGS = (".heex", ".eex", ".leex")
_ROLE = re.compile(r"_(controller|view|html)$")
_INSIDE = re.compile(r'~H"""(?P<inside>.*?)"""', re.DOTALL)
_COMMENTS = (("<%!--", "--%>"), ("<!--", "-->"), ("<%#", "%>"))
_NO_BREAK = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Template:
    """A template's text without its comments, the file it stands in and the line it begins on."""

    path: str
    line: int
    text: str

    def line_at(self, position: int) -> int:
        """The line of the file that a position of the text lies on."""
        return self.line + self.text.count("\n", 0, position)


def find_templates(scene: Scene) -> Iterator[tuple[NearFile, Template]]:
    """The templates that near files render, each once: a file's own (`~H`) in order, then the files beside it.

    A file beside it lies in its folder and bears its name (`basket_live.html.heex`), or lies in a folder that bears it
    without the role that both may end in (`basket_controller.ex`: `templates/basket/`, `basket_html/`).
    """
    beside = _beside(scene)
    told: set[str] = set()
    for file in scene.files:
        bodies = scene.bodies(file.path)
        if bodies is not None and b"~H" in bodies.text.data:
            text = bodies.text.data.decode("utf-8", "replace")
            for found in _INSIDE.finditer(text):
                yield file, Template(file.path, text.count("\n", 0, found.start("inside")) + 1, _bare(found["inside"]))
        for path in beside.get(_home(file.path), ()) if beside else ():
            if path not in told:
                told.add(path)
                yield file, Template(path, 1, _bare(scene.read_source(path)))


def _beside(scene: Scene) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(scene.code_map.other_files):
        if path.endswith(ENDINGS):
            folder, _, name = path.rpartition("/")
            found[folder, name.partition(".")[0]].append(path)
            above = folder.rpartition("/")[2]
            found[_top(path), _ROLE.sub("", above)].append(path)
    return found


def _home(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".ex")
    bare = _ROLE.sub("", stem)
    return (_top(path), bare) if bare != stem else (folder, stem)


def _top(path: str) -> str:
    """The application a path lies in (`lib/shop_web`, `apps/shop_web`)."""
    return "/".join(path.split("/")[:2])


def _bare(text: str) -> str:
    """A template with its comments blanked, so that lines and positions stay."""
    for opens, closes in _COMMENTS:
        parts: list[str] = []
        done = 0
        for start, end in find_pairs(text, opens, closes):
            close = end + len(closes)
            parts += [text[done:start], _NO_BREAK.sub(" ", text[start:close])]
            done = close
        text = "".join((*parts, text[done:]))
    return text


def find_pairs(text: str, opens: str, closes: str) -> Iterator[tuple[int, int]]:
    """Where each pair of signs begins and where the sign that closes it begins, in one pass over the text."""
    start = text.find(opens)
    while start >= 0 and (end := text.find(closes, start + len(opens))) >= 0:
        yield start, end
        start = text.find(opens, end)
