"""The parameters of a session: what a notebook, a batch run and the command line all take."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from torusnb.errors import ParameterError


@dataclass(frozen=True)
class Parameters:
    """What a session works on, and how.

    Attributes:
        torus_root: The checkout: a folder with a mix.exs; relative to the current folder.
        pack: The feature's folder, its prd.md, or its slug; empty asks where someone can answer.
        out_dir: Where a folder for the pack is made for trail, fdd.md, research.md and notebooks.
        drafter: `offline`, or `claude`, which asks a model and needs `offline` to be false.
        providers: Comma-separated names of the research providers, asked in that order; `replay` stands for what all
            those that ask outside have answered in this trail.
        offline: No socket is opened at all; what is on record is used.
        keep_inside: Comma-separated terms that no query holds when it leaves, besides those that torusnb takes out
            by itself. They are kept nowhere.
        contact: An address that hosts can complain to; it stands in the `User-Agent` of what is fetched.
        model: The model's id, for a drafter that asks one.
        budget: US dollars that asking a model may cost for this pack, all runs over its trail together; it stops before
            it would cost more.
        endpoint: Where another server speaks the Messages API (Ollama, vLLM, llama.cpp); empty asks Anthropic.
        prices: A price file of one's own; empty takes the dated list that travels with torusnb.
        batches: Whether requests that do not wait for each other go out as a message batch, slower and at half the
            price.
        again: Whether notebook 3 asks a model afresh for the sections whose text could not be taken.
        prompts: A folder with a team's own prompt files; empty takes those that travel with torusnb.
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
    offline: bool = True
    keep_inside: str = ""
    contact: str = ""
    model: str = "claude-opus-5-5"
    budget: float = 10.0
    endpoint: str = ""
    prices: str = ""
    batches: bool = False
    again: bool = False
    prompts: str = ""
    template: str = ""
    playbook: str = ""
    catalogue: str = ""
    today: str = ""
    interactive: bool = True

    def provider_names(self) -> tuple[str, ...]:
        """The providers' names, in the order they are asked."""
        return tuple(name.strip() for name in self.providers.split(",") if name.strip())


ASKS_A_MODEL = "claude"
"""The drafter and the research provider that ask a model."""

FOR_A_MODEL = ("model", "budget", "endpoint", "prices", "prompts", "batches", "again")
"""Parameters that only a model uses; the last three only one that drafts."""

_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "bool": ((bool,), "true or false"),
    "float": ((float, int), "a number"),
    "str": ((str,), "a text"),
}


def find_unused(drafter: str, providers: str, given: Collection[str]) -> tuple[str, ...]:
    """Those of the parameters a person gave that nothing would use, in a fixed order.

    Args:
        drafter: Who drafts.
        providers: Who is asked for sources, as in `Parameters`.
        given: The names of the parameters that were given.
    """
    if drafter == ASKS_A_MODEL:
        return ()
    searching = ASKS_A_MODEL in Parameters(providers=providers).provider_names()
    return tuple(name for name in (FOR_A_MODEL[4:] if searching else FOR_A_MODEL) if name in given)


def find_own(parameters: Parameters) -> frozenset[str]:
    """The names of the parameters that are not at their defaults."""
    fields = dataclasses.fields(Parameters)
    return frozenset(field.name for field in fields if getattr(parameters, field.name) != field.default)


def parameters_of(names: Mapping[str, object]) -> dict[str, object]:
    """Those of some names that are parameters: what a notebook's parameters cell has set, from its `globals()`."""
    return {field.name: names[field.name] for field in dataclasses.fields(Parameters) if field.name in names}


def check_parameters(given: Mapping[str, object]) -> Parameters:
    """The parameters, once every name and type has been checked.

    Raises:
        ParameterError: A name is unknown, a value has the wrong type, `today` is no date, or no provider is named.
    """
    fields = {field.name: field for field in dataclasses.fields(Parameters)}
    checked: dict[str, object] = {}
    for name, value in given.items():
        if name not in fields:
            raise ParameterError(f"unknown parameter {name!r}; there are {', '.join(fields)}", key=name)
        kind = str(fields[name].type)
        if type(value) not in _KINDS[kind][0]:
            raise ParameterError(f"parameter {name!r} takes {_KINDS[kind][1]}, not {value!r}", key=name)
        checked[name] = float(value) if kind == "float" else value  # type: ignore[arg-type]  # it is a number
    parameters = Parameters(**checked)  # type: ignore[arg-type]  # names and types were checked above
    if parameters.today:
        try:
            datetime.date.fromisoformat(parameters.today)
        except ValueError as error:
            raise ParameterError(
                f"parameter 'today' takes a date such as 2026-01-31, not {parameters.today!r}", key="today"
            ) from error
    if not parameters.provider_names():
        raise ParameterError(
            "no research provider is named; name one or more in the parameter `providers` (deps and catalogue ask "
            "nobody outside), or leave it at its default",
            key="providers",
        )
    if not 0 <= parameters.budget < math.inf:
        raise ParameterError(f"parameter 'budget' takes US dollars such as 10.0, not {parameters.budget}", key="budget")
    return parameters
