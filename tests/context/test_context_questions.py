from __future__ import annotations

import pytest

from torusnb.context.knowledge.stated import list_stated, related_ids
from torusnb.models.base import Place
from torusnb.models.knowledge import Unknown
from torusnb.models.requirements import Requirement, SpecPack, Statement

HERE = Place("prd.md", 9)
REQUIREMENTS = (
    Requirement("FR-001", "A voucher can be stacked on another voucher.", Place("prd.md", 3)),
    Requirement("FR-002", "Refunds return the saving to the shopper.", Place("prd.md", 4)),
)


def ask(text: str) -> Unknown:
    pack = SpecPack("a", "a", "A", requirements=REQUIREMENTS, questions=(Statement(text, HERE),))
    return list_stated(pack, ())[0]


@pytest.mark.parametrize(
    ("question", "place", "side"),
    [
        ("Should vouchers be configurable, or use a fixed rate?", "second", "use a fixed rate"),
        ("Do we need scheduled refunds in the first release or manual only?", "second", "manual only"),
        (
            "Should refunds reuse the existing mailer directly, or should they introduce one of their own?",
            "first",
            "Should refunds reuse the existing mailer directly",
        ),
    ],
)
def test_of_two_ways_the_one_that_keeps_more_of_today_is_quoted_whole(question: str, place: str, side: str) -> None:
    assert ask(question).default == f"The {place} of the two, which keeps more of today: “{side}”."


@pytest.mark.parametrize(
    ("question", "default"),
    [
        ("Do we need a limit per basket?", "No: the first delivery goes without a limit per basket."),
        ("Should refunds be mailed?", "No, not in the first delivery: today's behaviour stays."),
    ],
)
def test_something_more_waits(question: str, default: str) -> None:
    assert ask(question).default == default


@pytest.mark.parametrize(
    "question",
    [
        "How many vouchers fit on a basket?",
        "Which of the two totals, net or gross, is shown?",
        "Does the mailer know about refunds?",
        "Naming of the voucher kinds.",
        "Which pair should be first: paper and string, or another pair with better sales?",
        "Should vouchers expire at midnight, or should they last a week?",
        "How are refunds paid out (e.g., nightly batch or in real-time)?",
        "What is the mapping of basket to voucher kind (e.g., can a basket take two, or only one)?",
        "Should a refund be refused while it is parsed, checked, or both?",
        "Should the strict total compare with one voucher only or with a chosen one only?",
    ],
)
def test_a_question_whose_answer_nothing_tells_says_who_decides_and_before_what(question: str) -> None:
    unknown = ask(question)
    assert unknown.default.startswith(f"To be decided by {unknown.owner} before ")
    assert unknown.assumption == f"Undecided: {unknown.question}"


def test_a_statement_among_the_questions_is_no_question() -> None:
    said = Statement("Vouchers will be keyed by shop, so that two shops can use one.", HERE)
    assert not list_stated(SpecPack("a", "a", "A", requirements=REQUIREMENTS, questions=(said,)), ())


def test_one_word_is_an_answer() -> None:
    unknown = ask("Should a refund show its fraction separately? NO.")
    assert (unknown.default, unknown.stated) == ("NO.", True)


def test_a_question_of_fact_is_not_answered_with_leaving_it_out() -> None:
    assert "goes without" not in ask("Are there existing vouchers besides the red ones that need this?").default
    assert "goes without" in ask("Are there plans to print vouchers?").default


def test_what_the_pack_has_decided_is_no_assumption() -> None:
    decided = Statement("Are refunds mailed? No.", HERE, "Decision")
    assert not list_stated(SpecPack("a", "a", "A", requirements=REQUIREMENTS, assumptions=(decided,)), ())


def test_a_question_that_the_pack_answers_takes_that_answer() -> None:
    unknown = ask("Are refunds mailed? No, the shopper sees them on the basket page.")
    assert unknown.question == "Are refunds mailed?"
    assert unknown.default == "No, the shopper sees them on the basket page."
    assert (unknown.stated, unknown.impact) == (True, "low")


def test_a_question_mark_inside_code_does_not_end_the_question() -> None:
    assert ask("Does `stacked? ` tell whether it counts?").question == "Does `stacked? ` tell whether it counts?"


def test_an_unknown_names_the_requirement_it_bears_on_and_its_line() -> None:
    unknown = ask("How many vouchers may be stacked?")
    assert "FR-001" in unknown.risk
    assert unknown.evidence == ("prd:9",)


@pytest.mark.parametrize(
    ("text", "ids"), [("stacked vouchers", ("FR-001",)), ("refunds", ("FR-002",)), ("the weather", ())]
)
def test_related_requirements_share_rare_words(text: str, ids: tuple[str, ...]) -> None:
    pack = SpecPack("a", "a", "A", requirements=REQUIREMENTS)
    assert related_ids(text, pack) == ids


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Which roles may redeem?", "permissions"),
        ("When is the flag removed?", "rollout"),
        ("What latency is fine?", "capacity"),
        ("Which event is emitted?", "scope"),
        ("Which metric tells?", "telemetry"),
    ],
)
def test_a_question_is_filed_under_a_topic(text: str, topic: str) -> None:
    assert ask(text).topic == topic
