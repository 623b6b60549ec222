"""A hit becomes a citation: its words bound to the captured bytes, with the verdict and a link that leads to them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from torusnb.models.sources import Citation, Source
from torusnb.research.citations import check_quote, decide_verdict
from torusnb.research.fragments import make_link, surround
from torusnb.research.pages import Page, extract_page
from torusnb.research.providers import Hit


def extract_hit(hit: Hit) -> Page:
    """The page of a hit's captured bytes; the same bytes always give the same page."""
    return extract_page(hit.captured, hit.media_type, url=hit.served_by or hit.source.url, charset=hit.charset)


def cite_hit(
    question: str, hit: Hit, captured: Mapping[str, Page], locked: Mapping[str, str], *, query: str = ""
) -> Citation:
    """The citation of a hit for a question, with its verdict.

    Args:
        question: The question's id.
        hit: The hit, under the key that its source has.
        captured: Source key to page, of all captured sources.
        locked: Package to the version that mix.lock pins.
        query: What was sent to the provider that found it.
    """
    source, passage, page = hit.source, hit.passage, captured.get(hit.source.key)
    known = Citation(
        source.key, question, "", "not-fetched", sentence(hit.reason), provider=source.provider, query=query
    )
    if page is None:
        return known
    known = replace(
        known,
        verdict="unchecked",
        snapshot=source.sha256,
        extractor=page.extractor,
        fetched=hit.fetched or source.accessed,
        release=f"{source.package}@{source.version}" if source.package and source.version else "",
    )
    if passage is None:
        return replace(
            known, reason=f"{known.reason} It was captured, but no words of it were found for this question."
        )
    bound = bind_quote(known, source, page, (hit.start, hit.end), captured, locked.get(source.package))
    return replace(
        bound,
        anchor=passage.anchor,
        heading=passage.heading,
        link=make_link(source.url, passage.anchor, page.text, bound.start, bound.end, markdown=page.markdown)
        if bound.end
        else "",
    )


def bind_quote(
    citation: Citation,
    source: Source,
    page: Page,
    span: tuple[int, int],
    captured: Mapping[str, Page],
    locked: str | None,
) -> Citation:
    """The citation with the words of a span of the page as its quote, checked against the page's text."""
    quote = " ".join(page.text[slice(*span)].split())
    return check_citation(replace(citation, quote=quote), source, page, captured, locked, near=span[0])


def check_citation(
    citation: Citation,
    source: Source,
    page: Page,
    captured: Mapping[str, Page],
    locked: str | None,
    *,
    near: int = 0,
) -> Citation:
    """The citation with the verdict on its quote, wherever that came from; a reason is added unless it is verified.

    Args:
        citation: With its quote.
        source: The source that it names.
        page: That source's page.
        captured: Source key to page, of all captured sources.
        locked: The version that mix.lock pins for the source's package; None when it pins none.
        near: Offset where the words are expected.
    """
    others = {key: held.text for key, held in captured.items() if key != source.key}
    check = check_quote(citation.quote, page.text, others, near=near, thin=page.thin)
    verdict, why = decide_verdict(source, check, locked, declared=page.version)
    prefix, suffix = surround(page.text, check.start, check.end) if check.end else ("", "")
    return replace(
        citation,
        verdict=verdict,
        reason=citation.reason if verdict == "verified" else f"{citation.reason} {why}",
        start=check.start,
        end=check.end,
        prefix=prefix,
        suffix=suffix,
    )


def sentence(text: str) -> str:
    """The words as one sentence."""
    plain = text.strip().rstrip(".")
    return plain[:1].upper() + plain[1:] + "."
