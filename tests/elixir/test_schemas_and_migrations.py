from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.database import Field, Index, Migration
from torusnb.models.modules import Schema


def schema_of(body: str) -> Schema:
    schema = (
        parse_file("lib/a.ex", f"defmodule Shop.A do\nuse Ecto.Schema\nalias Shop.Item\n{body}\nend\n".encode())
        .modules[0]
        .schema
    )
    assert schema is not None
    return schema


def migration_of(body: str, path: str = "priv/repo/migrations/20240102030405_add.exs") -> Migration:
    migration = parse_file(path, f"defmodule M do\nuse Ecto.Migration\n{body}\nend\n".encode()).migration
    assert migration is not None
    return migration


def test_fields_with_types_as_written() -> None:
    schema = schema_of("""schema "carts" do
  field :name
  field(:tags, {:array, :string}, default: [])
  field :state, Ecto.Enum, values: [:open, :paid]
  timestamps(type: :utc_datetime, updated_at: false)
end""")
    assert schema.table == "carts"
    assert schema.fields == (
        Field("name", ":string", 5),
        Field("tags", "{:array, :string}", 6, default="[]"),
        Field("state", "Ecto.Enum, values: [:open, :paid]", 7),
        Field("inserted_at", ":utc_datetime", 8),
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("belongs_to :item, Item", ("belongs_to", "item", "Shop.Item", "")),
        ("has_one :price, Item.Price", ("has_one", "price", "Shop.Item.Price", "")),
        ("has_many :items, Shop.Item, foreign_key: :a_id", ("has_many", "items", "Shop.Item", "")),
        ("has_many :prices, through: [:items, :price]", ("has_many", "prices", "", "[:items, :price]")),
        (
            'many_to_many :items, Item, join_through: "carts_items"',
            ("many_to_many", "items", "Shop.Item", "carts_items"),
        ),
        ("many_to_many :items, Item, join_through: Shop.Link", ("many_to_many", "items", "Shop.Item", "Shop.Link")),
        ("embeds_one :address, Shop.Address", ("embeds_one", "address", "Shop.Address", "")),
        ("embeds_many :lines, __MODULE__.Line", ("embeds_many", "lines", "Shop.A.Line", "")),
    ],
)
def test_associations(written: str, expected: tuple[str, str, str, str]) -> None:
    kind, name, module, through = expected
    (found,) = schema_of(f'schema "a" do\n{written}\nend').associations
    assert (found.kind, found.name, found.module, found.through, found.line) == (kind, name, module, through, 5)


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("belongs_to :item, Item", "item_id"),
        ("belongs_to :item, Item, foreign_key: :thing_id", "thing_id"),
        ("belongs_to :item, Item, source: :thing", "thing"),
        ("embeds_one :address, Shop.Address", "address"),
        ("embeds_many :lines, Item, source: :rows", "rows"),
        ("has_many :items, Item", ""),
    ],
)
def test_the_column_that_an_association_keeps(written: str, column: str) -> None:
    (found,) = schema_of(f'schema "a" do\n{written}\nend').associations
    assert found.column == column


def test_virtual_fields_and_columns_of_another_name() -> None:
    name, total = schema_of(
        'schema "a" do\nfield :name, :string, source: :title\nfield :total, :integer, virtual: true\nend'
    ).fields
    assert (name.source, name.virtual) == ("title", False)
    assert (total.source, total.virtual) == ("", True)


def test_a_primary_key_of_ones_own_is_a_field() -> None:
    schema = schema_of('@primary_key {:code, :string, autogenerate: false}\nschema "a" do\nfield :name\nend')
    assert [(f.name, f.type, f.null) for f in schema.fields] == [("code", ":string", False), ("name", ":string", True)]


def test_an_embedded_schema_has_no_table() -> None:
    assert schema_of("@primary_key false\nembedded_schema do\nfield :a, :map\nend").table == ""


def test_an_embed_written_in_place_is_a_module_of_its_own() -> None:
    text = """defmodule Shop.A do
  use Ecto.Schema
  schema "a" do
    embeds_one :address, Address do
      field :street, :string
    end
    field :name, :string
  end
end
"""
    outer, inner = parse_file("lib/a.ex", text.encode()).modules
    assert (inner.name, inner.kinds) == ("Shop.A.Address", ("embedded_schema",))
    assert inner.schema is not None
    assert [f.name for f in inner.schema.fields] == ["street"]
    assert outer.schema is not None
    assert [f.name for f in outer.schema.fields] == ["name"]


