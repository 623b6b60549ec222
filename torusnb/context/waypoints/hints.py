"""What a pack names without saying so: the file that a named test tests, and the files in a folder it names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torusnb.context.naming import Named
from torusnb.models.base import Place
from torusnb.models.requirements import SpecPack

_PATH = re.compile(r"(?<![\w/.])(?:[\w*.-]+/)+[\w*.-]*")
_TESTED = 0.9
_BESIDE = 0.45
_LARGEST_FOLDER = 200
_OTHER_TREES = ("assets/", "docs/", "priv/", "http", "test/", "config/")


@dataclass(frozen=True)
class NamedFolder:
    """A folder that the pack names, for one of the files below it; `share` is less the more there are."""

    name: str
    share: float


def find_tested(pack: SpecPack, paths: frozenset[str]) -> Iterator[Named]:
    """The files whose tests the pack names (`test/a/b_test.exs` tests `lib/a/b.ex`).

    Where there is no such file, the only one of that name below a folder of that name, or else `lib/a.ex`, with half
    the weight.
    """
    homes: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        homes[path.rpartition("/")[2]].append(path)
    for name, place in _paths(pack):
        before, test, rest = name.rpartition("test/")
        if not test or (before and not before.endswith("/")) or not rest.endswith("_test.exs"):
            continue
        stem = rest.removesuffix("_test.exs")
        exact, context = f"{before}lib/{stem}.ex", f"{before}lib/{stem.rpartition('/')[0]}.ex"
        folder, _, last = stem.rpartition("/")
        alone = [path for path in homes.get(f"{last}.ex", []) if f"/{folder.rpartition('/')[2]}/" in path]
        if exact in paths:
            yield Named(exact, name, place, _TESTED)
        elif len(alone) == 1:
            yield Named(alone[0], name, place, _TESTED)
        elif context in paths:
            yield Named(context, name, place, _BESIDE)


def find_folders(pack: SpecPack, paths: frozenset[str]) -> dict[str, NamedFolder]:
    """Path to the smallest folder around it that the pack names, by any ending of its path with two parts or more."""
    found: dict[str, NamedFolder] = {}
    for name in sorted({name for name, _ in _paths(pack)}):
        folder = name.partition("*")[0].rstrip("./")
        if "/" not in folder or folder.startswith(_OTHER_TREES):
            continue
        inside = [path for path in sorted(paths) if f"/{folder}/" in f"/{path}" or f"/{path}".endswith(f"/{folder}.ex")]
        if 0 < len(inside) <= _LARGEST_FOLDER:
            share = len(inside) ** -0.5
            for path in inside:
                if path not in found or found[path].share < share:
                    found[path] = NamedFolder(folder, share)
    return found


def _paths(pack: SpecPack) -> Iterator[tuple[str, Place]]:
    seen: Mapping[tuple[str, Place], None] = dict.fromkeys(
        [
            *((mention.name, mention.place) for mention in pack.mentions if "/" in mention.name),
            *((match.group(), place) for text, place in _texts(pack) for match in _PATH.finditer(text)),
        ]
    )
    yield from seen


def _texts(pack: SpecPack) -> Iterator[tuple[str, Place]]:
    yield from ((section.text, section.place) for section in pack.sections)
    yield from ((f"{entry.title} {entry.text}", entry.place) for entry in pack.requirements)
    yield from ((entry.text, entry.place) for entry in pack.criteria)
