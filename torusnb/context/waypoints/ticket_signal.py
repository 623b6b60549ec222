"""Where the code names the request's ticket: a line that says where the feature is to go, in its builders' words.

`find_tickets` reads the pack's tickets; `ticket_reasons` finds the files whose lines hold one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator

from torusnb.context.knowledge.tickets import NO_TICKET
from torusnb.context.map.index import TextIndex
from torusnb.models.knowledge import Reason
from torusnb.models.requirements import SpecPack
from torusnb.spec.definitions import family_of

_TICKET = re.compile(r"(?<![A-Za-z0-9-])(?P<family>[A-Z][A-Z0-9]{1,9})-(?P<number>[1-9]\d{0,6})(?![\w-])")
_IN_SLUG = re.compile(r"(?:^|[-_])(?P<family>[A-Za-z]{2,9})[-_](?P<number>\d{2,6})(?![A-Za-z0-9])")
_LINKED = re.compile(
    r"https?://[^\s`<>)\]]*/$|^\W*(?:jira|ticket|issue|work item|story)(?: key| id)?\W{1,6}$", re.IGNORECASE
)
_NAMED = 0.35
"""What a ticket counts that the pack names without calling it its own: another part's, or one it waits for."""
_MANY = 3
"""Files from which on a ticket tells less of each: it is then the mark of a large change of the past."""
_SHOWN = 3


def find_tickets(pack: SpecPack) -> dict[str, float]:
    """Ticket (`ABC-12`) to how much it is the request's own, from 0 to 1, in the order of the names.

    Its own are those of the folder's name and the title; else those that it links or calls its ticket, and else the one
    that it names most often. A requirement's id and a standard that is spelt alike (`SHA-256`) are none.
    """
    ids = {entry.id.upper() for entry in pack.requirements} | {entry.id.upper() for entry in pack.criteria}
    ids |= {entry.id.upper() for entry in pack.nonfunctional}
    said: Counter[str] = Counter()
    linked: set[str] = set()
    for text in _texts(pack):
        for match in _TICKET.finditer(text):
            if _is_ticket(match, ids):
                said[match.group()] += 1
                if _LINKED.search(text[: match.start()]):
                    linked.add(match.group())
    titled = {match.group() for match in _TICKET.finditer(pack.title) if _is_ticket(match, ids)}
    for match in _IN_SLUG.finditer(pack.slug):
        name = f"{match['family'].upper()}-{match['number']}"
        titled |= {name} if (whole := _TICKET.fullmatch(name)) and _is_ticket(whole, ids) else set()
    most = max(said.values(), default=0)
    own = titled or linked or {name for name, count in said.items() if count == most}
    return {name: 1.0 if name in own else _NAMED for name in sorted({*said, *titled})}


def ticket_reasons(
    pack: SpecPack, index: TextIndex, read_source: Callable[[str], str], known: Collection[str]
) -> dict[str, Reason]:
    """Path to how surely a line of it names the request's ticket, with the lines; a ticket of many files tells less."""
    tickets = find_tickets(pack)
    lines: dict[str, dict[str, list[int]]] = {}
    for path in _candidates(tickets, index, known):
        source = read_source(path)
        for number, line in enumerate(source.split("\n"), 1) if any(name in source for name in tickets) else ():
            for name in dict.fromkeys(match.group() for match in _TICKET.finditer(line)):
                if name in tickets:
                    lines.setdefault(path, {}).setdefault(name, []).append(number)
    having = Counter(name for found in lines.values() for name in found)
    reasons = {}
    for path, found in sorted(lines.items()):
        shares = {name: tickets[name] * min(1.0, _MANY / having[name]) for name in found}
        best = min(found, key=lambda name: (-shares[name], name))
        whose = "the request's ticket" if tickets[best] == 1.0 else "a ticket of the pack"
        shown = ", ".join(map(str, found[best][:_SHOWN]))
        told = f"a comment there names {whose} {best} (line{'s' if len(found[best]) > 1 else ''} {shown})"
        reasons[path] = Reason("ticket", told, round(shares[best], 4))
    return reasons


def _candidates(tickets: Collection[str], index: TextIndex, known: Collection[str]) -> list[str]:
    """The files that may name a ticket: those that say its family's name, where the index keeps words so short."""
    if not tickets:
        return []
    families = sorted({name.partition("-")[0] for name in tickets})
    bags = index.bags(families)
    if not all(bags):
        return sorted(known)
    return sorted({path for bag in bags for path in index.cover(bag) if path in known})


def _texts(pack: SpecPack) -> Iterator[str]:
    for section in pack.sections:
        yield from (section.title, *section.text.split("\n"))
    for note in pack.beside:
        if not note.name.startswith("../"):
            yield from (f"{statement.label}: {statement.text}" for statement in note.statements)


def _is_ticket(match: re.Match[str], ids: Collection[str]) -> bool:
    family = match["family"]
    return family not in NO_TICKET and match.group() not in ids and not family_of(match.group(), "")
