"""What a session's tables show."""

from __future__ import annotations

import msgspec

from tests.drafting.garden_feature import PACK, evidence
from tests.research.research_cases import SECTIONS, research
from tests.research.research_cases import evidence_pack as research_evidence
from torusnb.models.base import Place
from torusnb.models.design import SectionDraft
from torusnb.models.requirements import NonFunctional
from torusnb.session import tables


def test_the_evidence_of_some_sections_is_what_they_cite_and_nothing_else() -> None:
    pack = evidence()
    sections = (SectionDraft("1", "Plants keep their order. [@FR-001; @prd:5]"), SectionDraft("2", "No claim."))
    assert sorted(tables.evidence(pack, sections)["key"]) == ["FR-001", "prd:5"]
    assert len(tables.evidence(pack)) == len(pack.evidence) > 20


def test_a_target_of_the_epic_shows_under_the_epics_id() -> None:
    place = Place("docs/garden/../prd.md", 3)
    bounds = (
        NonFunctional("", "Speed", "It is fast.", place, (), "NFR-PERF-002"),
        NonFunctional("N1", "Speed", "x", place),
    )
    pack = msgspec.structs.replace(PACK, nonfunctional=bounds)
    assert list(tables.targets(pack)["area"]) == ["NFR-PERF-002 Speed", "N1"]


def test_the_matrix_has_a_row_for_each_chain_and_one_for_each_gap() -> None:
    pack = research_evidence(research().research)
    shown = tables.evidence_matrix(pack, (*SECTIONS, SectionDraft("17", "Somebody says this without a reason.")))
    used = shown[shown["sentence"] == "A retry does no harm"]
    assert set(used["requirement"]) >= {"FR-001"}
    assert set(used["source"]) == {"src:idempotent-jobs"}
    assert set(shown[shown["requirement"] == "FR-003"]["gap"]) == {"no section names it, no question asked"}
    assert shown.iloc[-1]["gap"] == "no citation"
