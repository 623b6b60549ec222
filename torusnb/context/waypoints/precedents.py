"""Precedents: what the checkout already designed, and what those designs cite.

    load_precedents(root: Path, pack: SpecPack) -> tuple[Precedent, ...]
    precedent_reasons(precedents, pack: SpecPack, resolver: Resolver, known: Collection[str]) -> dict[str, Reason]

The second gives path -> reason whose weight lies between 0 (a design hardly alike cites it) and 1 (an alike one names
it again and again); unlike the shares of other signals it is absolute, so that designs about something else say
nothing. Only paths in `known` (code, browser files, what may be ranked) come back.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from torusnb.context.naming import Resolver
from torusnb.context.waypoints.likeness import Likeness, find_likeness, request_text
from torusnb.models.base import Place, Value
from torusnb.models.knowledge import Reason
from torusnb.models.requirements import Mention, SpecPack
from torusnb.spec.discovery import PackFolder, find_packs
from torusnb.spec.mentions import parse_mentions

_READ = ("prd.md", "fdd.md", "plan.md")
_WRITTEN = frozenset({"prd.md", "fdd.md", "plan.md", "research.md", "readme.md"})
_LARGEST = 400_000
_EPIC_DEPTH = 2
_OPENING = 16_000
"""Characters of a text that are compared: what it is about stands there, and two megabytes take a second."""
_MARKDOWN = (".md", ".markdown")


class Precedent(Value, frozen=True):
    """A text that tells what an alike feature touches.

    Attributes:
        directory: The pack's folder, or the path of a document that is no pack.
        title: The first heading.
        texts: Each file's path and text; prd.md before fdd.md before plan.md.
        kin: `epic` for a pack or document of the same epic, `own` for a document beside the pack's prd.md, or empty.
    """

    directory: str
    title: str
    texts: tuple[tuple[str, str], ...]
    kin: str = ""

    @property
    def slug(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.directory).name


@dataclass(frozen=True)
class PrecedentTuning:
    """How precedents count; chosen on 33 real features by hand in coarse steps, none held back.

    What repeating adds was chosen among three values on the same features; on 23 others it lifts recall@20 by 0.02
    for what designs cite and by 0.05 for what features change.

    Attributes:
        floor: The likeness (a cosine) that texts about different things have; one that reaches no more says nothing.
        span: How much more makes a precedent count fully.
        epic: What belonging to the same epic adds to the likeness.
        own: What a document beside the prd.md counts at least.
        most: How many of the most alike texts are read for what they cite.
        repeated: What each further name of a file in one precedent adds, up to five: a design comes back to what it
            changes and names the rest in passing.
        fading: What each further precedent that cites a file counts, beside the one before.
        full: The sum that counts fully: one design that is quite alike and names the file four times.
    """

    floor: float = 0.15
    span: float = 0.3
    epic: float = 0.05
    own: float = 0.5
    most: int = 12
    repeated: float = 0.5
    fading: float = 0.5
    full: float = 2.5


def load_precedents(root: Path, pack: SpecPack) -> tuple[Precedent, ...]:
    """The other packs of the checkout, the documents of the pack's epic and those beside its prd.md; by path.

    The pack itself (by its folder, and any folder of the same name) is left out, and so is what torusnb writes.
    Files that cannot be read, are links or are very large are passed over.
    """
    packs = find_packs(root)
    folders = frozenset(folder.directory for folder in packs)
    epic = _epic_of(pack.directory, folders)
    found = []
    for folder in packs:
        if folder.directory != pack.directory and folder.slug.lower() != pack.slug.lower():
            texts = tuple(_read_all(root, folder))
            if texts:
                kin = "epic" if epic and folder.directory.startswith(f"{epic}/") else ""
                found.append(Precedent(folder.directory, _title(texts, folder.slug), texts, kin))
    found.extend(_documents(root, pack.directory, "own"))
    if epic:
        found.extend(_documents(root, epic, "epic"))
    return tuple(sorted(found, key=lambda precedent: precedent.directory))


def _epic_of(directory: str, folders: Collection[str]) -> str:
    """The folder above a pack where it is an epic's: it lies deep enough, and its packs right in it."""
    parent = str(PurePosixPath(directory).parent)
    if PurePosixPath(directory).is_absolute() or parent.count("/") < _EPIC_DEPTH:
        return ""
    below = [folder for folder in folders if folder.startswith(f"{parent}/")]
    return parent if all(str(PurePosixPath(folder).parent) == parent for folder in below) else ""


def _read_all(root: Path, folder: PackFolder) -> Iterator[tuple[str, str]]:
    for name in _READ:
        if name in folder.files:
            path = name if folder.directory == "." else f"{folder.directory}/{name}"
            text = _read(root / path)
            if text.strip():
                yield path, text


