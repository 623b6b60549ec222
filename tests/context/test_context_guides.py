from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import write_files
from torusnb.context.map.guides import load_guide, parse_guide

GUIDE = """---
title: ignored
---
Words before any heading.

# The *shop*

It sells things. See `Shop.Baskets.Basket`.

Baskets
-------

A basket, many baskets. `Shop.Baskets` owns them, not :lists.

```elixir
# not a heading
alias Shop.Hidden.Thing
```

### Totals

Rounded down.
"""


def test_sections_carry_the_headings_above_them_and_their_lines() -> None:
    guide = parse_guide(GUIDE, "guides/shop.md")
    assert guide.title == "The shop"
    assert [(section.heading, section.level, section.line) for section in guide.sections[1:]] == [
        ("The shop", 1, 6),
        ("The shop > Baskets", 2, 10),
        ("The shop > Baskets > Totals", 3, 20),
    ]


def test_no_line_of_a_guide_is_lost_or_in_two_sections() -> None:
    sections = parse_guide(GUIDE, "a.md").sections
    words = " ".join(section.text for section in sections)
    assert words.count("Words before any heading") == words.count("Rounded down") == words.count("# not a heading") == 1


def test_a_section_knows_the_modules_and_terms_it_speaks_of() -> None:
    section = parse_guide(GUIDE, "a.md").sections[2]
    assert section.modules == ("Shop.Baskets", "Shop.Hidden.Thing")
    assert "basket" in section.terms


def test_a_guide_without_headings_is_named_after_its_file() -> None:
    guide = parse_guide("Only text.", "docs/how-to_ship.md")
    assert (guide.title, guide.sections[0].heading) == ("How to ship", "How to ship")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_count_as_lines(odd: str, end: str) -> None:
    lines = ["# One", f"first{odd}half", "", f"## Two{odd}", "", "second half", "", "### Three", "third"]
    sections = parse_guide(end.join(lines), "a.md").sections
    assert [section.line for section in sections] == [1, 4, 8]
    assert [section.text for section in sections] == [f"first{odd}half", "\nsecond half", "third"]


@pytest.mark.parametrize(("content", "problem"), [(b"\xff\xfe\x00", True), (b"   \n", False), (b"#" * 1_000_001, True)])
def test_an_unreadable_guide_is_a_problem_and_an_empty_one_is_none(
    tmp_path: Path, content: bytes, problem: bool
) -> None:
    write_files(tmp_path, {"guides/good.md": "# Good\n\ntext\n"})
    (tmp_path / "guides/odd.md").write_bytes(content)
    assert load_guide(tmp_path, "guides/good.md").guide is not None
    read = load_guide(tmp_path, "guides/odd.md")
    assert (read.guide, read.problem is not None) == (None, problem)


def test_a_guide_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    assert load_guide(tmp_path, "guides/gone.md").problem is not None
