from __future__ import annotations

import pytest

from torusnb.errors import ParameterError
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Review
from torusnb.review.profiles import OLDER_HEADINGS, check_newer, check_older, check_profile, relative_links

GOOD = "\n\n".join(f"{'#' * (n % 3 + 2)} {n}. {name.title()}\n\nWords." for n, name in enumerate(OLDER_HEADINGS, 1))
IDS = "FR-001 FR-002 AC-001 AC-002 AC-003 AC-003b"


def test_the_older_validator_takes_headings_of_any_level_and_number(pack: SpecPack) -> None:
    assert check_older(f"{GOOD}\n\n{IDS}", pack=pack) == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Observability", "Watching", "The heading `observability` is missing."),
        ("Open Questions", "Open Questions & Follow-ups", ""),
        ("Words.", "Words, FIXME.", "`FIXME` stands in the text."),
        ("Words.", "See [plan](plan.md).", "The link `plan.md` leads nowhere."),
        ("Words.", "See [web](https://a.example.org) and [here](#below) and `[x](y.md)`.", ""),
        ("AC-002", "through", "The id AC-002 is missing."),
    ],
)
def test_the_older_validator_refuses(old: str, new: str, problem: str, pack: SpecPack) -> None:
    text = f"{GOOD}\n\n{IDS}".replace(old, new)
    assert check_older(text, pack=pack, link_exists=lambda _: False) == ((problem,) if problem else ())


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("# A\n\nTBD", ()),
        ("A", ("The document has no heading.",)),
        ("# A\n\nTODO", ("`TODO` stands in the text.",)),
        ("```\n# A\n```", ("The document has no heading.",)),
    ],
)
def test_the_newer_validator_wants_a_heading_and_one_word_gone(text: str, problems: tuple[str, ...]) -> None:
    assert check_newer(text) == problems


def test_a_profile_adds_errors_to_a_review() -> None:
    review = check_profile(Review(path="fdd.md"), "A TODO", "newer")
    assert [(f.rule, f.severity) for f in review.findings] == [("profile.newer", "error")] * 2
    assert check_profile(Review(path="fdd.md"), GOOD, "older").findings == ()


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ParameterError, match="Use one of older, newer"):
        check_profile(Review(path="fdd.md"), "x", "oldest")


def test_relative_links_come_without_anchors_and_once() -> None:
    assert relative_links("[a](x.md#one) [b](x.md) ![c](img/y.png) [d](mailto:a@b.example)") == ("x.md", "img/y.png")
