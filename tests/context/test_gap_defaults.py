"""Defaults of what a pack leaves open: taken from the code near the feature where it has an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import FILES, write_files
from torusnb.context.capture import capture_context
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.models.knowledge import Context, Unknown
from torusnb.spec.reader import load_pack

ROUTER = """defmodule ShopWeb.Router do
  use ShopWeb, :router

  scope "/", ShopWeb do
    pipe_through [:browser, :require_shopper]

    live "/basket", BasketLive
  end
end
"""
REDEMPTIONS = """defmodule Shop.Repo.Migrations.ExtendBaskets do
  use Ecto.Migration

  def change do
    alter table(:baskets) do
      add :closed, :boolean, default: false
      add :account_id, references(:accounts, on_delete: :delete_all)
    end
  end
end
"""
PRD = """# Voucher notes - PRD

## Overview
A shopper leaves a note on a voucher in the basket.

## Functional Requirements
- FR-001: The basket page keeps a note for each redeemed voucher.

## Data
- Adds a `note` column to the baskets table that stores the text.
"""


def _unknown(context: Context, topic: str) -> Unknown:
    return next(unknown for unknown in context.knowledge.unknown if unknown.topic == topic)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A feature on baskets, in a shop whose code answers most of what its pack leaves open."""
    files = FILES | {
        "lib/shop_web/router.ex": ROUTER,
        "priv/repo/migrations/20250101000000_extend_baskets.exs": REDEMPTIONS,
        "docs/features/notes/prd.md": PRD,
    }
    root = write_files(tmp_path / "shop", files)
    return capture_context(load_pack(root / "docs/features/notes", root), load_code_map(root), source_reader(root))


@pytest.mark.parametrize(
    ("topic", "default", "evidence"),
    [
        (
            "permissions",
            "Those whom the pipeline `:require_shopper` lets through to `/basket` today",
            "code:lib/shop_web/router.ex:7",
        ),
        ("tenancy", "No; every query takes `account_id` as an argument.", "code:lib/shop/baskets/basket.ex:7"),
        (
            "existing data",
            "as `add :closed, :boolean, default: false` gave that table before",
            "code:priv/repo/migrations/20250101000000_extend_baskets.exs:6",
        ),
        (
            "retention",
            "by `add :account_id, references(:accounts, on_delete: :delete_all)` as in `baskets`",
            "code:priv/repo/migrations/20250101000000_extend_baskets.exs:7",
        ),
        ("observability", "named like `shop.baskets.redeemed`", "code:lib/shop/baskets.ex:9"),
    ],
)
def test_the_code_near_the_feature_gives_the_default(context: Context, topic: str, default: str, evidence: str) -> None:
    unknown = _unknown(context, topic)
    assert default in unknown.default
    assert evidence in unknown.evidence


def test_every_unknown_has_an_assumption_a_risk_and_a_question_with_a_default(context: Context) -> None:
    for unknown in context.knowledge.unknown:
        assert all((unknown.assumption, unknown.risk, unknown.question.endswith("?"), unknown.default)), unknown
