"""What is called new and is there already."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.existing import find_existing
from torusnb.drafting.claude.ledger import Entry
from torusnb.models.codebase import CodeMap, Commit, FileOutline
from torusnb.models.modules import Function, Module, Schema

BEDS = Module(
    "Garden.Beds",
    "lib/garden/beds.ex",
    1,
    60,
    functions=(
        Function("order", 2, "def", 10, 20, defaults=1),
        Function("mode", 1, "defp", 41, 44),
    ),
    schema=Schema("beds", 3),
)
CODE = CodeMap("garden", Commit("0" * 40), (FileOutline("lib/garden/beds.ex", "", 60, (BEDS,)),))


def new(kind: str, name: str, standing: str = "new") -> Entry:
    return Entry(kind, name, standing, "It is so.", ("FR-001",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "name", "place"),
    [
        ("function", "Garden.Beds.order/1", "lib/garden/beds.ex:10:"),
        ("function", "Beds.order/2", "lib/garden/beds.ex:10:"),
        ("function", "Garden.Beds.mode/1", "lib/garden/beds.ex:41 as a private function:"),
        ("component", "Garden.Beds", "lib/garden/beds.ex:1:"),
        ("table", "beds", "lib/garden/beds.ex:1:"),
    ],
)
def test_what_stands_in_the_code_is_not_new(kind: str, name: str, place: str) -> None:
    [said] = find_existing([new(kind, name)], CODE)
    assert said.startswith(f"`{name}` is called new, but stands at {place}")


@pytest.mark.parametrize(
    "entry",
    [
        new("function", "Garden.Beds.order/3"),
        new("function", "Garden.Plots.order/1"),
        new("function", "order/1"),
        new("function", "Garden.Beds.mode/1", "changed"),
        new("component", "Garden.Beds.Order"),
        new("event", "beds"),
        new("rule", "Ties"),
    ],
)
def test_what_the_code_lacks_or_an_entry_calls_changed_is_left_alone(entry: Entry) -> None:
    assert list(find_existing([entry], CODE)) == []
