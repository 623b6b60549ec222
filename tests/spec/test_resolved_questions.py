"""Questions that a PRD answers itself are decisions, and an entry that says there are none is no question."""

from __future__ import annotations

import pytest

from torusnb.spec.prd import parse_prd
from torusnb.spec.resolved import asks_nothing, settle_question

YES = "Should seeds be shared? Yes, per plot."


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("~~Should seeds be shared?~~ Resolved: Yes, per plot.", YES),
        ("~~Should seeds be shared?~~ Yes, per plot.", "Should seeds be shared? Yes, per plot"),
        ("Should seeds be shared? **Decision:** Yes, per plot.", YES),
        ("**Should seeds be shared?** — **Resolved (2031-05-01):** Yes, per plot.", YES),
        ("Should seeds be shared? (answered: Yes, per plot)", "Should seeds be shared? Yes, per plot"),
        ("[Resolved] Should seeds be shared? Yes, per plot.", YES),
        ("Should seeds be shared? (resolved 2031-05-01) Yes, per plot.", f"{YES} (2031-05-01)"),
        ("~~Should seeds be shared?~~", "Should seeds be shared? (struck out, without an answer)"),
    ],
)
def test_a_mark_or_a_stroke_settles_a_question(text: str, settled: str) -> None:
    assert settle_question(text) == settled


@pytest.mark.parametrize(
    "text",
    [
        "Should seeds be shared?",
        "Should seeds be shared? Decision: pending.",
        "Who owns the decision on seeds?",
        "How is the answer to a riddle shown?",
        "Is this resolved: the plot of a garden?",
    ],
)
def test_a_question_without_an_answer_stays_open(text: str) -> None:
    assert settle_question(text) == ""


def test_a_heading_of_resolved_questions_settles_what_stands_below_it() -> None:
    assert settle_question(YES, "Resolved questions") == YES
    assert settle_question(YES, "Open questions (some resolved)") == ""


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("No open questions remain for the beds.", True),
        ("None.", True),
        ("No bed at all?", False),
        ("Which bed?", False),
    ],
)
def test_an_entry_may_say_that_nothing_is_open(text: str, nothing: bool) -> None:
    assert asks_nothing(text) is nothing


def test_a_prd_hands_its_answered_questions_on_as_decisions() -> None:
    text = (
        "# Beds PRD\n\n## Open Questions\n\n- ~~Should seeds be shared?~~ Resolved: yes, per plot.\n"
        "- Who waters them?\n- No other questions remain.\n"
    )
    said = parse_prd(text, "prd.md").statements
    assert [(s.text, s.place.line, s.label) for s in said["assumptions"]] == [
        ("Should seeds be shared? yes, per plot.", 5, "Decision")
    ]
    assert [s.text for s in said["questions"]] == ["Who waters them?"]
