from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.spec.definitions import split_steps
from torusnb.spec.inline import expand_ids, is_empty, split_id, split_label
from torusnb.spec.prd import ParsedPrd, parse_prd


def read(text: str) -> ParsedPrd:
    return parse_prd(text, "prd.md")


def ids(parsed: ParsedPrd) -> list[str]:
    return [definition.id for definition in parsed.definitions]


@pytest.mark.parametrize(
    ("heading", "form"),
    [
        (
            "## 6. Functional Requirements",
            "| ID | Description | Priority |\n|---|---|---|\n| FR-001 | Send a reminder. | P0 |",
        ),
        ("## Functional Requirements", "- FR-001: Send a reminder."),
        ("**Functional Requirements**", "- **FR-001** — Send a\n  reminder."),
        ("### 6.1 Requirements", "1. FR-001 Send a reminder."),
        ("## Requirements", "FR-001: Send a reminder."),
        ("## Requirements", "### FR-001\n\nSend a reminder."),
        ("## Requirements", "- [ ] FR‑001 Send a reminder."),
        ("## Requirements", "* `FR-001` Send a reminder."),
    ],
)
def test_a_requirement_is_read_in_every_form(heading: str, form: str) -> None:
    [definition] = read(f"# Reminders PRD\n\n{heading}\n\n{form}\n").definitions
    assert (definition.family, definition.id, definition.text) == ("requirement", "FR-001", "Send a reminder.")


@pytest.mark.parametrize(
    ("written", "name", "links"),
    [
        ("- AC-001 (FR-001, FR-002) — Given x, when y, then z.", "AC-001", ("FR-001", "FR-002")),
        ("- AC-004b (FR-004) — Given x, when y, then z.", "AC-004b", ("FR-004",)),
        ("- A1: Given x, when y, then z. (FR1–FR3)", "A1", ("FR1", "FR2", "FR3")),
        ("- AC-002 [FR-001 through FR-003]: Given x, when y, then z.", "AC-002", ("FR-001", "FR-002", "FR-003")),
        ("- AC-003: Given x, when y, then z. Covers: FR-007", "AC-003", ("FR-007",)),
        ("| AC | FRs | Text |\n|--|--|--|\n| AC-009 | FR-001 | Given x, when y, then z. |", "AC-009", ("FR-001",)),
        ("### AC-006 (FR-002)\n\n- Given x\n- When y\n- Then z", "AC-006", ("FR-002",)),
        ("**AC-007** (FR-001)\n\nGiven x,\n\nWhen y,\n\nThen z.", "AC-007", ("FR-001",)),
        ("```gherkin\nScenario: AC-008 retry (FR-001)\n  Given x\n  When y\n  Then z\n```", "AC-008", ("FR-001",)),
    ],
)
def test_a_criterion_is_read_with_its_links_and_steps(written: str, name: str, links: tuple[str, ...]) -> None:
    [definition] = read(f"# A\n\n## Acceptance Criteria\n\n{written}\n").definitions
    assert (definition.id, definition.links) == (name, links)
    steps = [step.strip(" .") for step in split_steps(definition.text)]
    assert steps == ["x", "y", "z"]


def test_a_criterion_below_a_requirement_is_linked_to_it() -> None:
    parsed = read("# A\n\n## Functional Requirements\n\n- FR-001: Do it.\n  - quickly\n  - AC-001: It is done.\n")
    requirement, criterion = parsed.definitions
    assert requirement.text == "Do it. quickly"
    assert (criterion.links, criterion.text) == (("FR-001",), "It is done.")


@pytest.mark.parametrize(
    "sentence",
    [
        "AC-001 through AC-022 are covered by tests.",
        "FR-001, FR-002: see above.",
        "FR-001 and FR-002 come first.",
        "S3 stores the exports.",
        "SHA-256 is used for bucketing.",
        "MER-1234 tracks the work.",
    ],
)
def test_a_sentence_about_identifiers_defines_none(sentence: str) -> None:
    assert ids(read(f"# A\n\n## Functional Requirements\n\n- {sentence}\n")) == []


def test_tickets_are_requirements_only_when_a_list_uses_them_so() -> None:
    only = "# A\n\n## Functional Requirements\n\n- ABC-1201: First.\n- ABC-1202: Second.\n"
    assert ids(read(only)) == ["ABC-1201", "ABC-1202"]
    assert ids(read(only + "- FR-001: Third.\n")) == ["FR-001"]


