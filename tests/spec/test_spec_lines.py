from __future__ import annotations

import pytest

from torusnb.spec.prd import parse_prd
from torusnb.spec.requirements_yaml import parse_requirements


@pytest.mark.parametrize("odd", ["\f", "\v", "\x85", "\u2028", "\u2029", "\xa0"])
def test_only_line_ends_move_the_lines_of_a_prd(odd: str) -> None:
    text = f"# Nudges{odd}PRD\n\nOne{odd}two.\n{odd}\n{odd}\n**Goals**\n- Remind{odd}learners.\n{odd}\n## Risks\n"
    prd = parse_prd(text, "prd.md")
    assert [section.place.line for section in prd.sections] == [1, 6, 9]
    assert [goal.place.line for goal in prd.statements["goals"]] == [7]


@pytest.mark.parametrize("odd", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("broken", ["", "  note: a: b\n"])
def test_only_line_ends_move_the_lines_of_requirements_yml(odd: str, broken: str) -> None:
    text = (
        f"# one{odd}two\nrequirements:\n- id: FR-001\n  title: Send{odd}a nudge\n{broken}- id: FR-002\n  title: Two\n"
    )
    found = parse_requirements(text, "r.yml")
    extra = broken.count("\n")
    assert [(made.id, made.place.line) for made in found.definitions] == [("FR-001", 4), ("FR-002", 6 + extra)]
    assert [problem.place.line for problem in found.problems] == [5] * extra
