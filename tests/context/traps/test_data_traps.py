"""The data family: what each detector tells, and what it leaves alone."""

from __future__ import annotations

import pytest

from tests.context.traps.small_scene import ROUTER, module, traps_of, waypoint_of

BROADCAST = 'Phoenix.PubSub.broadcast(Shop.PubSub, "baskets", :paid)'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (f"def pay(b), do: Repo.transaction(fn -> {BROADCAST} end)", "broadcasts"),
        (
            f"def pay(b), do: Repo.transaction(fn -> tell(b) end)\ndefp tell(b), do: {BROADCAST}",
            "`Shop.Baskets.tell/1`",
        ),
        ("def pay(b), do: Repo.transaction(fn -> HTTPoison.get(b) end)", "calls another server"),
        ("def pay(b), do: Repo.transaction(fn -> Shop.Mailer.deliver(b) end)", "sends mail"),
        ("def pay(b), do: Repo.transaction(fn -> Task.start(fn -> b end) end)", "starts a process"),
        ("def pay(b), do: Repo.transaction(fn -> Cachex.put(:prices, b, 1) end)", "writes a cache"),
        (f"def pay(m), do: Ecto.Multi.run(m, :tell, fn _, _ -> {BROADCAST} end)", "`Ecto.Multi.run`"),
    ],
)
def test_what_a_rollback_cannot_take_back_is_told(body: str, told: str) -> None:
    (trap,) = traps_of(module(body), rules=("effect-in-transaction",))
    assert told in trap.what
    assert trap.symbol == "pay/1"
    assert trap.evidence[0].startswith("code:lib/shop/baskets.ex:")


@pytest.mark.parametrize(
    "body",
    [
        f"def pay(b) do\n  Repo.transaction(fn -> Repo.insert(b) end)\n  {BROADCAST}\nend",
        "def pay(b), do: Repo.transaction(fn -> Oban.insert(b) end)",
        "def pay(b), do: Repo.transaction(fn -> Repo.insert(b) end)",
    ],
)
def test_what_stands_outside_or_belongs_inside_is_left_alone(body: str) -> None:
    assert traps_of(module(body), rules=("effect-in-transaction", "nested-transaction")) == ()


SETTLING = "Clerks settle and pay and refund a basket."
INNER = "def settle(b), do: Repo.transaction(fn -> Repo.update(b) end)"


@pytest.mark.parametrize(
    ("use", "count"),
    [
        ("settle(b)\n    :ok", 1),
        ("Enum.each(b, fn x -> settle(x) end)", 1),
        ("settle(b)", 0),
        ("{:ok, _} = settle(b)\n    :ok", 0),
    ],
)
def test_a_transaction_within_another_is_told_when_its_result_is_dropped(use: str, count: int) -> None:
    body = f"{INNER}\ndef pay(b) do\n  Repo.transaction(fn ->\n    {use}\n  end)\nend"
    assert len(traps_of(module(body), SETTLING, rules=("nested-transaction",))) == count
    assert traps_of(module(body), "Rain falls.", rules=("nested-transaction",)) == ()


def test_callers_of_the_same_function_are_told_in_one_trap() -> None:
    calls = "def {} (b) do\n  Repo.transaction(fn ->\n    settle(b)\n    :ok\n  end)\nend"
    body = "\n".join([INNER, calls.format("pay").replace(" (", "("), calls.format("refund").replace(" (", "(")])
    (trap,) = traps_of(module(body), SETTLING, rules=("nested-transaction",))
    assert trap.what.startswith("`Shop.Baskets.pay/1` calls `Shop.Baskets.settle/1`")
    assert trap.what.endswith("and drops its result; so does `Shop.Baskets.refund/1`.")
    assert {"code:lib/shop/baskets.ex:6", "code:lib/shop/baskets.ex:12"} <= set(trap.evidence)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("def get_basket(id), do: Repo.insert(%{id: id})", 1),
        ("def open?(id), do: Repo.update(id)", 1),
        ("def get_offset(id), do: Repo.update(id)", 1),
        ("def get_basket_and_mark(id), do: Repo.update(id)", 0),
        ("def list_open(id), do: touch(id)\ndefp touch(id), do: Repo.update(id)", 1),
        ("def get_or_create_basket(id), do: Repo.insert(%{id: id})", 0),
        ("def get_basket(id), do: Repo.get(Basket, id)", 0),
        ("defp get_basket(id), do: Repo.insert(%{id: id})", 0),
        ("def add_basket(id), do: Repo.insert(%{id: id})", 0),
    ],
)
def test_a_write_behind_a_reading_name_is_told(body: str, count: int) -> None:
    assert len(traps_of(module(body), rules=("hidden-write",))) == count


