"""How long data is kept, and the job that a deletion after a time needs."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.homes import RETENTION
from torusnb.drafting.offline.wording import clip, plain
from torusnb.models.knowledge import Line
from torusnb.models.requirements import NonFunctional, SpecPack

_KEPT = re.compile(RETENTION, re.IGNORECASE)
_AREA = re.compile(r"secur|priva|complian|retention", re.IGNORECASE)
_SPEED = re.compile(r"\bp\d\d\b|\blatenc\w+", re.IGNORECASE)
_KEEPS = re.compile(
    r"\b(?:keep|store|record|save|log)s? (?:an? |the |each |every )?(?:[\w-]+ )?(?:reports?|histor(?:y|ies)|runs?|"
    r"rows?|entries|entry|records?|snapshots?|copies|copy)\b(?! (?:open|up|going|apart|separate))|"
    r"\b(?:reports?|histor(?:y|ies)|runs?|rows?|entries|records?|snapshots?)\b[^.;]{0,40}\b(?:is|are) (?:kept|stored|"
    r"retained|recorded)\b",
    re.IGNORECASE,
)
"""What asks for rows: a noun of what is written down, and a verb that keeps it."""
_CLAUSE = re.compile(r";\s+|(?<=[.!?])\s+(?=[A-Z])")


def keeps_or_hides(nfr: NonFunctional) -> bool:
    """Whether a statement is about keeping or protecting data, which section 12 tells, and no budget of time."""
    text = plain(nfr.text)
    return not _SPEED.search(text) and (_AREA.search(nfr.area) is not None or _KEPT.search(text) is not None)


def rows_kept(pack: SpecPack) -> Line | None:
    """The first words of the pack that keep what outlives a request (a report, a history, rows), or None."""
    said = [(r.id, r.text) for r in pack.requirements]
    said += [(place_key(s.place), s.text) for s in pack.data_notes]
    said += [(place_key(n.place), n.text) for n in pack.nonfunctional]
    for key, text in said:
        clause = next((part for part in _CLAUSE.split(plain(text)) if _KEEPS.search(part)), "")
        if clause:
            return Line(text=clip(clause.rstrip("."), 24), evidence=(key,))
    return None


def deletion_asked(pack: SpecPack) -> Line | None:
    """The clause of the pack that says after what time data is gone, or None."""
    said = [(place_key(n.place), n.text) for n in pack.nonfunctional] + [(r.id, r.text) for r in pack.requirements]
    said += [(place_key(s.place), s.text) for s in (*pack.data_notes, *pack.integration_notes, *pack.notes)]
    for key, text in said:
        clause = next((part for part in _CLAUSE.split(plain(text)) if _KEPT.search(part)), "")
        if clause:
            return Line(text=clip(clause.rstrip("."), 24), evidence=(key,))
    return None
