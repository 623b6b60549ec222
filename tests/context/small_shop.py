"""A small checkout and spec pack of the tests' own."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "mix.exs": "defmodule Shop.MixProject do\n  use Mix.Project\n  def project, do: [app: :shop]\nend\n",
    "mix.lock": '%{\n  "oban": {:hex, :oban, "2.17.0", "x", [:mix], [], "hexpm", "y"},\n}\n',
    "lib/shop/application.ex": """defmodule Shop.Application do
  use Application

  def start(_type, _args) do
    children = [
      Shop.Repo,
      {Phoenix.PubSub, name: Shop.PubSub},
      {Cachex, name: :price_cache}
    ]

    Supervisor.start_link(children, strategy: :one_for_one)
  end
end
""",
    "lib/shop/baskets.ex": """defmodule Shop.Baskets do
  @moduledoc "Baskets of a shopper and what lies in them."

  alias Shop.Baskets.Basket
  alias Shop.Repo

  @doc "Puts a voucher into the basket and recomputes its total."
  def redeem_voucher(%Basket{} = basket, code) do
    :telemetry.execute([:shop, :baskets, :redeemed], %{count: 1}, %{})
    Repo.update(Basket.changeset(basket, %{voucher: code}))
  end

  def list_baskets, do: Repo.all(Basket)
end
""",
    "lib/shop/baskets/basket.ex": """defmodule Shop.Baskets.Basket do
  use Ecto.Schema

  schema "baskets" do
    field :voucher, :string
    field :total, :integer
    belongs_to :account, Shop.Accounts.Account
  end

  def changeset(basket, attrs), do: Ecto.Changeset.cast(basket, attrs, [:voucher])
end
""",
    "lib/shop/accounts/account.ex": """defmodule Shop.Accounts.Account do
  use Ecto.Schema

  schema "accounts" do
    field :name, :string
  end
end
""",
    "lib/shop/weather.ex": "defmodule Shop.Weather do\n  def forecast(town), do: {:rain, town}\nend\n",
    "lib/shop/repo.ex": "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop\nend\n",
    "lib/shop_web/live/basket_live.ex": """defmodule ShopWeb.BasketLive do
  use ShopWeb, :live_view

  alias Shop.Baskets

  def mount(_params, _session, socket), do: {:ok, socket}

  def handle_event("redeem", %{"voucher" => code}, socket) do
    Baskets.redeem_voucher(socket.assigns.basket, code)
    {:noreply, socket}
  end
end
""",
    "lib/shop_web/router.ex": """defmodule ShopWeb.Router do
  use ShopWeb, :router

  scope "/", ShopWeb do
    live "/basket", BasketLive
  end
end
""",
    "priv/repo/migrations/20240101000000_create_baskets.exs": """defmodule Shop.Repo.Migrations.CreateBaskets do
  use Ecto.Migration

  def change do
    create table(:baskets) do
      add :voucher, :string
    end
  end
end
""",
    "test/shop/baskets_test.exs": "defmodule Shop.BasketsTest do\n  use ExUnit.Case\nend\n",
    "guides/design/high-level.md": """# High-level design

The shop is one application with domain contexts and a web layer.

## Vouchers

`Shop.Baskets` owns vouchers: a voucher lowers the total of a basket and is redeemed once.
`Shop.Coupons` was its home before.

## Deployment

A release is deployed node by node, so that old and new code run side by side.
""",
}

PRD = """# Voucher stacking - PRD

## 1. Overview
Allow a shopper to redeem several vouchers on one basket. The total must never fall below zero.

## 3. Goals & Non-Goals
### Goals
- Let shoppers redeem more than one voucher on a basket.
- Show each redeemed voucher with what it saved.

### Non-Goals
- Do not change how vouchers are issued.

## 4. Users & Use Cases
- Shoppers: redeem vouchers before they pay.

## 6. Functional Requirements
| ID | Description | Priority |
|---|---|---|
| FR-001 | `Shop.Baskets.redeem_voucher/2` accepts a further voucher while the basket is open. | P0 |
| FR-002 | The basket page at `/basket` lists every redeemed voucher and its saving. | P0 |
| FR-003 | A refused voucher is recorded through `Shop.Refusals`. | P1 |

## 7. Acceptance Criteria
- AC-001 (FR-001) — Given an open basket, when a second voucher is redeemed, then both count.
- AC-002 (FR-002) — Given two vouchers, when the page is shown, then both are listed.

## 9. Data, Interfaces & Dependencies
- Adds a `redemptions` table that stores one record for each redeemed voucher.

## 14. Open Questions & Assumptions
### Open Questions
- Should a voucher be removable again, or should it stay until the basket is emptied?
- Do we need a limit on the number of vouchers?

### Assumptions
- A voucher belongs to one basket at a time.
"""


def write_files(root: Path, files: dict[str, str]) -> Path:
    """Lay files out under a folder."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root
