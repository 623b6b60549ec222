from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.errors import TemplateError
from torusnb.spec.fdd import parse_fdd
from torusnb.spec.template import load_template, parse_template

TEMPLATE = load_template()


def test_the_template_has_the_sections_of_the_issue_in_order() -> None:
    assert " ".join(section.id for section in TEMPLATE.sections) == (
        "1 2 3 4 4.1 4.2 4.3 4.4 5 5.1 5.2 5.3 6 6.1 6.2 7 8 9 9.1 9.2 9.3 10 11 12 13 14 15 16 17"
    )
    assert [section.id for section in TEMPLATE.sections if section.required] == ["1", "2", "3", "4"]
    first = TEMPLATE.sections[0]
    assert (first.least_sentences, first.most_sentences) == (8, 10)
    assert all(section.guidance for section in TEMPLATE.sections)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("sections:\n- {id: '1', title: A}\n- {id: '1', title: B}\n", 3, "already given at line 2"),
        ("sections:\n- id: '1'\n", 2, "has no `title`"),
        ("sections:\n- {id: '4.1', title: A}\n", 2, "no section 4 before it"),
        ("sections:\n- id: '1'\n  title: A\n  colour: red\n", 4, "`colour` is unknown"),
        ("pages: []\n", 1, "`pages` is unknown"),
        ("sections:\n- id: one\n  title: A\n", 2, "'one'"),
        ("sections:\n- {id: '1', title: A: B}\n", 2, "not valid YAML"),
        ("sections:\n- id: '1'\n  title: A\n  title: B\n", 4, "given twice"),
        ("sections:\n- id: '1'\n  title: A\n  required: maybe\n", 4, "true or false"),
        ("sections:\n- id: '1'\n  title: A\n  least_sentences: few\n", 4, "whole number"),
        ("sections:\n- {id: '1', title: A, least_sentences: 9, most_sentences: 2}\n", 2, "Swap"),
        ("sections:\n- {id: '1', title: A, least_words: 90, most_words: 20}\n", 2, "20 words. Swap"),
        ("sections:\n- id: '1'\n  title: A\n  form: poem\n", 4, "use one of"),
        ("sections:\n- id: '1'\n  title: A\n  aliases: B\n", 4, "list of headings"),
        ("sections:\n- id: '1'\n  title: [A]\n", 3, "must be text"),
        ("sections:\n- A\n", 2, "a mapping"),
        ("sections: []\n", 1, "list of `sections`"),
        ("", 1, "must be a mapping"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text, "own.yml")
    assert words in caught.value.message
    assert (caught.value.path, caught.value.line) == ("own.yml", line)


def test_a_team_may_bring_its_own_template(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text(
        "name: ours\ntitle_suffix: Design\nsections:\n- {id: '1', title: Why, required: true, aliases: [Reason]}\n"
    )
    template = load_template(own)
    assert (template.name, template.title_suffix, template.sections[0].aliases) == ("ours", "Design", ("Reason",))
    with pytest.raises(TemplateError, match="cannot be read"):
        load_template(tmp_path / "missing.yml")
    own.write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="not UTF-8"):
        load_template(own)


DOCUMENT = """\
# Nudges - Functional Design Document

Intro.

## 1. Executive Summary
Text.

```sh
# no heading
## 2. neither
```

## 3. Repository Context Summary ##
Context.
## Proposed Design
### 4.2 State & Data Flow
Flow.
### Risks & Mitigations
Inside.
## 9. Performance & Scalability Posture (Telemetry Only)
### 9.2 Hotspots & Mitigations
Hot.
## 14. Risks & Mitigations
One.
## 17. Decision Log
Decided.
"""


def test_sections_are_matched_by_title_and_alias_and_not_by_number() -> None:
    document = parse_fdd(DOCUMENT, TEMPLATE)
    assert document.title == "Nudges - Functional Design Document"
    assert [(s.id, s.title, s.line) for s in document.sections] == [
        ("1", "Executive Summary", 5),
        ("3", "Repository Context Summary", 13),
        ("4", "Proposed Design", 15),
        ("4.2", "State & Data Flow", 16),
        ("", "Risks & Mitigations", 18),
        ("9", "Performance & Scalability Posture (Telemetry Only)", 20),
        ("9.3", "Hotspots & Mitigations", 21),
        ("15", "Risks & Mitigations", 23),
        ("", "Decision Log", 25),
    ]
    assert document.preamble == "# Nudges - Functional Design Document\n\nIntro.\n\n"


def test_a_sections_own_text_ends_where_its_sub_sections_begin() -> None:
    section = parse_fdd(DOCUMENT, TEMPLATE).section("9")
    assert section is not None
    assert (section.text, section.end_line, section.number, section.parent) == ("", 22, "9", -1)
    assert section.whole.endswith("Hot.\n")


def test_bold_lines_are_the_sections_of_a_document_without_headings() -> None:
    document = parse_fdd("**Executive Summary**\nText.\n\n**Note**\nMore.\n\n**Proposed Design**\n- x\n", TEMPLATE)
    assert [(s.id, s.line) for s in document.sections] == [("1", 1), ("4", 7)]


@pytest.mark.parametrize(
    "text", ["", "\n", "no heading", DOCUMENT.replace("\n", "\r\n"), "\ufeff" + DOCUMENT, DOCUMENT.rstrip()]
)
def test_the_parts_make_the_document_again(text: str) -> None:
    document = parse_fdd(text, TEMPLATE)
    assert document.text == text
    assert document.preamble + "".join(s.heading + s.text for s in document.sections) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="# *\n\r`-=\u2028\x0b\x0c Risks&\t>", max_size=120))
def test_the_parts_of_any_text_make_it_again(text: str) -> None:
    document = parse_fdd(text, TEMPLATE)
    assert document.text == text
    assert document.preamble + "".join(s.heading + s.text for s in document.sections) == text
