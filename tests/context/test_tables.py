"""The tables that migrations leave: every change in turn, and what falls with it."""

from __future__ import annotations

from torusnb.context.map.tables import fold_tables
from torusnb.elixir.outline import parse_file
from torusnb.models.base import Place
from torusnb.models.codebase import Migration, Table


def migrations(*bodies: str) -> list[Migration]:
    found = []
    for number, body in enumerate(bodies, start=1):
        text = f"defmodule M{number} do\nuse Ecto.Migration\ndef change do\n{body}\nend\nend\n"
        outline = parse_file(f"priv/repo/migrations/2024010100000{number}_m.exs", text.encode())
        assert outline.migration is not None
        found.append(outline.migration)
    return found


def folded(*bodies: str) -> dict[str, Table]:
    return fold_tables(migrations(*bodies))


CARTS = """create table(:carts) do
add :name, :string
add :item_id, references(:items)
timestamps()
end
create unique_index(:carts, [:name, :item_id])
create constraint(:carts, :name_check, check: "length(name) > 2")"""


def columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def test_a_new_table_has_its_key_columns_indexes_and_constraints() -> None:
    table = folded(CARTS)["carts"]
    assert columns(table) == ["id", "name", "item_id", "inserted_at", "updated_at"]
    assert [(index.name, index.unique) for index in table.indexes] == [("carts_name_item_id_index", True)]
    assert [constraint.name for constraint in table.constraints] == ["name_check"]
    assert table.created == Place("priv/repo/migrations/20240101000001_m.exs", 4)


def test_added_modified_and_removed_columns() -> None:
    change = "alter table(:carts) do\nadd :total, :integer, default: 0\n"
    change += "modify :name, :text, null: false\nremove :item_id\nend"
    table = folded(CARTS, change)["carts"]
    assert columns(table) == ["id", "name", "inserted_at", "updated_at", "total"]
    name = table.columns[1]
    assert (name.type, name.null) == (":text", False)
    assert table.origins["name"] == Place("priv/repo/migrations/20240101000002_m.exs", 6)
    assert table.migrations == tuple(f"priv/repo/migrations/2024010100000{n}_m.exs" for n in (1, 2))


def test_what_a_change_does_not_speak_of_stays() -> None:
    change = "alter table(:carts) do\nmodify :item_id, :bigint\nmodify :inserted_at, :utc_datetime\nend"
    table = folded(CARTS, change)["carts"]
    found = {column.name: column for column in table.columns}
    assert (found["item_id"].type, found["item_id"].references) == (":bigint", "items")
    assert (found["inserted_at"].type, found["inserted_at"].null) == (":utc_datetime", False)


def test_indexes_and_constraints_fall_with_their_column() -> None:
    table = folded(CARTS, "alter table(:carts) do\nremove :name\nend")["carts"]
    assert (table.indexes, table.constraints) == ((), ())
    assert "carts_name_item_id_index" not in table.origins


def test_a_renamed_column_is_renamed_in_its_indexes() -> None:
    table = folded(CARTS, "rename table(:carts), :name, to: :title")["carts"]
    assert columns(table)[1] == "title"
    assert table.indexes[0].columns == ("title", "item_id")


def test_a_renamed_table_is_pointed_to_by_its_new_name() -> None:
    lines = "create table(:lines) do\nadd :cart_id, references(:carts)\nend"
    tables = folded(CARTS, lines, "rename table(:carts), to: table(:baskets)")
    assert sorted(tables) == ["baskets", "lines"]
    assert {column.table for column in tables["baskets"].columns} == {"baskets"}
    assert tables["lines"].columns[1].references == "baskets"


def test_a_dropped_table_is_gone_and_may_come_back() -> None:
    assert folded(CARTS, "drop table(:carts)") == {}
    again = folded(CARTS, "drop table(:carts)", "create table(:carts) do\nadd :code, :string\nend")["carts"]
    assert columns(again) == ["id", "code"]


def test_indexes_are_dropped_by_columns_or_by_name() -> None:
    assert folded(CARTS, "drop index(:carts, [:name, :item_id])")["carts"].indexes == ()
    assert folded(CARTS, 'execute "DROP INDEX carts_name_item_id_index"')["carts"].indexes == ()
    named = "create index(:carts, [:name], name: :by_name)"
    assert folded(CARTS, named, "drop index(:carts, [:name], name: :by_name)")["carts"].indexes[0].name != "by_name"


def test_an_index_is_renamed() -> None:
    table = folded(CARTS, 'execute "ALTER INDEX carts_name_item_id_index RENAME TO one"')["carts"]
    assert [index.name for index in table.indexes] == ["one"]


def test_dropping_a_foreign_key_leaves_the_column() -> None:
    table = folded(CARTS, "drop constraint(:carts, :carts_item_id_fkey)")["carts"]
    assert [column.references for column in table.columns if column.name == "item_id"] == [""]


def test_a_check_is_dropped_by_its_name() -> None:
    assert folded(CARTS, "drop constraint(:carts, :name_check)")["carts"].constraints == ()


def test_what_is_there_already_is_not_made_again() -> None:
    change = "create_if_not_exists table(:carts) do\nadd :other, :string\nend"
    table = folded(
        CARTS, "create_if_not_exists table(:carts)", "alter table(:carts) do\nadd_if_not_exists :name, :text\nend"
    )["carts"]
    assert [column.type for column in table.columns if column.name == "name"] == [":string"]
    assert "other" in columns(folded(CARTS, change)["carts"])


def test_a_table_that_a_library_creates_is_known_by_what_is_added_to_it() -> None:
    table = folded("alter table(:library_jobs) do\nadd :note, :string\nend")["library_jobs"]
    assert columns(table) == ["note"]


def test_changes_of_what_no_migration_made_do_nothing() -> None:
    assert folded("drop index(:a, [:b])", "drop table(:a)", "create index(:a_view, [:b])") == {}


def test_tables_come_in_the_order_of_their_names() -> None:
    assert list(folded("create table(:b)", "create table(:a)")) == ["a", "b"]
