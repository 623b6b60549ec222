"""What a section's text must hold to before it is taken. Pure: text in, faults out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from torusnb.drafting.claude.blocks import Mark
from torusnb.drafting.claude.reading import (
    count_sentences,
    count_words,
    is_english,
    list_unmarked,
    prose_of,
    spoken_keys,
)
from torusnb.drafting.claude.tidying import other_section
from torusnb.models.base import Value
from torusnb.models.design import MARKER, EvidencePack, Template, TemplateSection, marker
from torusnb.spec.codeparts import find_code, find_fences

WORDS = 100
"""Most words of a section without names or ids of its own to tell."""
LEAD_WORDS = 45
"""Most words of what stands before a section's own parts."""
ID_WORDS = 14
"""Words for each id, besides, of a section that lists them; the request holds the text that an id stands for."""
_LEAST_ID_WORDS = 3
"""With less than this for each id no text could name them all, whatever the template allows."""
TOLERATED = 1.2
"""A text is asked for once more when it is longer than it may be by more than this; a repair for ten words is none."""
_ECHO = 14

_UNFINISHED = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX)\b|\blorem ipsum\b|\bto be (?:written|determined|decided|added)\b|\bcoming soon\b"
    r"|<insert\b|\[insert\b|^\s*(?:\.{3}|…)\s*$",
    re.MULTILINE,
)
_CHATTER = re.compile(
    r"\A\W*(?:sure|certainly|of course|okay|here(?:'s| is| are| comes)|below is|as an ai|"
    r"i(?:'ll| will| have| cannot| can't|'m| am)|let me|this is the (?:revised|rewritten) section)\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\[\s*@")
