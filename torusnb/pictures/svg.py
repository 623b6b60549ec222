"""SVG text: the few shapes the pictures are made of, escaped, with whole numbers only so that bytes never differ."""

from __future__ import annotations

import html
from collections.abc import Sequence

from torusnb.models.base import Value

FONT = 12
LINE = 16
_WIDTH_OF_A_LETTER, _BOLD = 0.6, 1.12  # of the font size; sans-serif letters are narrower on average

# One colour a layer, all at least 4.5:1 against the dark text drawn on them.
_COLOURS = {
    "live_view": "#bfdbfe",
    "component": "#dbeafe",
    "controller": "#c7d2fe",
    "router": "#e0e7ff",
    "worker": "#fde68a",
    "process": "#fcd34d",
    "cache": "#fdba74",
    "context": "#bbf7d0",
    "schema": "#fbcfe8",
    "migration": "#fce7f3",
}
_OTHER = "#e5e7eb"
INK, FAINT, PAPER = "#111827", "#6b7280", "#ffffff"


class Drawing(Value, frozen=True):
    """A picture: its parts as SVG elements and its size in pixels.

    Attributes:
        title: What it shows, in a few words; also what a screen reader says.
        told: The same facts as lines of text, for whoever does not see the picture.
    """

    title: str
    width: int
    height: int
    parts: tuple[str, ...]
    told: tuple[str, ...] = ()


def colour_of(layer: str) -> str:
    """The fill for a layer's boxes."""
    return _COLOURS.get(layer, _OTHER)


def width_of(words: str, size: int = FONT, *, bold: bool = False) -> int:
    """An upper estimate of a text's width in pixels."""
    return int(len(words) * size * _WIDTH_OF_A_LETTER * (_BOLD if bold else 1)) + 1


def clip(text: str, most: int) -> str:
    """The text, or its beginning and end when it has more than `most` characters: names differ at both ends."""
    if len(text) <= most:
        return text
    head = (most - 1) // 3
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"


def text(x: int, y: int, words: str, *, size: int = FONT, fill: str = INK, bold: bool = False) -> str:
    """One line of text with its base line at `y`."""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{weight}>{html.escape(words)}</text>'


def box(x: int, y: int, width: int, height: int, *, fill: str, dashed: bool = False, hint: str = "") -> str:
    """A rounded box; `hint` is what shows when a pointer rests on it."""
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    shape = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="5" fill="{fill}" stroke="{FAINT}"{dash}'
    return f"<rect {shape}><title>{html.escape(hint)}</title></rect>" if hint else f"<rect {shape}/>"


def curve(points: Sequence[tuple[int, int]], *, marker: bool = True) -> str:
    """A curve through four control points, with an arrow at its end."""
    start, *rest = points
    path = f"M{start[0]} {start[1]} C" + ", ".join(f"{x} {y}" for x, y in rest)
    end = ' marker-end="url(#arrow)"' if marker else ""
    return f'<path d="{path}" fill="none" stroke="{FAINT}" stroke-width="1" opacity="0.7"{end}/>'


def rule(x1: int, y1: int, x2: int, y2: int) -> str:
    """A thin straight line."""
    return f'<path d="M{x1} {y1} L{x2} {y2}" fill="none" stroke="{FAINT}" stroke-width="1"/>'


def render_svg(drawing: Drawing) -> str:
    """The drawing as one SVG document on white paper, readable on a dark page too."""
    arrow = (
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{FAINT}"/></marker></defs>'
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" height="{drawing.height}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" role="img" font-family="system-ui, sans-serif">'
    )
    paper = f'<rect width="{drawing.width}" height="{drawing.height}" fill="{PAPER}"/>'
    title = f"<title>{html.escape(drawing.title)}</title>"
    return "\n".join((head, title, arrow, paper, *drawing.parts, "</svg>")) + "\n"
