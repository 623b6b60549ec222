"""What a model's text may not do while questions are unanswered: rest on their sources, or state what they ask.

Pure: text in, sentences out. The model is told the same beforehand, in `data/prompts/unanswered.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from torusnb.drafting.claude.reading import spoken_keys
from torusnb.drafting.unanswered import Unanswered, find_unanswered, stopped_sources
from torusnb.models.base import Value
from torusnb.models.design import MARKER, EvidencePack, marker
from torusnb.spec.codeparts import find_fences
from torusnb.spec.outside_facts import find_outside_facts, is_own, split_statements

_OUTSIDE = ("src:", "practice:")
_SHOWN = (*_OUTSIDE, "code:", "guide:")
_LEAST_SHARED = 2
_LEAST_ROOT = 4
_HEDGED = re.compile(
    r"\?|\b(?:unverified|not verified|unanswered|unknown|unclear|unsettled|open question|assum\w+|presum\w+|whether|"
    r"verif(?:y|ied)|to be (?:measured|checked)|not known)\b",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"\b(?:the|this|that|these|a|an|each|every|its|our|new|existing)\s+`?\Z", re.IGNORECASE)
_DOES = r"`?(?:['’]s \w+)?\s+(?:\w+ ){0,2}?(?:[a-z]{2,}s|are|have|do|can|cannot|never|always)\b"
_OWN_PART = r"(?!`?\s+(?:tests?|suites?|modules?|pages?|files?|workers?|code)\b)"
"""Parts of the application that go by a package's name: what they do is no fact of the outside world."""
_MARKS = re.compile(rf"\s*(?:{MARKER.pattern}\s*)+")
_WORD = re.compile(r"[a-z]{3,}")
_STEM = 5
"""Letters by which two forms of a word are held to be one; comparing only."""


class Stop(Value, frozen=True):
    """A question that is unanswered, as the check needs it.

    Attributes:
        question: Its id. who: who gave nothing, and how. text: the question itself.
        package: The locked package it is about, or empty. terms: what it was searched for with.
    """

    question: str
    who: str
    text: str
    package: str = ""
    terms: tuple[str, ...] = ()


class Stops(Value, frozen=True):
    """All that is stopped: the questions, and by source key the ids of those that it alone stands for."""

    questions: tuple[Stop, ...] = ()
    sources: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


def find_stops(pack: EvidencePack) -> Stops:
    """What the research of a pack left open."""
    return Stops(tuple(_stop(each) for each in find_unanswered(pack.research)), stopped_sources(pack.research))


def render_stops(stops: Stops) -> str:
    """The open questions as a request carries them, one a line; empty for none."""
    return "\n".join(f"- {stop.question}: {stop.text} (no answer from {stop.who})" for stop in stops.questions)


def check_stopped(text: str, stops: Stops, found: Iterable[str] = ()) -> Iterator[str]:
    """A sentence for each thing in a text that depends on an unanswered question.

    Args:
        text: A section's text, or a decision, with markers in full.
        stops: What is stopped.
        found: Keys of evidence that was looked up meanwhile; what was read there may be said.
    """
    if not stops.questions:
        return
    read = set(found)
    told = {stop.question: stop.who for stop in stops.questions}
    for key in spoken_keys(text):
        if key in stops.sources and key not in read:
            names = ", ".join(f"{name} (no answer from {told[name]})" for name in stops.sources[key] if name in told)
            yield f"It rests on {marker(key)}, which stands for nothing but {names}: take out what rests on it."
    for claim, stop in _find_claims(text, stops, read):
        yield (
            f"It states “{' '.join(claim.split())[:80]} …” on {stop.question}, which nobody answered (no answer from "
            f"{stop.who}): take it out, or call it unverified and say how to find out."
        )


def _find_claims(text: str, stops: Stops, read: set[str]) -> Iterator[tuple[str, Stop]]:
    """Statements on what is open, each with the first question it answers from nothing."""
    plain = _blank_fences(text)
    facts = {fact.sentence for fact in find_outside_facts(plain)}
    for sentence, marks in _split_marked(plain):
        if is_own(sentence) or _HEDGED.search(sentence):
            continue
        keys = [key for key in spoken_keys(f"{sentence} {marks}") if key not in stops.sources or key in read]
        if any(key.startswith(_OUTSIDE) or key in read for key in keys):
            continue
        shown = any(key.startswith(_SHOWN) for key in keys)
        for stop in stops.questions:
            told = _subject_of(sentence, stop) if not shown else ""
            if told or (sentence in facts and _shared(sentence, stop) >= _LEAST_SHARED):
                yield told or sentence, stop
                break


def _split_marked(text: str) -> Iterator[tuple[str, str]]:
    """The sentences of a text, each with the markers that stand behind its full stop."""
    sentences = [sentence for _, sentence in split_statements(text)]
    for sentence, following in zip(sentences, [*sentences[1:], ""], strict=True):
        marks = _MARKS.match(following)
        yield sentence, marks.group() if marks else ""


def _subject_of(sentence: str, stop: Stop) -> str:
    """What a sentence states of the question's package itself, beside one more of its terms; empty for nothing."""
    if not stop.package or _shared(sentence, stop) < _LEAST_SHARED:
        return ""
    for match in _states(stop.package).finditer(sentence):
        if not _DETERMINED.search(sentence[: match.start()]):
            return sentence[match.start() :]
    return ""


def _shared(sentence: str, stop: Stop) -> int:
    """How many of the question's terms a sentence speaks of, its package counted as one."""
    words = {word[:_STEM] for word in _WORD.findall(sentence.lower().replace("_", " "))}
    named = bool(stop.package) and _name(stop.package).search(sentence) is not None
    own = {part[:_STEM] for part in stop.package.split("_")}
    terms = {stems for term in stop.terms if (stems := _stems(term)) and not stems <= own}
    return named + sum(stems <= words for stems in terms)


@lru_cache(maxsize=512)
def _stems(term: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", term).lower()))


@lru_cache(maxsize=128)
def _name(package: str) -> re.Pattern[str]:
    """The names that prose has for a package: `phoenix_live_view` is also LiveView, `ecto_sql` also Ecto."""
    first, *rest = (re.escape(part) for part in package.split("_"))
    joined = r"[ _.-]?".join(rest)
    if len(rest) > 1:
        name = rf"(?:{first}[ _.-]?)?{joined}"
    elif rest and len(first) >= _LEAST_ROOT:
        name = rf"{first}(?:[ _.-]?{joined})?"
    else:
        name = r"[ _.-]?".join((first, *rest))
    return re.compile(rf"(?<![\w./:-]){name}(?:(?:\.\w+)+(?:/\d+)?)?(?![\w/-])", re.IGNORECASE)


@lru_cache(maxsize=128)
def _states(package: str) -> re.Pattern[str]:
    return re.compile(_name(package).pattern + _OWN_PART + _DOES, re.IGNORECASE)


def _stop(each: Unanswered) -> Stop:
    question = each.question
    return Stop(question.id, each.who, " ".join(question.text.split()), question.package, question.terms)


def _blank_fences(text: str) -> str:
    """The text with its code blocks as blank lines."""
    lines = text.split("\n")
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    return "\n".join("" if number in fenced else line for number, line in enumerate(lines, start=1))
