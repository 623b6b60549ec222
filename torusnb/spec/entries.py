"""The blocks of a PRD as a flat list of entries, each knowing its topic, its labels and its owner.

Sub-bullets are folded into the sentence they belong to, or become entries of their own below a label
(`- Goals:`); nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from torusnb.models.base import Value
from torusnb.spec.inline import expand_ids, lead_in, one_line, split_id, split_label
from torusnb.spec.markdown import Block, Chapter
from torusnb.spec.topics import read_topic, refine_topic, topic_below

_DOCUMENT = re.compile(r"\bprd\b|product requirements?|requirements document", re.IGNORECASE)
_STEP = re.compile(r"^\W*(given|when|then|and|but)\b", re.IGNORECASE)
_SCENARIO = re.compile(r"^[ \t]*(?:Scenario(?: Outline)?:[ \t]*|(?=AC-?\d))", re.MULTILINE)
_BARE_LABELS = frozenset({"feature name", "summary", "links", "goals", "non-goals"})
_SHORT_LABEL = 6
"""A lead-in of more words is a sentence that its list completes."""
_LISTING = frozenset(
    {"functional", "acceptance", "nonfunctional", "goals", "goals_mixed", "non_goals", "risks", "mitigations"}
    | {"questions", "questions_mixed", "assumptions", "users", "roles", "use_cases"}
)
"""Topics in which each item of a list is a statement of its own, however long the lead-in."""


class Entry(Value, frozen=True):
    """One statement of a PRD where it stands.

    Attributes:
        text: One line, without bullet and sub-bullets folded in; empty for a row.
        line: 1-based line of its first word.
        kind: `paragraph`, `item`, `row`, `code`, `heading` (a heading that defines an identifier).
        topic: What the innermost known heading or label is about.
        heading: The heading right above.
        group: The label right above (`Goals`), or empty.
        id: The identifier it defines in front, or empty; `text` then goes on after it.
        title: For a heading that defines an identifier, its words.
        owners: Identifiers of the requirement it stands under.
        ordinal: The number of an ordered item; 0 for all else.
    """

    text: str
    line: int
    kind: str
    topic: str
    heading: str = ""
    group: str = ""
    id: str = ""
    title: str = ""
    owners: tuple[str, ...] = ()
    ordinal: int = 0
    cells: tuple[tuple[str, str], ...] = ()


class _Context(Value, frozen=True):
    topic: str
    heading: str
    group: str = ""
    owners: tuple[str, ...] = ()

    def below(self, label: str) -> _Context:
        topic = refine_topic(self.topic, label) if self.topic else read_topic(label)
        owners = expand_ids(label) or self.owners
        return msgspec.structs.replace(self, topic=topic, group=label, owners=owners)


def is_document_title(chapters: Sequence[Chapter]) -> bool:
    """Whether the first heading names the document and not a section."""
    headings = [chapter for chapter in chapters if chapter.level]
    if not headings or headings[0].level != 1 or headings[0].number:
        return False
    alone = sum(chapter.level == 1 for chapter in headings) == 1
    return _DOCUMENT.search(headings[0].title) is not None or alone


def read_entries(chapters: Sequence[Chapter]) -> tuple[Entry, ...]:
    """Every statement below the headings, in order."""
    entries: list[Entry] = []
    stack: list[tuple[int, _Context]] = []
    titled = is_document_title(chapters)
    for chapter in chapters:
        if chapter.level == 0 or titled:
            titled = titled and chapter.level == 0
            entries.extend(_walk(chapter.blocks, _Context("overview" if chapter.level == 0 else "", "")))
            continue
        while stack and stack[-1][0] >= chapter.level:
            stack.pop()
        above = stack[-1][1] if stack else None
        topic = topic_below(above.topic, chapter.title) if above else read_topic(chapter.title)
        owners = expand_ids(chapter.title) or (above.owners if above else ())
        context = _Context(topic, chapter.title, "", owners)
        stack.append((chapter.level, context))
        name, rest = split_id(chapter.title)
        if name and topic != "other":
            entries.extend(_defining_heading(chapter, context, name, rest, above.owners if above else ()))
        else:
            entries.extend(_walk(chapter.blocks, context))
    return tuple(entries)


def _defining_heading(
    chapter: Chapter, context: _Context, name: str, title: str, owners: tuple[str, ...]
) -> list[Entry]:
    own, others = _split_children(chapter.blocks)
    text = _fold("", own) or title
    head = Entry(text, chapter.line, "heading", context.topic, chapter.title, "", name, title, owners)
    return [head, *_walk(others, context)]


def _walk(blocks: Sequence[Block], context: _Context) -> list[Entry]:
    entries: list[Entry] = []
    here, started = context, False
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        label = _label_of(block, blocks[at] if at < len(blocks) else None)
        if label and _completes(label, blocks[at].kind, context):
            run = _run(blocks, at, lambda following: following.kind == "item")
            entries.append(_entry(block, here, _fold(one_line(block.text), blocks[at:run])))
            here, started, at = context, False, run
        elif label:
            *before, _ = block.text.rstrip().split("\n")
            entries.extend(_paragraph(_with_text(block, "\n".join(before)), context) if before else ())
            here, started = context.below(label), False
        elif block.kind == "paragraph":
            here, started = (context if started else here), True
            run = _run(blocks, at, _is_step) if split_id(block.text)[0] else at
            steps = [_fold(one_line(step.text), step.children) for step in blocks[at:run]]
            entries.extend(_paragraph(_with_text(block, " ".join([block.text, *steps])), here))
            at = run
        else:
            started = True
            entries.extend(_item(block, here) if block.kind == "item" else _plain(block, here))
    return entries


def _run(blocks: Sequence[Block], at: int, fits: Callable[[Block], bool]) -> int:
    while at < len(blocks) and fits(blocks[at]):
        at += 1
    return at


def _is_step(block: Block) -> bool:
    return block.kind in {"item", "paragraph"} and _STEP.match(block.text) is not None


def _with_text(block: Block, text: str) -> Block:
    return msgspec.structs.replace(block, text=text)


def _label_of(block: Block, following: Block | None) -> str:
    """The label that a block is for what follows it, or an empty string."""
    if following is None or block.children or block.kind not in {"paragraph", "item"}:
        return ""
    last = block.text.rstrip().split("\n")[-1]
    label = lead_in(last)
    if block.kind == "item":
        return label if following.kind in {"row", "code"} else ""
    if "\n" in block.text.rstrip() and (len(label.split()) > _SHORT_LABEL or not label[:1].isupper()):
        return ""
    if label and (following.kind != "paragraph" or len(label.split()) <= 4):
        return label
    bare = one_line(block.text)
    return bare if bare.lower() in _BARE_LABELS else ""


def _completes(label: str, following: str, context: _Context) -> bool:
    return following == "item" and len(label.split()) > _SHORT_LABEL and context.topic not in _LISTING


def _paragraph(block: Block, context: _Context) -> list[Entry]:
    """A paragraph, cut before each line that defines an identifier, or at each line when all have a label."""
    lines = block.text.split("\n")
    labelled = len(lines) > 1 and all(split_label(line)[0] for line in lines)
    entries: list[Entry] = []
    held: list[str] = []
    start = block.line
    for number, line in enumerate(lines):
        if held and (labelled or (split_id(line.strip())[0] and context.topic != "other")):
            entries.append(_entry(block, context, "\n".join(held), start))
            held, start = [], block.line + number
        held.append(line)
    entries.append(_entry(block, context, "\n".join(held), start))
    return entries


def _item(block: Block, context: _Context) -> list[Entry]:
    own, others = _split_children(block.children)
    name, rest = split_id(block.text)
    if name and context.topic != "other":
        head = _entry(block, context, _fold(rest, own))
        return [
            msgspec.structs.replace(head, id=name, text=_fold(one_line(rest), own)),
            *_walk(others, msgspec.structs.replace(context, owners=(name,), group="")),
        ]
    label = lead_in(block.text)
    if label and block.children and (others or not _folds(label, block, context)):
        return _walk(block.children, context.below(label))
    head = _entry(block, context, _fold(one_line(block.text), own))
    return [head, *_walk(others, context.below(one_line(block.text)))] if others else [head]


def _folds(label: str, block: Block, context: _Context) -> bool:
    if all(_STEP.match(child.text) for child in block.children):
        return True
    return len(label.split()) > _SHORT_LABEL and context.topic not in _LISTING


def _split_children(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """What belongs to a statement itself, and what defines identifiers of its own."""
    own: list[Block] = []
    others: list[Block] = []
    for block in blocks:
        (others if others or _defines(block) else own).append(block)
    return own, others


def _defines(block: Block) -> bool:
    if split_id(block.text)[0] or any(split_id(cell)[0] for _, cell in block.cells[:1]):
        return True
    return any(_defines(child) for child in block.children)


def _fold(text: str, children: Sequence[Block]) -> str:
    """A statement and what stands below it as one line."""
    whole = text
    for at, child in enumerate(children):
        words = _fold(one_line(_words_of(child)), child.children)
        if not words:
            continue
        if not whole or whole.endswith((".", ":", ";", ",", "!", "?")) or _STEP.match(words):
            whole = f"{whole} {words}".strip()
        else:
            whole = f"{whole}; {words}" if at else f"{whole}: {words}"
    return whole


def _words_of(block: Block) -> str:
    return block.text or ", ".join(f"{head}: {cell}" if head else cell for head, cell in block.cells if cell)


def _plain(block: Block, context: _Context) -> list[Entry]:
    if block.kind == "row":
        return [_entry(block, context, "")]
    if context.topic == "acceptance" and _SCENARIO.search(block.text):
        return _scenarios(block, context)
    return [Entry(block.text, block.line, block.kind, context.topic, context.heading, context.group)]


def _scenarios(block: Block, context: _Context) -> list[Entry]:
    """A piece of Gherkin as one entry for each scenario."""
    entries = []
    starts = [found.start() for found in _SCENARIO.finditer(block.text)]
    for start, end in zip(starts, [*starts[1:], len(block.text)], strict=True):
        head = _SCENARIO.match(block.text, start)
        named, _, steps = block.text[head.end() if head else start : end].partition("\n")
        name, title = split_id(named.strip())
        line = block.line + block.text.count("\n", 0, start)
        item = Block("item", named, line)
        entry = _entry(item, context, one_line(steps) if name else _fold(one_line(named), [Block("item", steps, line)]))
        entries.append(msgspec.structs.replace(entry, id=name, title=title))
    return entries


def _entry(block: Block, context: _Context, text: str, line: int = 0) -> Entry:
    name, rest = split_id(text) if context.topic != "other" else ("", "")
    return Entry(
        one_line(rest if name else text),
        line or block.line,
        block.kind,
        context.topic,
        context.heading,
        context.group,
        name,
        "",
        context.owners,
        block.ordinal,
        block.cells,
    )
