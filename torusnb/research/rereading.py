"""Dependency documentation as it lies on disk now, for sources that were captured from there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from torusnb.elixir.depdocs import DependencyDoc, list_dependency_docs
from torusnb.models.sources import Source
from torusnb.research.addresses import canonical_address
from torusnb.research.lock import load_packages, released_versions
from torusnb.research.pages import Page, extract_page
from torusnb.research.pages.markdown import extract_markdown
from torusnb.research.providers.package_docs import load_files
from torusnb.research.recheck import PageNow


def load_present(sources: Sequence[Source], root: Path | None, hex_home: Path | None) -> dict[str, PageNow]:
    """Source key to its document at the version that the checkout has now: of `deps/`, else of Hex's own folder.

    Args:
        sources: Documentation that was captured from disk.
        root: The checkout; None when there is none, and nothing can be read.
        hex_home: Where Hex keeps rendered documentation; None leaves it out.
    """
    if not sources or root is None:
        note = "It was captured from a checkout's disk, and no checkout is here; name one with --torus."
        return {source.key: PageNow(source.url, "not-read", note=note) for source in sources}
    packages = load_packages(root)
    wanted = {source.package for source in sources}
    docs = list_dependency_docs(root, [package for package in packages if package.name in wanted])
    by_page = {_page_of(doc.url, doc.version): doc for doc in reversed(docs)}
    locked = released_versions(packages)
    return {
        source.key: _present(source, by_page, {doc.package for doc in docs}, locked, hex_home) for source in sources
    }


def _present(
    source: Source,
    by_page: Mapping[str, DependencyDoc],
    packages: set[str],
    locked: Mapping[str, str],
    hex_home: Path | None,
) -> PageNow:
    doc = by_page.get(_page_of(source.url, source.version))
    if doc is not None:
        page = extract_markdown(doc.text, doc.url, title=doc.title, module=doc.kind == "module")
        return _read(source, doc.version, doc.url, doc.text.encode("utf-8", "replace"), page)
    version = locked.get(source.package, "")
    rendered = _rendered(source, version, hex_home)
    if rendered is not None:
        name, data = rendered
        url = f"https://hexdocs.pm/{source.package}/{version}/{name}"
        kind = "text/markdown" if name.endswith(".md") else "text/html"
        return _read(source, version, url, data, extract_page(data, kind, url=url, charset="utf-8"))
    if not version:
        return PageNow(source.url, "gone", note=f"mix.lock pins no released version of {source.package} any more.")
    if source.package in packages:
        return PageNow(source.url, "gone", note=f"{source.package} {version} under deps/ has no such document.")
    note = f"No documentation of {source.package} {version} lies on disk; run `mix deps.get` in the checkout."
    return PageNow(source.url, "not-read", note=note)


def _rendered(source: Source, version: str, hex_home: Path | None) -> tuple[str, bytes] | None:
    """Name and bytes of a page in Hex's own folder, as Markdown where it is there as such."""
    if hex_home is None or not version:
        return None
    files = load_files(hex_home / "docs" / "hexpm" / source.package / version)
    stem = re.sub(r"\.html$", "", _page_of(source.url, source.version).rpartition("/")[2])
    named = {name.lower(): name for name in sorted(files, reverse=True)}
    name = named.get(f"{stem}.md") or named.get(f"{stem}.html")
    return (name, files[name]) if name is not None else None


def _read(source: Source, version: str, url: str, data: bytes, page: Page) -> PageNow:
    sha256 = hashlib.sha256(data).hexdigest()
    note = "" if version == source.version else f"Read in {source.package} {version}; cited for {source.version}."
    if sha256 == source.sha256:
        return PageNow(url, "same", note=note)
    return PageNow(url, "read", page, note, sha256)


def _page_of(url: str, version: str) -> str:
    """A page whatever its version: the address without it, in small letters."""
    return canonical_address(url.partition("#")[0]).replace(f"/{version}/", "/").lower()
