"""Exact edits of sections: read from an answer, and put into the texts they were made for. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import msgspec

from torusnb.drafting.claude.ledger import split_fence
from torusnb.models.base import Value
from torusnb.models.design import MARKER
from torusnb.spec.codeparts import find_fences

MOST_EDITS = 80
"""Edits of one answer; the rest is left out and said so."""
LONGEST_EDIT = 24_000
"""Characters of what an edit takes out or puts in."""

_NAMED = re.compile(r"^\s*section\b", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:[ \t]*{MARKER.pattern})+")
_ENDS_MARKED = re.compile(rf"{MARKER.pattern}[\s.|]*\Z")
_LABEL = re.compile(r"\*\*([^*\n]+)\*\*")
_PIPE = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"`[^`\n]*`")
_QUOTED = 60

Text = Annotated[str, msgspec.Meta(max_length=LONGEST_EDIT)]


class Edit(Value, frozen=True):
    """A change to one section.

    Attributes:
        section: Its id.
        old: A passage that stands in it once, letter for letter. new: what stands in its place; empty takes it out.
        whole: All of its text anew, instead of `old` and `new`.
        mends: Numbers of the findings that it mends; None where it does not say, empty where it mends none.
    """

    section: Annotated[str, msgspec.Meta(max_length=40)]
    old: Text = ""
    new: Text = ""
    whole: Text = ""
    mends: Annotated[tuple[int, ...], msgspec.Meta(max_length=100)] | None = None


class Refused(Value, frozen=True):
    """An edit that was not put in, and why, in a sentence."""

    edit: Edit
    why: str


class Answer(Value, frozen=True):
    """The edits of an answer.

    Attributes:
        edits: Those that can be read, in their order, each once.
        wrong: What cannot be read, a sentence each.
        readable: Whether there is a list of edits at all, be it an empty one.
    """

    edits: tuple[Edit, ...] = ()
    wrong: tuple[str, ...] = ()
    readable: bool = True


class Applied(Value, frozen=True):
    """A section's text after some edits; `taken` are those that are in it."""

    text: str
    taken: tuple[Edit, ...] = ()
    refused: tuple[Refused, ...] = ()


def parse_edits(text: str, section: str = "") -> Answer:
    """The edits of an answer's `edits` block, or of an answer that is nothing but JSON.

    Line breaks inside a string are taken as they are, although JSON wants them escaped. Where one `section` alone was
    asked about, all edits are taken as edits of it.
    """
    body = next((body for name in ("edits", "json") if (body := split_fence(text, name)[1]) is not None), text)
    try:
        parts = json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        why = str(error).split("\n")[0][:160]
        return Answer(wrong=(f"The `edits` block cannot be read as JSON: {why}.",), readable=False)
    if isinstance(parts, dict) and isinstance(parts.get("edits", None), list):
        parts = parts["edits"]
    elif isinstance(parts, dict):
        parts = [parts]
    if not isinstance(parts, list):
        return Answer(wrong=("The `edits` block holds no list of edits.",), readable=False)
    edits: dict[Edit, None] = {}
    wrong = []
    for number, part in enumerate(parts[:MOST_EDITS], start=1):
        try:
            edits.setdefault(_read_edit({**part, "section": section} if section and isinstance(part, dict) else part))
        except msgspec.ValidationError as error:
            wrong.append(f"Edit {number} cannot be read: {str(error)[:160]}.")
    if len(parts) > MOST_EDITS:
        wrong.append(f"Only the first {MOST_EDITS} of {len(parts)} edits were read.")
    return Answer(tuple(edits), tuple(wrong))


def _read_edit(part: Any) -> Edit:
    edit = msgspec.convert(part, Edit)
    given = (edit.section, edit.old, edit.new, edit.whole)
    section, old, new, whole = (each.encode("utf-8", "ignore").decode("utf-8") for each in given)
    return Edit(_NAMED.sub("", section).strip(" ."), old, new, whole, edit.mends)


