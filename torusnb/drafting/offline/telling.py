"""Telling the pack's statements in their homes: each once, in short form, unless a writer took it up itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.wording import (
    bullets,
    count,
    head_of,
    labelled,
    listed,
    lower_first,
    paragraphs,
    sentence,
)
from torusnb.drafting.offline.work import words_of
from torusnb.models.design import MARKER, parse_keys

_LABEL = "Given by the pack"
_BEHIND = frozenset({"4", "4.1", "4.2", "5", "9", "9.1", "10", "13", "14", "16"})
"""Sections whose own list or table is the front; elsewhere what the pack gives comes first."""
_EMPTY = re.compile(r"^(?:Not applicable|No hotspot|No budget is set)\b")
_WORDS, _WORDS_OF_GROUP, _WORDS_OF_SECTION, _WORDS_OF_REST = 30, 90, 150, 14
_WORDS_OF_VALUE, _MOST_FLOWS = 18, 3
_MORE, _LISTED = 10, 3
"""Words more for a statement that lists values: to leave some of them out would change what it says."""
_STYLE = re.compile(
    r"\bfigma\b|\b(?:design|style|shared|colou?r|shadow) tokens?\b|\btoken (?:mapping|classes)\b|"
    r"\btailwind\b|\bspacing\b|\bcorner radius\b|\bshadows?\b|\bhex (?:values?|colou?rs?)\b|"
    r"\btypograph\w+|\bicon (?:mapping|modules?|set)\b|\bpixel|\b\d+ ?px\b",
    re.IGNORECASE,
)
"""Looks, which a design points at and does not repeat."""
_LOOKS = frozenset({"5.2", "4.1"})
_TAKEN_UP = 0.5
"""Share of a statement's words from which on a line that cites it tells it."""
_CUTS = re.compile(
    r";\s+|\s+[—–]\s+|,\s+(?:so that|so|because|since|rather than|instead of|with|while|and must|"
    r"but|which|where|when|unless)\b|\s+(?:so that|because|rather than|instead of|in order to)\b|"
    r"\s+\((?=e\.g|for example|such)"
)
_NORMATIVE = re.compile(r"\b(?:must|shall|should|will|is to|never|always|only|may|cannot|remove|keep)\b", re.IGNORECASE)
_VALUE = re.compile(r"(?<=[.:;])\s+(?=`:?\w+`: )")
"""Where a value with its meaning begins, in a statement that took in the list below it."""
_FOLDED = 2
_CONTRACT = re.compile(r"\bcontracts?\b|`/[\w:/.-]+`|`(?:GET|POST|PUT|PATCH|DELETE) /", re.IGNORECASE)
"""What others call or read as it is written down: told whole, whatever the room."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`(])")


def tell_statements(ledger: Ledger, texts: Mapping[str, str], numbers: Mapping[str, str]) -> dict[str, str]:
    """The sections with the pack's statements in them that no writer took up; a section that was empty says them.

    Args:
        ledger: The shared decisions.
        texts: Section id to what its writer wrote.
        numbers: Section id to the number of torusnb's template that it stands for.
    """
    homes = {number: section for section, number in numbers.items()}
    rest = untold(ledger, texts, numbers)
    found = dict(texts)
    for section in texts:
        mine = [placed for placed in rest if _section(placed.home, homes) == section]
        if mine:
            found[section] = _join(ledger, found[section], mine, numbers.get(section, ""))
    last = homes.get("16") or next(reversed(found), "")
    if ledger.taken_back.lines and last:
        found[last] = _listed_before(bullets([_conflict(ledger)]), found[last])
    loose = [placed for placed in rest if not _section(placed.home, homes)]
    if loose and last:
        found[last] = f"{found[last]}\n{bullets([_loose(ledger, loose)])}".strip()
    return found


def _listed_before(first: str, text: str) -> str:
    """A list before a text: as its first items where it is a list, else as a block of its own."""
    return f"{first}\n{text}" if text.startswith("- ") else paragraphs(first, text)


def untold(ledger: Ledger, texts: Mapping[str, str], numbers: Mapping[str, str]) -> list[Placed]:
    """The statements that stand in no section yet, neither themselves nor as the requirement that says the same."""
    lines = [
        (number, line, frozenset(parse_keys(line)))
        for section, text in texts.items()
        if (number := numbers.get(section, "")) != "1"
        for line in text.splitlines()
        if "[@" in line
    ]
    rest = [placed for placed in ledger.placed if not placed.ids and not _is_told(placed, lines)]
    lists = {_list_of(placed) for placed in rest if placed.label} - {_list_of(p) for p in ledger.placed if p.ids}
    left = {placed.key for placed in rest}
    rows = {(number, key) for number, line, keys in lines if line.startswith("| ") for key in keys}
    return [
        placed
        for placed in ledger.placed
        if (placed.home, placed.key) not in rows
        and (placed.key in left or (placed.label and _list_of(placed) in lists))
    ]


def _list_of(placed: Placed) -> tuple[str, str, str, str]:
    """What the items of one list have in common; one that was told elsewhere is told again with the others."""
    return placed.label, placed.source, placed.home, placed.flow


def _is_told(placed: Placed, lines: Sequence[tuple[str, str, frozenset[str]]]) -> bool:
    for number, line, keys in lines:
        if not keys & set(placed.keys):
            continue
        if placed.denies or (placed.source == "nonfunctional" and (number == placed.home or "…" not in line)):
            return True
        own = frozenset(words_of(placed.text)) or placed.words
        if len(own & set(words_of(MARKER.sub("", line)))) >= _TAKEN_UP * len(own):
            return True
    return False


def tell_flows(ledger: Ledger) -> str:
    """The flows that the pack gives, each as numbered steps in its order; a list below a step stays below it."""
    flows = list(ledger.flows.items())[:_MOST_FLOWS]
    return paragraphs(*(labelled(f"Flow: {title}", _steps(ledger, steps)) for title, steps in flows))


def _steps(ledger: Ledger, steps: Sequence[Placed]) -> str:
    lines: list[str] = []
    number = 0
    below = ""
    for step in steps:
        if step.label in {"", step.flow}:
            number += 1
            lines.append(f"{number}. {sentence(in_short(step.text))}{ledger.cite(*step.keys)}")
            continue
        if step.label != below:
            number, below = number + 1, step.label
            lines.append(f"{number}. {sentence(below)}{ledger.cite(step.key)}")
        lines.append(f"   - {sentence(in_short(step.text))}{ledger.cite(*step.keys)}")
    return "\n".join(lines)


def _section(home: str, homes: Mapping[str, str]) -> str:
    """The section for a home: its own, else the one above it; empty when the template has neither."""
    return homes.get(home) or homes.get(home.split(".")[0], "")


def _join(ledger: Ledger, text: str, mine: Sequence[Placed], number: str) -> str:
    empty = not text.strip() or _EMPTY.match(text) is not None
    denied = ledger.denied(number)
    if empty and denied is not None and denied not in mine:
        mine = [denied, *mine]
    told = tell_all(ledger, mine)
    if empty:
        return told if any(not placed.denies for placed in mine) else f"Not applicable: {_reason(ledger, mine[0])}"
    block = labelled(_LABEL, told)
    return paragraphs(text, block) if number in _BEHIND else paragraphs(block, text)


def _reason(ledger: Ledger, placed: Placed) -> str:
    return f"{lower_first(in_short(placed.text))}.{ledger.cite(*placed.keys)}"


def tell_all(ledger: Ledger, placed: Sequence[Placed]) -> str:
    """Statements as bullets: those under one label share a bullet; beyond a section's room only their beginnings."""
    room = _WORDS_OF_SECTION
    lines: list[str] = []
    left: list[Placed] = []
    style = [one for one in placed if one.home in _LOOKS and _STYLE.search(f"{one.label} {one.text}")]
    for group in _groups(one for one in placed if one not in style):
        size = sum(len(in_short(one.text).split()) for one in group)
        if room - size < 0 and lines and not any(_CONTRACT.search(f"{one.label} {one.text}") for one in group):
            left += group
            continue
        room -= size
        lines.append(_bullet(ledger, group))
    if style:
        lines.append(f"Style, tokens and icons follow the pack.{_cite(ledger, style)}")
    if left:
        lines.append(f"More in the pack: {_heads(left)}.{_cite(ledger, left)}")
    return bullets(lines)


