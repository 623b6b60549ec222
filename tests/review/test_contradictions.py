from __future__ import annotations

import pytest

from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.review.contradictions import review_contradictions
from torusnb.review.passages import find_passages
from torusnb.review.reading import Reading


def review(text: str, template: Template) -> list[Finding]:
    reading = Reading(path="fdd.md", text=text, template=template)
    return list(review_contradictions(reading, find_passages(reading)))


def two(first: str, second: str, title: str = "5. Caching Strategy") -> str:
    return f"# Gates\n\n## 2. Requirements\n\n{first}\n\n## {title}\n\n{second}\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("- Gate lookup p95 <= 50 ms.", "- Gate lookup p95 <= 80ms."),
        ("- Gate lookup p95 <= 50 ms, p99 <= 1 s.", "- Gate lookup p95 <= 50 ms, p99 <= 900 ms."),
        (
            "- Opening a gate stays at p95 <= 40 ms.",
            "| Measure | P50 | P95 |\n|---|---|---|\n| opening a gate | – | ≤ 60 ms |",
        ),
        ("P95 of 40 ms on `/gates/:id` decides.", "The page at `/gates/:id` has a P95 below 60 ms."),
        ("The gate cache has a TTL of 5 minutes.", "The gate cache TTL is 10 minutes."),
        ("Entries have a TTL of 5 minutes.", "A 10-minute TTL bounds them."),
        ("Job timeout: 30 s.", "The job timeout is 1 min."),
        ("Old rows are kept for 30 days.", "Old rows are retained for 90 days."),
        ("The import uses a batch size of 500.", "The import uses a batch size of 1,000."),
        ("`GateWorker` has max_attempts: 5.", "`GateWorker` has max_attempts: 3."),
        ("P95 of `GET /gates` is held to 40 ms.", "For `GET /gates` the design promises P95 of 60 ms."),
        ("The gate board has a TTL of 5 minutes.", "Entries of the gate board go by a TTL of 15 minutes."),
        ("The gate import takes a batch size of 5.", "Each run of the gate import has a batch size of 15."),
        ("Queue concurrency is 5.", "The queue concurrency is 10."),
    ],
)
def test_one_quantity_with_two_values_is_found_at_the_later_place(first: str, second: str, template: Template) -> None:
    (finding,) = review(two(first, second), template)
    assert finding.rule == "contradiction.value"
    assert "on line 5" in finding.text
    assert finding.section == "5"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("- Gate lookup p95 <= 50 ms.", "- Gate lookup p95 < 0.05 s."),
        ("- Gate lookup p95 <= 50 ms.", "- Gate lookup p99 <= 80 ms."),
        ("- Gate lookup p95 <= 50 ms.", "- Uncached gate lookup p95 <= 80 ms."),
        ("- Gate lookup p95 <= 50 ms.", "- Warden lookup p95 <= 80 ms."),
        (
            "- First gate of a park opens: `Small`: p95 <= 50 ms; `Large`: p95 <= 60 ms.",
            "- All wardens of a park load: `Small`: p95 <= 80 ms; `Large`: p95 <= 90 ms.",
        ),
        ("- Gate lookup p95 <= 50 ms.", "- Alert when gate lookup p95 > 80 ms."),
        ("- Gate lookup p95 <= 50 ms.", "- Gate lookup p95 is 80 ms today."),
        ("The gate cache has a TTL of 5 minutes.", "The key cache has a TTL of 10 minutes."),
        ("The gate list cache has a TTL of 5 minutes.", "The warden list cache has a TTL of 10 minutes."),
        ("The board has a TTL of 5 minutes.", "The cached board has a TTL of 10 minutes."),
        ("`:gates` has a TTL of 5 minutes.", "`:keys` has a TTL of 10 minutes."),
        ("Lookups have p95 <= 30 ms (small) and p95 <= 70 ms (large).", "Lookups (large) have p95 <= 70 ms."),
    ],
)
def test_other_things_and_other_words_for_one_value_are_silent(first: str, second: str, template: Template) -> None:
    assert review(two(first, second), template) == []


@pytest.mark.parametrize("title", ["4.4 Alternatives Considered", "16. Open Questions", "3. Context Summary"])
def test_what_is_weighed_asked_or_true_today_contradicts_nothing(title: str, template: Template) -> None:
    text = two("- Gate lookup p95 <= 50 ms; no migration is required.", "- Gate lookup p95 <= 80 ms.", title)
    assert review(text, template) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The flag `gate_board` is off.", "Turn the flag `gate-board` on."),
        ("It emits the event `gates.board.opened`.", "The event `gates.board_opened` is counted."),
        ("The table `warden_keys` holds them.", "Rows of the table `wardem_keys` go."),
        ("Telemetry `[:town, :gates, :opened]` is emitted.", "The event `[:town, :gatos, :opened]` is emitted."),
        ("It broadcasts on the topic `gates:opened`.", "It subscribes to the topic `gates:openad`."),
    ],
)
def test_one_thing_under_nearly_equal_names_is_found(first: str, second: str, template: Template) -> None:
    (finding,) = review(two(first, second), template)
    assert (finding.rule, finding.place.line) == ("contradiction.name", 9)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The event `gates.board.opened` is sent.", "The event `[:gates, :board, :opened]` is sent."),
        ("The table `warden_keys` is read.", "The column `warden_key` is read."),
        ("The event `gate_board_open` comes.", "The event `gate_board_opens` comes."),
        ("The queue `gate_board_1` runs.", "The queue `gate_board_2` runs."),
        ("The flag `gate_board` is off.", "The folder `gate-board` is new."),
        ("The flag `:gate_board` is off.", "The flag `gate_board` is off."),
    ],
)
def test_notations_plurals_and_numbers_are_no_slips(first: str, second: str, template: Template) -> None:
    assert review(two(first, second), template) == []


def test_new_in_one_place_and_existing_in_another_is_found(template: Template) -> None:
    (finding,) = review(two("We use the existing table `gate_keys`.", "Add a new table `gate_keys`."), template)
    assert (finding.rule, finding.place.line) == ("contradiction.new-and-existing", 9)
    assert "new on line 9 and existing on line 5" in finding.text
    assert review(two("We use the existing table `gates`.", "Add a new table `gate_keys`."), template) == []
    assert review(two("Existing `gates` rows stay.", "New `gates` rows come."), template) == []


def test_no_migration_beside_a_migration_is_found(template: Template) -> None:
    text = two("Gates.", "No migration is required.\n\nThe migration adds a column to gates.")
    (finding,) = review(text, template)
    assert (finding.rule, finding.place.line) == ("contradiction.migration", 9)
    assert "line 11" in finding.text


@pytest.mark.parametrize(
    "second",
    [
        "No migration is required.\n\nNothing adds a column to gates.",
        "No data migration is required.\n\nThe migration adds a column to gates.",
        "No migration is required if the flag is off.\n\nThe migration adds a column to gates.",
        "No migration is required.\n\nIt does not create a table.",
    ],
)
def test_a_denial_of_a_part_contradicts_nothing(second: str, template: Template) -> None:
    assert review(two("Gates.", second), template) == []


def test_a_document_of_only_numbers_is_compared_in_bounds(template: Template) -> None:
    text = "# T\n\n## 4. Proposed Design\n\n" + "\n".join(f"- Gate lookup p95 <= {n} ms.\n" for n in range(1, 400))
    assert 0 < len(review(text, template)) < 100
