from __future__ import annotations

import pytest

from torusnb.models.base import Place
from torusnb.models.design import Finding, Template
from torusnb.models.requirements import Requirement, SpecPack
from torusnb.review.reading import Reading
from torusnb.review.trace import review_trace

ALL = "FR-001 FR-002 AC-001 AC-002 AC-003 AC-003b"


def review(text: str, template: Template, pack: SpecPack | None) -> list[Finding]:
    return list(review_trace(Reading(path="fdd.md", text=text, template=template), pack))


def test_all_ids_present_give_no_finding(template: Template, pack: SpecPack) -> None:
    assert review(f"We meet {ALL}.", template, pack) == []


@pytest.mark.parametrize("form", ["`{}`", "({})", "**{}**:", "| {} |", "[{}]", "{}/AC"])
def test_an_id_counts_in_any_dress(form: str, template: Template, pack: SpecPack) -> None:
    assert review(" ".join(form.format(name) for name in ALL.split()), template, pack) == []


def test_a_longer_id_does_not_stand_for_a_shorter_one(template: Template, pack: SpecPack) -> None:
    (finding,) = review("FR-001 FR-002 AC-001 AC-002 AC-003b", template, pack)
    assert (finding.rule, finding.severity) == ("trace.missing-id", "error")
    assert "AC-003 of" in finding.text


@pytest.mark.parametrize(
    "text",
    [
        "AC-001 through AC-003",
        "`AC-001` through `AC-003`",
        "AC-001–AC-003",
        "AC-001-003",
        "AC-001 to AC-003",
        "AC-001..AC-003",
    ],
)
def test_a_range_does_not_count_and_is_pointed_at(text: str, template: Template, pack: SpecPack) -> None:
    found = review(f"FR-001 FR-002 AC-003b\n\nWe meet {text}.", template, pack)
    hidden = next(finding for finding in found if "AC-002" in finding.text)
    assert hidden.place.line == 3
    assert "a range does not count" in hidden.text


def test_an_id_the_pack_does_not_have_is_told_once(template: Template, pack: SpecPack) -> None:
    found = review(f"{ALL}\n\nFR-077 here and FR-077 there; NFR-001 and UTF-8 are no requirement ids.", template, pack)
    assert [(finding.rule, finding.place.line) for finding in found] == [("trace.unknown-id", 3)]
    assert "FR-077" in found[0].text


@pytest.mark.parametrize("numbered", [False, True])
def test_what_cannot_be_checked_is_a_note(numbered: bool, template: Template) -> None:
    own = (Requirement(id="FR-001", text="x", place=Place("prd.md"), derived=True),) if numbered else ()
    packs = (None, SpecPack(slug="s", directory="d", title="t", requirements=own))
    for pack in packs:
        (finding,) = review("FR-001", template, pack)
        assert (finding.rule, finding.severity) == ("trace.not-checked", "note")
