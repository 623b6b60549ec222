"""Unique indexes that no changeset waits for, look-ups that refuse nil, and keys listed more than once."""

from __future__ import annotations

import msgspec
import pytest

from tests.context.traps.small_scene import ROUTER, map_of, module, pack_of, traps_of, waypoint_of
from torusnb.context.traps import find_traps
from torusnb.models.base import Place
from torusnb.models.knowledge import Trap
from torusnb.models.requirements import Mention

ASKED = "A clerk creates a voucher for each visitor of a till."
VOUCHER = """defmodule Shop.Voucher do
  use Ecto.Schema
  import Ecto.Changeset

  schema "vouchers" do
    field :state, :string
    field :guid, :string
    field :batch_id, :string
    belongs_to :till, Shop.Till
    belongs_to :visitor, Shop.Visitor
  end

  def changeset(row, attrs) do
    row
    |> cast(attrs, [:state, :till_id, :visitor_id])
    %s
  end
end
"""
MIGRATION = """defmodule Shop.Repo.Migrations.First do
  use Ecto.Migration

  def change do
    create table(:vouchers) do
      add :state, :string
      add :guid, :string
      add :till_id, references(:tills)
      add :visitor_id, references(:visitors)
    end

    create unique_index(:vouchers, %s)
  end
end
"""
OPEN = "def issue(attrs) do\n  %%Shop.Voucher{}\n  |> Shop.Voucher.changeset(attrs)\n  |> Repo.insert(%s)\nend"


def conflicts(index: str, constraint: str = "", body: str = OPEN % "") -> tuple[Trap, ...]:
    """What is told of an insert into a table with one unique index."""
    files = module(body) | {
        "lib/shop/voucher.ex": VOUCHER % constraint,
        "priv/repo/migrations/20240101000000_add_vouchers.exs": MIGRATION % index,
    }
    return traps_of(files, ASKED, rules=("unexpected-conflict",))


def test_an_insert_whose_changeset_does_not_wait_for_the_unique_index_is_told() -> None:
    (trap,) = conflicts("[:till_id, :visitor_id]")
    assert trap.symbol == "issue/1"
    assert "`vouchers_till_id_visitor_id_index` keeps `till_id`, `visitor_id` unique; no changeset waits" in trap.what
    assert "Ecto.ConstraintError" in trap.why
    assert trap.evidence == (
        "code:lib/shop/baskets.ex:6",
        "code:priv/repo/migrations/20240101000000_add_vouchers.exs:12",
        "code:lib/shop/voucher.ex:5",
    )


def test_a_changeset_of_another_module_that_waits_for_the_index_is_seen() -> None:
    waits = "  def changeset(row, _), do: row |> unique_constraint([:till_id, :visitor_id])\n"
    form = f"defmodule Shop.VoucherForm do\n{waits}end\n"
    body = OPEN.replace("Shop.Voucher.changeset", "Shop.VoucherForm.changeset") % ""
    files = module(body) | {
        "lib/shop/voucher.ex": VOUCHER % "",
        "lib/shop/voucher_form.ex": form,
        "priv/repo/migrations/20240101000000_add_vouchers.exs": MIGRATION % "[:till_id, :visitor_id]",
    }
    assert traps_of(files, ASKED, rules=("unexpected-conflict",)) == ()
    files["lib/shop/voucher_form.ex"] = form.replace("visitor_id", "batch_id")
    assert len(traps_of(files, ASKED, rules=("unexpected-conflict",))) == 1


def test_a_constraint_that_waits_for_another_name_is_told_with_its_line() -> None:
    (trap,) = conflicts("[:till_id, :visitor_id], name: :one_voucher", "|> unique_constraint([:till_id, :visitor_id])")
    assert trap.severity == "high"
    assert "waits for `vouchers_till_id_visitor_id_index`, not for it" in trap.what
    assert "code:lib/shop/voucher.ex:16" in trap.evidence


def test_a_partial_index_is_told_with_its_condition_and_a_look_first_with_its_race() -> None:
    body = "def issue(b) do\n  Repo.get_by(Shop.Voucher, b) || Repo.insert(%Shop.Voucher{till_id: b})\nend"
    (trap,) = conflicts("""[:till_id], where: "state = 'open'\"""", body=body)
    assert "unique where state = 'open'" in trap.what
    assert "two requests at once both pass" in trap.what


