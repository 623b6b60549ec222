"""Rules about age: what the design rests on has changed since it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from torusnb.models.changes import Change, PackStatus
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.modules import Function
from torusnb.models.review import Finding
from torusnb.review.codespans import find_paths
from torusnb.review.known import Known
from torusnb.review.passages import Passage
from torusnb.review.reading import Reading
from torusnb.review.rules import found
from torusnb.spec.pathtails import PathTails, PlaceReader

_FAMILIES = {
    "code": ("stale.code", "Read the code as it is now, and correct what the design says of it."),
    "guide": ("stale.guide", "Read the guide as it is now, and check the decisions that follow it."),
    "prd": ("stale.requirement", "Read the pack as it is now, and draft the sections that rest on it again."),
    "section": ("stale.section", "Read the section again beside the draft; change it, or accept that it stays."),
    "package": ("stale.package", "Cite the documentation of the version that is locked now, and check what it says."),
}
_SHOWN = 90
_LONGEST = 4000  # a passage that goes on longer ties no function to a line
_SLACK = 40  # attributes, docs and specs above a function are cited for it

_COMMIT = re.compile(
    r"\b(?:at|as of|against|from|of|on|is) (?:the )?(?:commit |revision |checkout )+`?(?P<id>[0-9a-f]{7,40}"
    r"|content-[0-9a-f]{12})\b"
    r"|\b(?:at|as of|commit:?) `(?P<bare>[0-9a-f]{7,40}|content-[0-9a-f]{12})`",
    re.IGNORECASE,
)
_CITED_LINE = re.compile(
    r"(?<![\w./:@-])(?:…/(?P<tail>[\w.@+/-]+\.(?:exs?|heex))"
    r"|(?P<path>(?:[\w.-]+(?:/[\w.@+-]+)+|(?<=`)[\w.@+-]+)\.(?:exs?|heex)))"
    r":(?P<line>\d+)(?P<more>(?:, ?\d+)+(?=`))?(?![\w.])"
)
_JOINT = re.compile(r"[\s`(),:;–-]*(?:(?:is |stands |defined |found )*(?:at|in|on|from)(?: lines?)?)?[\s`(:]*")
"""What stands between a function and the line where it is: a line that is cited further off shows something else."""
_FUNCTION = re.compile(r"`(?:[A-Z][\w.]*\.)?(?P<name>[a-z_]\w*[!?]?)/(?P<arity>\d+)`")


def review_staleness(path: str, status: PackStatus, reading: Reading | None = None) -> Iterator[Finding]:
    """One finding for each thing that a design rests on and that changed; accepted changes are silent.

    Args:
        path: How findings name the document.
        status: What the trail's footing looks like in the checkout of today.
        reading: The document, to place findings at the line that names the thing; without it they have no line.
    """
    if status.note:
        yield found(
            "stale.not-checked",
            path,
            0,
            f"Not all that the design rests on could be compared: {status.note}",
            "Mend what the note names, and review again.",
        )
    told: set[tuple[str, str, str]] = set()
    for change in status.open:
        rule, remedy = _FAMILIES.get(change.key.partition(":")[0], _FAMILIES["prd"])
        if (rule, change.name, change.state) in told:
            continue
        told.add((rule, change.name, change.state))
        line, section = _where(change, reading)
        yield found(rule, path, line, _text(change, status.commit), remedy, section=section)


def _text(change: Change, commit: str) -> str:
    since = f" since {commit[:10] if not commit.startswith('content-') else commit}" if commit else ""
    if change.state == "new":
        return (
            f"The pack asks for {change.name}, which it did not when the design was made{since}: {_short(change.new)}"
        )
    if change.state == "gone":
        return f"{change.name} is gone{since}; the design rests on it. {change.note}".strip()
    was = f": it was `{_short(change.old)}` and is `{_short(change.new)}`" if change.old != change.new else ""
    return f"{change.name} has changed{since}{was}. {change.note}".strip()


def _short(text: str) -> str:
    text = " ".join(text.split()).replace("`", "'")
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _where(change: Change, reading: Reading | None) -> tuple[int, str]:
    """The line that names the thing and its section; the first section that rests on it where no line does."""
    first = change.sections[0] if change.sections else ""
    if reading is None:
        return 0, first
    offset = _offset_of(change, reading.text)
    if offset >= 0:
        line = reading.line_at(offset)
        return line, reading.section_id(line) or first
    heading = next((part.line for part in reading.sections if first and first in (part.id, part.title)), 0)
    return heading, first


def _offset_of(change: Change, text: str) -> int:
    """Where the document first names the thing, by whatever end of its path; -1 where it does not."""
    family, _, place = change.key.partition(":")
    if family in ("code", "guide"):
        path, _, line = place.rpartition(":")
        places = PlaceReader(text, PathTails((path,))).find(text)
        cited = (at.offset for at in places if at.path == path and line in map(str, at.lines))
        if (offset := next(cited, -1)) >= 0:
            return offset
    name = place if family in ("code", "guide") else change.name
    match = re.search(rf"(?<![\w-]){re.escape(name)}(?!\w|-\d)", text) if name else None
    return match.start() if match else -1


def review_cited_lines(reading: Reading, passages: Iterable[Passage], known: Known | None) -> Iterator[Finding]:
    """What can be told without a trail: another commit than the document's, and functions that moved from their lines.

    Lines of files that the checkout does not have are left to the rules about code names.
    """
    if known is None:
        return
    files, tails = known.code.by_path, known.names.tails
    places = PlaceReader(reading.text, tails)
    cited = [span.name for span in find_paths(reading.text, tails) if span.detail and span.name in files]
    yield from _other_commit(reading, known.code, len(cited))
    named = dict.fromkeys(cited)
    for passage in passages:
        if cited and len(passage.text) <= _LONGEST:
            yield from _moved(reading, passage, {path: files[path] for path in named}, places)


def _other_commit(reading: Reading, code: CodeMap, count: int) -> Iterator[Finding]:
    match = _COMMIT.search(reading.text)
    if match is None or not count:
        return
    named = (match["id"] or match["bare"]).lower()
    comparable = named.startswith("content-") != code.commit.has_git
    if not comparable or code.commit.id.lower().startswith(named):
        return
    line = reading.line_at(match.start())
    yield found(
        "stale.commit",
        reading.path,
        line,
        f"The document was written at {named[:24]}; the checkout is at {code.commit.short}, so {count} cited "
        f"line{'' if count == 1 else 's'} may say something else now.",
        "Check out the commit that the document names, or read the cited lines again and name the new commit.",
        section=reading.section_id(line),
    )


def _ending(paths: Iterable[str], tail: str) -> str:
    """The only cited path that ends so, or empty."""
    found = [path for path in paths if path.endswith(f"/{tail}")]
    return found[0] if len(found) == 1 else ""


def _moved(reading: Reading, passage: Passage, files: dict[str, FileOutline], places: PlaceReader) -> Iterator[Finding]:
    """A function that is cited with one line of its file, and stands elsewhere in that file."""
    for match in _CITED_LINE.finditer(passage.text):
        start, end = passage.sentence(match.start())
        sentence = passage.text[start:end]
        named = list(_FUNCTION.finditer(sentence))
        path = places.resolve(match["path"]) if match["path"] else _ending(files, match["tail"])
        alone = len(_CITED_LINE.findall(sentence)) == 1 and not match["more"]
        if len(named) != 1 or not alone or path not in files:
            continue
        between = sorted((named[0].start(), named[0].end(), match.start() - start, match.end() - start))[1:3]
        if not _JOINT.fullmatch(sentence[slice(*between)]):
            continue
        same = _functions(files[path], named[0]["name"], int(named[0]["arity"]))
        line = int(match["line"])
        if not same or any(f.line - _SLACK <= line <= f.end_line for f in same):
            continue
        yield found(
            "stale.line",
            reading.path,
            passage.line_of(match.start()),
            f"{named[0].group().strip('`')} is cited at line {line} of {path}, but stands at line {same[0].line}.",
            "Correct the line, and read whether the function still does what the design says.",
            section=passage.section,
        )


def _functions(file: FileOutline, name: str, arity: int) -> list[Function]:
    return [
        function
        for module in file.modules
        for function in module.functions
        if function.name == name and function.arity - function.defaults <= arity <= function.arity
    ]
