"""One feature's walk, wired: parameters, checkout, trail, providers, drafter.

Notebooks, batch runs, widgets and the command line all go through `Session`.
"""

from torusnb.session.parameters import Parameters, check_parameters, parameters_of
from torusnb.session.session import Session

__all__ = ["Parameters", "Session", "check_parameters", "parameters_of"]
