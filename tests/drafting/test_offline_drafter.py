"""The offline drafter: what every document keeps to, and what each section decides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import BEDS, CONTEXT, PACK, at, criterion, evidence, requirement
from torusnb.drafting import offline
from torusnb.drafting.drafters import open_drafter
from torusnb.drafting.offline.plan import known_modules
from torusnb.errors import ParameterError
from torusnb.models.codebase import CodeMap, Commit
from torusnb.models.design import EvidencePack, Template, TemplateSection, parse_keys
from torusnb.models.knowledge import Context, Knowledge, Restatement, Trap
from torusnb.models.requirements import NonFunctional, Quantity, SpecPack, Statement


def drafted(pack: EvidencePack | None = None) -> dict[str, str]:
    pack = pack or evidence()
    return {draft.section: draft.text for draft in open_drafter("offline").draft_all(pack).sections}


def changed(**fields: Any) -> SpecPack:
    return msgspec.structs.replace(PACK, **fields)


def whole(texts: dict[str, str]) -> str:
    return "\n".join(texts.values())


def test_every_section_of_the_template_has_a_text_in_its_order() -> None:
    pack = evidence()
    texts = drafted(pack)
    assert list(texts) == [section.id for section in pack.template.sections]
    assert all(text.strip() for text in texts.values())


def test_the_same_pack_gives_the_same_text() -> None:
    assert drafted() == drafted()


def test_every_marker_resolves() -> None:
    pack = evidence()
    for text in drafted(pack).values():
        assert set(parse_keys(text)) <= set(pack.evidence)


def test_every_bullet_rests_on_something() -> None:
    texts = drafted()
    bullets = [line for text in texts.values() for line in text.splitlines() if re.match(r"\s*(?:-|\d+\.) ", line)]
    columns = [line for line in bullets if re.match(r"\s+- `\w+`: ", line)]
    assert [line for line in bullets if "[@" not in line and line not in columns] == []


def test_every_id_is_literally_present_where_it_is_asked_and_where_it_is_tested() -> None:
    texts = drafted()
    for name in (*(r.id for r in PACK.requirements), *(c.id for c in PACK.criteria)):
        assert f"**{name}**" in texts["2"]
    for name in (c.id for c in PACK.criteria):
        assert name in texts["13"]


def test_a_criterion_stands_under_its_requirement() -> None:
    lines = drafted()["2"].splitlines()
    position = next(i for i, line in enumerate(lines) if line.startswith("- **FR-002**"))
    assert lines[position + 1].startswith("  - **AC-003**")


def test_the_summary_has_eight_to_ten_sentences() -> None:
    sentences = re.findall(r"\.\s*(?:\[@[^\]]+\])?(?=\s|$)", drafted()["1"])
    assert 8 <= len(sentences) <= 10


def test_a_module_is_named_only_when_it_exists_or_is_called_new_where_it_is_first_named() -> None:
    pack = evidence(changed(title="Seed Vault", slug="seed_vault"))
    known, declared = known_modules(pack), set[str]()
    for match in re.finditer(r"`(Garden(?:Web)?(?:\.\w+)+?)(?:\.[a-z_]\w*/\d)?`(.{0,12})", whole(drafted(pack))):
        name, rest = match.groups()
        if name not in known and name not in declared:
            assert "(new" in rest, name
            declared.add(name)


def test_no_practice_stands_twice() -> None:
    practices = re.findall(r"@(practice:[\w-]+)", whole(drafted()))
    assert len(practices) == len(set(practices)) > 0


def test_a_practice_whose_source_nobody_offers_is_not_used() -> None:
    from torusnb.models.sources import Research

    assert "practice:" not in whole(drafted(evidence(research=Research())))


def test_unfinished_words_of_a_pack_are_put_in_other_words() -> None:
    pack = evidence(changed(questions=(Statement("TODO: who may see a shared bed? TBD", at(61)),)))
    assert not re.search(r"\b(?:TODO|TBD|FIXME)\b", whole(drafted(pack)))


@pytest.mark.parametrize(
    "hostile",
    [
        "# A heading | with a cell",
        "<!-- hidden --> plants <script>alert(1)</script>",
        "an odd `backtick in the text",
        "a marker [@code:lib/none.ex:1] of its own",
        "- - 1. a list in a list",
    ],
)
def test_text_of_a_pack_cannot_break_the_document(hostile: str) -> None:
    pack = evidence(changed(requirements=(requirement(1, f"The system SHALL keep {hostile} of a bed.", 20),)))
    text = drafted(pack)["2"]
    assert "<script" not in text
    assert "<!--" not in text
    assert "code:lib/none.ex:1]" not in re.sub(r"\[@[^\]]*\]", "", text) or "(@code" in text
    assert all(line.count("`") % 2 == 0 for line in text.splitlines())
    assert not re.search(r"^#", text, re.MULTILINE)


def test_a_change_lands_at_the_function_that_speaks_of_it() -> None:
    text = drafted()["4.1"]
    assert re.search(r"list the beds.*`list_beds/1`.*@FR-003", text, re.IGNORECASE)


def test_calls_between_components_are_told_with_their_line() -> None:
    text = drafted()["4.1"]
    assert (
        "`GardenWeb.BedLive` calls `update_bed/2` of `Garden.Beds`. [@code:lib/garden_web/live/bed_live.ex:42]" in text
    )


def test_named_columns_become_a_migration_in_safe_steps() -> None:
    text = drafted()["6.1"]
    assert "`beds` (columns added)" in text
    assert "`is_shared`: `:boolean`, default `false`, not null" in text
    assert re.search(r"1\. Add .*`season_plan`.* to `beds`, `season_plan` nullable, any other with its", text)
    assert "backfill" not in text.lower()
    assert "Way back: `down` drops" in text


def test_a_pack_that_rules_tables_out_gets_no_migration() -> None:
    pack = evidence(changed(data_notes=(Statement("No new tables or schema migrations.", at(50)),)))
    texts = drafted(pack)
    assert "Migration" not in texts["6.1"]
    assert texts["6"].startswith("No table and no column is added; what FR-001 keeps goes through the writes of today.")


def test_a_note_that_begins_with_a_table_is_a_new_table_with_its_schema() -> None:
    note = Statement("`bed_shares`: one row per guest, with `guest_id`.", at(50))
    texts = drafted(evidence(changed(data_notes=(note,))))
    assert "`bed_shares` (new table)" in texts["6.1"]
    assert "`Garden.Beds.BedShare` (new, `lib/garden/beds/bed_share.ex`)" in whole(texts)


def test_json_content_is_no_migration() -> None:
    notes = (
        Statement("No new tables.", at(50)),
        Statement("The page content JSON is extended with `plan.kind`.", at(51)),
    )
    texts = drafted(evidence(changed(data_notes=notes)))
    assert "`plan.kind`: key of the JSON" in texts["6.1"]
    assert "a missing key is the old behaviour" in texts["14"]


def test_budgets_come_from_the_numbers_of_the_pack() -> None:
    texts = drafted()
    assert "≤ 120 ms" in texts["9.1"]
    assert "P95 over 120 ms" in texts["9.2"]
    assert "P95 over 120 ms for 15 minutes" in texts["11"]


def test_an_alert_threshold_is_a_budget_and_not_a_target_to_exceed() -> None:
    alert = NonFunctional(
        "", "Performance", "Alert when p95 exceeds 90 ms.", at(40), (Quantity("exceeds 90 ms", 90.0, "ms", ">", "p95"),)
    )
    texts = drafted(evidence(changed(nonfunctional=(alert,))))
    assert "P95 ≤ 90 ms" in texts["9"]
    assert "≤ 90 ms" in texts["9.1"]


def test_a_pack_without_numbers_gets_an_assumption_that_is_called_one() -> None:
    pack = evidence(changed(nonfunctional=()))
    texts = drafted(pack)
    assert "assumed [@A-1]" in texts["9.1"]
    assert "**Latency (A-1)**, no number given: " in texts["2"]
    assert pack.evidence["A-1"].kind == "assumption"


def test_a_pack_that_wants_no_load_test_gets_none_and_no_assumed_number() -> None:
    silent = NonFunctional("", "Performance", "No load testing is wanted for the garden this year.", at(40))
    texts = drafted(evidence(changed(nonfunctional=(silent,))))
    assert texts["9.2"].startswith("Not applicable")
    assert "assumed" not in texts["9.1"]


def test_sections_that_do_not_apply_say_why() -> None:
    texts = drafted()
    assert texts["5.1"].startswith("Not applicable: no requirement asks for an HTTP interface")
    assert texts["5.3"].startswith("Not applicable")


def test_new_events_follow_the_style_of_their_view() -> None:
    text = drafted()["5.2"]
    assert "`/plots/:plot_id/beds` mounts `GardenWeb.BedLive`" in text
    assert "`reorder_plant` for FR-002" in text


def test_a_failure_in_a_criterion_is_a_failure_mode() -> None:
    assert re.search(
        r"\| Given a plant list, when saving fails \| .* \| The page keeps the last stored order \[@AC-002\] \|",
        drafted()["10"],
    )


def test_telemetry_names_follow_the_convention_of_the_checkout() -> None:
    assert "`[:garden, :beds, :bed_plans, :" in drafted()["11"]


def test_criteria_go_to_the_existing_test_file_beside_the_code() -> None:
    assert "`test/garden/beds_test.exs`, unit and Repo tests" in drafted()["13"]


def test_at_least_two_alternatives_are_weighed() -> None:
    assert drafted()["4.4"].count("- **") >= 2


def test_risks_and_questions_of_the_pack_come_first() -> None:
    texts = drafted()
    assert texts["15"].startswith("- **Two gardeners move plants at once** → the last write wins")
    assert texts["16"].startswith("- Should a shared bed show who moved a plant? To be decided by")


def test_a_boundary_adds_nothing() -> None:
    asked = (*PACK.requirements, requirement(4, "The system SHALL NOT reorder plants of other plots in a bed.", 23))
    assert "what is there stays" in drafted(evidence(changed(requirements=asked)))["4.1"]


def test_a_job_is_proposed_only_when_a_requirement_asks_for_one() -> None:
    assert "No new process" in drafted()["4.3"]
    asked = (*PACK.requirements, requirement(4, "The system SHALL send a nightly digest by a background job.", 23))
    texts = drafted(evidence(changed(requirements=asked)))
    assert "`Garden.Beds.BedPlansWorker`" in whole(texts)
    assert "`BedPlansWorker` runs under the Oban instance" in texts["4.3"]


def test_an_almost_empty_pack_in_an_unknown_checkout_still_gives_every_section() -> None:
    pack = SpecPack("bare", "docs/bare", "Bare", summary=(Statement("Something small.", at(3)),))
    nothing = Context("none", (), (), Knowledge(), Restatement(), CodeMap("app", Commit("none")))
    texts = drafted(evidence(pack, nothing))
    assert all(texts.values())


def test_criteria_that_no_requirement_claims_are_not_lost() -> None:
    loose = (*PACK.criteria, criterion(9, "Given beds of a plot, when sorted by title, then A comes first.", 39))
    texts = drafted(evidence(changed(criteria=loose)))
    assert "Criteria that no requirement of the pack claims" in texts["2"]
    assert "AC-009" in texts["13"]


def test_a_template_without_sub_sections_takes_their_text_into_the_section() -> None:
    template = Template(
        "short", "Design", (TemplateSection("1", "Executive Summary"), TemplateSection("2", "Proposed Design"))
    )
    texts = drafted(evidence(template=template))
    assert "**Alternatives considered**" in texts["2"]


def test_a_section_of_a_teams_own_gets_what_the_pack_says_on_its_words() -> None:
    template = Template("own", "Design", (TemplateSection("1", "Plants and their order"),))
    text = drafted(evidence(template=template))["1"]
    assert "[@FR-001]" in text


def test_an_unknown_drafter_is_refused_with_those_there_are() -> None:
    with pytest.raises(ParameterError, match="offline"):
        open_drafter("oracle")


def test_a_document_of_a_normal_size_stays_within_reading_length() -> None:
    words = len(re.sub(r"\[@[^\]]*\]", "", whole(drafted())).split())
    assert 1200 <= words <= 3500


def test_functions_at_hand_are_those_of_the_outline() -> None:
    names = {f"{f.name}/{f.arity}" for m in CONTEXT.code.modules.values() for f in m.functions}
    told = set(re.findall(r"`([a-z_]+/\d)`", drafted()["4.1"]))
    assert told <= names
    assert {f"{f.name}/{f.arity}" for f in BEDS.functions} & told


def trapped(*traps: Trap) -> dict[str, str]:
    lines = {key: "Repo.transaction(fn ->" for trap in traps for key in trap.evidence}
    return drafted(evidence(context=msgspec.structs.replace(CONTEXT, traps=traps, quotes=lines)))


def trap(number: int, severity: str = "high") -> Trap:
    return Trap(
        key=f"trap:effect:{BEDS.path}:{number}",
        rule="effect-in-transaction",
        what=f"`Garden.Beds.plant_{number}/2` broadcasts inside a transaction.",
        why="Gardeners hear of rows that a rollback takes back; FR-001 speaks of plants.",
        remedy="Broadcast after the commit.",
        severity=severity,
        evidence=(f"code:{BEDS.path}:{number}",),
        module="Garden.Beds",
        symbol=f"plant_{number}/2",
        rank=number,
        stake="Gardeners hear of rows that a rollback takes back.",
    )


def test_traps_are_told_with_their_line_and_met_among_the_risks() -> None:
    texts = trapped(trap(1))
    assert f"- `Garden.Beds.plant_1/2` broadcasts inside a transaction. [@code:{BEDS.path}:1]" in texts["3"]
    risk = "**Gardeners hear of rows that a rollback takes back** (`Garden.Beds.plant_1/2`)"
    assert f"- {risk} → broadcast after the commit. [@code:{BEDS.path}:1]" in texts["15"]


def test_a_module_that_the_pack_takes_for_granted_keeps_its_name_among_the_risks() -> None:
    phantom = msgspec.structs.replace(trap(1), rule="phantom-name", symbol="Garden.Weather", module="Garden.Beds")
    text = trapped(phantom)["15"]
    assert "`Garden.Weather`" in text
    assert "Garden.Beds.Garden.Weather" not in text


def test_a_feature_without_traps_has_no_line_about_them() -> None:
    assert "Behaviour to reckon with" not in drafted()["3"]


def test_many_traps_do_not_fill_the_document_and_small_ones_are_no_risks() -> None:
    texts = trapped(*(trap(number, "low" if number == 1 else "medium") for number in range(1, 9)))
    assert texts["3"].count("broadcasts inside a transaction") == 4
    assert [number for number in range(1, 9) if f"plant_{number}/2" in texts["15"]] == [2, 3]


def test_the_map_of_the_offline_drafter_names_every_room_of_it() -> None:
    named = set(re.findall(r"`(\w+)`", offline.__doc__ or ""))
    assert named == {path.stem for path in Path(offline.__path__[0]).glob("*.py")} - {"__init__"}
