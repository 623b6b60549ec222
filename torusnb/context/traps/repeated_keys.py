"""Lists of keys that are written out in several places and have to agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, is_tooling
from torusnb.models.base import Place

_LISTED = re.compile(
    r"\[\s*(?P<atoms>(?::\w+[?!]?\s*,\s*){4,}:\w+[?!]?)\s*,?\s*\]|~w[(\[{](?P<words>[\w\s?!]+)[)\]}]a(?!\w)"
)
_NAME = re.compile(r"[\w?!]+")
_USE = re.compile(
    r"(?P<call>Map\.(?:take|drop|split)|Keyword\.(?:take|drop|split|validate!?)|replace_all_except|replace|"
    r"(?:select:\s*|\bselect\([^\n]*?)?\b(?:map|struct)|cast|@\w+)\s*[({,]?\s*(?:[\w.%{}]+\s*,\s*)?$"
)
_KEYS = re.compile(r"^@(?!enforce_)(?:\w+_)?(?:keys|fields|attrs|attributes|columns|params|assigns|headers)$")
_SHORTEST, _ALIKE = 6, 0.7
_NAMED = 2
_BEFORE = 90
_MOST_SHOWN = 4
_MOST_LISTS = 300
"""Lists of all files near the feature; each is held against each."""


@dataclass(frozen=True)
class _KeyList:
    """A list of keys, what it is given to, and where it stands."""

    file: NearFile
    line: int
    use: str
    names: tuple[str, ...]
    function: str
    module: str


def find_repeated_keys(scene: Scene) -> Iterator[Finding]:
    """Groups of lists near the feature that hold nearly the same keys; one finding for each group."""
    found = (entry for file in scene.files if not is_tooling(file.path) for entry in _lists(scene, file))
    waiting = list(islice(found, _MOST_LISTS))
    while waiting:
        lead = waiting.pop(0)
        group = [entry for entry in waiting if _alike(lead, entry)]
        waiting = [entry for entry in waiting if entry not in group]
        if group and _speaks(scene, [lead, *group]):
            yield _finding([lead, *group])


def _speaks(scene: Scene, group: Sequence[_KeyList]) -> bool:
    """Whether the pack writes two of the keys, or one of the functions, as code."""
    names = dict.fromkeys(name for entry in group for name in entry.names)
    named = sum(scene.request.names(name) for name in names)
    return named >= _NAMED or any(entry.function and scene.request.names(entry.function) for entry in group)


def _lists(scene: Scene, file: NearFile) -> Iterator[_KeyList]:
    bodies = scene.bodies(file.path)
    if bodies is None:
        return
    text = bodies.text.data.decode("utf-8", "replace")
    for found in _LISTED.finditer(text):
        names = tuple(dict.fromkeys(_NAME.findall(found["atoms"] or found["words"])))
        before = " ".join(text[max(found.start() - _BEFORE, 0) : found.start()].split("\n")[-3:])
        use = _USE.search(" ".join(before.split()) + " ")
        if use is None or len(names) < _SHORTEST or (use["call"][0] == "@" and not _KEYS.match(use["call"])):
            continue
        line = text.count("\n", 0, found.start()) + 1
        function = bodies.function_at(line)
        module = function.module if function is not None else bodies.modules[0].name if bodies.modules else ""
        yield _KeyList(
            file, line, use["call"].split()[-1], names, function.label if function is not None else "", module
        )


def _alike(one: _KeyList, other: _KeyList) -> bool:
    """Whether two lists speak of the same keys, and are not two changesets of which each asks for what it needs."""
    left, right = set(one.names), set(other.names)
    if len(left & right) < _SHORTEST - 1 or len(left & right) < _ALIKE * len(left | right):
        return False
    return not (one.use == other.use == "cast")


def _finding(group: Sequence[_KeyList]) -> Finding:
    lead = group[0]
    every = set.intersection(*(set(entry.names) for entry in group))
    some = [name for name in dict.fromkeys(n for entry in group for n in entry.names) if name not in every]
    places = list(dict.fromkeys(_place(entry) for entry in group))
    shown = " and ".join(places[:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
    missing = ", ".join(f"`{name}`" for name in some[:_MOST_SHOWN]) + (" and others" if len(some) > _MOST_SHOWN else "")
    differ = f"; {missing} {'is' if len(some) == 1 else 'are'} not in all of them" if some else ""
    return Finding(
        lead.file.path,
        lead.line,
        f"{len(group)} lists hold the same {len(every)} keys ({', '.join(f'`{n}`' for n in sorted(every)[:3])}, …): "
        f"{shown}{differ}.",
        "A key that the feature adds to one of them is dropped or kept by the others, and nothing fails",
        (
            *(entry.function.partition("/")[0] for entry in group),
            *(e.module.rpartition(".")[2] for e in group),
            *some[:6],
        ),
        symbol=lead.function or lead.use,
        module=lead.module,
        severity="medium",
        also=tuple(Place(entry.file.path, entry.line) for entry in group[1:4]),
        weight=0.8 if some else 0.6,
        wanted=True,
    )


def _place(entry: _KeyList) -> str:
    where = f"`{entry.module.rpartition('.')[2]}.{entry.function}`" if entry.function else f"`{entry.module}`"
    return f"`{entry.use}` in {where}"


RULES = (
    Rule(
        "repeated-keys",
        "The same keys listed in several places",
        "data",
        "Six keys or more are written out, nearly alike, in two places near the feature that take, drop, replace, "
        "select or cast them, or keep them in an attribute that is named for keys. Two changesets are left alone. Told "
        "where the pack writes two of the keys, or one of the functions, as code.",
        "Name every list that a new key has to enter, or make one of them the source of the others.",
        find_repeated_keys,
        quiet=True,
    ),
)
