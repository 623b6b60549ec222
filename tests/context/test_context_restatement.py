from __future__ import annotations

import pytest

from torusnb.context.knowledge.restatement import restate_pack
from torusnb.context.knowledge.sentences import finished, is_said, lowered, sentences, shortened, third_person
from torusnb.models.base import Place
from torusnb.models.requirements import NonFunctional, Quantity, SpecPack, Statement


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Add a page", "It adds a page"),
        ("Do not change grading", "It does not change grading"),
        ("The system SHALL apply and store a limit", "It applies and stores a limit"),
        ("Publish and expose the total", "It publishes and exposes the total"),
        ("Cache lookup stays fast", "Cache lookup stays fast"),
        ("Cache the total", "It caches the total"),
        ("Quickly show the total", "It quickly shows the total"),
        ("shoppers see the total", "Shoppers see the total"),
    ],
)
def test_an_imperative_becomes_a_statement_and_a_noun_stays_one(text: str, statement: str) -> None:
    assert third_person(text) == statement


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One sentence. Another one.", ["One sentence.", "Another one."]),
        ("Vouchers, e.g. for shoes, count. `Repo` too.", ["Vouchers, e.g. for shoes, count.", "`Repo` too."]),
        ("- first item\n- second item", ["first item", "second item"]),
        ("**Bold** begins\non two lines", ["**Bold** begins on two lines"]),
    ],
)
def test_sentences_end_at_full_stops_items_and_paragraphs(text: str, cut: list[str]) -> None:
    assert list(sentences(text)) == cut


def test_a_long_statement_is_cut_at_a_clause_and_never_inside_brackets() -> None:
    text = "The basket page lists every redeemed voucher with its saving, " + "and it also does much more " * 5
    assert shortened(text) == "The basket page lists every redeemed voucher with its saving"
    open_bracket = "The basket page lists every redeemed voucher (with its saving, " + "its date, " * 20 + "its owner)"
    assert shortened(open_bracket).count("(") == shortened(open_bracket).count(")")


def test_small_parts() -> None:
    assert finished("done") == "done."
    assert finished("done?") == "done?"
    assert lowered("The total") == "the total"
    assert lowered("LTI launch") == "LTI launch"
    assert is_said("Shows the voucher total.", ["It shows the total of the voucher."])
    assert not is_said("Shows the voucher total.", ["Mails the invoice."])


def test_the_request_is_restated_with_evidence_for_every_line(stacking: SpecPack) -> None:
    restated = restate_pack(stacking)
    texts = [line.text for line in restated.feature]
    assert texts[0] == "The feature allows a shopper to redeem several vouchers on one basket."
    assert "It serves these roles: shoppers." in texts
    assert restated.goals[0].text == "It lets shoppers redeem more than one voucher on a basket."
    assert restated.non_goals[0].text == "It does not change how vouchers are issued."
    assert restated.success[-1].text == "All 2 acceptance criteria (AC-001 to AC-002) are shown to hold."
    groups = (restated.feature, restated.goals, restated.non_goals, restated.success)
    assert all(line.evidence for group in groups for line in group)


def test_numbers_come_first_and_an_expectation_without_one_says_so() -> None:
    quantity = Quantity("p95 <= 80 ms", 80.0, "ms", "<=", "p95")
    pack = SpecPack(
        "a",
        "a",
        "A",
        nonfunctional=(
            NonFunctional("", "Performance", "Validation must feel fast.", Place("prd.md", 4)),
            NonFunctional("NFR1", "Performance", "Lookup p95 <= 80 ms.", Place("prd.md", 5), (quantity,)),
            NonFunctional("", "Security", "Codes must never be logged.", Place("prd.md", 6)),
        ),
    )
    restated = restate_pack(pack)
    assert [line.evidence for line in restated.performance] == [("prd:5",), ("prd:4",)]
    assert restated.performance[1].text.endswith("(no figure is given).")
    assert [line.text for line in restated.constraints] == ["Security: codes must never be logged."]


def test_what_is_said_twice_is_restated_once() -> None:
    goals = tuple(Statement("Show each voucher with its saving.", Place("prd.md", line)) for line in (3, 4))
    assert len(restate_pack(SpecPack("a", "a", "A", goals=goals)).goals) == 1


def test_an_empty_pack_is_restated_as_nothing() -> None:
    restated = restate_pack(SpecPack("a", "a", "A"))
    assert (restated.feature, restated.performance, restated.success) == ((), (), ())