def _documents(root: Path, directory: str, kin: str) -> Iterator[Precedent]:
    """The Markdown documents right in a folder, apart from those that make up a pack."""
    try:
        names = sorted(entry.name for entry in os.scandir(root / directory) if entry.is_file(follow_symlinks=False))
    except OSError:
        return
    for name in names:
        if name.lower().endswith(_MARKDOWN) and name.lower() not in _WRITTEN:
            path = f"{directory}/{name}"
            text = _read(root / path)
            if text.strip():
                yield Precedent(path, _title(((path, text),), name), ((path, text),), kin)


def _read(path: Path) -> str:
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return ""
        return path.read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _title(texts: Sequence[tuple[str, str]], otherwise: str) -> str:
    for line in texts[0][1].split("\n", 40)[:40]:
        if line.startswith("#"):
            return line.lstrip("# ").strip() or otherwise
    return otherwise


def precedent_reasons(
    precedents: Sequence[Precedent],
    pack: SpecPack,
    resolver: Resolver,
    known: Collection[str],
    tuning: PrecedentTuning | None = None,
) -> dict[str, Reason]:
    """Path to how much alike designs cite it, with the most telling one and the words that make it alike."""
    tuning = tuning or PrecedentTuning()
    alike = find_likeness(
        request_text(pack), ["\n".join(text[:_OPENING] for _, text in entry.texts[:2]) for entry in precedents]
    )
    shares = [_share(entry, found.share, tuning) for entry, found in zip(precedents, alike, strict=True)]
    order = sorted((number for number, share in enumerate(shares) if share > 0), key=lambda n: (-shares[n], n))
    tails = _tails(known)
    parts: dict[str, list[tuple[float, int, Place]]] = defaultdict(list)
    for number in order[: tuning.most]:
        for path, places in _cited(precedents[number], resolver, tails).items():
            if path in known:
                value = shares[number] * (1 + tuning.repeated * min(len(places) - 1, 5))
                parts[path].append((value, number, places[0]))
    found_reasons = {}
    for path in sorted(parts):
        listed = sorted(parts[path], key=lambda part: (-part[0], part[1]))
        total = sum(value * tuning.fading**place for place, (value, _, _) in enumerate(listed))
        weight = min(total / tuning.full, 1.0)
        _, best, place = listed[0]
        found_reasons[path] = Reason("precedent", _text(precedents[best], alike[best], len(listed) - 1, place), weight)
    return found_reasons


def _share(precedent: Precedent, likeness: float, tuning: PrecedentTuning) -> float:
    likeness += tuning.epic if precedent.kin == "epic" else 0.0
    least = tuning.own if precedent.kin == "own" else 0.0
    return max(least, min(max(likeness - tuning.floor, 0.0) / tuning.span, 1.0))


def _cited(precedent: Precedent, resolver: Resolver, tails: Mapping[str, tuple[str, ...]]) -> dict[str, list[Place]]:
    """The files that a precedent names, with the first place of each name of it, in their order."""
    found: dict[str, list[Place]] = {}
    for path, text in precedent.texts:
        for mention in parse_mentions(text, path):
            paths = {entry.path for entry in resolver.resolve(mention) if entry.weight >= 0.5}
            for named in sorted(paths or _assets_named(mention, tails)):
                found.setdefault(named, []).append(mention.place)
    return found


def _tails(known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """File name to the paths under `assets` that end with it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(known):
        if path.startswith("assets/"):
            found[path.rpartition("/")[2]].append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def _assets_named(mention: Mention, tails: Mapping[str, tuple[str, ...]]) -> set[str]:
    if mention.kind != "path":
        return set()
    name = mention.name.partition(":")[0].removeprefix("./")
    fitting = [path for path in tails.get(name.rpartition("/")[2], ()) if f"/{path}".endswith(f"/{name}")]
    return set(fitting) if len(fitting) == 1 else set()


def _text(precedent: Precedent, likeness: Likeness, more: int, place: Place) -> str:
    others = f", and so do {more} more" if more > 1 else ", and so does one more" if more else ""
    if precedent.kin == "own":
        return f"named in {place.path.rpartition('/')[2]}:{place.line} beside the prd.md{others}"
    alike = ", ".join(f'"{word}"' for word in likeness.words)
    of = " of the same epic" if precedent.kin == "epic" else ""
    kind = "document" if precedent.directory.lower().endswith(_MARKDOWN) else "earlier pack"
    return f"the {kind} `{precedent.slug}`{of}, alike in {alike}, cites it{others}"
