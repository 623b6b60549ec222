"""The rendered documentation of one package at one version, as passages: from a tarball or from Hex's own folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from torusnb.models.sources import Query, Source
from torusnb.research.addresses import make_label, unique_key
from torusnb.research.pages import Page, extract_page
from torusnb.research.passage_index import PassageIndex, Ranked
from torusnb.research.providers.protocol import Hit

MOST_PAGES = 800
_MOST_FILE_BYTES = 4_000_000
_MOST_BYTES = 80_000_000
_MOST_UNREADABLE = 5
"""Pages nested so deeply that each costs seconds to find out; after so many the rest is left out."""

_NO_PAGE = re.compile(
    r"^(?:404|search|index|api-reference|changelog|license|licence|copying|notice|code_of_conduct|contributing)\.",
    re.IGNORECASE,
)
_UNFIT_IN_TITLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ufffd\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff`|<>\[\]\\*]+"
)
_LONGEST_TITLE = 100
_PREFERRED = 0.1


class PackageDocs:
    """Passages of one package's pages, each page a source of its own with its own bytes.

    Of a page that is there both as Markdown and as HTML the Markdown is read: it is what ExDoc made the HTML of. The
    search data are left aside, since one file of them holds all pages, and a quote must be bound to its own page.
    """

    def __init__(
        self, provider: str, package: str, version: str, files: Mapping[str, bytes], fetched: str = ""
    ) -> None:
        """Index some files.

        Args:
            provider: Who found them.
            package: What they document.
            version: Of which release.
            files: Name within the documentation to bytes.
            fetched: When they were fetched, ISO 8601; empty for files on disk.
        """
        self._index = PassageIndex()
        self._hits: dict[str, Hit] = {}
        self.pages: dict[str, str] = {}
        base = f"https://hexdocs.pm/{package}/{version}/"
        unreadable = 0
        for name in choose_pages(files):
            address = base + re.sub(r"\.md$", ".html", name)
            kind = "text/markdown" if name.endswith(".md") else "text/html"
            page = extract_page(files[name], kind, url=base + name, charset="utf-8")
            unreadable += page.extractor == "none"
            if unreadable > _MOST_UNREADABLE:
                break
            title = plain_title(_title_of(page, name))
            key = unique_key(make_label(package, title), address, self._hits)
            source = Source(
                key=key,
                title=f"{title} ({package} {version})",
                url=address,
                provider=provider,
                package=package,
                version=version,
                sha256=hashlib.sha256(files[name]).hexdigest(),
            )
            served = "" if base + name == address else base + name
            self._hits[key] = Hit(
                source, 0.0, "", captured=files[name], media_type=kind, served_by=served, fetched=fetched
            )
            self.pages[re.sub(r"\.md$", ".html", name)] = key
            self._index.add(page, source=key, title=title, package=package)

    def __len__(self) -> int:
        return len(self._hits)

    def search(self, query: Query, where: str, named: frozenset[str] = frozenset()) -> list[Hit]:
        """The passages that speak of what is asked, best first.

        Args:
            query: The query.
            where: Whence they come, for the reason.
            named: Pages (`Foo.html`) that a search service named; they are preferred.
        """
        preferred = {self.pages[page] for page in named if page in self.pages}
        found = [
            self._hit(ranked, where, preferred) for ranked in self._index.search(query.text, package=query.package)
        ]
        return sorted(found, key=lambda hit: -hit.relevance)

    def _hit(self, ranked: Ranked, where: str, preferred: set[str]) -> Hit:
        held = self._hits[ranked.passage.source]
        source, chosen = held.source, held.source.key in preferred
        reason = f"documentation of {source.package} {source.version} {where} {ranked.reason}"
        return replace(
            held,
            relevance=round(min(1.0, ranked.relevance + (_PREFERRED if chosen else 0.0)), 3),
            reason=f"{reason}; the search of hexdocs names the page" if chosen else reason,
            passage=ranked.passage,
            start=ranked.start,
            end=ranked.end,
        )


def is_page(name: str) -> bool:
    """Whether a file of a package's documentation is a page that could be cited."""
    return "/" not in name and name.endswith((".html", ".md")) and not _NO_PAGE.match(name)


def choose_pages(files: Mapping[str, bytes]) -> list[str]:
    """The names of the pages, sorted, each page once, at most `MOST_PAGES` of 80 MB together."""
    names = sorted(name for name in files if is_page(name))
    both = {name.removesuffix(".md") for name in names if name.endswith(".md")}
    chosen = []
    left = _MOST_BYTES
    for name in names:
        if (name.endswith(".md") or name.removesuffix(".html") not in both) and len(files[name]) <= left:
            chosen.append(name)
            left -= len(files[name])
    return chosen[:MOST_PAGES]


def plain_title(title: str) -> str:
    """A title as plain words: a document's own title is data, and must not act on ours."""
    plain = " ".join(_UNFIT_IN_TITLE.sub(" ", title).split())
    return plain if len(plain) <= _LONGEST_TITLE else plain[:_LONGEST_TITLE].rstrip() + "…"


def list_files(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of the pages in a folder, sorted; links are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return ()
    found = []
    for entry in entries:
        try:
            if is_page(entry.name) and entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                found.append((entry.name, facts.st_size, facts.st_mtime_ns))
        except OSError:
            continue
    return tuple(found[: 2 * MOST_PAGES])


def load_files(folder: Path) -> dict[str, bytes]:
    """The pages in a folder, by name; a file beyond 4 MB, and what is beyond 80 MB in all, is left out."""
    found: dict[str, bytes] = {}
    left = _MOST_BYTES
    for name, size, _ in list_files(folder):
        if size > min(left, _MOST_FILE_BYTES):
            continue
        try:
            found[name] = (folder / name).read_bytes()
        except OSError:
            continue
        left -= len(found[name])
    return found


def _title_of(page: Page, name: str) -> str:
    return page.title or re.sub(r"\.(?:html|md)$", "", name)
