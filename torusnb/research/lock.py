"""What mix.lock pins, as research needs it: package to released version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from torusnb.elixir.mixfiles import parse_lock
from torusnb.models.codebase import LockedPackage

_SAFE_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,60})?")
"""A version as Hex has it; it becomes a part of paths and addresses."""


def load_packages(root: Path) -> tuple[LockedPackage, ...]:
    """What a checkout's mix.lock pins; empty without one that can be read."""
    try:
        text = (root / "mix.lock").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ()
    return parse_lock(text, "mix.lock")


def load_locked(root: Path) -> dict[str, str]:
    """Package to the released version that a checkout's mix.lock pins."""
    return released_versions(load_packages(root))


def released_versions(packages: Iterable[LockedPackage]) -> dict[str, str]:
    """Package to version, for those from Hex; a git or path dependency has no released version."""
    return {package.name: package.version for package in packages if package.source == "hex"}


def public_versions(packages: Iterable[LockedPackage]) -> dict[str, str]:
    """The same for packages of the public Hex repository only: others must not be named to anybody."""
    return {
        package.name: package.version
        for package in packages
        if package.source == "hex" and package.repo == "hexpm" and _SAFE_VERSION.fullmatch(package.version)
    }
