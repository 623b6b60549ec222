"""Executed notebooks without the places of the machine they ran on, as they go into a bundle."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import Any

from torusnb.errors import TrailError

_KEPT_INSIDE = ("keep_inside",)
"""Parameters whose values are for this machine alone."""

_KEPT_LINE = re.compile(rf"^({'|'.join(_KEPT_INSIDE)}) = .*$", re.MULTILINE)


def scrub_notebook(data: bytes, *, folder: Path, path: Path, pack: str = "") -> bytes:
    """A copy of an executed notebook in which no path tells where it ran.

    The checkout, the output folder and a pack outside the checkout become `…/` and their last component, the home
    folder becomes `~`, and papermill's own paths become names. The terms of `keep_inside` are taken out.

    Args:
        data: The notebook's bytes.
        folder: The pack's output folder.
        path: The notebook's file, for an error's message.
        pack: The pack's folder as the trail has it; it counts where it is absolute.

    Raises:
        TrailError: The bytes are no notebook.
    """
    try:
        notebook = json.loads(data)
        cells, papermill = notebook["cells"], notebook["metadata"].get("papermill") or {}
        parameters = papermill.get("parameters") or {}
        places = _places(folder, papermill, parameters) | name_place(pack)
        given = _absolute(parameters.values())
        papermill |= {
            name: PurePath(papermill[name]).name
            for name in ("input_path", "output_path")
            if isinstance(papermill.get(name), str)
        }
        parameters |= {name: PurePath(value).name for name, value in parameters.items() if value in given}
        parameters |= {name: "" for name in _KEPT_INSIDE if name in parameters}
        for cell in cells:
            if "injected-parameters" in cell["metadata"].get("tags", ()):
                cell["source"] = _map_texts(_map_texts(cell["source"], _namer(given)), _empty_kept)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TrailError("this is no executed notebook; run the pack again before sharing", path=path) from error
    return (json.dumps(_map_texts(notebook, _replacer(places)), indent=1, ensure_ascii=False) + "\n").encode()


def _places(folder: Path, papermill: dict[str, Any], parameters: dict[str, Any]) -> dict[str, str]:
    """Every folder of this machine that the notebook may name, with what stands for it."""
    files = _absolute(papermill.get(name) for name in ("input_path", "output_path"))
    found = _absolute(parameters.values()) + [str(PurePath(file).parent) for file in files]
    found += [str(place) for place in (folder.absolute(), folder.resolve(), folder.resolve().parent)]
    places = {place: f"…/{PurePath(place).name}" for place in found}
    return places | {str(Path.home()): "~"}  # its last component is a person's name


def name_place(place: str) -> dict[str, str]:
    """What stands for a place that is absolute; nothing for one that tells of no machine."""
    return {place: f"…/{PurePath(place).name}"} if PurePath(place).is_absolute() else {}


def scrub_text(text: str, places: dict[str, str]) -> str:
    """A text with other words for some places."""
    return _replacer(places)(text) if places else text


def _absolute(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str) and PurePath(value).is_absolute()]


def _namer(given: list[str]) -> Callable[[str], str]:
    names = {json.dumps(place, ensure_ascii=False): json.dumps(PurePath(place).name) for place in given}

    def name(text: str) -> str:
        for place, short in names.items():
            text = text.replace(place, short)
        return text

    return name


def _empty_kept(text: str) -> str:
    return _KEPT_LINE.sub(r'\1 = ""', text)


def _replacer(places: dict[str, str]) -> Callable[[str], str]:
    spelled = {form: short for place, short in places.items() for form in (place, html.escape(place))}
    ordered = sorted((form for form in spelled if form.strip("/")), key=len, reverse=True)
    # A name that only begins alike is another folder, and a path within an address is none of this machine's.
    pattern = re.compile(rf"(?<![\w.~-])(?:{'|'.join(_breakable(form) for form in ordered)})(?![\w-])")
    return lambda text: pattern.sub(lambda match: spelled[match.group().replace("<wbr>", "")], text)


def _breakable(place: str) -> str:
    """A place as it stands in a text, or in a table that may be broken after each joint."""
    return "".join(f"{re.escape(char)}(?:<wbr>)?" if char in "/._" else re.escape(char) for char in place)


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_map_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _map_texts(item, change) for name, item in value.items()}
    return value
