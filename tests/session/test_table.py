"""Tables of a session as a notebook shows them."""

from __future__ import annotations

import re

import pytest

from torusnb.session.table import Table


def _shown(table: Table) -> str:
    return str(table._repr_html_())


def test_every_text_is_shown_whole_left_aligned_and_without_row_numbers() -> None:
    long = "word " * 100
    shown = _shown(Table([("FR-001", long)], columns=["id", "text"]))
    assert long in shown
    assert re.findall(r"<t[hd] style=\"text-align:(\w+)", shown) == ["left"] * 4
    assert ">0</t" not in shown


def test_what_is_made_of_a_table_shows_the_same_way() -> None:
    table = Table([("b", 2), ("a", 1)], columns=["name", "count"])
    made = table[table["count"] > 0].sort_values("name")
    assert isinstance(made, Table)
    assert _shown(made).index(">a<") < _shown(made).index(">b<")


def test_markup_in_a_value_or_a_column_is_shown_and_not_obeyed() -> None:
    shown = _shown(Table([('<img src=x onerror="alert(1)">',)], columns=["<b>"]))
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "&lt;img src=x onerror=&quot;" in shown


def test_code_is_set_as_code_and_long_names_may_be_broken_after_their_joints() -> None:
    shown = _shown(Table([("in `My.Mod` of lib/my_app/some_long_module_name.ex:12",)], columns=["text"]))
    assert "<code>My.Mod</code>" in shown
    assert "lib/<wbr>my_<wbr>app/<wbr>" in shown


def test_an_id_is_never_broken() -> None:
    shown = _shown(Table([("FR-001, AC-012b",)], columns=["ids"]))
    assert '<span style="white-space:nowrap">AC-012b</span>' in shown


def test_an_empty_table_says_so() -> None:
    assert _shown(Table([], columns=["a"])) == "<p><em>Nothing to show.</em></p>"


@pytest.mark.parametrize(("rows", "boxed"), [(3, False), (200, True)])
def test_only_a_long_table_scrolls_in_a_box_of_its_own_and_holds_every_row(rows: int, boxed: bool) -> None:
    shown = _shown(Table([(number,) for number in range(rows)], columns=["n"]))
    assert shown.startswith("<div") is boxed
    assert shown.count("<tr>") == rows + 1
