from __future__ import annotations

import pytest

from torusnb.elixir.ddl import is_concurrent, parse_ddl
from torusnb.models.database import Field, Index


def told(sql: str) -> list[tuple[str, str, str, str]]:
    return [(step.kind, step.table, step.name, step.to) for step in parse_ddl(sql, 1)]


ALTER = ("alter_table", "carts", "", "")
ADDED = ("add", "carts", "a", "")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE TABLE IF NOT EXISTS public.carts AS SELECT 1", [("create_table", "carts", "", "")]),
        (
            'create table "carts" (id bigint primary key, total numeric(10, 2) not null, CHECK (total > 0))',
            [("create_table", "carts", "", ""), ("add", "carts", "id", ""), ("add", "carts", "total", "")],
        ),
        (
            "DROP TABLE IF EXISTS carts, lines CASCADE",
            [("drop_table", "carts", "", ""), ("drop_table", "lines", "", "")],
        ),
        ("ALTER TABLE carts RENAME TO baskets", [ALTER, ("rename_table", "carts", "", "baskets")]),
        ("ALTER TABLE carts RENAME COLUMN sum TO total", [ALTER, ("rename_column", "carts", "sum", "total")]),
        ("ALTER TABLE ONLY carts RENAME sum TO total", [ALTER, ("rename_column", "carts", "sum", "total")]),
        ("ALTER TABLE carts RENAME CONSTRAINT a TO b", [ALTER]),
        (
            "ALTER TABLE carts ADD COLUMN a int, DROP COLUMN IF EXISTS b",
            [ALTER, ("add", "carts", "a", ""), ("remove", "carts", "b", "")],
        ),
        ("ALTER TABLE carts ADD a int", [ALTER, ("add", "carts", "a", "")]),
        ("ALTER TABLE carts ADD CONSTRAINT c CHECK (a > 0)", [ALTER, ("create_constraint", "carts", "c", "")]),
        ("ALTER TABLE carts ADD CONSTRAINT c UNIQUE (a, b)", [ALTER, ("create_index", "carts", "c", "")]),
        (
            "ALTER TABLE carts ADD CONSTRAINT c FOREIGN KEY (item_id) REFERENCES items(id)",
            [ALTER, ("modify", "carts", "item_id", "")],
        ),
        ("ALTER TABLE carts DROP CONSTRAINT IF EXISTS c", [ALTER, ("drop_constraint", "carts", "c", "")]),
        ("ALTER TABLE carts OWNER TO someone", [ALTER]),
        ("CREATE INDEX CONCURRENTLY IF NOT EXISTS c_idx ON carts (a)", [("create_index", "carts", "c_idx", "")]),
        ("CREATE UNIQUE INDEX ON carts USING btree (a)", [("create_index", "carts", "", "")]),
        ("DROP INDEX IF EXISTS public.c_idx", [("drop_index", "", "c_idx", "")]),
        ("ALTER INDEX a RENAME TO b", [("rename_index", "", "a", "b")]),
        ("DO $$ BEGIN ALTER TABLE carts DROP a; END $$;", [ALTER, ("remove", "carts", "a", "")]),
        ("CREATE FUNCTION f() RETURNS void AS $x$ DROP TABLE carts; $x$ LANGUAGE sql", []),
        ("-- DROP TABLE carts\nSELECT 1", []),
        ("UPDATE carts SET a = 'CREATE' WHERE id = 1", []),
        ("CREATE EXTENSION citext; CREATE TYPE money AS (a int)", []),
        ("DELETE FROM carts", []),
        ("UPDATE carts SET a = 'x; DROP TABLE carts; y'", []),
        ("ALTER TABLE carts ADD a text DEFAULT 'x; y', DROP b", [ALTER, ADDED, ("remove", "carts", "b", "")]),
        ("ALTER TABLE carts ADD a text DEFAULT 'it''s; x -- y', DROP b", [ALTER, ADDED, ("remove", "carts", "b", "")]),
        (r"UPDATE carts SET a = E'it\'s; DROP TABLE carts; '", []),
        ("-- it's\nDROP TABLE carts; -- and that's it", [("drop_table", "carts", "", "")]),
        ("DO $$ BEGIN EXECUTE 'ALTER TABLE carts ADD a int'; END $$", [ALTER, ADDED]),
        ("DO $$ BEGIN RAISE NOTICE 'no; DROP TABLE carts;'; END $$", []),
        ("DROP INDEX a, b, c d", []),
        ("DROP INDEX a,\n  b\n  CASCADE ;", [("drop_index", "", "a", ""), ("drop_index", "", "b", "")]),
    ],
)
def test_what_a_statement_does(sql: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert told(sql) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a varchar(20) NOT NULL DEFAULT 'x, y'", Field("a", "varchar(20)", 1, "carts", null=False, default="'x, y'")),
        ("a bigint REFERENCES items(id)", Field("a", "bigint", 1, "carts", references="items")),
        ("a timestamptz DEFAULT now()", Field("a", "timestamptz", 1, "carts", default="now()")),
    ],
)
def test_what_a_column_says(written: str, expected: Field) -> None:
    assert parse_ddl(f"ALTER TABLE carts ADD COLUMN {written}", 1)[1].column == expected


