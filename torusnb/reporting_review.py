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
from torusnb.errors import InputError, PackError, ParameterError, TrailError
from torusnb.export.writing import load_text
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Finding, Review, ReviewSettings, Template
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Research
from torusnb.review.annotations import render_annotations
from torusnb.review.handbook import load_handbook
from torusnb.review.links import link_exists
from torusnb.review.profiles import check_profile
from torusnb.review.review import render_review, render_review_json, render_summary, review_text
from torusnb.review.sarif import render_sarif
from torusnb.review.settings import SETTINGS_NAME, apply_settings, parse_settings
from torusnb.session import places
from torusnb.spec.discovery import locate_pack
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
    """

    target: Path
    torus_root: Path | None = None
    out_dir: Path = Path("torusnb-out")
    pack: Path | None = None
    config: Path | None = None
    profiles: tuple[str, ...] = ()
    form: str = "table"
    fail_on: str = "error"


def report_review(wanted: Wanted, say: Say) -> bool:
    """Review a document and tell the findings; whether none is as grave as asked for.

    Raises:
        InputError: There is nothing to review, it cannot be read, or the settings do not hold together.
    """
    path, root = find_document(wanted)
    text = load_text(path)
    if text is None:
        raise InputError("there is no such file; give an fdd.md, the folder it lies in, or a pack", path=path)
    settings = find_settings(wanted.config, path, wanted.pack, root)
    review = apply_settings(_review(wanted, path, text, root), settings)
    for line in _told(review, wanted.form, _base(path, root), settings):
        say(line)
    least = _SEVERITIES.index(wanted.fail_on)
    return not any(_SEVERITIES.index(finding.severity) >= least for finding in review.findings)


def find_document(wanted: Wanted) -> tuple[Path, Path | None]:
    """The document that is meant (a file, a folder's, else a pack's by its name), and its checkout where there is one.

    A pack's own fdd.md comes before the one that torusnb exported for it.

    Raises:
        InputError: Nothing fits, or the pack has no design yet.
    """
    target = wanted.target
    if target.is_dir() or target.exists() or target.suffix:
        path = target / FDD if target.is_dir() else target
        return path, wanted.torus_root or _checkout_above(wanted.pack or path)
    root = require_elixir_project((wanted.torus_root or places.given_checkout()).resolve())
    folder = locate_pack(root, str(target))
    own, exported = folder / FDD, wanted.out_dir / folder.resolve().name / FDD
    for path in (own, exported):
        if path.is_file():
            return path, root
    raise InputError(f"the pack has no {FDD} yet, and {wanted.out_dir} holds none for it; export one first", path=own)


def find_settings(config: Path | None, document: Path, pack: Path | None, root: Path | None) -> ReviewSettings:
    """The settings file given, else the first beside the document, in its pack, or at the checkout's root.

    A file found in a checkout counts only when it is no link that leads out of its folder.

    Raises:
        InputError: The file is not there or cannot be read.
        ParameterError: It does not hold together.
    """
    if config is not None:
        text = load_text(config)
        if text is None:
            raise ParameterError("there is no such settings file; give the path of one that exists", path=config)
        return parse_settings(text, config.as_posix())
    for folder in dict.fromkeys(place for place in (document.parent, pack, root) if place is not None):
        path = folder / SETTINGS_NAME
        if path.is_file() and path.resolve().parent == folder.resolve():
            return parse_settings(load_text(path) or "", _below(path, _base(document, root)))
    return ReviewSettings()


def _review(wanted: Wanted, path: Path, text: str, root: Path | None) -> Review:
    spec, template, research = _pack_of(path, wanted.pack, root)
    leads = partial(link_exists, path.parent)
    code = _code_map(root) if root else None
    review = review_text(
        text, path=str(path), template=template, pack=spec, code=code, research=research, link_exists=leads
    )
    for profile in wanted.profiles:
        review = check_profile(review, text, profile, pack=spec, link_exists=leads)
    return review


def _told(review: Review, form: str, base: Path, settings: ReviewSettings) -> list[str]:
    if form == "table":
        return [render_review(review).rstrip("\n")]
    if form == "json":
        return [render_review_json(review).rstrip("\n")]
    placed = _placed(review, _below(Path(review.path), base))
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


def _below(path: Path, base: Path) -> str:
    """The path from a folder above it; elsewhere the name alone, since no path of this machine is told."""
    whole = path.resolve()
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else path.name


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
        raise InputError(f"the trail beside the document cannot be read: {error.message}", path=error.path) from error


def _checkout_above(path: Path) -> Path | None:
    return next((folder for folder in path.resolve().parents if (folder / "mix.exs").is_file()), None)


def _code_map(root: Path) -> CodeMap:
    require_elixir_project(root)
    return load_code_map(root.resolve(), cache=places.outline_cache())
