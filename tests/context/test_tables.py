"""The tables that migrations leave: every change in turn, and what falls with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import write_files
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.map.tables import fold_tables, tables_named
from torusnb.elixir.outline import parse_file
from torusnb.models.base import Place
from torusnb.models.database import Field, Migration, Table


def migrations(*bodies: str, folder: str = "priv/repo/migrations") -> list[Migration]:
    found = []
    for number, body in enumerate(bodies, start=1):
        text = f"defmodule M{number} do\nuse Ecto.Migration\ndef change do\n{body}\nend\nend\n"
        outline = parse_file(f"{folder}/2024010100000{number}_m.exs", text.encode())
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


def named(table: Table, name: str) -> Field:
    return next(column for column in table.columns if column.name == name)


def test_two_repos_may_have_a_table_of_one_name() -> None:
    main = migrations("create table(:carts) do\nadd :total, :integer\nend", "create table(:items)")
    other = migrations("create table(:carts) do\nadd :seen, :date\nend", folder="priv/ledger_repo/migrations/2024")
    tables = fold_tables([*main, *other])
    assert list(tables) == ["items", "priv/ledger_repo/migrations:carts", "priv/repo/migrations:carts"]
    assert columns(tables["priv/ledger_repo/migrations:carts"]) == ["id", "seen"]
    assert columns(tables["priv/repo/migrations:carts"]) == ["id", "total"]
    assert [table.folder for table in tables_named(tables, "carts")] == [
        "priv/ledger_repo/migrations",
        "priv/repo/migrations",
    ]


def test_umbrella_apps_keep_their_tables_apart_when_one_drops_its_own() -> None:
    shop = migrations("create table(:carts)", folder="apps/shop/priv/repo/migrations")
    desk = migrations("create table(:carts)", "drop table(:carts)", folder="apps/desk/priv/repo/migrations")
    tables = fold_tables([*shop, *desk])
    assert [(key, table.folder) for key, table in tables.items()] == [("carts", "apps/shop/priv/repo/migrations")]


def test_a_prefix_is_a_schema_of_its_own() -> None:
    made = 'create table(:carts, prefix: "audit") do\nadd :seen, :date\ntimestamps()\nend'
    change = (
        'alter table(:carts, prefix: "audit") do\nadd :note, :text\nend\ncreate index(:carts, [:note], prefix: "audit")'
    )
    tables = folded("create table(:carts)", made, change, 'execute "ALTER TABLE audit.carts DROP COLUMN seen"')
    assert columns(tables["carts"]) == ["id"]
    assert columns(tables["audit.carts"]) == ["id", "inserted_at", "updated_at", "note"]
    assert (tables["audit.carts"].name, tables["audit.carts"].prefix) == ("carts", "audit")
    assert [index.name for index in tables["audit.carts"].indexes] == ["carts_note_index"]


def test_a_prefixed_table_that_is_alone_keeps_its_plain_name() -> None:
    tables = folded('create table(:carts, prefix: "audit")', 'execute "ALTER TABLE carts ADD note text"')
    assert [(key, columns(table)) for key, table in tables.items()] == [("carts", ["id", "note"])]
    assert list(folded("create table(:carts, prefix: :public)", 'execute "DROP TABLE carts"')) == []


def test_a_prefix_that_a_call_passes_is_known_and_one_that_runs_is_not() -> None:
    body = 'make("audit")\ncreate table(:carts)\nend\ndefp make(where) do\ncreate table(:carts, prefix: where)'
    assert list(folded(body)) == ["audit.carts", "carts"]
    assert list(folded("create table(:carts, prefix: tenant())", "drop table(:carts)")) == []


def test_a_renamed_column_is_renamed_in_expressions_and_conditions() -> None:
    made = """create table(:people) do
add :email, :string
add :status, :string
end
create index(:people, ["lower(email)"], name: :by_mail, where: "email <> 'email' AND email_two IS NULL")
create constraint(:people, :mail, check: "length(email) > 3 AND status <> 'email'")"""
    table = folded(made, "rename table(:people), :email, to: :mail")["people"]
    assert table.indexes[0].columns == ("lower(mail)",)
    assert table.indexes[0].where == "mail <> 'email' AND email_two IS NULL"
    assert table.constraints[0].text == "length(mail) > 3 AND status <> 'email'"
    assert (
        folded(made, "rename table(:people), :email, to: :mail", "alter table(:people) do\nremove :mail\nend")[
            "people"
        ].indexes
        == ()
    )


def test_a_check_that_only_quotes_the_name_of_a_removed_column_stays() -> None:
    made = """create table(:people) do
