from __future__ import annotations

import msgspec
import pytest

from torusnb.models.base import Place
from torusnb.models.requirements import NonFunctional, PrdSection, SpecPack
from torusnb.models.review import Finding
from torusnb.review.completeness import review_completeness
from torusnb.review.passages import find_passages
from torusnb.review.reading import Reading
from torusnb.spec.quantities import parse_quantities
from torusnb.spec.template import load_template


def findings(text: str, pack: SpecPack | None = None) -> list[Finding]:
    reading = Reading(path="fdd.md", text=text, template=load_template())
    return list(review_completeness(reading, find_passages(reading), pack))


def asking(pack: SpecPack, text: str) -> SpecPack:
    item = NonFunctional("", "Speed", text, Place("prd.md", 9), tuple(parse_quantities(text)))
    return msgspec.structs.replace(pack, nonfunctional=(item,))


DESIGN = "## 4. Proposed Design\n\nFour gates open at once. ({name}; FR-001)\n"


@pytest.mark.parametrize("name", ["A-3", "Q-2", "OQ-2"])
def test_an_assumption_that_is_cited_and_stated_nowhere_is_found(name: str) -> None:
    (finding,) = findings(DESIGN.format(name=name))
    assert (finding.rule, finding.severity, finding.place.line) == ("trace.unstated-assumption", "warning", 3)
    assert finding.text.startswith(f"{name} is cited")


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("A3", "## 2. Requirements & Assumptions\n\n- **A1**: four gates at most.\n"),
        ("Q3", "## 16. Open Questions\n\n1. Which gates?\n2. How many gates?\n"),
    ],
)
def test_an_id_without_a_dash_counts_where_the_document_numbers_others_so(name: str, others: str) -> None:
    (finding,) = findings(f"{DESIGN.format(name=name)}\n{others}")
    assert finding.text.startswith(f"{name} is cited")
    assert findings(DESIGN.format(name=name)) == []


def test_all_that_is_stated_nowhere_is_one_finding() -> None:
    (finding,) = findings(DESIGN.format(name="A-3, A-4; A-3"))
    assert finding.text.startswith("A-3 and A-4 are cited")


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("A-3", "## 2. Requirements & Assumptions\n\n- **A-3**: four gates at most.\n"),
        ("A-3", "## 2. Requirements & Assumptions\n\n| Four gates at most | A queue (A-3) |\n"),
        ("A-3", "## 9. Limits\n\n| A-3 | four gates at most |\n"),
        ("Q2", "## 16. Open Questions\n\n1. Which gates?\n2. How many gates?\n"),
        ("Q-2", "## 3. Torus Context Summary\n\nHow many gates can open? (Q-2; nobody answered)\n"),
        ("A4 paper", ""),
        ("`A-3`", ""),
        ("FR-002", ""),
    ],
)
def test_what_is_stated_by_its_id_or_is_no_assumption_is_silent(name: str, stated: str) -> None:
    assert findings(stated + "\n" + DESIGN.format(name=name)) == []


def test_an_assumption_that_begins_the_pack_is_stated(pack: SpecPack) -> None:
    whole = msgspec.structs.replace(pack, sections=(PrdSection("", 0, Place("prd.md", 1), "A-3 four gates at most."),))
    said = f"## 2. Requirements & Assumptions\n\nGates\n\n{DESIGN.format(name='A-3')}"
    assert findings(said, whole) == []


def test_an_assumption_of_another_number_states_nothing() -> None:
    stated = "## 2. Requirements & Assumptions\n\n- **A-31**: four gates at most.\n\n"
    assert [finding.rule for finding in findings(stated + DESIGN.format(name="A-3"))] == ["trace.unstated-assumption"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Opening a gate: p95 <= 50ms.", "Opening a gate is budgeted."),
        ("A key lives 10 minutes.", "A key lives 100 s."),
        ("A key lives 300 s.", "A key opens 5 gates."),
        ("A key lives 14 days.", "A key opens two gates in 12 weeks."),
        ("Up to 1,500 learners pass.", "500 learners pass."),
    ],
)
def test_a_number_of_the_pack_that_no_section_repeats_is_found(asked: str, said: str, pack: SpecPack) -> None:
    (finding,) = findings(f"## 9.1 Budgets\n\n{said}\n", asking(pack, asked))
    assert (finding.rule, finding.severity) == ("trace.missing-number", "warning")
    assert "(prd.md:9), and no section repeats the number" in finding.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Opening a gate: p95 <= 50ms.", "Opening a gate: P95 ≤ 50 ms."),
        ("Opening a gate: p95 <= 2s.", "Opening a gate: P95 ≤ 2,000 ms."),
        ("Opening a gate takes at most 500 ms.", "Opening a gate takes 0.5 s."),
        ("A key lives 10 minutes.", "A key lives 600 s."),
        ("A key lives 300 s.", "A key lives five minutes."),
        ("A key lives 90 minutes.", "A key lives 1.5 h."),
        ("A key lives 24 hours.", "A key lives a day."),
        ("A key lives 14 days.", "A key lives 2 weeks."),
        ("Up to 1,500 learners pass.", "1500 learners pass."),
        ("Up to 20,000,000,000 rows are kept.", "Up to 20000000000 rows are kept."),
        ("Up to 1M events are read.", "The load test reads 1M events."),
        ("At most 3 retries.", "It is tried three times more."),
        ("Opening a gate is quick.", "Opening a gate is budgeted."),
    ],
)
def test_a_number_in_another_form_is_repeated(asked: str, said: str, pack: SpecPack) -> None:
    assert findings(f"## 9.1 Budgets\n\n{said}\n", asking(pack, asked)) == []


def test_a_number_of_the_epic_need_not_be_repeated(pack: SpecPack) -> None:
    asked = asking(pack, "Opening a gate: p95 <= 50ms.")
    (item,) = asked.nonfunctional
    above = msgspec.structs.replace(item, place=Place("docs/town/gates/../prd.md", 9))
    text = "## 9.1 Budgets\n\nOpening a gate is budgeted.\n"
    assert findings(text, msgspec.structs.replace(asked, nonfunctional=(above,))) == []
    assert len(findings(text, msgspec.structs.replace(asked, nonfunctional=(above, item)))) == 1


EVENTS = (
    "## 11. Observability\n\n- `[:town, :gate, :opened]` with the duration.\n\n## 13. Testing Strategy\n\n{tests}\n"
)


def test_an_event_that_no_test_looks_at_is_noted() -> None:
    (finding,) = findings(EVENTS.format(tests="- `open_gate/2` answers a key."))
    assert (finding.rule, finding.severity, finding.place.line) == ("trace.untested-event", "note", 3)
    assert "town.gate.opened" in finding.text


@pytest.mark.parametrize(
    "text",
    [
        EVENTS.format(tests="- The telemetry of `open_gate/2` is asserted."),
        EVENTS.format(tests="- A handler on `[:town, :gate, :opened]` gets the duration."),
        EVENTS.partition("## 13")[0],
        EVENTS.format(tests="- A key.").replace("Observability", "Data Model"),
    ],
)
def test_an_event_with_a_test_and_words_in_brackets_elsewhere_are_silent(text: str) -> None:
    assert findings(text) == []
