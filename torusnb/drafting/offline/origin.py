"""How the draft was made, in one line of section 16, and what the pack's notes settle that no section says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from torusnb.drafting.offline.wording import bullets, clip, labelled, paragraphs, plain, some
from torusnb.drafting.offline.work import words_of
from torusnb.models.design import MARKER, EvidencePack, TemplateSection, marker
from torusnb.models.requirements import Statement, place_key
from torusnb.spec.notes import find_decided, find_wishes
from torusnb.spec.pieces import holds, split_pieces

_MADE = "This draft was made offline, by rules and without a model, from the pack and the code of the checkout"
_LABEL = "Settled in the notes and not used here"
_MOST_LINES, _MOST_WORDINGS = 8, 6
_LONGEST = 30
"""Words of a wish that is told; a longer one is a text of its own, which its place tells better."""
_TAKEN_UP = 0.5
"""Share of a wish's words from which on a line of the draft says the same."""
_SAME = str.maketrans({"≤": "<=", "≥": ">=", "’": "'", "\u00a0": " ", "`": "", "*": ""})
_FIGURE = re.compile(r"\d[\d.,]*\s?[\w%]*")
_OPEN = re.compile(r"[“”|`]|\[@")
"""What quotation marks of the document could not hold word for word."""


def tell_origin(pack: EvidencePack, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts with what the notes settle besides, and how the draft was made, below the open questions.

    In a template without open questions both stand in the last section that is written. A pack that has no prd.md is
    drafted from its notes; of such a one only how it was made is told.
    """
    seat = _seat(pack.template.sections, texts)
    if not seat:
        return dict(texts)
    lines = bullets(_unused(pack, texts.values()))
    return {**texts, seat: paragraphs(texts[seat], labelled(_LABEL, lines), _made(pack))}


def _made(pack: EvidencePack) -> str:
    """How the draft was made, with the line of the pack that it begins from."""
    keys = [*(place_key(said.place) for said in pack.pack.summary), *(asked.id for asked in pack.pack.requirements)]
    held = [key for key in keys if key in pack.evidence][:1]
    return f"*{_MADE}.*{f' {marker(*held)}' if held else ''}"


def _seat(sections: Iterable[TemplateSection], texts: Mapping[str, str]) -> str:
    written = [section for section in sections if section.id in texts and section.form != "references"]
    asking = [section.id for section in written if section.form == "questions"]
    return (asking or [section.id for section in reversed(written)] or [""])[0]


def _unused(pack: EvidencePack, texts: Iterable[str]) -> list[str]:
    """A line for each statement of the notes that settles what the draft does not say: words and numbers first."""
    read = [asked.place for asked in pack.pack.requirements]
    read += [said.place for said in (*pack.pack.summary, *pack.pack.background)]
    if all(place_key(place).startswith("note:") for place in read):
        return []
    said = [_bare(line) for text in texts for line in text.splitlines()]
    lines = [*_wordings(pack, " \n ".join(said)), *_wishes(pack, said)]
    return lines[:_MOST_LINES]


def _wordings(pack: EvidencePack, said: str) -> Iterator[str]:
    """The words in quotation marks and the numbers that stand nowhere in the draft, by their statements."""
    told: set[str] = set()
    for statement in _statements(pack):
        left: dict[str, str] = {}
        for words in find_decided(statement.text):
            shown = _shown(words, statement.text)
            telling = _FIGURE.search(words) if shown == words else None
            bare = _bare(telling[0] if telling is not None else words)
            if shown and bare not in said and bare not in told:
                left[bare] = shown
        told.update(left)
        if left:
            listed = some(list(left.values()), _MOST_WORDINGS)
            yield f"{_head(statement)}{listed.rstrip('.')}. {marker(place_key(statement.place))}"


def _shown(words: str, text: str) -> str:
    """Words that a statement has in quotation marks, in such; a number as it is; empty for what is no decision.

    One small word in quotation marks is a manner of speaking, no text for a screen.
    """
    if _OPEN.search(words):
        return ""
    if re.search(rf"[“\"]\s*{re.escape(words)}", text) is None:
        return plain(words)
    return f"“{words}”" if len(words.split()) > 1 or not words[:1].islower() else ""


def _wishes(pack: EvidencePack, said: list[str]) -> Iterator[str]:
    """The statements of the notes that ask for something which no line of the draft says."""
    lines = [frozenset(words_of(line)) for line in said]
    name = split_pieces(pack.pack.title)
    for note in pack.pack.beside:
        above = note.name.startswith("../")  # what binds of an epic is among the qualities; the rest is others' work
        for wish in (wish for wish in find_wishes(note) if not above or holds(wish.text, name)):
            text = clip(plain(wish.text), _LONGEST).rstrip(".")
            own = frozenset(words_of(text))
            known = any(len(own & line) >= _TAKEN_UP * len(own) for line in lines)
            if own and not known and not find_decided(wish.text) and len(text.split()) <= _LONGEST:
                yield f"{text}. {marker(place_key(wish.place))}"


def _statements(pack: EvidencePack) -> Iterator[Statement]:
    return (statement for note in pack.pack.beside for statement in note.statements)


def _head(statement: Statement) -> str:
    label = plain(statement.label)
    return f"{label}: " if 0 < len(label.split()) <= 8 else ""


def _bare(text: str) -> str:
    """A text without its markers, typography and capitals, as two texts that say the same are compared."""
    return " ".join(MARKER.sub("", text).translate(_SAME).casefold().split()).rstrip(" .")
