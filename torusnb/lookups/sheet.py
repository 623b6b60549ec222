"""An answer in the making: lines that can be cited, each behind its key, and between them torusnb's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.drafting.evidence import code_key
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.cleaning import clean_text, shorten
from torusnb.lookups.markup import brief_markup
from torusnb.models.base import Place
from torusnb.models.design import Evidence
from torusnb.models.messages import LookupAnswer
from torusnb.models.sources import Citation, Source

MOST_LINES = 300
MOST_BYTES = 15_800
"""Of an answer, each line's key counted as the number that a request writes for it; what is beyond is left out, and the
answer says so.

A function or a small module fits: an answer that is cut costs the model one more look-up, and it has few. A long path
is no reason to cut one, since no request repeats it. As much fits into a drafting model's largest answer.
"""
REST = 15
"""What is shown goes on to its end where so many lines are left: to ask for them would cost more than they do."""

_LONGEST_KEY = 10
_LEFT_FOR_NOTE = 300
_LEFT_TO_SAY = 700
_LEFT_FOR_REST = 1_400
_SAID = 600
_MARKED = re.compile(r"[^\s;\]]+")
_HEAD_BEGINS = re.compile(r"\s*def\w*\s")
_LINES_OF_HEAD = 12
_LONGEST_HEAD = 240
_PADDED = re.compile(r"(?<=[(\[{]) | (?=[)\]}])")
_NOTHING_SAID = re.compile(r"\s*(?:end|[)\]}]+[,;]?|\"\"\"|do|else|```)?\s*")


class Sheet:
    """Gathers an answer.

    What torusnb says begins with `# `. So no text of a file, which always stands behind its own key, can pass for
    torusnb's words or for a line of another file.
    """

    def __init__(self, text: CheckoutText) -> None:
        """An empty sheet over the checkout's text."""
        self._text = text
        self._lines: list[tuple[str, Evidence | None]] = []
        self._shown: set[str] = set()
        self._at: set[tuple[str, int]] = set()
        self._told: set[str] = set()
        self._limit = 1.0
        self._size = 0

    @property
    def is_blank(self) -> bool:
        """Whether there is no line at all yet."""
        return not self._lines

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be cited yet."""
        return not self._shown

    def holds(self, path: str, number: int) -> bool:
        """Whether a line of code is there already."""
        return code_key(path, number) in self._shown

    @property
    def used(self) -> float:
        """The share of an answer's room that is taken: 1 leaves hardly more than a sentence on how to go on."""
        room = MOST_BYTES - _LEFT_FOR_NOTE - _LEFT_TO_SAY - _LEFT_FOR_REST
        return max(len(self._lines) / (MOST_LINES - 4 - REST), self._size / room)

    @property
    def is_full(self) -> bool:
        """Whether what is being shown has to stop here."""
        return self.used > self._limit

    def allow(self, share: float) -> None:
        """Let what comes next take so much of the room at most, and no more than there is."""
        self._limit = min(1.0, self.used + share)

    def fits(self, path: str, numbers: Sequence[int]) -> bool:
        """Whether the last few lines of what is being shown still go in, though it has its share; `REST` at most."""
        if len(numbers) > REST:
            return False
        size = sum(len(self._text.line(path, number) or "") + _LONGEST_KEY + 4 for number in numbers)
        return (
            len(self._lines) + len(numbers) < MOST_LINES - 4
            and self._size + size < MOST_BYTES - _LEFT_FOR_NOTE - _LEFT_TO_SAY
        )

    def has_line(self, path: str, number: int) -> bool:
        """Whether a line of a file was shown as one of several."""
        return (path, number) in self._at

    def source(self, path: str) -> tuple[str | None, ...]:
        """The lines of a file, None for one that is withheld."""
        return self._text.lines(path)

    def say(self, words: str) -> None:
        """A line of torusnb's own."""
        said = clean_text(" ".join(words.split()))
        self._add(f"# {shorten(said, _SAID)}{' …' if len(said) > _SAID else ''}", None)

    def say_once(self, about: str, words: str) -> bool:
        """A line of torusnb's own, unless the same was said about the same thing; whether it was said now."""
        fresh = about not in self._told
        if fresh:
            self._told.add(about)
            self.say(words)
        return fresh

    def quote(self, path: str, number: int, *, indented: bool = False) -> bool:
        """A line of the checkout; whether there is one. One that says nothing (`end`) is shown without a key.

        A line that stands alone and begins a function's head is shown with the rest of the head: its pattern tells
        clauses apart. Its evidence is the line.
        """
        line = self._text.line(path, number)
        self._at.update({(path, number)} if indented else ())
        if line is None:
            if 0 < number <= len(self._text.lines(path)):
                self.say(f"{path}:{number} is withheld: it seems to hold a secret")
            return False
        shown = line.rstrip() if indented else line.strip()
        if indented and _NOTHING_SAID.fullmatch(line):
            if shown:
                self._add(f"  | {shown}", None)
            return True
        if not shown:
            return False
        kind = "guide" if path in self._text.guides else "code"
        key = f"guide:{path}:{number}" if kind == "guide" else code_key(path, number)
        head = "" if indented or kind == "guide" else self._head(path, number)
        short = brief_markup(shown) if indented and kind == "code" else shown
        return self._cite(
            key, kind, shown, head or (shorten(short) if short != shown else ""), place=Place(path, number)
        )

    def _head(self, path: str, number: int) -> str:
        """The whole head of the clause that begins on a line, on one line; empty where the line holds all of it."""
        lines = self._text.lines(path)[number - 1 : number - 1 + _LINES_OF_HEAD]
        if not lines or not _HEAD_BEGINS.match(lines[0] or ""):
            return ""
        depth, parts = 0, list[str]()
        for line in lines:
            parts.append((line or "").strip())
            depth += sum(sign in "([{" for sign in parts[-1]) - sum(sign in ")]}" for sign in parts[-1])
            if depth <= 0:
                break
        head = _PADDED.sub("", " ".join(parts))
        return f"{shorten(head, _LONGEST_HEAD)}{' …' if len(head) > _LONGEST_HEAD else ''}" if len(parts) > 1 else ""

    def cite_source(
        self, key: str, text: str, *, new: Source | None = None, citations: tuple[Citation, ...] = ()
    ) -> None:
        """Verbatim text of a source, a line for each of its own; the evidence is the whole, with what binds it."""
        lines = [shown for line in text.split("\n") if (shown := shorten(clean_text(line).rstrip())).strip()]
        evidence = Evidence(key, "source", "\n".join(lines), cites=key, source=new, citations=citations)
        for line in lines:
            self._add(f"{key} | {line}", evidence)
        self._shown.add(key)

    def _cite(self, key: str, kind: str, line: str, head: str, place: Place) -> bool:
        text = shorten(line)
        more = " …" if len(text) < len(line) else ""
        if not _MARKED.fullmatch(key):
            self.say(f"{place} has a name that no key can hold, so it cannot be cited")
            return False
        self._add(f"{key} | {head or text + more}", Evidence(key, kind, shorten(line.strip()), place=place))
        self._shown.add(key)
        return True

    def _add(self, line: str, evidence: Evidence | None) -> None:
        self._lines.append((line, evidence))
        self._size += _size_of(line, evidence)

    def close(self, narrower: str) -> LookupAnswer:
        """The answer: what fits, and where something was left out, how to ask for less."""
        kept: list[tuple[str, Evidence | None]] = []
        size = 0
        for line, evidence in self._lines:
            size += _size_of(line, evidence)
            if len(kept) >= MOST_LINES - 1 or size > MOST_BYTES - _LEFT_FOR_NOTE:
                break
            kept.append((line, evidence))
        left = len(self._lines) - len(kept)
        if left and kept and self._lines[len(kept)][1] is not None and kept[-1][1] is None:
            kept.pop()  # the heading of the first line that is left out
            left += 1
        lines = [line for line, _ in kept]
        if left:
            counted = "1 more line is" if left == 1 else f"{left} more lines are"
            lines.append(f"# {counted} left out; {clean_text(narrower)}"[:_LEFT_FOR_NOTE])
        return LookupAnswer("\n".join(lines), _merge([item for _, item in kept if item is not None]))


def _size_of(line: str, evidence: Evidence | None) -> int:
    """Bytes of a line, its end included, with its key as short as a request writes it."""
    spared = max(0, len(evidence.key.encode("utf-8")) - _LONGEST_KEY) if evidence is not None and evidence.place else 0
    return len(line.encode("utf-8")) + 1 - spared


def _merge(cited: list[Evidence]) -> tuple[Evidence, ...]:
    """Each key once, in the order of the lines; several passages of one source are one piece of evidence."""
    found: dict[str, list[Evidence]] = {}
    for item in cited:
        parts = found.setdefault(item.key, [])
        if item not in parts:
            parts.append(item)
    return tuple(parts[0] if len(parts) == 1 else _join(key, parts) for key, parts in found.items())


def _join(key: str, parts: list[Evidence]) -> Evidence:
    return Evidence(
        key,
        parts[0].kind,
        "\n".join(part.text for part in parts),
        parts[0].place,
        cites=key,
        source=parts[0].source,
        citations=tuple(dict.fromkeys(citation for part in parts for citation in part.citations)),
    )