def _cite(ledger: Ledger, placed: Iterable[Placed]) -> str:
    keys = [key for one in placed for key in one.keys]
    return ledger.cite(*keys, most=len(keys))


def _heads(placed: Sequence[Placed]) -> str:
    """What statements are about, for a reader who looks them up: labels, short statements whole, the rest counted."""
    said = [_name(one) for one in placed]
    names = list(dict.fromkeys(name for name in said if name))
    rest = said.count("")
    return "; ".join([*names, *([f"{rest} more" if names else count(rest, "statement")] if rest else [])])


def _name(placed: Placed) -> str:
    """A statement's label, else the statement where it is short; empty for a long one, which no cut would name."""
    return placed.label or (placed.text if len(placed.text.split()) <= _WORDS_OF_REST else "")


def _groups(placed: Iterable[Placed]) -> list[list[Placed]]:
    """Neighbours under one label, as far as they fit a bullet."""
    groups: list[list[Placed]] = []
    size = 0
    for one in placed:
        words = len(in_short(one.text).split())
        if groups and size + words <= _WORDS_OF_GROUP and _belong_together(groups[-1][-1], one):
            groups[-1].append(one)
            size += words
        else:
            groups.append([one])
            size = words
    return groups


def _belong_together(one: Placed, other: Placed) -> bool:
    """Whether two statements read on: items of one list in one document, each a single sentence."""
    same = one.label and one.label == other.label and one.key.rpartition(":")[0] == other.key.rpartition(":")[0]
    return bool(same) and not any(_SENTENCE.search(in_short(said.text)) for said in (one, other))


