"""A part of the design: an existing module and what changes in it, or a new one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from torusnb.models.base import Value
from torusnb.models.database import Field
from torusnb.models.modules import Function, Module, Use

_STORE = re.compile(r"(?:Cache|Store|Registry)$")


class Component(Value, frozen=True):
    """A part of the design: an existing module and what changes in it, or a new one.

    Attributes:
        key: The evidence of the place; for a new module that of what asks for it.
        requirements: In the pack's order. kinds: the work it does, most frequent first.
        role: For a new module named by the pack, the words around the name.
    """

    name: str
    path: str
    layer: str
    key: str
    requirements: tuple[str, ...]
    kinds: tuple[str, ...]
    new: bool = False
    module: Module | None = None
    functions: tuple[Function, ...] = ()
    events: tuple[Use, ...] = ()
    fields: tuple[Field, ...] = ()
    role: str = ""


def find_cache_owner(fresh: Iterable[Component], caching: Collection[str]) -> Component | None:
    """The new domain module that owns the entries of a cache: one named for it, else one that answers such work."""
    if not caching:
        return None
    domain = [component for component in fresh if component.layer == "context"]
    named = next((component for component in domain if _STORE.search(component.name)), None)
    return named or next((component for component in domain if set(component.requirements) & set(caching)), None)
