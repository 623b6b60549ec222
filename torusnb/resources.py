"""Where the files that travel with torusnb lie: `data/`, `notebooks/`, and of `docs/` what the code reads.

In a clone they are the top-level folders; in a wheel they are inside the package.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """A file or folder of `data/` (`data_path("template.yml")`)."""
    return _root("data").joinpath(*parts)


def notebooks_path() -> Path:
    """The folder of the four notebooks."""
    return _root("notebooks")


def docs_path(name: str) -> Path:
    """A document that the code reads too (`docs_path("review-rules.md")`); not every document travels in the wheel."""
    return _root("docs") / name


def _root(name: str) -> Path:
    packaged = _PACKAGE / "_share" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
