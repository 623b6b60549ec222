"""One feature's walk, wired: parameters, checkout, trail, providers, drafter.

Notebooks, batch runs, widgets and the command line all go through `Session`, which is imported when it is asked for:
it brings every stage with it, and who only wants the parameters (`torusnb --help`) need not wait for that.
"""

from typing import TYPE_CHECKING, Any

from torusnb.session.parameters import Parameters, check_parameters, parameters_of

if TYPE_CHECKING:
    from torusnb.models.record import Decision
    from torusnb.session.session import Session

__all__ = ["Decision", "Parameters", "Session", "check_parameters", "parameters_of"]


def __getattr__(name: str) -> Any:
    if name == "Session":
        from torusnb.session.session import Session

        return Session
    if name == "Decision":
        from torusnb.models.record import Decision

        return Decision
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
