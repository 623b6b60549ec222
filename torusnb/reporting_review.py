"""What the command line says of a review: a table for people, JSON, SARIF or annotations for machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from torusnb import __version__
from torusnb.context.map.checkout import require_elixir_project
from torusnb.context.map.codemap import load_code_map
from torusnb.errors import InputError, PackError, TrailError
from torusnb.export.writing import load_text, save_text
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Finding, Review, ReviewSettings
from torusnb.models.sources import Research
from torusnb.pictures.coverage import draw_coverage
from torusnb.pictures.svg import render_svg
from torusnb.review.annotations import render_annotations
from torusnb.review.coverage import render_matrix
from torusnb.review.handbook import load_handbook
from torusnb.review.links import link_exists
from torusnb.review.matrix import trace_matrix
from torusnb.review.profiles import check_profile
from torusnb.review.reading import Reading
from torusnb.review.review import render_review, render_review_json, render_summary, review_text
from torusnb.review.sarif import render_sarif
from torusnb.review.settings import apply_settings
from torusnb.session import places
from torusnb.session.packs import find_output_of, find_pack
from torusnb.session.reviewing import add_staleness, find_settings, load_settings, name_below
from torusnb.session.status import Watch
from torusnb.spec.discovery import DOCUMENTS, INFORMAL, PRD
from torusnb.spec.reader import load_pack
from torusnb.spec.template import load_template
from torusnb.trail.bundle import TRAIL_NAME
from torusnb.trail.store import Trail

Say = Callable[[str], None]

FDD = "fdd.md"
_SEVERITIES = ("note", "warning", "error")


@dataclass(frozen=True)
class Wanted:
    """What a person asks of a review.

    Attributes:
        target: A document, the folder it lies in, or a pack of the checkout by name.
        torus_root: The checkout; None takes the one found above the document.
        out_dir: Where torusnb's own documents lie, for a pack that has none of its own.
        pack: The folder of its prd.md; None takes the document's own, or its trail's.
        config: A settings file; None takes the nearest.
        profiles: Validators of Torus teams to hold it to as well.
        form: `table`, `json`, `sarif` or `github`.
        fail_on: The least severity that makes the answer `no`.
        matrix: Where to write which section names which id: an `.svg` heat map or an `.md` table; None writes nothing.
    """

    target: Path
    torus_root: Path | None = None
    out_dir: Path = Path("torusnb-out")
    pack: Path | None = None
    config: Path | None = None
    profiles: tuple[str, ...] = ()
    form: str = "table"
    fail_on: str = "error"
    matrix: Path | None = None


def report_review(wanted: Wanted, say: Say, warn: Say) -> bool:
    """Review a document and tell the findings; whether none is as grave as asked for, and its pack can be read.

    Args:
        wanted: What to review, and how.
        say: Told the findings.
        warn: Told which file of the pack cannot be read as it stands.

    Raises:
        InputError: There is nothing to review, it cannot be read, or the settings do not hold together.
        TrailError: The trail beside it is damaged.
    """
    path, root = find_document(wanted)
    text = load_text(path)
    if text is None:
        raise InputError("there is no such file; give an fdd.md, the folder it lies in, or a pack", path=path)
    near = (path.parent, wanted.pack, root)
    settings = load_settings(wanted.config) if wanted.config else find_settings(near, _base(path, root))
    found, pack = _review(wanted, path, text, root)
    review = apply_settings(found, settings)
    for line in _told(review, wanted.form, _base(path, root), settings):
        say(line)
    least = _SEVERITIES.index(wanted.fail_on)
    broken = [problem for problem in (pack.problems if pack is not None else ()) if problem.broken]
    for problem in broken:
        warn(f"{problem.place}: {problem.text} {problem.remedy}")
    return not broken and not any(_SEVERITIES.index(finding.severity) >= least for finding in review.findings)


def find_document(wanted: Wanted) -> tuple[Path, Path | None]:
    """The document that is meant (a file, a folder's, else a pack's by its name), and its checkout where there is one.

    A pack's own fdd.md comes before the one that torusnb exported for it.

    Raises:
        InputError: Nothing fits, or the pack has no design yet.
    """
    target = _folder_of(wanted.target)
    if target.is_file() or (target.suffix == ".md" and not target.is_dir()):
        return target, wanted.torus_root or _checkout_above(wanted.pack or target) or _given_checkout(target)
    if (target / FDD).is_file():
        return target / FDD, wanted.torus_root or _checkout_above(wanted.pack or target / FDD) or _given_checkout(
            target / FDD
        )
    root = wanted.torus_root or _checkout_above(target / FDD) or places.given_checkout()
    root = require_elixir_project(root.resolve())
    folder = find_pack(root, str(target), wanted.out_dir)
    exported = find_output_of(folder, root, wanted.out_dir)
    for path in (folder / FDD, exported / FDD if exported is not None else None):
        if path is not None and path.is_file():
            return path, root
    raise InputError(
        f"the pack has no {FDD} yet, and {wanted.out_dir} holds none for it; export one first", path=folder / FDD
    )


def _folder_of(target: Path) -> Path:
    """The pack's folder, where another of its documents than the design is given."""
    other = target.name in DOCUMENTS - {FDD} and target.is_file()
    begins = any((target.parent / name).is_file() for name in (PRD, INFORMAL))
    return target.parent if other and begins else target


