"""The only room that speaks to a model: requests in, complete replies out, each on record."""

from torusnb.messages.budget import Budget
from torusnb.messages.client import MessagesModel, open_model
from torusnb.messages.patience import Patience
from torusnb.messages.preflight import Preflight, plan_requests, render_preflight
from torusnb.messages.prices import PriceList, estimate_cost, load_prices
from torusnb.messages.recording import RecordingModel

__all__ = [
    "Budget",
    "MessagesModel",
    "Patience",
    "Preflight",
    "PriceList",
    "RecordingModel",
    "estimate_cost",
    "load_prices",
    "open_model",
    "plan_requests",
    "render_preflight",
]
