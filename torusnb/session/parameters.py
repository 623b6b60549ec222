"""The parameters of a session: what a notebook, a batch run and the command line all take."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from torusnb.errors import ParameterError


@dataclass(frozen=True)
class Parameters:
    """What a session works on, and how.

    Attributes:
        torus_root: The checkout: a folder with a mix.exs; relative to the current folder.
        pack: The feature's folder, its prd.md, or its slug; empty asks where someone can answer.
        out_dir: Where a folder for the pack is made for trail, fdd.md, research.md and notebooks.
        drafter: `offline`, or another drafter that is installed.
        providers: Comma-separated names of the research providers, asked in that order.
        template: A team's own template file; empty takes the one that travels with torusnb.
        playbook: A team's own playbook file; likewise.
        catalogue: A team's own catalogue of primary sources; likewise.
        today: ISO date put down as the access date of what is captured now; empty takes the clock's.
        interactive: Whether to show widgets; a batch run sets it to false.
    """

    torus_root: str = "."
    pack: str = ""
    out_dir: str = "torusnb-out"
    drafter: str = "offline"
    providers: str = "deps,catalogue"
    template: str = ""
    playbook: str = ""
    catalogue: str = ""
    today: str = ""
    interactive: bool = True

    def provider_names(self) -> tuple[str, ...]:
        """The providers' names, in the order they are asked."""
        return tuple(name.strip() for name in self.providers.split(",") if name.strip())


def check_parameters(given: Mapping[str, object]) -> Parameters:
    """The parameters, once every name and type has been checked.

    Raises:
        ParameterError: A name is unknown, a value has the wrong type, or `today` is no date.
    """
    fields = {field.name: field for field in dataclasses.fields(Parameters)}
    for name, value in given.items():
        if name not in fields:
            raise ParameterError(f"unknown parameter {name!r}; there are {', '.join(fields)}", key=name)
        wanted = bool if fields[name].type == "bool" else str
        if type(value) is not wanted:
            raise ParameterError(
                f"parameter {name!r} takes {'true or false' if wanted is bool else 'a text'}, not {value!r}", key=name
            )
    parameters = Parameters(**given)  # type: ignore[arg-type]  # names and types were checked above
    if parameters.today:
        try:
            datetime.date.fromisoformat(parameters.today)
        except ValueError as error:
            raise ParameterError(
                f"parameter 'today' takes a date such as 2026-01-31, not {parameters.today!r}", key="today"
            ) from error
    return parameters
