"""What a request costs, by a dated list that a team can override."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.errors import TemplateError
from torusnb.messages import estimate_cost, load_prices
from torusnb.messages.prices import parse_prices
from torusnb.models.messages import Usage

_PRICES = load_prices()
MILLION = 1_000_000
OWN = """
as_of: 2026-12-01
prices:
  - models: ["our-*"]
    input: 1.0
    output: 4
"""


@pytest.mark.parametrize(
    ("model", "usage", "cost"),
    [
        ("claude-opus-5-5", Usage(input=MILLION), 4.0),
        ("claude-opus-5-5", Usage(output=MILLION), 20.0),
        ("claude-opus-5-5", Usage(cache_write=MILLION), 5.0),
        ("claude-opus-5-5", Usage(cache_write=MILLION, cache_write_1h=MILLION), 8.0),
        ("claude-opus-5-5", Usage(cache_read=MILLION), 0.2),
        ("claude-opus-5-5", Usage(searches=3), 0.03),
        ("claude-opus-5", Usage(input=MILLION), 5.0),
        ("claude-haiku-4-5-20251001", Usage(output=MILLION), 5.0),
        ("claude-haiku-5-5", Usage(input=100_000, output=1000), 0.0105),
        ("claude-haiku-5-5", Usage(input=50_000, cache_read=50_001, output=1000), 0.025 + 0.00250005 + 0.0025),
        ("llama3.3", Usage(input=MILLION), None),
        ("claude-opus-55", Usage(input=MILLION), None),
    ],
)
def test_a_cost_follows_the_list(model: str, usage: Usage, cost: float | None) -> None:
    assert estimate_cost(load_prices(), model, usage) == (pytest.approx(cost) if cost is not None else None)


def test_a_batch_costs_half_of_the_tokens_and_all_of_the_searches() -> None:
    usage = Usage(input=MILLION, searches=100)
    assert estimate_cost(load_prices(), "claude-opus-5-5", usage, batch=True) == pytest.approx(2.0 + 1.0)


def test_every_price_names_its_source_and_the_day_it_was_read() -> None:
    prices = load_prices()
    assert datetime.date.fromisoformat(prices.as_of)
    assert prices.prices
    for price in prices.prices:
        assert price.source.startswith("https://")
        assert datetime.date.fromisoformat(price.read) <= datetime.date.fromisoformat(prices.as_of)


def test_no_listed_price_is_hidden_by_one_before_it() -> None:
    prices = load_prices()
    for price in prices.prices:
        for model in price.models:
            assert prices.price(model.replace("20*", "20990101")) is price


def test_reading_a_cache_is_cheaper_and_writing_one_dearer_than_plain_input() -> None:
    for price in load_prices().prices:
        for rates in (price.rates, price.long or price.rates):
            assert rates.cache_read < rates.input < rates.cache_write < rates.cache_write_1h < rates.output


def test_a_team_overrides_the_list_with_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "prices.yml"
    path.write_text(OWN + '  - models: ["claude-opus-5-5"]\n    input: 3\n    output: 15\n', encoding="utf-8")
    prices = load_prices(path)
    assert prices.as_of == "2026-12-01"
    assert estimate_cost(prices, "our-large", Usage(input=MILLION, cache_read=MILLION)) == pytest.approx(1.1)
    assert estimate_cost(prices, "claude-opus-5-5", Usage(input=MILLION)) == pytest.approx(3.0)
    assert estimate_cost(prices, "claude-sonnet-5-5", Usage(input=MILLION)) == pytest.approx(2.0)
    assert prices.batch == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prices: [", "not valid YAML"),
        ("- one", "needs `prices:`"),
        ("prices: 3", "needs `prices:`"),
        ("prices: [3]", "is a mapping"),
        ("prices: [{input: 1, output: 2}]", "needs `models:`"),
        ("prices: [{models: [], input: 1, output: 2}]", "needs `models:`"),
        ("prices: [{models: [m], output: 2}]", "`input` must be a number"),
        ("prices: [{models: [m], input: -1, output: 2}]", "`input` must be a number"),
        ("prices: [{models: [m], input: .nan, output: 2}]", "`input` must be a number"),
        ("prices: [{models: [m], input: true, output: 2}]", "`input` must be a number"),
        ("prices: [{models: [m], input: 1, output: 2, over: 10}]", "goes together"),
        ("prices: [{models: [m], input: 1, output: 2, over: 10, long: 3}]", "mapping of rates"),
        ("prices: [{models: [m], input: 1, output: 2, inputs: 3}]", "no field 'inputs'"),
        ("price: []", "no field 'price'"),
        ("as_of: yesterday", "written like"),
        ("batch: half", "`batch` must be"),
    ],
)
def test_a_price_file_that_does_not_hold_together_is_refused(text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        parse_prices(text, "prices.yml")


def test_a_price_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        load_prices(tmp_path / "none.yml")
    (tmp_path / "bad.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match="not UTF-8"):
        load_prices(tmp_path / "bad.yml")


@given(st.builds(Usage, *[st.integers(0, 10**7)] * 4, st.integers(0, 50)), st.sampled_from(["input", "output"]))
def test_more_tokens_never_cost_less(usage: Usage, name: str) -> None:
    prices = _PRICES

    more = msgspec.structs.replace(usage, **{name: getattr(usage, name) + 1000})
    for model in ("claude-opus-5-5", "claude-haiku-5-5"):
        cheaper, dearer = (estimate_cost(prices, model, each) for each in (usage, more))
        assert cheaper is not None
        assert dearer is not None
        assert cheaper <= dearer
