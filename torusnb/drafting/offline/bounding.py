"""A pack whose texts have a length that a person writes: what is longer is cut before any rule reads it."""

from __future__ import annotations

import msgspec

from torusnb.models.base import Value
from torusnb.models.requirements import SpecPack

_LONGEST = 4_000
"""Letters of one text; the longest that people write is about half of it, and a rule's time grows with its square."""
_WHOLE = frozenset({"sections"})
"""Fields that hold the document itself."""


def bound_texts(pack: SpecPack) -> SpecPack:
    """The pack with each statement, requirement, criterion and risk at most 4,000 letters long, cut between words.

    A cut text ends with an ellipsis. A pack without such a text is returned as it is.
    """
    fields: dict[str, tuple[Value, ...]] = {}
    for name in pack.__struct_fields__:
        items = getattr(pack, name)
        if name not in _WHOLE and isinstance(items, tuple):
            bound = tuple(_bound(item) for item in items)
            if bound != items:
                fields[name] = bound
    return msgspec.structs.replace(pack, **fields) if fields else pack


def _bound(item: Value) -> Value:
    texts = {name: getattr(item, name) for name in item.__struct_fields__}
    cut = {name: _cut(text) for name, text in texts.items() if isinstance(text, str) and len(text) > _LONGEST}
    return msgspec.structs.replace(item, **cut) if cut else item


def _cut(text: str) -> str:
    head = text[:_LONGEST]
    return f"{head[: head.rfind(' ')] if ' ' in head else head} …"
