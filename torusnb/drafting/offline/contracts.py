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
    for note in (*pack.data_notes, *pack.interface_notes):
        for span in _SPAN.findall(note.text):
            match = _SIGNATURE.match(span)
            if match is None or match.group("name") in present:
                continue
            asked = _spoken_of(match.group("name"), pack)
            if asked:
                name = f"{match.group('name')}/{arity_of(match.group('arguments'), match.group('arity'))}"
                owner = next((c.name for c in existing if asked in c.requirements), "")
                found.setdefault(name, Contract(name, asked, owner, place_key(note.place)))
    return tuple(found.values())


def _spoken_of(name: str, pack: SpecPack) -> str:
    """The requirement that shares most words with a name; empty when none shares two."""
    wanted = set(words_of(name))
    scored = [
        (len(wanted & set(words_of(plain(f"{r.title} {r.text}")))), -position, r.id)
        for position, r in enumerate(pack.requirements)
    ]
    best = max(scored, default=(0, 0, ""))
    return best[2] if best[0] >= min(2, len(wanted)) and best[0] else ""
