"""Documentation of the locked dependencies, as it lies under the checkout's `deps/`.

These are the very bytes that the build uses. They are cited by the public address of that version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from torusnb.elixir.depdocs import DependencyDoc, list_dependency_docs
from torusnb.models.base import fingerprint
from torusnb.models.sources import Query, Source
from torusnb.research.addresses import canonical_address, make_label, unique_key
from torusnb.research.lock import load_packages
from torusnb.research.passage_index import PassageIndex, Ranked
from torusnb.research.passages import split_passages
from torusnb.research.providers import Hit

_UNFIT_IN_TITLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ufffd\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff`|<>\[\]\\*]+"
)
_LONGEST_TITLE = 100


class DependencyDocs:
    """Answers with passages of dependency documentation; it is read and indexed at the first query."""

    name = "deps"

    def __init__(self, list_docs: Callable[[], tuple[DependencyDoc, ...]]) -> None:
        self._list_docs = cache(list_docs)
        self._found: tuple[PassageIndex, dict[str, Source], dict[str, bytes]] | None = None

    def identify(self) -> str:
        """A digest of the documents under `deps/` and of the versions they are cited for."""
        return fingerprint(self._list_docs())

    def search(self, query: Query) -> tuple[Hit, ...]:
        """The passages that speak of what is asked, with the words to quote."""
        if self._found is None:
            self._found = _index_docs(self._list_docs())
        index, sources, captured = self._found
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
        return tuple(hits)


def open_deps(root: Path) -> DependencyDocs:
    """The documentation under `deps/` of one checkout; a checkout without it answers nothing."""
    return DependencyDocs(lambda: list_dependency_docs(root, load_packages(root)))


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


def plain_title(title: str) -> str:
    """A title as plain words: a document's own title is data, and must not act on ours."""
    plain = " ".join(_UNFIT_IN_TITLE.sub(" ", title).split())
    return plain if len(plain) <= _LONGEST_TITLE else plain[:_LONGEST_TITLE].rstrip() + "…"


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
        prefix = "module-" if doc.kind == "module" else ""
        title = plain_title(doc.title)
        passages = split_passages(data.decode("utf-8"), source=key, title=title, anchor_prefix=prefix)
        index.add(passages, title=title, package=doc.package)
    return index, sources, captured


def _reason(ranked: Ranked, source: Source) -> str:
    return f"documentation of {source.package} {source.version} under deps/ speaks of {', '.join(ranked.terms[:5])}"
