"""The names a design decides: events of views, functions the pack writes down, telemetry."""

from __future__ import annotations

from torusnb.models.base import Value
from torusnb.models.modules import Module


class NewEvent(Value, frozen=True):
    """A LiveView event this design adds: where, its name in that module's style, for which requirement."""

    component: str
    name: str
    requirement: str


class Contract(Value, frozen=True):
    """A function the pack names and the checkout does not have, with its requirement and the component it joins."""

    name: str
    requirement: str
    component: str
    key: str


class Signal(Value, frozen=True):
    """A telemetry event this design emits, as a list of atoms; `key` asks for it, `tags` are what the pack lists."""

    name: str
    about: str
    key: str
    tags: tuple[str, ...] = ()


def arity_of(arguments: str | None, arity: str | None) -> int:
    """The number of arguments of a signature, commas inside brackets not counted."""
    if arity is not None:
        return int(arity)
    depth, commas = 0, 0
    for letter in arguments or "":
        depth += (letter in "([{") - (letter in ")]}")
        commas += letter == "," and depth == 0
    return commas + 1 if (arguments or "").strip() else 0


def takes_events(module: Module) -> bool:
    """Whether a module handles events of a page."""
    return bool({"live_view", "live_component"} & set(module.kinds)) or any(
        use.kind == "handle_event" for use in module.callbacks
    )
