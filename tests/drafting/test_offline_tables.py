"""What the offline drafter proposes to store, and that it never proposes what the pack or the checkout rules out."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import BED, CONTEXT, PACK, at, evidence, requirement, waypoint
from torusnb.drafting.drafters import open_drafter
from torusnb.models.codebase import CodeMap, Commit, FileOutline
from torusnb.models.database import Field
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Context, Unknown
from torusnb.models.modules import Module, Schema
from torusnb.models.requirements import Mention, Requirement, SpecPack, Statement


def drafted(pack: EvidencePack) -> dict[str, str]:
    return {draft.section: draft.text for draft in open_drafter("offline").draft_all(pack).sections}


def changed(**fields: Any) -> SpecPack:
    return msgspec.structs.replace(PACK, **fields)


def notes(*texts: str) -> tuple[Statement, ...]:
    return tuple(Statement(text, at(50 + number)) for number, text in enumerate(texts))


SHARES = Module(
    "Garden.Beds.BedShare",
    "lib/garden/beds/bed_share.ex",
    1,
    30,
    kinds=("schema",),
    schema=Schema("bed_shares", 4, fields=(Field("bed_code", ":string", 5), Field("effect", "Ecto.Enum", 6))),
)


def with_shares() -> Context:
    files = (*CONTEXT.code.files, FileOutline(SHARES.path, "0", SHARES.end_line, (SHARES,)))
    return msgspec.structs.replace(
        CONTEXT,
        waypoints=(*CONTEXT.waypoints, waypoint(9, SHARES, "schema")),
        code=CodeMap("garden", Commit("abc123"), files=files),
    )


def test_the_columns_of_a_table_come_from_every_section_that_names_it() -> None:
    pack = changed(
        data_notes=notes("`bed_shares`: store overrides with timestamps."),
        notes=(Statement("Maintain a `bed_shares` table keyed by `{bed_code, kind}`.", at(80)),),
        requirements=(*PACK.requirements, requirement(4, "A `bed_shares` row has `effect` (`hide`, `show`).", 24)),
    )
    text = drafted(evidence(pack))["6.1"]
    assert "`bed_code`: the pack gives no type, not null. [@prd:80]" in text
    assert "`effect`: `Ecto.Enum`, values `:hide` and `:show`, not null. [@FR-004]" in text
    assert "Unique on `bed_shares` (`bed_code`, `kind`), as the pack keys it." in text


def test_a_table_without_rows_has_its_required_columns_at_once_and_no_backfill() -> None:
    pack = changed(data_notes=notes("`bed_shares`: `ripe_on`, and a `note` (optional)."))
    text = drafted(evidence(pack))["6.1"]
    assert "`ripe_on`: `:date`, not null" in text
    assert "`note`: `:string`, nullable, because the pack calls it optional" in text
    assert "nothing is backfilled" in text
    assert "nullable until backfilled" not in text
    assert "Backfill" not in text


def test_a_backfill_is_a_step_only_where_the_pack_wants_one_and_fills_what_it_names() -> None:
    asked = "Add `season_plan` and `soil_kind` to `beds`."
    without = drafted(evidence(changed(data_notes=notes(asked))))["6.1"]
    assert "Backfill" not in without
    assert "rows of today have no value, and the pack gives no default" in without
    filled = drafted(evidence(changed(data_notes=notes(asked, "Backfill `season_plan` from the plot's calendar."))))[
        "6.1"
    ]
    assert "Backfill `season_plan` of `beds` in batches" in filled
    assert "`season_plan`: the pack gives no type, nullable until backfilled" in filled


def test_a_name_in_passing_or_one_to_remove_is_no_column() -> None:
    said = notes("Remove `bed_storage_target` from the plot's flow.", "Keep the layout that drops `bed_modal_render`.")
    text = "".join(drafted(evidence(changed(data_notes=said))).values())
    assert "columns added" not in text
    assert "`bed_storage_target`: " not in text


@pytest.mark.parametrize(
    "asked",
    [
        "Visits are kept in a table of their own, one row for each.",
        "Persist each visit in a dedicated table with `left_at`.",
    ],
)
def test_a_table_that_the_pack_asks_for_is_neither_columns_nor_rejected(asked: str) -> None:
    texts = drafted(evidence(changed(data_notes=notes(asked))))
    assert "State goes into the new table `bed_plans`" in texts["6"]
    assert "table of its own" not in texts["4.4"].lower()


def test_a_table_that_the_pack_sets_aside_is_not_made() -> None:
    said = notes("Add `season_plan` to `beds` rather than a separate table.")
    assert "State goes into columns on `beds`" in drafted(evidence(changed(data_notes=said)))["6"]


def test_a_table_of_another_store_is_no_migration() -> None:
    asked = requirement(4, "Create a ClickHouse `bed_events` table with `plot_id`.", 24)
    texts = drafted(evidence(changed(data_notes=(), requirements=(*PACK.requirements, asked))))
    assert "`bed_events` (new table)" not in texts["6.1"]


def test_a_table_that_exists_is_told_with_its_line_and_not_made_again() -> None:
    pack = changed(data_notes=notes("`bed_shares`: stores `bed_code`, `effect` and `watered_by`."))
    texts = drafted(evidence(pack, context=with_shares()))
    assert "`bed_shares` exists already, at `lib/garden/beds/bed_share.ex:4`" in texts["6.1"]
    assert "of the pack's names it lacks `watered_by`" in texts["6.1"]
    assert "Part of it is built: `bed_shares` exists already" in texts["1"]
    assert "**Migration**" not in texts["6.1"]
    assert "(new table)" not in texts["6.1"]


def test_a_column_that_exists_is_not_added_again() -> None:
    pack = changed(data_notes=notes("Add `plant_order` array to `beds`."))
    texts = drafted(evidence(pack))
    assert f"`beds`: `plant_order` is there already, at `{BED.path}:7`." in texts["6.1"]
    assert "**Migration**" not in texts["6.1"]


def test_a_module_that_the_pack_wants_made_and_that_exists_is_said_to_exist() -> None:
    said = Statement("Introduce a new `Garden.Beds` context.", at(52))
    pack = changed(integration_notes=(said,), mentions=(Mention("module", "Garden.Beds", at(52)),))
    assert (
        "`Garden.Beds`, which the pack wants made, exists already, at `lib/garden/beds.ex:1`."
        in drafted(evidence(pack))["4"]
    )


def test_work_outside_the_application_names_no_module_of_it() -> None:
    said = Statement("The core lives under `wasm/src/beds/` and is shared with the browser.", at(52))
    texts = drafted(evidence(changed(integration_notes=(said,))))
    assert "The change lands in `wasm/src/beds/`, outside the Elixir application" in texts["1"]
    assert "(new" not in texts["4.1"]
    assert "**Write FR-001, FR-002 and FR-003 in Elixir instead of under `wasm/src/beds/`**" in texts["4.4"]


def test_two_words_with_a_slash_are_no_folder() -> None:
    said = Statement("The implementation lives in `browser/server` code alike.", at(52))
    assert "outside the Elixir application" not in drafted(evidence(changed(integration_notes=(said,))))["1"]


def test_stakeholders_are_not_those_who_are_affected() -> None:
    role = Statement("Product Management (approves).", at(12), "Stakeholders")
    text = drafted(evidence(changed(roles=(role,))))["1"]
    assert "Product Management" not in text
    assert "the people its requirements speak of" in text or "names no role" in text


def test_a_feature_about_flags_is_not_said_to_be_behind_one() -> None:
    flag = Statement("Features declare a `mode` flag: `:staged` or `:plain`.", at(40))
    about = drafted(evidence(changed(title="Flag Stages", slug="flag_stages", flags=(flag,))))["1"]
    assert "It is released" not in about


def test_every_assumption_that_is_cited_is_defined_among_the_requirements() -> None:
    many = tuple(
        Unknown(
            f"A-{n}",
            "scope",
            "Open.",
            f"Bed {n} stays.",
            "beds move.",
            f"Does bed {n} stay?",
            "Yes.",
            "high",
            "product",
        )
        for n in range(1, 12)
    )
    knowledge = msgspec.structs.replace(CONTEXT.knowledge, unknown=many)
    texts = drafted(evidence(context=msgspec.structs.replace(CONTEXT, knowledge=knowledge)))
    cited = {f"A-{n}" for n in range(1, 14) if any(f"A-{n}" in text for key, text in texts.items() if key != "2")}
    assert cited
    assert all(
        f"**{name}**" in texts["2"] or f"({name})**" in texts["2"] or f"| {name} |" in texts["2"] for name in cited
    )


def test_a_decision_of_the_pack_is_told_with_its_line_and_asks_nothing() -> None:
    decided = Statement("Should plots share beds? Yes, within a garden.", at(66), "Decision")
    text = drafted(evidence(changed(questions=(), assumptions=(decided,))))["16"]
    assert "**Decided by the pack**\n\n- Should plots share beds? Yes, within a garden. [@prd:66]" in text


def test_a_requirement_is_told_in_full_where_it_is_asked() -> None:
    long = "Gardeners see every bed of a plot when the season begins and the soil, the water and the seeds are ready"
    asked = Requirement("FR-009", f"{long}.", at(77))
    text = drafted(evidence(changed(requirements=(*PACK.requirements, asked))))["2"]
    assert f"**FR-009**: {long}. [@prd:77]" in text


def test_the_migration_of_a_new_table_is_tested_without_rows_of_today() -> None:
    fresh = drafted(evidence(changed(data_notes=notes("`bed_shares` (new table): `ripe_on`."))))["13"]
    assert "Migration of `bed_shares`: up and down, with the code of today running beside the new table" in fresh
    grown = drafted(evidence(changed(data_notes=notes("Add `season_plan` to `beds`."))))["13"]
    assert "Migration of `beds`: up and down on a copy with rows of today" in grown


def test_a_new_table_without_a_key_says_so_where_its_plan_would_stand() -> None:
    text = drafted(evidence(changed(data_notes=notes("`bed_shares` (new table): `ripe_on`."))))["6.2"]
    assert "No plan can be expected yet for reads of `bed_shares`: the pack gives it no key." in text


def test_new_tables_that_one_note_names_without_columns_are_told_together() -> None:
    text = drafted(evidence(changed(data_notes=notes("`bed_shares` / `bed_loans`: for plots that lend beds."))))["6.1"]
    assert "`bed_shares` and `bed_loans` (new tables): for plots that lend beds; the pack names none of their" in text
    assert "names none of its columns" not in text


def test_a_write_to_a_new_table_is_told_with_the_requirement_that_speaks_of_it() -> None:
    asked = (
        *PACK.requirements,
        requirement(4, "The system SHALL store the weather of each day.", 23),
        requirement(5, "The system SHALL save every loan of a bed for a season.", 24),
    )
    data = notes("`bed_loans` (new table): `ripe_on`.")
    text = drafted(evidence(changed(requirements=asked, data_notes=data)))["4.2"]
    assert "One transaction writes `bed_loans`: save every loan of a bed" in text


def test_a_long_row_of_code_spans_is_read_in_one_pass_and_makes_no_table() -> None:
    row = "`effect` " * 60 + "are words of `bed_shares`."
    pack = changed(data_notes=notes("`bed_shares`: stores `bed_code` and `effect`.", row))
    texts = drafted(evidence(pack, context=with_shares()))
    assert "`bed_shares` exists already" in texts["6.1"]
    assert "(new table)" not in texts["6.1"]
