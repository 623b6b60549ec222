"""Which signals a feature shows, and which it must not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from torusnb.drafting.signals import SIGNALS, VOCABULARY, detect_signals
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, Commit, FileOutline
from torusnb.models.knowledge import Context, Knowledge, Reason, Restatement, Waypoint
from torusnb.models.modules import Module
from torusnb.models.requirements import AcceptanceCriterion, NonFunctional, Requirement, SpecPack, Statement


def a_pack(*requirements: str, **parts: Any) -> SpecPack:
    return SpecPack(
        slug="loans",
        directory="specs/loans",
        title="Loans",
        requirements=tuple(
            Requirement(id=f"FR-{number:03}", text=text, place=Place("prd.md", 10 + number))
            for number, text in enumerate(requirements, 1)
        ),
        **parts,
    )


def said(text: str, line: int = 40, label: str = "") -> tuple[Statement, ...]:
    return (Statement(text=text, place=Place("specs/loans/prd.md", line), label=label),)


def a_context(
    *modules: Module, reason: str = "named", likely: str = "changed", rank: int = 1, serves: tuple[str, ...] = ()
) -> Context:
    return Context(
        commit_id="content-0123456789ab",
        waypoints=tuple(
            Waypoint(
                key=f"code:{module.path}:1",
                path=module.path,
                module=module.name,
                layer="other",
                rank=rank,
                score=1.0,
                line=1,
                quote=f"defmodule {module.name} do",
                reasons=(Reason(kind=reason, text="because"),),
                requirements=serves,
                likely=likely,
            )
            for module in modules
        ),
        notes=(),
        knowledge=Knowledge(),
        restatement=Restatement(),
        code=CodeMap(
            app="library",
            commit=Commit(id="content-0123456789ab", has_git=False),
            files=tuple(FileOutline(path=m.path, sha256="", lines=9, modules=(m,)) for m in modules),
        ),
    )


NO_CONTEXT = a_context()


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("The overdue notice is sent by an Oban worker.", "background_job"),
        ("A nightly job closes expired loans.", "schedule"),
        ("The list of loans is paginated.", "list_view"),
        ("Readers can filter loans by branch.", "search_filter"),
        ("Add a nullable `due_on` column to the loans table.", "new_column"),
        ("Store renewals in a new table.", "new_table"),
        ("Create a `renewals` table keyed by loan.", "new_table"),
        ("Existing loans are backfilled with a due date.", "backfill"),
        ("Librarians can bulk return books.", "bulk_operation"),
        ("Two clerks may make concurrent updates to one loan.", "concurrency_write"),
        ("Renewing a loan twice is idempotent.", "concurrency_write"),
        ("The move of a loan is atomic.", "transaction"),
        ("The branch totals are aggregated per week.", "aggregate_query"),
        ("Open loans are cached for ten minutes.", "cache"),
        ("Returning a book invalidates the cached shelf.", "cache_invalidation"),
        ("The page updates in real-time updates from PubSub.", "pubsub"),
        ("A summary is written by a language model.", "llm"),
        ("Covers are fetched from an external service.", "external_call"),
        ("Readers upload an image of the cover.", "file_upload"),
        ("The roster can be exported as CSV.", "import_export"),
        ("An LTI launch opens the reading list.", "lti"),
        ("Scores are sent by grade passback.", "grade_passback"),
        ("Only librarians with permission may waive fees.", "roles"),
        ("Loans are scoped to the institution.", "tenant_data"),
        ("Logs must not contain personal data.", "pii"),
        ("Each waiver leaves an audit record.", "audit"),
        ("Reviews may hold rich text.", "untrusted_content"),
        ("The feature flag is off by default.", "feature_flag"),
        ("It is released to one cohort after another.", "rollout"),
        ("Emit a telemetry event for each renewal.", "telemetry"),
        ("The list loads within 300 ms.", "latency_target"),
        ("It carries 200 requests per second.", "throughput_target"),
        ("The endpoint answers `GET /api/loans`.", "http_api"),
        ("A GenServer keeps the state of a shelf.", "genserver"),
        ("A Broadway pipeline reads scans.", "pipeline"),
        ("Both figures are loaded in parallel.", "fan_out"),
        ("The modal can be used with the keyboard.", "accessibility"),
        ("Labels are translatable.", "i18n"),
        ("The page JSON gains a block element.", "content_model"),
        ("A new activity type is added.", "activity_change"),
        ("Existing links go on working without breaking.", "legacy_compat"),
        ("The parser reads call numbers.", "pure_core"),
    ],
)
def test_a_requirement_shows_its_signal_with_its_own_id_as_evidence(text: str, signal: str) -> None:
    assert detect_signals(a_pack(text), NO_CONTEXT)[signal] == ("FR-001",)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("No background jobs are needed.", "background_job"),
        ("Fees are computed without caching.", "cache"),
        ("No new tables or database migrations are expected.", "schema_change"),
        ("Database migrations are not required.", "schema_change"),
        ("This does not introduce a GenServer.", "genserver"),
        ("Remove the feature flag once loans are live.", "feature_flag"),
        ("Future work may add an Oban worker.", "background_job"),
        ("E-mail notifications are out of scope.", "email"),
        ("The queue of readers is shown in the order of arrival.", "background_job"),
        ("The comparison is shown in a data table.", "new_table"),
        ("Sort the table columns by name.", "new_column"),
        ("Show the reader's registry number.", "genserver"),
        ("Retry after a timeout of 5 s.", "latency_target"),
        ("Import the module from the component library.", "import_export"),
    ],
)
def test_words_that_deny_postpone_or_mean_something_else_show_nothing(text: str, signal: str) -> None:
    assert signal not in detect_signals(a_pack(text), NO_CONTEXT)


def test_a_denial_in_one_sentence_leaves_the_next_sentence_alone() -> None:
    pack = a_pack("No new tables are added. An Oban worker sends the notice.")
    found = detect_signals(pack, NO_CONTEXT)
    assert "background_job" in found
    assert "new_table" not in found


def test_non_goals_background_risks_and_questions_show_nothing() -> None:
    pack = a_pack(
        "Readers renew a loan.",
        non_goals=said("A nightly job with an Oban worker."),
        background=said("Today an Oban worker does this."),
        questions=said("Do we need an Oban worker?"),
    )
    assert "background_job" not in detect_signals(pack, NO_CONTEXT)


def test_a_feature_with_nothing_special_has_only_the_signal_that_always_holds() -> None:
    assert detect_signals(a_pack("Readers see the title."), NO_CONTEXT) == {"always": ()}


def test_statements_of_the_prd_are_named_by_line_and_those_of_the_yaml_by_theirs() -> None:
    demand = NonFunctional(id="", area="Speed", text="Lists load within 2 s.", place=Place("a/requirements.yml", 7))
    pack = a_pack(data_notes=said("Store renewals in a new table.", line=55), nonfunctional=(demand,))
    found = detect_signals(pack, NO_CONTEXT)
    assert found["new_table"] == ("prd:55",)
    assert found["latency_target"] == ("req:7",)


def test_criteria_count_like_requirements() -> None:
    criterion = AcceptanceCriterion(id="AC-9", text="Then an Oban worker runs.", place=Place("prd.md", 3))
    assert detect_signals(a_pack(criteria=(criterion,)), NO_CONTEXT)["background_job"] == ("AC-9",)


def test_a_label_counts_for_accessibility_unless_the_text_dismisses_it() -> None:
    asked = a_pack(interface_notes=said("Contrast is at least 4.5 to 1.", label="Accessibility"))
    dismissed = a_pack(interface_notes=said("None.", label="Accessibility"))
    assert "accessibility" in detect_signals(asked, NO_CONTEXT)
    assert "accessibility" not in detect_signals(dismissed, NO_CONTEXT)


def test_a_label_alone_brings_no_cache() -> None:
    pack = a_pack(integration_notes=said("Reuse what is loaded already.", label="Caching"))
    assert "cache" not in detect_signals(pack, NO_CONTEXT)


def test_one_mention_in_passing_does_not_make_a_live_view_but_a_requirement_does() -> None:
    passing = a_pack(integration_notes=said("LiveViews call the context."))
    asked = a_pack("The LiveView shows open loans.")
    assert "live_view" not in detect_signals(passing, NO_CONTEXT)
    assert "live_view" in detect_signals(asked, NO_CONTEXT)


def test_a_union_holds_when_one_of_its_parts_holds_and_keeps_the_evidence() -> None:
    found = detect_signals(a_pack("A language model writes the blurb."), NO_CONTEXT)
    assert found["external_call"] == found["untrusted_content"] == ("FR-001",)


def test_unions_of_unions_are_resolved() -> None:
    found = detect_signals(a_pack("Existing loans are backfilled.", "The page JSON changes."), NO_CONTEXT)
    assert {"backfill", "content_model", "legacy_compat"} <= found.keys()


def test_a_named_worker_shows_a_background_job() -> None:
    worker = Module(name="Library.Notices", path="lib/library/notices.ex", line=1, end_line=9, kinds=("worker",))
    found = detect_signals(a_pack("Readers are reminded."), a_context(worker))
    assert found["background_job"] == ("code:lib/library/notices.ex:1",)
    assert "async_work" in found


@pytest.mark.parametrize(
    ("reason", "likely", "rank", "serves", "expected"),
    [
        ("text", "changed", 2, (), True),
        ("text", "changed", 9, ("FR-001",), False),
        ("text", "known", 1, (), False),
        ("named", "changed", 9, ("FR-001",), True),
        ("named", "changed", 9, (), False),
        ("person", "known", 30, (), True),
    ],
)
def test_a_worker_counts_when_the_feature_will_change_it_or_a_person_says_so(
    reason: str, likely: str, rank: int, serves: tuple[str, ...], expected: bool
) -> None:
    worker = Module(name="Library.Notices", path="lib/library/notices.ex", line=1, end_line=9, kinds=("worker",))
    context = a_context(worker, reason=reason, likely=likely, rank=rank, serves=serves)
    assert ("background_job" in detect_signals(a_pack("Readers are reminded."), context)) is expected


def test_evidence_is_bounded_and_in_the_packs_order() -> None:
    found = detect_signals(a_pack(*["An Oban worker runs."] * 9), NO_CONTEXT)
    assert found["background_job"] == tuple(f"FR-{n:03}" for n in range(1, 7))


def test_signals_come_in_the_order_of_the_vocabulary() -> None:
    found = detect_signals(a_pack("An Oban worker fills the cache.", "The LiveView shows it."), NO_CONTEXT)
    order = list(SIGNALS)
    assert [order.index(name) for name in found] == sorted(order.index(name) for name in found)


def test_names_are_unique_and_unions_name_known_signals() -> None:
    assert len(SIGNALS) == len(VOCABULARY)
    assert {part for signal in VOCABULARY for part in signal.of} <= SIGNALS.keys()


def test_each_signal_is_explained_in_words() -> None:
    for name, means in SIGNALS.items():
        assert re.fullmatch(r"[a-z0-9_]+", name)
        assert len(means.split()) >= 2
