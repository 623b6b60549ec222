"""Sources that were only pointed to: told once, in a list to read, since nothing in them was looked at."""

from __future__ import annotations

from torusnb.models.sources import Citation, Research
from torusnb.research.capturing import NOT_CAPTURED
from torusnb.research.markup import link, plain

NOT_FETCHED = "not-fetched"

_HOW = (
    "A run with `--online` asks for pages; `mix deps.get` puts the documentation of the locked versions under `deps/`, "
    "where it is read offline."
)


def render_pointers(research: Research) -> list[str]:
    """How many sources were not captured, and why; then each of them once, with what it should settle and for whom."""
    pointers = [c for c in research.citations if c.verdict == NOT_FETCHED and research.source(c.source) is not None]
    if not pointers:
        return []
    questions: dict[str, list[str]] = {}
    for citation in pointers:
        questions.setdefault(citation.source, []).append(citation.question or "the feature as a whole")
    return ["## Sources to read", "", _why(pointers), "", *_list(questions, research), ""]


def tell_pointers(citations: tuple[Citation, ...]) -> list[str]:
    """One line for all that a question only points to, each with why it was kept."""
    told = [
        f"\\[{plain(c.source.removeprefix('src:'))}\\] ({plain(c.reason).rstrip('.')})"
        for c in citations
        if c.verdict == NOT_FETCHED
    ]
    return [f"- To read, _not accessed_: {'; '.join(told)}"] if told else []


def _why(pointers: list[Citation]) -> str:
    sources = {citation.source for citation in pointers}
    failed = {citation.source for citation in pointers if NOT_CAPTURED in citation.reason}
    count = "1 source was" if len(sources) == 1 else f"{len(sources)} sources were"
    vain = "asking for the page failed, as is told with the question"
    if not failed:
        why = f"since no page was asked for in this run. {_HOW}"
    elif failed == sources:
        why = f"since {vain}."
    else:
        why = f"{len(failed)} of them since {vain}, the others since no page was asked for. {_HOW}"
    return f"{count} not captured, {why} Nothing that they should settle has been checked."


def _list(questions: dict[str, list[str]], research: Research) -> list[str]:
    lines = []
    for key in sorted(questions):
        source = research.source(key)
        if source is None:
            continue
        wanted = ", ".join(dict.fromkeys(questions[key]))
        settles = f" · should settle: {plain(source.settles)}" if source.settles else ""
        lines.append(f"- **\\[{source.label}\\]** {plain(source.title)} · {link(source.url)} · for {wanted}{settles}")
    return lines
