"""Documentation of the locked dependencies as it lies on disk: under the checkout's `deps/`, and in Hex's own folder.

The first are the very bytes that the build uses, the second what `mix hex.docs fetch` brought for the locked version.
Both are cited by the public address of that version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from torusnb.elixir.depdocs import DependencyDoc, list_dependency_docs
from torusnb.models.base import fingerprint
from torusnb.models.sources import Query, Source
from torusnb.research.addresses import canonical_address, make_label, unique_key
from torusnb.research.documented_names import parse_wanted
from torusnb.research.lock import load_packages, public_versions
from torusnb.research.pages.decode import decode_body
from torusnb.research.pages.markdown import extract_markdown
from torusnb.research.passage_index import Named, PassageIndex, Ranked
from torusnb.research.providers.package_docs import PackageDocs, list_files, load_files, plain_title
from torusnb.research.providers.protocol import Answer, Hit, answer_with

_MODULE = "module"
_WHOLE = 20.0
"""What the words of a quote tell together, by their rarity, when it says all that could be wished."""


class DependencyDocs:
    """Answers with passages of dependency documentation; it is read and indexed at the first query that needs it."""

    name = "deps"
    outbound = False

    def __init__(
        self,
        list_docs: Callable[[], tuple[DependencyDoc, ...]],
        rendered: Mapping[str, tuple[str, Path]] | None = None,
    ) -> None:
        """A provider.

        Args:
            list_docs: Lists the documents under `deps/`.
            rendered: Package to its version and the folder that holds its rendered documentation.
        """
        self._list_docs = cache(list_docs)
        self._rendered = rendered or {}
        self._packages: dict[str, PackageDocs] = {}
        self._found: tuple[PassageIndex, dict[str, Source], dict[str, bytes]] | None = None

    def identify(self) -> str:
        """A digest of the documents under `deps/`, of the versions they are cited for, and of Hex's own files."""
        listed = [(name, version, list_files(folder)) for name, (version, folder) in sorted(self._rendered.items())]
        return fingerprint(self._list_docs(), listed)

    def packages(self) -> frozenset[str]:
        """The packages of which any documentation is on disk."""
        return frozenset(doc.package for doc in self._list_docs()) | frozenset(self._rendered)

    def search(self, query: Query) -> Answer:
        """The passages that speak of what is asked, with the words to quote.

        Hex's own folder is asked only for the package that the query names: it may hold a hundred others.
        """
        rendered = self._search_rendered(query)
        pages = {canonical_address(hit.source.url) for hit in rendered}
        hits = [hit for hit in self._search_deps(query) if canonical_address(hit.source.url) not in pages]
        found = sorted((*rendered, *hits), key=lambda hit: -hit.relevance)
        if not found and not self._list_docs() and not self._rendered:
            where = "no documentation of the locked packages lies under deps/ or in Hex's own folder"
            return Answer((), "unavailable", f"{where}; run `mix deps.get` (and `mix hex.docs fetch`) in the checkout.")
        about = f" of {query.package}" if query.package else ""
        return answer_with(found, f"no passage of the documentation{about} on disk speaks of it.")

    def find_named(self, name: str, words: str, package: str = "") -> list[Hit]:
        """The passages that document a module, function, macro, callback, option or binding, with the words to quote.

        Best first: by how much they say of `words`; their relevance is the share, 0 to 1, of all one could wish. None
        where nothing documents that name, or without a module several do: packages, or for a function modules of one.
        Hex's own folder is not asked: it may hold a hundred packages, and `deps/` documents the members too.
        """
        wanted = parse_wanted(name)
        if wanted is None:
            return []
        index, sources, captured = self._index()
        found = index.find_named(wanted, words, package=package)
        if not wanted.term:
            found = tuple(named for named in found if _MODULE in sources[named.passage.source].topics)
        several = {named.package if wanted.term else named.passage.source for named in found}
        if len(several) > 1 and not wanted.module:
            return []
        return [
            Hit(
                source=sources[named.passage.source],
                relevance=max(0.0, min(1.0, round((named.worth - named.place) / _WHOLE, 3))),
                reason=_reason_named(name, named, sources[named.passage.source]),
                passage=named.passage,
                start=named.start,
                end=named.end,
                captured=captured[named.passage.source],
                spoken=len(named.spoken),
            )
            for named in found
        ]

    def _index(self) -> tuple[PassageIndex, dict[str, Source], dict[str, bytes]]:
        if self._found is None:
            self._found = _index_docs(self._list_docs())
        return self._found

    def _search_deps(self, query: Query) -> list[Hit]:
        index, sources, captured = self._index()
        hits = []
        for ranked in index.search(query.text, package=query.package):
            source = sources[ranked.passage.source]
            hits.append(
                Hit(
                    source=source,
                    relevance=ranked.relevance,
                    reason=_reason(ranked, source),
                    passage=ranked.passage,
                    start=ranked.start,
                    end=ranked.end,
                    captured=captured[source.key],
                )
            )
        return hits

    def _search_rendered(self, query: Query) -> list[Hit]:
        package = query.package
        if package not in self._rendered:
            return []
        if package not in self._packages:
            version, folder = self._rendered[package]
            self._packages[package] = PackageDocs(self.name, package, version, load_files(folder))
        return self._packages[package].search(query, "in Hex's folder")


