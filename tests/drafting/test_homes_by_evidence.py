"""Where requirements and criteria go: only where a name, a proof or the pack's own words place them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import CONTEXT, LIVE, PACK, at, criterion, evidence, function, requirement
from tests.drafting.test_hosting import changed, context, drafted
from torusnb.drafting.offline.elsewhere import find_foreign
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.levels import TestPlan, level_of_path, observed_level
from torusnb.drafting.offline.linking import Links
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.new_pages import find_new_page
from torusnb.drafting.offline.performance import hot_path
from torusnb.drafting.offline.plan import known_modules
from torusnb.drafting.offline.siblings import find_siblings
from torusnb.drafting.offline.sides import find_sides
from torusnb.models.codebase import Route
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Call, Module
from torusnb.models.requirements import AcceptanceCriterion, Mention, NonFunctional, PrdSection, Statement

SEEDS = Module(
    "Garden.Packets",
    "lib/garden/packets.ex",
    1,
    60,
    functions=(function("count_seed_packets", 1, 10), function("empty_seed_row", 2, 20)),
)
SEED_MODAL = Module("GardenWeb.AddSeedsModal", "lib/garden_web/live/add_seeds_modal.ex", 1, 60)
SOWING = "Sow the seeds of a row at the depth that their packet gives."


def proved(*proofs: str, text: str = "Given a row, when it is sown, then each seed lies at its depth.") -> Any:
    return msgspec.structs.replace(criterion(9, text, 39, "FR-004"), proofs=proofs)


def sown(text: str = SOWING, *criteria: AcceptanceCriterion, **fields: Any) -> EvidencePack:
    asked = requirement(4, text, 23)
    pack = changed(asked, criteria=(*PACK.criteria, *criteria), **fields)
    return evidence(pack, context((SEEDS, "context"), (SEED_MODAL, "component")))


def homes(pack: EvidencePack) -> list[str]:
    asked = next(r for r in pack.pack.requirements if r.id == "FR-004")
    return [match.module.name for match in Matcher(pack).matches(asked)]


def mention(name: str, line: int) -> Mention:
    return Mention("module", name, at(line))


def test_words_that_a_module_shares_make_it_nearest_and_no_home() -> None:
    pack = sown("Seed packets show how many seeds a row takes.")
    assert homes(pack) == []
    text = drafted(pack)["4.1"]
    assert "no module is chosen for its code yet" in text
    assert "**`Garden.Packets`**" not in text


def test_the_file_that_a_criterion_names_as_its_proof_is_its_home_and_its_test() -> None:
    pack = sown(SOWING, proved("lib/garden/packets.ex", "test/garden/sowing_test.exs"))
    assert homes(pack)[:1] == ["Garden.Packets"]
    assert "`test/garden/sowing_test.exs` (new), unit and Repo tests: AC-009" in drafted(pack)["13"]


def test_a_test_of_today_that_is_named_as_a_proof_is_not_called_new() -> None:
    pack = sown(SOWING, proved("test/garden/beds_test.exs"))
    assert "`test/garden/beds_test.exs`, unit and Repo tests" in drafted(pack)["13"]


def test_a_statement_that_puts_the_matter_into_a_module_places_the_requirement() -> None:
    note = Statement("`Garden.Packets` gives the depth of each row.", at(70))
    assert homes(sown(SOWING, integration_notes=(note,))) == ["Garden.Packets"]


@pytest.mark.parametrize(
    "text",
    [
        "The almanac gives the depth of each row instead of `Garden.Packets`.",
        "Today `Garden.Packets` gives the depth of each row.",
        "`Garden.Packets` is old.",
    ],
)
def test_a_statement_that_only_mentions_a_module_places_nothing_there(text: str) -> None:
    assert homes(sown(SOWING, integration_notes=(Statement(text, at(70)),))) == []


def test_the_boundary_that_the_pack_calls_primary_takes_what_the_server_does() -> None:
    note = Statement("The primary server boundary is `lib/garden/packets.ex`.", at(70))
    asked = ("Sow every other furrow.", "Rake furrows with the client-side tool.")
    assert [homes(sown(text, integration_notes=(note,))) for text in asked] == [["Garden.Packets"], []]


def test_the_component_that_bears_the_features_name_shows_what_is_to_be_seen() -> None:
    panel = Module("GardenWeb.BedPlansPanel", "lib/garden_web/components/bed_plans_panel.ex", 1, 40)
    asked = requirement(4, "Show a badge with the number of ripe fruits.", 23)
    pack = evidence(changed(asked), context((panel, "component")))
    assert homes(pack)[:1] == [panel.name]


def test_screens_are_proved_in_the_browsers_tests_where_the_pack_plans_no_other() -> None:
    plan = PrdSection("QA Plan", 2, at(80), "- Jest tests of the sowing editor.")
    seen = criterion(9, "Given a row, when it is opened, then a tooltip shows the depth.", 39, "FR-004")
    pack = sown("Show the depth of a row on hover.", seen, sections=(plan,))
    assert find_foreign(pack)["FR-004"].path == "assets/"
    line = next(line for line in drafted(pack)["13"].splitlines() if "AC-009" in line)
    assert line.startswith("- `assets/test/`, Jest: ")


def test_the_test_file_that_the_pack_wants_extended_proves_the_criteria_of_its_kind() -> None:
    path = "test/garden_web/controllers/packet_controller_test.exs"
    note = Statement(f"Existing tests in `{path}` should be extended.", at(70))
    seen = criterion(9, "Given a wrong token, when the endpoint is called, then the status code is 403.", 39, "FR-004")
    assert f"`{path}` (new), controller test: AC-009" in drafted(sown(SOWING, seen, notes=(note,)))["13"]


def test_a_component_is_meant_by_its_name_in_plain_words() -> None:
    assert homes(sown("The add seeds modal hides packets that are empty.")) == ["GardenWeb.AddSeedsModal"]


def test_the_one_page_that_the_pack_names_shows_what_is_to_be_seen() -> None:
    note = Statement("`GardenWeb.BedLive` shows all of it.", at(70))
    pack = sown("Show a badge with the number of ripe fruits.", interface_notes=(note,))
    assert homes(pack) == ["GardenWeb.BedLive"]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Document how rows are sown for the next season.", "documents"),
        ("Maintain a coverage matrix for all rows of the plan.", "documents"),
        ("The parser changes are merged upstream before the release.", "work"),
        ("Keep the first delivery slice limited to one plot.", "work"),
        ("Add a reusable corpus and focused tests for odd rows.", "tests"),
        ("Cover empty rows, full rows and rows of weeds.", "tests"),
        ("Validate rows with the client-side parser while people type.", "client"),
        ("Preserve the server-generated depth through the client sowing form.", "client"),
        (SOWING, "server"),
        ("Persist what the JavaScript editor sends.", "server"),
    ],
)
def test_a_requirement_is_on_one_side_of_the_delivery(text: str, side: str) -> None:
    assert find_sides(changed(requirement(4, text, 23)))["FR-004"] == side


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Document how seeds are sown with `Garden.Packets`.", "met by documentation"),
        ("The change of `Garden.Packets` is merged upstream before the release.", "an order of the work"),
        ("Add focused tests for `Garden.Packets` and its rows.", "met by the tests of section 13"),
        ("Validate seeds with the client-side parser while people type.", "code under `assets/`"),
    ],
)
def test_what_is_no_code_of_the_server_gets_no_module_of_it(text: str, told: str) -> None:
    texts = drafted(sown(text))
    line = next(line for line in texts["4.1"].splitlines() if "FR-004" in line)
    assert told in line
    assert "It owns" not in line


@pytest.mark.parametrize(
    ("text", "told"), [("Cut every other hedge.", True), ("Cut hedges with the client-side tool.", False)]
)
def test_only_what_the_server_does_is_said_to_have_no_home(text: str, told: bool) -> None:
    texts = drafted(sown(text))
    lines = [*texts["3"].splitlines(), *texts["15"].splitlines()]
    said = [line for line in lines if line.startswith(("- Where FR-", "- **No module is chosen for FR-"))]
    assert len(said) == 2
    assert all(("FR-004" in line) is told for line in said)


def test_proofs_in_the_browsers_folder_put_a_requirement_there() -> None:
    proof = proved("assets/src/rows/row.tsx", "assets/test/rows/row_test.tsx")
    pack = sown(SOWING, proof)
    assert {name: one.path for name, one in find_foreign(pack).items()} == {"FR-004": "assets/src/rows/"}
    assert "`assets/test/rows/row_test.tsx` (new), front-end test (Jest): AC-009" in drafted(pack)["13"]


SHED = "Garden.Shed"


@pytest.mark.parametrize(
    ("text", "sibling"),
    [
        ("Integrates with `Garden.Shed` for tools.", True),
        ("Tools come from `Garden.Shed`.", True),
        ("Rows are read through `Garden.Shed` alone.", True),
        ("Introduce `Garden.Shed`, which keeps the tools.", False),
        ("`Garden.Shed` keeps the tools of this feature.", False),
        ("The work adds a boundary that is built on events, and creates `Garden.Shed`.", False),
    ],
)
def test_a_module_that_the_pack_only_uses_is_planned_elsewhere(text: str, sibling: bool) -> None:
    pack = sown(SOWING, integration_notes=(Statement(text, at(70)),), mentions=(mention(SHED, 70),))
    assert [one.name for one in find_siblings(pack, known_modules(pack))] == ([SHED] if sibling else [])
    text = drafted(pack)["4.1"]
    assert (f"**`{SHED}`** (new" in text) is not sibling
    assert (f"`{SHED}` is planned elsewhere" in text) is sibling


PREVIEW = Route(
    "LIVE", "/plots/:plot_id/preview", "GardenWeb.BedLive", "", "lib/garden_web/router.ex", 30, (), "plot_preview"
)


def with_route(*routes: Route) -> Any:
    files = tuple(
        msgspec.structs.replace(file, routes=(*file.routes, *routes)) if file.routes else file
        for file in CONTEXT.code.files
    )
    return msgspec.structs.replace(CONTEXT, code=msgspec.structs.replace(CONTEXT.code, files=files))


def test_a_page_that_the_pack_wants_new_is_proposed_in_the_live_session_it_names() -> None:
    asked = requirement(4, "Provide a standalone LiveView that shows the harvest of a plot.", 23)
    note = Statement("Its route should live under the existing preview LiveView session.", at(70))
    pack = evidence(changed(asked, interface_notes=(note,)), with_route(PREVIEW))
    texts = drafted(pack)
    line = next(line for line in texts["4.1"].splitlines() if "BedPlansLive" in line)
    assert "(new, `lib/garden_web/live/bed_plans_live.ex`)" in line
    assert "the live session `plot_preview`" in line
    assert "FR-004" in line


@pytest.mark.parametrize(
    "text",
    [
        "Provide the harvest on the bed page without a new LiveView.",
        "A dedicated page may follow later, if a new page is wanted.",
        "Show a static help page on a new route.",
        "Show the harvest of a plot.",
    ],
)
def test_no_page_is_proposed_where_the_pack_wants_none(text: str) -> None:
    assert find_new_page(evidence(changed(requirement(4, text, 23)))) is None


PLAN = PrdSection(
    "QA Plan",
    2,
    at(80),
    "- Unit tests:\n  - depth of seeds in a row from their packet\n"
    "- LiveView tests:\n  - harvest badge count and order\n"
    "- Manual validation:\n  - Verify harvest badge count and order by eye",
)


@pytest.mark.parametrize(
    ("text", "level", "key"),
    [
        ("Given a packet, when a row of seeds is sown, then the depth is that of the packet.", "unit test", "prd:82"),
        ("Given a harvest, when the order changes, then the badge has the count.", "LiveView test", "prd:84"),
    ],
)
def test_the_packs_own_test_plan_says_at_which_level_a_criterion_is_proved(text: str, level: str, key: str) -> None:
    found = TestPlan(changed(sections=(PLAN,))).planned(text)
    assert found is not None
    assert (found.name, found.key) == (level, key)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Given a row, when it is opened, then a tooltip shows the depth.", "LiveView test"),
        ("Given unsaved rows, when people leave, then a browser dialog appears.", "browser test"),
        ("Given a row, when it is saved, then its depth is stored.", "Repo test"),
        ("Given two rows, then their scores are computed alike.", "unit test"),
        ("Given a wrong token, when the endpoint is called, then the status code is 403.", "controller test"),
    ],
)
def test_without_a_plan_a_criterion_is_proved_where_it_can_be_seen(text: str, level: str) -> None:
    assert observed_level(text) == level


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("test/garden_web/live/bed_live_test.exs", "LiveView test"),
        ("test/garden_web/controllers/bed_controller_test.exs", "controller test"),
        ("assets/test/bed_test.ts", "front-end test (Jest)"),
        ("test/garden/sow_worker_test.exs", "job test"),
        ("test/garden/beds_test.exs", "unit and Repo tests"),
    ],
)
def test_a_test_file_tells_its_kind(path: str, level: str) -> None:
    assert level_of_path(path) == level


def test_what_is_seen_on_a_page_is_not_proved_in_a_test_of_the_domain() -> None:
    seen = criterion(9, "Given a row, when it is opened, then a tooltip shows the depth.", 39, "FR-004")
    note = Statement("`Garden.Packets` gives the depth of each row.", at(70))
    text = drafted(sown(SOWING, seen, integration_notes=(note,)))["13"]
    line = next(line for line in text.splitlines() if "AC-009" in line)
    assert "packets_test.exs" not in line


def test_a_criterion_that_nothing_places_gets_a_kind_of_test_and_no_file() -> None:
    seen = criterion(9, "Given unsaved rows, when people leave, then a browser dialog appears.", 39, "FR-004")
    text = drafted(sown("Warn people before rows are lost.", seen))["13"]
    assert "Browser test, in a file that is not chosen yet: AC-009" in text


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("Read the plan through the cache before the beds are loaded.", "8"),
        ("Give up sowing after a timeout of one minute.", "5.3"),
        ("Existing behaviour of old rows is unchanged while new ones are sown.", "14"),
    ],
)
def test_no_section_says_that_nothing_applies_where_a_requirement_speaks_of_its_matter(text: str, section: str) -> None:
    told = drafted(sown(text))[section]
    assert "Not applicable" not in told


def test_a_matter_that_the_pack_denies_stays_not_applicable() -> None:
    note = NonFunctional("", "Performance", "No cache is introduced for rows.", at(44))
    assert drafted(evidence(changed(nonfunctional=(*PACK.nonfunctional, note))))["8"].startswith("Not applicable")


def test_a_route_that_takes_a_form_is_no_page_to_be_measured() -> None:
    post = Route("POST", "/beds/reorder/plants", LIVE.name, "", "lib/garden_web/router.ex", 10)
    assert hot_path(Ledger(evidence(context=with_route(post)))) == "`/plots/:plot_id/beds`"


def test_a_page_that_the_pack_does_not_name_and_no_requirement_touches_is_no_way_in() -> None:
    shop = Module("GardenWeb.ShopLive", "lib/garden_web/live/shop_live.ex", 1, 50, kinds=("live_view",))
    route = Route("LIVE", "/shop", shop.name, "", "lib/garden_web/router.ex", 11)
    near = context((shop, "live_view"))
    files = (*near.code.files, *with_route(route).code.files[-2:-1])
    near = msgspec.structs.replace(near, code=msgspec.structs.replace(near.code, files=files))
    assert "/shop" not in [one.path for one in Ledger(evidence(context=near)).routes]


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("Show fruits where gardeners can open the almanac action, which opens the full almanac page.", False),
        ("Show fruits where gardeners can open the almanac panel.", True),
    ],
)
def test_a_link_to_another_page_is_no_event_of_this_one(text: str, added: bool) -> None:
    note = Statement("`GardenWeb.BedLive` shows all of it.", at(70))
    events = Ledger(sown(text, interface_notes=(note,))).new_events
    assert any(event.requirement == "FR-004" for event in events) is added


def test_code_of_another_language_gets_no_assumed_budget_of_a_server() -> None:
    note = Statement("The plan types should live in Gleam under the plan code.", at(70))
    pack = changed(data_notes=(note,), nonfunctional=())
    texts = drafted(evidence(pack))
    assert "300 ms" not in texts["9"] + texts["9.1"] + texts["9.2"] + texts["1"]


def test_events_that_the_pack_counts_by_name_keep_their_names_and_none_is_made_up() -> None:
    counted = Statement("`row_sown`, `row_weeded` counts.", at(75))
    text = drafted(evidence(changed(telemetry=(counted,))))["11"]
    assert ":row_sown" in text
    assert ":saved" not in text


def test_criteria_without_a_link_follow_the_words_and_then_the_order_of_the_list() -> None:
    asked = (
        requirement(1, "Open a row from the plan.", 20),
        requirement(2, "Open a bed from the plan.", 21),
        requirement(3, "Open a plot from the plan.", 22),
    )
    loose = tuple(criterion(n, "When it is opened, then the plan is left.", 29 + n) for n in (1, 2, 3))
    links = Links(msgspec.structs.replace(PACK, requirements=asked, criteria=loose))
    assert links.nearest(loose[0]) == "FR-001"
    assert links.criteria_of("FR-001")[0].id == "AC-001"


def test_a_proof_that_climbs_out_of_the_checkout_places_nothing() -> None:
    assert homes(sown(SOWING, proved("lib/../../etc/packets.ex"))) == []


@pytest.mark.parametrize(("target", "stays"), [("Garden.Repo", True), ("Garden.Weather", False)])
def test_only_a_module_that_reaches_rows_is_called_the_transaction_boundary(target: str, stays: bool) -> None:
    shelf = Module(
        "Garden.Packets",
        "lib/garden/packets.ex",
        1,
        60,
        functions=(function("save_furrow", 1, 10),),
        calls=(Call(target, "insert", 1, 12),),
    )
    asked = requirement(4, "Gardeners save furrow after furrow: save_furrow/1 of `Garden.Packets` stores them.", 23)
    text = drafted(evidence(changed(asked, data_notes=()), context((shelf, "context"))))["7"]
    assert ("`save_furrow/1` of `Garden.Packets` stays the transaction boundary" in text) is stays