PROCESS = """use GenServer
def find_price(id) do
  case :ets.lookup(:prices, id) do
    [{_, :old}] -> forget(id)
    found -> found
  end
end
def forget(id), do: GenServer.call(__MODULE__, {:forget, id})
def list_prices, do: GenServer.call(__MODULE__, :all)
def handle_call({:forget, id}, _from, state) do
  :ets.delete(:prices, id)
  {:reply, nil, state}
end
def handle_call(:all, _from, state), do: {:reply, :ets.tab2list(:prices), state}"""


def test_a_read_is_followed_to_what_its_own_process_does_with_that_message() -> None:
    (trap,) = traps_of(module(PROCESS), rules=("hidden-write",))
    assert trap.symbol == "find_price/1"
    assert "takes an entry out (`:ets.delete`)" in trap.what
    assert trap.what.endswith("`Shop.Baskets.handle_call/3`, so it waits for one process.")
    assert trap.evidence[1] == "code:lib/shop/baskets.ex:13"


def test_the_way_to_a_hidden_write_is_shown_with_its_line() -> None:
    files = module("def get_basket(id), do: Shop.Till.note(id)") | module(
        "def note(id), do: Repo.insert(id)", "Shop.Till"
    )
    trap = traps_of(files, rules=("hidden-write",))[0]
    assert "through `Shop.Till.note/1`" in trap.what
    assert trap.evidence == ("code:lib/shop/baskets.ex:3", "code:lib/shop/till.ex:3")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("def totals(xs), do: Enum.map(xs, fn x -> Repo.get(Basket, x) end)", 1),
        ("def totals(xs), do: for(x <- xs, do: price(x))\ndefp price(x), do: Repo.one(x)", 1),
        ("def totals(xs), do: Enum.map(Repo.all(xs), fn x -> x.id end)", 0),
        ("def totals(xs), do: xs |> Enum.chunk_every(9) |> Enum.map(fn x -> Repo.all(x) end)", 0),
        ("def totals, do: Enum.map([1, 2], fn x -> Repo.get(Basket, x) end)", 0),
        ("def totals(xs), do: Enum.each(xs, fn x -> Repo.update(x) end)", 0),
    ],
)
def test_a_query_for_each_member_is_told(body: str, count: int) -> None:
    files = {"lib/shop_web/router.ex": ROUTER, **module(body)}
    assert len(traps_of(files, rules=("query-in-loop",))) == count


def test_queries_of_code_that_only_tasks_use_are_left_alone() -> None:
    body = "def totals(xs), do: Enum.map(xs, fn x -> Repo.get(Basket, x) end)"
    assert traps_of(module(body), rules=("query-in-loop",)) == ()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("def find(x), do: if(x, do: {:ok, x}, else: [])", ("{:ok, _}", "list")),
        ("def find(1), do: {:ok, 1}\ndef find(_), do: nil", ("{:ok, _}", "nil")),
        ("def find(1), do: {:error, :a}\ndef find(x), do: {:error, :b, x}", ("{:error, _}", "{:error, _, _}")),
        ("def find(1), do: {:ok, 1}\ndef find(x), do: Repo.all(x)", ("{:ok, _}", "list")),
        ("def find(1), do: [1]\ndef find(_), do: nil", ("list", "nil")),
    ],
)
def test_branches_of_different_kinds_are_told(body: str, told: tuple[str, str]) -> None:
    (trap,) = traps_of(module(body), rules=("mixed-returns",))
    assert all(f"`{shape}`" in trap.what for shape in told)


