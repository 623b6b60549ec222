"""Where a module's callers cannot be seen: a behaviour that a library calls, a name that configuration holds."""

from __future__ import annotations

import re

from torusnb.context.inquiry.answers import BY_NAME, Answer
from torusnb.context.inquiry.sources import Sources
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

_CONFIG = re.compile(r"(?:apps/[^/]+/)?config/.+\.exs")
_IMPL = re.compile(r"\s*@impl\s+\S")
_COMMENT = re.compile(r"^\s*#")


class Unseen:
    """Tells of one code map what its own lines cannot answer."""

    def __init__(self, code_map: CodeMap, sources: Sources) -> None:
        """What that map cannot show."""
        self._map = code_map
        self._sources = sources

    def of(self, module: Module) -> tuple[Answer, ...]:
        """A row for each behaviour that the module implements and each line of configuration that names it.

        They answer the question with what is not known: whoever holds the module by such a name may call it.
        """
        return (*self._behaviours(module), *self._configured(module))

    def _behaviours(self, module: Module) -> list[Answer]:
        rows = []
        for reference in module.references:
            if reference.kind != "behaviour":
                continue
            where = "through a variable" if reference.module in self._map.modules else "in the library"
            told = f"implements behaviour {reference.module}: callers {where} are not seen"
            rows.append(self._row(module.name, module.path, reference.line, told, module))
        return rows or self._marked(module)

    def _marked(self, module: Module) -> list[Answer]:
        """The first `@impl` of a plain module whose behaviour `use` brings; a LiveView's and the like say nothing."""
        lines = self._sources[module.path].data.decode("utf-8", "replace").split("\n")
        marks = (number for number in range(module.line, module.end_line) if _IMPL.match(lines[number - 1]))
        first = next(marks, 0) if not module.kinds else 0
        told = "implements a behaviour that `use` brings: callers in the library are not seen"
        return [self._row(module.name, module.path, first, told, module)] if first else []

    def _configured(self, module: Module) -> list[Answer]:
        word = re.compile(rf"(?<![\w.]){re.escape(module.name)}(?![\w.])")
        name = module.name.encode()
        rows = []
        for path in (file.path for file in self._map.files if _CONFIG.fullmatch(file.path)):
            data = self._sources[path].data
            if name not in data:
                continue
            for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
                if word.search(line) and not _COMMENT.match(line):
                    told = f"named in {path}:{number}: callers that read the configuration are not seen"
                    rows.append(self._row(path, path, number, told, None))
        return rows

    def _row(self, what: str, path: str, line: int, relation: str, module: Module | None) -> Answer:
        place = Place(path, line)
        layer = self._sources.layer(path, module)
        return Answer(what, place, self._sources.quote(place), relation, layer, sure=BY_NAME)