_HTML = re.compile(r"<(?:/?[A-Za-z][\w-]*(?=[\s/>])|!--|!\[|!DOCTYPE|\?)")
_IMAGE = re.compile(r"!\[[^\]]*\]\s*[(\[]")
_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.)[^\s<>)\]`|]+", re.IGNORECASE)
_LINK = re.compile(r"\]\(")
_UNDERLINED = re.compile(r"^[^\s|][^\n]*\n {0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]@]+\]:\s*\S", re.MULTILINE)


class Fault(Value, frozen=True):
    """What is wrong with a text.

    Attributes:
        text: A sentence. grave: whether it keeps the text out of the document; another fault is told.
        local: Whether it lies in a passage or two, so that an edit mends it.
    """

    text: str
    grave: bool = True
    local: bool = False


class Rules(Value, frozen=True):
    """What one section's text is held to.

    Attributes:
        section: The section. template: for the headings of others.
        words: Most words. ids: requirement and criterion ids that must stand in it.
        addresses: Web addresses of sources, the only ones that may stand in it.
    """

    section: TemplateSection
    template: Template
    words: int
    ids: tuple[str, ...]
    addresses: frozenset[str]


def make_rules(pack: EvidencePack, offline: dict[str, str]) -> dict[str, Rules]:
    """The rules of each section, by its id.

    Where the offline draft lists every requirement first, or every criterion at all, the new text must list them too:
    each id has to stand in the document. How long the offline draft is does not matter: what a model decides takes the
    place of what a program could only list.
    """
    said = {section: prose_of(text) for section, text in offline.items()}
    requirements = [requirement.id for requirement in pack.pack.requirements]
    criteria = [criterion.id for criterion in pack.pack.criteria]
    first = next((name for name, text in said.items() if all(_has(text, each) for each in requirements)), "")
    addresses = frozenset(source.url for source in pack.research.sources)
    rules = {}
    for section in pack.template.sections:
        ids = list(requirements) if section.id == first else []
        if all(_has(said[section.id], each) for each in criteria):
            ids += criteria
        words = _most_words(section, pack.template, len(set(ids)))
        rules[section.id] = Rules(section, pack.template, words, tuple(dict.fromkeys(ids)), addresses)
    return rules


def _most_words(section: TemplateSection, template: Template, ids: int) -> int:
    parts = template.children(section.id)
    wanted = (LEAD_WORDS if parts else WORDS) + ID_WORDS * ids
    return min(wanted, max(section.most_words, _LEAST_ID_WORDS * ids)) if section.most_words and not parts else wanted


def check_section(
    text: str, rules: Rules, usable: Collection[str], instructions: Sequence[str], mark: Mark
) -> tuple[Fault, ...]:
    """All faults of a tidied text, grave ones first.

    Args:
        text: The section's text with markers.
        rules: What it is held to.
        usable: Keys of all evidence there is, the pack's and what was looked up.
        instructions: The texts the model was instructed with; a run of their words in the section is an echo.
        mark: The mark of records, which no section holds.
    """
    if not re.search(r"\w", prose_of(text)):
        return (Fault("The section is empty."),)
    faults = [
        *_markers(text, usable),
        *_language(text),
        *_foreign(text, rules),
        *_markup(text, rules),
        *_echoes(text, instructions, mark),
        *_short_keys(text, mark),
        *_ids(text, rules),
        *_lengths(text, rules),
        *_unmarked(text),
    ]
    return tuple(sorted(faults, key=lambda fault: not fault.grave))


def _markers(text: str, usable: Collection[str]) -> Iterator[Fault]:
    for key in spoken_keys(text):
        if key not in usable:
            yield Fault(f"The marker {marker(key)} names no evidence.", local=True)
    prose = prose_of(MARKER.sub(" ", text))
    if _BRACKET.search(prose):
        yield Fault("A marker is not of the form `[@key]` or `[@key; @other]`.", local=True)


def _language(text: str) -> Iterator[Fault]:
    if not is_english(text):
        yield Fault("The section is not written in English.")


def _foreign(text: str, rules: Rules) -> Iterator[Fault]:
    """Headings of other sections, by which a text could slip into their place."""
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    for number, line in enumerate(text.split("\n"), start=1):
        other = None if number in fenced else other_section(line, rules.section, rules.template)
        if other is not None:
            yield Fault(f"It holds the heading of section {other.id}, {other.title}.")
    if _UNDERLINED.search(_blank_code(text)):
        yield Fault("It holds an underlined heading or a line across; use a label in bold.")


def _markup(text: str, rules: Rules) -> Iterator[Fault]:
    said = _blank_code(text)
    if _HTML.search(said):
        yield Fault("It holds HTML outside code.", local=True)
    if _IMAGE.search(said):
        yield Fault("It holds an image.", local=True)
    if _LINK.search(said) or _DEFINITION.search(said):
        yield Fault("It holds a link; name a source by its marker.", local=True)
    for match in _ADDRESS.finditer(said):
        if match.group().rstrip(".,;:!?*_") not in rules.addresses:
            yield Fault(f"It names the address {match.group()[:80]}, which no source has.", local=True)
    if _UNFINISHED.search(text):
        yield Fault("It holds words for unfinished work.", local=True)


def _echoes(text: str, instructions: Sequence[str], mark: Mark) -> Iterator[Fault]:
    if mark.text in text:
        yield Fault("It holds the mark of evidence records.")
    if _CHATTER.match(text):
        yield Fault("It begins with a remark about the work; only the section's text is wanted.")
    words = _plain_words(text)
    runs = {tuple(words[i : i + _ECHO]) for i in range(len(words) - _ECHO + 1)}
    for instruction in instructions:
        told = _plain_words(instruction)
        if any(tuple(told[i : i + _ECHO]) in runs for i in range(len(told) - _ECHO + 1)):
            yield Fault("It repeats its instructions.")
            return


def _short_keys(text: str, mark: Mark) -> Iterator[Fault]:
    for key in mark.aliases.bare(text):
        yield Fault(f"It names {key} outside a marker, which no reader of the document knows.", local=True)


def _ids(text: str, rules: Rules) -> Iterator[Fault]:
    lacking = [name for name in rules.ids if not _has(text, name)]
    if lacking:
        yield Fault(f"It does not name {', '.join(lacking)} literally; a range of ids does not count.", local=True)


def _lengths(text: str, rules: Rules) -> Iterator[Fault]:
    section, words, sentences = rules.section, count_words(text), count_sentences(text)
    if words > TOLERATED * rules.words:
        yield Fault(f"It has {words} words; at most {rules.words} are wanted.", grave=False)
    wanted = ""
    if section.least_sentences and sentences < section.least_sentences:
        wanted = f"at least {section.least_sentences}"
    elif section.most_sentences and sentences > section.most_sentences:
        wanted = f"at most {section.most_sentences}"
    if wanted:
        yield Fault(f"It has {sentences} sentences; {wanted} are wanted.", grave=False, local=True)


def _unmarked(text: str) -> Iterator[Fault]:
    for block in list_unmarked(text):
        start = " ".join(block.text.split())[:60]
        yield Fault(f"What begins with “{start}” rests on nothing; mark its evidence.", grave=False, local=True)


def _blank_code(text: str) -> str:
    parts, position = [], 0
    for start, end in find_code(text):
        parts += [text[position:start], "code"]
        position = end
    return "".join([*parts, text[position:]])


def _plain_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _has(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
