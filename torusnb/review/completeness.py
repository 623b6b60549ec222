"""Rules about what one part of a design settles and another leaves out: assumptions, numbers of the pack, events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torusnb.models.requirements import Quantity, SpecPack, name_in_pack
from torusnb.models.review import Finding
from torusnb.review.codespans import find_runtime_names
from torusnb.review.passages import Passage
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_CITED = re.compile(r"(?<=[(\[;,])\s*(?P<id>(?:A|Q|OQ)-?\d{1,2})(?=\s*[)\];,])")
_STATES = frozenset({"requirements", "questions"})
_OPENS = r"^[ \t]*(?:[-*+][ \t]+|\d+[.)][ \t]+|\|[ \t]*|#+[ \t]+)?[*`\[(]*"
_ITEM = re.compile(r"\s*(\d+)[.)]\s")
_WATCHES = re.compile(r"\bobservab|\btelemetry\b|\bmonitor|\binstrument", re.IGNORECASE)
_TESTS_EVENTS = re.compile(
    r"\btelemetry\b|\bevents?\b|\bmetrics?\b|\bemit\w*|\binstrument\w*|\bspans?\b|\bobservab\w*|\[:", re.IGNORECASE
)
_BUDGETS = re.compile(r"\bbudgets?\b|\bperformance and\b|\bnon-functional\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_TOKEN = re.compile(r"\d[\d.]*\s?(?:[kKmM](?![a-zA-Z])|million|thousand)?")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_OTHER_UNIT = {"ms": 0.001, "s": 1000, "min": 60, "h": 60, "d": 24, "weeks": 7}
_LARGER = {"s": (60, r"min"), "min": (60, r"h(?:ours?|rs?)?\b"), "h": (24, r"days?\b"), "d": (7, r"weeks?\b")}
"""How much of a unit the next larger one is, and how that is written."""
_MOST_TOLD = 4


def review_completeness(reading: Reading, passages: Sequence[Passage], pack: SpecPack | None) -> Iterator[Finding]:
    """What is cited and stated nowhere, asked for and repeated nowhere, emitted and tested nowhere; each once."""
    yield from _assumptions(reading, passages, pack)
    yield from _numbers(reading, pack)
    yield from _events(reading, passages)


def _assumptions(reading: Reading, passages: Sequence[Passage], pack: SpecPack | None) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for match in _CITED.finditer(reading.prose):
        first.setdefault(match["id"], match.start("id"))
    if not first:
        return
    texts = [passage.text for passage in passages if passage.role in _STATES]
    stated = "\n".join((*texts, *(section.text for section in (pack.sections if pack is not None else ()))))
    items = {item[1] for p in passages if p.role == "questions" and (item := _ITEM.match(p.text))}
    missing = [
        name
        for name in first
        if not _is_stated(name, reading.text, stated, items) and ("-" in name or _has_family(name, reading.text, items))
    ]
    if missing:
        line = reading.line_at(first[missing[0]])
        one = len(missing) == 1
        yield found(
            "trace.unstated-assumption",
            reading.path,
            line,
            f"{_listed(missing)} {'is' if one else 'are'} cited, but no requirement, assumption or open question says"
            f" what {'it is' if one else 'they are'}.",
            "State it under that id among the assumptions or the open questions, or take the id out.",
            section=reading.section_id(line),
        )


def _has_family(name: str, text: str, items: set[str]) -> bool:
    """Whether the document numbers its own in this manner: `Q3` alone may be a quarter, and `A4` paper."""
    family = name.rstrip("0123456789")
    return bool(family in {"Q", "OQ"} and items) or re.search(rf"{_OPENS}{family}\d", text, re.MULTILINE) is not None


def _is_stated(name: str, text: str, stated: str, items: set[str]) -> bool:
    """Whether a line opens with the id, or it stands among requirements, assumptions or questions.

    An open question is also stated by its number in the list of them, and where its words stand right before the id.
    """
    whole = rf"{re.escape(name)}(?![\w-])"
    if re.search(_OPENS + whole, text, re.MULTILINE) or re.search(rf"(?<![\w-]){whole}", stated):
        return True
    if not name.startswith(("Q", "OQ")):
        return False
    return name.lstrip("OQ-") in items or re.search(rf"\?[*_]*\s*\([^()\n]*{whole}", text) is not None


def _numbers(reading: Reading, pack: SpecPack | None) -> Iterator[Finding]:
    """The pack's own numbers that are repeated nowhere; those of its epic bound other features too."""
    stated = pack.nonfunctional if pack is not None else ()
    own = [item for item in stated if item.quantities and not name_in_pack(item.place.path).startswith("../")]
    if not own:
        return
    text = _THOUSANDS.sub("", reading.text)
    lacking = [
        f"`{quantity.text}` ({item.place.path}:{item.place.line})"
        for item in own
        for quantity in item.quantities
        if quantity.unit and not _repeats(quantity, text)
    ]
    if lacking:
        section = next((part for part in reading.sections if _BUDGETS.search(part.title)), None)
        more = f" and {len(lacking) - _MOST_TOLD} more" if len(lacking) > _MOST_TOLD else ""
        yield found(
            "trace.missing-number",
            reading.path,
            section.line if section else 0,
            f"The pack asks for {', '.join(lacking[:_MOST_TOLD])}{more}, and no section repeats the number.",
            "Repeat it where the design meets it, or say which number takes its place and why.",
            section=section.id if section else "",
        )


