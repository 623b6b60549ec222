"""Defaults taken from what the code near a feature does already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.context.small_shop import FILES, write_files
from torusnb.context.knowledge.customs import Customs
from torusnb.context.knowledge.stated import list_stated
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.quotebook import QuoteBook
from torusnb.models.base import Place
from torusnb.models.knowledge import Unknown, Waypoint
from torusnb.models.requirements import Requirement, SpecPack, Statement

LIMITS = """defmodule Shop.Limits do
  @max_vouchers 3
  @voucher_ttl :timer.hours(24)
  @page_size 25

  def expired?(voucher), do: voucher
  def refund_total(basket, opts), do: Keyword.get(opts, :timeout, 5_000)
end
"""
HERE = Place("prd.md", 9)
ASK = Callable[..., Unknown]


@pytest.fixture
def ask(tmp_path: Path) -> ASK:
    """Asks a question, or states an assumption, near the small shop's limits."""
    root = write_files(tmp_path / "shop", FILES | {"lib/shop/limits.ex": LIMITS})
    code_map = load_code_map(root)
    near = [("lib/shop/limits.ex", "Shop.Limits"), ("lib/shop/baskets.ex", "Shop.Baskets")]
    waypoints = [
        Waypoint(f"code:{path}:1", path, module, "context", rank, 1.0, 1, f"defmodule {module} do")
        for rank, (path, module) in enumerate(near, 1)
    ]
    customs = Customs(waypoints, code_map, QuoteBook(source_reader(root)))

    def ask_one(question: str = "", assumption: str = "", requirement: str = "") -> Unknown:
        pack = SpecPack(
            "a",
            "a",
            "A",
            requirements=(Requirement("FR-001", requirement, HERE),) if requirement else (),
            questions=(Statement(question, HERE),) if question else (),
            assumptions=(Statement(assumption, HERE),) if assumption else (),
        )
        return list_stated(pack, waypoints, customs)[0]

    return ask_one


@pytest.mark.parametrize(
    ("question", "default", "line"),
    [
        ("How many vouchers fit on a basket?", "today's limit, `@max_vouchers 3` in `Shop.Limits`", 2),
        ("How long is a voucher kept?", "today's lifetime, `@voucher_ttl :timer.hours(24)`", 3),
    ],
)
def test_a_default_is_the_value_of_today_that_bears_the_same_noun(
    ask: ASK, question: str, default: str, line: int
) -> None:
    unknown = ask(question)
    assert default in unknown.default
    assert unknown.evidence == ("prd:9", f"code:lib/shop/limits.ex:{line}")


@pytest.mark.parametrize(
    "question",
    [
        "How long is a parcel kept?",
        "How many parcels fit on a shelf?",
        "Which colour has the ribbon?",
        "Does a basket refund its total?",
        "Which owns the total: `Shop.Baskets`, `Shop.Limits` or `Shop.Weather`?",
    ],
)
def test_a_value_of_something_else_that_lies_near_is_no_default(ask: ASK, question: str) -> None:
    assert ask(question).default.startswith("To be decided by ")


def test_the_alternatives_of_a_question_win_over_the_code(ask: ASK) -> None:
    default = ask("Should a voucher have a fixed limit, or a configurable one?").default
    assert "the first of the two" in default.lower()
    assert "a fixed limit" in default


@pytest.mark.parametrize(
    ("assumption", "default"),
    [
        ("`@page_size` is the same everywhere.", "what to hold it against is `@page_size 25` in `Shop.Limits`"),
        ("An expired limit is shown.", "a test of `Shop.Limits.expired?/1`"),
        ("Ribbons are red.", "check it before the first release"),
    ],
)
def test_an_assumption_says_what_shows_it(ask: ASK, assumption: str, default: str) -> None:
    assert default in ask(assumption=assumption).default


def test_an_assumption_about_a_requirement_is_shown_by_its_test(ask: ASK) -> None:
    unknown = ask(assumption="Ribbons are red.", requirement="Red ribbons are printed.")
    assert "the test of FR-001 has to show it" in unknown.default


def test_words_in_comments_and_documentation_are_no_code(ask: ASK, tmp_path: Path) -> None:
    path = tmp_path / "shop/lib/shop/limits.ex"
    path.write_text("# see BIG-7 and Shop.Tills\n" + path.read_text())
    assert "Shop.Tills" not in ask(assumption="`BIG-7` landed with `Shop.Tills`.").default
