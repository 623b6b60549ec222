"""Keys of code lines, each with its line as it stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from torusnb.models.codebase import CodeMap


class QuoteBook:
    """Hands out `code:PATH:LINE` keys and remembers the verbatim line of each, so that a key never lacks its quote."""

    def __init__(self, read_source: Callable[[str], str]) -> None:
        """A book that reads files through `read_source`, each once."""
        self._read = read_source
        self._files: dict[str, list[str]] = {}
        self._quotes: dict[str, str] = {}

    def key(self, path: str, line: int) -> str:
        """The key of a line, with its quote kept."""
        key = f"code:{path}:{line}"
        if key not in self._quotes:
            self._quotes[key] = self._line(path, line)
        return key

    def quote(self, key: str) -> str:
        """The line of a key that was handed out, without its indentation."""
        return self._quotes[key]

    def lines(self, path: str) -> list[str]:
        """The lines of a file, as they stand there; a single empty one for a file that cannot be read."""
        if path not in self._files:
            self._files[path] = self._read(path).split("\n")
        return self._files[path]

    @property
    def quotes(self) -> dict[str, str]:
        """Every key handed out, sorted, with its line."""
        return dict(sorted(self._quotes.items()))

    def quote_outline(self, code: CodeMap) -> None:
        """Keep the line of everything that the code map tells, so that a design may rest on any of it."""
        for file in code.files:
            for line in sorted(set(_told_lines((file.modules, file.routes, file.migration)))):
                self.key(file.path, line)
        for package in code.packages:
            self.key(package.path, package.line)

    def _line(self, path: str, line: int) -> str:
        lines = self.lines(path)
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def _told_lines(value: object) -> Iterator[int]:
    """The first line of every part of an outline; references to other modules are no evidence for anything."""
    if isinstance(value, tuple):
        for part in value:
            yield from _told_lines(part)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            part = getattr(value, name)
            if name == "line":
                yield part
            elif name != "references":
                yield from _told_lines(part)