@pytest.mark.parametrize(
    "body",
    [
        OPEN % "",
        "def issue(a) do\n  row = Shop.Voucher.changeset(%Shop.Voucher{}, a)\n  Repo.insert(row)\nend",
        "def issue(m, a), do: Ecto.Multi.insert(m, :voucher, Shop.Voucher.changeset(%Shop.Voucher{}, a))",
        "alias Shop.Voucher\n  def issue(a), do: Repo.insert(%Voucher{till_id: a})",
    ],
)
def test_an_insert_is_known_in_all_its_forms(body: str) -> None:
    assert len(conflicts("[:till_id, :visitor_id]", body=body)) == 1


@pytest.mark.parametrize(
    ("index", "constraint", "body"),
    [
        ("[:till_id, :visitor_id]", "|> unique_constraint([:till_id, :visitor_id])", OPEN % ""),
        ("[:till_id], name: :one_voucher", "|> unique_constraint(:till_id, name: :one_voucher)", OPEN % ""),
        ("[:till_id], name: :one_voucher", '|> unique_constraint(:till_id, name: "one_voucher")', OPEN % ""),
        ("[:till_id], name: :one_voucher", "|> unique_constraint(:till_id, name: @name)", OPEN % ""),
        ("[:till_id], name: :x_one_voucher", "|> unique_constraint(:till_id, name: :one, match: :suffix)", OPEN % ""),
        ("[:till_id]", "", OPEN % "on_conflict: :nothing"),
        ("[:till_id]", "", (OPEN % "").replace("insert", "insert!")),
        ("[:till_id]", "", (OPEN % "").replace("  %Shop", "  Repo.delete_all(Shop.Voucher)\n  %Shop")),
        ("[:guid]", "", OPEN % ""),
        ("[:batch_id]", "", OPEN % ""),
        ("[:lower_name]", "", OPEN % ""),
        ('["lower(state)"]', "", OPEN % ""),
        ("[:till_id]", "", "def issue(row), do: Repo.insert(row)"),
        ("[:till_id]", "", "def issue(a) do\n  Repo.insert(%Shop.Voucher{})\nrescue\n  _ -> a\nend"),
    ],
)
def test_an_insert_that_expects_the_index_or_cannot_be_told_is_left_alone(
    index: str, constraint: str, body: str
) -> None:
    assert conflicts(index, constraint, body) == ()


def test_the_same_index_missed_by_several_inserts_is_one_trap() -> None:
    body = OPEN % "" + "\n" + (OPEN % "").replace("issue", "issue_again")
    (trap,) = conflicts("[:till_id, :visitor_id]", body=body)
    assert trap.what.endswith("so does `Shop.Baskets.issue_again/1`.")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("A clerk creates a voucher.", 1),
        ("Vouchers are stored for a year.", 1),
        ("Creation of a `Shop.Voucher` is idempotent.", 1),
        ("A clerk looks at a voucher.", 0),
        ("The page stores per-voucher notes.", 0),
        ("A clerk creates a list of what the shop has sold in a week, with a voucher beside it.", 0),
        ("Rain falls.", 0),
    ],
)
def test_an_insert_is_told_where_the_request_makes_such_rows(asked: str, count: int) -> None:
    files = module(OPEN % "") | {
        "lib/shop/voucher.ex": VOUCHER % "",
        "priv/repo/migrations/20240101000000_add_vouchers.exs": MIGRATION % "[:till_id]",
    }
    assert len(traps_of(files, asked, rules=("unexpected-conflict",))) == count


LOOK = "def find_basket(till), do: Repo.get_by(Shop.Basket, till_id: till)"
QUERY = """import Ecto.Query
  def find_basket(till) do
    from(b in Shop.Basket, where: b.till_id == ^till) |> Repo.one()
  end"""
CASE = """def open(params) do
  till = params["till"]
  case till do
    nil -> 1
    _ -> find_basket(till)
  end
end"""


def absent(body: str, looks: str = LOOK, router: str = ROUTER) -> tuple[Trap, ...]:
    """What is told of a function beside one that looks a basket up."""
    files = module(f"{looks}\n{body}") | {"lib/shop_web/router.ex": router}
    return traps_of(files, ASKED, rules=("absent-value",))


@pytest.mark.parametrize("looks", [LOOK, QUERY])
@pytest.mark.parametrize(
    "body",
    [
        'def open(params), do: find_basket(params["till"])',
        'def open(params), do: find_basket(Map.get(params, "till"))',
        'def open(params) do\n  till = params["till"]\n  find_basket(till)\nend',
        'def open(conn), do: find_basket(conn.params["till"])',
    ],
)
def test_a_value_that_a_map_may_lack_is_told_where_a_look_up_refuses_nil(body: str, looks: str) -> None:
    (trap,) = absent(body, looks)
    assert trap.symbol == "open/1"
    assert "`Shop.Baskets.find_basket/1` compares with `till`" in trap.what
    assert "Where `till` is absent the call raises" in trap.why


