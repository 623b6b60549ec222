"""How long a section may be."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.checking import WORDS
from torusnb.drafting.claude.ledger import Entry, Ledger
from torusnb.drafting.claude.lengths import (
    CONTEXT_WORDS,
    FOR_EACH,
    LEAST_WORDS,
    MOST_WORDS,
    SECURITY_WORDS,
    SUMMARY_WORDS,
    words_for,
)
from torusnb.models.design import TemplateSection


def ledger(kind: str, number: int, standing: str = "new") -> Ledger:
    """A ledger with some names of a kind."""
    return Ledger(tuple(Entry(kind, f"n{n}", standing, "x", ("FR-001",)) for n in range(number)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "kind", "number", "words"),
    [
        ("LiveView", "event", 4, LEAST_WORDS + 4 * FOR_EACH),
        ("LiveView", "text", 2, LEAST_WORDS + 2 * FOR_EACH),
        ("LiveView", "event", 40, MOST_WORDS),
        ("LiveView", "table", 4, LEAST_WORDS),
        ("HTTP/JSON APIs", "route", 1, LEAST_WORDS + FOR_EACH),
        ("Component Roles & Interactions", "component", 3, LEAST_WORDS + 3 * FOR_EACH),
        ("Executive Summary", "event", 4, SUMMARY_WORDS),
        ("Torus Context Summary", "event", 4, CONTEXT_WORDS),
        ("Security & Privacy", "permission", 0, SECURITY_WORDS),
        ("Risks & Mitigations", "event", 4, WORDS),
    ],
)
def test_a_section_of_decided_names_is_as_long_as_they_need(title: str, kind: str, number: int, words: int) -> None:
    assert words_for(TemplateSection("9", title), ledger(kind, number), usual=WORDS) == words


def test_names_that_merely_exist_need_no_words() -> None:
    assert words_for(TemplateSection("9", "LiveView"), ledger("event", 9, "existing"), usual=WORDS) == LEAST_WORDS


@pytest.mark.parametrize(("title", "kind"), [("LiveView", "event"), ("Torus Context Summary", "event")])
def test_a_section_is_no_longer_than_the_template_allows(title: str, kind: str) -> None:
    section = TemplateSection("9", title, most_words=200)
    assert words_for(section, ledger(kind, 40), usual=WORDS) == 200


def test_before_anything_is_decided_a_section_has_its_usual_length() -> None:
    assert words_for(TemplateSection("9", "LiveView"), Ledger(), usual=WORDS) == WORDS
