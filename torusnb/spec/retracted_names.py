"""The names of what a statement of a request removes, where it removes it as a whole."""

from __future__ import annotations

import re

from torusnb.spec.inline import ID, split_label
from torusnb.spec.pieces import Term, split_pieces
from torusnb.spec.retraction_words import BE, EVENT, GONE, PART, UNSURE, WHOLE, WHOLLY

_DATE = re.compile(r"^[\s*_]*\d{4}-\d{2}-\d{2}[*_]*\s*[:–—-]\s*")
_IMPERATIVE = re.compile(
    r"^(?:we (?:will |should |now )?|.{0,400}?\b(?:direction|decision|plan) is (?:now )?to )?"
    r"(?:remove|drop|withdraw|retire|delete|eliminate|abandon|de-?scope|discontinue)[sd]?\b (?P<subject>\S.*)",
    re.IGNORECASE,
)
PART_REMOVES = re.compile(
    rf"{PART}(?:removes|drops|withdraws|retires|deletes|eliminates|abandons|de-?scopes|discontinues) (?P<subject>\S.*)",
    re.IGNORECASE,
)
"""A part of the request that says of itself what it removes."""
_DONE = re.compile(r"^(?:removed|dropped|withdrew|retired|abandoned|de-?scoped) (?P<subject>\S.*)", re.IGNORECASE)
_PASSIVE = re.compile(
    rf"^(?P<subject>(?:(?!\b(?:if|when|after|until|once)\b)[^.;]){{3,160}}?) {BE}{GONE}\b{WHOLLY}{EVENT}", re.I
)
_LACKS = re.compile(
    r"\bno longer (?:contains?|includes?|supports?|offers?|has|have|needs?|requires?|provides?) (?P<subject>\S.*)", re.I
)
_CLAUSE = re.compile(
    r"[.;](?:\s|$)|\b(?:so that|because|since|while|whose|which|that|given|in favou?r of|keep)\b", re.I
)
_CONJUNCT = re.compile(r",| and | or | plus |, and ")
_WHERE = re.compile(
    r"\b(?:from|in|on|to|by|with|at|via|into|as|behind|during|when|after|before|between|until|used)\b", re.IGNORECASE
)
_FROM = re.compile(r"\bfrom\s+(?P<where>\S.*)", re.IGNORECASE)
_ALL_OF_IT = re.compile(
    rf"{WHOLE}|(?:(?:the|this|our|all of the) )?(?:[\w.]+ ){{0,2}}(?:product|application|app|system|code ?base|"
    r"platform|repository|design|plan|schema)\b",
    re.IGNORECASE,
)
_SHORT = 3
_OF = re.compile(r"\b(?:of|for)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:the|an?|all|any|both|its|their|our|this|that|these|those|every|each|no|related|existing|current|old|new"
    r"|legacy|corresponding|associated|remaining|unused|whole|entire|separate|dedicated|support|for|handling)\b\s*)+",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"`[^`\n]{3,80}`|(?<![\w/.-])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+(?![\w/])")
_LAST_TEXT = """
aware backed based driven end facing first free friendly in level like off on only out ready related safe scope side
specific time to up wide
"""
_LAST = frozenset(_LAST_TEXT.split())
_FIRST_TEXT = "back cross end follow front full half long multi non one per post pre re read real short two"
_FIRST = frozenset(_FIRST_TEXT.split())
_VERBS_TEXT = "are be been can has have is must not shall was were will"
_VERBS = frozenset(_VERBS_TEXT.split())


def read_subject(text: str) -> str:
    """What a statement removes, up to the end of the clause; empty where it removes nothing for sure."""
    _, rest = split_label(_DATE.sub("", text), 3)
    bare = rest.replace("**", "")
    for pattern in (_IMPERATIVE, PART_REMOVES, _DONE, _PASSIVE, _LACKS):
        match = pattern.search(bare)
        if match is not None and not UNSURE.search(bare[: match.start("subject")]) and "?" not in bare:
            end = _CLAUSE.search(match["subject"])
            return match["subject"][: end.start()] if end is not None else match["subject"]
    return ""


def read_about(title: str) -> frozenset[str]:
    """The pieces of a PRD's title that tell what it is about."""
    return frozenset(piece for piece in split_pieces(title) if len(piece) > _SHORT)


def leaves_rest(subject: str, about: frozenset[str]) -> bool:
    """Whether a thing is taken out of one place only: not of all that is built, nor of what the PRD is about."""
    place = _FROM.search(subject)
    if place is None or _ALL_OF_IT.match(place["where"]):
        return False
    return about.isdisjoint(split_pieces(place["where"]))


def read_terms(subject: str) -> tuple[Term, ...]:
    """The names in a subject, each once: what stands in code marks or is joined by dashes, and whole noun phrases.

    Where it is removed from is no part of it.
    """
    found: dict[Term, None] = {}
    place = _WHERE.search(subject)
    subject = subject[: place.start()] if place is not None else subject
    for match in _COMPOUND.finditer(subject):
        name = match[0].strip("`")
        if "/" in name or ID.fullmatch(name):
            continue
        pieces = split_pieces(name.rpartition(".")[2] if name[:1].isupper() else name)
        if len(pieces) > 1 and pieces[0] not in _FIRST and pieces[-1] not in _LAST:
            found.setdefault(pieces)
    for part in _CONJUNCT.split(subject):
        phrase = _OF.split(_LEADING.sub("", part.strip()))[0].strip()
        pieces = split_pieces(phrase)
        if 1 < len(pieces) <= 5 and phrase.replace("-", " ").replace(" ", "").isalpha() and not _VERBS & set(pieces):
            found.setdefault(pieces)
    return tuple(found)
