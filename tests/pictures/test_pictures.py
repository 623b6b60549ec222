"""Pictures of a context: what they show, and that they are sound SVG."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import msgspec
import pytest

from tests.pictures.context import garden
from torusnb.models.codebase import CodeMap, Commit
from torusnb.models.knowledge import Context
from torusnb.models.modules import Association, Schema
from torusnb.pictures.layered import Box, lay_out, order_columns
from torusnb.pictures.neighbourhood import draw_neighbourhood
from torusnb.pictures.relations import draw_relations
from torusnb.pictures.supervision import draw_supervision
from torusnb.pictures.svg import Drawing, clip, render_svg
from torusnb.pictures.whereabouts import draw_whereabouts

SVG = "{http://www.w3.org/2000/svg}"
Draw = Callable[[Context], Drawing]
ALL = pytest.mark.parametrize("draw", [draw_neighbourhood, draw_relations, draw_supervision, draw_whereabouts])


def _texts(drawing: Drawing) -> list[str]:
    return [str(element.text) for element in ElementTree.fromstring(render_svg(drawing)).iter(f"{SVG}text")]


@ALL
def test_a_picture_is_sound_svg_with_a_title_and_without_script_or_outside_address(draw: Draw) -> None:
    text = render_svg(draw(garden()))
    root = ElementTree.fromstring(text)
    assert root.findtext(f"{SVG}title") == draw(garden()).title
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "defs", "marker", "path", "rect", "text")
    }
    assert "href" not in text


@ALL
def test_everything_lies_inside_the_picture(draw: Draw) -> None:
    drawing = draw(garden())
    for element in ElementTree.fromstring(render_svg(drawing)).iter(f"{SVG}rect"):
        right = int(element.get("x", "0")) + int(element.get("width", "0"))
        assert right <= drawing.width
        assert int(element.get("y", "0")) + int(element.get("height", "0")) <= drawing.height


@ALL
def test_the_same_context_gives_the_same_bytes(draw: Draw) -> None:
    assert render_svg(draw(garden())) == render_svg(draw(garden()))


@ALL
def test_where_there_is_nothing_to_draw_a_sentence_says_so(draw: Draw) -> None:
    empty = msgspec.structs.replace(garden(), waypoints=(), code=CodeMap("garden", Commit("c")))
    drawing = draw(empty)
    assert (drawing.width, drawing.parts) == (0, ())
    assert drawing.title.endswith(".")


def test_the_neighbourhood_names_who_uses_whom_and_where_a_page_is_found() -> None:
    drawing = draw_neighbourhood(garden())
    assert "1. Garden.Beds (context, changed) uses Garden.Beds.Bed" in drawing.told
    assert "2. GardenWeb.BedsLive (live view, changed) uses Garden.Beds" in drawing.told
    assert {"BedsLive", "Beds", "Bed", "/beds/<new>", "Pages and endpoints", "Schemas"} <= set(_texts(drawing))


def test_a_place_only_to_be_known_has_a_dashed_border() -> None:
    text = render_svg(draw_neighbourhood(garden()))
    assert text.count("stroke-dasharray") == 2
    solid = next(line for line in text.splitlines() if "Garden.Beds · " in line)
    assert "stroke-dasharray" not in solid


def test_only_the_best_waypoints_are_drawn() -> None:
    assert len(draw_neighbourhood(garden(), most=2).told) == 2


def test_relations_lead_from_a_schema_to_what_it_belongs_to_and_hold_fields_of_waypoints_only() -> None:
    drawing = draw_relations(garden())
    assert drawing.told == ("beds (Garden.Beds.Bed) belongs to Garden.Plot", "plots (Garden.Plot)")
    assert {"beds", "plots", "width  :integer"} <= set(_texts(drawing))
    assert not any("inserted_at" in text for text in _texts(drawing))


def test_schemas_that_belong_to_each_other_in_a_circle_are_drawn_too() -> None:
    context = garden()
    circle = Schema("plots", 2, associations=(Association("belongs_to", "bed", "Garden.Beds.Bed", 3),))
    files = tuple(
        msgspec.structs.replace(
            file,
            modules=tuple(
                msgspec.structs.replace(module, schema=circle) if module.name == "Garden.Plot" else module
                for module in file.modules
            ),
        )
        for file in context.code.files
    )
    drawing = draw_relations(msgspec.structs.replace(context, code=msgspec.structs.replace(context.code, files=files)))
    assert "plots (Garden.Plot) belongs to Garden.Beds.Bed" in drawing.told


def test_the_supervision_tree_nests_supervisors_names_processes_and_marks_waypoints() -> None:
    assert draw_supervision(garden()).told == (
        "Garden.Application",
        "  Garden.Repo",
        "  Registry · Garden.Names",
        "  Garden.Waterer",
        "    Garden.Tap (a waypoint)",
        "    Garden.Waterer",
    )


def test_whereabouts_count_areas_against_layers() -> None:
    assert draw_whereabouts(garden()).told == (
        "Garden.Beds: 1 context, 1 schema",
        "Garden.Tap: 1 process",
        "GardenWeb.BedsLive: 1 live view",
    )


def test_names_that_hold_markup_are_shown_and_not_obeyed() -> None:
    context = garden()
    hostile = msgspec.structs.replace(context.waypoints[0], module='A.<script x="1">&')
    text = render_svg(draw_neighbourhood(msgspec.structs.replace(context, waypoints=(hostile,))))
    assert "<script" not in text
    assert ElementTree.fromstring(text) is not None


def _boxes(column: int, *keys: str) -> list[Box]:
    return [Box(key, column, (key,), "#fff") for key in keys]


def test_a_columns_order_follows_its_neighbours_so_that_arrows_need_not_cross() -> None:
    boxes = _boxes(0, "a", "b", "c") + _boxes(1, "x", "y", "z")
    columns = order_columns(boxes, [("a", "z"), ("b", "y"), ("c", "x")])
    first, second = ([box.key for box in columns[number]] for number in (0, 1))
    partner = dict(zip("abc", "zyx", strict=True))
    assert [partner[key] for key in first] == second


def test_boxes_of_a_column_never_overlap_and_unknown_ends_of_arrows_are_left_out() -> None:
    layout = lay_out(_boxes(0, "a", "b", "c"), [("a", "nowhere"), ("a", "b")])
    tops = [int(part.split('y="')[1].split('"')[0]) for part in layout.parts if part.startswith("<rect")]
    heights = [int(part.split('height="')[1].split('"')[0]) for part in layout.parts if part.startswith("<rect")]
    assert all(top + height < after for (top, after), height in zip(pairwise(tops), heights, strict=False))
    assert sum("marker-end" in part for part in layout.parts) == 1


@pytest.mark.parametrize(("text", "most", "clipped"), [("short", 10, "short"), ("a" * 5 + "b" * 10, 10, "aaa…bbbbbb")])
def test_a_long_name_keeps_both_its_ends(text: str, most: int, clipped: str) -> None:
    assert clip(text, most) == clipped
