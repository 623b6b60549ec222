from __future__ import annotations

import pytest

from torusnb.models.base import Place
from torusnb.models.design import Template
from torusnb.models.requirements import NonFunctional, PrdSection, Requirement, SpecPack
from torusnb.models.review import Finding
from torusnb.review.guardrails import review_guardrails
from torusnb.review.passages import find_passages
from torusnb.review.reading import Reading
from torusnb.spec.template import load_template

# Each guardrail's title, then a sentence that makes it apply, then one that addresses it.
CASES = {
    "tenant": (
        "Each section has its gates and its enrollments of kind {n}.",
        "Every query is scoped by the section that the hook loaded.",
    ),
    "permissions": (
        "A button on the route calls handle_event number {n}.",
        "Only wardens pass the authorization hook.",
    ),
    "lti": ("A launch through LTI brings wardens in way {n}.", ""),
    "accessibility": (
        "A modal opens after a click on button {n}.",
        "The modal traps focus and closes with the keyboard.",
    ),
    "telemetry": ("A job queries the Repo in step {n}.", "Each run emits a telemetry event with its duration."),
    "performance-target": ("A query on the database runs in step {n}.", "Opening a gate has a P95 of at most 200 ms."),
    "rollout": ("The endpoint and its route get a button {n}.", "It ships behind the feature flag of the pilot."),
    "migration": ("The migration adds a column to gates.", "The column is nullable and no row is rewritten."),
    "rollback": ("The migration adds a column to gates.", "The way back is `down`, which drops it."),
    "personal-data": (
        "Learners hand in a submission of kind {n}.",
        "Nothing that learners wrote is sensitive or logged.",
    ),
    "audit": ("An administrator revokes a key in case {n}.", "Each change is written to the audit log with its actor."),
}


def review(text: str, template: Template, pack: SpecPack | None = None) -> list[Finding]:
    reading = Reading(path="fdd.md", text=text, template=template)
    return list(review_guardrails(reading, find_passages(reading), pack))


def document(*paragraphs: str) -> str:
    return "# Gates - Design\n\n## 4. Proposed Design\n\n" + "\n\n".join(paragraphs) + "\n"


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule.removeprefix("guardrail.") for finding in findings]


def speaking(sentence: str) -> list[str]:
    return [sentence.format(n=number) for number in range(2, 10)]


@pytest.mark.parametrize("name", [name for name in CASES if name != "lti"])
def test_a_guardrail_that_applies_and_is_not_addressed_is_one_finding(name: str, template: Template) -> None:
    text = document(*speaking(CASES[name][0]))
    assert rules(review(text, template)).count(name) == 1


@pytest.mark.parametrize("name", [name for name in CASES if name != "lti"])
def test_a_guardrail_that_is_addressed_in_any_section_is_silent(name: str, template: Template) -> None:
    applies, addressed = CASES[name]
    assert name not in rules(review(document(*speaking(applies), addressed), template))


@pytest.mark.parametrize(
    "last",
    [
        "## 16. Open Questions\n\n- Who passes the authorization hook, and with which role?",
        "## 17. References\n\n- The guide on authorization of wardens in the town",
        "### 4.4 Alternatives Considered\n\n- Authorization by a role of each gate: too slow to keep.",
        "The authorization of wardens and roles is to be decided with the town.",
        "Roles: wardens.",
    ],
)
def test_a_question_a_reference_and_a_promise_address_nothing(last: str) -> None:
    text = document(*speaking(CASES["permissions"][0]), last)
    assert "permissions" in rules(review(text, load_template()))


def test_an_open_question_with_the_default_that_holds_addresses_a_guardrail() -> None:
    question = "## 16. Open Questions\n\n- Is a feature flag wanted? Default: off, the feature flag of the pilot."
    text = document(*speaking(CASES["rollout"][0]), question)
    assert "rollout" not in rules(review(text, load_template()))


def test_a_requirement_that_is_only_restated_does_not_address_a_guardrail_but_its_number_does(
    template: Template,
) -> None:
    restated = "## 2. Requirements\n\n- WCAG 2.1 AA\n- NFR-1: the whole modal is accessible by keyboard, P95 ≤ 200 ms"
    text = document(*speaking(CASES["accessibility"][0]), *speaking(CASES["performance-target"][0]), restated)
    found = rules(review(text, template))
    assert "accessibility" in found
    assert "performance-target" not in found


def test_a_guardrail_is_waived_with_a_reason_and_not_without(template: Template) -> None:
    applies = speaking(CASES["telemetry"][0])
    (bare,) = (f for f in review(document(*applies, "No new telemetry is needed."), template) if "telemetry" in f.rule)
    assert "but not why" in bare.text
    reason = "No new telemetry is needed, because the events of the job queue tell each run."
    assert "telemetry" not in rules(review(document(*applies, reason), template))


