"""What a sentence of a pack says of a table: its columns, their values and references, and what makes a row unique."""

from __future__ import annotations

import pytest

from torusnb.drafting.offline.columns import NewField
from torusnb.drafting.offline.shapes import Shape, merge_shapes, read_shape

TABLES = frozenset({"plots", "users", "beds", "bed_shares"})


def shape(text: str, tables: frozenset[str] = TABLES) -> Shape:
    return read_shape(text, "prd:9", tables)


def field(text: str, name: str) -> NewField:
    return next(found for found in shape(text).fields if found.name == name)


@pytest.mark.parametrize(
    ("text", "unique"),
    [
        ("A `bed_shares` table keyed by `{bed_code, plot_id}`.", ("bed_code", "plot_id")),
        ("`bed_shares` is keyed by `bed_code` and `plot_id`.", ("bed_code", "plot_id")),
        ("`bed_shares` with a unique index on (`bed_code`, `plot_id`).", ("bed_code", "plot_id")),
        ("`bed_shares` holds one row per plot and user.", ("plot_id", "user_id")),
        ("`bed_shares` holds one row per plot and weather.", ()),
        ("`bed_shares` stores the weather.", ()),
    ],
)
def test_what_makes_a_row_unique_is_read(text: str, unique: tuple[str, ...]) -> None:
    found = shape(text)
    assert found.unique == unique
    assert tuple(column.name for column in found.fields)[: len(unique)] == unique


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("`bed_shares` has `effect` values: `:hide`: nobody sees it. `:show`: all see it.", "effect", ("hide", "show")),
        ("`bed_shares`: `state` is one of `draft`, `ripe` or `gone`.", "state", ("draft", "ripe", "gone")),
        ("`bed_shares`: store stages (`seed`, `ripe`), and audit fields.", "stage", ("seed", "ripe")),
        ("`bed_shares`: effective scope (`bed`, `plot`, `garden`).", "scope", ("bed", "plot", "garden")),
        (
            "Add `reach` field to `beds`: `Ecto.Enum` with values `[:bed, :plot]`, default `:bed`.",
            "reach",
            ("bed", "plot"),
        ),
    ],
)
def test_listed_values_are_those_of_one_column(text: str, name: str, values: tuple[str, ...]) -> None:
    assert (field(text, name).type, field(text, name).values) == ("Ecto.Enum", values)
    assert not set(values) & {column.name for column in shape(text).fields}


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("`beds`: add `is_shared` boolean (default `false`).", "is_shared", (":boolean", "", False, "false")),
        ("`bed_shares` keeps per-plot overrides.", "plot_id", (":id", "plots", False, "")),
        ("`bed_shares` with optional watering metadata.", "watering_metadata", (":map", "", True, "")),
        ("`bed_shares` with timestamps and actor references.", "updated_by_id", (":id", "users", False, "")),
        ("`bed_shares`: `mulch_grain` and `plot_id`.", "mulch_grain", ("", "", False, "")),
        ("`bed_shares`: `mulch_grain` and `plot_id`.", "plot_id", (":id", "plots", False, "")),
    ],
)
def test_a_column_has_what_the_text_or_its_name_tells(text: str, name: str, expected: tuple[object, ...]) -> None:
    found = field(text, name)
    assert (found.type, found.references, found.optional, found.default) == expected


def test_an_actor_of_two_possible_tables_is_left_open() -> None:
    found = read_shape("`bed_shares` with audit fields.", "prd:9", TABLES | {"authors"})
    assert [column.references for column in found.fields] == ["users or authors"]


@pytest.mark.parametrize("text", ["`bed_shares`: store overrides for weather.", "`bed_shares` per weather and mood."])
def test_words_that_name_no_column_give_none(text: str) -> None:
    assert shape(text).fields == ()


def test_several_texts_on_one_table_make_one_shape_with_its_key_first() -> None:
    first = shape("`bed_shares`: store per-plot overrides.")
    second = shape("`bed_shares` table keyed by `{bed_code, plot_id}`.")
    both = merge_shapes((first, second))
    assert [column.name for column in both.fields] == ["bed_code", "plot_id"]
    assert both.unique == ("bed_code", "plot_id")