@pytest.mark.parametrize(
    ("action", "sets", "value"),
    [
        ("SET NOT NULL", "null", False),
        ("DROP NOT NULL", "null", True),
        ("SET DEFAULT 5", "default", "5"),
        ("DROP DEFAULT", "default", ""),
        ("TYPE text USING a::text", "type", "text"),
        ("SET DATA TYPE bigint", "type", "bigint"),
    ],
)
def test_a_column_that_is_changed(action: str, sets: str, value: object) -> None:
    step = parse_ddl(f"ALTER TABLE carts ALTER COLUMN a {action}", 1)[1]
    assert step.sets == (sets,)
    assert getattr(step.column, sets) == value


def test_an_index_with_expressions_and_a_condition() -> None:
    (step,) = parse_ddl("CREATE UNIQUE INDEX one ON carts (lower(name), item_id) WHERE total > 0", 3)
    assert step.index == Index("carts", ("lower(name)", "item_id"), 3, True, "one", "total > 0")


def test_the_line_is_that_of_the_statement() -> None:
    steps = parse_ddl("\nDROP TABLE a;\n/* two\nlines */\nDROP TABLE b;", 10)
    assert [step.line for step in steps] == [11, 14]


def test_an_index_made_without_a_lock() -> None:
    assert is_concurrent("create unique index concurrently a on b (c)")
    assert not is_concurrent("create index a on b (c)")


def test_the_prefix_of_a_table_is_kept_and_public_is_none() -> None:
    sql = 'CREATE TABLE "audit".carts (id int); DROP TABLE public.a, audit.b; CREATE INDEX c ON audit.carts (a)'
    assert [step.prefix for step in parse_ddl(sql, 1)] == ["audit", "audit", "", "audit", "audit"]


@pytest.mark.parametrize(
    "column",
    ["ADD CONSTRAINT own FOREIGN KEY (a) REFERENCES b (id)", "ADD a bigint NOT NULL CONSTRAINT own REFERENCES b (id)"],
)
def test_a_foreign_key_has_the_name_that_sql_gives_it(column: str) -> None:
    found = parse_ddl(f"ALTER TABLE carts {column}", 1)[1].column
    assert found is not None
    assert (found.references, found.foreign_key) == ("b", "own")


BLANKS = " " * 3_000
# A pattern that tries every way to share such a text among its parts takes minutes to hours.
HOSTILE = {
    "blanks after a dropped index": f"DROP INDEX a{BLANKS}!",
    "blanks after a dropped table": f"DROP TABLE a{BLANKS}!{BLANKS}!",
    "blanks between words": f"CREATE{BLANKS}INDEX{BLANKS}a{BLANKS}ON{BLANKS}b{BLANKS}USING{BLANKS}c{BLANKS}!",
    "blanks in an action": f"ALTER TABLE a ADD{BLANKS}COLUMN{BLANKS}b{BLANKS}int{BLANKS}DEFAULT{BLANKS}!",
    "comments without an end": "DROP INDEX a b;" + "/*" * 100_000,
    "bodies without an end": "DROP INDEX a b;" + "".join(f"$a{n}$ " for n in range(40_000)),
    "parentheses without an end": "ALTER TABLE a ADD CONSTRAINT b UNIQUE " + "(" * 150_000,
    "quotes without an end": "DROP INDEX a b;" + "E'\\'" * 50_001,
}


@pytest.mark.parametrize("sql", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_statements_are_read_in_one_pass(sql: str) -> None:
    assert [step.kind for step in parse_ddl(sql, 1) if step.kind.startswith("drop")] == []
    assert told(f"{sql.split(';')[0]};DROP TABLE z")[-1] == ("drop_table", "z", "", "")


def test_statements_in_nested_blocks_are_read_without_going_deeper() -> None:
    nested = "".join(f"DO $a{n}$ ALTER TABLE carts DROP a; " for n in range(2_000))
    assert told(nested) == [ALTER, ("remove", "carts", "a", "")]