def open_deps(root: Path, hex_home: Path | None = None) -> DependencyDocs:
    """The documentation on disk for one checkout; a checkout without any answers nothing.

    Args:
        root: The checkout.
        hex_home: Hex's own folder (`~/.hex`); only `docs/hexpm/PACKAGE/VERSION` of a locked version is read.
    """
    packages = load_packages(root)
    rendered = {}
    for package, version in public_versions(packages).items() if hex_home is not None else ():
        folder = hex_home / "docs" / "hexpm" / package / version if hex_home is not None else root
        if list_files(folder):
            rendered[package] = (version, folder)
    return DependencyDocs(lambda: list_dependency_docs(root, packages), rendered)


def make_source(doc: DependencyDoc, captured: bytes, key: str) -> Source:
    """The source of a document; its title says the package and the version on disk."""
    return Source(
        key=key,
        title=f"{plain_title(doc.title) or doc.package} ({doc.package} {doc.version})".strip(),
        url=doc.url,
        provider=DependencyDocs.name,
        package=doc.package,
        version=doc.version,
        topics=(doc.kind,),
        sha256=hashlib.sha256(captured).hexdigest(),
    )


def _index_docs(docs: tuple[DependencyDoc, ...]) -> tuple[PassageIndex, dict[str, Source], dict[str, bytes]]:
    index = PassageIndex()
    sources: dict[str, Source] = {}
    captured: dict[str, bytes] = {}
    seen: set[str] = set()
    for doc in sorted(docs, key=lambda doc: (doc.package, doc.url, doc.path)):
        page = canonical_address(doc.url)
        if page in seen:
            continue
        seen.add(page)
        data = doc.text.encode("utf-8", "replace")
        named = "readme" if doc.kind == "readme" else plain_title(doc.title)
        key = unique_key(make_label(doc.package, named), doc.url, sources)
        sources[key], captured[key] = make_source(doc, data, key), data
        title = plain_title(doc.title)
        text = decode_body(data, "utf-8")[0]
        extracted = extract_markdown(text, doc.url, title=title, module=doc.kind == "module")
        index.add(extracted, source=key, package=doc.package)
    return index, sources, captured


def _reason_named(name: str, named: Named, source: Source) -> str:
    of = f"; it speaks of {', '.join(named.spoken[:5])}" if named.spoken else ""
    return f"documentation of {source.package} {source.version} under deps/ for the name {plain_title(name)}{of}"


def _reason(ranked: Ranked, source: Source) -> str:
    return f"documentation of {source.package} {source.version} under deps/ {ranked.reason}"
