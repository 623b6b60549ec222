"""The test files of a module, by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MODULE = re.compile(r"(?:[A-Z]\w*\.)*[A-Z]\w*")


def list_tests(name: str, paths: Iterable[str], under: str = "") -> tuple[str, ...]:
    """The paths of a module's tests, sorted: `A.BookList` is tested by `book_list_test.exs`.

    Of several, those whose path holds most of the module's namespace. None for what is no module's name.
    """
    if not _MODULE.fullmatch(name):
        return ()
    *spaces, last = name.removesuffix("Test").lower().split(".")
    joined = {path: path.replace("_", "") for path in paths if path.startswith(under) and path.endswith("_test.exs")}
    found = [path for path, squeezed in joined.items() if squeezed.rpartition("/")[2] == f"{last}test.exs"]
    held = {path: sum(f"/{space}/" in joined[path] for space in spaces) for path in found}
    most = max(held.values(), default=0)
    return tuple(sorted(path for path in found if held[path] == most))
