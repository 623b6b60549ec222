"""Modules as their lines tell them: `defmodule` and indentation, where no syntax tree is at hand or to be trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MODULE = re.compile(rb"^([ \t]*)defmodule[ \t]+([A-Z][\w.]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ModuleSpan:
    """A module's full name, and its bytes from `defmodule` to its `end`."""

    name: str
    start: int
    end: int


def find_spans(source: bytes) -> list[ModuleSpan]:
    """The modules of a file by `defmodule` lines, nested by indentation, in file order."""
    spans: list[ModuleSpan] = []
    around: list[tuple[int, str, int]] = []
    for match in _MODULE.finditer(source):
        indent = len(match[1])
        while around and (around[-1][0] >= indent or around[-1][2] <= match.start()):
            around.pop()
        written = match[2].decode("utf-8", "replace")
        name = f"{around[-1][1]}.{written}" if around else written
        closing = re.compile(rb"^" + re.escape(match[1]) + rb"end\b", re.MULTILINE).search(source, match.end())
        limit = around[-1][2] if around else len(source)
        end = min(closing.end() if closing else limit, limit)
        spans.append(ModuleSpan(name, match.end(1), end))
        around.append((indent, name, end))
    return spans
