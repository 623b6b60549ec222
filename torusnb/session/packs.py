"""Which pack a person means: one of the checkout, one that lies elsewhere, or one that has a trail already."""

from __future__ import annotations

from pathlib import Path

from torusnb.errors import InputError, PackError
from torusnb.spec.discovery import DOCUMENTS, INFORMAL, PRD, locate_pack
from torusnb.trail.bundle import TRAIL_NAME
from torusnb.trail.store import Trail

_WRITTEN = frozenset({TRAIL_NAME, "fdd.md", "research.md"})
_SHOWN = 8


def find_pack(root: Path, given: str, out_dir: Path) -> Path:
    """The folder of the pack that a person means.

    Args:
        root: The checkout.
        given: As `locate_pack` takes it; what that does not know may be a folder of `out_dir`, whose trail says which
            pack it belongs to.
        out_dir: Where each pack has its folder.

    Raises:
        PackError: Nothing fits, or the trail's pack is not there any more.
        TrailError: The trail that is meant is damaged.
    """
    try:
        return locate_pack(root, given)
    except PackError:
        output = find_output(given, out_dir)
        if output is None:
            raise
    directory = read_owner(output / TRAIL_NAME)
    folder = root / directory
    if not directory or not any((folder / name).is_file() for name in (PRD, INFORMAL)):
        raise PackError(
            f"the trail here is of the pack {directory or 'nobody named'}, which has no prd.md there now; give the "
            "folder that its prd.md lies in",
            path=output,
            key=given,
        )
    return folder


def find_output(given: str, out_dir: Path) -> Path | None:
    """The folder with the trail that a person names: by its name, its path, or a file that torusnb wrote into it."""
    name = given.strip().rstrip("/")
    if not name:
        return None
    try:
        path = Path(name).expanduser()
        places = [path.parent if path.name in _WRITTEN and path.is_file() else path]
        places += [out_dir / name] if "/" not in name else []
        return next((place for place in places if (place / TRAIL_NAME).is_file()), None)
    except (OSError, RuntimeError, ValueError):  # a name that is too long, `~nobody`, a null byte
        return None


def find_output_of(folder: Path, root: Path | None, out_dir: Path) -> Path | None:
    """A pack's folder with its trail; None when there is none, or when the one of that name is another pack's.

    Raises:
        TrailError: The trail is damaged.
    """
    whole = folder.resolve()
    output = out_dir / whole.name
    if not (output / TRAIL_NAME).is_file():
        return None
    owner = Path(read_owner(output / TRAIL_NAME))
    if root is None and not owner.is_absolute():
        mine = whole.as_posix().endswith(f"/{owner.as_posix()}")
    else:
        mine = ((root or Path()).resolve() / owner).resolve() == whole
    return output if mine else None


def require_output(given: str, out_dir: Path) -> Path:
    """The folder with the trail that a person names, also by the pack's folder or one of its documents.

    Raises:
        InputError: There is no such trail.
    """
    output = find_output(given, out_dir)
    if output is not None:
        return output
    path = Path(given)
    named = path.parent if path.name in DOCUMENTS else path
    try:
        output = out_dir / named.resolve().name
        if (output / TRAIL_NAME).is_file():
            return output
    except (OSError, RuntimeError, ValueError):
        pass
    if path.suffix == ".zip":
        raise InputError("a shared zip is opened by `torusnb trail replay`, which can write its documents", path=given)
    known = sorted(found.parent.name for found in out_dir.glob(f"*/{TRAIL_NAME}"))
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    there = f"there are trails of {', '.join(known[:_SHOWN])}{more}" if known else "there is none at all"
    raise InputError(
        f"no trail of {given!r} lies here; {there}. Run `torusnb run` on the pack first, or name with --out the "
        "folder that it wrote to.",
        path=out_dir,
        key=given,
    )


def read_owner(trail: Path) -> str:
    """The pack's folder that a trail begins with, relative to the checkout it was made from or absolute; or empty.

    Raises:
        TrailError: The trail is damaged.
    """
    with Trail.open(trail, create=False) as opened:
        first = next(opened.events("run"), None)
    return first.key if first is not None else ""
