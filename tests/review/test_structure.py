from __future__ import annotations

import pytest

from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.review.reading import Reading
from torusnb.review.structure import review_structure

GOOD = """# Gate Board - Design

## 1. Executive Summary

Wardens see gates. They open them. It is quick.

## 2. Requirements

- FR-001 is met.

## 3. Repository Context

Gates exist.

## 4. Proposed Design

### 4.1 Component Roles

One component.

## 6. References

None.
"""


def review(text: str, template: Template) -> list[Finding]:
    return list(review_structure(Reading(path="fdd.md", text=text, template=template)))


def rules(text: str, template: Template) -> list[str]:
    return [finding.rule for finding in review(text, template)]


def test_a_sound_document_has_no_finding(template: Template) -> None:
    assert rules(GOOD, template) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("## 2. Requirements", "## 2. Wishes", "structure.missing-section", 1),
        ("Gates exist.", "", "structure.empty-section", 11),
        ("Gates exist.", "<!-- to come -->", "structure.empty-section", 11),
        ("Gates exist.", "N/A", "structure.no-reason", 11),
        ("Gates exist.", "- **Not applicable.**", "structure.no-reason", 11),
        ("Gates exist.", "Not applicable to this feature.", "structure.no-reason", 11),
        ("Gates exist.", "This section is not needed here.", "structure.no-reason", 11),
        ("Gates exist.", "Retention: TBD", "structure.placeholder", 13),
        ("Gates exist.", "```elixir\n# FIXME later\n```", "structure.placeholder", 14),
        ("Gates exist.", "#### Deep\n\nGates exist.", "structure.heading-level", 13),
        ("One component.", "```mermaid\ngraph\n```", "structure.diagram", 19),
        ("One component.", "```\nA --> B\n|\nC --> D\n```", "structure.diagram", 19),
        ("One component.", "![The gates](gates.png)", "structure.diagram", 19),
        ("One component.", "```elixir\n%{a --> b}\nc --> d\n```", "", 0),
        ("One component.", "```\ntown_gates/2\n```", "", 0),
        ("They open them. ", "", "structure.sentence-count", 3),
        ("It is quick.", "It is quick. It is safe. It is small.", "structure.sentence-count", 3),
        (
            "## 6. References",
            "## 3. Repository Context\n\nAgain.\n\n## 6. References",
            "structure.duplicate-section",
            21,
        ),
        ("## 6. References", "## Notes\n\n## 6. References", "", 0),
        ("Gates exist.", "Gates exist, to do them well, so todo lists.", "", 0),
        ("Gates exist.", "N/A: the gates are made of wood.", "", 0),
        ("Gates exist.", "```mermaid\ngraph\n```", "", 0),
    ],
)
def test_one_fault_gives_one_finding(old: str, new: str, rule: str, line: int, template: Template) -> None:
    found = [(finding.rule, finding.place.line) for finding in review(GOOD.replace(old, new), template)]
    assert found == ([(rule, line)] if rule else [])


def test_a_required_section_that_is_empty_is_an_error(template: Template) -> None:
    (finding,) = review(GOOD.replace("- FR-001 is met.", "Nothing is drafted for this section."), template)
    assert (finding.rule, finding.severity, finding.section) == ("structure.empty-section", "error", "2")


def test_a_section_with_sub_sections_only_is_not_empty(template: Template) -> None:
    assert "structure.empty-section" not in rules(GOOD, template)


def test_sections_out_of_order_are_told(template: Template) -> None:
    text = GOOD.replace("## 6. References\n\nNone.\n", "").replace(
        "## 3. Repository Context", "## 6. References\n\nNone.\n\n## 3. Repository Context"
    )
    (first, *_) = review(text, template)
    assert first.rule == "structure.order"
    assert "Repository Context stands after References" in first.text


def test_a_document_of_bold_lines_has_no_heading(template: Template) -> None:
    assert "structure.no-heading" in rules("**Executive Summary**\n\nWords.\n", template)


def test_headings_in_code_are_no_sections(template: Template) -> None:
    text = GOOD.replace("Gates exist.", "```markdown\n# Title\n###### Deep\n```")
    assert rules(text, template) == []