def test_what_a_design_denies_makes_nothing_apply(template: Template) -> None:
    text = document(
        "No migration adds a column or creates a table.",
        "There is no modal, no button and no click.",
        "The prototype has a button, a modal and a click for developers.",
        "Routes, endpoints and buttons are not changed.",
    )
    assert review(text, template) == []


def test_a_design_without_tables_needs_no_migration_and_no_way_back(template: Template) -> None:
    found = rules(review(document(*speaking(CASES["performance-target"][0])), template))
    assert "migration" not in found
    assert "rollback" not in found


def test_a_migration_shown_as_code_applies_too(template: Template) -> None:
    text = document("Keys are kept.", "```elixir\ncreate table(:keys) do\nend\n```")
    assert rules(review(text, template)) == ["migration", "rollback"]


def test_a_transaction_that_rolls_back_is_no_way_back_of_a_migration(template: Template) -> None:
    text = document(CASES["migration"][0], "The transaction is rolled back when a gate is locked.")
    assert "rollback" in rules(review(text, template))


def test_the_pack_makes_a_guardrail_apply(template: Template) -> None:
    here = Place("prd.md", 1)
    pack = SpecPack(
        slug="gates",
        directory="d",
        title="Gates",
        requirements=(Requirement("FR-001", "Respect the LTI roles of the launch.", here),),
        nonfunctional=(NonFunctional("", "Performance", "Opening a gate: p95 <= 200 ms.", here),),
    )
    assert rules(review(document("Gates open."), template, pack)) == ["lti", "performance-target"]
    said = document("Roles come from the LTI launch as they do today.", "Opening a gate: P95 ≤ 200 ms on the server.")
    assert review(said, template, pack) == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("No load or performance testing requirements for this phase.", False),
        ("This PRD does not set a strict latency target.", False),
        ("No gate is slower than today.", True),
    ],
)
def test_a_pack_that_wants_no_performance_work_lets_its_target_off(template: Template, said: str, asked: bool) -> None:
    section = PrdSection("8. Non-Functional Requirements", 2, Place("d/prd.md", 9), said)
    pack = SpecPack(slug="gates", directory="d", title="Gates", sections=(section,))
    text = document(*speaking(CASES["performance-target"][0]))
    assert ("performance-target" in rules(review(text, template, pack))) is asked


def test_a_pack_that_wants_no_flags_lets_the_rollout_off(template: Template) -> None:
    text = document(*speaking(CASES["rollout"][0]))
    section = PrdSection("Rollout", 2, Place("prd.md", 1), "No feature flags present in this work item")
    pack = SpecPack(slug="gates", directory="d", title="Gates", sections=(section,))
    assert "rollout" in rules(review(text, template))
    assert "rollout" not in rules(review(text, template, pack))


def test_a_finding_stands_at_the_section_the_guardrail_belongs_to() -> None:
    text = document(*speaking(CASES["tenant"][0]), "## 12. Security & Privacy\n\nGates are locked at night by hand.")
    (finding,) = (f for f in review(text, load_template()) if f.rule == "guardrail.tenant")
    assert (finding.section, text.split("\n")[finding.place.line - 1]) == ("12", "## 12. Security & Privacy")


def test_without_its_section_a_finding_still_names_where_it_belongs() -> None:
    (finding,) = (f for f in review(document(*speaking(CASES["tenant"][0])), load_template()) if "tenant" in f.rule)
    assert (finding.section, finding.place.line) == ("12", 0)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("performance-target", "The page adds one town-scoped upsert and nothing else."),
        ("performance-target", "Gates are read without adding per-gate fetches to the page."),
        ("performance-target", "A link must not query per gate that it leads to."),
        ("permissions", "Wardens and admins of the town may open the page."),
        ("permissions", "The mount lets in wardens; every other caller is redirected."),
        ("permissions", "`Mount.for/2` runs before each page of the town is shown."),
        ("permissions", "The hook admits an admin or an owner of the town, else redirects."),
        ("permissions", "A plug of the pipeline redirects whoever has no key."),
        ("performance-target", "At most one completion request is sent for each gate."),
        ("rollout", "The board of gates is gated by `gate_board`, as the list is."),
        ("permissions", "No shortcut lets an unauthenticated person pass the gate."),
        ("personal-data", "Student identity is shown only where the warden's list shows it today."),
    ],
)
def test_bounds_and_limits_in_other_words_address_a_guardrail_too(name: str, sentence: str, template: Template) -> None:
    assert name not in rules(review(document(*speaking(CASES[name][0]), sentence), template))
