"""Which captured pages a cited source that is not primary is compared with: all of them, cited or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from torusnb.models.base import Value
from torusnb.models.fetched import Fetched
from torusnb.models.sources import Citation, Replacement, Source
from torusnb.research.addresses import make_label
from torusnb.research.binding import extract_hit
from torusnb.research.pages import Page, extract_page
from torusnb.research.providers import Hit
from torusnb.research.replacements import find_replacements


class Compared(Value, frozen=True):
    """The replacements, and the captured bytes that they quote, by their hex SHA-256."""

    replacements: tuple[Replacement, ...] = ()
    snapshots: dict[str, bytes] = msgspec.field(default_factory=dict)


def compare_captured(
    citations: Sequence[Citation],
    sources: Sequence[Source],
    hits: Iterable[Hit],
    pages: Callable[[], Iterable[Fetched]],
    name_page: Callable[[Hit], Hit | None],
) -> Compared:
    """The primary sources that say what cited sources of another kind say.

    No page is read where every cited source is primary.

    Args:
        citations: What is cited.
        sources: The sources behind it.
        hits: What was captured in this run, kept or not, without what a person dropped.
        pages: Gives the pages that were captured ever.
        name_page: Gives a captured page its key and says whose it is; None for one that a person dropped.
    """
    known = {source.key: source for source in sources}
    if not any(c.quote and c.source in known and not known[c.source].primary for c in citations):
        return Compared()
    captured = {hit.source.key: (hit, extract_hit(hit)) for hit in hits}
    for fetched in pages():
        hit, page = _read(fetched)
        placed = name_page(hit) if page is not None else None
        if page is not None and placed is not None:
            captured.setdefault(placed.source.key, (placed, page))
    every = {**{key: hit.source for key, (hit, _) in captured.items()}, **known}
    texts = {key: page for key, (_, page) in captured.items() if not page.thin}
    found = find_replacements(citations, tuple(every.values()), texts)
    return Compared(found, {r.sha256: captured[r.instead][0].captured for r in found})


def _read(fetched: Fetched) -> tuple[Hit, Page | None]:
    """A page of an earlier run as if somebody had just found it, with its text; None where it is none to cite."""
    url = fetched.requested.partition("#")[0]
    bare = Source("src:page", url, url, "trail", primary=False)
    if not fetched.citable or not fetched.body:
        return Hit(bare, 0.0, ""), None
    page = extract_page(fetched.body, fetched.media_type, url=fetched.url, charset=fetched.charset)
    title = page.title or url
    source = Source(f"src:{make_label(title)}", title, url, "trail", primary=False, sha256=fetched.sha256)
    hit = Hit(
        source,
        0.0,
        "",
        captured=fetched.body,
        media_type=fetched.media_type,
        charset=fetched.charset,
        served_by=fetched.url if fetched.url != url else "",
        fetched=fetched.fetched_at,
    )
    return hit, page
