"""The places of the checkout that every request shows: the heads most likely on the path, from the best files first."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from torusnb.drafting.claude.blocks import Group, Part, estimate_tokens, is_speakable
from torusnb.drafting.offline.work import words_of
from torusnb.models.behaviour import Behaviour
from torusnb.models.design import Evidence, EvidencePack
from torusnb.models.knowledge import Waypoint

LINES_OF_A_FILE = 24
"""Most lines of one file, besides its own; a file of a small score gets fewer. A look-up gives the others."""

_LEAST_LINES, _SHARE_OF_ALL = 3, 1 / 2
"""Lines that a near file may have at least, and the share of the best score from which it may have all."""
_NEAR, _MEANT = 15, 10
"""Waypoints that are shown with their lines, and the best of them. Of a later one only its own line stands, and what
speaks of one of the best: of some 600 lines of the later half of the files, four designs written from them marked 3."""
_LINES_OF_FAR = 4
_LONGEST_HEAD = 160
_LONGEST_SHAPES = 90
_RECORD = 9
"""Tokens (estimated) of a record's own line with a short key."""
_TITLE = 30
_OTHERS_TOKENS = 700
_SHARE_OF_NEAR = 0.1
"""The weight from which an earlier pack's citing a file of the browser says more than likeness."""
_MOST_USERS = 10
_TOLD = frozenset({"named", "person", "history", "cochange", "precedent"})
"""Reasons that lie outside a file's words."""

_BARE, _FIELD, _USE, _NAME_ONLY = 0.4, 0.5, 0.15, 0.02
"""What a line is worth beside one whose name says what the pack asks for, which is worth 1 more."""

_FURTHER = 0.88
"""What each further clause of a function is worth beside the one before it."""

_DEF = re.compile(r"def\w*\s+(?P<name>[a-z_]\w*[?!]?)")
_DEFINES = re.compile(r"(?:@?(?:field|schema|callback|spec)|belongs_to|has_|many_to_many|embeds_|create|alter|add)\b")
_NAMES_ONLY = re.compile(r"(?:alias|import|require|use)\b")
_LITERAL = re.compile(r'"([^"]{1,60})"')
_PADDED = re.compile(r"(?<=[(\[{]) | (?=[)\]}])")
_WHOLE = re.compile(r"\bdo$|,\s*do:|\bto:|^(?!def)")


def list_files(pack: EvidencePack, tokens: int) -> tuple[Group, ...]:
    """A group for each waypoint, best first: its quoted line, and the lines most likely on the path, in their order.

    Every waypoint keeps its own line; what is left of the tokens goes to lines by their file's rank and by what their
    names say of the pack, so that the heads of the best functions come before the last files' lists. Of a waypoint that
    is far down only lines that speak of one of the best modules are shown, such as the route to it. A head over
    several lines, or of one clause of many, is told whole, with what the function gives where its body shows it.
    """
    book = _Book(pack)
    waypoints = [w for w in book.once(pack.context.waypoints) if is_speakable(w.key)]
    best = max((w.score for w in waypoints), default=0.0) or 1.0
    chosen: dict[str, list[Evidence]] = {}
    for waypoint in waypoints:
        tokens -= _TITLE + _RECORD + estimate_tokens(waypoint.quote)
        if tokens < 0:
            break
        chosen[waypoint.path] = []
    shares = {waypoint.path: waypoint.score / best for waypoint in waypoints}
    most = {p: _most_lines(place, share) for place, (p, share) in enumerate(shares.items())}
    meant = _speaking_of(waypoints[:_MEANT])
    ranked = [
        (shares[waypoint.path] * value, -waypoint.rank, -_line(item)[0], item)
        for place, waypoint in enumerate(waypoints)
        if waypoint.path in chosen
        for value, item in book.lines(waypoint)
        if place < _NEAR or (meant.search(item.text) and not _NAMES_ONLY.match(item.text))
    ]
    for *_, item in sorted(ranked, key=lambda entry: entry[:3], reverse=True):
        path = item.place.path if item.place else ""
        cost = _RECORD + estimate_tokens(book.part(item).kind + book.part(item).text)
        if cost <= tokens and len(chosen[path]) < most[path]:
            tokens -= cost
            chosen[path].append(item)
    return tuple(_group(waypoint, chosen[waypoint.path], book) for waypoint in waypoints if waypoint.path in chosen)


