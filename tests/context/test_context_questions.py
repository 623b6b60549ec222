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
            "Should vouchers expire at midnight, or should they last a week?",
            'first reading: "vouchers expire at midnight"',
        ),
        (
            "Do we need a limit per basket, or is the total enough?",
            'second reading, which adds less: "the total enough"',
        ),
        ("Do we need a limit per basket?", "keep a seam"),
        ("How many vouchers fit on a basket?", "most conservative answer"),
        ("Which of the two totals, net or gross, is shown?", "most conservative answer"),
        ("Does the mailer know about refunds?", "to be no until the code shows otherwise"),
        ("Should refunds be mailed?", "Not in the first delivery"),
        ("Naming of the voucher kinds.", "narrowest reading"),
    ],
)
def test_a_default_follows_the_form_of_the_question(question: str, default: str) -> None:
    assert default in ask(question).default


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