def _given_checkout(document: Path) -> Path | None:
    """The checkout that the environment names; for a document with a trail beside it, also the current folder."""
    given = places.given_checkout()
    meant = given != Path() or document.with_name(TRAIL_NAME).is_file()
    return given if meant and (given / "mix.exs").is_file() else None


def _review(wanted: Wanted, path: Path, text: str, root: Path | None) -> tuple[Review, SpecPack | None]:
    """The findings, and the pack whose ids the document was held against."""
    spec, template, research = _pack_of(path, wanted.pack, root)
    own = wanted.pack is None and path.with_name(TRAIL_NAME).is_file()
    leads = partial(link_exists, path.parent)
    code = _code_map(root) if root else None
    review = review_text(
        text,
        path=str(path),
        template=template,
        pack=spec,
        code=code,
        research=research,
        strict_names=own,
        link_exists=leads,
    )
    reading = Reading(path=str(path), text=text, template=template)
    if root is not None and own:
        review = add_staleness(review, Watch(root.resolve()).judge_file(path.with_name(TRAIL_NAME)), reading)
    for profile in wanted.profiles:
        review = check_profile(review, text, profile, pack=spec, link_exists=leads)
    if wanted.matrix is not None:
        _save_matrix(wanted.matrix, reading, spec)
    return review, spec


def _save_matrix(target: Path, reading: Reading, pack: SpecPack | None) -> None:
    if pack is None:
        raise InputError("the matrix needs a spec pack; give the folder of its prd.md with --pack", path=target)
    matrix = trace_matrix(reading, pack)
    if target.suffix == ".svg":
        drawing = draw_coverage(matrix)
        if not drawing.width:
            raise InputError("the spec pack gives no ids, so there is nothing to draw", path=target)
        save_text(target, render_svg(drawing))
    elif target.suffix == ".md":
        save_text(target, render_matrix(matrix))
    else:
        raise InputError("the matrix is written to a file that ends in .svg or .md", path=target)


def _told(review: Review, form: str, base: Path, settings: ReviewSettings) -> list[str]:
    if form == "table":
        return [render_review(review).rstrip("\n")]
    if form == "json":
        return [render_review_json(review).rstrip("\n")]
    placed = _placed(review, name_below(Path(review.path), base))
    if form == "sarif":
        return [render_sarif(placed, load_handbook(), version=__version__, settings=settings).rstrip("\n")]
    # The line is for people; a path must not make a command of it.
    return [render_annotations(placed).rstrip("\n"), "torusnb: " + " ".join(render_summary(placed).split())]


def _placed(review: Review, path: str) -> Review:
    """The review with the document named by a path from the repository's root."""

    def moved(finding: Finding) -> Finding:
        return msgspec.structs.replace(finding, place=msgspec.structs.replace(finding.place, path=path))

    return msgspec.structs.replace(review, path=path, findings=tuple(moved(f) for f in review.findings))


def _base(path: Path, root: Path | None) -> Path:
    """What paths are told from: the git work tree the document lies in, else the checkout, else the current folder."""
    whole = path.resolve()
    above = next((folder for folder in whole.parents if (folder / ".git").exists()), None)
    if above is None and root is not None and whole.is_relative_to(root.resolve()):
        above = root.resolve()
    return above or Path.cwd().resolve()


def _pack_of(
    document: Path, given: Path | None, root: Path | None
) -> tuple[SpecPack | None, Template, Research | None]:
    """The pack a document belongs to, its template and research: the given one's, the trail's beside it, its own."""
    trail_path = document.with_name(TRAIL_NAME)
    if given is None and trail_path.is_file():
        return _recorded(trail_path)
    try:
        return load_pack((given or document.parent).resolve(), root.resolve() if root else None), load_template(), None
    except PackError:
        if given is not None:
            raise
        return None, load_template(), None  # an fdd.md on its own is reviewed all the same, and the review says so


def _recorded(path: Path) -> tuple[SpecPack | None, Template, Research | None]:
    try:
        with Trail.open(path, create=False) as trail:
            template = trail.value(Template, "template") or load_template()
            return trail.value(SpecPack, "pack"), template, trail.value(Research, "research")
    except TrailError as error:
        raise TrailError(f"the trail beside the document cannot be read: {error.message}", path=error.path) from error


def _checkout_above(path: Path) -> Path | None:
    return next((folder for folder in path.resolve().parents if (folder / "mix.exs").is_file()), None)


def _code_map(root: Path) -> CodeMap:
    require_elixir_project(root)
    return load_code_map(root.resolve(), cache=places.outline_cache())
