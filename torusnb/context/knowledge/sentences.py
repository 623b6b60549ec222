"""Sentences: cutting, shortening and turning a request's imperatives into statements."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from torusnb.context.map.words import plain_words
from torusnb.models.requirements import place_key as place_key

_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!etc\.)\s+(?=[A-Z`\"*(\[])")
_EMPHASIS = re.compile(r"(\*{1,3}|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_LEAD = re.compile(
    r"^(?:the )?(?:system|feature|platform|application|app|solution|it|users?)? ?"
    r"(?:shall|must|should|will)(?: be able to)? ",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[A-Z][\w /&-]{2,30}: (?=\S)")
_IMPERATIVES_TEXT = """
add adjust allow apply avoid block bring build cache calculate capture centralize clean collect combine
compute confirm connect consolidate convert create decouple deduplicate define deliver deprecate detect
determine disable display document drive eliminate enable encapsulate enforce ensure establish evaluate expand
expose extend extract filter fix gate generate give guarantee guard handle harden help hide honor identify
implement import improve include increase integrate introduce isolate keep let limit link load log maintain
make match measure merge migrate minimize model move normalize notify offer optimize organize parse persist
preserve prevent produce promote propagate protect provide publish read record redesign reduce refactor
refresh reject remove render replace report require resolve respect restore restrict return reuse route run
save send serve set share show simplify specify standardize store stream streamline support surface switch
sync synchronize test track transform treat unify update upgrade use validate verify wrap write
"""
_IMPERATIVES = frozenset(_IMPERATIVES_TEXT.split())
_ALSO_NOUNS_TEXT = """
cache display document drive export filter guard help import increase limit load log measure model move
process publish record report reuse return route save set share show store stream support surface switch sync
test track update upgrade use
"""
_ALSO_NOUNS = frozenset(_ALSO_NOUNS_TEXT.split())
_DETERMINER = re.compile(
    r"(?:an?|the|all|any|each|every|existing|its|their|this|that|these|those|only|new|no|and|or"
    r"|both|current|for|to|with)\b"
)
_DANGLING = re.compile(r"[,;:]?\s+(?:and|or|but|with|the|a|an|to|of|for|that|which)$")
_ALIKE = 88.0


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each on one line; a list item or paragraph ends a sentence too."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)", text):
        flat = re.sub(r"^(?:[-*+]|\d+[.)])\s+", "", " ".join(block.split()))
        found.extend(part.strip() for part in _END.split(flat) if part.strip())
    return tuple(found)


def plain(text: str) -> str:
    """A statement without emphasis, links and a leading label; code spans stay."""
    return _LABEL.sub("", _LINK.sub(r"\1", _EMPHASIS.sub(r"\2", " ".join(text.split())))).strip()


def shortened(text: str, words: int = 32) -> str:
    """The first sentence of a statement, cut at a clause when it has more than `words` words; no end mark."""
    found = sentences(plain(text))
    first = (found[0] if found else "").rstrip(".;:, ")
    if len(first.split()) <= words:
        return first
    for pattern in (
        r"; ",
        r", (?:while|including|such as|with|so that|without|and|which|where|because|but) ",
        r" \(|, ",
    ):
        cuts = [
            match.start() for match in re.finditer(pattern, first) if 8 <= len(first[: match.start()].split()) <= words
        ]
        if cuts and not _is_open(first[: cuts[-1]]):
            return _DANGLING.sub("", first[: cuts[-1]].rstrip(",;: "))
    return first


def _is_open(text: str) -> bool:
    return text.count("(") != text.count(")") or text.count("`") % 2 == 1 or text.count('"') % 2 == 1


def third_person(text: str, subject: str = "It") -> str:
    """An imperative as a statement (`Add a page` to `It adds a page`); any other text as it is, capitalised."""
    text = without_modal(text)
    negated = re.match(r"(?:do not|don't|does not|must not|should not|never) (.+)", text, re.IGNORECASE | re.DOTALL)
    if negated:
        return f"{subject} does not {negated.group(1)}"
    adverb = re.match(r"(?:[A-Za-z]+ly|also|then) (?=[a-z]+ )", text, re.IGNORECASE)
    how = adverb.group().lower() if adverb and adverb.group().strip().lower() not in _IMPERATIVES else ""
    first, _, rest = text[len(how) :].partition(" ")
    if rest and _commands(first.lower(), rest):
        return f"{subject} {how}{_third(first.lower())} {_third_pair(rest)}"
    return text[:1].upper() + text[1:]


def is_imperative(text: str) -> bool:
    """Whether the text begins with a verb in its base form."""
    first, _, rest = without_modal(text).partition(" ")
    return _commands(first.lower(), rest)


def without_modal(text: str) -> str:
    """The text without `The system shall` and the like at its head."""
    return _LEAD.sub("", text)


def _commands(verb: str, rest: str) -> bool:
    return verb in _IMPERATIVES and (verb not in _ALSO_NOUNS or bool(_DETERMINER.match(rest)))


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"


def _third_pair(rest: str) -> str:
    """`and expose …` after a first imperative takes the same person."""

    def turned(match: re.Match[str]) -> str:
        verb = match.group(2)
        return f"{match.group(1)}{_third(verb)} " if verb in _IMPERATIVES else match.group()

    return re.sub(r"^((?:or |and ))([a-z]+) ", turned, rest)


def lowered(text: str) -> str:
    """The text with a small first letter, unless it begins with a name or an abbreviation."""
    words = re.split(r"[\s/-]", text, maxsplit=2)
    inner, follower = words[0][1:], words[1] if len(words) > 1 else ""
    if words[0] == "A":
        return "a" + text[1:]
    is_name = not inner or inner != inner.lower() or not words[0][0].isalpha() or follower[:1].isupper()
    return text if is_name else text[:1].lower() + text[1:]


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; at least one name is needed."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def finished(text: str) -> str:
    """The text with one full stop, unless it ends a sentence already."""
    text = text.rstrip(" ;:,")
    return text if text.endswith((".", "?", "!")) else text + "."


def is_said(text: str, before: list[str]) -> bool:
    """Whether a statement says what an earlier one said, in nearly the same words."""
    words = " ".join(plain_words(text))
    return any(fuzz.token_set_ratio(words, " ".join(plain_words(other))) >= _ALIKE for other in before)
