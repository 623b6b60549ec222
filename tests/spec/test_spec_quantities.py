from __future__ import annotations

import pytest

from torusnb.spec.quantities import parse_quantities


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparison", "statistic"),
    [
        ("p95 <= 100ms", 100, "ms", "<=", "p95"),
        ("P95 latency under 1.5 s", 1.5, "s", "<", "p95"),
        ("within 500 ms at p95", 500, "ms", "<=", "p95"),
        ("95th percentile of 2 seconds", 2, "s", "", "p95"),
        ("in < 2 seconds", 2, "s", "<", ""),
        ("99.9% availability", 99.9, "%", "", ""),
        ("at least 80 percent", 80, "%", ">=", ""),
        ("for 10,000 learners", 10000, "learners", "", ""),
        ("up to 1M events", 1_000_000, "events", "<=", ""),
        ("sustain 50 rps", 50, "rps", "", ""),
        ("200 requests per second", 200, "rps", "", ""),
        ("no more than 3 retries", 3, "retries", "<=", ""),
        ("within 1–2 s", 2, "s", "<=", ""),
        ("a 30-day window", 30, "d", "", ""),
        ("max 25 MB", 25, "MB", "<=", ""),
        ("median below 40 ms", 40, "ms", "<", "p50"),
        ("500 concurrent users", 500, "users", "", ""),
        ("error rate <1%", 1, "%", "<", ""),
        ("CLS < 0.1", 0.1, "", "<", ""),
        ("finishes in 10 minutes or less", 10, "min", "<=", ""),
    ],
)
def test_a_target_is_read_with_unit_and_comparison(
    text: str, value: float, unit: str, comparison: str, statistic: str
) -> None:
    [found] = parse_quantities(text)
    assert (found.value, found.unit, found.comparison, found.statistic) == (value, unit, comparison, statistic)
    assert found.text in text


@pytest.mark.parametrize(
    "text",
    [
        "MER-5246 and FR-001",
        "WCAG 2.1 AA",
        "LTI 1.3 launches",
        "since 2026-02-09",
        "version 1.18.2",
        "HTTP 404 or 429",
        "O(1) lookups",
        "N+1 queries",
        "phase 2 of the work",
        "see #1234",
        "`v2/items/3`",
        "recover 5 of them",
    ],
)
def test_names_versions_and_dates_are_no_quantities(text: str) -> None:
    assert parse_quantities(text) == ()


def test_several_targets_in_one_sentence_are_all_read() -> None:
    found = parse_quantities("p50 <= 2s and p95 <= 8s for up to 1,500 pages")
    assert [(q.value, q.unit) for q in found] == [(2.0, "s"), (8.0, "s"), (1500.0, "pages")]


@pytest.mark.parametrize(
    ("text", "label", "statistic"),
    [
        ("P99 of the bed list stays below 900 ms", "", "p99"),
        ("The 95th percentile of short lists is 800 ms", "", "p95"),
        ("Median time to open the shed is at most 200 ms", "", "p50"),
        ("800 ms.", "P95 for short lists", "p95"),
        ("p99 <= 2 s", "P95 for short lists", "p99"),
        ("P95 and P99 of the list stay below 900 ms", "", ""),
        ("P95 is measured. The list opens in 900 ms", "", ""),
    ],
)
def test_a_percentile_apart_from_its_time_belongs_to_it(text: str, label: str, statistic: str) -> None:
    found = [q.statistic for q in parse_quantities(text, label) if q.unit in {"ms", "s"}]
    assert found == [statistic]
