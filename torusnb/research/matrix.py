"""The matrix: requirement, question, source, quote, sentence; and where that chain has gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.base import Value
from torusnb.models.design import MARKER, EvidencePack, SectionDraft, parse_keys
from torusnb.models.sources import Citation, Question
from torusnb.research.uses import Trace, find_uses, in_order, trace_requirements
from torusnb.spec.leadins import find_lead_ins

_FENCE = re.compile(r"\s*(?:```|~~~)")
_STARTS = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+|\s*\|")
_RULE = re.compile(r"\s*\|(?:\s*:?-+:?\s*\|)+\s*\Z")
_LABEL = re.compile(r"\s*(?:#{1,6}\s.*|\*\*[^*]+\*\*:?\s*)\Z")
_LEAST_WORDS = 4


class Claim(Value, frozen=True):
    """What a section says up to a marker, on one line without it, and the keys it rests on; none for the rest."""

    section: str
    text: str
    keys: tuple[str, ...] = ()


class Chain(Value, frozen=True):
    """One citation from those it serves to the sentences that rest on it.

    Attributes:
        serves: Ids of requirements, criteria and assumptions; the focus area's id when there is none.
        question: The question's id; empty for a source that a person added for the feature as a whole.
        source: The source's key. quote: empty when it was never fetched. link: where the quote stands.
        claims: What the design says on its strength; a practice counts for the source it rests on.
    """

    serves: tuple[str, ...]
    question: str
    source: str
    verdict: str
    quote: str
    link: str
    claims: tuple[Claim, ...] = ()


class Matrix(Value, frozen=True):
    """All chains of a design.

    Attributes:
        traces: A trace for each requirement, with what is missing.
        chains: In the order of the questions.
        unmarked: What the design says without naming anything it rests on.
    """

    traces: tuple[Trace, ...]
    chains: tuple[Chain, ...]
    unmarked: tuple[Claim, ...]

    @property
    def gaps(self) -> tuple[Trace, ...]:
        """The requirements whose chain to a sentence is broken somewhere."""
        return tuple(trace for trace in self.traces if trace.gap)


def trace_evidence(pack: EvidencePack, sections: tuple[SectionDraft, ...]) -> Matrix:
    """The matrix of a design; the same for the same evidence and sections.

    A sentence belongs to the citation whose quote it holds; one that holds none belongs to every citation of its
    source.
    """
    claims = tuple(claim for draft in in_order(pack.template, sections) for claim in split_claims(draft))
    questions = {question.id: question for question in pack.research.questions}
    rest: dict[str, list[Claim]] = {}
    for claim in claims:
        for source in dict.fromkeys(_source(pack, key) for key in claim.keys):
            rest.setdefault(source, []).append(claim)
    quotes: dict[str, list[str]] = {}
    for citation in pack.research.citations:
        quotes.setdefault(citation.source, []).append(citation.quote)
    order = {name: number for number, name in enumerate(questions)}
    chains = [
        _chain(citation, questions.get(citation.question), rest.get(citation.source, []), quotes[citation.source])
        for citation in sorted(pack.research.citations, key=lambda c: order.get(c.question, len(order)))
    ]
    uses = find_uses(pack, sections)
    bare = tuple(claim for claim in claims if not claim.keys)
    return Matrix(trace_requirements(pack, sections, uses), tuple(chains), bare)


def split_claims(draft: SectionDraft) -> Iterator[Claim]:
    """What a section says, marker by marker; labels, headings, heads of tables and code are no claims.

    An item below another one that names its basis rests on the same, and is no claim of its own; nor is what only
    leads in to items that name theirs.
    """
    above: tuple[str, ...] = ()
    lines = draft.text.splitlines()
    leading = find_lead_ins("\n".join(lines), lambda item: bool(parse_keys(item)))
    for number, indent, block in _blocks(lines):
        marked = MARKER.search(block)
        if not marked and ((indent and above) or number in leading):
            continue
        above = above if indent else parse_keys(block)
        at = 0
        for marker in MARKER.finditer(block):
            text, keys = _bare(block[at : marker.start()]), parse_keys(marker.group())
            at = marker.end()
            yield Claim(draft.section, text, keys)
        text = _bare(block[at:])
        if len(text.split()) >= _LEAST_WORDS:
            yield Claim(draft.section, text)


def _blocks(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Paragraphs, list items and rows, each as one line, with the number of its first and how far that is indented."""
    block: list[str] = []
    first = indent = 0
    fenced = False
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        head = number + 1 < len(lines) and _RULE.match(lines[number + 1])
        skipped = fenced or fence or head or not line.strip() or _LABEL.match(line) or _RULE.match(line)
        if block and (skipped or _STARTS.match(line)):
            yield first, indent, " ".join(block)
            block = []
        if not skipped:
            if not block:
                first, indent = number + 1, len(line) - len(line.lstrip())
            block.append(line.strip())
        fenced ^= fence is not None
    if block:
        yield first, indent, " ".join(block)


def _bare(text: str) -> str:
    """A claim without its bullet and without what only joined it to the one before."""
    text = re.sub(r"^\s*(?:[-*+]\s+|\d{1,3}[.)]\s+)", "", text)
    return " ".join(text.replace("|", " ").replace("**", "").split()).lstrip(".,;: ")


def _source(pack: EvidencePack, key: str) -> str:
    known = pack.evidence.get(key)
    return known.cites if known is not None and known.cites else key


def _chain(citation: Citation, question: Question | None, claims: list[Claim], quotes: list[str]) -> Chain:
    own = [
        claim
        for claim in claims
        if (citation.quote and citation.quote in claim.text) or not any(q and q in claim.text for q in quotes)
    ]
    serves = question.serves if question is not None else ()
    return Chain(
        serves, citation.question, citation.source, citation.verdict, citation.quote, citation.link, tuple(own)
    )