@pytest.mark.parametrize(
    "body",
    [
        "def find(1), do: {:ok, 1}\ndef find(_), do: {:error, :gone}",
        "def find(x), do: Repo.get(Basket, x)",
        "def find(x), do: unknown(x)",
        "defp find(1), do: {:ok, 1}\ndefp find(_), do: nil",
        "def handle_info(1, s), do: {:ok, s}\ndef handle_info(_, _), do: nil",
    ],
)
def test_a_plain_contract_is_left_alone(body: str) -> None:
    assert traps_of(module(body), rules=("mixed-returns",)) == ()


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("Repo.get!(Basket, id)", 1),
        ("Jason.decode!(id)", 1),
        ("fetch!(id)", 1),
        ("Repo.get!(Basket, 1)", 0),
        ("Application.fetch_env!(:shop, :id)", 0),
        ("Repo.get(Basket, id)", 0),
    ],
)
def test_raising_beside_error_tuples_is_told(call: str, count: int) -> None:
    body = f"def pay(nil), do: {{:error, :gone}}\ndef pay(id) do\n  basket = {call}\n  {{:ok, basket}}\nend"
    assert len(traps_of(module(body), rules=("raise-beside-error",))) == count


SCHEMA = """  use Ecto.Schema
  @kinds [:gift_card, :bank_transfer]
  schema "payments" do
    field :payment_kind, Ecto.Enum, values: @kinds
    belongs_to :basket, Shop.Basket
  end
"""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (SCHEMA, "`Ecto.Enum`"),
        (
            "def changeset(c), do: validate_inclusion(c, :payment_kind, ~w(gift_card bank_transfer))",
            "`validate_inclusion`",
        ),
        ("def payment_fee(kind) when kind in [:gift_card, :bank_transfer], do: 1", "guard"),
        (
            "def payment_fee(:gift_card), do: 1\ndef payment_fee(:bank_transfer), do: 2\ndef payment_fee(:cash), do: 3",
            "no clause",
        ),
        (
            'def payment_fee(x) do\n case x do\n "gift_card" -> 1\n "bank_transfer" -> 2\n "cash" -> 3\n end\nend',
            "`case`",
        ),
    ],
)
def test_a_list_that_the_request_adds_to_is_told(body: str, kind: str) -> None:
    files = module(body, "Shop.Payment")
    (trap,) = traps_of(
        files,
        "Besides gift card and bank transfer a new payment with its fee, voucher, is added.",
        rules=("closed-list",),
    )
    assert kind in trap.what
    assert "`gift_card`, `bank_transfer`" in trap.what
    assert trap.requirements == ("FR-001",)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (SCHEMA, "The basket page shows its total."),
        (SCHEMA, "A new page shows payments by `gift_card` and `bank_transfer`."),
        (SCHEMA, "A new refund reuses the payment kind `gift_card`."),
        (SCHEMA, "No new payment kind is added beside gift card and bank transfer."),
        (SCHEMA, "The `basket_id` is kept for `gift_card`, then a new basket begins."),
        (
            "def fee(:gift_card), do: 1\ndef fee(:bank_transfer), do: 2\ndef fee(_), do: 3",
            "A new gift card or bank transfer.",
        ),
        ("def fee(:ok), do: 1\ndef fee(:error), do: 2\ndef fee(:halt), do: 3", "A new ok or error or halt."),
    ],
)
def test_lists_that_are_open_or_not_spoken_of_are_left_alone(body: str, sentence: str) -> None:
    assert traps_of(module(body, "Shop.Payment"), sentence, rules=("closed-list",)) == ()


def test_a_value_written_beside_members_is_what_the_request_wants() -> None:
    (trap,) = traps_of(
        module(SCHEMA, "Shop.Payment"),
        "The clerk takes `gift_card`, `bank_transfer` or `voucher`.",
        rules=("closed-list",),
    )
    assert trap.stake.startswith("The request writes `voucher` beside values of this list")
    assert trap.severity == "high"


def test_lists_of_the_same_values_are_one_report() -> None:
    heads = "def label(:gift_card), do: 1\ndef label(:bank_transfer), do: 2\ndef label(:cash), do: 3"
    files = module(SCHEMA, "Shop.Payment") | module(heads, "Shop.Labels")
    (trap,) = traps_of(files, "Gift card and bank transfer get a new payment kind beside them.", rules=("closed-list",))
    assert "`label/1` in `Shop.Labels` lists them too" in trap.what
    assert trap.evidence == ("code:lib/shop/payment.ex:6", "code:lib/shop/labels.ex:3")


