"""What is read of a pack's folder to judge its gates; the judging itself is `torusnb.spec.gates`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

import msgspec

from torusnb.errors import InputError, OutputError, PackError, TrailError
from torusnb.export.writing import load_text
from torusnb.models.base import Place, Problem
from torusnb.models.changes import PackStatus
from torusnb.models.design import Template
from torusnb.models.gates import PackDocuments
from torusnb.models.record import Exported
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Review, ReviewSettings
from torusnb.review.links import link_exists
from torusnb.review.matrix import trace_matrix
from torusnb.review.reading import Reading
from torusnb.review.review import review_text
from torusnb.review.settings import SETTINGS_NAME, apply_settings
from torusnb.session.conflicts import DONE
from torusnb.session.reviewing import find_settings
from torusnb.session.status import FOREIGN, TRAIL
from torusnb.spec.discovery import find_packs
from torusnb.spec.gates import judge_gates
from torusnb.spec.reader import load_pack
from torusnb.spec.template import load_template
from torusnb.trail.store import Trail

_NAMES = ("prd.md", "requirements.yml", "requirements.yaml", "requirements.md", "fdd.md", "plan.md")
_LARGEST = 2_000_000


def add_gates(statuses: Iterable[PackStatus], root: Path, out_dir: Path) -> tuple[PackStatus, ...]:
    """The statuses with each pack's gates; a pack needs no trail for that, only its folder.

    fdd.md is reviewed without the code map: unknown names are no errors in a document of somebody else's, and in
    torusnb's own the export's review has told them.

    Args:
        statuses: The packs, with what changed under them.
        root: The checkout.
        out_dir: Where torusnb's own trails and documents lie.
    """
    directories = [pack.directory for pack in find_packs(root)]
    template = load_template()
    return tuple(_with_gates(status, root, out_dir, directories, template) for status in statuses)


def _with_gates(
    status: PackStatus, root: Path, out_dir: Path, directories: Sequence[str], template: Template
) -> PackStatus:
    if not status.directory or status.state == FOREIGN:  # neither says anything of a pack in this checkout
        return status
    settings, flaws = _load_settings(root / status.directory, root)
    documents = read_documents(status, root, out_dir, directories, template, settings)
    broken = (*(problem for problem in (documents.pack.problems if documents.pack else ()) if problem.broken), *flaws)
    judged = judge_gates(documents, template)
    return msgspec.structs.replace(status, gates=judged, archived=documents.archived, broken=broken)


def _load_settings(folder: Path, root: Path) -> tuple[ReviewSettings, tuple[Problem, ...]]:
    """How the team weighs the rules for this pack; none when the file is broken, which is told."""
    try:
        return find_settings((folder, root), root), ()
    except InputError as error:
        place = Place(error.path or SETTINGS_NAME, error.line or 0)
        left = "The review goes by the rules' own weights until then."
        return ReviewSettings(), (Problem(place, error.message, left, "error", broken=True),)


def read_documents(
    status: PackStatus,
    root: Path,
    out_dir: Path,
    directories: Sequence[str],
    template: Template,
    settings: ReviewSettings,
) -> PackDocuments:
    """What the pack's folder holds, and torusnb's own design where the folder has none.

    Args:
        status: The pack, with what changed under it.
        root: The checkout.
        out_dir: Where torusnb's own documents lie.
        directories: The folders of all packs of the checkout.
        template: The sections of the design document.
        settings: How the team weighs the rules of the review.
    """
    folder = root / status.directory
    texts = {name: text for name in _NAMES if (text := _read(folder / name, root)) is not None}
    pack, trouble = _load(folder, root)
    exported = "" if "fdd.md" in texts else _exported(out_dir / status.slug, texts)
    review, trace = None, None
    if "fdd.md" in texts:
        review = apply_settings(_review(texts["fdd.md"], folder, template, pack), settings)
    if pack is not None and "plan.md" in texts:
        trace = trace_matrix(Reading(path="plan.md", text=texts["plan.md"], template=template), pack)
    return PackDocuments(
        status.slug,
        texts,
        pack,
        trouble,
        review,
        tuple(change.name for change in status.open),
        trace,
        exported,
        not Path(status.directory).is_absolute() and bool(DONE & set(PurePosixPath(status.directory).parts[:-1])),
        tuple(PurePosixPath(other).name for other in directories if other.startswith(f"{status.directory}/")),
        _records(folder),
    )


def _records(folder: Path) -> tuple[str, ...]:
    """What the execution records of the pack's phases are called; only names are read."""
    found = [*folder.glob("*execution*.md"), *folder.glob("execution/*.md")]
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found))


def _read(path: Path, root: Path) -> str | None:
    """The document's text; None for one that is not there, leads out of the checkout, or cannot be read."""
    try:
        whole = path.resolve()
        inside = whole.is_relative_to(root.resolve()) or whole.parent == path.parent.resolve()
        if not path.is_file() or not inside or path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    except (OSError, RuntimeError):  # a folder that may not be entered, a loop of links
        return None


def _load(folder: Path, root: Path) -> tuple[SpecPack | None, str]:
    try:
        return load_pack(folder, root), ""
    except PackError as error:
        return None, str(PackError(error.message, path=Path(error.path).name if error.path else None, line=error.line))


def _exported(folder: Path, texts: dict[str, str]) -> str:
    """Where torusnb's own design lies, once its text is among the pack's; empty when there is none."""
    path = folder / TRAIL
    try:
        if not path.is_file():
            return ""
        with Trail.open(path, create=False) as trail:
            exported = trail.value(Exported, "export")
        text = load_text(folder / "fdd.md") or (exported.text if exported else None)
    except (
        TrailError,
        InputError,
        OutputError,
        OSError,
    ):  # the status tells of the trail; a document that is no text is none
        return ""
    if text is None:
        return ""
    texts["fdd.md"] = text
    return (folder / "fdd.md").as_posix()


def _review(text: str, folder: Path, template: Template, pack: SpecPack | None) -> Review:
    return review_text(text, path="fdd.md", template=template, pack=pack, link_exists=partial(link_exists, folder))
