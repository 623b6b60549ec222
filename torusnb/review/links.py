"""Whether a relative link of a document leads to a file."""

from __future__ import annotations

from pathlib import Path


def link_exists(folder: Path, link: str) -> bool:
    """Whether something lies where a link leads; False for one that no file system could hold.

    Args:
        folder: Where the document lies.
        link: The link's path relative to that folder, of any length and with any characters.
    """
    try:
        return (folder / link).exists()
    except (OSError, ValueError):  # a name too long, a folder that may not be read, a NUL or a lone surrogate
        return False
