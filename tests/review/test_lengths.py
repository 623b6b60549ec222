from __future__ import annotations

import msgspec
import pytest

from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.review.lengths import review_lengths
from torusnb.review.reading import Reading

LONG = "A warden opens a gate only after the keeper of the inner wall has seen the seal and said so aloud to all."
OTHER = "Every key that is lost is told to the council on the same day, with the name of the one who had it last seen."


def review(body: str, template: Template) -> list[Finding]:
    text = f"# T\n\n## 4. Proposed Design\n\n{body}\n"
    return list(review_lengths(Reading(path="fdd.md", text=text, template=template)))


def limited(template: Template, least: int, most: int) -> Template:
    sections = tuple(
        msgspec.structs.replace(section, least_words=least, most_words=most) if section.id == "4" else section
        for section in template.sections
    )
    return msgspec.structs.replace(template, sections=sections)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("One two three four.", ""),
        ("One two three.", "structure.too-thin"),
        ("None.", ""),
        ("No changes: it stays.", ""),
        ("### 4.1 Component Roles\n\nThree more words.", ""),
        ("One two three four five six seven eight nine.", "structure.too-long"),
        ("One two three four.\n\n```\na b c d e f g h i\n```", ""),
        ("```\na b c d\n```", ""),
        ("", ""),
    ],
)
def test_a_section_is_held_against_the_limits_of_the_template(body: str, rule: str, template: Template) -> None:
    assert [finding.rule for finding in review(body, limited(template, 4, 8))] == ([rule] if rule else [])


def test_steps_below_a_label_are_no_words_of_a_section_of_prose(template: Template) -> None:
    body = "**Order of building**\n\n1. One two three four five.\n2. Six seven eight nine."
    most = limited(template, 0, 8)
    prose = msgspec.structs.replace(
        most, sections=tuple(msgspec.structs.replace(section, form="prose") for section in most.sections)
    )
    assert [finding.rule for finding in review(body, most)] == ["structure.too-long"]
    assert review(body, prose) == []


def test_code_within_a_step_is_taken_off_once(template: Template) -> None:
    body = (
        "One two three four five six seven eight nine.\n\n**Steps**\n\n1. One.\n   ```\n   a b c d e\n   ```\n2. Two."
    )
    most = limited(template, 0, 8)
    prose = msgspec.structs.replace(
        most, sections=tuple(msgspec.structs.replace(section, form="prose") for section in most.sections)
    )
    assert [finding.rule for finding in review(body, prose)] == ["structure.too-long"]


def test_a_template_without_limits_asks_nothing(template: Template) -> None:
    assert review("One.", template) == []


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (f"{LONG}\n\n{LONG}", 7),
        (f"{LONG}\n\n### 4.1 Component Roles\n\n- {LONG.replace('seen the seal', 'seen it')}", 9),
        (f"{LONG}\n\n### 4.1 Component Roles\n\nFR-007: {LONG} (AC-001)", 9),
        (f"{LONG}\n\n{OTHER}\n\n### 4.1 Component Roles\n\n{OTHER}", 11),
        (f"{LONG}\n\n{OTHER}", 0),
        (f"- {LONG}\n- {LONG.replace('gate', 'door').replace('inner', 'outer')}", 0),
        ("A short line.\n\nA short line.", 0),
        (f"| a |\n|---|\n| {LONG} |\n\n{LONG}", 0),
        (f"```\n{LONG}\n```\n\n{LONG}", 0),
        (f"{LONG}\n\n## 6. References\n\n- {LONG}", 0),
        (f"{LONG}\n\n## 2. Requirements\n\n- {LONG}", 0),
    ],
)
def test_text_that_stands_twice_is_found(body: str, line: int, template: Template) -> None:
    found = [(finding.rule, finding.place.line) for finding in review(body, template)]
    assert found == ([("structure.repeated-text", line)] if line else [])


def test_repeated_text_names_the_line_where_it_stood_first(template: Template) -> None:
    (finding,) = review(f"{LONG}\n\n{OTHER}\n\n{LONG}", template)
    assert "what line 5 says" in finding.text


def test_what_stands_three_times_is_one_finding(template: Template) -> None:
    (finding,) = review(f"{LONG}\n\n{OTHER}\n\n{LONG}\n\n{LONG}", template)
    assert finding.text == "This says with nearly the same words what line 5 says, as does line 11."
