"""Functions that the pack writes down with their arguments and the checkout does not have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.decisions import Contract, arity_of
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.codebase import CodeMap
from torusnb.models.requirements import SpecPack

_SIGNATURE = re.compile(r"^(?P<name>[a-z_][a-z0-9_]*[?!]?)(?:\((?P<arguments>.*)\)|/(?P<arity>\d))(?:\s.*)?$")
_SPAN = re.compile(r"`([^`\n]+)`")


def find_contracts(pack: SpecPack, code: CodeMap, existing: Sequence[Component]) -> tuple[Contract, ...]:
    """The new functions of the pack's notes, each with the requirement that shares most words with its name."""
    present = {f.name for module in code.modules.values() for f in module.functions}
    found: dict[str, Contract] = {}
    taken: set[str] = set()
    written = [
        (match, note)
        for note in (*pack.data_notes, *pack.interface_notes)
        for span in _SPAN.findall(note.text)
        if (match := _SIGNATURE.match(span)) is not None and match.group("name") not in present
    ]
    asks: dict[str, str] = {}
    for name in sorted({m.group("name") for m, _ in written}, key=lambda n: (-_spoken_of(n, pack, taken)[0], n)):
        asks[name] = _spoken_of(name, pack, taken)[1]
        taken.add(asks[name])
    for match, note in written:
        asked = asks[match.group("name")]
        if asked:
            name = f"{match.group('name')}/{arity_of(match.group('arguments'), match.group('arity'))}"
            owner = next((c.name for c in existing if asked in c.requirements), "")
            found.setdefault(name, Contract(name, asked, owner, place_key(note.place)))
    return tuple(found.values())


def _spoken_of(name: str, pack: SpecPack, taken: set[str]) -> tuple[int, str]:
    """How many words the best requirement shares with a name, and that requirement; none when it shares but one.

    Of two that share as many, the one that no other function answers yet is meant.
    """
    wanted = set(words_of(name))
    scored = [
        (len(wanted & set(words_of(plain(f"{r.title} {r.text}")))), r.id not in taken, -position, r.id)
        for position, r in enumerate(pack.requirements)
    ]
    best = max(scored, default=(0, False, 0, ""))
    return (best[0], best[3]) if best[0] >= min(2, len(wanted)) and best[0] else (0, "")
