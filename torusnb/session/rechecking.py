"""Reading the sources of a design again: pages through the client, dependency documentation from the checkout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from torusnb.fetch import Archive, Client
from torusnb.models.fetched import Fetched, FetchRequest
from torusnb.models.recheck import FALLEN, Recheck, Validators
from torusnb.models.sources import Citation, Source
from torusnb.research.addresses import canonical_address
from torusnb.research.pages import extract_page
from torusnb.research.providers.deps import DependencyDocs
from torusnb.research.providers.replay import RecordedFetch
from torusnb.research.recheck import PageNow, recheck_quote
from torusnb.research.references import find_cited
from torusnb.research.rereading import load_present
from torusnb.session.exporting import Outputs
from torusnb.trail.replay import load_design
from torusnb.trail.store import Trail


def recheck_trail(
    trail: Trail,
    outputs: Outputs,
    client: Client,
    root: Path | None,
    *,
    hex_home: Path | None = None,
    all_captured: bool = False,
) -> Recheck:
    """What became of the quotes of the last export's captured sources; put on record as a step `recheck`.

    A page is asked only whether it changed, where its server said once how to ask that. Every response goes to the
    archive, and the bytes of a page that is not as it was go to the trail.

    Args:
        trail: The trail, open for writing.
        outputs: Where the archive lies.
        client: Fetches; one that is offline asks nobody, and every page is then `not-read`.
        root: The checkout whose `deps/` is read again; None when there is none.
        hex_home: Hex's own folder.
        all_captured: Also sources that research captured and the design does not cite.

    Raises:
        TrailError: The trail holds no export, or is damaged.
        OutputError: The trail or the archive cannot be written.
    """
    design = load_design(trail)
    research = design.pack.research
    used = research.sources if all_captured else find_cited(design.exported.text, research.sources)
    captured = {source.key: source for source in used if source.sha256}
    quoted = {citation.source for citation in research.citations if citation.quote}
    held = {source.key for source in research.sources if source.sha256 and source.key in quoted}
    quotes = [c for c in research.citations if c.quote and c.source in captured]
    wanted = [captured[key] for key in sorted({citation.source for citation in quotes})]
    on_disk = [source for source in wanted if source.provider == DependencyDocs.name]
    pages = load_present(on_disk, root, hex_home)
    fetched = _fetch_all([source for source in wanted if source not in on_disk], trail, outputs, client)
    for key, answer in fetched.items():
        pages[key] = _read_answer(answer, captured[key])
        if answer.citable and pages[key].outcome == "read":
            trail.put_snapshot(answer.body)
    ordered: list[Citation] = sorted(quotes, key=lambda c: (c.source, c.question, c.start))
    said = {key: _validators(answer) for key, answer in sorted(fetched.items()) if answer.citable}
    result = Recheck(
        design.drafted.research,
        tuple(recheck_quote(citation, pages[citation.source]) for citation in ordered),
        said,
        tuple(sorted(held - captured.keys())),
        tuple(sorted(source.key for source in used if not source.sha256)),
    )
    fallen = sum(quote.state in FALLEN for quote in result.quotes)
    trail.append("recheck", f"{len(ordered)} quotes, {fallen} no longer stand", key=result.research, value=result)
    return result


def _fetch_all(sources: Sequence[Source], trail: Trail, outputs: Outputs, client: Client) -> dict[str, Fetched]:
    """Source key to what came of asking for its page."""
    known = _known_validators(trail, sources)
    requests = [_request(source, known.get(source.key)) for source in sources]
    found: dict[str, Fetched] = {}
    archive: Archive | None = None
    try:
        for source, answer in zip(sources, client.fetch_all(requests), strict=True):
            if answer.exchanges:
                archive = archive or Archive.open(outputs.archive)
                archive.append(answer)
            found[source.key] = answer
    finally:
        if archive is not None:
            archive.close()
    return found


def _request(source: Source, known: Validators | None) -> FetchRequest:
    url = source.url.partition("#")[0]
    # Validators of other bytes than the quoted ones would hide a change.
    if known is None or known.snapshot != source.sha256:
        return FetchRequest(url, accept=("page",))
    return FetchRequest(
        url, accept=("page",), etag=known.etag, last_modified=known.last_modified, snapshot_url=known.url
    )


def _known_validators(trail: Trail, sources: Iterable[Source]) -> dict[str, Validators]:
    """Source key to the newest validators on record, of its capture or of an earlier recheck."""
    found: dict[str, Validators] = {}
    by_page = {canonical_address(source.url.partition("#")[0]): source.key for source in sources}
    for event in trail.events("fetch"):
        fetched = trail.parse(event, RecordedFetch).fetched
        key = by_page.get(canonical_address(fetched.requested))
        if key is not None and fetched.citable:
            found[key] = _validators(fetched)
    for event in trail.events("recheck"):
        for key, said in trail.parse(event, Recheck).validators.items():
            found[key] = said
    return found


def _validators(fetched: Fetched) -> Validators:
    return Validators(fetched.url, fetched.sha256, fetched.etag, fetched.last_modified)


def _read_answer(answer: Fetched, source: Source) -> PageNow:
    if answer.outcome == "not-modified" or (answer.citable and answer.sha256 == source.sha256):
        return PageNow(answer.url, "same")
    if answer.citable:
        page = extract_page(answer.body, answer.media_type, url=answer.url, charset=answer.charset)
        return PageNow(answer.url, "read", page, answer.note, answer.sha256)
    return PageNow(answer.url, "gone" if answer.outcome == "gone" else "not-read", note=answer.message)
