"""Rules about words: claims without a number, decisions that decide nothing, and lists that do not end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torusnb.models.review import Finding
from torusnb.review import language_words as words
from torusnb.review.passages import Passage
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_CLAIMED = frozenset({"design", "requirements", "summary"})
_REACH = 100
_DECIDED = frozenset({"design", "summary", "testing"})


def review_language(reading: Reading, passages: Iterable[Passage]) -> Iterator[Finding]:
    """Findings on words, each rule once in a passage.

    Alternatives, risks, open questions, references and what is said of today's system may weigh and wonder.
    """
    for passage in passages:
        if passage.role in _CLAIMED:
            yield from _claims(reading, passage)
        if passage.role in _DECIDED:
            yield from _undecided(reading, passage)
        if passage.role == "design":
            yield from _as_needed(reading, passage)
            yield from _open_lists(reading, passage)


def _claims(reading: Reading, passage: Passage) -> Iterator[Finding]:
    for match in words.CLAIM.finditer(passage.own):
        start, end = passage.sentence(match.start())
        sentence = words.NO_NUMBER.sub(" ", passage.text[start:end])
        if words.NUMBER.search(sentence) or words.DENIED.search(
            passage.prose, max(start, match.start() - _REACH), match.start()
        ):
            continue
        if any(f.start() <= match.start() < f.end() for f in words.FIXED.finditer(passage.prose, start, end)):
            continue
        if words.ACCEPTED.search(match.group()) and words.BECAUSE.search(passage.prose, match.end(), end):
            continue
        if passage.text[start:].rstrip().endswith(":"):
            continue  # it leads a list, and the list says what bounds it
        yield _finding(
            reading,
            passage,
            match.start(),
            "language.vague",
            f"`{_told(match.group())}` has no number behind it.",
            "Say how much, with a unit and the load it holds for; or say what bounds it.",
        )
        return


def _undecided(reading: Reading, passage: Passage) -> Iterator[Finding]:
    offset, said = _first_open(passage)
    if said:
        yield _finding(
            reading,
            passage,
            offset,
            "language.undecided",
            f"`{_told(said)}` leaves a decision open.",
            "Decide it and say why, or move it to the open questions with a default and who decides.",
        )


def _first_open(passage: Passage) -> tuple[int, str]:
    """Offset and words of the first choice that a passage leaves open; empty words when there is none."""
    prose = passage.own
    for match in words.UNDECIDED.finditer(prose):
        _, end = passage.sentence(match.start())
        if not words.DEPENDS.search(prose[match.end() : end]):
            return match.start(), match.group()
    for match in words.CONSIDER.finditer(prose):
        start, _ = passage.sentence(match.start())
        if words.OTHERS.search(prose, start, match.start()):
            continue
        if words.CONSIDER_AFTER.search(prose, max(0, match.start() - _REACH), match.start()):
            return match.start(), match.group()
    for match in words.EITHER.finditer(prose):
        if _is_left_open(passage, match.start()):
            return match.start(), match.group()
    given_back = words.OR_EQUIVALENT.search(passage.text) if passage.role != "testing" else None
    return (given_back.start(), given_back.group()) if given_back else (0, "")


def _is_left_open(passage: Passage, offset: int) -> bool:
    """Whether an `either` at an offset is a choice of the design, not one that the running system makes."""
    start, end = passage.sentence(offset)
    after = passage.prose[offset:end]
    if " or " not in after or words.DEPENDS.search(after) or words.OR_FAILS.search(after):
        return False
    if words.EITHER_AFTER.search(passage.prose, max(0, offset - _REACH), offset):
        return True
    return bool(words.EITHER_HOW.search(after) and words.INSTRUCTS.search(passage.prose[start:offset]))


def _as_needed(reading: Reading, passage: Passage) -> Iterator[Finding]:
    for match in words.AS_NEEDED.finditer(passage.own):
        before = max(0, match.start() - _REACH)
        if any(pattern.search(passage.prose, before, match.start()) for pattern in (words.DENIED, words.DECLARED)):
            continue
        yield _finding(
            reading,
            passage,
            match.start(),
            "language.as-needed",
            f"`{_told(match.group())}` leaves it to the reader when.",
            "Name the condition, or say that it always or never happens.",
        )
        return


def _open_lists(reading: Reading, passage: Passage) -> Iterator[Finding]:
    if not any(words.LISTING.search(title) for title in passage.titles):
        return
    match = words.OPEN_LIST.search(passage.own)
    if match:
        yield _finding(
            reading,
            passage,
            match.start(),
            "language.open-list",
            f"The list ends in `{_told(match.group().strip(', '))}`; nobody can build or test against the rest.",
            "Name every item, or the rule by which they are known.",
        )


def _told(words_found: str) -> str:
    """A match as a reader recognises it: on one line, short, without marks."""
    told = " ".join(words_found.split()).strip("`*_ ")
    return told if len(told) <= 60 else f"{told[:57]}…"


def _finding(reading: Reading, passage: Passage, offset: int, rule: str, text: str, remedy: str) -> Finding:
    return found(rule, reading.path, passage.line_of(offset), text, remedy, section=passage.section)
