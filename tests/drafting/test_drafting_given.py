"""What the pack gives is not contradicted: durations, flags, advice, caches, events, failures, loads, roles."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import BEDS, CONTEXT, PACK, at, evidence, outline, requirement
from torusnb.drafting.drafters import open_drafter
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Use
from torusnb.models.requirements import Mention, NonFunctional, Quantity, SpecPack, Statement
from torusnb.spec.budgets import latency_targets
from torusnb.spec.durations import latency_quantities


def drafted(pack: EvidencePack) -> dict[str, str]:
    return {draft.section: draft.text for draft in open_drafter("offline").draft_all(pack).sections}


def changed(**fields: Any) -> SpecPack:
    return msgspec.structs.replace(PACK, **fields)


def whole(texts: dict[str, str]) -> str:
    return "\n".join(texts.values())


def quality(text: str, words: str, value: float, unit: str = "s", statistic: str = "", area: str = "") -> NonFunctional:
    return NonFunctional("", area, text, at(40), (Quantity(words, value, unit, "<=", statistic),))


@pytest.mark.parametrize(
    ("text", "words", "value", "statistic", "bounds"),
    [
        ("Saving a plan answers in p95 <= 120 ms.", "p95 <= 120 ms", 120.0, "p95", True),
        ("The plan is visible within 2 s of the click.", "within 2 s", 2.0, "", True),
        ("Plans are cached for 30 s.", "30 s", 30.0, "", False),
        ("The page polls every 10 s.", "10 s", 10.0, "", False),
        ("Typing is debounced by 300 ms.", "300 ms", 300.0, "", False),
        ("A call of the weather service times out after 5 s.", "5 s", 5.0, "", False),
        ("A progress line shows within 1 s while a long plan is drawn.", "within 1 s", 1.0, "", False),
        ("The TTL of a plan is 60 s; drawing one takes at most 2 s.", "at most 2 s", 2.0, "", True),
        ("A lock is kept for 90 s.", "90 s", 90.0, "", False),
    ],
)
def test_only_a_bound_on_an_answer_is_a_latency(
    text: str, words: str, value: float, statistic: str, bounds: bool
) -> None:
    nfr = quality(text, words, value, "ms" if "ms" in words else "s", statistic)
    assert bool(latency_quantities(nfr)) is bounds
    assert bool(latency_targets(changed(nonfunctional=(nfr,)))) is bounds


def test_a_time_for_visible_progress_becomes_no_budget_and_no_alert() -> None:
    nfr = quality("A progress line shows within 1 s while a long plan is drawn.", "within 1 s", 1.0, area="Performance")
    texts = drafted(evidence(changed(nonfunctional=(nfr,))))
    assert "1 s |" not in texts["9.1"]
    assert "1 s for 15 minutes" not in texts["11"]
    assert "The number that decides" not in texts["9"]


def test_advice_reads_as_advice_and_job_arguments_as_what_to_do() -> None:
    asked = (*PACK.requirements, requirement(4, "The system SHALL send a nightly digest by a background job.", 23))
    texts = drafted(evidence(changed(requirements=asked)))
    assert "- Pass identifiers to `BedPlansWorker`" in texts["5.3"]
    assert "takes identifiers only" not in whole(texts)
    lines = [line for line in whole(texts).splitlines() if "@practice:" in line]
    assert lines
    assert all(line.startswith(("- Advice: **", "- Advice for ")) for line in lines)


def test_a_feature_that_is_about_flags_is_not_said_to_be_behind_one() -> None:
    flags = (Statement("Flags in `Garden.Flags` name their bed; `:open` beds have no canary stage.", at(42)),)
    about = drafted(evidence(changed(title="Bed Flag Stages", slug="bed_flag_stages", flags=flags)))
    gated = drafted(
        evidence(changed(flags=(Statement("The plan is behind the flag `bed-plans`, off by default.", at(42)),)))
    )
    assert "released behind a flag" not in about["1"]
    assert "Flag off" not in about["13"]
    assert "Flag off" in gated["13"]
    assert "`bed-plans`" in gated["14"]


def test_a_requirement_that_speaks_of_a_rollout_is_no_gate() -> None:
    asked = (*PACK.requirements, requirement(4, "Gardeners see who changed the rollout state of a bed.", 23))
    assert "Flag off" not in drafted(evidence(changed(requirements=asked)))["13"]


def test_the_pilot_and_the_way_back_are_told() -> None:
    rollout = (
        Statement("Enable the plan for one pilot garden for two weeks.", at(71), "Stages"),
        Statement("Roll back by switching the flag off; plans stay stored.", at(72), "Rollback"),
    )
    text = drafted(evidence(changed(rollout=rollout)))["14"]
    assert "pilot garden" in text
    assert "switching the flag off" in text


def test_an_event_carries_the_metadata_that_the_pack_lists() -> None:
    note = Statement("Telemetry events for watering decisions (`bed`, `level`, `result`) to watch the drought.", at(70))
    text = drafted(evidence(changed(telemetry=(note,))))["11"]
    assert ":watering_decision]`: measures `duration` and `count`, tagged with `bed`, `level` and `result`" in text
    assert "limited to outcome, reason and role" not in text


def test_a_tag_is_not_taken_for_an_event() -> None:
    text = drafted(evidence(changed(telemetry=(Statement("Plan count by `garden_plot_key` and `day`.", at(70)),))))[
        "11"
    ]
    assert ":garden_plot_key]" not in text
    assert "by `garden_plot_key`" in text


def test_a_cache_of_its_own_is_not_answered_with_the_topic_of_another() -> None:
    cached = msgspec.structs.replace(
        BEDS, caches=(Use("cachex", "bed_cache", 12),), topics=(Use("broadcast", "bed_topic", 15),)
    )
    files = tuple(outline(cached) if f.path == BEDS.path else f for f in CONTEXT.code.files)
    context = msgspec.structs.replace(CONTEXT, code=msgspec.structs.replace(CONTEXT.code, files=files))
    asked = (
        requirement(1, "The system SHALL cache plans in `Garden.Plans.PlanCache` with a TTL.", 20),
        requirement(2, "The plan cache SHALL evict the oldest plans in `Garden.Plans.PlanCache`.", 21),
    )

    mentions = (
        Mention("module", "Garden.Plans.PlanCache", at(20)),
        Mention("module", "Garden.Plans.PlanCache", at(21)),
    )
    texts = drafted(evidence(changed(requirements=asked, mentions=mentions), context))
    assert "is a cache of its own" in texts["8"]
    assert "Other nodes hear of it on `bed_topic`" not in texts["8"]
    assert "`bed_cache` is cold" not in texts["10"]


def test_a_quality_that_puts_an_outcome_to_a_failure_is_a_row_of_the_failures() -> None:
    nfr = NonFunctional("", "Reliability", "Broken plans and unknown beds must return a structured error.", at(41))
    text = drafted(evidence(changed(nonfunctional=(nfr,))))["10"]
    assert "| Broken plans and unknown beds | " in text
    assert "Must return a structured error [@prd:41] |" in text


def test_the_answer_to_a_failure_is_not_taken_for_the_failure() -> None:
    note = Statement("Error messages must be short and name the bed that could not be drawn.", at(70))
    text = drafted(evidence(changed(interface_notes=(note,))))["10"]
    assert "| Error messages |" not in text


def test_a_flow_that_denies_fails_closed() -> None:
    steps = tuple(
        Statement(text, at(80 + n), "Watering Check (`may_water?/2`)")
        for n, text in enumerate(("Read the soil; if it is wet, deny.", "Ask the drought list."))
    )
    assert "| A read inside `may_water?/2` fails |" in drafted(evidence(changed(flags=steps)))["10"]


def test_no_load_test_stands_where_nothing_hints_at_load() -> None:
    asked = (requirement(1, "The system SHALL compute the order of plants from their heights.", 20),)
    silent = changed(
        requirements=asked,
        nonfunctional=(),
        data_notes=(Statement("No new tables.", at(50)),),
        interface_notes=(Statement("No page changes in this work.", at(70)),),
    )
    assert drafted(evidence(silent))["9.2"].startswith("Not applicable: the pack hints at no load")
    assert "Scenario (k6)" in drafted(evidence())["9.2"]


def test_a_bound_in_words_is_not_called_a_pack_without_a_target() -> None:
    nfr = NonFunctional("", "Performance", "Drawing a plan must be bounded by the number of its beds.", at(40))
    text = drafted(evidence(changed(nonfunctional=(nfr,))))["9"]
    assert text.startswith("Drawing a plan must be bounded by the number of its beds. [@prd:40]")


def test_only_roles_that_grant_something_stand_under_security() -> None:
    roles = (
        Statement("may arrange the plants of their own plot", at(45), "Gardener"),
        Statement("plan the season and order seeds", at(46), "Shop"),
    )
    text = drafted(evidence(changed(roles=roles)))["12"]
    assert "Gardener" in text
    assert "Shop" not in text


def test_a_pack_that_wants_no_telemetry_gets_no_advice_on_it() -> None:
    notes = (Statement("No new telemetry is required; if it comes later it counts plans and never names.", at(70)),)
    texts = drafted(evidence(changed(telemetry=notes)))
    assert "telemetry]" not in "".join(line for line in whole(texts).splitlines() if line.startswith("- Advice"))
    assert "No event is added" in texts["11"]


def test_the_number_that_decides_says_what_it_bounds() -> None:
    nfr = quality("Plan lookup p95 <= 5 ms for each bed.", "p95 <= 5 ms", 5.0, "ms", "p95", "Performance")
    texts = drafted(evidence(changed(nonfunctional=(nfr,))))
    assert texts["9"].startswith("The number that decides is P95 ≤ 5 ms for plan lookup.")
    assert "P95 over 5 ms (plan lookup)" in texts["9.2"]


def test_tests_go_to_the_folder_that_the_pack_names() -> None:
    notes = (
        Statement("Implementation belongs under `rust/src/plans/` with a thin wrapper.", at(70)),
        Statement("Tests belong under `rust/tests/plans/` and run on both targets.", at(71)),
    )
    text = drafted(evidence(changed(integration_notes=notes)))["13"]
    assert "`rust/tests/plans/`" in text


def test_what_a_pack_says_of_audit_is_not_denied() -> None:
    note = Statement("Each move of a plant leaves an audit entry with actor and reason.", at(70), "Auditing")
    text = drafted(evidence(changed(notes=(note,))))["12"]
    assert "asks for no audit entry" not in text
    assert "audit entry with actor and reason" in text


def test_caching_that_is_a_non_goal_is_left_to_others() -> None:
    asked = (*PACK.requirements, requirement(4, "The system SHALL expose plans to support caching downstream.", 23))
    goals = (Statement("Implementing cache tiers of plans (done elsewhere).", at(63)),)
    text = drafted(evidence(changed(requirements=asked, non_goals=goals)))["8"]
    assert text.startswith("Not applicable; the pack leaves it out: implementing cache tiers of plans")


def test_a_cache_that_is_only_spoken_of_is_not_added() -> None:
    note = Statement("Plans are read through the depot when they are found in its cache.", at(70))
    texts = drafted(evidence(changed(integration_notes=(note,))))
    assert "beside the cache of section 8" not in texts["4.3"]
    assert "shared memory" not in texts["4.3"]
    assert "cache of section 8" not in texts["10"]


def test_a_cache_that_the_pack_refuses_is_not_started() -> None:
    note = Statement("Plans are read through the depot, and no new cache is introduced for them.", at(70))
    texts = drafted(evidence(changed(integration_notes=(note,))))
    assert "beside the cache of section 8" not in texts["4.3"]
    assert "cache of section 8" not in texts["10"]


def test_a_dotted_event_keeps_the_name_that_the_pack_gives_it() -> None:
    note = Statement("`plots.watering.run.started` and `plots.watering.run.failed` with the plot.", at(70))
    text = drafted(evidence(changed(telemetry=(note,))))["11"]
    assert "`plots.watering.run.started`: measures" in text
    assert "`plots.watering.run.failed`: measures" in text


def test_a_measure_is_the_subject_of_its_own_clause() -> None:
    text = "Plans stay small; plan lists should return in p95 <= 120 ms."
    texts = drafted(evidence(changed(nonfunctional=(quality(text, "p95 <= 120 ms", 120.0, "ms", "p95"),))))
    assert "| Plan lists | – | ≤ 120 ms | – |" in texts["9.1"]


def test_no_query_is_denied_with_words_that_speak_of_tables() -> None:
    text = drafted(evidence(changed(data_notes=(Statement("No schema changes are needed.", at(70)),))))["6.2"]
    assert "no table" not in text


def test_what_a_click_sends_is_told_without_a_vague_word() -> None:
    text = drafted(evidence(PACK))["4.2"]
    assert "can be sent again before the last one is answered" in text
    assert not re.search(r"\bfast\b", text)


def test_a_time_limit_is_a_timer_and_no_denied_process() -> None:
    limited = requirement(4, "The system SHALL end a search for plants by a timeout and tell the gardener.", 23)
    texts = drafted(evidence(changed(requirements=(*PACK.requirements, limited))))
    assert "time limit of FR-004 is a timer of the process that waits" in texts["4.3"]
    assert "for a timer" not in texts["4.3"]


def test_a_criterion_that_is_shown_by_documentation_gets_no_test_file() -> None:
    first, *rest = PACK.criteria
    shown = msgspec.structs.replace(first, verification="doc")
    texts = drafted(evidence(changed(criteria=(shown, *rest))))
    assert re.search(rf"By hand: {first.id}\b", texts["13"])