def _most_lines(place: int, share: float) -> int:
    """How many lines besides its own the file at a place of the list may have, by its share of the best score."""
    if place >= _NEAR:
        return _LINES_OF_FAR
    return max(_LEAST_LINES, round(LINES_OF_A_FILE * min(1.0, share / _SHARE_OF_ALL)))


def _speaking_of(waypoints: Iterable[Waypoint]) -> re.Pattern[str]:
    """What finds the modules of some waypoints by the last parts of their names, as code names them."""
    names = sorted({waypoint.module.rpartition(".")[2] for waypoint in waypoints if waypoint.module})
    return re.compile(rf"(?<!defmodule )\b(?:{'|'.join(map(re.escape, names))})\b" if names else r"(?!)")


def list_browser_files(pack: EvidencePack) -> Iterator[Group]:
    """The browser's files that something besides likeness of words speaks for.

    That is the pack's own words, a person, the history, an earlier pack, a template of a good waypoint, or an import
    from or into one of these. Where the pack names none, files that are merely alike are left out: they crowd out what
    the change goes through. Where it names some, the rest stand together, a line each.
    """
    assets = pack.context.assets
    users = [f"`{waypoint.path}`" for waypoint in pack.context.waypoints[:_MOST_USERS]]
    meant = [a for a in assets if _is_meant(a, users)]
    near = [f"`{asset.path}`" for asset in meant]
    kept = [a for a in assets if a in meant or _mentions(a, near)]
    for asset in kept:
        yield Group(_why(asset, ()), (Part(asset.key, "code", asset.quote or asset.path),))
    if any(reason.kind == "named" for asset in assets for reason in asset.reasons):
        others, tokens = [], _OTHERS_TOKENS
        for asset in (a for a in assets if a not in kept and is_speakable(a.key)):
            part = Part(asset.key, "code", asset.quote or asset.path)
            tokens -= _RECORD + estimate_tokens(part.text + asset.path)
            if tokens < 0:
                break
            others.append(part)
        yield Group("Other files of the browser, alike by their words only", tuple(others))


def _is_meant(asset: Waypoint, users: Iterable[str]) -> bool:
    told = any(r.kind in _TOLD and (r.weight >= _SHARE_OF_NEAR or r.kind == "person") for r in asset.reasons)
    return told or _mentions(asset, users)


def _mentions(asset: Waypoint, paths: Iterable[str]) -> bool:
    """Whether a file is tied to another by an import or a template, as its reasons tell."""
    ties = [reason.text for reason in asset.reasons if reason.kind == "reference"]
    return any(path in tie for path in paths for tie in ties)


def _why(waypoint: Waypoint, tested: tuple[str, ...]) -> str:
    """What a place is, whether the pack itself names it, and its tests."""
    named = ", named by the pack" if any(reason.kind == "named" for reason in waypoint.reasons) else ""
    tests = f", tested by {', '.join(tested[:2])}" if tested else ""
    kind = "Waypoint" if waypoint.layer != "asset" else "Browser file"
    return f"{kind} {waypoint.rank}: {waypoint.path} ({waypoint.layer}, likely {waypoint.likely}{named}{tests})"


def _group(waypoint: Waypoint, items: list[Evidence], book: _Book) -> Group:
    own = book.part(Evidence(waypoint.key, "code", waypoint.quote or waypoint.module))
    parts = tuple(book.part(item) for item in sorted(items, key=_line))
    return Group(_why(waypoint, book.tests(waypoint.path)), (own, *parts))