add :email, :string
add :length, :integer
add :status, :string
end
create constraint(:people, :state, check: "status <> 'email' AND length(status) > 2")"""
    table = folded(made, "alter table(:people) do\nremove :email\nremove :length\nend")["people"]
    assert [constraint.name for constraint in table.constraints] == ["state"]


@pytest.mark.parametrize(
    ("modified", "references"),
    [
        (":bigint", "items"),
        (":bigint, from: references(:items)", ""),
        (":bigint, from: {references(:items), null: false}", ""),
        ("references(:goods), from: references(:items)", "goods"),
        (":bigint, from: :integer", "items"),
    ],
)
def test_a_reference_ends_where_modify_tells_that_there_was_one(modified: str, references: str) -> None:
    table = folded(CARTS, f"alter table(:carts) do\nmodify :item_id, {modified}\nend")["carts"]
    assert named(table, "item_id").references == references


@pytest.mark.parametrize(
    ("written", "steps", "expected"),
    [
        ("references(:items, name: :my_fk)", ["drop constraint(:carts, :my_fk)"], (":bigint", "")),
        ("references(:items, type: :uuid)", ["drop constraint(:carts, :carts_item_id_fkey)"], (":uuid", "")),
        ("references(:items, name: :my_fk)", ["drop constraint(:carts, :carts_item_id_fkey)"], None),
        (
            "references(:items)",
            ["rename table(:carts), :item_id, to: :good_id", "drop constraint(:carts, :carts_item_id_fkey)"],
            (":bigint", ""),
        ),
        (
            "references(:items)",
            ["rename table(:carts), to: table(:baskets)", "drop constraint(:baskets, :carts_item_id_fkey)"],
            (":bigint", ""),
        ),
        (
            ":bigint",
            [
                'execute "ALTER TABLE carts ADD CONSTRAINT own FOREIGN KEY (item_id) REFERENCES items (id)"',
                'execute "ALTER TABLE carts DROP CONSTRAINT own"',
            ],
            (":bigint", ""),
        ),
    ],
)
def test_a_foreign_key_is_dropped_by_the_name_it_was_made_with(
    written: str, steps: list[str], expected: tuple[str, str] | None
) -> None:
    (table,) = folded(f"create table(:carts) do\nadd :item_id, {written}\nend", *steps).values()
    column = table.columns[1]
    assert (column.type, column.references) == (expected or (written, "items"))


def test_an_index_of_a_renamed_table_is_dropped_by_the_name_it_was_made_with() -> None:
    made = "create table(:carts)\ncreate index(:carts, [:user_id])"
    rename = "rename table(:carts), to: table(:baskets)"
    assert folded(made, rename, "drop index(:carts, [:user_id])")["baskets"].indexes == ()
    renamed = folded(made, rename, 'rename index(:carts, [:user_id]), to: "by_user"')["baskets"]
    assert [index.name for index in renamed.indexes] == ["by_user"]


def test_an_index_is_dropped_from_one_table_only() -> None:
    made = 'create table(:carts)\ncreate index(:carts, [:a], name: :one)\ncreate table(:carts, prefix: "audit")\n'
    made += 'create index(:carts, [:a], name: :one, prefix: "audit")'
    tables = folded(made, 'execute "DROP INDEX audit.one"')
    assert [len(tables[key].indexes) for key in ("audit.carts", "carts")] == [0, 1]


def test_a_question_for_a_name_that_two_repos_share_is_answered_from_both(tmp_path: Path) -> None:
    body = "defmodule M do\nuse Ecto.Migration\ndef change do\ncreate table(:carts) do\nadd :{}, :date\nend\nend\nend\n"
    paths = {name: f"priv/{name}_repo/migrations/20240101000001_m.exs" for name in ("ledger", "shop")}
    files = {path: body.format(name) for name, path in paths.items()}
    root = write_files(tmp_path, files | {"mix.exs": "defmodule A.MixProject do\nend\n"})
    inquiry = Inquiry(load_code_map(root), source_reader(root))
    assert [row.what for row in inquiry.table("carts").rows] == ["carts", "id", "ledger", "carts", "id", "shop"]
    sole = inquiry.table("priv/shop_repo/migrations:carts")
    assert [row.what for row in sole.rows] == ["carts", "id", "shop"]
