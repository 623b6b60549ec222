from __future__ import annotations

import re

import pytest

from torusnb.models.design import Template
from torusnb.review.passages import Passage, find_affirmed, find_passages
from torusnb.review.reading import Reading

TEXT = """# Gates - Design

## 2. Requirements

- FR-001: gates open,
  also at night.

## 4. Proposed Design

A paragraph of
two lines.

- Unknowns to confirm:
  - Who opens `Town.Gates`?

```elixir
code()
```

| Measure | P95 |
|---|---|
| opening | 5 ms |

### Options Considered

- A door.
"""


def passages(text: str, template: Template) -> tuple[Passage, ...]:
    return find_passages(Reading(path="fdd.md", text=text, template=template))


def test_paragraphs_bullets_and_rows_are_passages_and_code_is_none(template: Template) -> None:
    found = [(p.line, p.section, p.role) for p in passages(TEXT, template)]
    assert found == [
        (5, "2", "requirements"),
        (10, "4", "design"),
        (13, "4", "design"),
        (14, "4", "questions"),
        (20, "4", "design"),
        (22, "4", "design"),
        (26, "4", "alternatives"),
    ]


def test_a_passage_knows_its_lines_leads_and_header(template: Template) -> None:
    by_line = {p.line: p for p in passages(TEXT, template)}
    assert by_line[10].text == "A paragraph of\ntwo lines."
    assert by_line[10].line_of(by_line[10].text.index("two")) == 11
    assert by_line[14].leads == ("- Unknowns to confirm:",)
    assert by_line[14].prose == "  - Who opens" + " " * 13 + "?"
    assert by_line[22].header == "| Measure | P95 |"
    assert by_line[26].titles == ("Proposed Design", "Options Considered")


def test_a_sentence_ends_at_full_stops_and_semicolons(template: Template) -> None:
    (passage,) = passages("# T\n\nOne gate opens. Two close; three wait. Four.\n", template)
    start, end = passage.sentence(passage.text.index("close"))
    assert passage.text[start:end].strip() == "Two close"


@pytest.mark.parametrize("text", ["", "\n", "```", "- \n-", "|", "| a |\n|---|", "# \n#", "\x00", "\ufeff# A\n- b"])
def test_any_text_has_passages_or_none(text: str, template: Template) -> None:
    assert all(passage.line >= 1 for passage in passages(text, template))


@pytest.mark.parametrize(
    ("line", "affirmed"),
    [
        ("The migration adds a table.", True),
        ("There is no table.", False),
        ("A table is not needed.", False),
        ("No queue. The table is new.", True),
        ("We do not add a table, but a table follows.", False),
    ],
)
def test_a_denial_reaches_to_the_end_of_its_sentence(line: str, affirmed: bool) -> None:
    assert bool(list(find_affirmed(re.compile("table"), line))) is affirmed


def test_a_line_is_affirmed_once() -> None:
    assert len(list(find_affirmed(re.compile("table"), "table, table\ntable"))) == 2
