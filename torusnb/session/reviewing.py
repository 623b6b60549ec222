"""The stage of review, and what a review is laid over with: the team's own weights, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from torusnb.errors import InputError, ParameterError
from torusnb.export.writing import load_text
from torusnb.models.base import fingerprint
from torusnb.models.changes import PackStatus
from torusnb.models.review import Review, ReviewSettings
from torusnb.models.sources import Research
from torusnb.review.links import link_exists
from torusnb.review.reading import Reading
from torusnb.review.review import review_text
from torusnb.review.settings import SETTINGS_NAME, apply_settings, parse_settings
from torusnb.review.staleness import review_staleness

if TYPE_CHECKING:
    from torusnb.session.exporting import Export
    from torusnb.session.session import Session


def make_review(session: Session, export: Export) -> Review:
    """The findings on an export, recorded once for each text, checkout and settings."""
    review = review_document(session, export.text, session.evidence().research)
    key = fingerprint(export.text, session.identity, session.review_settings)
    if session.trail.latest("review", key) is None:
        counts = ", ".join(f"{review.count(name)} {name}s" for name in ("error", "warning", "note"))
        session.record("review", counts, review, key)
    return review


def review_document(session: Session, text: str, research: Research) -> Review:
    """The findings on a text of the design document, as the team's settings weigh them."""
    found = review_text(
        text,
        path=session.outputs.fdd.name,
        template=session.template,
        pack=session.pack,
        known=session.known,
        research=research,
        strict_names=True,
        link_exists=lambda link: link_exists(session.folder, link),
    )
    return apply_settings(found, session.review_settings)


def find_settings(folders: Iterable[Path | None], base: Path) -> ReviewSettings:
    """The settings of the first folder that holds a file of them; none where no folder does.

    A file counts only when it is no link that leads out of its folder: a checkout is not trusted.

    Args:
        folders: Where to look, in order; a None is passed over.
        base: What the file is named from; outside of it by its name alone.

    Raises:
        InputError: The file cannot be read.
        ParameterError: It does not hold together.
    """
    for folder in dict.fromkeys(place for place in folders if place is not None):
        path = folder / SETTINGS_NAME
        try:
            found = path.is_file() and path.resolve().parent == folder.resolve()
        except OSError as error:
            said = f"The settings here cannot be looked for ({error.strerror}). Check the folder's permissions."
            raise InputError(said, path=name_below(path, base)) from error
        if found:
            return parse_settings(load_text(path) or "", name_below(path, base))
    return ReviewSettings()


def load_settings(path: Path) -> ReviewSettings:
    """The settings in a file that a person names.

    Raises:
        ParameterError: It is not there, or does not hold together.
        InputError: It cannot be read.
    """
    text = load_text(path)
    if text is None:
        raise ParameterError("there is no such settings file; give the path of one that exists", path=path)
    return parse_settings(text, path.name)


def name_below(path: Path, base: Path) -> str:
    """The path from a folder above it; elsewhere the name alone, since no path of this machine is told."""
    whole, base = path.resolve(), base.resolve()
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else path.name


def add_staleness(review: Review, status: PackStatus, reading: Reading) -> Review:
    """The review with what the design rests on and what changed since, in the order of the document's lines."""
    findings = (*review.findings, *review_staleness(review.path, status, reading))
    ordered = sorted(findings, key=lambda finding: (finding.place.line, finding.rule, finding.text))
    return msgspec.structs.replace(review, findings=tuple(ordered))
