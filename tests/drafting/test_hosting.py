"""Where requirements land: no module that the pack rules out, no other layer or domain, no private helper."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import (
    BED,
    BEDS,
    CONTEXT,
    LIVE,
    PACK,
    at,
    criterion,
    evidence,
    function,
    outline,
    requirement,
    waypoint,
)
from torusnb.drafting.drafters import open_drafter
from torusnb.drafting.offline.contracts import find_contracts
from torusnb.drafting.offline.elsewhere import find_elsewhere, find_foreign
from torusnb.drafting.offline.exclusions import excluded_modules
from torusnb.drafting.offline.hosting import is_near
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.work import is_boundary, kinds_of
from torusnb.models.codebase import CodeMap, Commit
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Context
from torusnb.models.modules import Child, Module
from torusnb.models.requirements import Mention, PrdSection, Requirement, SpecPack, Statement

FROST = Module(
    "Garden.Weather.FrostWatch",
    "lib/garden/weather/frost_watch.ex",
    1,
    60,
    functions=(function("sort_plants", 2, 10), function("order_plants", 1, 20)),
)
BELL = Module(
    "Garden.Weather.FrostBell", "lib/garden/weather/frost_bell.ex", 1, 30, functions=(function("ring_bell", 1, 10),)
)
SHOP = Module(
    "Shop.Orders",
    "lib/shop/orders.ex",
    1,
    80,
    functions=(function("score_plants", 2, 10), function("plant_score", 1, 20)),
)
SCORES = Module(
    "Garden.Beds.Scores",
    "lib/garden/beds/scores.ex",
    1,
    80,
    functions=(function("score_plants", 2, 10, "defp"), function("plant_score", 1, 20)),
)


def context(*modules: tuple[Module, str], children: tuple[Child, ...] = ()) -> Context:
    """The garden with more modules, ranked first."""
    ranked = [*modules, (BEDS, "context"), (LIVE, "live_view"), (BED, "schema")]
    application = Module(
        "Garden.Application", "lib/garden/application.ex", 1, 40, kinds=("application",), children=children
    )
    return msgspec.structs.replace(
        CONTEXT,
        waypoints=tuple(
            waypoint(n, module, layer, "FR-001", "FR-004") for n, (module, layer) in enumerate(ranked, start=1)
        ),
        code=CodeMap("garden", Commit("abc123"), files=tuple(outline(m) for m, _ in ((application, ""), *ranked))),
    )


def changed(*asked: Requirement, **fields: Any) -> SpecPack:
    return msgspec.structs.replace(PACK, requirements=(*PACK.requirements, *asked), **fields)


def drafted(pack: EvidencePack) -> dict[str, str]:
    return {draft.section: draft.text for draft in open_drafter("offline").draft_all(pack).sections}


def hosts(text: str, *modules: tuple[Module, str], **fields: Any) -> list[str]:
    asked = requirement(4, text, 23)
    return [m.module.name for m in Matcher(evidence(changed(asked, **fields), context(*modules))).matches(asked)]


def mentions(*names: str) -> tuple[Mention, ...]:
    return tuple(Mention("module", name, at(60 + line)) for line, name in enumerate(names))


RULED = (
    Statement("Changing the frost checks or `FrostWatch`.", at(90)),
    Statement("Frost alarms of any kind.", at(91)),
    Statement("New frost charts.", at(92)),
)


def test_a_module_of_a_non_goal_hosts_nothing_and_is_told_once_as_left_alone() -> None:
    texts = drafted(evidence(changed(non_goals=RULED), context((FROST, "context"))))
    assert "Left alone, because the pack rules it out: `Garden.Weather.FrostWatch`. [@prd:90]" in texts["4.1"]
    assert all("FrostWatch" not in texts[name] for name in ("1", "3", "4", "4.2", "5", "9", "9.2", "13"))


def test_the_kin_of_a_module_that_is_ruled_out_is_ruled_out_with_it() -> None:
    pack = evidence(changed(non_goals=RULED), context((FROST, "context"), (BELL, "context")))
    assert [one.module.name for one in excluded_modules(pack)] == [BELL.name, FROST.name]


@pytest.mark.parametrize(
    ("text", "ruled"),
    [
        ("The frost check of `FrostWatch` remains separate and is run as today.", True),
        ("Frost keeps its `FrostWatch` path and is not incorporated into this work.", True),
        ("Explicitly exclude `Garden.Weather.FrostWatch` from this work.", True),
        ("The order of plants remains unchanged. Read it through `FrostWatch`.", False),
        ("Plans are drawn by `FrostWatch`, which lists excluded beds.", False),
    ],
)
def test_a_sentence_rules_out_the_module_beside_its_words(text: str, ruled: bool) -> None:
    pack = evidence(changed(data_notes=(Statement(text, at(70)),)), context((FROST, "context")))
    assert [one.module.name for one in excluded_modules(pack)] == ([FROST.name] if ruled else [])


def test_a_module_that_a_requirement_names_is_never_ruled_out() -> None:
    asked = requirement(4, "Gardeners get the order of plants from `FrostWatch`.", 23)
    assert excluded_modules(evidence(changed(asked, non_goals=RULED[:1]), context((FROST, "context")))) == ()


def test_a_non_goal_that_wants_no_second_one_leaves_the_first_at_hand() -> None:
    refused = (Statement("No new watch; the work reuses `FrostWatch`.", at(90)),)
    assert excluded_modules(evidence(changed(non_goals=refused), context((FROST, "context")))) == ()


def test_work_on_the_screen_is_not_hosted_by_the_domain() -> None:
    text = "Show a badge with the plant score and score plants on hover."
    assert SCORES.name not in hosts(text, (SCORES, "context"))
    assert SCORES.name in hosts("Score plants by their plant score.", (SCORES, "context"))


def test_shared_words_of_another_domain_make_no_host_where_the_pack_names_its_own() -> None:
    text = "Score plants by their plant score."
    assert SHOP.name in hosts(text, (SHOP, "context"))
    assert SHOP.name not in hosts(text, (SHOP, "context"), mentions=mentions("Garden.Beds", "Garden.Beds.Bed"))


def test_a_name_under_not_applicable_says_nothing_on_where_the_feature_lives() -> None:
    section = PrdSection("Checks", 2, at(70), "- Shop.Orders check:\n  - Status: Not applicable")
    named = (*mentions("Garden.Beds", "Garden.Beds.Bed"), Mention("module", "Shop.Orders", at(71)))
    fields: dict[str, Any] = {"mentions": named, "sections": (section,)}
    assert SHOP.name not in hosts("Score plants by their plant score.", (SHOP, "context"), **fields)


def test_a_part_that_gets_the_result_does_not_do_the_work_before() -> None:
    text = "Score plants by their plant score before passing them to scores."
    assert SCORES.name not in hosts(text, (SCORES, "context"))


def test_a_private_function_is_never_offered() -> None:
    asked = requirement(4, "Score plants by their plant score and by what the plot prefers.", 23)
    text = "\n".join(drafted(evidence(changed(asked), context((SCORES, "context")))).values())
    assert "plant_score/1" in text
    assert "score_plants/2" not in text


def test_an_access_rule_goes_to_no_function_that_decides_no_access() -> None:
    asked = requirement(4, "Permission to order plants remains in the page's `mount`.", 23)
    text = drafted(evidence(changed(asked), context((FROST, "context"))))["4.1"]
    assert "the check goes to" not in text
    assert "FR-004 (permission to order plants remains in the page's `mount`): access stays decided" in text


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("The page makes no direct calls of the store.", True),
        ("Access remains in the page's mount.", True),
        ("Keep soil notes separate from what guests read.", True),
        ("The page shows no more than ten beds.", False),
        ("Gardeners keep their plots sorted.", False),
    ],
)
def test_a_statement_that_leaves_or_denies_is_a_boundary(text: str, bounds: bool) -> None:
    assert is_boundary(text) is bounds


def test_a_boundary_without_code_of_today_bounds_the_new_code() -> None:
    asked = requirement(4, "Drag moves must not fold the cards of a season.", 23)
    text = drafted(evidence(changed(asked)))["4.1"]
    assert "a bound on the code of this section, held by a test of section 13" in text
    assert "what is there stays" not in text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Establish a parity corpus that compares today's plans with the new ones.", "verify"),
        ("Validate the integration across beds, plots and pages.", "verify"),
        ("Plot metrics follow the season without a full page reload.", "render"),
        ("The water action must be disabled until the answer is there.", "render"),
        ("Emit fingerprints for UI/CSV equivalence.", "integrate"),
    ],
)
def test_proof_and_screens_are_told_from_rules(text: str, kind: str) -> None:
    assert kinds_of(text)[0] == kind


def test_types_that_shall_live_in_another_language_are_proposed_there_with_its_tests() -> None:
    note = Statement("The plan types should live in Gleam under the plan code.", at(70))
    pack = evidence(changed(data_notes=(note,)))
    found = find_elsewhere(pack)
    assert found is not None
    assert (found.path, found.key) == ("gleam/", "prd:70")
    texts = drafted(pack)
    assert "code under `gleam/`, which the outline does not cover; tested with `gleam test`" in texts["4.1"]
    assert "`gleam/test/`" in texts["13"]
    assert "_test.exs" not in texts["13"]


def test_a_requirement_of_the_browser_gets_the_browsers_folder_and_its_test_tool() -> None:
    note = Statement("Editor changes belong under `assets/src/plans` in TypeScript.", at(70))
    asked = requirement(4, "Convert old plans in the TypeScript editor on save.", 23)
    proof = criterion(5, "Given an old plan, when it is saved, then it is converted.", 34, "FR-004")
    pack = evidence(
        changed(
            asked,
            integration_notes=(note,),
            criteria=(*PACK.criteria, proof),
            mentions=(Mention("path", "assets/src/plans", at(70)),),
        )
    )
    assert {r: one.path for r, one in find_foreign(pack).items()} == {"FR-004": "assets/src/plans"}
    texts = drafted(pack)
    assert "code under `assets/src/plans`, which the outline does not cover; tested with Jest" in texts["4.1"]
    assert "`assets/test/`, Jest: AC-005" in texts["13"]


@pytest.mark.parametrize(
    "text",
    [
        "Score plants through the shared Gleam engine.",
        "Plans are the same on Erlang and JavaScript targets.",
        "Validate the integration with TypeScript pages.",
    ],
)
def test_code_that_calls_another_language_is_not_written_in_it(text: str) -> None:
    assert find_foreign(evidence(changed(requirement(4, text, 23)))) == {}


TASKS = Child("Task.Supervisor", "{Task.Supervisor, name: Garden.Tasks},", 16)


@pytest.mark.parametrize(
    "text",
    [
        "The water button must be disabled while a forecast request is in flight.",
        "When the forecast provider times out, the page shows the last forecast and a retry link.",
    ],
)
def test_work_that_waits_on_the_outside_is_a_supervised_task(text: str) -> None:
    texts = drafted(evidence(changed(requirement(4, text, 23)), context(children=(TASKS,))))
    assert "The wait of FR-004 runs in a task under `Garden.Tasks`" in texts["4.3"]
    assert "`:DOWN`" in texts["4.3"]
    assert "{:DOWN, ref, :process, pid, reason}" in texts["5.3"]
    assert "No new process" not in texts["4.3"]
    assert "caller's process" not in texts["1"] + texts["4.2"]


def test_a_cancel_button_alone_waits_on_nothing() -> None:
    texts = drafted(evidence(changed(requirement(4, "Canceling the dialog closes it without saving.", 23))))
    assert "No new process" in texts["4.3"]


def test_rules_that_shall_stay_off_the_screen_get_a_module_of_their_own() -> None:
    asked = requirement(4, "Season scores are drawn up in non-UI modules, with views reading them only.", 23)
    text = drafted(evidence(changed(asked)))["4.1"]
    assert "(new, `lib/garden/" in text
    assert "It owns FR-004" in text


def test_two_functions_that_share_as_many_words_answer_two_requirements() -> None:
    asked = (
        requirement(4, "The plot shows its cards folded and tells that a card changed.", 23),
        requirement(5, "The plot shows its cards in their order and tells the new one.", 24),
    )
    notes = (
        Statement("`on_card_order_changed(order)` callback.", at(70)),
        Statement("`on_card_folded_changed(card, folded)` callback.", at(71)),
    )
    pack = changed(*asked, interface_notes=notes)
    found = {c.name: c.requirement for c in find_contracts(pack, CONTEXT.code, ())}
    assert found == {"on_card_order_changed/1": "FR-005", "on_card_folded_changed/2": "FR-004"}


def test_functions_of_which_the_pack_says_the_same_share_a_line() -> None:
    note = Statement("Plans come with functions such as `draw_plan/1`, `fold_plan/2` and `keep_plan/3`.", at(70))
    text = drafted(evidence(changed(integration_notes=(note,))))["5"]
    assert "- `draw_plan/1`, `fold_plan/2` and `keep_plan/3` (new): plans come with functions" in text
    assert text.count("plans come with functions") == 1


def test_a_field_that_shares_one_word_of_its_name_is_not_the_nearest() -> None:
    asked = requirement(4, "Persist the plant that a gardener saw last.", 23)
    pack = evidence(changed(asked), context((BED, "schema")))
    assert all(m.fields == () for m in Matcher(pack).matches(asked))


@pytest.mark.parametrize(
    ("name", "text", "near"),
    [
        ("list_beds", "List the beds of a plot.", True),
        ("draw", "Draw the plan of a bed.", True),
        ("draw", "Keep what a later season will draw.", False),
        ("get_plot_with_owner_and_season", "Every plot has an owner.", False),
        ("fold_plot_cards", "Cards of a plot fold.", True),
        ("get_bed", "Gardeners water a bed.", False),
    ],
)
def test_a_function_is_near_when_the_text_speaks_most_of_its_name(name: str, text: str, near: bool) -> None:
    assert is_near(function(name, 1, 10), text) is near
