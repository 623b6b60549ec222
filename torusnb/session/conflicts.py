"""What `torusnb conflicts` tells: which other packs' designs touch the same code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from torusnb.context.changes.claims import read_claims
from torusnb.context.changes.conflicts import find_common, find_conflicts
from torusnb.context.changes.dependencies import read_dependencies
from torusnb.context.changes.vocabulary import Vocabulary
from torusnb.context.map.checkout import require_elixir_project
from torusnb.context.map.codemap import load_code_map
from torusnb.errors import OutputError, TrailError
from torusnb.models.base import Value
from torusnb.models.claims import Conflict, Design
from torusnb.models.codebase import CodeMap
from torusnb.models.record import Exported
from torusnb.models.requirements import SpecPack
from torusnb.session import places
from torusnb.session.packs import find_pack
from torusnb.session.status import TRAIL
from torusnb.spec.discovery import find_packs
from torusnb.trail.store import Trail

DONE = frozenset({"archive", "archived", "done", "completed"})
"""Names of folders whose packs are done with."""

_LARGEST = 2_000_000
_DOCUMENTS = ("fdd.md", "prd.md")


class Meetings(Value, frozen=True):
    """How a pack, or all of them, stand to the others.

    Attributes:
        conflicts: The worst first. designs: How many designs were read.
        common: Kind and name of what more than a third of them names, sorted.
        left_out: How many archived designs were left out.
    """

    conflicts: tuple[Conflict, ...]
    designs: int
    common: tuple[tuple[str, str], ...] = ()
    left_out: int = 0


def find_meetings(
    root: Path, pack: str, out_dir: Path, *, with_archived: bool = False, code_map: CodeMap | None = None
) -> Meetings:
    """Where designs meet.

    A pack's design is the one in torusnb's trail, else its fdd.md, else what its prd.md names.

    Args:
        root: The checkout.
        pack: The pack to look from; empty looks at every pair.
        out_dir: Where torusnb's own trails lie.
        with_archived: Whether packs that are done with count as the others do.
        code_map: The checkout's map, where it is at hand.

    Raises:
        CheckoutError: `root` is no Elixir project.
        PackError: There is no such pack.
    """
    root = require_elixir_project(root)
    mine = find_pack(root, pack, out_dir).resolve() if pack else None
    words = Vocabulary(code_map or load_code_map(root, cache=places.outline_cache()))
    designs = list(_designs(root, mine, out_dir, words))
    common = find_common(designs)
    own = _directory(root, mine) if mine is not None else ""
    counted = [design for design in designs if with_archived or not design.archived or design.directory == own]
    conflicts = find_conflicts(counted, common, own)
    return Meetings(conflicts, len(counted), tuple(sorted(common)), len(designs) - len(counted))


def _designs(root: Path, mine: Path | None, out_dir: Path, words: Vocabulary) -> Iterator[Design]:
    """Every pack's design, by folder; one of a pack outside the checkout comes from its trail alone."""
    trails = dict(_exported(out_dir))
    folders = {pack.directory: root / pack.directory for pack in find_packs(root)}
    if mine is not None:
        folders.setdefault(_directory(root, mine), mine)
    for directory in sorted({*folders, *trails}):
        slug, beside = PurePosixPath(directory).name, _beside(directory, folders)
        path, text = trails.get(directory) or _document(directory, folders[directory], root)
        if text:
            archived = bool(DONE & set(PurePosixPath(directory).parts[:-1])) and not Path(directory).is_absolute()
            asked = _document(directory, folders[directory], root, ("prd.md",))[1] if directory in folders else ""
            depends = read_dependencies(f"{text}\n\n# \n{asked}", beside)
            yield Design(slug, directory, path, read_claims(text, path, words), archived, depends)


def _beside(directory: str, folders: Iterable[str]) -> list[str]:
    """The slugs of the other packs of the same folder: of the same epic."""
    parent = PurePosixPath(directory).parent
    found = (PurePosixPath(other) for other in folders if other != directory)
    return [path.name for path in found if path.parent == parent]


def _directory(root: Path, folder: Path) -> str:
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()


def _exported(out_dir: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """The pack's folder, and path and text of the design that torusnb exported last for it."""
    for path in sorted(out_dir.glob(f"*/{TRAIL}")):
        try:
            with Trail.open(path, create=False) as trail:
                exported, pack = trail.value(Exported, "export"), trail.value(SpecPack, "pack")
        except (TrailError, OutputError):  # `torusnb status` tells of it; the pack's own documents still count
            continue
        if exported is not None and pack is not None:
            yield pack.directory, ((out_dir / path.parent.name / "fdd.md").as_posix(), exported.text)


def _document(directory: str, folder: Path, root: Path, names: Iterable[str] = _DOCUMENTS) -> tuple[str, str]:
    """Path and text of the first of the pack's documents; a file that leads out of the checkout is not read."""
    for name in names:
        path = folder / name
        inside = path.resolve().is_relative_to(root) or path.resolve().is_relative_to(folder.resolve())
        if not path.is_file() or not inside:
            continue
        try:
            data = path.read_bytes()[:_LARGEST]
        except OSError:
            continue
        return f"{directory}/{name}", data.decode("utf-8-sig", "replace")
    return "", ""
