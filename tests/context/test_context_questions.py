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
    ("question", "default"),
    [
        (
            "Should vouchers be configurable, or use a fixed rate?",
            "“use a fixed rate”, the smaller step.",
        ),
        ("Do we need a limit per basket, or is the total enough?", "“the total enough”, the smaller step."),
        ("Do we need scheduled refunds in the first release or manual only?", "“manual only”, the smaller step."),
        ("How are refunds paid out (e.g., nightly batch or in real-time)?", "“nightly batch”, the smaller step."),
        ("Do we need a limit per basket?", "No: the first delivery goes without a limit per basket."),
        ("Should refunds be mailed?", "No, not in the first delivery."),
    ],
)
def test_a_default_answers_the_question_with_the_smaller_of_what_it_names(question: str, default: str) -> None:
    assert ask(question).default == default


@pytest.mark.parametrize(
    "question",
    [
        "How many vouchers fit on a basket?",
        "Which of the two totals, net or gross, is shown?",
        "Does the mailer know about refunds?",
        "Naming of the voucher kinds.",
    ],
)
def test_a_question_that_names_no_answer_gets_none(question: str) -> None:
    unknown = ask(question)
    assert unknown.default.startswith(f"No default can be read from the pack; until {unknown.owner} decide")
    assert unknown.assumption == f"Undecided: {unknown.question}"


def test_what_stands_before_a_colon_is_no_answer() -> None:
    unknown = ask("Which pair should be first: paper and string, or another pair with better sales?")
    assert unknown.default == "“paper and string”, which is named first."


def test_a_question_of_fact_is_not_answered_with_leaving_it_out() -> None:
    assert "goes without" not in ask("Are there existing vouchers besides the red ones that need this?").default
    assert "goes without" in ask("Are there plans to print vouchers?").default


def test_of_two_answers_alike_the_one_that_is_named_first_holds_meanwhile() -> None:
    unknown = ask("Should vouchers expire at midnight, or should they last a week?")
    assert unknown.default == unknown.assumption == "“vouchers expire at midnight”, which is named first."


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
