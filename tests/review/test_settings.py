"""A team's own weights: what they change, and that a slip in the file is told."""

from __future__ import annotations

import pytest

from torusnb.errors import ParameterError
from torusnb.models.base import Place
from torusnb.models.review import Finding, Review, ReviewSettings
from torusnb.review.settings import apply_settings, parse_settings, weight_of

REVIEW = Review(
    "fdd.md",
    (
        Finding("structure.order", "warning", Place("fdd.md", 3), "Late.", "Move it."),
        Finding("trace.missing-id", "error", Place("fdd.md"), "AC-001 is missing.", "Add it."),
        Finding("citation.not-verified", "note", Place("fdd.md", 9), "1 of 1.", "Fetch it."),
    ),
    {"words": 7},
)


def _severities(settings: ReviewSettings) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in apply_settings(REVIEW, settings).findings}


def test_a_rule_is_switched_off_or_weighed_anew() -> None:
    settings = parse_settings(
        '[review.rules]\n"structure.order" = "off"\n"citation.not-verified" = "error"\n', "torusnb.toml"
    )
    assert _severities(settings) == {"trace.missing-id": "error", "citation.not-verified": "error"}


def test_a_rule_weighs_more_than_its_family() -> None:
    settings = parse_settings('[review.rules]\n"citation.*" = "off"\n"citation.not-verified" = "warning"\n', "t.toml")
    assert weight_of(settings, "citation.unused-reference") == "off"
    assert _severities(settings)["citation.not-verified"] == "warning"


def test_a_name_without_quotes_means_the_same() -> None:
    plain = parse_settings('[review.rules]\nstructure.order = "off"\n', "t.toml")
    assert plain == parse_settings('[review.rules]\n"structure.order" = "off"\n', "t.toml")


def test_a_weighed_review_says_so_and_how_much_it_leaves_out() -> None:
    settings = parse_settings('[review.rules]\n"structure.order" = "off"\n', "docs/torusnb.toml")
    review = apply_settings(REVIEW, settings)
    assert review.measures == {"words": 7, "switched_off": 1}
    assert review.settings == "docs/torusnb.toml"
    other = apply_settings(REVIEW, parse_settings('[review.rules]\n"structure.order" = "note"\n', "docs/torusnb.toml"))
    assert "" != review.settings_key != other.settings_key


@pytest.mark.parametrize("text", ["", "# nothing\n", "[review]\n", "[review.rules]\n"])
def test_a_file_without_weights_changes_nothing(text: str) -> None:
    assert apply_settings(REVIEW, parse_settings(text, "torusnb.toml")) == REVIEW


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[review.rules\n", "This is not valid TOML: expected"),
        ("[reveiw.rules]\n", r"There is no setting \[reveiw\]"),
        ("[review.rule]\n", r"There is no setting \[review.rule\]"),
        ('[review]\nrules = "off"\n', r"write \[review.rules\]"),
        ('review = "off"\n', r"write \[review\]"),
        (
            '[review.rules]\n"structure.oder" = "off"\n',
            "There is no rule structure.oder. Did you mean structure.order?",
        ),
        ('[review.rules]\n"weather" = "off"\n', "docs/review-rules.md lists them"),
        ('[review.rules]\n"weather.*" = "off"\n', "There is no rule weather"),
        ('[review.rules]\n"structure.order" = "of"\n', "cannot be 'of'. Use one of off, note, warning, error"),
        ('[review.rules]\n"structure.order" = false\n', "takes one of off, note, warning, error, in quotes"),
        ('[review.rules.structure]\norder = ["off"]\n', "takes one of"),
    ],
)
def test_what_nobody_knows_is_refused(text: str, words: str) -> None:
    with pytest.raises(ParameterError, match=words) as caught:
        parse_settings(text, "torusnb.toml")
    assert caught.value.path == "torusnb.toml"
