"""What a recheck found, in lines for a person."""

from __future__ import annotations

from collections import Counter

from torusnb.models.recheck import STATES, QuoteNow, Recheck


def render_recheck(recheck: Recheck) -> list[str]:
    """A line for each quote, what no longer stands first and with its words then and now; then the counts.

    Last comes what was not rechecked.
    """
    order = {state: number for number, state in enumerate(("gone", "page-gone", "reworded", "not-read", "moved"))}
    ranked = sorted(recheck.quotes, key=lambda quote: order.get(quote.state, len(order)))
    lines = [line for quote in ranked for line in _quote(quote)]
    counts = Counter(quote.state for quote in recheck.quotes)
    told = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    lines.append(f"{len(recheck.quotes)} quotes: {told}" if told else "The design cites no captured source.")
    if recheck.left_out:
        lines.append(
            f"not rechecked: {_many(recheck.left_out)} that the design does not cite; `--all` rechecks them too"
        )
    if recheck.not_captured:
        lines.append(
            f"not rechecked: {_many(recheck.not_captured)} that nobody has read yet; a run with `--online` does"
        )
    return lines


def _many(keys: tuple[str, ...]) -> str:
    return "1 source" if len(keys) == 1 else f"{len(keys)} sources"


def _quote(quote: QuoteNow) -> list[str]:
    where = f" ({quote.question})" if quote.question else ""
    lines = [f"{quote.state:9} [{quote.source.removeprefix('src:')}]{where} {quote.url}"]
    if quote.state not in {"unchanged", "not-read"}:
        lines.append(f"          then: {_line(quote.then)}{_under(quote.heading_then)}")
    if quote.state == "reworded":
        lines.append(f"          now:  {_line(quote.now)}{_under(quote.heading_now)} ({quote.score:g} % alike)")
    if quote.state == "moved":
        lines.append(f"          now{_under(quote.heading_now) or ' in other surroundings'}")
    if quote.note:
        lines.append(f"          {_line(quote.note)}")
    return lines


def _under(heading: str) -> str:
    return f' under "{_line(heading)}"' if heading else ""


def _line(text: str) -> str:
    """Text of others on one line, without characters that a terminal would act on."""
    return " ".join("".join(char if char.isprintable() or char.isspace() else "?" for char in text).split())
