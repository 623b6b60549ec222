from __future__ import annotations

import pytest

from torusnb.context.map.index import TextIndex, Weights
from torusnb.context.map.words import split_identifier, stem

DOCUMENTS = [
    ("a.ex", ("a", "Shop.VoucherDepot", "", "def fetch_voucher(code)")),
    ("b.ex", ("b", "Shop.Mailer", "Sends letters about a voucher.", "def deliver")),
    ("c.ex", ("c", "Shop.Weather", "", "def forecast")),
]


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("VoucherDepot", ("voucher", "depot")),
        ("voucher_depot", ("voucher", "depot")),
        ("LTIParams", ("lti", "params")),
        ("HTTPServer2", ("http", "server", "2")),
        ("plain", ("plain",)),
    ],
)
def test_identifiers_are_split_at_humps_and_underscores(word: str, pieces: tuple[str, ...]) -> None:
    assert split_identifier(word) == pieces


@pytest.mark.parametrize(
    ("word", "root"), [("sections", "section"), ("policies", "policy"), ("caches", "cach"), ("status", "status")]
)
def test_a_plural_ending_is_cut(word: str, root: str) -> None:
    assert stem(word) == root


def test_a_document_is_covered_by_the_terms_that_it_holds_however_often() -> None:
    often = ("d.ex", ("d", "Shop.Till", "", "deliver " * 50))
    with TextIndex([*DOCUMENTS, often]) as index:
        voucher, deliver = (next(iter(bag)) for bag in index.bags(["voucher", "deliver"]))
        covered = index.cover([voucher, deliver, deliver, "unknown"])
        assert covered["b.ex"] == pytest.approx(index.rarity(voucher) + index.rarity(deliver))
        assert covered["d.ex"] == pytest.approx(index.rarity(deliver))
    assert "c.ex" not in covered


def test_a_piece_of_an_identifier_finds_it_and_names_weigh_more_than_text() -> None:
    with TextIndex(DOCUMENTS) as index:
        scores = index.score(index.bags(["vouchers"])[0])
    assert sorted(scores, key=lambda path: -scores[path]) == ["a.ex", "b.ex"]


def test_a_word_said_twice_weighs_twice() -> None:
    with TextIndex(DOCUMENTS) as index:
        once, twice = (index.score(bag)["a.ex"] for bag in index.bags(["voucher", "voucher voucher"]))
    assert twice == pytest.approx(2 * once)


def test_words_that_no_document_has_and_stop_words_find_nothing() -> None:
    with TextIndex(DOCUMENTS) as index:
        assert index.score(index.bags(["the zebra must"])[0]) == {}


def test_scores_do_not_depend_on_the_order_of_documents() -> None:
    with TextIndex(DOCUMENTS) as one, TextIndex(reversed(DOCUMENTS), Weights()) as other:
        text = "voucher weather depot"
        assert one.score(one.bags([text])[0]) == pytest.approx(other.score(other.bags([text])[0]))


def test_an_index_of_nothing_answers_nothing() -> None:
    with TextIndex([]) as index:
        assert index.score(index.bags(["voucher"])[0]) == {}
