"""Long module names: in full where they are first met, by their last parts after that."""

from __future__ import annotations

import pytest

from torusnb.drafting.offline.shortening import shorten_names

LONG = "Garden.Allotments.Planning.BedPlanner"


def shortened(*texts: str, known: tuple[str, ...] = (LONG,)) -> list[str]:
    return list(shorten_names({str(number): text for number, text in enumerate(texts, start=1)}, known).values())


def test_a_name_is_full_in_the_opening_and_again_where_the_body_first_meets_it() -> None:
    assert shortened(f"See `{LONG}`.", f"See `{LONG}`.", f"See `{LONG}`.") == [
        f"See `{LONG}`.",
        f"See `{LONG}`.",
        "See `BedPlanner`.",
    ]


def test_the_second_mention_in_one_section_is_short() -> None:
    assert shortened("", f"`{LONG}` calls `{LONG}.plan/2`.")[1] == f"`{LONG}` calls `BedPlanner.plan/2`."


def test_a_short_name_never_fits_two_modules() -> None:
    twin = "Garden.Orders.BedPlanner"
    assert shortened("", f"`{LONG}`", f"`{LONG}`", known=(LONG, twin))[2] == "`Planning.BedPlanner`"


def test_a_last_part_that_tells_nothing_alone_keeps_the_part_before_it() -> None:
    name = "Garden.Allotments.Planning.Data"
    assert shortened("", f"`{name}`", f"`{name}`", known=(name,))[2] == "`Planning.Data`"


@pytest.mark.parametrize("text", ["`Garden.Beds`", f"“as `{LONG}` does”", f"[@code:lib/x.ex:1] {LONG}"])
def test_short_names_quotations_and_markers_stay(text: str) -> None:
    assert shortened("", f"`{LONG}` {text}", text)[2] == text


def test_a_name_that_is_declared_new_is_written_in_full() -> None:
    assert shortened("", f"`{LONG}`", f"`{LONG}` (new)")[2] == f"`{LONG}` (new)"
