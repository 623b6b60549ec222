"""Short keys for lines of files: what a model reads and writes in place of paths that would stand there by hundreds.

`code:lib/garden/beds.ex:33` is shown as `f1:33` and `guide:docs/beds.md:4` as `g1:4`. What the model marks is turned
back before anything is checked, so that checks, the trail and the document know full keys only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.models.design import MARKER

_FAMILIES = {"code": "f", "guide": "g"}
_LINE = re.compile(r"(?P<family>code|guide):(?P<path>[^\s;\[\]\"|]{1,400}):(?P<line>\d+)(?!\w)")
_SHORT = re.compile(r"(?<![\w:/.-])(?P<file>[fg]\d+):(?P<line>\d+)(?!\w)")
_QUOTED = re.compile(r'"@?(?P<key>[fg]\d+:\d+)"')


class Aliases:
    """A number for each file, in the order in which files become known; a number never changes.

    Args:
        keys: All keys of the evidence pack. Where one of them looks like a short key itself, nothing is shortened.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        known = tuple(keys)
        self._files: dict[tuple[str, str], str] = {}
        self._full: dict[str, tuple[str, str]] = {}
        self._counts = dict.fromkeys(_FAMILIES, 0)
        self._used = not any(_SHORT.fullmatch(key) for key in known)
        self.learn(known)

    def learn(self, keys: Iterable[str]) -> None:
        """Number the files of some keys that have no number yet."""
        for key in keys if self._used else ():
            match = _LINE.fullmatch(key)
            if match is None or (match["family"], match["path"]) in self._files:
                continue
            family = match["family"]
            self._counts[family] += 1
            short = f"{_FAMILIES[family]}{self._counts[family]}"
            self._files[family, match["path"]] = short
            self._full[short] = (family, match["path"])

    def short(self, key: str) -> str:
        """The key as it is shown; the key itself for all that is no line of a numbered file."""
        match = _LINE.fullmatch(key)
        return self._shortened(match) if match else key

    def full(self, key: str) -> str:
        """The key that a short one stands for; the key itself for any other."""
        match = _SHORT.fullmatch(key)
        file = self._full.get(match["file"]) if match else None
        return f"{file[0]}:{file[1]}:{match['line']}" if match and file else key

    def shorten(self, text: str) -> str:
        """The text with every full key of a numbered file in its short form."""
        return _LINE.sub(self._shortened, text)

    def expand(self, text: str) -> str:
        """The text with the short keys in its markers in full."""
        return MARKER.sub(lambda match: _SHORT.sub(lambda key: self.full(key.group()), match.group()), text)

    def expand_json(self, text: str) -> str:
        """JSON with the short keys in full: in markers, and where a string is one."""
        return _QUOTED.sub(lambda match: f'"{self.full(match["key"])}"', self.expand(text))

    def expand_all(self, text: str) -> str:
        """The text with every short key in full, also in a marker that is cut through."""
        return _SHORT.sub(lambda key: self.full(key.group()), text)

    def bare(self, text: str) -> tuple[str, ...]:
        """Short keys that a text names outside of markers, where no reader could tell what they mean."""
        said = _SHORT.finditer(MARKER.sub(" ", text))
        return tuple(dict.fromkeys(match.group() for match in said if match["file"] in self._full))

    def files_in(self, text: str) -> dict[str, str]:
        """The path behind each short key of a text, by its file's number, in the order of the text."""
        found = dict.fromkeys(match["file"] for match in _SHORT.finditer(text))
        return {file: self._full[file][1] for file in found if file in self._full}

    def _shortened(self, match: re.Match[str]) -> str:
        file = self._files.get((match["family"], match["path"]))
        return f"{file}:{match['line']}" if file else match.group()
