"""Budgets and rules of an epic in a draft: which number decides, what stands where, which ids are told."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import PACK, evidence
from tests.drafting.test_hosting import drafted
from torusnb.drafting.offline.homes import home_of
from torusnb.drafting.offline.measures import measure
from torusnb.models.base import Place
from torusnb.models.requirements import NonFunctional, Note, SpecPack, Statement
from torusnb.spec.budgets import general_targets, latency_targets, load_given
from torusnb.spec.quantities import parse_quantities

ABOVE = "docs/plans/garden/bed_planner/../prd.md"
SHELL = "The gate must open in p95 <= 70ms and p99 <= 80ms."
OWN = "A bed must be drawn in p95 <= 90ms."
SIZES = "Budgets are held for these profiles: `Small`: 20 learners. `Large`: 2,000 learners."
RULE = "A late drawing must never overwrite a newer drawing of a bed."


def bound(text: str, line: int, name: str = "", *, general: bool = False) -> NonFunctional:
    return NonFunctional("", "Performance", text, Place(ABOVE, line), parse_quantities(text), name, general)


def told(*bounds: NonFunctional) -> dict[str, str]:
    return drafted(evidence(with_bounds(*bounds)))


def with_bounds(*bounds: NonFunctional) -> SpecPack:
    return msgspec.structs.replace(PACK, nonfunctional=bounds)


def test_the_number_that_decides_is_one_that_is_about_the_feature() -> None:
    texts = told(bound(SHELL, 3, "NFR-2", general=True), bound(OWN, 4, "NFR-4"))
    assert "The number that decides is P95 ≤ 90 ms" in texts["9"]
    assert "P95 ≤ 90 ms" in texts["1"]
    assert "70 ms" not in texts["1"]
    assert "70 ms" not in texts["11"]


def test_a_budget_of_another_part_stands_in_the_table_as_the_whole_epics_and_not_among_the_requirements() -> None:
    texts = told(bound(SHELL, 3, "NFR-2", general=True), bound(OWN, 4, "NFR-4"))
    [row] = [line for line in texts["9.1"].splitlines() if "70 ms" in line]
    assert "given for the whole epic [@note:../prd.md:3]" in row
    assert "70ms" not in texts["2"]


def test_of_general_budgets_alone_none_decides() -> None:
    pack = with_bounds(bound(SHELL, 3, general=True))
    assert latency_targets(pack) == ()
    assert [entry.place.line for entry in general_targets(pack)] == [3]
    assert "The number that decides" not in drafted(evidence(pack))["9"]


def test_the_packs_own_bounds_come_before_its_epics() -> None:
    own = NonFunctional(
        "", "Speed", "A seed is sown within 5 ms.", Place("prd.md", 60), parse_quantities("within 5 ms")
    )
    assert [entry.place.path for entry in latency_targets(with_bounds(bound(OWN, 4), own))] == ["prd.md", ABOVE]
    text = told(bound(OWN, 4, "NFR-4"), own)["2"]
    assert text.index("A seed is sown") < text.index("A bed must be drawn")


def test_a_bullet_of_the_epic_has_its_own_id() -> None:
    text = told(bound(OWN, 4, "NFR-PERF-004"), bound(RULE, 9, "NFR-REL-001"))["2"]
    assert "**NFR-PERF-004 Performance**: " in text
    assert "**NFR-REL-001 Performance**: " in text


@pytest.mark.parametrize(
    ("text", "load"),
    [
        (SIZES, ""),
        ("A page shows in p95 <= 300ms (Normal 200 learners).", ""),
        ("It holds 200 concurrent learners.", "200 concurrent learners"),
        ("With the profile of an exam 60 events/s come in.", "60 events/s"),
    ],
)
def test_how_many_people_a_benchmarks_data_holds_is_no_load(text: str, load: str) -> None:
    given = load_given(with_bounds(bound(text, 5)))
    assert (given[1].text if given else "") == load


def test_sizes_of_data_are_not_the_peak_of_the_load_test() -> None:
    texts = told(bound(SIZES, 2, general=True), bound(OWN, 4))
    assert "20 learners" not in texts["9.2"]


def test_a_rule_of_the_epic_is_a_constraint_and_not_left_over() -> None:
    note = Note(
        "../prd.md", (Statement(RULE, Place(ABOVE, 9)), Statement("The shed must be red.", Place(ABOVE, 11))), "x"
    )
    pack = msgspec.structs.replace(with_bounds(bound(RULE, 9, "NFR-REL-001")), beside=(note,))
    texts = drafted(evidence(pack))
    assert RULE.rstrip(".") in texts["2"]
    assert "Settled in the notes" not in texts["16"]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("Nothing shown here may name a gardener or a learner to another learner", "12"),
        ("No message may reveal which students came late", "12"),
        ("No name of a bed is shown twice", "5.2"),
    ],
)
def test_what_must_not_name_a_person_is_a_matter_of_privacy(text: str, home: str) -> None:
    assert home_of(text, "", "nonfunctional", "", about_flags=False) == home


def test_what_nothing_may_tell_of_a_person_stands_with_the_rights() -> None:
    rule = "Nothing shown here may name a learner to another learner."
    assert rule.rstrip(".") in told(bound(rule, 9))["12"]


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("Must not slow the bed's page by more than 50ms at p95.", "what is added to the bed's page"),
        ("A bed's drawing must achieve: `Small`: p95 <= 300ms; `Large`: p95 <= 700ms", "A bed's drawing"),
    ],
)
def test_what_a_bound_measures_is_named_without_its_first_value(text: str, measured: str) -> None:
    assert measure(bound(text, 3)) == measured
