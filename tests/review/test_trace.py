from __future__ import annotations

import pytest

from torusnb.models.base import Place
from torusnb.models.design import Template
from torusnb.models.requirements import Requirement, SpecPack
from torusnb.models.review import Finding
from torusnb.review.reading import Reading
from torusnb.review.trace import review_trace

ALL = "FR-001 FR-002 AC-001 AC-002 AC-003 AC-003b"


def review(text: str, template: Template, pack: SpecPack | None) -> list[Finding]:
    return list(review_trace(Reading(path="fdd.md", text=text, template=template), pack))


def test_all_ids_present_give_no_finding(template: Template, pack: SpecPack) -> None:
    assert review(f"Tests prove {ALL}.", template, pack) == []


@pytest.mark.parametrize("form", ["`{}`", "({})", "**{}**:", "| {} |", "[{}]", "{}/AC"])
def test_an_id_counts_in_any_dress(form: str, template: Template, pack: SpecPack) -> None:
    assert review("Tests: " + " ".join(form.format(name) for name in ALL.split()), template, pack) == []


def test_a_longer_id_does_not_stand_for_a_shorter_one(template: Template, pack: SpecPack) -> None:
    (finding,) = review("Tests: FR-001 FR-002 AC-001 AC-002 AC-003b", template, pack)
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
    found = review(
        f"Tests: {ALL}\n\nFR-077 here and FR-077 there; NFR-001 and UTF-8 are no requirement ids.", template, pack
    )
    assert [(finding.rule, finding.place.line) for finding in found] == [("trace.unknown-id", 3)]
    assert "FR-077" in found[0].text


@pytest.mark.parametrize("numbered", [False, True])
def test_what_cannot_be_checked_is_a_note(numbered: bool, template: Template) -> None:
    own = (Requirement(id="FR-001", text="x", place=Place("prd.md"), derived=True),) if numbered else ()
    packs = (None, SpecPack(slug="s", directory="d", title="t", requirements=own))
    for pack in packs:
        (finding,) = review("FR-001", template, pack)
        assert (finding.rule, finding.severity) == ("trace.not-checked", "note")


def test_ids_that_are_nowhere_are_one_finding_for_each_kind(template: Template, pack: SpecPack) -> None:
    assert [finding.text for finding in review("Nothing.", template, pack)] == [
        "FR-001 and FR-002 of the spec pack are nowhere in the document.",
        "AC-001, AC-002, AC-003 and AC-003b of the spec pack are nowhere in the document.",
    ]


def test_each_range_is_one_finding_with_the_ids_it_hides(template: Template, pack: SpecPack) -> None:
    found = review("FR-001 FR-002\n\nTests cover AC-001 through AC-003.", template, pack)
    assert [(f.rule, f.severity, f.place.line) for f in found] == [("trace.range-hides-ids", "error", 3)]
    assert found[0].text.startswith("AC-002 and AC-003b stand only in the range `AC-001 through AC-003`")


def test_a_criterion_that_no_test_proves_is_told(template: Template, pack: SpecPack) -> None:
    text = "FR-001 FR-002\n\n- A test proves AC-001, AC-003 and AC-003b.\n- The board shows AC-002.\n"
    assert [(f.rule, f.text) for f in review(text, template, pack)] == [
        ("trace.no-test", "No test is named for AC-002.")
    ]


def test_a_criterion_that_the_design_withdraws_needs_no_test(template: Template, pack: SpecPack) -> None:
    text = "FR-001 FR-002\n\n- A test proves AC-001, AC-003 and AC-003b.\n- AC-002: {}.\n"
    for said in ("withdrawn, the board is a non-goal", "a non-goal", "deferred to the next release"):
        assert review(text.format(said), template, pack) == []
    built = "the board shows it", "the board shows it. Bulk is out of scope", "the mail is deferred to a job"
    for said in (*built, "a gate that is a non-goal stays shut"):
        assert [f.rule for f in review(text.format(said), template, pack)] == ["trace.no-test"]


@pytest.mark.parametrize(
    "words",
    [
        "## 6. Tests\n\nAC-001 to AC-003b, AC-002, AC-003.",
        "Verified by `test/board_test.exs`: AC-001, AC-002, AC-003, AC-003b.",
        "| Criterion | Test |\n|---|---|\n| AC-001 | a |\n| AC-002 | b |\n| AC-003 | c |\n| AC-003b | d |",
        "Tests cover AC-001 through AC-003.",
    ],
)
def test_a_test_is_a_section_or_a_word_of_the_line(words: str, template: Template, pack: SpecPack) -> None:
    text = f"# T\n\nFR-001 FR-002 AC-001 AC-002 AC-003 AC-003b\n\n{words}\n"
    assert [finding.rule for finding in review(text, template, pack)] == []


def test_a_requirement_that_is_only_listed_is_noted_where_others_are_not(template: Template, pack: SpecPack) -> None:
    text = f"# T\n\n## 2. Requirements\n\nTests: {ALL}\n\n## 4. Proposed Design\n\nThis meets FR-001.\n"
    (finding,) = review(text, template, pack)
    assert (finding.rule, finding.severity, finding.place.line) == ("trace.only-listed", "note", 5)
    assert finding.text.startswith("FR-002 stands only in the list of requirements")


def test_an_id_written_otherwise_is_told_with_the_one_meant(template: Template, pack: SpecPack) -> None:
    (finding,) = review(f"Tests: {ALL} AC-01", template, pack)
    assert finding.remedy.startswith("Did you mean AC-001?")
