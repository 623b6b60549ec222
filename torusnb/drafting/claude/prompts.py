"""The prompts: files a person can read, each of which a team may put in its own folder instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from torusnb.errors import TemplateError
from torusnb.models.base import Value, fingerprint
from torusnb.models.design import TemplateSection
from torusnb.resources import data_path

PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "role": ("mark",),
    "guardrails": (),
    "focus": ("areas",),
    "approach": ("sections", "lookups", "kinds", "standings"),
    "approach_repair": (),
    "reached": ("lookups",),
    "section": ("id", "title", "guidance", "holds", "lookups", "length", "home"),
    "reading": ("lookups", "most"),
    "repair": ("id", "title"),
    "repair_edits": ("id", "title"),
    "edits": ("lookups",),
    "edits_repair": (),
    "revision": ("id", "title", "guidance", "holds", "length", "home"),
    "sections": (),
    "unanswered": (),
}
"""The prompt files, each with the placeholders it may use."""

_NEEDED: dict[str, tuple[str, ...]] = {
    "role": ("mark",),
    "approach": ("kinds", "standings"),
    "section": ("title", "holds"),
    "repair": ("title",),
    "repair_edits": ("title",),
    "revision": ("title", "holds"),
}
"""Placeholders without which a file cannot do its work."""

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
_HEADING = re.compile(r"^#\s+(.+?)\s*$", re.MULTILINE)
_MOST_BYTES = 64_000


class Prompts(Value, frozen=True):
    """The texts by file name without its ending; `digest` changes with any of them."""

    texts: dict[str, str]

    @property
    def digest(self) -> str:
        """Hex SHA-256 over all texts."""
        return fingerprint(self.texts)

    def fill(self, name: str, **values: object) -> str:
        """A prompt with its placeholders filled; what a value holds is never read for placeholders again."""
        filled = {key: str(value) for key, value in values.items()}
        return _PLACEHOLDER.sub(lambda match: filled[match.group(1)], self.texts[name]).strip()

    def holds(self, section: TemplateSection) -> str:
        """What a section must hold by `sections.md`: found by its title, or by another name that the template gives."""
        parts = _parts(self.texts["sections"])
        names = [_bare(title) for title in (section.title, *section.aliases)]
        return next((parts[name] for name in names if name in parts), "")


def load_prompts(folder: Path | None = None) -> Prompts:
    """The prompts that travel with torusnb, with each file of a team's folder in the place of its namesake.

    Raises:
        TemplateError: The folder or a file cannot be read, a file is none of `PLACEHOLDERS`, is empty or too long, or
            uses a placeholder that it may not use, or lacks one that it needs.
    """
    own = _own_files(folder) if folder is not None else {}
    texts = {}
    for name in PLACEHOLDERS:
        path = own.get(name, data_path("prompts", f"{name}.md"))
        texts[name] = _read(path)
        _check(name, texts[name], path)
    return Prompts(texts)


def _own_files(folder: Path) -> Mapping[str, Path]:
    if not folder.is_dir():
        raise TemplateError("The folder of prompts is not there; give one that is, or none.", path=folder)
    found = {path.stem: path for path in sorted(folder.glob("*.md"))}
    for name, path in found.items():
        if name not in PLACEHOLDERS:
            names = ", ".join(f"{known}.md" for known in PLACEHOLDERS)
            raise TemplateError(f"No prompt has this name; the files are {names}.", path=path)
    if not found:
        raise TemplateError("The folder of prompts holds no .md file; put one there, or give no folder.", path=folder)
    return found


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise TemplateError("The prompt is not UTF-8 text; save it as UTF-8.", path=path) from error
    except OSError as error:
        raise TemplateError(f"The prompt cannot be read ({error.strerror}); check the file.", path=path) from error
    if not text.strip() or len(data) > _MOST_BYTES:
        raise TemplateError(
            f"A prompt holds between 1 and {_MOST_BYTES:,} bytes of text; this one does not.", path=path
        )
    return text


def _check(name: str, text: str, path: Path) -> None:
    allowed = PLACEHOLDERS[name]
    used = set()
    for match in _PLACEHOLDER.finditer(text):
        used.add(match.group(1))
        if match.group(1) not in allowed:
            known = ", ".join(f"{{{{{key}}}}}" for key in allowed) or "none"
            raise TemplateError(
                f"The prompt uses the unknown placeholder {match.group()}; it may use {known}.",
                path=path,
                line=text.count("\n", 0, match.start()) + 1,
            )
    for key in _NEEDED.get(name, ()):
        if key not in used:
            raise TemplateError(f"The prompt lacks the placeholder {{{{{key}}}}}; put it where it belongs.", path=path)


def _parts(text: str) -> dict[str, str]:
    """The text under each heading of the first level, by the heading's words."""
    found = list(_HEADING.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {_bare(m.group(1)): text[m.end() : end].strip() for m, end in zip(found, ends, strict=True)}


def _bare(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.lower().replace("&", " and ")))
