"""What the text index knows of a file: its path, its names, its documentation, its text."""

from __future__ import annotations

from collections import defaultdict

from torusnb.models.codebase import CodeMap, FileOutline

FIELDS = ("path", "names", "docs", "code")
"""The columns of a document: its path's words, its module, function and route names, its documentation, its text."""

CODE = FIELDS.index("code")
NAMES = FIELDS.index("names")

Texts = tuple[str, str, str, str]


def is_indexed(outline: FileOutline) -> bool:
    """Whether the file can be a waypoint: it lies under `lib` and is no migration."""
    return outline.migration is None and (outline.path.startswith("lib/") or "/lib/" in outline.path)


def document(outline: FileOutline, source: str) -> Texts:
    """A file's texts for the index, from the file alone: the same whether or not its outline is linked."""
    names: list[str] = []
    docs: list[str] = []
    for module in outline.modules:
        names.append(module.name)
        names.extend(function.name for function in module.functions)
        docs.append(module.doc)
        docs.extend(function.doc for function in module.functions)
        if module.schema is not None:
            names.append(module.schema.table)
    return (outline.path.rpartition(".")[0], " ".join(names), "\n".join(docs), source)


def further_names(code_map: CodeMap) -> dict[str, tuple[str, ...]]:
    """Path to the names that rest on other files too: what its callbacks match, the routes that lead to its modules.

    What a callback is, the macros that its module uses decide; so the names change when another file does.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for file in code_map.files:
        for module in file.modules:
            if module.callbacks:
                found[file.path].extend(use.name for use in module.callbacks if use.name)
    for route in code_map.routes:
        owner = code_map.modules.get(route.module)
        if owner is not None:
            found[owner.path].append(route.path)
    return {path: tuple(names) for path, names in found.items() if names}
