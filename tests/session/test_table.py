"""Tables of a session as a notebook shows them."""

from __future__ import annotations

import re

import pytest

from torusnb.models.codebase import CodeMap, Commit
from torusnb.models.knowledge import Context, Knowledge, Reason, Restatement, Waypoint
from torusnb.session.searching import Searching
from torusnb.session.table import Folded, Linked, Table
from torusnb.session.tables import assets, waypoints


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
    assert ("overflow:auto" in shown) is boxed
    assert shown.count("<tr>") == rows + 1


def test_a_table_worth_searching_asks_for_the_search_by_its_own_name_and_a_short_one_does_not() -> None:
    long, short = (_shown(Table([(number,) for number in range(rows)], columns=["n"])) for rows in (20, 3))
    (name,) = re.findall(r'<table id="([\w-]+)"', long)
    assert f"#{name}:not(.dataTable)" in long
    assert "<script" not in short


def test_the_same_table_is_written_the_same_way_each_time() -> None:
    first, second = (_shown(Table([(n, "text") for n in range(20)], columns=["n", "t"])) for _ in range(2))
    assert first == second


def test_a_linked_text_leads_to_its_address_and_is_a_text_otherwise() -> None:
    table = Table([(Linked("lib/a.ex:3", "https://example.org/a?x=1&y=2"),)], columns=["place"])
    assert '<a href="https://example.org/a?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">' in _shown(table)
    assert list(table[table["place"].str.startswith("lib/")]["place"]) == ["lib/a.ex:3"]


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "data:text/html,<script>", "//example.org"])
def test_an_address_that_is_no_page_on_the_web_is_no_link(address: str) -> None:
    assert "<a " not in _shown(Table([(Linked("text", address),)], columns=["place"]))


def test_the_search_travels_in_one_output_and_asks_for_nothing_outside_it() -> None:
    shown = Searching()._repr_mimebundle_()
    assert shown["text/plain"] == "Tables can be searched and sorted."
    assert not re.findall(r"(?:src|href)=|https?://", shown["text/html"])
    assert len(shown["text/html"]) < 400_000
    assert Searching()._repr_mimebundle_() == shown


def test_a_folded_text_shows_its_rest_when_unfolded_and_is_whole_as_a_value() -> None:
    table = Table([(Folded("first", "`the` <rest>"),), (Folded("only"),)], columns=["why"])
    shown = _shown(table)
    assert re.search(r"first<details[^>]*><summary>more</summary><code>the</code> &lt;rest&gt;</details>", shown)
    assert shown.count("<details") == 1
    assert list(table["why"]) == ["first; `the` <rest>", "only"]
    assert len(table[table["why"].str.contains("rest")]) == 1


def test_a_waypoints_two_strongest_reasons_show_first_and_places_in_the_pack_are_short() -> None:
    told = ("named in docs/features/voucher/prd.md:18 as `Shop.X`", 'shares "basket"', "used by `Shop.Y`")
    reasons = tuple(Reason("text", text, 1.0) for text in told)
    waypoint = Waypoint("code:lib/x.ex:1", "lib/x.ex", "Shop.X", "context", 1, 1.0, 1, "defmodule Shop.X do", reasons)
    code = CodeMap("shop", Commit("a" * 40))
    context = Context("a" * 40, (waypoint,), (), Knowledge(), Restatement(), code)
    (why,) = waypoints(context)["reasons"]
    assert "change %" not in assets(context)
    assert (why.first, why.rest) == ('named in prd.md:18 as `Shop.X`; shares "basket"', "used by `Shop.Y`")


def test_waypoints_come_in_the_order_of_what_to_know_or_of_what_likely_changes() -> None:
    found = tuple(
        Waypoint(f"code:{path}:1", path, "", "context", rank, 1.0, 1, "line", change=change)
        for rank, (path, change) in enumerate((("lib/a.ex", 0.124), ("lib/b.ex", 0.5), ("lib/c.ex", 0.5)), 1)
    )
    context = Context("a" * 40, found, (), Knowledge(), Restatement(), CodeMap("shop", Commit("a" * 40)))
    assert list(waypoints(context)["change %"]) == [12, 50, 50]
    assert list(waypoints(context, by_change=True)["module"]) == ["lib/b.ex", "lib/c.ex", "lib/a.ex"]
