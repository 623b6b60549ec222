"""The names a design decides: events of views, functions the pack writes down, telemetry."""

from __future__ import annotations

import re

from torusnb.models.base import Value
from torusnb.models.modules import Function, Module

_ASSIGNS = re.compile(r"\(.*\bassigns\b")


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


def events_of(module: Module) -> tuple[str, ...]:
    """The names of the LiveView events that a module handles, each once; a clause that matches any name has none."""
    return tuple(dict.fromkeys(use.name for use in module.callbacks if use.kind == "handle_event" and use.name))


def is_component(module: Module) -> bool:
    """Whether a module gives markup: a live component, or function components.

    A function component takes one argument, `assigns`. A module that defines itself as one and has no functions takes
    its markup from templates. Helpers that only import Phoenix.Component, or lie beside pages, are none.
    """
    if {"live_component", "view"} & set(module.kinds):
        return True
    shown = any(gives_markup(function) for function in module.functions)
    return shown or ("component" in module.kinds and not module.functions)


def gives_markup(function: Function) -> bool:
    """Whether a function is a function component, by its head: `~H` needs a variable of the name `assigns`."""
    return function.arity == 1 and _ASSIGNS.search(function.head) is not None


def takes_events(module: Module) -> bool:
    """Whether a module handles events of a page."""
    return bool({"live_view", "live_component"} & set(module.kinds)) or any(
        use.kind == "handle_event" for use in module.callbacks
    )
