"""Who may do what by the pack's own sentences, and what is taken for granted of it where no check of today is known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.sides import is_of_server
from torusnb.drafting.offline.wording import clip, lower_first, plain, sentence
from torusnb.models.requirements import SpecPack

UNCHECKED = "No check of today is known on its way; where the rights are checked is settled with the places of 4.1."
_ROLE = (
    r"(?:students?|learners?|instructors?|authors?|admin(?:istrator)?s?|teachers?|teaching assistants?|tas?|"
    r"publishers?|designers?|editors?|reviewers?|guests?|members?|owners?|users?)"
)
_STORY = re.compile(rf"\b[Aa]s an? (?P<who>{_ROLE})\b,? ", re.IGNORECASE)
_REFUSED = r"(?:cannot|can ?not|can['’]t|may not|must not|shall not|(?:is|are) not (?:allowed|permitted))"
_RIGHTS = re.compile(
    rf"\bonly (?:the |an? |for |by |to )*{_ROLE}\b|\b{_ROLE} only\b|\b{_ROLE}\b[^.;]{{0,40}}\b{_REFUSED}\b|"
    rf"^(?:nothing|nobody|no \w+)\b[^.;]{{0,50}}\b(?:may|must|can|shall) [^.;]{{0,40}}\b{_ROLE}\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    rf"\b{_ROLE}\b[^.;]{{0,60}}\b(?:may\b(?! (?:be|have|need|already)\b)|only\b)|\bonly\b[^.;]{{0,60}}\b{_ROLE}\b",
    re.IGNORECASE,
)
"""What is about rights as well, as far as nothing else of the section tells of them."""
_MOST = 4
_TAKEN = {
    "permissions": "the checks of the page or call that gets the new code hold for its new actions as well",
    "tenancy": "what it reads and writes stays within the section, project or institution that its rows belong to",
}


def find_story(pack: SpecPack) -> tuple[str, str] | None:
    """Whose wish the pack tells (`As an author, I want …`): the word for the role, and the evidence; or None."""
    for said in (*pack.summary, *pack.background, *pack.goals, *pack.use_cases, *pack.notes):
        if (match := _STORY.search(plain(said.text))) is not None:
            return match["who"].lower(), place_key(said.place)
    return None


def tell_rights(ledger: Ledger, told: Collection[str], *, checked: bool) -> list[str]:
    """The sentences of the pack that give or refuse a role something, at most four, each with its place.

    Args:
        ledger: The decisions.
        told: Ids of the requirements that the section tells already.
        checked: Whether checks of today are known: then only what names its role and its right in one breath counts.
    """
    lines: dict[str, str] = {}
    for key, text in _sentences(ledger):
        about = _RIGHTS.search(text) or (None if checked else _PERHAPS.search(text))
        if about and key not in told and "?" not in text:
            lines.setdefault(text, f"{sentence(clip(text.rstrip('.'), 40))}{ledger.cite(key)}")
    return list(lines.values())[:_MOST]


def _sentences(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """The sentences of the requirements, the qualities and the notes, each with the key of its place."""
    said = [(r.id, r.text or r.title) for r in ledger.pack.requirements]
    said += [(place_key(nfr.place), nfr.text) for nfr in ledger.pack.nonfunctional]
    named = {text for _, text in said}
    said += [
        (place_key(s.place), s.text) for note in ledger.pack.beside for s in note.statements if s.text not in named
    ]
    for key, text in said:
        for part in re.split(r"(?<=[.!?;])\s+", plain(text)):
            yield key, part


def open_rights(ledger: Ledger, checks: str) -> list[str]:
    """What is taken for granted of roles and tenants and weighs much, where no other section holds it.

    The module that context capture named for it is none that the feature touches, so the words leave it out.

    Args:
        ledger: The decisions.
        checks: What the section tells of the checks of today; empty for none.
    """
    if ledger.elsewhere is not None or not is_of_server(ledger.pack, ledger.plan.sides):
        return []
    held = {unknown.id for unknown in ledger.assumptions}
    lines = []
    for unknown in ledger.context.knowledge.unknown:
        known = checks and (unknown.topic == "permissions" or "enant" in checks)
        if unknown.impact == "high" and unknown.topic in _TAKEN and unknown.id not in held and not known:
            risk = f" If wrong: {lower_first(plain(unknown.risk).rstrip('.'))}." if unknown.risk else ""
            lines.append(f"**{unknown.id}** (impact: high): {_TAKEN[unknown.topic]}.{risk}{ledger.cite(unknown.id)}")
    return lines