class _Book:
    """The lines of the waypoints, what they are worth, and how they are shown."""

    def __init__(self, pack: EvidencePack) -> None:
        self._tests = pack.context.tests
        self._lines: dict[str, list[Evidence]] = {}
        for item in pack.evidence.values():
            if item.kind == "code" and item.place is not None:
                self._lines.setdefault(item.place.path, []).append(item)
        self._clauses = _clauses(pack.context.behaviours)
        self._heads = _heads(pack)
        counted: Counter[str] = Counter()
        near = sorted({waypoint.path for waypoint in pack.context.waypoints} & self._lines.keys())
        for path in near:
            counted.update({word for item in self._lines[path] if _DEF.match(item.text) for word in self._said(item)})
        asked = asked_words(pack)
        self._weights = {w: asked[w] * math.log(1 + len(near) / n) for w, n in counted.items() if w in asked}
        self._most = 2 * max(self._weights.values(), default=1.0)

    def once(self, waypoints: Iterable[Waypoint]) -> Iterator[Waypoint]:
        """The waypoints, of each file the best one."""
        return iter(
            {w.path: w for w in reversed(tuple(waypoints))}[path] for path in dict.fromkeys(w.path for w in waypoints)
        )

    def lines(self, waypoint: Waypoint) -> Iterator[tuple[float, Evidence]]:
        """The other lines of a waypoint's file that can be shown, with what each is worth, from 0 to 2."""
        clauses: Counter[str] = Counter()
        for item in sorted(self._lines.get(waypoint.path, ()), key=_line):
            if item.key != waypoint.key and is_speakable(item.key) and item.text.strip():
                match = _DEF.match(item.text)
                yield self._value(item) * _FURTHER ** clauses[match["name"] if match else ""], item
                clauses.update([match["name"]] if match else [])

    def tests(self, path: str) -> tuple[str, ...]:
        """The tests of a file."""
        return self._tests.get(path, ())

    def _value(self, item: Evidence) -> float:
        if _NAMES_ONLY.match(item.text):
            return _NAME_ONLY
        spoken = self._speaks(item)
        if _DEF.match(item.text):
            return _BARE + spoken
        if item.text.startswith("defmodule "):
            return 1.0 + _BARE
        return _FIELD + spoken if _DEFINES.match(item.text) else _USE + 0.5 * spoken

    def part(self, item: Evidence) -> Part:
        """A line as it is shown: the whole head of a clause, with the shapes that its function gives."""
        clause = self._clauses.get(item.key)
        text, kind = item.text, item.kind
        if clause is not None:
            head, shapes = clause
            text = item.text if _WHOLE.search(item.text) else head
            kind = f"gives {shapes}" if shapes else kind
        elif not _WHOLE.search(item.text):
            text = self._heads.get(item.key, text)
        return Part(item.key, kind, text if len(text) <= _LONGEST_HEAD else f"{text[:_LONGEST_HEAD].rstrip()} …")

    def _speaks(self, item: Evidence) -> float:
        """How much of what the pack asks for the names of a line say, 0 to 1."""
        said = self._said(item)
        met = sum(self._weights.get(word, 0.0) for word in said)
        share = sum(word in self._weights for word in said) / max(1, len(said))
        return min(1.0, met / self._most) * (0.5 + 0.5 * share)

    def _said(self, item: Evidence) -> tuple[str, ...]:
        """The words of a definition's name and its literals; of any other line, all of it."""
        match = _DEF.match(item.text)
        if match is None:
            return words_of(item.text[:_LONGEST_HEAD])
        return words_of(" ".join((match["name"], *_LITERAL.findall(self.part(item).text))))


def asked_words(pack: EvidencePack) -> dict[str, float]:
    """Each word of the requirements and criteria with the share of them that speak it; the title's count whole."""
    said = pack.pack
    texts = [set(words_of(f"{r.title} {r.text}")) for r in said.requirements]
    texts += [set(words_of(criterion.text)) for criterion in said.criteria]
    counted = Counter(word for words in texts for word in words)
    asked = {word: 0.2 + number / len(texts) for word, number in counted.items()}
    return asked | dict.fromkeys(words_of(said.title), 1.2)


def _clauses(behaviours: Iterable[Behaviour]) -> dict[str, tuple[str, str]]:
    """Key of a clause's line to its head, and on the first clause to what the function gives, as far as that is known.

    One shape alone tells nothing that a caller has to tell apart.
    """
    found = {}
    for told in behaviours:
        known = [shape for shape in told.returns if shape != "unknown"]
        shapes = " or ".join((*known, *(["more"] if len(known) < len(told.returns) else []))) if len(known) > 1 else ""
        for number, clause in enumerate(told.clauses):
            given = shapes if not number and len(shapes) <= _LONGEST_SHAPES else ""
            found[f"code:{told.path}:{clause.line}"] = (f"{told.kind} {_PADDED.sub('', clause.head)} do", given)
    return found


def _heads(pack: EvidencePack) -> dict[str, str]:
    """Key of a line to its function's head on one line, or to the event that a clause of a callback takes."""
    found = {}
    for file in pack.context.code.files:
        for module in file.modules:
            for use in module.callbacks:
                if use.name:
                    found[f"code:{file.path}:{use.line}"] = f'def {use.kind}("{use.name}", …) do'
            for function in module.functions:
                if function.head:
                    found[f"code:{file.path}:{function.line}"] = _PADDED.sub("", function.head)
    return found


def _line(item: Evidence) -> tuple[int, str]:
    return (item.place.line if item.place else 0), item.key
