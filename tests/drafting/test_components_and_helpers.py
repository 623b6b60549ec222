"""A component gives markup; what only helps pages is called none. A view has one number of events."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import (
    BEDS,
    CONTEXT,
    LIVE,
    MIGRATION,
    PACK,
    ROUTES,
    at,
    evidence,
    outline,
    requirement,
    waypoint,
)
from tests.drafting.test_hosting import drafted
from torusnb.drafting.offline.decisions import events_of, is_component
from torusnb.models.knowledge import Reason
from torusnb.models.modules import Function, Module, Use
from torusnb.models.requirements import Mention, SpecPack


def drawing(head: str, arity: int = 1, *kinds: str) -> Module:
    shown = (Function("drag_plants", arity, "def", 10, 20, head=head),)
    return Module("GardenWeb.BedPlants", "lib/garden_web/components/bed_plants.ex", 1, 60, kinds=kinds, functions=shown)


MARKUP = drawing("def drag_plants(assigns)", 1, "component")
HELPERS = drawing("def drag_plants(socket, plants)", 2)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (MARKUP, True),
        (drawing("def drag_plants(%{plants: plants} = assigns)"), True),
        (drawing("def update(assigns, socket)", 2, "live_component"), True),
        (msgspec.structs.replace(MARKUP, functions=()), True),
        (HELPERS, False),
        (drawing("def drag_plants(plants)", 1, "component"), False),
        (drawing("def keep(assigns, socket)", 2, "component"), False),
        (msgspec.structs.replace(HELPERS, functions=()), False),
    ],
    ids=["function", "matched", "live", "templates", "helpers", "no assigns", "two arguments", "empty"],
)
def test_a_component_is_what_gives_markup(module: Module, expected: bool) -> None:
    assert is_component(module) is expected


def sections(module: Module) -> dict[str, str]:
    """The sections of a draft for which the pack names the module."""
    named = msgspec.structs.replace(
        waypoint(1, module, "component", "FR-001", "FR-002"), reasons=(Reason("named", "the pack names it", 3.0),)
    )
    code = msgspec.structs.replace(CONTEXT.code, files=(outline(BEDS), outline(module), MIGRATION))
    pack = asking("in `GardenWeb.BedPlants`", mentions=(Mention("module", module.name, at(21)),))
    return drafted(evidence(pack, msgspec.structs.replace(CONTEXT, waypoints=(named,), code=code)))


def asking(where: str, **changes: Any) -> SpecPack:
    """The pack with two requirements that show something there, and no data of its own."""
    asked = tuple(
        requirement(n, f"Show the {what} of a bed {where}.", 20 + n) for n, what in ((1, "name"), (2, "plants"))
    )
    return msgspec.structs.replace(PACK, requirements=asked, criteria=(), data_notes=(), **changes)


def test_a_component_takes_attributes() -> None:
    texts = sections(MARKUP)
    assert "BedPlants` (component" in texts["3"]
    assert "takes its data as attributes" in texts["5.2"]


def test_a_module_that_helps_pages_takes_no_attributes_and_is_called_no_component() -> None:
    texts = sections(HELPERS)
    assert "BedPlants` (module of the pages, 1 public function)" in texts["3"]
    assert "takes its data as attributes" not in texts["5.2"]
    assert "markup" not in texts["4.1"]


def test_a_clause_that_takes_any_event_counts_in_no_section() -> None:
    page = msgspec.structs.replace(LIVE, callbacks=(*LIVE.callbacks, Use("handle_event", "", 60)))
    code = msgspec.structs.replace(CONTEXT.code, files=(outline(BEDS), outline(page), ROUTES, MIGRATION))
    texts = drafted(evidence(asking("on the bed page"), msgspec.structs.replace(CONTEXT, code=code)))
    assert events_of(page) == ("save_bed", "select_plant")
    assert "(LiveView, 2 events)" in texts["3"]
    assert "isolation from its 2 events" in texts["4.4"]