def test_traceability_and_plans_define_nothing() -> None:
    assert ids(read("# A\n\n## QA Plan\n\n- AC-001: unit test\n\n## Traceability\n\n- FR-001: done\n")) == []


def test_goals_and_non_goals_are_read_from_bullets_below_labels() -> None:
    listed = "- Goals:\n  - Do a\n    long thing.\n  - Keep b: always.\n- Non-Goals:\n  - Not c.\n"
    parsed = read(f"# A\n\n## 3. Goals & Non-Goals\n{listed}")
    assert [s.text for s in parsed.statements["goals"]] == ["Do a long thing.", "Keep b: always."]
    assert [s.text for s in parsed.statements["non_goals"]] == ["Not c."]


@pytest.mark.parametrize("form", ["### Goals\n- One.\n### Non-Goals\n- Two.", "Goals:\n- One.\n\nNon-Goals:\n- Two."])
def test_goals_are_read_from_headings_and_label_paragraphs(form: str) -> None:
    parsed = read(f"# A\n\n## Goals and Non-Goals\n{form}\n")
    assert [s.text for s in parsed.statements["goals"]] == ["One."]
    assert [s.text for s in parsed.statements["non_goals"]] == ["Two."]


def test_sub_bullets_and_wrapped_lines_stay_with_their_statement() -> None:
    parsed = read("# A\n\n## Problem Statement\n\n- Teachers lose time\n  on lists\n  - long ones\n  - short ones\n")
    [statement] = parsed.statements["background"]
    assert statement.text == "Teachers lose time on lists: long ones; short ones"
    assert statement.place.line == 5


def test_roles_and_use_cases_are_told_apart() -> None:
    parsed = read(
        "# A\n\n## Users & Use Cases\n- Instructor (LTI): reads the list.\n- Use Cases:\n  - An admin opens the list.\n"
    )
    assert [(s.label, s.text) for s in parsed.statements["roles"]] == [("Instructor (LTI)", "reads the list.")]
    assert [s.text for s in parsed.statements["use_cases"]] == ["An admin opens the list."]


@pytest.mark.parametrize(
    "none", ["No feature flags present in this work item", "N/A", "None.", "No new flag is needed."]
)
def test_a_prd_that_says_it_has_no_flags_has_none(none: str) -> None:
    parsed = read(f"# A\n\n## 11. Feature Flagging, Rollout & Migration\n\n{none}\n")
    assert "flags" not in parsed.statements
    assert none in parsed.sections[-1].text


def test_flags_and_the_rest_of_the_rollout_are_told_apart() -> None:
    parsed = read(
        "# A\n\n## Feature Flagging, Rollout & Migration\n- Flagging:\n  - `nudges`: gates the page.\n"
        "- Data Migrations:\n  - Add a column.\n- Rollout Plan:\n  - Internal first.\n"
    )
    assert [s.label for s in parsed.statements["flags"]] in (["`nudges`"], ["Flagging"])
    assert [s.text for s in parsed.statements["rollout"]] == ["Add a column.", "Internal first."]


@pytest.mark.parametrize(
    ("written", "risk", "mitigation"),
    [
        ("- Slow pages -> cache them", "Slow pages", "cache them"),
        ("- Slow pages → cache them", "Slow pages", "cache them"),
        ("- Risk: Slow pages. Mitigation: cache them", "Slow pages", "cache them"),
        ("- Risk: Slow pages → Mitigation: cache them", "Slow pages", "cache them"),
        ("Risk: Slow pages\nMitigation: cache them", "Slow pages", "cache them"),
        ("Risk: Slow pages\n\nMitigation: cache them", "Slow pages", "cache them"),
        ("- Risk: Slow pages\n- Mitigation: cache them", "Slow pages", "cache them"),
        ("- **Risk**: Slow pages\n  - **Mitigation**: cache them", "Slow pages", "cache them"),
        ("- Slow pages: cache them", "Slow pages", "cache them"),
        ("- **Slow pages**: cache them", "Slow pages", "cache them"),
        ("| Risk | Likelihood | Mitigation |\n|-|-|-|\n| Slow pages | high | cache them |", "Slow pages", "cache them"),
        ("- Slow pages", "Slow pages", ""),
    ],
)
def test_risks_are_read_with_their_mitigations(written: str, risk: str, mitigation: str) -> None:
    [found] = read(f"# A\n\n## 13. Risks & Mitigations\n\n{written}\n").risks
    assert (found.text, found.mitigation) == (risk, mitigation)


