"""Guide notes: the places of the checkout's guides that matter to this feature, each with a quote and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from torusnb.context.knowledge.sentences import sentences
from torusnb.context.map.index import TextIndex, Weights
from torusnb.context.naming import Resolver
from torusnb.context.waypoints.request import Request
from torusnb.models.base import Place
from torusnb.models.guides import Guide, GuideSection
from torusnb.models.knowledge import GuideNote, Waypoint
from torusnb.models.requirements import SpecPack

_MOST = 8
_PER_GUIDE = 2
_MARKS = 15
_LEAST_SHARE = 0.33
_LEAST_NAMED = 0.12
_NEAR = 12
_CLOSE = 0.5
_BESIDE = 0.8
_SHORTEST, _LONGEST, _PAIR = 48, 420, 300
_LEAST_WORDS = 6
_PRAISE = re.compile(
    r"\b(?:robust|scalable|seamless|comprehensive|powerful|foundation for|a rich|following these steps)\b",
    re.IGNORECASE,
)
_FILLER = 0.4
_TO_USERS = re.compile(r"\b(?:you|your|please)\b", re.IGNORECASE)
_OPENS = 1.25
_RELEVANT = 0.4
_LABEL = re.compile(
    r"^(?!\W*(?:caution|important|note|warning)\b)[*`]{0,3}[\w /&.-]{2,40}[*`]{0,3}:\*{0,2}\s", re.IGNORECASE
)

TOPICS: tuple[tuple[str, str], ...] = (
    ("architecture", r"architect|high.?level|layers?\b|boundar|bounded context|umbrella|monolith"),
    ("runtime topology", r"runtime|topology|supervis|cluster|\bnodes?\b|horizontal|\bOTP\b|processes\b|pubsub"),
    ("deployment", r"deploy|release|rollback|migrat|docker|environment variable|staging|production"),
    ("tenancy", r"tenan|institution|multi.?tenan|isolation|organi[sz]ation|customer"),
    (
        "data flow",
        r"data.?flow|pipelines?\b|life.?cycle|publication|request path|read path|write path|flows? (?:in)?to",
    ),
)
"""What every design has to know of its surroundings, with the words by which guides speak of it."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a section, on one line, with the line it begins on, and the next one in its paragraph."""

    text: str
    line: int
    following: str = ""

    @property
    def quote(self) -> str:
        """The sentence, with the next one where both are short."""
        both = f"{self.text} {self.following}"
        return both if self.following and len(both) <= _PAIR else self.text


def prose_value(text: str) -> float:
    """How much a sentence reads as one: 1 for prose, less for what tells a reader how to use the product.

    `_FILLER` for what says nothing alone: a label with a value, a string of code names, praise, a part of a sentence.
    """
    words = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|https?://\S+", " ", text)
    plain = re.findall(r"[A-Za-z]{2,}", words)
    if _LABEL.match(text) or _PRAISE.search(text) or len(plain) < _LEAST_WORDS:
        return _FILLER
    ends = text.rstrip("\"')*_").endswith((".", "!", "?"))
    if not ends and text.lstrip("*_`\"'(")[:1].islower():
        return _FILLER
    return (1.0 if ends else 0.8) * (0.6 if _TO_USERS.search(text) else 1.0)


def note_guides(
    pack: SpecPack, guides: Sequence[Guide], resolver: Resolver, waypoints: Sequence[Waypoint]
) -> tuple[GuideNote, ...]:
    """The notes, best first: sections that speak of what the pack speaks of, then one for each of `TOPICS`.

    A quote is verbatim but for line breaks, which become spaces. A section is noted once.
    """
    sections = [section for guide in guides for section in guide.sections if section_sentences(section)]
    if not sections:
        return ()
    documents = (
        (str(number), (section.path.rpartition("/")[2], section.heading, " ".join(section.modules), section.text))
        for number, section in enumerate(sections)
    )
    with TextIndex(documents, Weights((1.0, 3.0, 2.0, 1.0), k1=2.0, b=0.75)) as index:
        request = Request(pack, index)
        scores = {int(number): score for number, score in index.score(request.bag).items()}
        whole = dict(scores)
        modules = {waypoint.module: waypoint for waypoint in reversed(waypoints[:_NEAR]) if waypoint.module}
        scores = _relevant(sections, scores, request, index, modules)
        chosen = _nearest(sections, scores)
        notes = [_near_note(sections[number], request, index, resolver, modules) for number in chosen]
    about = _topic_notes(sections, resolver, whole)
    said = {note.key for note in about}
    return (*(note for note in notes if note.key not in said), *about)