def _repeats(quantity: Quantity, text: str) -> bool:
    """Whether the number stands anywhere: in figures, as the pack writes it, in a word, or in another unit of time."""
    values = [quantity.value, *([quantity.value * _OTHER_UNIT[quantity.unit]] if quantity.unit in _OTHER_UNIT else [])]
    written = {f"{value:.15g}" for value in values}
    token = _TOKEN.search(_THOUSANDS.sub("", quantity.text[quantity.text.rfind(" p") + 1 :]))
    if token and token.group()[-1:].isalpha():
        written.add(token.group().strip())
    pattern = "|".join(re.escape(form) for form in sorted(written))
    if re.search(rf"(?<![\d.])(?:{pattern})(?!\d|\.\d)", text):
        return True
    small = quantity.value in range(len(_WORDS))
    if small and re.search(rf"\b{_WORDS[int(quantity.value)]}\b", text, re.IGNORECASE):
        return True
    return quantity.unit in _LARGER and _repeats_in_larger(quantity, text)


def _repeats_in_larger(quantity: Quantity, text: str) -> bool:
    size, unit = _LARGER[quantity.unit]
    value = quantity.value / size
    forms = [re.escape(f"{value:.15g}"), *([_WORDS[int(value)]] if value in range(1, len(_WORDS)) else [])]
    forms += ["an?"] if value == 1 else []
    return re.search(rf"(?<![\w.])(?:{'|'.join(forms)})[ -]?{unit}", text, re.IGNORECASE) is not None


def _events(reading: Reading, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Events that a section on observability decides, in a design whose tests never look at any."""
    tests = [passage.text for passage in passages if passage.role == "testing"]
    if not tests or any(_TESTS_EVENTS.search(text) for text in tests):
        return
    watching = [section for section in reading.sections if _WATCHES.search(section.title)]
    spans = [
        span
        for span in find_runtime_names(reading.text)
        if span.kind == "event"
        and any(section.line <= reading.line_at(span.offset) <= section.end_line for section in watching)
    ]
    if spans:
        names = list(dict.fromkeys(span.name for span in spans))
        line = reading.line_at(spans[0].offset)
        more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
        yield found(
            "trace.untested-event",
            reading.path,
            line,
            f"No test looks at what is emitted: {', '.join(names[:_MOST_TOLD])}{more}.",
            "Name a test that attaches to the event and asserts its measurements and metadata.",
            section=reading.section_id(line),
        )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