def test_separate_lists_of_risks_and_mitigations_are_paired_when_equally_long() -> None:
    parsed = read("# A\n\n## Risks\n- One.\n- Two.\n\n## Mitigations\n- First.\n- Second.\n")
    assert [(r.text, r.mitigation) for r in parsed.risks] == [("One.", "First."), ("Two.", "Second.")]


def test_questions_and_assumptions_of_one_section_are_told_apart() -> None:
    listed = "- Assumption: All is well.\n- Is it?\n- Open Questions:\n  - None.\n"
    parsed = read(f"# A\n\n## 14. Open Questions & Assumptions\n{listed}")
    assert [s.text for s in parsed.statements["assumptions"]] == ["All is well."]
    assert [s.text for s in parsed.statements["questions"]] == ["Is it?"]


def test_notes_of_interfaces_data_and_integration_go_to_their_fields() -> None:
    parsed = read(
        "# A\n\n## 9. Data Model & APIs\n- Ecto Schemas & Migrations:\n  - A table.\n"
        "- APIs / Contracts:\n  - A route.\n"
        "- Permissions Matrix:\n\n| Role | Allowed | Notes |\n|--|--|--|\n| Admin | All | none |\n"
        "\n## 10. Integrations\n- LTI 1.3: no change.\n"
    )
    assert [s.text for s in parsed.statements["data_notes"]] == ["A table."]
    assert [s.text for s in parsed.statements["interface_notes"]] == ["A route.", "Allowed: All; Notes: none"]
    assert [(s.label, s.text) for s in parsed.statements["integration_notes"]] == [("LTI 1.3", "no change.")]


def test_statements_under_unknown_headings_become_notes() -> None:
    parsed = read("# A PRD\n\n## Cohort arithmetic\n\nBuckets are stable.\n")
    assert [(s.label, s.text) for s in parsed.statements["notes"]] == [("Cohort arithmetic", "Buckets are stable.")]


def test_non_functional_requirements_keep_area_id_and_numbers() -> None:
    parsed = read(
        "# A\n\n## 8. Non-Functional Requirements\n- Performance & Scale: p95 <= 300ms for 2,000 learners.\n"
        "### 8.1 Reliability\n- NFR-REL-001: Retries end after 3 attempts.\n"
    )
    first, second = parsed.nonfunctional
    assert (first.area, first.place.line) == ("Performance & Scale", 4)
    assert [(q.value, q.unit, q.comparison, q.statistic) for q in first.quantities] == [
        (300.0, "ms", "<=", "p95"),
        (2000.0, "learners", "", ""),
    ]
    assert (second.id, second.area) == ("NFR-REL-001", "Reliability")


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# Reminders — PRD", "Reminders"),
        ("# Reminders - Product Requirements Document", "Reminders"),
        ("# PRD: Reminders", "Reminders"),
        ("# Reminders (v2) PRD (High Level)", "Reminders (v2)"),
        ("## 1. Overview\n\nFeature Name: Reminders", "Reminders"),
        ("## 1. Overview\n\nFeature Name\n\nReminders.", "Reminders"),
        ("## 1. Overview\n\nText.", ""),
    ],
)
def test_the_title_is_the_features_name(heading: str, title: str) -> None:
    assert read(heading + "\n").title == title


def test_lines_about_the_document_are_no_summary() -> None:
    parsed = read(
        "# A PRD\n\nLast updated: 2026-01-02\nEpic: `ABC-1`\n\n## Overview\n\nLinks: none\n\nSummary: It helps.\n"
    )
    assert [(s.label, s.text) for s in parsed.statements["summary"]] == [("Summary", "It helps.")]


def test_a_heading_inside_code_is_no_section() -> None:
    parsed = read("# A PRD\n\n## Goals\n\n```sh\n# not a heading\n```\n\n- One.\n")
    assert [s.title for s in parsed.sections] == ["A PRD", "Goals"]


