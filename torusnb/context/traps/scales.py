"""Scales: one quantity that is a share from 0 to 1 in one place and a percentage from 0 to 100 in another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, is_close, module_of
from torusnb.models.base import Place

_WORDS = "progress|proficiency|mastery|completion|probability|confidence|accuracy|ratio|percentage|percent|pct"
_NOUN = rf"(?:[a-z0-9]+_)*(?:{_WORDS})(?:_[a-z0-9]+)*"
_SHARE = re.compile(
    rf"(?<!\w)({_NOUN}) ?\* ?100(?:\.0)?\b"
    rf"|(?<!\w)({_NOUN}) ?(?:==|>=|<=|<|>) ?(?:0\.\d*[1-9]\d*|1\.0)(?![\d%])"
    rf"|\b100(?:\.0)? \* ({_NOUN})\b"
)
_PERCENT = re.compile(
    rf"(?<!\w)({_NOUN}) ?/ ?100(?:\.0)?\b|(?<!\w)({_NOUN}) ?(?:==|>=|<=|<|>) ?(?:[1-9]\d|100)(?:\.0)?(?![\d.%])"
    rf"|\bfield[ (]:({_NOUN}),.*\bdefault: (?:[1-9]\d|100)(?:\.0)?\b|:({_NOUN}),.*less_than_or_equal_to: 100\b"
)
_WORD = re.compile(_WORDS)
_NUMBER = re.compile(r"100|[01]\.\d|[1-9]\d")
_ALIKE = {"percent": "percentage", "pct": "percentage"}
_FEW = 2
_OFTEN = 4
_VAGUE = frozenset(("percentage", "ratio"))
_COUNTED = re.compile(r"total|count|tasks|num|index|step|size|width|bar|max|min_")
_COMMENT = re.compile(r"^\s*(#|doc:|@doc)")


@dataclass(frozen=True)
class _Use:
    """A line that tells a quantity's scale."""

    file: NearFile
    line: int
    name: str
    text: str


def _detect(scene: Scene) -> Iterable[Finding]:
    shares: dict[str, list[_Use]] = defaultdict(list)
    percents: dict[str, list[_Use]] = defaultdict(list)
    for file in scene.files:
        for use, is_share in _uses(scene, file):
            (shares if is_share else percents)[_quantity(use.name)].append(use)
    for quantity in sorted(shares.keys() & percents.keys()):
        share, percent = _pair(shares[quantity], percents[quantity])
        if not (is_close(share.file) or is_close(percent.file)):
            continue
        few = min(len(shares[quantity]), len(percents[quantity])) < _FEW
        if (share.name != percent.name and quantity in _VAGUE) or (
            few and scene.request.counts.get(quantity, 0) < _FEW
        ):
            continue
        spoken = scene.request.counts.get(quantity, 0) >= _OFTEN
        yield _finding(quantity, share, percent, (len(shares[quantity]), len(percents[quantity])), spoken)


def _uses(scene: Scene, file: NearFile) -> Iterator[tuple[_Use, bool]]:
    bodies = scene.bodies(file.path)
    for number, line in enumerate(bodies.lines if bodies is not None else (), 1):
        if not _NUMBER.search(line) or not _WORD.search(line) or _COMMENT.match(line):
            continue
        for pattern, is_share in ((_SHARE, True), (_PERCENT, False)):
            match = pattern.search(line)
            name = next(filter(None, match.groups()), "") if match is not None else ""
            if match is not None and name and not _COUNTED.search(name):
                yield _Use(file, number, name, match[0].strip()), is_share


def _quantity(name: str) -> str:
    """The quantity that an identifier speaks of: its last word of measure."""
    word = [match[0] for match in _WORD.finditer(name)][-1]
    return _ALIKE.get(word, word)


def _pair(shares: list[_Use], percents: list[_Use]) -> tuple[_Use, _Use]:
    """The two uses that tell most: the same name first, then comparisons, then the better waypoints."""
    names = {use.name for use in shares} & {use.name for use in percents}

    def order(use: _Use) -> tuple[bool, bool, int, str, int]:
        return (use.name not in names, "*" in use.text, use.file.via.rank, use.file.path, use.line)

    return min(shares, key=order), min(percents, key=order)


def _finding(quantity: str, share: _Use, percent: _Use, counts: tuple[int, int], spoken: bool) -> Finding:
    shares, percents = counts
    first, second = (share, percent) if share.file.via.rank <= percent.file.via.rank else (percent, share)
    where = "the same file" if share.file.path == percent.file.path else f"`{module_of(second.file)}`"
    reads = {id(share): "a share from 0 to 1", id(percent): "a percentage from 0 to 100"}
    return Finding(
        path=first.file.path,
        line=first.line,
        what=f"`{first.text}` takes {quantity} as {reads[id(first)]}, and `{second.text}` in {where} as "
        f"{reads[id(second)]} "
        f"({shares} and {percents} such lines near the feature).",
        stake="a value handed from one to the other is wrong by a factor of 100, and no type says so",
        topic=(quantity, share.name, percent.name),
        symbol=first.name,
        severity="high" if share.name == percent.name else "medium",
        also=(Place(second.file.path, second.line),),
        weight=0.8 if share.name == percent.name else 0.5,
        asked=True,
        wanted=spoken,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "mixed-scale",
        "A quantity on two scales",
        "data",
        "In one of the first waypoints, or between it and what lies near, the same quantity (progress, proficiency, "
        "completion, a ratio, a percentage) is compared or reckoned with as a share from 0 to 1 in one line and as a "
        "percentage from 0 to 100 in another. Told where the request speaks of that quantity.",
        "Say the scale in the field's or function's name and documentation, and convert once, where the page is made.",
        _detect,
    ),
)
