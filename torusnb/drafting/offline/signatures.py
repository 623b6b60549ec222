"""Section 5's functions: those that the pack writes down, whole, and the heads of today's on the feature's path."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.journey import given_by
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.telling import in_short
from torusnb.drafting.offline.wording import code, count, sentence
from torusnb.models.behaviour import Behaviour

_PAGES = frozenset({"live_view", "component"})
_WHOLE, _IN_SHORT = 90, 44
"""Words up to which a contract stands whole, and what a longer text without a signature is shortened to."""
_MOST = 5
_SIGNATURE = re.compile(r"`(?:[A-Z][\w.]*\.)?(?P<name>[a-z_]\w*[?!]?)(?:\((?P<arguments>[^`]*)\)|/(?P<arity>\d))")
_LONGEST_HEAD = 160


def tell_contract(ledger: Ledger, placed: Placed) -> str:
    """A contract in the pack's words, with the function of today that has its name."""
    room = _WHOLE if _SIGNATURE.search(placed.text) else _IN_SHORT
    told = placed.text if len(placed.text.split()) <= room else in_short(placed.text, room)
    match = _SIGNATURE.search(placed.text)
    today = function_of_today(ledger, match["name"]) if match is not None else None
    if today is None:
        return f"{sentence(told)}{ledger.cite(*placed.keys)}"
    basis = ledger.cite(*placed.keys[:2], code_key(today.path, today.line))
    return f"{sentence(told)} Today: {head_of_today(today)}.{basis}"


def tell_heads(ledger: Ledger, written: str) -> list[str]:
    """The heads of the functions below the pages on the feature's ways, each with what it gives.

    One that `written` names already is left out.
    """
    found: dict[str, str] = {}
    for hop in (hop for way in ledger.ways for hop in way.hops):
        function = hop.function
        named = re.search(rf"\b{re.escape(function.name)}[/(]", written) is not None
        if function.layer not in _PAGES and function.public and not named and len(found) < _MOST:
            key = code_key(function.path, function.line)
            found.setdefault(key, f"{head_of_today(function)}.{ledger.cite(key)}")
    return list(found.values())


def head_of_today(function: Behaviour) -> str:
    """A function's first head with its module, the number of its clauses and what it gives."""
    head = function.clauses[0].head
    shown = head if len(head) <= _LONGEST_HEAD and not {"`", "…"} & set(head) else f"{function.name}/{function.arity}"
    clauses = f", {count(len(function.clauses), 'clause')}" if len(function.clauses) > 1 else ""
    given = given_by(function)
    spec = function.spec.partition("::")[2].strip() if "::" in function.spec else ""
    gives = (
        f", by its `@spec` {code(spec)}" if spec and len(spec) <= _LONGEST_HEAD else f", gives {given}" if given else ""
    )
    return f"{code(shown)} of {code(function.module)}{clauses}{gives}"


def function_of_today(ledger: Ledger, name: str) -> Behaviour | None:
    """The public function of that name near the feature, in a module of the plan or one that the pack names first."""
    own = [component.name for component in ledger.plan.existing]
    named = [b for b in ledger.context.behaviours if b.name == name and b.public and b.layer not in _PAGES]
    near = [b for b in named if b.module in own or b.module in ledger.named or ledger.is_home(b.module)]
    return min(near, key=lambda b: (b.module not in own, b.path, -b.arity), default=None)