def test_every_line_lies_in_a_section() -> None:
    text = "intro\n\n# A PRD\ntext\n\n**Bold heading**\nmore\n\n## B\n- x\n\n  y\n<!-- note -->\nlast"
    parsed = read(text)
    held = "\n".join(part for s in parsed.sections for part in (s.title, s.text)).split("\n")
    assert all(line.strip("#* ") in [h.strip() for h in held] for line in text.split("\n") if line.strip())


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "# A PRD\n\n## Goals\n\n- One.\n  Two.\n"
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)


def test_a_pointer_to_requirements_yml_is_no_requirement() -> None:
    parsed = read("# A PRD\n\n## 6. Functional Requirements\nRequirements are found in requirements.yml\n")
    assert (parsed.functional, parsed.pointer and parsed.pointer.line) == ((), 4)


def test_code_that_the_text_names_is_told_apart_by_kind() -> None:
    parsed = read(
        "# A PRD\n\n`Oli.Delivery.Sections`, `Oli.Repo.get/2`, `lib/oli/a.ex`, `/sections/:slug`, `GET /api/v1/x`,\n"
        "`[:oli, :nudge, :sent]`, `nudge.sent`, `can_access?/3`, `Oli.Nudges.send(id)`, `is_internal`, Oli.Bare.Name.\n"
    )
    assert [(m.kind, m.name, m.place.line) for m in parsed.mentions] == [
        ("module", "Oli.Delivery.Sections", 3),
        ("function", "Oli.Repo.get/2", 3),
        ("path", "lib/oli/a.ex", 3),
        ("route", "/sections/:slug", 3),
        ("route", "/api/v1/x", 3),
        ("event", "[:oli, :nudge, :sent]", 4),
        ("event", "nudge.sent", 4),
        ("function", "can_access?/3", 4),
        ("function", "Oli.Nudges.send", 4),
        ("identifier", "is_internal", 4),
        ("module", "Oli.Bare.Name", 4),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FR-001, FR-003–FR-005", ("FR-001", "FR-003", "FR-004", "FR-005")),
        ("FR-9 to FR-11", ("FR-9", "FR-10", "FR-11")),
        ("FR-001..003", ("FR-001", "FR-002", "FR-003")),
        ("FR-005 - FR-002", ("FR-005", "FR-002")),
        ("FR-001 to AC-003", ("FR-001", "AC-003")),
        ("FR-1 to FR-99999", ("FR-1", "FR-99999")),
        ("v1.2 and lib/FR-001.ex", ()),
    ],
)
def test_ranges_of_identifiers_expand(text: str, names: tuple[str, ...]) -> None:
    assert expand_ids(text) == names


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("Reliability: it works", "Reliability", "it works"),
        ("**Reliability**: it works", "Reliability", "it works"),
        ("**Reliability:** it works", "Reliability", "it works"),
        ("**Reliability** — it works", "Reliability", "it works"),
        ("Given a thing: it works", "", "Given a thing: it works"),
        ("see https://example.org", "", "see https://example.org"),
        ("at 10:30 it works", "", "at 10:30 it works"),
        ("`key`: it works", "", "`key`: it works"),
    ],
)
def test_labels_are_split_off(text: str, label: str, rest: str) -> None:
    assert split_label(text) == (label, rest)


@pytest.mark.parametrize(
    ("text", "empty"), [("None.", True), ("_N/A_", True), ("None (no UI).", True), ("None of it works", False)]
)
def test_texts_that_say_nothing_are_known(text: str, empty: bool) -> None:
    assert is_empty(text) is empty


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="# -*|`:AFCR01(),\n\t[]xGW—→", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    parsed = read(text)
    assert all(d.text and d.id for d in parsed.definitions)
    split_id(text)


@pytest.mark.parametrize(
    "piece", [" ,", "(FR-001 ", "a: ", "mitigation ", "given when ", "1,000 ", "- ", "`a ", "|", "**"]
)
@pytest.mark.parametrize(
    "heading", ["Acceptance Criteria", "Risks & Mitigations", "Non-Functional Requirements", "Flags"]
)
@pytest.mark.timeout(20)
def test_long_monotonous_lines_are_read_in_reasonable_time(heading: str, piece: str) -> None:
    parsed = read(f"# {piece * 3000}\n\n## {heading}\n\n- AC-001 Given {piece * 3000}\n")
    assert len(parsed.sections) == 2
