"""Quotes stand in what the document names right behind them."""

from __future__ import annotations

import msgspec
import pytest

from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.guides import Guide, GuideSection
from torusnb.models.sources import Citation, Research
from torusnb.review.quotes import review_quotes
from torusnb.review.reading import Reading

GUIDE = Guide(
    "guides/gates.md",
    "Gates",
    "",
    (
        GuideSection(
            "guides/gates.md", "Gates", 1, 1, "\nA town has **12** gates, and each\nhas `one` warden at night.\n"
        ),
    ),
)
RESEARCH = Research(
    citations=(Citation("src:oban-unique", "Q-1", "A job is unique within 60 seconds.", "verified", "why"),)
)


def _lines(text: str, template: Template, code: CodeMap) -> list[int]:
    code = msgspec.structs.replace(code, guides=(GUIDE,))
    reading = Reading(path="fdd.md", text=f"# D\n\n{text}\n", template=template)
    return [finding.place.line for finding in review_quotes(reading, code, RESEARCH)]


@pytest.mark.parametrize(
    "text",
    [
        "“A town has 12 gates, and each has one warden” (`guides/gates.md:3`)",
        "“A town has **12** gates, and … `one` warden at night.” (`guides/gates.md:3`)",
        "“A town has 13 gates, and each has one warden”, they say.",
        "“A town has 13 gates, and each has one warden” (`guides/walls.md:3`)",
        "“A job is unique within 60 seconds” [oban-unique]",
        "“A job is unique within 61 seconds” [never-captured]",
        "“A job is unique within 61 seconds” [oban-unique](https://a.example.org)",
        "“12 gates” (`guides/gates.md:3`)",
        "“A town has 12 gates, and each has one warden” (`gates.md:3`)",
    ],
)
def test_what_stands_there_or_cannot_be_looked_up_is_fine(text: str, template: Template, code: CodeMap) -> None:
    assert _lines(text, template, code) == []


@pytest.mark.parametrize(
    "text",
    [
        "“A town has 13 gates, and each has one warden” (`guides/gates.md:3`)",
        "“A town has 12 gates, … and two wardens at night” (`guides/gates.md:3`)",
        "“A town has 13 gates, and each has one warden” (`gates.md:3`)",
        "“A town has 13 gates, and each has one warden” (`gates.md:3, 4`)",
        "“A job is unique within 61 seconds.” [oban-unique]",
    ],
)
def test_a_changed_digit_or_word_is_told_at_its_line(text: str, template: Template, code: CodeMap) -> None:
    assert _lines(text, template, code) == [3]


def test_without_a_checkout_and_research_nothing_is_looked_up(template: Template) -> None:
    reading = Reading(path="fdd.md", text="“A town has 13 gates” (`guides/gates.md:3`)", template=template)
    assert list(review_quotes(reading, None, None)) == []
