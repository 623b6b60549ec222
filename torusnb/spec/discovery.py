"""Where spec packs lie: any folder with a prd.md, wherever the checkout keeps it; and where one only begins."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from torusnb.errors import PackError
from torusnb.models.base import Value

PRD = "prd.md"
INFORMAL = "informal.md"
"""What the teams call the description that a feature begins with; it stands for a prd.md that is not written yet."""

DOCUMENTS = frozenset({PRD, INFORMAL, "fdd.md", "plan.md", "requirements.yml", "requirements.yaml"})
"""The documents of a pack; each stands for its folder where a person names a pack by its path."""

_SKIPPED = frozenset({"deps", "node_modules", "_build", "vendor", "cover"})
_SHOWN = 8
_ELSEWHERE = "For a pack that lies elsewhere give the path of its folder, or of its prd.md or fdd.md."


class PackFolder(Value, frozen=True):
    """A folder that holds a spec pack.

    Attributes:
        slug: The folder's name.
        directory: POSIX path relative to the root that was searched; `.` for the root itself.
        files: Names of the files in it, sorted.
    """

    slug: str
    directory: str
    files: tuple[str, ...]


def find_packs(root: Path, begins: str = PRD) -> tuple[PackFolder, ...]:
    """Every folder below a root that holds a prd.md (or another document that a pack begins with), sorted by path.

    Hidden folders, dependencies and build output are skipped; symbolic links are not followed, so a loop does no harm.

    Raises:
        PackError: The root is no folder.
    """
    if not root.is_dir():
        raise PackError("There is no such folder. Give the root of the checkout.", path=root)
    found = []
    for where, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        if begins in files:
            folder = Path(where)
            directory = folder.relative_to(root).as_posix()
            found.append(PackFolder(folder.resolve().name, directory, tuple(sorted(files))))
    return tuple(sorted(found, key=lambda pack: pack.directory))


def locate_pack(root: Path, given: str) -> Path:
    """The folder of the pack that a person means.

    Args:
        root: The checkout's root.
        given: A slug, the end of a folder's path, a folder (absolute, or relative to the checkout or to the
            working directory; it need not lie in the checkout), or the path of one of a pack's documents.

    Raises:
        PackError: Nothing fits, or more than one pack does; the message lists what could be meant.
    """
    name = given.strip().rstrip("/")
    if not name or "\0" in name:
        raise PackError(f"No spec pack is named. {_offer(find_packs(root), '')}", key=given)
    path = Path(name)
    with suppress(RuntimeError):  # `~name` of nobody on this machine
        path = path.expanduser()
    places = [path] if path.is_absolute() else [root / path, path]
    for place in places:
        folder = _pack_at(place)
        if folder is not None:
            return folder
    packs = find_packs(root)
    tail = path.parent.as_posix() if path.name in DOCUMENTS else path.as_posix()
    fitting = _fitting(packs, tail) or _fitting(find_packs(root, INFORMAL), tail)
    if len(fitting) == 1:
        return root / fitting[0].directory
    if fitting:
        listed = ", ".join(pack.directory for pack in fitting)
        raise PackError(f"{given!r} could be any of {listed}. Give the folder instead of the slug.", key=given)
    _refuse_existing(places, given)
    where = f"in {root}, which was searched for folders with a prd.md"
    if "/" in name or path.suffix == ".md":
        where += ", and nothing lies at that path"
    raise PackError(f"No spec pack is named {given!r} {where}. {_offer(packs, path.name)} {_ELSEWHERE}", key=given)


def _pack_at(place: Path) -> Path | None:
    if place.name in DOCUMENTS and _is_there(place, Path.is_file) and _is_pack(place.parent):
        return place.parent
    return place if _is_pack(place) else None


def _is_pack(folder: Path) -> bool:
    return any(_is_there(folder / name, Path.is_file) for name in (PRD, INFORMAL))


def _fitting(packs: tuple[PackFolder, ...], tail: str) -> list[PackFolder]:
    """The packs of that slug, or whose folder ends so."""
    return [pack for pack in packs if f"/{pack.directory}".endswith(f"/{tail}") or pack.slug == tail]


def _refuse_existing(places: list[Path], given: str) -> None:
    for place in places:
        if _is_there(place, Path.is_dir):
            inside = sorted({pack.directory for begins in (PRD, INFORMAL) for pack in find_packs(place, begins)})
            others = f" and {len(inside) - _SHOWN} more" if len(inside) > _SHOWN else ""
            more = f" It holds packs in {', '.join(inside[:_SHOWN])}{others}." if inside else ""
            raise PackError(f"The folder holds no prd.md.{more} Give the folder of a spec pack.", path=place, key=given)
        if _is_there(place, Path.is_file):
            lacking = place.name in DOCUMENTS
            what = "There is no prd.md beside this file." if lacking else "This file is no document of a spec pack."
            raise PackError(f"{what} Give the folder of a spec pack, or its prd.md.", path=place, key=given)


def _is_there(place: Path, test: Callable[[Path], bool]) -> bool:
    """Whether the test holds; not in a folder that may not be entered, nor for a name that is too long."""
    try:
        return test(place)
    except OSError:
        return False


def _offer(packs: tuple[PackFolder, ...], name: str) -> str:
    if not packs:
        return "There is none at all."
    slugs = {pack.slug: pack.directory for pack in packs}
    near = [slugs[slug] for slug in difflib.get_close_matches(name, slugs, _SHOWN, 0.5)]
    listed = near or [pack.directory for pack in packs]
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return f"{'Near it' if near else 'There'} are {', '.join(listed[:_SHOWN])}{more}."
