"""A part of the design: an existing module and what changes in it, or a new one."""

from __future__ import annotations

from torusnb.models.base import Value
from torusnb.models.database import Field
from torusnb.models.modules import Function, Module, Use


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
