"""Where something is: by a name, by words, by a literal text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from torusnb.context.inquiry.answers import Answer
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.context.map.index import TextIndex
from torusnb.context.map.text_cache import open_text_index
from torusnb.context.map.words import split_identifier
from torusnb.errors import InputError
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.sheet import Sheet
from torusnb.lookups.structure import describe
from torusnb.lookups.whole_words import holds_whole
from torusnb.models.codebase import CodeMap

_DEFINITIONS = 25
_FILES = 8
_LINES_OF_FILE = 3
_SECTIONS = 5
_PATHS = 12
_HITS_OF_FILE = 6
_MOST_WORDS = 8
_DEFINITION = re.compile(r"\s*(?:def\w*|schema|field|belongs_to|has_\w+|embeds_\w+|@\w+|live|get|post|add)[ (]")
_DEFINES = 1.4  # a definition tells a little more than its use
_MOST_READ = 64_000_000  # characters
_NO_TEXT = (".min.js", ".min.css", ".map", ".svg", ".lock", "-lock.json")
_BESIDE_EXACT = 5
_Hits = list[tuple[str, Sequence[int]]]
_CODE_NAME = re.compile(r"\w*[a-z][A-Z]\w*|\w+[_.]\w[\w.?!]*(?:/\d+)?")
"""What people write for code and not in a sentence: `fooBar`, `foo_bar`, `Foo.bar/2`."""


class Finding:
    """Finds places in one checkout."""

    def __init__(self, code: CodeMap, inquiry: Inquiry, text: CheckoutText, cache: Path | None) -> None:
        """Places of that map; `cache` keeps the text index between runs."""
        self._code = code
        self._inquiry = inquiry
        self._text = text
        self._cache = cache

    @cached_property
    def _index(self) -> TextIndex:
        return open_text_index(self._code, self._text.read, cache=self._cache)

    @cached_property
    def _guides(self) -> TextIndex:
        sections = ((f"{s.path}:{s.line}", s) for guide in self._code.guides for s in guide.sections)
        documents = {key: ("", section.heading, "", section.text) for key, section in sections}
        return TextIndex(documents.items())

    def find(self, sheet: Sheet, query: str, under: str = "") -> None:
        """Definitions of a name, and the files, guide sections and paths that speak of its words."""
        under = self._folder(under)
        near, defined = "", False
        words = query.split()
        for word in words[:_MOST_WORDS]:
            if len(words) == 1 or _CODE_NAME.fullmatch(word):
                near, exact = self._define(sheet, word, under, alone=len(words) == 1)
                # Other files and guides share the words of a name, and tell nothing of it.
                named = exact or (len(words) == 1 and not sheet.is_blank)
                defined = defined or (named and _CODE_NAME.fullmatch(word) is not None)
        bag = self._index.bags([query])[0]
        if not defined:
            self._files(sheet, bag, under)
            self.sections(sheet, query, _SECTIONS, under)
        elif len(words) > 1:
            sheet.say("files that share the other words are left out; ask for these words alone")
        self._paths(sheet, bag, under)
        if sheet.is_blank:
            self._find_unoutlined(sheet, query, under, near)

    def _find_unoutlined(self, sheet: Sheet, query: str, under: str, near: str) -> None:
        """Lines of files that have no outline (tests, scripts, templates), or that there are none."""
        if not self._is_there(sheet, under):
            return
        joined = _joined(query)
        found = list(self._hits(joined, under)) if joined is not None else []
        if found:
            self._lines_of(sheet, found[:_FILES], f"no definition; {_count(found)} hold it")
            return
        where = f" below {under}" if under else ""
        sheet.say(f"nothing speaks of {query}{where}" + (f"; {near}" if near else ""))

    def _folder(self, under: str) -> str:
        """What paths have to begin with: a folder's name means the folder, not `lib/shop_web` with `lib/shop` too."""
        folder = f"{under}/"
        return folder if under and any(path.startswith(folder) for path in self._text.paths) else under

    def _is_there(self, sheet: Sheet, under: str) -> bool:
        """Whether the checkout has a file there; says so where it has none, which is no fact about the code."""
        if any(path.startswith(under) for path in self._text.paths):
            return True
        sheet.say(f"the checkout as it was read has no file below {under}, so nothing can be said of what is there")
        return False

    def _define(self, sheet: Sheet, name: str, under: str, *, alone: bool) -> tuple[str, bool]:
        """The definitions of a name; where there is none, what it may be meant for. And whether it is one's very name.

        Of several names only the exact definitions are told. A file's name stands for the module that it holds.
        """
        try:
            rows = self._inquiry.find(name).rows
        except InputError as error:
            rows, near = (), str(error)
        else:
            near = ""
        rows = tuple(row for row in rows if row.place.path.startswith(under))
        exact = tuple(row for row in rows if _is_named(row, name)) or self._of_file(name, under)
        others = tuple(row for row in rows if row not in exact) if alone else ()
        if exact or others:
            more = f"; {len(others)} of names that hold it" if others else ""
            sheet.say(f"{len(exact)} definitions of {name}{more}" if exact else f"no definition of {name}{more}")
        shown = (*exact[:_DEFINITIONS], *others[: _BESIDE_EXACT if exact else _DEFINITIONS])
        for row in shown:
            sheet.say(describe(row))
            sheet.quote(row.place.path, row.place.line)
        if len(shown) < len(exact) + len(others):
            left = len(exact) + len(others) - len(shown)
            sheet.say(f"{left} more definitions; give more of the name, or `under`")
        return near, bool(exact)

    def _of_file(self, name: str, under: str) -> tuple[Answer, ...]:
        """The modules whose file bears the name (`late_work` for `LateWork`)."""
        if "_" not in name or not name.islower():
            return ()
        camel = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
        try:
            rows = self._inquiry.find(camel).rows
        except InputError:
            return ()
        return tuple(row for row in rows if _is_named(row, camel) and row.place.path.startswith(under))

    def _files(self, sheet: Sheet, bag: Mapping[str, int], under: str) -> None:
        scores = {path: score for path, score in self._index.score(bag).items() if path.startswith(under)}
        best = sorted(scores, key=lambda path: (-scores[path], path))
        if best:
            sheet.say(f"{len(best)} source files share words with it; the best {len(best[:_FILES])}:")
        for path in best[:_FILES]:
            for line in self._telling(path, bag):
                if not sheet.holds(path, line):
                    sheet.quote(path, line)

    def _telling(self, path: str, bag: Mapping[str, int]) -> list[int]:
        """The lines of a file that hold most of the words, rare ones counting more, in their order."""
        lines = self._text.lines(path)
        rarity = {term: self._index.rarity(term) for term in bag}
        scored = []
        for number, words in enumerate(self._index.bags([line or "" for line in lines]), 1):
            score = sum(rarity[term] for term in words if term in rarity)
            if score:
                scored.append((-score * (_DEFINES if _DEFINITION.match(lines[number - 1] or "") else 1.0), number))
        return sorted(number for _, number in sorted(scored)[:_LINES_OF_FILE])

    def sections(self, sheet: Sheet, words: str, most: int, under: str = "") -> None:
        """The guide sections that speak of some words, best first, each with its telling lines."""
        bag = self._guides.bags([words])[0]
        scores = {key: score for key, score in self._guides.score(bag).items() if key.startswith(under)}
        best = sorted(scores, key=lambda key: (-scores[key], key))[:most]
        sections = {f"{s.path}:{s.line}": s for guide in self._code.guides for s in guide.sections}
        if best:
            sheet.say(f"{len(scores)} guide sections share words with it; the best {len(best)}:")
        for key in best:
            section = sections[key]
            count = section.text.count("\n") + 1
            sheet.say(f"{section.heading}: show {section.path}:{section.line}-{section.line + count}")
            bags = self._guides.bags(section.text.split("\n"))
            scored = sorted(
                (-sum(self._guides.rarity(t) for t in words if t in bag), n) for n, words in enumerate(bags)
            )
            first = section.line + (1 if section.level else 0)
            for number in sorted(n for score, n in scored[:_LINES_OF_FILE] if score):
                sheet.quote(section.path, first + number)

    def _paths(self, sheet: Sheet, bag: Mapping[str, int], under: str) -> None:
        """Paths that hold every word; of files that are not outlined only, as the others are found by their text."""
        known = self._code.by_path
        others = [path for path in self._text.paths if path not in known and path.startswith(under)]
        wanted = frozenset(bag)
        found = [
            path
            for path, words in zip(others, self._index.bags(others), strict=True)
            if wanted and wanted <= words.keys()
        ]
        if found:
            more = f", and {len(found) - _PATHS} more" if len(found) > _PATHS else ""
            sheet.say(f"other paths of that name: {', '.join(found[:_PATHS])}{more}")

    def text(self, sheet: Sheet, text: str, under: str = "") -> None:
        """Every line that holds a literal text, a few of each file."""
        under = self._folder(under)
        if not self._is_there(sheet, under):
            return
        where = f" below {under}" if under else ""
        found = list(self._hits(text, under))
        told = f"{_count(found)}{where} hold {text}"
        whole = self._whole(found, text)
        if whole and whole != found:
            told = f"{_count(whole)}{where} hold {text} as whole words"
            told += f"; {_count(_without(found, whole))} more hold it inside longer words"
            found = whole
        if not found and (joined := _joined(text)):
            found = list(self._hits(joined, under))
            told += (
                f"; with its words joined in any way {_count(found)}" if found else ", nor its words joined in any way"
            )
        self._lines_of(sheet, found, told)

    def _whole(self, found: _Hits, text: str) -> _Hits:
        """The hits in which the text is no part of a longer word."""
        kept = [
            (path, [n for n in numbers if holds_whole(self._text.line(path, n) or "", text)]) for path, numbers in found
        ]
        return [(path, numbers) for path, numbers in kept if numbers]

    @staticmethod
    def _lines_of(sheet: Sheet, found: Sequence[tuple[str, Sequence[int]]], told: str) -> None:
        sheet.say(told)
        for path, numbers in found:
            for number in numbers[:_HITS_OF_FILE]:
                sheet.quote(path, number)
            if len(numbers) > _HITS_OF_FILE:
                rest = ", ".join(map(str, numbers[_HITS_OF_FILE:][:20]))
                sheet.say(f"{path} has {len(numbers) - _HITS_OF_FILE} more, in lines {rest}")

    def _hits(self, wanted: str | re.Pattern[str], under: str) -> Iterator[tuple[str, Sequence[int]]]:
        """Path and lines that hold a text, or its pattern (of small letters)."""
        exact = isinstance(wanted, str) and wanted != wanted.lower()
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        left = _MOST_READ
        for path in self._searched(under):
            source = self._text.read(path)
            left -= len(source)
            if left < 0:
                return
            held = source if exact else source.lower()
            if pattern.search(held):
                numbers = [number for number, line in enumerate(held.split("\n"), 1) if pattern.search(line)]
                if numbers:
                    yield path, numbers

    def _searched(self, under: str) -> Iterable[str]:
        return (path for path in self._text.paths if path.startswith(under) and not path.endswith(_NO_TEXT))


def _is_named(row: Answer, name: str) -> bool:
    """Whether a definition bears that very name, its arity aside."""
    bare = name.partition("/")[0]
    return f".{row.what.partition('/')[0]}".endswith(f".{bare}") or row.relation == "the schema of the table"


def _without(found: _Hits, whole: _Hits) -> _Hits:
    """The hits that are not among the whole ones."""
    kept = {(path, number) for path, numbers in whole for number in numbers}
    rest = [(path, [n for n in numbers if (path, n) not in kept]) for path, numbers in found]
    return [(path, numbers) for path, numbers in rest if numbers]


def _joined(text: str) -> re.Pattern[str] | None:
    """The pattern of a name's words joined in any way; None for a single word, and for what is no name."""
    words = [word for part in re.findall(r"[A-Za-z0-9]+", text) for word in split_identifier(part)]
    if not 1 < len(words) <= _MOST_WORDS:
        return None
    return re.compile(r"[\W_]{0,2}".join(re.escape(word) for word in words))


def _count(found: Sequence[tuple[str, Sequence[int]]]) -> str:
    lines = sum(len(numbers) for _, numbers in found)
    return f"{lines} {'line' if lines == 1 else 'lines'} in {len(found)} {'file' if len(found) == 1 else 'files'}"
