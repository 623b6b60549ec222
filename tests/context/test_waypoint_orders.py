from __future__ import annotations

from collections.abc import Callable

import pytest

from torusnb.context.map.text_cache import open_text_index
from torusnb.context.waypoints.file_history import spoken_reasons, touched_reasons
from torusnb.context.waypoints.nearest import find_answers
from torusnb.context.waypoints.orders import change_scores, known_scores
from torusnb.context.waypoints.request import Request
from torusnb.context.waypoints.signals import Tuning
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.history import Change, History
from torusnb.models.knowledge import Reason
from torusnb.models.requirements import PrdSection, Requirement, SpecPack

BASKETS = "lib/shop/baskets.ex"
WEATHER = "lib/shop/weather.ex"
REPO = "lib/shop/repo.ex"
KNOWN = frozenset({BASKETS, WEATHER, REPO})
DAY = 86_400
NOW = 4_000 * DAY

Spoken = Callable[..., dict[str, Reason]]


def change(number: int, subject: str, *paths: str, days: int = 0) -> Change:
    return Change(f"{number:040x}", NOW - days * DAY, subject, tuple(sorted(paths)))


def files(count: int) -> tuple[str, ...]:
    return tuple(f"lib/shop/file_{number}.ex" for number in range(count))


@pytest.fixture
def spoken(stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]) -> Spoken:
    def speak(*changes: Change) -> dict[str, Reason]:
        with open_text_index(shop_map, read_shop) as index:
            return spoken_reasons(History("f" * 40, NOW, changes), Request(stacking, index), index, KNOWN)

    return speak


def test_a_file_is_spoken_for_by_the_subjects_of_its_changes_with_their_words(spoken: Spoken) -> None:
    found = spoken(change(1, "Redeem a voucher", BASKETS), change(2, "Forecast rain", WEATHER))
    assert list(found) == [BASKETS]
    assert found[BASKETS].kind == "subjects"
    assert found[BASKETS].weight == 1.0
    assert '"voucher' in found[BASKETS].text


def test_many_changes_that_speak_alike_add_up_however_old(spoken: Spoken) -> None:
    often = [change(number, "Voucher", REPO, days=1_000) for number in range(9)]
    found = spoken(*often, change(20, "Voucher", BASKETS), change(21, "Rain", WEATHER))
    assert found[REPO].weight == 1.0 > found[BASKETS].weight > 0


def test_a_sweeping_change_speaks_for_no_file(spoken: Spoken) -> None:
    assert spoken(change(1, "Format the voucher", BASKETS, *files(80))) == {}
    assert spoken() == {}


def test_only_changes_as_large_as_a_feature_tell_how_often_features_touch_a_file() -> None:
    past = History(
        "f" * 40,
        NOW,
        (
            change(1, "a", BASKETS, WEATHER, *files(8)),
            change(2, "b", BASKETS, "docs/a.md", *files(7)),
            change(3, "small", REPO, *files(6)),
            change(4, "sweeping", REPO, *files(300)),
        ),
    )
    found = touched_reasons(past, KNOWN)
    assert set(found) == {BASKETS, WEATHER}
    assert found[BASKETS].text == "2 of 2 changes as large as a feature touched it"
    assert found[BASKETS].weight == 1.0 > found[WEATHER].weight
    assert touched_reasons(History("f" * 40), KNOWN) == {}


def test_of_two_features_the_younger_one_tells_more() -> None:
    past = History("f" * 40, NOW, (change(1, "a", BASKETS, *files(8)), change(2, "b", WEATHER, *files(8), days=800)))
    found = touched_reasons(past, KNOWN)
    assert found[BASKETS].weight > found[WEATHER].weight > 0


def test_a_file_is_nearest_to_the_requirements_and_sections_that_none_answers_better(
    shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    requirements = (
        Requirement("FR-001", "Redeem a voucher in the basket", Place("prd.md", 9)),
        Requirement("FR-002", "Forecast of the town", Place("prd.md", 10)),
    )
    section = PrdSection("Vouchers", 2, Place("prd.md", 3), "redeem voucher basket baskets")
    pack = SpecPack("x", "docs/features/x", "X", sections=(section,), requirements=requirements)
    with open_text_index(shop_map, read_shop) as index:
        answers = find_answers(Request(pack, index), index)
    assert answers.nearest[BASKETS] == ("FR-001", 'section "Vouchers"')
    assert answers.nearest[WEATHER] == ("FR-002",)
    assert answers.ids[BASKETS] == ("FR-001",)
    assert answers.shares()[BASKETS] == 1.0
    assert answers.shares()[WEATHER] == 0.5


NONE: dict[str, dict[str, float]] = {signal: {} for signal in ("subjects", "nearest", "often", "named")}
LAYERS = {"a": "context", "b": "schema", "c": "live_view"}


def test_of_what_scores_alike_a_context_is_known_before_a_page_and_changed_alike() -> None:
    total = dict.fromkeys(LAYERS, 1.0)
    known = known_scores(total, NONE, LAYERS, Tuning())
    assert known["a"] > known["b"] > known["c"]
    assert len(set(change_scores(total, NONE, (), Tuning()).values())) == 1


@pytest.mark.parametrize(
    ("signal", "to_know", "to_change"), [("subjects", True, False), ("nearest", False, True), ("often", False, True)]
)
def test_each_single_signal_moves_one_order_only(signal: str, to_know: bool, to_change: bool) -> None:
    total = {"a": 1.0, "b": 1.0}
    layers = dict.fromkeys(total, "schema")
    parts = NONE | {signal: {"b": 1.0}}
    known, changed = known_scores(total, parts, layers, Tuning()), change_scores(total, parts, (), Tuning())
    assert (known["b"] > known["a"]) == to_know
    assert (changed["b"] > changed["a"]) == to_change


def test_being_named_as_out_of_scope_makes_no_change_likely() -> None:
    total, parts = {"a": 1.5, "b": 1.5}, NONE | {"named": {"a": 1.0, "b": 1.0}}
    found = change_scores(total, parts, {"a"}, Tuning())
    assert 0 < found["a"] < found["b"] < 1


def test_waypoints_say_how_likely_they_change_and_what_they_are_nearest_to(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    past = History("f" * 40, NOW, (change(1, "Stack vouchers", BASKETS, *files(8)), change(2, "x", WEATHER)))
    found = {waypoint.path: waypoint for waypoint in rank_waypoints(stacking, shop_map, read_shop, history=past)}
    assert all(0 < waypoint.change < 1 for waypoint in found.values())
    assert found[BASKETS].change == max(waypoint.change for waypoint in found.values())
    told = {reason.kind: reason.text for reason in found[BASKETS].reasons}
    assert told["nearest"].startswith("of all files nearest to FR-001")
    assert told["subjects"].startswith("its changes speak of ")
    assert told["often"] == "1 of 1 changes as large as a feature touched it"
    plain = {waypoint.path: waypoint for waypoint in rank_waypoints(stacking, shop_map, read_shop)}
    assert plain[BASKETS].change < found[BASKETS].change