def _bullet(ledger: Ledger, group: Sequence[Placed]) -> str:
    told = "; ".join(lower_first(in_short(one.text)) if at or group[0].label else in_short(one.text)
                     for at, one in enumerate(group))  # fmt: skip
    label = f"**{group[0].label}**: " if group[0].label else ""
    return f"{label}{sentence(told) if not label else told.rstrip('.') + '.'}{_cite(ledger, group)}"


def _conflict(ledger: Ledger) -> str:
    """The question that a pack raises which takes back what its requirements ask."""
    gone = ledger.taken_back
    named = [asked.id for asked in gone.entries]
    places = dict.fromkeys(key for name in named for key in gone.lines[name])
    do, they = ("Does", "it") if len(named) == 1 else ("Do", "them")
    return (
        f"{do} {listed(named)} still stand, although a later part of the pack takes {they} back? Default: the later "
        f"part stands, so nothing of {they} is designed. Decides: product.{ledger.cite(*places, most=4)}"
    )


def _loose(ledger: Ledger, loose: Sequence[Placed]) -> str:
    named = [one for one in loose if _name(one)]
    told = f": {_heads(loose)}" if named else ""
    return f"For the plan, not for this design: what the pack says on the work itself{told}.{_cite(ledger, loose)}"


def in_short(text: str, words: int = _WORDS) -> str:
    """A statement in at most that many words: whole sentences, else up to a joint where it can end.

    An ellipsis stands only where no joint lets it end before. A statement whose first sentence only leads to what is
    asked begins with the sentence that asks.
    """
    text = text.strip().rstrip(" .;")
    if len(text.split()) <= (words + _MORE if text.count(",") > _LISTED else words):
        return text
    values = _VALUE.split(text)
    if len(values) > _FOLDED:
        return "; ".join([values[0].rstrip(" :.;"), *(in_short(value, _WORDS_OF_VALUE) for value in values[1:])])
    sentences = _SENTENCE.split(text)
    if len(sentences) > 1 and not _NORMATIVE.search(sentences[0]):
        asking = next((at for at, one in enumerate(sentences) if _NORMATIVE.search(one)), 0)
        sentences = sentences[asking:]
    kept = sentences[0]
    for one in sentences[1:]:
        if len(f"{kept} {one}".split()) > words:
            break
        kept = f"{kept} {one}"
    if len(kept.split()) <= words:
        return kept.rstrip(" .;")
    cuts = [kept[: cut.start()] for cut in _CUTS.finditer(kept)]
    fitting = [cut for cut in cuts if 6 <= len(cut.split()) <= words and cut.count("`") % 2 == 0]
    fitting = [cut for cut in fitting if cut.count("(") == cut.count(")")]
    return (fitting[-1] if fitting else head_of(kept, words)).rstrip(" .,;")
