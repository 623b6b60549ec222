"""Names that a model calls new and the checkout has already: to build them would break or change what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from torusnb.drafting.claude.ledger import Entry
from torusnb.models.codebase import CodeMap

_FUNCTION = re.compile(r"^(?P<module>[A-Z]\w*(?:\.[A-Z]\w*)*)\.(?P<name>[a-z_]\w*[?!]?)/(?P<arity>\d{1,2})$")
_MODULE = re.compile(r"^[A-Z]\w*(?:\.[A-Z]\w*)+$")
_TABLE = re.compile(r"^[a-z]\w*$")


def find_existing(entries: Iterable[Entry], code: CodeMap) -> Iterator[str]:
    """A sentence for each entry that is called new but stands in the code map, with the place where it stands.

    Private functions count: Elixir compiles no public and private function of one name and arity.
    """
    for entry in entries:
        if entry.standing == "new":
            name = entry.name.strip("` ")
            place = _place_of_function(name, code) or _place_of_module(name, code) or _place_of_table(entry, name, code)
            if place:
                yield (
                    f"`{name}` is called new, but stands at {place}: call it changed and say what becomes of its "
                    "callers, or choose another name."
                )


def _place_of_function(name: str, code: CodeMap) -> str:
    match = _FUNCTION.match(name)
    if match is None:
        return ""
    full = [match["module"]] if match["module"] in code.modules else code.by_tail.get(match["module"], ())
    if len(full) != 1:
        return ""
    module = code.modules[full[0]]
    function = module.function(match["name"], int(match["arity"]))
    if function is None:
        return ""
    return f"{module.path}:{function.line}{' as a private function' if not function.public else ''}"


def _place_of_module(name: str, code: CodeMap) -> str:
    module = code.modules.get(name) if _MODULE.match(name) else None
    return f"{module.path}:{module.line}" if module is not None else ""


def _place_of_table(entry: Entry, name: str, code: CodeMap) -> str:
    module = code.tables.get(name) if entry.kind == "table" and _TABLE.match(name) else None
    return f"{module.path}:{module.line}" if module is not None else ""
