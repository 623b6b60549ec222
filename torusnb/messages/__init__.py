"""The only room that speaks to a model: requests in, complete replies out, each on record."""

from torusnb.messages.budget import Budget
from torusnb.messages.client import MessagesModel, open_model
from torusnb.messages.prices import PriceList, estimate_cost, load_prices

__all__ = ["Budget", "MessagesModel", "PriceList", "estimate_cost", "load_prices", "open_model"]
