from __future__ import annotations

import pytest

from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.review.citations import review_citations
from torusnb.review.reading import Reading

GOOD = """# T

## 4. Proposed Design

Writes are grouped [multi]. A box: [x], a range [0..1], an atom list [:town, :gate].

## 6. References

- **[multi]** Multi · https://docs.example.org/multi.html · Accessed 2026-03-04
"""


def review(text: str, template: Template) -> list[Finding]:
    return list(review_citations(Reading(path="fdd.md", text=text, template=template)))


def test_complete_references_give_no_finding(template: Template) -> None:
    assert review(GOOD, template) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("[multi].", "[multi] [@FR-001].", "citation.unresolved-key", 5),
        ("[multi].", "[multi] [other].", "citation.unlisted-label", 5),
        ("grouped [multi].", "grouped.", "citation.unused-reference", 9),
        (" · Accessed 2026-03-04", "", "citation.incomplete-reference", 9),
        ("Accessed 2026-03-04", "Accessed 2026-13-04", "citation.incomplete-reference", 9),
        (" Multi · https", " https", "citation.incomplete-reference", 9),
        (" · https://docs.example.org/multi.html", "", "citation.incomplete-reference", 9),
        ("https://docs.example.org/multi.html", "https://docs", "citation.malformed-url", 9),
        ("https://docs.example.org/multi.html", "https:/docs.example.org", "citation.malformed-url", 9),
        ("Accessed 2026-03-04", "Not accessed (catalogue entry, unchecked)", "citation.not-verified", 7),
        ("Accessed 2026-03-04", "Accessed 2026-03-04 · Quote misattributed", "citation.misattributed", 9),
        ("Accessed 2026-03-04", "Accessed 2026-03-04 · Quote near-match", "citation.near-match", 9),
        ("Accessed 2026-03-04", "Accessed 2026-03-04 · Quote version-mismatch", "citation.version-mismatch", 9),
        ("[multi].", "[multi]. It says “Nothing yet in [title]”.", "", 0),
        ("[multi].", "[multi]. It says “Nothing yet” [other].", "citation.unlisted-label", 5),
        ("[multi].", '[multi]. A 5" screen shows it [other].', "citation.unlisted-label", 5),
        ("[multi].", '[multi]. It says "Nothing" on a 5" screen [other].', "citation.unlisted-label", 5),
        ("[multi].", "[multi] `[@FR-001]`.", "", 0),
        ("[multi].", "[multi] [other](https://docs.example.org/x(1)).", "", 0),
        ("[multi].", "[multi] (https://docs.example.org/a_(b)), http://localhost:4000/x.", "", 0),
    ],
)
def test_one_fault_gives_one_finding(old: str, new: str, rule: str, line: int, template: Template) -> None:
    found = [(finding.rule, finding.place.line) for finding in review(GOOD.replace(old, new), template)]
    assert found == ([(rule, line)] if rule else [])


def test_a_marker_that_the_evidence_knows_is_fine_before_the_export(template: Template) -> None:
    reading = Reading(path="fdd.md", text=GOOD.replace("[multi].", "[multi] [@FR-001; @FR-9]."), template=template)
    found = [f.text for f in review_citations(reading, evidence={"FR-001"})]
    assert found == ["The marker [@FR-9] does not resolve."]


def test_words_in_brackets_are_no_citations_where_references_have_no_labels(template: Template) -> None:
    text = GOOD.replace("**[multi]** ", "")
    assert review(text, template) == []


def test_references_to_files_only_are_noted(template: Template) -> None:
    (finding,) = review("# T\n\n## 6. References\n\n- `docs/a.md`\n", template)
    assert (finding.rule, finding.severity) == ("citation.no-external-source", "note")


def test_links_that_lead_nowhere_are_found(template: Template) -> None:
    text = GOOD.replace("[multi].", "[multi], [plan](../plan.md#a), [prd](./prd.md), `[no](gone.md)`.")
    reading = Reading(path="fdd.md", text=text, template=template)
    (finding,) = review_citations(reading, link_exists=lambda target: target == "./prd.md")
    assert (finding.rule, finding.place.line) == ("citation.broken-link", 5)
    assert "../plan.md" in finding.text
