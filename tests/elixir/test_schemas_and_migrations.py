from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.codebase import Association, Field, Index, Migration, Schema


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
        Field("tags", "{:array, :string}", 6),
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
    schema = schema_of(f'schema "a" do\n{written}\nend')
    assert schema.associations == (Association(kind, name, module, 5, through),)


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
        Field("name", ":string", 6, "carts"),
        Field("item_id", "references(:items, on_delete: :nothing)", 7, "carts"),
        Field("inserted_at", ":naive_datetime", 8, "carts"),
        Field("updated_at", ":naive_datetime", 8, "carts"),
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
