"""What a pack takes back of its own list is told as not known, with its lines, to people and to drafters."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import FILES, write_files
from torusnb.context.capture import capture_context
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.drafting.evidence import build_evidence
from torusnb.drafting.playbook import load_playbook
from torusnb.models.knowledge import Context
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Research
from torusnb.session import tables
from torusnb.spec.reader import load_pack
from torusnb.spec.template import load_template

PACK = "docs/features/stacking"
PRD = """# Stacking

## Functional Requirements
- FR-001: Baskets send bulk mail to each buyer.
- FR-002: Baskets can be stacked.

## Open Questions
- Which colour has a basket?
"""
LATER = """
## Amendment 1
- Remove bulk mail.
"""


def _capture(root: Path, prd: str) -> tuple[SpecPack, Context]:
    write_files(root, FILES | {f"{PACK}/prd.md": prd})
    pack = load_pack(root / PACK, root)
    return pack, capture_context(pack, load_code_map(root), source_reader(root))


@pytest.fixture
def captured(tmp_path: Path) -> tuple[SpecPack, Context]:
    return _capture(tmp_path, PRD + LATER)


def test_the_contradiction_is_an_unknown_with_its_lines(captured: tuple[SpecPack, Context]) -> None:
    _, context = captured
    [unknown] = [unknown for unknown in context.knowledge.unknown if unknown.topic == "withdrawn requirements"]
    assert unknown.text == "“Amendment 1” (line 10) takes back what the list still asks for: FR-001."
    assert unknown.assumption == "The later part stands: of FR-001 nothing is built that it removes."
    assert unknown.evidence == ("prd:10", "prd:11", "FR-001")
    assert (unknown.impact, unknown.owner) == ("high", "product")
    assert unknown.question == "Does the later part stand, or does FR-001 still stand?"
    shown = tables.unknown(context)
    assert list(shown[shown["id"] == unknown.id]["not known"]) == [unknown.text]


def test_drafters_have_the_lines_and_the_assumption_as_evidence(captured: tuple[SpecPack, Context]) -> None:
    pack, context = captured
    evidence = build_evidence(pack, context, Research(), load_template(), load_playbook()).evidence
    [unknown] = [unknown for unknown in context.knowledge.unknown if unknown.topic == "withdrawn requirements"]
    assert evidence["prd:11"].text == "Remove bulk mail."
    assert evidence[unknown.id].text == unknown.assumption
    assert set(unknown.evidence) <= set(evidence)


def test_the_other_unknowns_keep_their_ids(tmp_path: Path, captured: tuple[SpecPack, Context]) -> None:
    _, context = captured
    _, before = _capture(tmp_path / "before", PRD)
    ids = {unknown.topic: unknown.id for unknown in context.knowledge.unknown}
    assert {unknown.topic: unknown.id for unknown in before.knowledge.unknown}.items() <= ids.items()
    assert len(ids) == len(before.knowledge.unknown) + 1


AROUND = """
## Assumptions
- The server of bulk mail stays as it is.
- Baskets are of wood.
- Everybody wants FR-001.
"""


def test_what_stands_on_a_withdrawn_name_falls_with_it_and_keeps_its_id(tmp_path: Path) -> None:
    _, context = _capture(tmp_path, PRD + AROUND + LATER)
    told = {unknown.id: unknown for unknown in context.knowledge.unknown}
    assert told["A-1"].text == "It speaks of what “Amendment 1” (line 15) takes back."
    assert told["A-1"].evidence == ("prd:11", "prd:16", "FR-001")
    assert told["A-1"].impact == "low"
    assert told["A-2"].assumption == "Baskets are of wood."
    assert told["A-3"].text == told["A-1"].text
    named = [u.text for u in context.knowledge.unknown if u.topic in {"latency", "permissions", "observability"}]
    assert named
    assert not [text for text in named if "FR-001" in text]


@pytest.mark.parametrize(
    ("later", "told"), [("", True), ("\n## Amendment 1\n- Remove bulk mail and `Shop.Bulk`.\n", False)]
)
def test_a_module_that_a_later_part_removes_is_not_taken_for_one_to_create(
    tmp_path: Path, later: str, told: bool
) -> None:
    before = PRD.replace("to each buyer.", "to each buyer by `Shop.Bulk`.")
    _, context = _capture(tmp_path, before + later)
    assert any("`Shop.Bulk`" in unknown.assumption for unknown in context.knowledge.unknown) is told


def test_an_id_that_only_begins_like_the_one_that_is_named_does_not_fall_with_it(tmp_path: Path) -> None:
    both = "# Stacking\n\n## Functional Requirements\n- FR-1: Send bulk mail.\n- FR-12: Print a label.\n"
    later = "\n## Amendment\n- FR-1 is withdrawn.\n- FR-12 is withdrawn.\n"
    _, context = _capture(tmp_path, f"{both}\n## Assumptions\n- Nobody reads FR-12.\n{later}")
    told = next(unknown for unknown in context.knowledge.unknown if unknown.id == "A-1")
    assert told.assumption.startswith("It falls with FR-12;")
    assert "FR-1" not in told.evidence
