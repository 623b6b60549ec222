"""The heat map of ids and sections: numbers in its cells, and everything in words beside it."""

from __future__ import annotations

from xml.etree import ElementTree

from torusnb.models.review import TraceColumn, TraceMatrix, TraceRow
from torusnb.pictures.coverage import draw_coverage
from torusnb.pictures.svg import render_svg
from torusnb.session import pictures

MATRIX = TraceMatrix(
    "fdd.md",
    (TraceColumn("2", "Requirements", 5), TraceColumn("Night <Watch>", "Night <Watch>", 9)),
    (
        TraceRow("FR-001", "requirement", {"2": (6,), "Night <Watch>": (10, 11, 12, 13)}, (11,)),
        TraceRow("AC-001", "criterion", {"2": (7,)}),
        TraceRow("AC-002", "criterion", ranges=(7,)),
        TraceRow("AC-003", "criterion"),
    ),
)
SVG = "{http://www.w3.org/2000/svg}"


def test_every_id_is_told_in_words() -> None:
    drawing = draw_coverage(MATRIX)
    assert drawing.title == "Where the 4 ids of the pack are addressed: 2 named in 2 sections"
    assert drawing.told == (
        "FR-001: 2 (1), Night <Watch> (4); tests: line 11",
        "AC-001: 2 (1); no test names it",
        "AC-002: only in a range, line 7",
        "AC-003: missing",
    )


def test_the_picture_is_plain_svg_with_a_title_and_the_numbers_in_its_cells() -> None:
    text = render_svg(draw_coverage(MATRIX))
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert {element.tag for element in root.iter()}.isdisjoint({f"{SVG}script", f"{SVG}foreignObject"})
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert {"FR-001", "AC-003", "missing", "4", "tests"} <= set(words)
    width, height = int(root.get("width", 0)), int(root.get("height", 0))
    for box in root.iter(f"{SVG}rect"):
        assert int(box.get("x", 0)) + int(box.get("width", 0)) <= width
        assert int(box.get("y", 0)) + int(box.get("height", 0)) <= height


def test_a_pack_without_ids_is_a_sentence() -> None:
    bundle = pictures.coverage(TraceMatrix("fdd.md"))._repr_mimebundle_()
    assert "gives no ids" in bundle["text/plain"]
    assert "<img" not in bundle["text/html"]


def test_the_same_matrix_gives_the_same_bytes() -> None:
    assert pictures.coverage(MATRIX).svg == pictures.coverage(MATRIX).svg
