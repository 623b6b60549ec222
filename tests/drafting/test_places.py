"""Which lines of the checkout every request shows, and below which requirement a criterion stands."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import (
    BEDS,
    CONTEXT,
    LIVE,
    PACK,
    criterion,
    evidence,
    outline,
    requirement,
    waypoint,
)
from torusnb.drafting.claude.blocks import Group
from torusnb.drafting.claude.choosing import choose_for_section, choose_shared
from torusnb.drafting.claude.places import LINES_OF_A_FILE, list_browser_files, list_files
from torusnb.drafting.claude.serving import find_served
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Context, Knowledge, Known, Reason, Trap, Waypoint
from torusnb.models.modules import Function, Module


def asset(rank: int, *reasons: Reason) -> Waypoint:
    path = f"assets/src/file_{rank}.ts"
    return Waypoint(f"code:{path}:1", path, "", "asset", rank, 1.0 / rank, 1, "export const x = 1", reasons)


def with_assets(*assets: Waypoint) -> EvidencePack:
    return evidence(context=msgspec.structs.replace(CONTEXT, assets=assets))


def shown(groups: tuple[Group, ...], path: str) -> dict[str, str]:
    """Line to text of what is shown of a file."""
    parts = [part for group in groups for part in group.parts if part.key.startswith(f"code:{path}:")]
    return {part.key.rpartition(":")[2]: part.text for part in parts}


LIKE = Reason("text", 'shares "bed" with the pack', 1.0)


def test_a_file_of_the_browser_that_is_merely_alike_costs_nothing() -> None:
    assert list(list_browser_files(with_assets(asset(1, LIKE), asset(2, LIKE)))) == []


@pytest.mark.parametrize(
    "reason",
    [
        Reason("named", "named in FR-001 as `file_1`", 1.0),
        Reason("precedent", "an earlier pack cites it", 0.3),
        Reason("person", "added by hand"),
        Reason("reference", f"defines the hook `Bed` that `{LIVE.path}` uses", 0.05),
    ],
)
def test_a_file_of_the_browser_with_a_reason_of_its_own_is_shown(reason: Reason) -> None:
    groups = list(list_browser_files(with_assets(asset(1, LIKE, reason))))
    assert groups[0].title.startswith("Browser file 1: assets/src/file_1.ts")


def test_beside_a_named_file_its_neighbours_stand_alone_and_the_rest_in_one_list() -> None:
    named = asset(1, Reason("named", "named in FR-001", 1.0))
    near = asset(2, LIKE, Reason("reference", "imports `assets/src/file_1.ts`", 0.1))
    groups = list(list_browser_files(with_assets(named, near, asset(3, LIKE), asset(4, LIKE))))
    assert [len(group.parts) for group in groups] == [1, 1, 2]
    assert groups[-1].title == "Other files of the browser, alike by their words only"


def busy(names: list[str]) -> EvidencePack:
    """A pack whose first waypoint has these functions."""
    functions = tuple(Function(name, 1, "def", 100 + n, 100 + n, head=f"def {name}(x)") for n, name in enumerate(names))
    module: Module = msgspec.structs.replace(BEDS, functions=functions, end_line=400)
    files = tuple(
        msgspec.structs.replace(file, modules=(module,)) if file.path == BEDS.path else file
        for file in CONTEXT.code.files
    )
    code = msgspec.structs.replace(CONTEXT.code, files=files)
    return evidence(context=msgspec.structs.replace(CONTEXT, code=code, quotes={}))


def test_of_a_long_file_the_functions_that_speak_the_requests_words_are_shown() -> None:
    pack = busy([f"other_{n}" for n in range(60)] + ["reorder_plants"])
    lines = shown(list_files(pack, 8_500), BEDS.path)
    assert "160" in lines
    assert len(lines) <= LINES_OF_A_FILE + 1


def test_every_waypoint_keeps_its_line_when_the_room_is_short() -> None:
    groups = list_files(busy([f"other_{n}" for n in range(60)]), 150)
    assert [group.title.partition(":")[0] for group in groups] == ["Waypoint 1", "Waypoint 2", "Waypoint 3"]


def far_down(*lines: str) -> dict[str, str]:
    """What is shown of a file that is the 20th waypoint, with a function whose head is each of the lines."""
    places = [BEDS] + [module_named(f"Garden.Other{n}", ()) for n in range(2, 20)] + [module_named("Garden.Far", lines)]
    files = tuple(outline(module) for module in places)
    context = msgspec.structs.replace(
        CONTEXT,
        waypoints=tuple(waypoint(n, module, "context") for n, module in enumerate(places, 1)),
        code=msgspec.structs.replace(CONTEXT.code, files=files),
        quotes={},
    )
    return shown(list_files(evidence(context=context), 9_000), "lib/garden/far.ex")


def module_named(name: str, heads: tuple[str, ...]) -> Module:
    functions = tuple(Function(f"f{n}", 1, "def", n, n, head=head) for n, head in enumerate(heads, 2))
    path = f"lib/garden/{name.rpartition('.')[2].lower()}.ex"
    return msgspec.structs.replace(BEDS, name=name, path=path, functions=functions, schema=None, end_line=90)


def test_of_a_file_far_down_only_what_speaks_of_one_of_the_best_is_shown() -> None:
    lines = far_down("def reorder_plants(bed)", "def saved(%Beds{} = beds)", "alias Garden.Beds", "def bedside(x)")
    assert [text for key, text in lines.items() if key != "1"] == ["def saved(%Beds{} = beds)"]
    assert next(iter(lines.values())).startswith("defmodule Garden.Far do")


def in_clauses() -> Context:
    """The context with a function of two clauses, whose first head goes over several lines."""
    clauses = (ClauseOutline('update_bed(%{"id" => id}, attrs)', 10, 12), ClauseOutline("update_bed(nil, _)", 14, 15))
    told = Behaviour("Garden.Beds", "update_bed", 2, "def", BEDS.path, "context", clauses, ("{:ok, _}", "nil"))
    quotes = {f"code:{BEDS.path}:10": "def update_bed(", f"code:{BEDS.path}:14": "def update_bed(nil, _) do"}
    return msgspec.structs.replace(CONTEXT, behaviours=(told,), quotes=quotes)


def test_a_head_is_told_whole_with_what_its_function_gives() -> None:
    groups = list_files(evidence(context=in_clauses()), 8_500)
    lines = shown(groups, BEDS.path)
    assert lines["10"] == 'def update_bed(%{"id" => id}, attrs) do'
    assert lines["14"] == "def update_bed(nil, _) do"
    kinds = {part.key: part.kind for group in groups for part in group.parts}
    assert kinds[f"code:{BEDS.path}:10"] == "gives {:ok, _} or nil"
    assert kinds[f"code:{BEDS.path}:14"] == "code"


def test_a_remark_on_a_module_comes_after_other_traps_and_counts_of_waypoints_are_left_out() -> None:
    key = f"code:{BEDS.path}:10"
    remark = Trap("trap:1", "authors-warning", "It warns.", "", "Heed it.", "high", (key,), "Garden.Beds", rank=1)
    other = Trap("trap:2", "endless-wait", "It waits.", "", "Limit it.", "low", (key,), "Garden.Beds", rank=2)
    known = (Known("tests", "1 of the first 3 has a test.", (key,)), Known("caches", "No cache is near.", (key,)))
    context = msgspec.structs.replace(CONTEXT, traps=(remark, other), knowledge=Knowledge(known=known))
    shared = choose_shared(evidence(context=context))
    titles = [group.title for group in shared if group.title.startswith("Trap")]
    assert titles == ["Trap endless-wait (low)", "Trap authors-warning (high)"]
    told = [part.text for group in shared if group.title == "What is known" for part in group.parts]
    assert told == ["No cache is near."]


def test_a_criterion_stands_below_its_requirement() -> None:
    keys = [part.key for part in choose_shared(evidence())[0].parts]
    assert keys[:3] == ["FR-001", "AC-001", "AC-002"]


def test_words_or_an_equal_number_tell_the_requirement_of_a_criterion() -> None:
    pack = msgspec.structs.replace(
        PACK,
        requirements=(
            requirement(1, "The gate opens for a gardener with a badge.", 20),
            requirement(2, "The pump waters each bed at dawn.", 21),
        ),
        criteria=(
            criterion(2, "Given dawn, then the pump waters the bed.", 30),
            criterion(3, "Given a badge, then the gate opens.", 31),
            criterion(4, "Given a fence, then it is green.", 32),
            criterion(5, "As FR-002 says, it is watered.", 33),
        ),
    )
    served = find_served(pack)
    assert served == {
        "AC-002": ("FR-002", "for FR-002, by its words"),
        "AC-003": ("FR-001", "for FR-001, by its words"),
        "AC-005": ("FR-002", "for FR-002"),
    }


def test_the_line_of_a_requirement_is_not_shown_beside_the_requirement() -> None:
    pack = evidence()
    groups = choose_for_section(pack, (), ["It holds. [@prd:20; @prd:30]"], {}, choose_shared(pack))
    assert groups == ()
