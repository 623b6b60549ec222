"""Whether the history already holds commits with the ticket of this pack: the feature may be built, or begun."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torusnb.context.knowledge.sentences import listed, place_key
from torusnb.models.base import Place
from torusnb.models.history import Change, History
from torusnb.models.knowledge import Known
from torusnb.models.requirements import SpecPack

_TICKET = re.compile(r"(?<![A-Za-z0-9-])(?P<family>[A-Za-z][A-Za-z0-9]{1,9})[-_](?P<number>\d{1,6})(?![\w-])")
_IN_SLUG = re.compile(r"(?:^|[-_])(?P<family>[a-z]{2,9})[-_](?P<number>\d{2,6})(?![a-z0-9])", re.IGNORECASE)
_STANDARDS = "AC AES BCP CVE ES FR HTTP ISO MD NFR OTP RFC SHA SSL TLS UTF UUID WCAG"
NO_TICKET = frozenset(_STANDARDS.split())
_CODE = re.compile(r"(?:apps/[^/]+/)?(?:lib|assets|priv|config|test)/")
_MOST_COMMITS = 4
_SHOWN = 10


@dataclass(frozen=True)
class Built:
    """Commits that carry a ticket of the pack, newest first; `place` is where the pack names it."""

    ticket: str
    place: Place
    changes: tuple[Change, ...]


def find_built(pack: SpecPack, history: History | None) -> tuple[Built, ...]:
    """The pack's tickets that commits of the history name in their subjects, where the commits changed code.

    A ticket in the folder's name or the title is the pack's own; where neither has one, every ticket that prd.md
    names counts. A requirement's own id, and a standard that is spelt alike (`SHA-256`), is no ticket.
    """
    if history is None or not history.changes:
        return ()
    tickets = _tickets(pack)
    found: dict[str, list[Change]] = {}
    for change in history.changes:
        named = dict.fromkeys(_name(match) for match in _TICKET.finditer(change.subject))
        for name in named:
            if name in tickets and any(_CODE.match(path) for path in change.paths):
                found.setdefault(name, []).append(change)
    return tuple(Built(name, place, tuple(found[name])) for name, place in tickets.items() if name in found)


def tell_built(pack: SpecPack, history: History | None) -> tuple[Known, ...]:
    """A statement for each of them, with the commits' ids."""
    return tuple(
        Known("already in the history", _sentence(built), (place_key(built.place),))
        for built in find_built(pack, history)
    )


def _sentence(built: Built) -> str:
    told = [f'`{change.id[:_SHOWN]}` ("{change.subject[:80]}")' for change in built.changes[:_MOST_COMMITS]]
    more = f" and {len(built.changes) - _MOST_COMMITS} more" if len(built.changes) > _MOST_COMMITS else ""
    amount = "A commit" if len(built.changes) == 1 else f"{len(built.changes)} commits"
    verb = "is" if len(built.changes) == 1 else "are"
    return (
        f"{amount} with the ticket {built.ticket}, which this pack names, {verb} already in the history: "
        f"{listed(told)}{more}. Part of the feature may be built; look there before designing it."
    )


def _tickets(pack: SpecPack) -> dict[str, Place]:
    """Ticket to the line that names it first, in the order of the lines."""
    known = {entry.id.upper() for entry in pack.requirements} | {entry.id.upper() for entry in pack.criteria}
    known |= {entry.id.upper() for entry in pack.nonfunctional}
    first = pack.sections[0].place if pack.sections else Place("prd.md", 1)
    own = {_name(match): first for match in (*_IN_SLUG.finditer(pack.slug), *_TICKET.finditer(pack.title))}
    found = own or dict(reversed(list(_named(pack))))
    ranked = sorted(found, key=lambda name: (found[name].line, name))
    return {name: found[name] for name in ranked if name not in known and name.partition("-")[0] not in NO_TICKET}


def _named(pack: SpecPack) -> Iterator[tuple[str, Place]]:
    for section in pack.sections:
        for match in _TICKET.finditer(f"{section.title}\n{section.text}"):
            if match["family"].isupper():
                yield _name(match), section.place


def _name(match: re.Match[str]) -> str:
    return f"{match['family'].upper()}-{match['number']}"
