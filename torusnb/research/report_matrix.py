"""The matrix in Markdown: each chain a row, and its gaps as a list."""

from __future__ import annotations

from torusnb.research.markup import plain, table
from torusnb.research.matrix import Chain, Claim, Matrix

_LONGEST_QUOTE = 160
_LONGEST_CLAIM = 120
_MOST_CLAIMS = 3
_MOST_UNMARKED = 20


def render_chains(matrix: Matrix) -> list[str]:
    """A row for each citation that has a quote or that a sentence rests on; the others are counted.

    Long quotes and sentences are cut: they stand whole under their question, and in the design.
    """
    told = [chain for chain in matrix.chains if chain.quote or chain.claims]
    rest = len(matrix.chains) - len(told)
    lines = ["## From requirement to sentence", ""]
    if told:
        heads = ("serves", "question", "source (verdict)", "quote", "what the design says on it")
        lines += [*table(heads, [_row(chain) for chain in told]), ""]
    if rest:
        pointers = "pointer" if rest == 1 else "pointers"
        lines += [f"Left out: {rest} {pointers} never fetched, on which no sentence rests.", ""]
    if not matrix.chains:
        lines += ["No source was cited for any question.", ""]
    return [*lines, *_gaps(matrix)]


def _row(chain: Chain) -> tuple[str, ...]:
    quote = f"“{plain(chain.quote, _LONGEST_QUOTE)}”" if chain.quote else "not accessed"
    shown = [_claim(claim) for claim in chain.claims[:_MOST_CLAIMS]]
    if len(chain.claims) > _MOST_CLAIMS:
        shown.append(f"and {len(chain.claims) - _MOST_CLAIMS} more")
    source = f"\\[{plain(chain.source.removeprefix('src:'))}\\] ({chain.verdict})"
    serves = ", ".join(plain(name) for name in chain.serves)
    return serves, chain.question, source, quote, "; ".join(shown) or "nothing rests on it"


def _claim(claim: Claim) -> str:
    return plain(f"§{claim.section} {claim.text}", _LONGEST_CLAIM)


def _gaps(matrix: Matrix) -> list[str]:
    gaps: dict[str, list[str]] = {}
    for trace in matrix.gaps:
        gaps.setdefault(trace.gap, []).append(plain(trace.requirement))
    lines = ["### Gaps", ""]
    lines += [f"- {gap[0].upper()}{gap[1:]}: {', '.join(names)}" for gap, names in gaps.items()]
    shown = matrix.unmarked[:_MOST_UNMARKED]
    lines += [f"- Said without naming what it rests on: {_claim(claim)}" for claim in shown]
    if len(matrix.unmarked) > len(shown):
        lines.append(f"- And {len(matrix.unmarked) - len(shown)} more sentences without anything they rest on.")
    if len(lines) == 2:
        lines.append(
            "- None: each requirement has verified words that a section uses, and each sentence names its basis."
        )
    return [*lines, ""]