MIGRATION = """defmodule Shop.Repo.Migrations.CreatePayments do
  use Ecto.Migration

  def change do
    create table(:payments) do
      add :basket_id, references(:baskets)
      add :currency_type_id, references(:currency_types)
    end
{index}
  end
end
"""
SAYS = ("A payment belongs to a basket.", "The basket lists its payments.")


@pytest.mark.parametrize(
    ("index", "count"),
    [
        ("", 1),
        ("    create index(:payments, [:basket_id])", 0),
        ("    create unique_index(:payments, [:basket_id, :currency_type_id])", 0),
        ('    execute "CREATE INDEX payments_basket ON payments (basket_id)"', 0),
    ],
)
def test_a_foreign_key_without_an_index_is_told(index: str, count: int) -> None:
    path = "priv/repo/migrations/20240101000000_create_payments.exs"
    query = "  alias Shop.Payment\ndef paid(id), do: from(p in Payment, where: p.basket_id == ^id)"
    files = module(SCHEMA, "Shop.Payment") | module(query, "Shop.Tills") | {path: MIGRATION.replace("{index}", index)}
    found = traps_of(files, *SAYS, rules=("unindexed-key",))
    assert len(found) == count
    assert traps_of({p: t for p, t in files.items() if "till" not in p}, *SAYS, rules=("unindexed-key",)) == ()
    if found:
        assert found[0].evidence == ("code:lib/shop/payment.ex:7", "code:lib/shop/tills.ex:4", f"code:{path}:6")


READS = """  alias Shop.Payment
  def load(id), do: Repo.get(Payment, id)
  def total(id) do
    payment = {call}
    payment.basket.total
  end
"""


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("Repo.get!(Payment, id)", 1),
        ("load(id)", 1),
        ("Repo.get(Payment, id) |> Repo.preload(:basket)", 0),
        ("other(id)", 0),
    ],
)
def test_an_association_read_without_a_preload_is_told(call: str, count: int) -> None:
    files = module(SCHEMA, "Shop.Payment") | module(READS.replace("{call}", call), "Shop.Tills")
    waypoints = (waypoint_of("lib/shop/tills.ex"),)
    assert len(traps_of(files, rules=("missing-preload",), waypoints=waypoints)) == count
    far = (waypoint_of("lib/shop/tills.ex", 13, named=False),)
    assert traps_of(files, "Rain falls.", rules=("missing-preload",), waypoints=far) == ()


REMARKED = """defmodule Shop.Baskets do
  @moduledoc \"\"\"
  Baskets of a shopper.

  {0}
  \"\"\"
  {1}
  def stack_vouchers(basket), do: basket
end
"""


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        ("### DO NOT USE THIS MODULE for new code.", "DO NOT USE THIS MODULE for new code"),
        (
            "Rows are kept. They are intentionally not locked, so readers never wait. More.",
            "They are intentionally not",
        ),
        (
            "This module is deprecated and replaced by Shop.Tills.",
            "This module is deprecated and replaced by Shop.Tills",
        ),
        ("Prices must never be rounded <b>here</b> [x](y) | `z`.", "Prices must never be rounded bhere/b x(y) z"),
        ("FIXME(ann): prices must never be rounded here. More.", "prices must never be rounded here"),
        ("Todo: prices are not cached here by design.", "prices are not cached here by design"),
        ("Baskets hold what a shopper chose.", ""),
        ("See https://shop.example: must never be used twice.", ""),
        ("Deprecated.", ""),
    ],
)
def test_what_a_modules_documentation_warns_of_is_quoted_in_plain_characters(remark: str, said: str) -> None:
    files = {"lib/shop/baskets.ex": REMARKED.format(remark, "")}
    found = traps_of(files, rules=("authors-warning",))
    assert [trap.symbol for trap in found] == [""] * bool(said)
    assert all(f'`Shop.Baskets` warns: "{said}' in trap.what for trap in found)
    assert all(trap.evidence == ("code:lib/shop/baskets.ex:5",) for trap in found)


