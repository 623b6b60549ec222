from __future__ import annotations

import pytest

from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.review.outside_claims import review_outside_claims
from torusnb.review.reading import Reading
from torusnb.spec.template import load_template


def review(text: str, template: Template) -> list[Finding]:
    return list(review_outside_claims(Reading(path="fdd.md", text=f"# T\n\n{text}\n", template=template)))


@pytest.mark.parametrize(
    "text",
    [
        "Postgres serializes writers of one row.",
        "The BEAM guarantees the order of messages between two processes.",
        "`Ecto.Multi` always rolls back as a whole.",
        "Jobs run once, as documented in Oban.",
        "LTI 1.3 requires a nonce in each launch.",
        "- WCAG 2.1 defines four principles.",
        "It is safe: modern browsers by default send no such cookie.",
    ],
)
def test_a_fact_of_the_outside_world_needs_a_source(text: str, template: Template) -> None:
    assert [(f.rule, f.severity, f.place.line) for f in review(text, template)] == [
        ("citation.uncited-claim", "note", 3)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Postgres serializes writers of one row [pg-locking].",
        "Postgres [serializes](https://docs.example.org/x) writers of one row.",
        "Postgres serializes writers (https://docs.example.org/x).",
        "Postgres always holds the gates (`lib/town/gates.ex:4`).",
        "Postgres always holds the gates (`…/gates.ex:4`).",
        "Postgres always holds the gates. (`gates.ex:4`; FR-001)",
        "Postgres must always hold the gates.",
        "We hold that Postgres never loses a gate.",
        "The LiveView rejects a gate that is shut.",
        "The existing LiveView tests require nothing.",
        "Town.Postgres always opens.",
        "```\nPostgres serializes writers.\n```",
        "Postgres holds the gates.",
        "A gate opens twice until stronger Postgres guarantees are at hand.",
        "",
    ],
)
def test_cited_sentences_and_words_about_the_design_are_no_claims(text: str, template: Template) -> None:
    assert review(text, template) == []


def test_a_source_in_the_next_sentence_does_not_count(template: Template) -> None:
    (finding,) = review("Postgres serializes writers. It is fast [pg].", template)
    assert "Postgres serializes" in finding.text


def test_a_list_of_tests_says_what_is_checked_and_not_what_is_so() -> None:
    claim = "- the derived Redis timeout never exceeds the gate's own"
    assert review(f"## 13. Testing Strategy\n\n{claim}", load_template()) == []
    assert len(review(f"## 12. Security & Privacy\n\n{claim}", load_template())) == 1