def _relevant(
    sections: Sequence[GuideSection],
    scores: Mapping[int, float],
    request: Request,
    index: TextIndex,
    modules: Mapping[str, Waypoint],
) -> dict[int, float]:
    """The scores of sections that share several of the words that mark the request most, fewer beside a waypoint."""
    values = {term: count * index.rarity(term) for term, count in request.bag.items()}
    marks = frozenset(sorted(values, key=lambda term: (-values[term], term))[:_MARKS])
    whole = sum(values[term] for term in sorted(marks)) or 1.0
    best = max(scores.values(), default=0.0)
    bags = index.bags([f"{section.heading} {section.text}" for section in sections])
    found = {}
    for number, (section, bag) in enumerate(zip(sections, bags, strict=True)):
        named = len(modules.keys() & set(section.modules))
        shared = sum(values[term] for term in sorted(marks & bag.keys()))
        least = _LEAST_NAMED if named else _LEAST_SHARE
        if shared >= least * whole:
            found[number] = scores.get(number, 0.0) + 0.3 * best * min(named, 3)
    return found


def _says_something(section: GuideSection) -> bool:
    """Whether a section has a sentence that tells something when it is quoted alone."""
    return any(prose_value(sentence.text) > _FILLER for sentence in section_sentences(section))


def _nearest(sections: Sequence[GuideSection], scores: Mapping[int, float]) -> list[int]:
    """The best sections that say something; what stands beside a better one that does not may lie further behind."""
    telling = frozenset(number for number in scores if _says_something(sections[number]))
    best = max((score * (1.0 if number in telling else _BESIDE) for number, score in scores.items()), default=0.0)
    chosen: list[int] = []
    count: Counter[str] = Counter()
    for number in sorted(scores, key=lambda number: (-scores[number], number)):
        path = sections[number].path
        if scores[number] < _CLOSE * best or scores[number] <= 0 or len(chosen) == _MOST:
            break
        if count[path] < _PER_GUIDE and number in telling:
            chosen.append(number)
            count[path] += 1
    return chosen


def _near_note(
    section: GuideSection,
    request: Request,
    index: TextIndex,
    resolver: Resolver,
    modules: Mapping[str, Waypoint],
) -> GuideNote:
    options = [sentence for sentence in section_sentences(section) if prose_value(sentence.text) > _FILLER]
    bags = index.bags([sentence.text for sentence in options])
    values = [
        prose_value(option.text)
        * sum(request.bag[term] * index.rarity(term) for term in bag)
        / (12 + sum(bag.values()))
        for option, bag in zip(options, bags, strict=True)
    ]
    values[0] *= _OPENS
    best = max(range(len(options)), key=lambda number: (values[number], -number))
    named = sorted((name for name in section.modules if name in modules), key=lambda name: modules[name].rank)
    words = _common(index.bags([section.text])[0], request, index)
    reason = f"speaks of {', '.join(words)}" if words else "speaks of the same things as the pack"
    if named:
        reason += f", and of the waypoint `{named[0]}`"
    return _note(section, options[best], reason, resolver)


def _common(bag: Mapping[str, int], request: Request, index: TextIndex) -> list[str]:
    shared = {
        term: min(bag[term], 4) * min(request.bag[term], 6) * index.rarity(term) for term in bag if request.bag[term]
    }
    best = sorted(shared, key=lambda term: (-shared[term], term))[:3]
    return [f'"{request.spelling.get(term, term)}"' for term in best]


