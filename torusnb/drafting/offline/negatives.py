"""Holds each `not applicable` against the pack: a section's matter that a requirement or a line speaks of is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.sides import DOCUMENTS, TESTS, WORK
from torusnb.drafting.offline.wording import bullets, plain, sentence, some
from torusnb.models.base import Place
from torusnb.models.requirements import SpecPack

_DENIES = re.compile(
    r"^(?:Not applicable: (?:no requirement|neither|the pack (?:says|gives) nothing|nothing)|Not applicable; the pack|"
    r"(?:- )?Not applicable: nothing here says|"
    r"(?:- )?No check of today is known|Not applicable: the plan adds no write|Which functions carry the change|"
    r"(?:- )?No hotspot shows)",
)
"""How a section begins that says that there is nothing."""
_TOPICS: dict[str, str] = {
    "5": r"\bapis?\b|\bcallbacks?\b|\bfunction signatures?\b|\bpublic (?:functions?|boundary|interface)\b|"
    r"\bexpos(?:e|es|ing)\b[^.;]{0,60}\b(?:through|via|as)\b|\bcontracts?\b",
    "10": r"\bfail(?:s|ed|ure|ures)?\b|\berrors?\b|\binvalid\b|\breject(?:s|ed)?\b|\bmalformed\b|\btimeouts?\b|"
    r"\bunavailable\b|\bcannot be\b|\bdiagnos\w+",
    "5.1": r"\bendpoints?\b|\bhttp\b|\bjson api\b|\brest api\b|\bcontroller\b|`(?:get|post|put|patch|delete) /|"
    r"\burl parameters?\b|\bwebhooks?\b",
    "5.3": r"\btimeouts?\b|\btime limits?\b|\basync\w*|\bbackground jobs?\b|\bgenservers?\b|\bpubsub\b|\bbroadcasts?\b|"
    r"\bsubscri\w+|\bin[- ]flight\b|\bconcurren(?:t|cy)\b",
    "7": r"\btransactions?\b|\batomic\w*|\brolls? back\b|\brolled back\b|\bidempoten\w+|\bstale\b|\brace\b|\braces\b",
    "8": r"\bcach(?:e|es|ed|ing)\b|\bttl\b|\bevict\w*|\binvalidat\w+",
    "9.3": r"\bn\+1\b|\blarge (?:bank|list|result|course)\w*|\bpaginat\w*|\bload(?:s|ed)? incremental\w*",
    "12": r"\bauthori[sz]\w+|\bpermissions?\b|\btenan\w+|\bpii\b|\bsecrets?\b|\baccess control\b|\braw learner\b",
    "14": r"\bbackwards?[- ]compat\w+|\blegacy\b|\bunchanged\b|\bexisting (?:behaviou?r|content|callers|permissions)\b|"
    r"\bwithout regress\w+|\bmust not regress\b",
}
"""Number of a section to the words of its matter that leave no doubt."""
_SKIPPED = re.compile(
    r"non[- ]?goals?|out[- ]of[- ]scope|background|problem|change ?log|decision log|references?|definition of done|"
    r"open questions?|timeline|milestones?|qa plan|test plan|risks?",
    re.IGNORECASE,
)
"""Headings below which a word asks for nothing in the design."""
_DENIED = re.compile(
    r"\b(?:no|not|none|without|never|n/?a|avoid\w*|outside|excluded?|out of scope|non-goal|"
    r"support(?:s|ing)?)\b[^.;]{0,50}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^.;]{0,40}\b(?:(?:is|are) (?:not|out of)|not (?:required|needed|applicable)|n/?a)\b", re.I
)
_ASKED_ALONE = frozenset({"10"})
"""Sections that hold every line of their matter already: requirements are all that may be left."""
_LINES_FIRST = frozenset({"5"})
"""Sections for which a line of the pack says more than the requirement that it belongs to."""
_MOST = 3


def hold_negatives(ledger: Ledger, texts: Mapping[str, str], numbers: Mapping[str, str]) -> dict[str, str]:
    """The sections, in which one that says that there is nothing tells what the pack says of its matter instead.

    Args:
        ledger: The decisions.
        texts: Section id to its text.
        numbers: Section id to torusnb's number of it.
    """
    return {name: _held(ledger, text, numbers.get(name, "")) for name, text in texts.items()}


def _held(ledger: Ledger, text: str, number: str) -> str:
    lines = text.splitlines()
    at = next((n for n, line in enumerate(lines) if _DENIES.match(line)), None)
    if number not in _TOPICS or at is None:
        return text
    asked = _asked(ledger, number)
    alone = asked and number not in _LINES_FIRST
    said = [] if alone or number in _ASKED_ALONE else list(_said(ledger.pack, number, ledger))
    asked = [] if said else asked
    if not asked and not said:
        return text
    told = []
    if asked:
        named = ledger.named_in(asked[0], 16) if len(asked) == 1 else some(asked, 6)
        verb = "speaks of this; what it binds" if len(asked) == 1 else "speak of this; what they bind"
        told.append(f"{named} {verb} is told in section 2.{ledger.cite(*asked)}")
    for key, line in said[:_MOST]:
        told.append(f"{sentence(ledger.said(line, 40)).rstrip('.')}.{ledger.cite(key)}")
    return "\n".join([*lines[:at], bullets(told), *lines[at + 1 :]])


def _asked(ledger: Ledger, number: str) -> list[str]:
    """The requirements that speak of the matter and ask for code."""
    topic, aside = re.compile(_TOPICS[number], re.IGNORECASE), {DOCUMENTS, WORK, TESTS}
    return [
        r.id
        for r in ledger.pack.requirements
        if ledger.plan.sides.get(r.id) not in aside and _speaks(topic, plain(f"{r.title}. {r.text}"))
    ]


def _said(pack: SpecPack, number: str, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """The statements of the pack that speak of the matter and that no section has told as its own."""
    topic = re.compile(_TOPICS[number], re.IGNORECASE)
    for nfr in pack.nonfunctional:
        if _speaks(topic, plain(nfr.text)):
            yield place_key(nfr.place), nfr.text
    for group in (pack.interface_notes, pack.data_notes, pack.integration_notes, pack.notes):
        for statement in group:
            heading = _heading(pack, statement.place)
            if not _SKIPPED.search(heading) and _speaks(topic, plain(statement.text)):
                key = place_key(statement.place)
                if key in ledger.evidence.evidence:
                    yield key, statement.text


def _heading(pack: SpecPack, place: Place) -> str:
    above = pack.sections_above(place)
    return plain(above[-1].title) if above else ""


def _speaks(topic: re.Pattern[str], text: str) -> bool:
    """Whether a text speaks of a matter and does not say that there is none of it."""
    return any(
        not _DENIED.search(text[: match.start()]) and not _DENIED_AFTER.match(text[match.end() :])
        for match in topic.finditer(text)
    )
