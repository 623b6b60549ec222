"""Numbers that a pack does not give: what its epic gives for others, what it declines, and who is at work at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import FILES, write_files
from torusnb.context.capture import capture_context
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.models.knowledge import Unknown
from torusnb.spec.reader import load_pack

PACK = "docs/plans/vouchers/notes"
PRD = """# Voucher notes

## Overview
A note stands beside a voucher in the basket.

## Functional Requirements
- FR-001: The basket screen displays a note for each redeemed voucher.
"""
EPIC = "# Vouchers\n\n## Non-Functional Requirements\n### Performance\n"


def unknowns(root: Path, prd: str = PRD, epic: str = "") -> dict[str, Unknown]:
    """Topic to what is not known there."""
    above = {"docs/plans/vouchers/prd.md": EPIC + epic} if epic else {}
    write_files(root, FILES | {f"{PACK}/prd.md": prd} | above)
    context = capture_context(load_pack(root / PACK, root), load_code_map(root), source_reader(root))
    return {unknown.topic: unknown for unknown in context.knowledge.unknown}


@pytest.mark.parametrize(
    ("budget", "said", "kept"),
    [
        (
            "Basket frame render must achieve p95 <= 250ms.",
            "; of its epic's numbers those for “Basket frame render” reach into it.",
            ", and stays within its epic's p95 <= 250ms for “Basket frame render”.",
        ),
        (
            "Nightly ledger export must end within p95 <= 9s.",
            "; its epic's numbers are for “Nightly ledger export”.",
            "",
        ),
        (
            "Warehouse shelf render must achieve p95 <= 250ms.",
            "; its epic's numbers are for “Warehouse shelf render”.",
            "",
        ),
    ],
)
def test_a_budget_of_the_whole_epic_is_told_and_applies_where_its_operation_fits(
    tmp_path: Path, budget: str, said: str, kept: str
) -> None:
    found = unknowns(tmp_path, epic=f"- NFR-1: {budget}\n")["latency"]
    assert found.text == f"The pack gives no latency number for FR-001{said}"
    assert found.assumption.endswith(f"P99 800 ms on the server{kept or '.'}")
    assert "note:../prd.md:5" in found.evidence


def test_without_an_epic_nothing_of_one_is_said(tmp_path: Path) -> None:
    found = unknowns(tmp_path)["latency"]
    assert found.text == "The pack gives no latency number for FR-001."
    assert "epic" not in f"{found.assumption} {found.question}"


@pytest.mark.parametrize(
    "line",
    [
        "## Non-Functional Requirements\n- Performance: the note is shown within 90 ms.",
        "## Acceptance Criteria\n- AC-001 (FR-001): Given a note, when it opens, then it is shown within 90 ms.",
        "## Non-Functional Requirements\n- Performance: no load or performance testing requirements for this phase.",
    ],
)
def test_a_number_that_is_given_or_declined_is_not_missing(tmp_path: Path, line: str) -> None:
    assert "latency" not in unknowns(tmp_path, f"{PRD}\n{line}\n")


def test_a_lifetime_is_no_latency_and_the_size_of_the_data_is_no_load(tmp_path: Path) -> None:
    given = "\n## Non-Functional Requirements\n- Performance: budgets hold for a large data set of 2,000 users.\n"
    found = unknowns(tmp_path, f"{PRD}{given}- Caching: notes are cached for 30 s.\n")
    assert "latency" in found
    assert found["load"].text.endswith("at the same time; 2,000 users is the size of its data.")


def test_a_pack_that_declines_load_tests_lacks_no_load(tmp_path: Path) -> None:
    declined = "\n## Non-Functional Requirements\n- Performance: load testing is not required.\n"
    assert "load" not in unknowns(tmp_path, PRD + declined)


@pytest.mark.parametrize(
    ("roles", "peak"),
    [
        ("- Instructors: read the notes of their course.", "twenty of the instructors at work at once"),
        ("- Authors and admins: write notes.", "twenty of the authors and administrators at work at once"),
        (
            "- Instructor (of a course), Admin. Students see nothing of it.",
            "twenty of the instructors and administrators",
        ),
        ("- Instructors: read notes.\n- Students: write them.", "200 people"),
        ("- Engineers: maintain the notes.", "200 people"),
        ("- Buyers: write notes.", "200 people"),
        ("", "200 people"),
    ],
)
def test_the_assumed_peak_fits_those_who_use_it(tmp_path: Path, roles: str, peak: str) -> None:
    found = unknowns(tmp_path, f"{PRD}\n## Users & Roles\n{roles}\n" if roles else PRD)["load"]
    assert peak in found.assumption
    assert ("2 requests per second" if "twenty" in peak else "20 requests per second") in found.assumption


def test_a_rate_of_the_whole_epic_bounds_the_peak(tmp_path: Path) -> None:
    epic = "- NFR-1: Warehouse intake must carry 40 requests per second.\n"
    found = unknowns(tmp_path, epic=epic)["load"]
    assert found.text.endswith("at the same time; its epic gives 40 requests per second for all its parts.")
    assert found.assumption.startswith("The peak is at most its epic's for all its parts, 40 requests per second")
    assert "note:../prd.md:5" in found.evidence


@pytest.mark.parametrize(
    ("said", "topic", "owner"),
    [
        ("Which fields does the payload hold?", "data", "engineering"),
        ("Which node of the drawing is meant?", "scope", "product"),
        ("Does the list keep its load-more button?", "behaviour in the interface", "product and design"),
        ("Is `note_cache` the name?", "scope", "product"),
        ("How long is the cache kept warm?", "capacity", "infrastructure"),
        ("Does it have to work across nodes or on a single node?", "capacity", "infrastructure"),
    ],
)
def test_a_question_of_capacity_is_told_from_one_that_only_sounds_so(
    tmp_path: Path, said: str, topic: str, owner: str
) -> None:
    write_files(tmp_path, FILES | {f"{PACK}/prd.md": f"{PRD}\n## Open Questions\n- {said}\n"})
    context = capture_context(load_pack(tmp_path / PACK, tmp_path), load_code_map(tmp_path), source_reader(tmp_path))
    first = context.knowledge.unknown[0]
    assert (first.topic, first.owner) == (topic, owner)


def test_a_criterion_that_a_later_part_takes_back_gives_no_number(tmp_path: Path) -> None:
    bound = PRD + "\n## Acceptance Criteria\n- AC-001 (FR-001): The note shows within p95 <= 90ms.\n"
    assert "latency" not in unknowns(tmp_path / "a", bound)
    assert "latency" in unknowns(tmp_path / "b", f"{bound}\n## Amendment\n- AC-001 is withdrawn.\n")


@pytest.mark.parametrize(
    ("folder", "module"),
    [("controllers/receipt_controller", "ReceiptController"), ("live/receipt_live", "ReceiptLive")],
)
def test_the_page_of_an_assumed_peak_is_the_nearest_one_whether_a_live_view_or_a_controller(
    tmp_path: Path, folder: str, module: str
) -> None:
    kind = ":controller" if module.endswith("Controller") else ":live_view"
    page = (
        f"defmodule ShopWeb.{module} do\n  use ShopWeb, {kind}\n  def receipt(basket), do: {{:receipt, basket}}\nend\n"
    )
    write_files(tmp_path, {f"lib/shop_web/{folder}.ex": page})
    asked = f"# Receipts\n\n## Functional Requirements\n- FR-001: `ShopWeb.{module}` prints the receipt of a basket.\n"
    assert unknowns(tmp_path, asked)["load"].assumption.endswith(f"on `ShopWeb.{module}`.")
