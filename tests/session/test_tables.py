"""What a session's tables show."""

from __future__ import annotations

from tests.drafting.garden_feature import evidence
from tests.research.research_cases import SECTIONS, research
from tests.research.research_cases import evidence_pack as research_evidence
from torusnb.models.design import SectionDraft
from torusnb.session import tables


def test_the_evidence_of_some_sections_is_what_they_cite_and_nothing_else() -> None:
    pack = evidence()
    sections = (SectionDraft("1", "Plants keep their order. [@FR-001; @prd:5]"), SectionDraft("2", "No claim."))
    assert sorted(tables.evidence(pack, sections)["key"]) == ["FR-001", "prd:5"]
    assert len(tables.evidence(pack)) == len(pack.evidence) > 20


def test_the_matrix_has_a_row_for_each_chain_and_one_for_each_gap() -> None:
    pack = research_evidence(research().research)
    shown = tables.evidence_matrix(pack, (*SECTIONS, SectionDraft("17", "Somebody says this without a reason.")))
    used = shown[shown["sentence"] == "A retry does no harm"]
    assert set(used["requirement"]) >= {"FR-001"}
    assert set(used["source"]) == {"src:idempotent-jobs"}
    assert set(shown[shown["requirement"] == "FR-003"]["gap"]) == {"no section names it, no question asked"}
    assert shown.iloc[-1]["gap"] == "no citation"