def test_several_values_of_one_look_up_are_one_trap() -> None:
    (trap,) = absent('def open(p), do: Repo.get_by!(Shop.Basket, till_id: p["till"], state: p["state"])')
    assert '`p["till"]` and `p["state"]`' in trap.what
    assert "`till` or `state`" in trap.why


@pytest.mark.parametrize(
    ("body", "looks"),
    [
        ('def open(%{"till" => _} = params), do: find_basket(params["till"])', LOOK),
        ('def open(params), do: params["till"] && find_basket(params["till"])', LOOK),
        ('def open(params) do\n  till = params["till"]\n  if till, do: find_basket(till)\nend', LOOK),
        (CASE, LOOK),
        ('def open(params), do: find_basket(params["till"] || "main")', LOOK),
        ('def open(params), do: find_basket(Map.get(params, "till", "main"))', LOOK),
        ('def open(params), do: find_basket(params["till"])', "def find_basket(nil), do: nil\n" + LOOK),
        ('def open(params), do: find_basket(params["till"])', LOOK.replace("(till),", "(till) when is_binary(till),")),
        ('def open(params), do: find_basket(params["till"])', "def find_basket(till), do: Repo.all(till)"),
        ("def open(params), do: find_basket(params.till)", LOOK),
    ],
)
def test_a_value_that_is_asked_about_or_may_be_nil_is_left_alone(body: str, looks: str) -> None:
    assert absent(body, looks) == ()


def test_a_key_that_a_route_tells_and_a_jobs_arguments_are_left_alone() -> None:
    body = 'def open(params), do: find_basket(params["till"])'
    assert absent(body, router=ROUTER.replace('"/",', '"/:till",')) == ()
    worker = 'use Oban.Worker\n  def perform(%{args: args}), do: find_basket(args["till"])'
    assert absent(worker) == ()


COPY = "def copy(b), do: Map.take(b, [:state, :till_id, :visitor_id, :note, :colour, :size, :code])"


MOVE = "def move(b), do: Map.take(b, [:state, :till_id, :visitor_id, :note, :colour, :size])"


def repeated(body: str, *named: str) -> tuple[Trap, ...]:
    """What is told of the lists of one module when the pack writes some names as code."""
    whole = module(body)
    mentions = tuple(Mention("identifier", name, Place("prd.md", 1)) for name in named)
    pack = msgspec.structs.replace(pack_of("Rain falls."), mentions=mentions)
    points = tuple(waypoint_of(path) for path in whole)
    return find_traps(pack, points, map_of(whole), lambda path: whole.get(path, ""), rules=("repeated-keys",))


def test_keys_listed_in_two_places_are_told_with_what_differs() -> None:
    (trap,) = repeated(f"{COPY}\n{MOVE}", "till_id", "visitor_id")
    assert "2 lists hold the same 6 keys" in trap.what
    assert "`Map.take` in `Baskets.copy/1` and `Map.take` in `Baskets.move/1`; `code` is not in all" in trap.what
    assert [key.rpartition(":")[2] for key in trap.evidence] == ["3", "4"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (f"{COPY}\n{MOVE}", ("till_id",)),
        (f"{COPY}\n{MOVE.replace('Map.take(b, ', 'allow(b, ')}", ("till_id", "visitor_id")),
        (f"{COPY}\n{MOVE.replace(':note, :colour', ':price, :tax')}", ("till_id", "visitor_id")),
        (f"{COPY}\n@states [:state, :till_id, :visitor_id, :note, :colour, :size]", ("till_id", "visitor_id")),
    ],
)
def test_keys_that_the_pack_does_not_write_or_that_only_look_alike_are_left_alone(
    body: str, named: tuple[str, ...]
) -> None:
    assert repeated(body, *named) == ()


def test_of_hundreds_of_alike_lists_only_so_many_are_held_against_each_other() -> None:
    others = "\n".join(
        f"def f{n}(b), do: Map.take(b, [{', '.join(f':k{n}_{key}' for key in range(6))}])" for n in range(300)
    )
    assert len(repeated(f"{COPY}\n{MOVE}\n{others}", "till_id", "visitor_id")) == 1
    assert repeated(f"{others}\n{COPY}\n{MOVE}", "till_id", "visitor_id") == ()


def test_of_hundreds_of_values_of_one_clause_only_the_first_are_followed() -> None:
    bound = "\n".join(f'  till{n} = params["till{n}"]' for n in range(100))
    body = "def open(params) do\n{bound}\n  find_basket({name})\nend"
    assert len(absent(body.format(bound=bound, name="till0"))) == 1
    assert absent(body.format(bound=bound, name="till99")) == ()