@pytest.mark.parametrize(
    ("remark", "rank", "named", "count"),
    [
        ("It must never be written twice.", 1, True, 1),
        ("It must never be written twice.", 1, False, 0),
        ("This module is deprecated and replaced by Shop.Tills.", 8, False, 1),
        ("This module is deprecated and replaced by Shop.Tills.", 9, False, 0),
    ],
)
def test_a_modules_remark_is_told_where_the_pack_names_it_or_where_it_is_deprecated(
    remark: str, rank: int, named: bool, count: int
) -> None:
    files = {"lib/shop/baskets.ex": REMARKED.format(remark, "")}
    waypoints = (waypoint_of("lib/shop/baskets.ex", rank, named=named),)
    assert len(traps_of(files, "Rain falls.", waypoints=waypoints, rules=("authors-warning",))) == count


@pytest.mark.parametrize(("request_", "count"), [("Vouchers stack.", 1), ("Rain falls.", 0)])
def test_a_functions_remark_is_told_where_the_request_speaks_of_it(request_: str, count: int) -> None:
    remark = "# NOTE: any voucher added here must also be added\n  # to the receipt."
    files = {"lib/shop/baskets.ex": REMARKED.format("Baskets.", remark)} | module("def open, do: :ok", "Shop.Tills")
    waypoints = (waypoint_of("lib/shop/baskets.ex", named=False),)
    found = traps_of(files, request_, waypoints=waypoints, rules=("authors-warning",))
    assert len(found) == count
    for trap in found:
        assert trap.symbol == "stack_vouchers/1"
        assert '"NOTE: any voucher added here must also be added to the receipt"' in trap.what


@pytest.mark.parametrize(("request_", "count"), [("The app must stack vouchers.", 1), ("Rain falls.", 0)])
def test_that_the_pack_names_a_file_does_not_make_a_remark_on_one_function_worth_telling(
    request_: str, count: int
) -> None:
    remark = "# Callers must never rely on the order of vouchers."
    files = {"lib/shop/baskets.ex": REMARKED.format("Baskets.", remark)} | module("def open, do: :ok", "Shop.Tills")
    waypoints = (waypoint_of("lib/shop/baskets.ex", 1, named=True),)
    assert len(traps_of(files, request_, waypoints=waypoints, rules=("authors-warning",))) == count


def test_what_several_functions_bear_word_for_word_is_one_remark() -> None:
    remark = "# This assumes that a basket holds one voucher."
    body = (
        f"{remark}\n  def stack_vouchers(basket), do: basket\n\n  {remark}\n  def redeem_vouchers(basket), do: basket"
    )
    files = module(body, "Shop.Baskets") | module("def open, do: :ok", "Shop.Tills")
    request_ = "The app must stack vouchers and redeem vouchers."
    (trap,) = traps_of(files, request_, rules=("authors-warning",))
    assert "so does `Shop.Baskets." in trap.what
    assert len(trap.evidence) == 2


def test_what_is_no_longer_running_is_no_warning() -> None:
    remark = "# Takes up batches whose job is no longer active."
    files = {"lib/shop/baskets.ex": REMARKED.format("Baskets.", remark)}
    assert traps_of(files, "`stack_vouchers/1` changes.", rules=("authors-warning",)) == ()


def test_a_long_remark_is_cut_between_words() -> None:
    files = {"lib/shop/baskets.ex": REMARKED.format("It must never " + "be written down " * 30 + "at all.", "")}
    (trap,) = traps_of(files, rules=("authors-warning",))
    assert trap.what.endswith(' …".')
    assert len(trap.what) < 280


@pytest.mark.parametrize(
    ("remark", "severity"),
    [
        ("Prices must never be rounded in this module.", "high"),
        ("NOTE: readers of a basket are deliberately slow.", "high"),
        ("This module is intentionally about baskets alone.", "medium"),
        ("It assumes that all shoppers come in by day.", "medium"),
    ],
)
def test_what_is_only_meant_to_be_so_weighs_less_than_a_warning(remark: str, severity: str) -> None:
    files = {"lib/shop/baskets.ex": REMARKED.format(remark, "")}
    assert [trap.severity for trap in traps_of(files, rules=("authors-warning",))] == [severity]
