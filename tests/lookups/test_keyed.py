"""How the tables are keyed that a shown function speaks of."""

from __future__ import annotations

from pathlib import Path

from tests.lookups.conftest import Ask, open_at
from torusnb.lookups.keyed import find_tables
from torusnb.models.codebase import CodeMap, Commit, FileOutline
from torusnb.models.modules import Module, Reference, Schema


def shelf(table: str = "shelves") -> Module:
    """A schema."""
    return Module("Store.Racks.Shelf", "lib/store/racks/shelf.ex", 1, 20, schema=Schema(table, 3))


def store(*modules: Module) -> CodeMap:
    """A map of these modules."""
    return CodeMap(".", Commit("c" * 40), tuple(FileOutline(m.path, "0", 9, modules=(m,)) for m in modules))


RACKS = Module(
    "Store.Racks",
    "lib/store/racks.ex",
    1,
    50,
    references=(Reference("alias", "Store.Racks.Shelf", 2, as_name="Plank"),),
)


def test_a_schema_is_known_by_its_alias_its_whole_name_and_once() -> None:
    code = store(RACKS, shelf())
    lines = ["from(p in Plank)", None, "%Store.Racks.Shelf{}", "Unknown.thing()", "plank"]
    assert find_tables(lines, RACKS, code) == ("shelves",)


def test_the_tables_of_a_query_come_before_those_of_an_argument() -> None:
    other = Module("Store.Clerk", "lib/store/clerk.ex", 1, 9, schema=Schema("clerks", 3))
    lines = ["def free(%Store.Clerk{} = clerk) do", "  Repo.all(Plank)"]
    assert find_tables(lines, RACKS, store(RACKS, shelf(), other)) == ("shelves", "clerks")


def test_an_embedded_schema_has_no_table() -> None:
    assert find_tables(["%Plank{}"], RACKS, store(RACKS, shelf(table=""))) == ()


def test_a_name_inside_another_is_none() -> None:
    assert find_tables(["Other.Plank.new()", "XPlank.new()"], RACKS, store(RACKS, shelf())) == ()


def test_a_shown_function_tells_by_what_its_tables_are_unique(ask: Ask) -> None:
    answer = ask("show", what="Mini.Delivery.Settings.effective/3")
    assert "# learner_exceptions: unique by section_id, page_id, user_id" in answer.text
    [index] = [item for item in answer.evidence if "unique_index(:learner_exceptions" in item.text]
    assert index.place is not None
    assert index.place.path.startswith("priv/repo/migrations/")


def test_a_table_that_nothing_keys_is_told_so(sample_torus: Path) -> None:
    for migration in (sample_torus / "priv/repo/migrations").glob("*.exs"):
        text = migration.read_text(encoding="utf-8")
        migration.write_text(text.replace("unique_index(:learner_exceptions", "index(:learner_exceptions"), "utf-8")
    shown = open_at(sample_torus).answer("show", {"what": "Mini.Delivery.Settings.effective/3"}).text
    assert "learner_exceptions: no unique index besides its primary key; indexed by section_id, page_id" in shown