def test_a_migration_with_columns_and_indexes() -> None:
    migration = migration_of("""@disable_ddl_transaction true
def change do
  create table(:carts) do
    add :name, :string, null: false
    add :item_id, references(:items, on_delete: :nothing)
    timestamps()
  end
  alter table("items") do
    modify :price, :decimal
    remove :old
  end
  drop table(:junk)
  create unique_index(:carts, [:name, :item_id], concurrently: true)
  create index(:carts, ["lower(name)"])
end""")
    assert (migration.version, migration.name) == ("20240102030405", "M")
    assert (migration.creates, migration.alters, migration.drops) == (("carts",), ("items",), ("junk",))
    assert migration.columns == (
        Field("name", ":string", 6, "carts", null=False),
        Field("item_id", "references(:items, on_delete: :nothing)", 7, "carts", references="items"),
        Field("inserted_at", ":naive_datetime", 8, "carts", null=False),
        Field("updated_at", ":naive_datetime", 8, "carts", null=False),
        Field("price", ":decimal", 11, "items"),
    )
    assert [f.name for f in migration.removes] == ["old"]
    assert migration.indexes == (
        Index("carts", ("name", "item_id"), 15, unique=True),
        Index("carts", ("lower(name)",), 16),
    )
    assert migration.concurrent


def test_what_down_undoes_is_left_out() -> None:
    migration = migration_of("def up do\ncreate table(:a)\nend\ndef down do\ndrop table(:a)\nend")
    assert (migration.creates, migration.drops, migration.concurrent) == (("a",), (), False)


def test_tables_in_raw_statements_are_seen() -> None:
    migration = migration_of(
        'def up do\nexecute("ALTER TABLE carts ADD COLUMN x int")\n'
        'execute "CREATE TABLE IF NOT EXISTS logs (id int)"\nend'
    )
    assert (migration.alters, migration.creates) == (("carts",), ("logs",))


def test_a_file_without_a_migration_has_none() -> None:
    assert parse_file("lib/a.ex", b"defmodule A do\n  def create(table), do: table\nend\n").migration is None


def steps_of(body: str) -> list[tuple[str, str, str]]:
    return [(step.kind, step.table, step.name) for step in migration_of(body).steps]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('create constraint(:carts, :total_check, check: "total > 0")', ("create_constraint", "carts", "total_check")),
        ('create constraint(:carts, "no_overlap", exclude: "gist (a)")', ("create_constraint", "carts", "no_overlap")),
        ("drop constraint(:carts, :total_check)", ("drop_constraint", "carts", "total_check")),
        ("drop_if_exists constraint(:carts, :total_check)", ("drop_constraint", "carts", "total_check")),
        ("create_if_not_exists table(:carts)", ("create_table", "carts", "")),
        ("rename table(:carts), to: table(:baskets)", ("rename_table", "carts", "")),
        ("rename table(:carts), :sum, to: :total", ("rename_column", "carts", "sum")),
        ("rename index(:carts, [:sum], name: :old), to: :new", ("rename_index", "carts", "old")),
        ("drop index(:carts, [:sum])", ("drop_index", "carts", "")),
        ("drop_if_exists unique_index(:carts, [:sum], name: :one)", ("drop_index", "carts", "one")),
        ("create(unique_index(:carts, [:sum]))", ("create_index", "carts", "")),
        ("index(:carts, [:sum]) |> create()", ("create_index", "carts", "")),
    ],
)
def test_every_step(written: str, expected: tuple[str, str, str]) -> None:
    assert steps_of(f"def change do\n{written}\nend") == [expected]


def test_a_check_or_a_condition_of_joined_texts_is_told_whole() -> None:
    parts = " <>\n  ".join(
        f"\"(kind = '{kind}' AND selection_id IS NOT NULL AND resource_id IS NULL) OR \"" for kind in "abc"
    )
    index = 'create index(:carts, [:sum], where: "sum > 0 " <> "AND open")'
    body = f"create constraint(:carts, :shape, check: {parts})\n{index}"
    check, made = migration_of(f"def change do\n{body}\nend").steps
    assert check.constraint is not None
    assert check.constraint.text.count("resource_id IS NULL") == 3
    assert "<>" not in check.constraint.text
    assert made.index is not None
    assert made.index.where == "sum > 0 AND open"


