"""What the offline drafter says of copies, checks, jobs, rows and numbers holds against the pack and the code."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import BEDS, CONTEXT, PACK, at, evidence, outline, requirement, waypoint
from tests.drafting.test_offline_tables import changed, drafted, notes
from torusnb.drafting.offline.columns import NewField, mark_later
from torusnb.drafting.offline.neighbours import gets_control
from torusnb.drafting.offline.placing import is_row_of_rights
from torusnb.drafting.offline.queueing import timed_work
from torusnb.drafting.offline.retention import deletion_asked, keeps_or_hides, rows_kept
from torusnb.drafting.offline.shapes import read_shape
from torusnb.drafting.offline.speaking import named_function, speaking_functions
from torusnb.drafting.offline.tables import TableChange
from torusnb.drafting.offline.uniqueness import bound_rows
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.codebase import CodeMap, FileOutline, Route
from torusnb.models.knowledge import Context
from torusnb.models.modules import Call, Function, Module, Use
from torusnb.models.requirements import NonFunctional, Quantity, Statement
from torusnb.spec.budgets import load_given, target_words

SHED = Module(
    "Garden.Shed",
    "lib/garden/shed.ex",
    1,
    60,
    functions=(Function("fetch", 1, "def", 10, 14), Function("forget", 1, "def", 20, 24)),
    caches=(Use("ets", "shed_rows", 12),),
)
READER = Behaviour(
    "Garden.Beds",
    "list_beds",
    1,
    "def",
    "lib/garden/beds.ex",
    "context",
    (ClauseOutline("list_beds(plot)", 20, 24, (Call("Garden.Shed", "fetch", 1, 22),)),),
)


def with_files(*files: FileOutline, **fields: Any) -> Context:
    code = CodeMap("garden", CONTEXT.code.commit, files=(*CONTEXT.code.files, *files))
    return msgspec.structs.replace(CONTEXT, code=code, **fields)


def nfr(area: str, text: str, *quantities: Quantity) -> NonFunctional:
    return NonFunctional("", area, text, at(42), quantities)


def test_a_copy_that_a_touched_function_reads_is_named_with_what_makes_it_forget() -> None:
    text = drafted(evidence(PACK, with_files(outline(SHED), behaviours=(READER,))))["8"]
    assert "Not applicable" not in text
    assert "`Garden.Shed` keeps copies in `shed_rows`, read by `Garden.Beds.list_beds/1`" in text
    assert "`Garden.Shed.forget/1`" in text


def test_a_line_on_all_nodes_is_no_feature_without_a_cache() -> None:
    note = Statement("A new order must be visible on all nodes within 5 s.", at(70))
    pack = changed(integration_notes=(note,))
    assert "visible on all nodes within 5 s" in drafted(evidence(pack))["8"]


def test_without_a_copy_in_pack_and_code_section_8_stays_empty() -> None:
    assert drafted(evidence())["8"].startswith("Not applicable: no requirement asks for a cache")


def routed(pipelines: tuple[str, ...], on_mount: tuple[str, ...] = (), guards: tuple[Use, ...] = ()) -> Context:
    path = "lib/garden_web/router.ex"
    route = Route("LIVE", "/plots/:plot_id/beds", "GardenWeb.BedLive", "", path, 20, pipelines, on_mount=on_mount)
    router = Module("GardenWeb.Router", path, 1, 50, kinds=("router",), guards=guards)
    kept = tuple(file for file in CONTEXT.code.files if file.path != path)
    code = CodeMap("garden", CONTEXT.code.commit, files=(*kept, FileOutline(path, "0", 50, (router,), routes=(route,))))
    return msgspec.structs.replace(CONTEXT, code=code)


PLUGS = (
    Use("pipeline", "keepers", 5),
    Use("plug", "GardenWeb.RequireKey, keys: [:shed]", 6),
    Use("plug", ":accepts", 7),
    Use("pipeline", "gate", 9),
    Use("plug", "GardenWeb.Gate", 10),
)


def test_a_pipeline_with_a_plug_of_the_project_is_a_check_and_names_it() -> None:
    text = drafted(evidence(PACK, routed(("browser", "keepers"), guards=PLUGS)))["12"]
    assert "the pipeline `:keepers` (`GardenWeb.RequireKey, keys: [:shed]`)" in text


def test_plugs_of_the_project_that_name_no_check_are_neither_denied_nor_called_one() -> None:
    text = drafted(evidence(PACK, routed(("browser", "gate"), guards=PLUGS)))["12"]
    assert "stand `:gate` (`GardenWeb.Gate`); which of these plugs decides access is told in them" in text


def test_a_hook_of_the_live_session_is_named_whatever_it_is_called() -> None:
    text = drafted(evidence(PACK, routed(("browser",), ("{GardenWeb.Gate, :keeper}",))))["12"]
    assert "`on_mount` of `{GardenWeb.Gate, :keeper}`" in text


def test_plugs_of_the_framework_alone_are_told_without_denying_every_check() -> None:
    text = drafted(evidence(PACK, routed(("browser",))))["12"]
    assert "no check of access" not in text
    assert "no plug of theirs in the outline is the project's" in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A change goes through `Garden.Beds.update_bed/2` as today.", "update_bed"),
        ("A change goes through `Garden.Plots.update_bed/2`.", ""),
        ("A change goes through `update_bed/3`.", ""),
        ("A change is made.", ""),
    ],
)
def test_a_function_that_a_requirement_names_is_found_in_its_module(text: str, found: str) -> None:
    function = named_function(BEDS, text)
    assert (function.name if function is not None else "") == found


def test_a_function_whose_doc_speaks_of_the_matter_is_read_first() -> None:
    doc = "The dates that hold for one gardener: the plot's dates with the gardener's exception over them."
    module = Module(
        "Garden.Dates", "lib/garden/dates.ex", 1, 9, functions=(Function("holding", 2, "def", 3, 5, doc=doc),)
    )
    text = "An exception of a gardener wins over the dates of the plot."
    assert [f.name for f in speaking_functions(module, text)] == ["holding"]
    assert speaking_functions(module, "Seeds are weighed.") == []


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("`state` (open, sown, dug) of the order", "Ecto.Enum", ("open", "sown", "dug")),
        ("`state` (string, not null) of the order", ":string", ()),
    ],
)
def test_plain_values_in_brackets_behind_a_column_are_its_values(text: str, kind: str, values: tuple[str, ...]) -> None:
    fields = {field.name: field for field in read_shape(text, "prd:1", ()).fields}
    assert (fields["state"].type, fields["state"].values) == (kind, values)


def test_columns_of_a_later_event_are_nullable_and_those_of_the_row_are_not() -> None:
    names = ("reason", "answer", "answered_at", "answered_by_id", "reminded_at", "created_by_id", "seed_at")
    later = {field.name for field in mark_later(tuple(NewField(name, "", "prd:1") for name in names)) if field.later}
    assert later == {"answer", "answered_at", "answered_by_id", "reminded_at"}


SWAPS = TableChange(
    "seed_swaps",
    True,
    "prd:50",
    (NewField("bed_id", ":id", "prd:50"), NewField("state", "Ecto.Enum", "prd:50", ("open", "done"))),
)


@pytest.mark.parametrize(
    ("rule", "unique", "where"),
    [
        ("At most one open swap per bed, enforced by the database.", ("bed_id",), "state = 'open'"),
        ("At most one swap per bed.", ("bed_id",), ""),
        ("At most one late swap per bed.", (), ""),
        ("At most one plant per bed.", (), ""),
        ("At most one swap per bed and gardener.", (), ""),
    ],
)
def test_a_rule_on_how_many_rows_is_a_unique_index(rule: str, unique: tuple[str, ...], where: str) -> None:
    (found,) = bound_rows(changed(data_notes=notes(rule)), (SWAPS,))
    assert (found.unique, found.where) == (unique, where)


def test_a_partial_rule_stands_in_the_indexes_and_its_key_is_said() -> None:
    said = notes(
        "A new table `seed_swaps`: `bed_id`, `reason`, `state` (open, done), `answered_at`.",
        "At most one open swap per bed, enforced by the database.",
    )
    texts = drafted(evidence(changed(data_notes=said)))
    assert "Unique on `seed_swaps` (`bed_id`), for rows where `state = 'open'` alone" in texts["6.1"]
    assert "What makes a row unique" not in texts["6.1"]
    assert "At most one open swap" not in texts["5.1"]


def jobs(text: str, *queues: str) -> str:
    config = FileOutline("config/config.exs", "0", 9, queues=tuple(Use("limit=5", name, 3) for name in queues))
    asked = (*PACK.requirements, requirement(4, text, 24))
    return drafted(evidence(changed(requirements=asked), with_files(config)))["4.3"]


DAILY = "A daily background job reminds the gardeners of beds that are dry."


@pytest.mark.parametrize(
    ("queues", "said"),
    [
        (("harvest", "mailers"), "on the queue `mailers`"),
        (("harvest", "seed_swaps"), "which queue it takes is open"),
    ],
)
def test_a_queue_serves_by_what_it_is_named_for_and_never_by_nearness(queues: tuple[str, ...], said: str) -> None:
    assert said in jobs(DAILY, *queues)


def test_a_daily_job_is_an_entry_of_the_crontab() -> None:
    assert "FR-004 starts at set times: an entry in the crontab" in jobs(DAILY)
    assert "crontab" not in jobs("A background job sorts the beds again after each change.")


def test_a_pack_of_nightly_work_is_not_told_to_run_in_the_request() -> None:
    pack = changed(summary=(Statement("Growers hand over a file of their beds every night.", at(5)),))
    texts = drafted(evidence(pack))
    assert timed_work(pack) is not None
    assert "No new process" not in texts["4.3"]
    assert "No background job" not in texts["1"]


def test_a_daily_limit_is_no_work_at_set_times() -> None:
    assert timed_work(changed(summary=(Statement("A gardener waters daily.", at(5)),))) is None


def rate(text: str, value: float, unit: str) -> Quantity:
    return Quantity(text, value, unit)


def test_the_load_is_the_rate_that_the_pack_gives_and_not_a_size() -> None:
    size = nfr("Performance", "Opening takes p95 <= 90 ms for 500 users.", rate("500 users", 500, "users"))
    flow = nfr("Throughput", "40 requests per second at noon.", rate("40 requests per second", 40, "rps"))
    given = load_given(changed(nonfunctional=(size, flow)))
    assert given is not None
    assert given[1].unit == "rps"
    both = drafted(evidence(changed(nonfunctional=(*PACK.nonfunctional, size, flow))))
    alone = drafted(evidence(changed(nonfunctional=(*PACK.nonfunctional, size))))
    assert "up to 40 requests per second" in both["9.2"]
    assert "1,000 queries per second" not in both["9.1"]
    assert "queries per second" not in alone["9.1"]


def test_a_release_hangs_on_the_tail_and_not_on_the_median() -> None:
    quantities = (Quantity("p50 <= 50 ms", 50, "ms", "<=", "p50"), Quantity("p95 <= 90 ms", 90, "ms", "<=", "p95"))
    target = nfr("Performance", "Opening a bed takes p50 <= 50 ms and p95 <= 90 ms.", *quantities)
    assert target_words(target) == "P95 ≤ 90 ms"
    assert "Stop the line: P95 over 90 ms" in drafted(evidence(changed(nonfunctional=(target,))))["9.2"]


def test_the_load_test_drives_the_function_that_the_target_speaks_of() -> None:
    doc = "Reorders the plants of a bed. It keeps the rest."
    beds = msgspec.structs.replace(BEDS, functions=(Function("reorder_plants", 2, "def", 30, 34, doc=doc),))
    body = Behaviour(beds.name, "reorder_plants", 2, "def", beds.path, "context", (ClauseOutline("x", 30, 34),))
    files = tuple(outline(beds) if file.path == beds.path else file for file in CONTEXT.code.files)
    code = CodeMap("garden", CONTEXT.code.commit, files=files)
    target = nfr(
        "Performance", "To reorder plants takes p95 <= 90 ms.", Quantity("p95 <= 90 ms", 90, "ms", "<=", "p95")
    )
    flow = nfr("Throughput", "40 requests per second at noon.", rate("40 requests per second", 40, "rps"))
    context = msgspec.structs.replace(CONTEXT, code=code, behaviours=(body,))
    text = drafted(evidence(changed(nonfunctional=(target, flow)), context))["9.2"]
    assert "Scenario (a script on a node of the test cluster): `Garden.Beds.reorder_plants/2`" in text


@pytest.mark.parametrize(
    ("text", "layer", "gets"),
    [
        ('The map (`GardenWeb.MapLive`) shows a button "Ask for a swap".', "live_view", True),
        ("The map (`GardenWeb.MapLive`) stays the entry of the garden.", "live_view", False),
        ('The list shows a button "Ask for a swap".', "live_view", False),
        ("The store (`GardenWeb.MapLive`) gets a new column.", "context", False),
    ],
)
def test_a_page_on_which_the_pack_puts_something_changes(text: str, layer: str, gets: bool) -> None:
    page = Module("GardenWeb.MapLive", "lib/garden_web/live/map_live.ex", 1, 20)
    pack = changed(interface_notes=(Statement(text, at(70)),))
    assert gets_control(pack, waypoint(4, page, layer)) is gets


def test_of_a_requirement_on_a_cache_the_clause_on_the_cache_is_told() -> None:
    text = (
        "The page shows the number of dry beds of a plot beside the title of the garden; "
        "the number is cached for 30 seconds at most."
    )
    pack = changed(requirements=(*PACK.requirements, requirement(4, text, 24)))
    told = drafted(evidence(pack, with_files(outline(SHED))))["8"]
    assert "The number is cached for 30 seconds at most" in told


def test_a_retention_stands_with_privacy_and_brings_a_purge_job_and_no_budget() -> None:
    kept = nfr(
        "Security & Privacy",
        "Reasons never appear in logs; swaps are deleted 180 days after the season ends.",
        rate("180 days", 180, "d"),
    )
    pack = changed(nonfunctional=(*PACK.nonfunctional, kept))
    texts = drafted(evidence(pack))
    assert deletion_asked(pack) is not None
    assert "180 days" in texts["12"]
    assert "Reasons never appear" not in texts["9.1"]
    assert "a purge job" in texts["4.3"]
    assert not keeps_or_hides(nfr("Performance", "Opening takes p95 <= 90 ms."))


def test_a_report_that_is_kept_is_something_stored() -> None:
    asked = (requirement(1, "Keep a report of every run that gardeners can read.", 20),)
    pack = changed(requirements=asked, data_notes=(), criteria=())
    assert rows_kept(pack) is not None
    assert rows_kept(changed(requirements=(requirement(1, "Keep rows open while the page is.", 20),))) is None
    texts = drafted(evidence(pack))
    assert "Nothing new is stored" not in texts["6"]
    assert "nothing new is written" not in texts["7"]


RIGHTS = Statement("Gardener: own bed; Visitor: no; Keeper: yes", at(46), "Ask for a swap")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (RIGHTS.text, True),
        ("Allowed actions: move plants; Notes: read the guide first", False),
        ("may arrange the plants of their own plot", False),
    ],
)
def test_a_row_of_rights_is_told_from_a_role(text: str, row: bool) -> None:
    assert is_row_of_rights(Statement(text, at(46), "x")) is row


def test_a_table_of_rights_stays_a_table_and_its_actions_are_no_people() -> None:
    second = Statement("Gardener: no; Visitor: no; Keeper: yes", at(47), "Answer a swap")
    texts = drafted(evidence(changed(roles=(*PACK.roles, RIGHTS, second))))
    assert "| Action | Gardener | Visitor | Keeper |" in texts["12"]
    assert "| Ask for a swap | own bed | no | yes" in texts["12"]
    assert "ask for a swap" not in texts["1"].lower()