def _topic_notes(sections: Sequence[GuideSection], resolver: Resolver, scores: Mapping[int, float]) -> list[GuideNote]:
    """A note for each topic that a guide speaks of; of sections alike in that, the one nearest to the request."""
    found: list[GuideNote] = []
    best = max(scores.values(), default=0.0) or 1.0
    for topic, words in TOPICS:
        pattern = re.compile(words, re.IGNORECASE)
        values = {number: _topic_value(sections, number, pattern) for number in range(len(sections))}
        told = [number for number, value in values.items() if value]
        if not told:
            continue
        number = max(told, key=lambda n: (values[n] + _RELEVANT * scores.get(n, 0.0) / best, -n))
        options = section_sentences(sections[number])[:4]
        sentence = max(options, key=lambda s: (prose_value(s.text) * (1 + len(pattern.findall(s.text))), -s.line))
        alone = replace(sentence, following="")  # the same for many features: one sentence of it is enough
        note = _note(sections[number], alone, f"tells of the {topic} of the system", resolver, topic)
        if note.key not in {other.key for other in found}:
            found.append(note)
    return found


def _topic_value(sections: Sequence[GuideSection], number: int, pattern: re.Pattern[str]) -> float:
    """How much a section is about a topic: its heading, its path, how densely it speaks of it, and whether it opens."""
    section = sections[number]
    told = [len({match.lower() for match in pattern.findall(sentence.text)}) for sentence in section_sentences(section)]
    own = section.heading.rpartition(" > ")[2]
    title = 1.5 * bool(pattern.search(own)) + bool(pattern.search(section.path))
    if not title or not any(told):
        return 0.0
    opens = number == 0 or sections[number - 1].path != section.path
    return title + 0.75 * opens + sum(told) / (4 + len(told))


def _note(section: GuideSection, sentence: Sentence, reason: str, resolver: Resolver, topic: str = "") -> GuideNote:
    missing = tuple(name for name in section.modules if resolver.is_missing(name))
    known = tuple(name for name in section.modules if resolver.module_paths(name))
    place = Place(section.path, sentence.line)
    near = resolver.nearest(missing)
    return GuideNote(f"guide:{place}", place, section.heading, sentence.quote, reason, missing, topic, known, near)


def section_sentences(section: GuideSection) -> list[Sentence]:
    """The section's sentences in prose or lists; not tables, code, images, comments or lone links."""
    found: list[Sentence] = []
    line, fenced = section.line + (1 if section.level else 0), False
    block: list[tuple[int, str]] = []
    for offset, text in enumerate([*section.text.split("\n"), ""]):
        stripped = text.strip()
        if stripped.startswith(("```", "~~~")):
            fenced, stripped = not fenced, ""
        starts_item = re.match(r"(?:[-*+]|\d+[.)]) ", stripped) is not None
        if not stripped or fenced or starts_item or stripped.startswith(("|", "<", "!", ">", "#")):
            found.extend(_cut(block))
            block = []
        if stripped and not fenced and not stripped.startswith(("|", "<", "!", ">", "#")):
            block.append((line + offset, re.sub(r"^(?:[-*+]|\d+[.)]) ", "", stripped)))
    return found


def _cut(block: Sequence[tuple[int, str]]) -> list[Sentence]:
    if not block:
        return []
    joined = " ".join(text for _, text in block)
    starts, position = [], 0
    for line, text in block:
        starts.append((position, line))
        position += len(text) + 1
    found, cursor = [], 0
    told = sentences(joined)
    for sentence, following in zip(told, (*told[1:], ""), strict=True):
        at = max(joined.find(sentence, cursor), cursor)
        cursor = at + len(sentence)
        line = next(line for start, line in reversed(starts) if start <= at)
        if _SHORTEST <= len(sentence) <= _LONGEST and not sentence.endswith(":"):
            next_one = following if joined.startswith(f" {following}", cursor) and not following.endswith(":") else ""
            found.append(Sentence(sentence, line, next_one))
    return found
