"""What a session's tables show."""

from __future__ import annotations

from tests.drafting.garden_feature import evidence
from torusnb.models.design import SectionDraft
from torusnb.session import tables


def test_the_evidence_of_some_sections_is_what_they_cite_and_nothing_else() -> None:
    pack = evidence()
    sections = (SectionDraft("1", "Plants keep their order. [@FR-001; @prd:5]"), SectionDraft("2", "No claim."))
    assert sorted(tables.evidence(pack, sections)["key"]) == ["FR-001", "prd:5"]
    assert len(tables.evidence(pack)) == len(pack.evidence) > 20
