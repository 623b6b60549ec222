"""What a line does with a name of state: a key of the session, or an assign of a conn or a socket."""

from __future__ import annotations

import re

KINDS = (
    "put into the session",
    "deleted from the session",
    "taken from the session",
    "assigned",
    "read as an assign",
)
"""In the order in which they are told: who writes comes before who reads."""

_KEY = re.compile(r"[:@\"]?(?P<name>[a-z_]\w{2,}[?!]?)\"?")
_IN_TEMPLATE = r"(?:=\{{[^{{}}]*|<%[^%]*|\{{)@{name}\b(?!,)"
"""`@name` where only a template has it; elsewhere it is an attribute of a module."""

_LONGEST = 400
"""Characters of a line that are looked at."""


def bare_key(text: str) -> str:
    """The name that a text may be the key of (`:late_work`, `"late_work"`, `late_work`); empty where it is none."""
    match = _KEY.fullmatch(text)
    return match["name"] if match is not None else ""


def kind_of(line: str, key: str) -> str:
    """One of `KINDS`, or empty; of what only the line itself tells, the first that it does.

    A key in a call that goes on over several lines is not told, since the line does not hold the call.
    """
    name = re.escape(key)
    given = rf"(?:[:\"]{name}\b\"?|\b{name}:)"
    inside = rf"\((?:[^()]|\([^()]*\)){{0,120}}?{given}"
    shown = line[:_LONGEST]
    patterns = (
        rf"\bput_session{inside}",
        rf"\bdelete_session{inside}",
        rf"\bget_session{inside}|\bsession\[{given}|%\{{[^{{}}]*{given}\s*=>[^{{}}]*\}}\s*=\s*_?session\b",
        rf"\b(?:assign|assign_new|assign_async){inside}|(?:\|>\s*update\(|\bupdate\((?:socket|assigns),\s*){given}",
        rf"\bassigns(?:\.|\[:){name}\b|\bassigns:\s*%\{{[^{{}}]*\b{name}:|{_IN_TEMPLATE.format(name=name)}",
    )
    return next((kind for kind, pattern in zip(KINDS, patterns, strict=True) if re.search(pattern, shown)), "")
