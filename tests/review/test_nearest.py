from __future__ import annotations

import pytest

from torusnb.review.nearest import find_moved, find_slip, rank_nearest

MODULES = ("Town.Gates", "Town.Gates.Gate", "Town.Gates.KeyRing", "TownWeb.Walls.Board")
PATHS = ("lib/town/gates.ex", "lib/town/gates/key_ring.ex", "test/town/gates_test.exs")


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("Town.Gates.KeyRings", "Town.Gates.KeyRing"),
        ("Town.Gate", "Town.Gates"),
        ("Town.Gates.KeyBook", ""),
        ("Town.Gates.S3KeyRing", ""),
        ("TownWeb.Walls.XMBoard", ""),
        ("TownWeb.Walls.Bord", "TownWeb.Walls.Board"),
        ("TownWeb.Walls.Boaard", "TownWeb.Walls.Board"),
        ("Town.Locks", ""),
    ],
)
def test_a_slip_differs_in_a_few_characters_of_its_last_part_too(name: str, slip: str) -> None:
    assert find_slip(name, MODULES) == slip


@pytest.mark.parametrize(
    ("name", "known", "nearest"),
    [
        ("Town.Gates.KeyRings", MODULES, ("Town.Gates.KeyRing",)),
        ("lib/town/key_rings.ex", PATHS, ("lib/town/gates/key_ring.ex",)),
        ("lib/town/gold.ex", PATHS, ()),
        ("Village.Mill", MODULES, ()),
        ("", MODULES, ()),
    ],
)
def test_names_are_near_as_a_whole_and_in_their_last_part(
    name: str, known: tuple[str, ...], nearest: tuple[str, ...]
) -> None:
    assert rank_nearest(name, known) == nearest


def test_a_name_has_moved_where_its_last_part_stands_elsewhere() -> None:
    assert find_moved("Town.Walls.Board", ["TownWeb.Walls.Board"]) == ("TownWeb.Walls.Board",)


def test_a_last_part_that_many_share_needs_a_second_one() -> None:
    many = [f"Town.{name}.Board" for name in ("A", "B", "C", "Walls")]
    assert find_moved("TownWeb.Walls.Board", many) == ("Town.Walls.Board",)
    assert find_moved("TownWeb.Moats.Board", many) == ()