def apply_edits(text: str, edits: Iterable[Edit], others: Mapping[str, str]) -> Applied:
    """A section's text with the edits in it that can be put in; all are found in the text as it stood before them.

    A passage that stands nowhere letter for letter may differ in blanks and markers, if what is then meant stands there
    once. An edit that overlaps an earlier one is refused.

    Args:
        text: The section's text, with markers in full, as those of the edits are.
        edits: All of one section.
        others: The other sections' texts by id, to say where a passage stands instead.
    """
    placed: list[tuple[int, int, Edit]] = []
    refused: list[Refused] = []
    rewritten: Edit | None = None
    for edit in edits:
        place, why = _place(text, edit, others)
        if rewritten is not None or (edit.whole.strip() and placed):
            refused.append(Refused(edit, "The section is given whole by another edit; give it once, or only edits."))
        elif edit.whole.strip():
            rewritten = edit
        elif place is None:
            refused.append(Refused(edit, why))
        elif any(place[0] < end and start < place[1] for start, end, _ in placed):
            refused.append(Refused(edit, f"{_quote(edit)} overlaps the passage of another edit; make one of both."))
        else:
            placed.append((*place, edit))
    if rewritten is not None:
        return Applied(rewritten.whole, (rewritten,), tuple(refused))
    changed = text
    for start, end, edit in sorted(placed, key=lambda each: each[0], reverse=True):
        changed = f"{changed[:start]}{edit.new}{changed[end:]}"
    return Applied(changed, tuple(edit for _, _, edit in placed), tuple(refused))


def find_torn(before: str, after: str, holds: str) -> Iterator[str]:
    """A sentence for each thing that was whole in a text and is not after its edits.

    Args:
        before: The text as it stood.
        after: The same with its edits.
        holds: What the section must hold; labels in bold are names of its parts.
    """
    for label in dict.fromkeys(_LABEL.findall(holds)):
        if f"**{label}" in before and f"**{label}" not in after:
            yield f"It lost its part **{label}**."
    if _is_open(after) and not _is_open(before):
        yield "It holds a fence that is never closed."
    torn = _find_torn_rows(after)
    if torn and not _find_torn_rows(before):
        yield f"A row has not as many cells as the head of its table: “{torn[0][:_QUOTED]}”."


def _is_open(text: str) -> bool:
    """Whether the last code block reaches to the end for want of a closing fence: one more line would be in it."""
    fences = find_fences(f"{text}\n\n")
    return bool(fences) and fences[-1][1] == text.count("\n") + 3


def _find_torn_rows(text: str) -> list[str]:
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    torn, cells = [], 0
    for number, line in enumerate(text.split("\n"), start=1):
        if number in fenced or not line.lstrip().startswith("|"):
            cells = 0
            continue
        count = len(_PIPE.findall(_CODE.sub(" ", line.strip())))
        cells = cells or count
        if count != cells:
            torn.append(line)
    return torn


def _place(text: str, edit: Edit, others: Mapping[str, str]) -> tuple[tuple[int, int] | None, str]:
    """Where the passage that an edit takes out begins and ends; or why that cannot be told."""
    old = edit.old.strip()
    if edit.whole.strip():
        return None, ""
    if not old:
        return None, "An edit has an empty `old`: give the passage that it changes, or the one behind which it adds."
    found = text.count(edit.old)
    start, end = text.find(edit.old), len(edit.old)
    if found != 1:
        found, start, end = text.count(old), text.find(old), len(old)
    end += start
    if not found:
        found, start, end = _find_near(text, edit)
    if found > 1:
        return None, f"{_quote(edit)} stands there more than once; give more of the text around it."
    if not found:
        elsewhere = [name for name, other in others.items() if old in other]
        more = f", but in section {elsewhere[0]}" if elsewhere else ""
        return None, f"{_quote(edit)} does not stand in section {edit.section}{more}; copy it letter for letter."
    if _ENDS_MARKED.search(edit.old) or _ENDS_MARKED.search(edit.new):
        following = _TRAILING.match(text, end)  # what is put in has markers of its own
        end = following.end() if following else end
    return (start, end) if edit.new.strip() else _with_line(text, start, end), ""


def _find_near(text: str, edit: Edit) -> tuple[int, int, int]:
    """How often a passage stands there, blanks and markers apart; and where, with its markers, when it does once."""
    letters, places = _bare(text)
    wanted, _ = _bare(edit.old)
    at = letters.find(wanted)
    if not wanted or at < 0:
        return 0, 0, 0
    if letters.find(wanted, at + 1) >= 0:
        return 2, 0, 0
    return 1, places[at], places[at + len(wanted) - 1] + 1


def _bare(text: str) -> tuple[str, list[int]]:
    """The letters of a text without blanks and markers, and where each stands."""
    marked = {place for match in MARKER.finditer(text) for place in range(match.start(), match.end())}
    places = [place for place, letter in enumerate(text) if not letter.isspace() and place not in marked]
    return "".join(text[place] for place in places), places


def _with_line(text: str, start: int, end: int) -> tuple[int, int]:
    """A passage that is taken out, with its line break where it fills whole lines: a blank line parts a table."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    if text[first:start].strip() or text[end:last].strip():
        return start, end
    return first, min(last + 1, len(text))


def _quote(edit: Edit) -> str:
    start = " ".join(edit.old.split())
    return f"“{start[:_QUOTED]}{' …' if len(start) > _QUOTED else ''}”"
