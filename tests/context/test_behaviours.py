"""What the bodies near a feature show: clauses, calls, what they give back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import FILES, write_files
from torusnb.context.capture import capture_context
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.models.behaviour import Behaviour
from torusnb.models.knowledge import Context
from torusnb.spec.reader import load_pack

PRD = """# Voucher stacking - PRD

## Overview
A shopper redeems several vouchers in one basket.

## Functional Requirements
- FR-001: `Shop.Baskets` redeems a voucher for a basket on the basket page.
"""
CHECKOUT = """defmodule Shop.Baskets do
  alias Shop.Baskets.Basket
  alias Shop.Repo

  @spec redeem_voucher(Basket.t(), String.t()) :: {:ok, Basket.t()} | {:error, term()}
  def redeem_voucher(%Basket{} = basket, code) do
    with {:ok, code} <- check_code(code) do
      store(basket, code)
    end
  end

  def find_basket(id), do: Repo.get(Basket, id)

  defp check_code(""), do: {:error, :empty}
  defp check_code(code), do: {:ok, code}

  defp store(basket, code) do
    Repo.update(Basket.changeset(basket, %{voucher: code}))
  end
end
"""


def captured(root: Path, files: dict[str, str]) -> Context:
    write_files(root, FILES | files | {"docs/features/notes/prd.md": PRD})
    return capture_context(load_pack(root / "docs/features/notes", root), load_code_map(root), source_reader(root))


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return captured(tmp_path / "shop", {"lib/shop/baskets.ex": CHECKOUT})


def behaviour(context: Context, name: str) -> Behaviour:
    return next(one for one in context.behaviours if one.name == name)


def test_a_page_shows_the_function_its_event_calls(context: Context) -> None:
    (clause,) = behaviour(context, "handle_event").clauses
    assert clause.head == 'handle_event("redeem", %{"voucher" => code}, socket)'
    assert [(call.module, call.name, call.line) for call in clause.calls] == [("Shop.Baskets", "redeem_voucher", 9)]


def test_private_functions_and_the_repo_are_on_the_way(context: Context) -> None:
    called = [(call.module, call.name) for call in behaviour(context, "redeem_voucher").clauses[0].calls]
    assert called == [("Shop.Baskets", "check_code"), ("Shop.Baskets", "store")]
    store = behaviour(context, "store").clauses[0]
    assert ("Shop.Repo", "update") in [(call.module, call.name) for call in store.calls]


@pytest.mark.parametrize(
    ("name", "returns"),
    [
        ("check_code", ("{:error, _}", "{:ok, _}")),
        ("find_basket", ("struct", "nil")),
        ("store", ("{:ok, _}", "{:error, _}")),
    ],
)
def test_what_a_function_gives_is_followed_to_the_repo(context: Context, name: str, returns: tuple[str, ...]) -> None:
    assert behaviour(context, name).returns == returns


def test_a_with_that_lets_things_through_is_not_told_as_whole(context: Context) -> None:
    redeem = behaviour(context, "redeem_voucher")
    assert redeem.returns[0] == "unknown"
    assert redeem.spec.endswith("{:ok, Basket.t()} | {:error, term()}")


def test_a_clause_tells_the_schemas_with_tables_that_it_names(context: Context) -> None:
    assert behaviour(context, "find_basket").clauses[0].schemas == ("Shop.Baskets.Basket",)


def test_every_line_of_a_behaviour_has_its_quote(context: Context) -> None:
    for one in context.behaviours:
        for clause in one.clauses:
            for line in (clause.line, *(call.line for call in clause.calls)):
                assert context.quotes[f"code:{one.path}:{line}"]


def test_the_behaviours_are_the_same_twice(tmp_path: Path) -> None:
    first = captured(tmp_path / "one", {"lib/shop/baskets.ex": CHECKOUT})
    second = captured(tmp_path / "two", {"lib/shop/baskets.ex": CHECKOUT})
    assert first.behaviours == second.behaviours != ()


@pytest.mark.parametrize(
    "source",
    ["defmodule Shop.Baskets do\n  def redeem_voucher(a, b do", "\x00\xff", "defmodule Shop.Baskets do\nend\n", ""],
)
def test_broken_sources_cost_only_what_they_hide(tmp_path: Path, source: str) -> None:
    assert captured(tmp_path / "shop", {"lib/shop/baskets.ex": source}).behaviours


def test_functions_that_call_each_other_end(tmp_path: Path) -> None:
    source = (
        "defmodule Shop.Baskets do\n  def redeem_voucher(a, b), do: again(a, b)\n"
        "  defp again(a, b), do: redeem_voucher(a, b)\nend\n"
    )
    context = captured(tmp_path / "shop", {"lib/shop/baskets.ex": source})
    assert behaviour(context, "again").returns == ("unknown",)


def test_functions_whose_every_branch_calls_all_others_are_told_once_each(tmp_path: Path) -> None:
    names = [f"pick_{n}" for n in range(70)]
    branches = "\n".join(f"      {n} -> {name}(voucher)" for n, name in enumerate(names))
    ring = "\n".join(
        f"  def {name}(voucher) do\n    case voucher do\n{branches}\n      _ -> :none\n    end\n  end" for name in names
    )
    found = captured(tmp_path / "shop", {"lib/shop/baskets.ex": f"defmodule Shop.Baskets do\n{ring}\nend\n"})
    assert behaviour(found, "pick_0").returns == ("unknown", ":none")
    assert len(behaviour(found, "pick_0").clauses[0].calls) == 24
