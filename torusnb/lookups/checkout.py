"""The text of a checkout as far as a model may read it: what the code map lists, nothing that is somebody's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cached_property

from torusnb.lookups.cleaning import clean_lines
from torusnb.models.codebase import CodeMap
from torusnb.models.guides import Guide

_LARGEST = 2_000_000
_CODE = (".ex", ".exs")
_SECRET = re.compile(
    r"(?:^|/)(?:\.[^/]*|[^/]*\.secret\.[^/]*|[^/]*\.env(?:\.[^/]*)?|env|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|_?netrc|"
    r"[^/]*(?:credentials?|secrets?|service[-_]account|keystore)[^/]*\.(?:ya?ml|json|toml|ini|txt|properties|tfvars)|"
    r"[^/]*\.(?:tfvars|tfstate|pem|key|p12|pfx|jks|keystore|kdbx|gpg|asc))(?:/|$)",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n?")


class CheckoutText:
    """Reads files for answers.

    A path that the code map does not list is refused: that leaves out what lies outside the checkout, links, hidden
    files, `deps`, and the packs. Refused are also files that are made to hold secrets. A file that no longer holds what
    the map was made from reads as empty, since its lines have moved.
    """

    def __init__(self, code: CodeMap, read_source: Callable[[str], str]) -> None:
        """The files of that map, which `read_source` gives by their path."""
        self._code = code
        self._read = read_source
        self._lines: dict[str, tuple[str | None, ...]] = {}
        self._large: set[str] = set()

    @cached_property
    def guides(self) -> dict[str, Guide]:
        """Path to guide."""
        return {guide.path: guide for guide in self._code.guides}

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All that may be read, sorted; what is outlined first."""
        outlined = self._code.by_path
        return tuple(sorted(filter(self.may_read, self._code.paths), key=lambda path: (path not in outlined, path)))

    def may_read(self, path: str) -> bool:
        """Whether answers may quote a file."""
        return path in self._code.paths and _SECRET.search(path) is None

    def read(self, path: str) -> str:
        """The file's text as it stands there; empty where it must not be read, is too large, or has changed."""
        if not self.may_read(path):
            return ""
        text = self._read(path)
        if len(text) > _LARGEST:
            self._large.add(path)
            return ""
        return text if self._is_unchanged(path, text) else ""

    def tell_blank(self, path: str) -> str:
        """Why a file that may be read has no lines, in words; empty for one that has some."""
        if path in self._large:
            return f"is too large to be shown: more than {_LARGEST:,} characters"
        text = self._read(path)
        if not self._is_unchanged(path, text):
            return "changed since the code map was made, so its lines have moved; only a new run can show it"
        problems = self._code.by_path[path].problems if path in self._code.by_path else ()
        if not text and problems:
            return f"cannot be shown: {problems[0].text}"
        return "" if text.strip() else f"is empty in this checkout{self._tell_empty_folder(path)}"

    def tell_blank_below(self, under: str) -> str:
        """That all code that can be meant by a beginning of paths is empty, in words; empty where some is not."""
        paths = [path for path in self.paths if path.startswith(under) and path.endswith(_CODE)] if under else []
        if not paths or any(self._read(path).strip() for path in paths):
            return ""
        return f"; but all {len(paths)} files of code there are empty in this checkout, so that tells nothing"

    def _tell_empty_folder(self, path: str) -> str:
        """That all files of the kind are as empty in the first folder of a path, so that none of them is asked for."""
        folder, ending = path.partition("/")[0], path[path.rfind(".") :]
        alike = [other for other in self.below(folder) if other.endswith(ending)] if "/" in path else []
        if len(alike) < 2 or any(self._read(other).strip() for other in alike):
            return ""
        return f", and so are all {len(alike)} *{ending} files in {folder}/: nothing can be read or found there"

    def _is_unchanged(self, path: str, text: str) -> bool:
        outline, guide = self._code.by_path.get(path), self.guides.get(path)
        if outline is None and guide is None:
            return True
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        if outline is not None:
            return digest == (outline.text_sha256 or outline.sha256)
        return guide is not None and digest == guide.sha256

    def lines(self, path: str) -> tuple[str | None, ...]:
        """The lines of a file, cleaned; None for one that is withheld because it seems to hold a secret."""
        found = self._lines.get(path)
        if found is None:
            text = self.read(path)
            text = _LINE_END.sub("\n", text) if path in self.guides else text
            listed = text.split("\n")
            found = self._lines[path] = clean_lines(listed[:-1] if listed[-1] == "" else listed)
        return found

    def line(self, path: str, number: int) -> str | None:
        """One line, 1-based; None where there is none, or it is withheld."""
        lines = self.lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def lacks(self, path: str) -> str:
        """The first folder of a path where the checkout as it was read has nothing in it; empty for any other path."""
        folder, slash, _ = path.removeprefix("./").partition("/")
        return folder if slash and folder and next(self.below(folder), None) is None else ""

    def below(self, folder: str) -> Iterator[str]:
        """The paths that may be read below a folder; all for an empty one."""
        start = f"{folder.strip('/')}/" if folder.strip("/") else ""
        return (path for path in self.paths if path.startswith(start))
