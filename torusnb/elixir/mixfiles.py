"""`mix.lock` to locked packages, and the application's name from `mix.exs`."""

from __future__ import annotations

import re

from torusnb.models.codebase import LockedPackage

# `"name": {:hex, :name, "1.2.3", …}`; the dependencies inside an entry have no quoted key and cannot match.
_ENTRY = re.compile(r'"([A-Za-z0-9_]+)":\s*\{\s*:(hex|git|path)\s*,\s*')
_HEX = re.compile(r':"?[A-Za-z0-9_]+"?\s*,\s*"(\d[^"\n]*)"')
_GIT = re.compile(r'"[^"\n]*"\s*,\s*"([0-9a-fA-F]+)"')
# The two last elements of a `:hex` tuple, before the outer checksum: `[…], "hexpm", "9f3c…"}`.
_REPO = re.compile(r'"([^"\n]{1,200})"\s*,\s*"[0-9a-f]{64}"\s*\}')
_APP = re.compile(r"^[^#\n]*?\bapp:\s*(:\w+|@\w+)", re.MULTILINE)


def parse_lock(text: str, path: str = "mix.lock") -> tuple[LockedPackage, ...]:
    """The locked packages, sorted by name; an entry that cannot be read is passed over and costs no other.

    A `:git` entry's version is its revision, a `:path` entry's is empty. Of a name that stands twice,
    as in an unresolved merge, the first entry counts.
    """
    found: dict[str, LockedPackage] = {}
    for match in _ENTRY.finditer(text):
        name, source = match[1], match[2]
        if source == "path":
            version = ""
        else:
            pinned = (_HEX if source == "hex" else _GIT).match(text, match.end())
            if pinned is None:
                continue
            version = pinned[1]
        line = text.count("\n", 0, match.start()) + 1
        end = text.find("\n", match.start())
        repo = _REPO.search(text, match.end(), end if end >= 0 else len(text)) if source == "hex" else None
        found.setdefault(name, LockedPackage(name, version, line, source, path, repo[1] if repo else "hexpm"))
    return tuple(found[name] for name in sorted(found))


def parse_app(mix_exs: str) -> str:
    """The application's name (`shop` for `app: :shop`, or `app: @app` with `@app :shop`), or empty."""
    for match in _APP.finditer(mix_exs):
        written = match[1]
        if written.startswith(":"):
            return written[1:]
        bound = re.search(rf"^\s*{written}\s+:(\w+)", mix_exs, re.MULTILINE)
        if bound is not None:
            return bound[1]
    return ""