def test_what_a_column_says() -> None:
    migration = migration_of("""def change do
  alter table(:carts) do
    add_if_not_exists :state, :string, null: false, default: "open"
    modify :item_id, references(:items, on_delete: :delete_all), from: references(:items)
    modify :total, :decimal, null: false
    remove :old, :string
  end
end""")
    state, item, total, old = migration.steps[1:]
    assert state.column == Field("state", ":string", 5, "carts", null=False, default='"open"')
    assert (state.if_needed, item.if_needed) == (True, False)
    assert item.column is not None
    assert (item.column.references, item.sets) == ("items", ("type", "references"))
    assert total.sets == ("null", "type")
    assert (old.kind, old.name) == ("remove", "old")


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ("", Field("id", ":bigserial", 4, "carts", null=False)),
        (", primary_key: false", None),
        (", primary_key: [name: :code, type: :uuid]", Field("code", ":uuid", 4, "carts", null=False)),
    ],
)
def test_the_primary_key_of_a_new_table(options: str, column: Field | None) -> None:
    assert migration_of(f"def change do\ncreate table(:carts{options})\nend").steps[0].column == column


def test_an_index_with_a_name_and_a_condition() -> None:
    migration = migration_of(
        'def change do\ncreate index(:carts, [:a, "lower(b)"], unique: true, name: :one, where: "a > 0")\nend'
    )
    assert migration.indexes == (Index("carts", ("a", "lower(b)"), 4, True, "one", "a > 0"),)


@pytest.mark.parametrize(
    "body",
    [
        "def change do\nadd_total()\nend\ndefp add_total do\nalter table(:carts) do\nadd :total, :integer\nend\nend",
        "def change, do: add_to(:carts, :total)\ndefp add_to(t, c) do\nalter table(t) do\nadd c, :integer\nend\nend",
        "@table :carts\ndef change do\nalter table(@table) do\nadd :total, :integer\nend\nend",
        "def change do\nname = :carts\nalter table(name) do\nadd :total, :integer\nend\nend",
        "def change do\nfor t <- [:carts] do\nalter table(t) do\nadd :total, :integer\nend\nend\nend",
        "def change do\nEnum.each([:carts], fn t ->\nalter table(t) do\nadd :total, :integer\nend\nend)\nend",
        "def change do\nalter table(:carts) do\nfor c <- ~w(total)a, do: add(c, :integer)\nend\nend",
        "def up, do: run(:up)\ndef down, do: run(:down)\n"
        "defp run(:up) do\nalter table(:carts) do\nadd :total, :integer\nend\nend\n"
        "defp run(:down) do\nalter table(:carts) do\nremove :total\nend\nend",
        "def up do\nexecute &add_it/0\nend\ndef add_it do\nalter table(:carts) do\nadd :total, :integer\nend\nend",
        "def change do\nif direction() == :up do\nalter table(:carts) do\nadd :total, :integer\nend\n"
        "else\ndrop table(:carts)\nend\nend",
        "def change do\nif direction() == :down do\ndrop table(:carts)\nend\n"
        "alter table(:carts) do\nadd :total, :integer\nend\nend",
    ],
)
def test_a_step_is_found_wherever_it_is_written(body: str) -> None:
    assert steps_of(body) == [("alter_table", "carts", ""), ("add", "carts", "total")]


def test_a_function_that_only_down_calls_is_left_out() -> None:
    assert steps_of("def up, do: :ok\ndef down, do: undo()\ndefp undo do\ndrop table(:carts)\nend") == []


def test_functions_that_call_each_other_do_not_hold_the_reader() -> None:
    assert steps_of("def up, do: a()\ndefp a, do: b()\ndefp b, do: a()") == []


def test_blanks_in_the_function_of_a_loop_are_passed_over_once() -> None:
    blanks = " " * 1_500
    body = f"def change do\nEnum.each([:a], fn{blanks}x{blanks}, y -> create table(x) end)\nend"
    assert migration_of(body).creates == ("x",)


def test_functions_that_call_each_other_many_times_come_to_an_end() -> None:
    functions = []
    for number in range(7):
        calls = f"step{number + 1}()\n" * 30
        functions.append(f"defp step{number} do\n{calls}create table(:t{number})\nend\n")
    migration = migration_of(f"def change do\nstep0()\nend\n{''.join(functions)}")
    assert "t5" in migration.creates


def test_the_name_of_a_foreign_key_is_kept() -> None:
    migration = migration_of("def change do\nalter table(:a) do\nadd :b_id, references(:b, name: :own)\nend\nend")
    assert [(column.references, column.foreign_key) for column in migration.columns] == [("b", "own")]
