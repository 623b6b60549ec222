"""Names that a pack builds on and that the checkout does not have."""

from __future__ import annotations

import msgspec
import pytest

from tests.context.traps.small_scene import map_of, pack_of, waypoint_of
from torusnb.context.traps import RULES, find_traps
from torusnb.context.traps.scene import Finding, set_scene
from torusnb.models.base import Place, Stamp
from torusnb.models.requirements import Mention, PrdSection, SpecPack


def findings(pack: SpecPack) -> list[Finding]:
    """What the rule finds for a pack beside one small checkout."""
    scene = set_scene(pack, (waypoint_of("lib/shop/tills.ex"),), map_of(TILLS), lambda path: TILLS.get(path, ""))
    return list(RULES["phantom-name"].detect(scene))


def pack_naming(line: str, mention: Mention, heading: str = "Integrations") -> SpecPack:
    """A pack with one section of one line, which names something."""
    section = PrdSection(heading, 2, Place("prd.md", 4), line)
    pack = msgspec.structs.replace(pack_of("A clerk opens the till."), sections=(section,), mentions=(mention,))
    return msgspec.structs.replace(pack, stamps=(Stamp("prd.md", "0" * 64),))


TILLS = {"lib/shop/tills.ex": "defmodule Shop.Tills do\n  def open_till(id), do: id\nend\n"}


@pytest.mark.parametrize(
    ("kind", "name", "line", "near"),
    [
        ("module", "Shop.Billing.Tills", "It depends on `Shop.Billing.Tills`.", "`Shop.Tills`"),
        (
            "function",
            "Shop.Tills.open_tills/1",
            "Reuse the existing `Shop.Tills.open_tills/1`.",
            "`Shop.Tills.open_till`",
        ),
        ("function", "Shop.Tills.open_till/3", "It calls `Shop.Tills.open_till/3`.", "`Shop.Tills.open_till/1`"),
        ("path", "lib/shop/till.ex", "The existing `lib/shop/till.ex` stays.", "`lib/shop/tills.ex`"),
    ],
)
def test_a_name_that_the_pack_builds_on_and_that_is_not_there_is_reported(
    kind: str, name: str, line: str, near: str
) -> None:
    (found,) = findings(pack_naming(line, Mention(kind, name, Place("prd.md", 5))))
    assert (found.path, found.line) == ("prd.md", 5)
    assert f"the nearest that exists is {near}" in found.what


@pytest.mark.parametrize(
    ("kind", "name", "line", "heading"),
    [
        ("module", "Shop.Tills", "It depends on `Shop.Tills`.", "Integrations"),
        ("module", "Shop.Drawers", "Introduce a new module `Shop.Drawers`.", "Integrations"),
        ("module", "Shop.Drawers", "`Shop.Drawers` for opening them.", "Interfaces"),
        ("module", "Shop.Drawers", "One context, with `Shop.Drawers` as the working namespace.", "Repository"),
        ("function", "Shop.Tills.open_till/1", "It calls `Shop.Tills.open_till/1`.", "Integrations"),
        ("path", "assets/src/till.ts", "The existing `assets/src/till.ts` stays.", "Integrations"),
        ("route", "/tills/:id/refund", "A page at `/tills/:id/refund`.", "Integrations"),
    ],
)
def test_a_name_that_exists_or_is_declared_new_is_left_alone(kind: str, name: str, line: str, heading: str) -> None:
    pack = pack_naming(line, Mention(kind, name, Place("prd.md", 5)), heading)
    assert findings(pack) == []


def test_what_the_pack_declares_elsewhere_is_no_phantom() -> None:
    pack = pack_naming(
        "A new context `Shop.Drawers`.\nIt uses `Shop.Drawers`.", Mention("module", "Shop.Drawers", Place("prd.md", 6))
    )
    declared = Mention("module", "Shop.Drawers", Place("prd.md", 5))
    assert findings(msgspec.structs.replace(pack, mentions=(*pack.mentions, declared))) == []


def test_a_phantom_rests_on_the_packs_own_line() -> None:
    pack = pack_naming("It depends on `Shop.Drawers`.", Mention("module", "Shop.Drawers", Place("prd.md", 5)))
    (trap,) = find_traps(
        pack,
        (waypoint_of("lib/shop/tills.ex"),),
        map_of(TILLS),
        lambda path: TILLS.get(path, ""),
        rules=("phantom-name",),
    )
    assert trap.evidence == ("prd:5",)
    assert trap.severity == "high"
