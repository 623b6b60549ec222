"""The only room that speaks to a model: requests in, complete replies out, each on record."""

from torusnb.messages.budget import Budget, sum_spent
from torusnb.messages.client import MessagesModel
from torusnb.messages.opening import open_model
from torusnb.messages.patience import Patience
from torusnb.messages.preflight import Forecast, forecast, render_forecast
from torusnb.messages.prices import PriceList, estimate_cost, load_prices
from torusnb.messages.recording import RecordingModel

__all__ = [
    "Budget",
    "Forecast",
    "MessagesModel",
    "Patience",
    "PriceList",
    "RecordingModel",
    "estimate_cost",
    "forecast",
    "load_prices",
    "open_model",
    "render_forecast",
    "sum_spent",
]
