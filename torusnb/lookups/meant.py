"""What a path or a name means that does not stand in the checkout as it was written."""

from __future__ import annotations

import re
from collections.abc import Collection

from torusnb.context.inquiry.names import NameBook
from torusnb.models.codebase import CodeMap

_ENDING = re.compile(r"(?:\.(?:html|text|json|xml|js))?\.(?:heex|leex|eex|exs?|tsx?|jsx?|s?css|md|json)")
_TEMPLATE = re.compile(r"\w\.(?:heex|leex|eex)$")
_FUNCTION = re.compile(r"(?:(?P<module>[A-Z][\w.]*)\.)?(?P<name>[a-z_]\w*[?!]?)(?:/(?P<arity>\d+))?")


def is_file_name(name: str) -> bool:
    """Whether a name without a folder ends as a file's does."""
    return re.search(rf"{_ENDING.pattern}$", name) is not None


def list_meant(path: str, paths: Collection[str]) -> tuple[str, ...]:
    """The files that a path may mean, sorted: those whose path ends so, or else so but for the ending of the name.

    Where there is none, the only template of that name in another folder: views and actions name no folder.

    `page/new.html.heex` means `lib/web/page/new.html.eex`, and `page_live.heex` means `page_live.html.heex`.
    """
    wanted = path.removeprefix("./").lstrip("/")
    found = [known for known in paths if f"/{known}".endswith(f"/{wanted}")]
    stem = _stem(wanted)
    if not found and stem != wanted:
        found = [known for known in paths if f"/{_stem(known)}".endswith(f"/{stem}")]
    if not found and _TEMPLATE.search(wanted):
        last = stem.rpartition("/")[2]
        alike = [p for p in paths if _TEMPLATE.search(p) and _stem(p.rpartition("/")[2]) == last]
        found = alike if len(alike) == 1 else []
    whole = [known for known in found if _stem(known) == stem]
    return tuple(sorted(whole or found))


def _stem(path: str) -> str:
    match = re.search(rf"{_ENDING.pattern}$", path)
    return path[: match.start()] if match is not None else path


def list_bearers(name: str, code: CodeMap, names: NameBook) -> tuple[str, ...]:
    """The full names of the modules or functions that a name stands for, where it stands for several modules' own.

    Of a function in modules that share the end of a name only those count that have it. Empty where a name stands for
    one thing or for nothing.
    """
    if not names.is_function(name):
        homes = () if names.knows(name) else code.by_tail.get(name, ())
        return homes if len(homes) > 1 else ()
    match = _FUNCTION.fullmatch(name.strip().removeprefix("&"))
    if match is None or (match["module"] and names.knows(match["module"])):
        return ()
    homes = code.by_tail.get(match["module"], ()) if match["module"] else names.homes.get(match["name"], ())
    if len(homes) < 2:
        return ()
    arity = int(match["arity"]) if match["arity"] else None
    found = ((home, code.modules[home].function(match["name"], arity)) for home in homes)
    return tuple(f"{home}.{function.name}/{function.arity}" for home, function in found if function is not None)
