"""What a model's tokens cost: a dated list, and the cost of a request by it."""

from __future__ import annotations

import datetime
import math
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from torusnb.errors import TemplateError
from torusnb.models.base import Value
from torusnb.models.messages import Usage
from torusnb.resources import data_path
from torusnb.spec.flaws import refuse_yaml

_MILLION = 1_000_000
_RATES = ("input", "output", "cache_write", "cache_write_1h", "cache_read")
_ENTRY = frozenset({*_RATES, "models", "over", "long", "source", "read"})
_WHOLE = frozenset({"as_of", "batch", "web_search", "prices"})


class Rates(Value, frozen=True):
    """US dollars for a million tokens of each kind; `cache_write` is for five minutes."""

    input: float
    output: float
    cache_write: float
    cache_write_1h: float
    cache_read: float


class Price(Value, frozen=True):
    """What some models cost.

    Attributes:
        models: Ids, or patterns with `*` and `?`.
        rates: What is charged.
        over, long: A prompt of more tokens than `over` is charged by `long` as a whole; None where there is no such.
        source: Where the numbers stand. read: the day they were read, ISO 8601.
    """

    models: tuple[str, ...]
    rates: Rates
    over: int = 0
    long: Rates | None = None
    source: str = ""
    read: str = ""


class PriceList(Value, frozen=True):
    """Prices, the first that fits a model's id being its own.

    Attributes:
        as_of: The day the list was brought up to date, ISO 8601.
        batch: The share of the token prices that a request in a message batch costs.
        web_search: US dollars for a thousand web searches.
    """

    as_of: str
    prices: tuple[Price, ...]
    batch: float = 1.0
    web_search: float = 0.0

    def price(self, model: str) -> Price | None:
        """The price of a model, or None for one that is not on the list."""
        return next((p for p in self.prices if any(fnmatchcase(model, pattern) for pattern in p.models)), None)

    def rates(self, model: str, prompt: int) -> Rates | None:
        """The rates for a prompt of so many tokens, or None for a model that is not on the list."""
        price = self.price(model)
        if price is None:
            return None
        return price.long if price.long is not None and prompt > price.over else price.rates


def load_prices(path: Path | None = None) -> PriceList:
    """The list that travels with torusnb; a file of a team's own comes before it, entry by entry.

    Raises:
        TemplateError: A file cannot be read, or is not of the form that the head of `data/prices.yml` describes.
    """
    shipped = _load(data_path("prices.yml"), None)
    return _load(path, shipped) if path is not None else shipped


def parse_prices(text: str, path: str, before: PriceList | None = None) -> PriceList:
    """The price list of a file's text; what it does not say is taken from `before`.

    Raises:
        TemplateError: As in `load_prices`; `path` is only for the message.
    """
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        raise refuse_yaml("The price file", text, path, problem) from problem
    if not isinstance(data, dict) or not isinstance(data.get("prices", []), list):
        raise TemplateError("A price file needs `prices:` with a list of entries; add it.", path=path)
    _refuse_unknown(data, _WHOLE, path)
    own = tuple(_price(entry, path) for entry in data.get("prices", []))
    return PriceList(
        as_of=_day(data.get("as_of"), path) or (before.as_of if before else ""),
        prices=own + (before.prices if before else ()),
        batch=_number(data, "batch", path, default=before.batch if before else 1.0),
        web_search=_number(data, "web_search", path, default=before.web_search if before else 0.0),
    )


def estimate_cost(prices: PriceList, model: str, usage: Usage, *, batch: bool = False) -> float | None:
    """US dollars that the usage costs by the list; None for a model that is not on it."""
    rates = prices.rates(model, usage.prompt)
    if rates is None:
        return None
    hour = min(usage.cache_write_1h, usage.cache_write)
    tokens = (
        usage.input * rates.input
        + usage.output * rates.output
        + (usage.cache_write - hour) * rates.cache_write
        + hour * rates.cache_write_1h
        + usage.cache_read * rates.cache_read
    ) / _MILLION
    return round(tokens * (prices.batch if batch else 1.0) + usage.searches * prices.web_search / 1000, 8)


def _load(path: Path, before: PriceList | None) -> PriceList:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise TemplateError("The price file is not UTF-8 text; save it as UTF-8.", path=path) from problem
    except OSError as problem:
        why = f"The price file cannot be read ({problem.strerror}); give a readable YAML file."
        raise TemplateError(why, path=path) from problem
    return parse_prices(text, str(path), before)


def _price(entry: Any, path: str) -> Price:
    if not isinstance(entry, dict):
        raise TemplateError("An entry of `prices` is a mapping with `models` and rates; correct it.", path=path)
    _refuse_unknown(entry, _ENTRY, path)
    models = entry.get("models")
    if not isinstance(models, list) or not models or not all(isinstance(model, str) and model for model in models):
        raise TemplateError("An entry of `prices` needs `models:` with a list of ids or patterns; add it.", path=path)
    over, longer = entry.get("over", 0), entry.get("long")
    if not isinstance(over, int) or isinstance(over, bool) or over < 0 or (longer is None) != (over == 0):
        raise TemplateError("`over` is a number of tokens, and goes together with `long`; correct it.", path=path)
    if longer is not None:
        if not isinstance(longer, dict):
            raise TemplateError("`long` is a mapping of rates; correct it.", path=path)
        _refuse_unknown(longer, frozenset(_RATES), path)
    return Price(
        models=tuple(models),
        rates=_rates(entry, path),
        over=over,
        long=_rates(longer, path) if longer is not None else None,
        source=str(entry.get("source", "")),
        read=_day(entry.get("read"), path),
    )


def _rates(entry: dict[str, Any], path: str) -> Rates:
    paid = _number(entry, "input", path)
    # The usual factors of the Claude API, for a team's entry that leaves them out: 1.25, 2 and 0.1 of the input.
    return Rates(
        input=paid,
        output=_number(entry, "output", path),
        cache_write=_number(entry, "cache_write", path, default=1.25 * paid),
        cache_write_1h=_number(entry, "cache_write_1h", path, default=2 * paid),
        cache_read=_number(entry, "cache_read", path, default=0.1 * paid),
    )


def _number(entry: dict[str, Any], name: str, path: str, default: float | None = None) -> float:
    value = entry.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise TemplateError(f"`{name}` must be a number of 0 or more; correct it.", path=path, key=name)
    return float(value)


def _day(value: Any, path: str) -> str:
    if value is None or isinstance(value, datetime.date):
        return value.isoformat()[:10] if value is not None else ""
    raise TemplateError("A day is written like 2026-01-31; correct it.", path=path)


def _refuse_unknown(entry: dict[Any, Any], known: frozenset[str], path: str) -> None:
    unknown = sorted(str(name) for name in entry if name not in known)
    if unknown:
        raise TemplateError(f"A price file has no field {unknown[0]!r}; known: {', '.join(sorted(known))}.", path=path)
