"""Where something is: by a name, by words, by a literal text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from torusnb.context.inquiry.answers import Answer
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.context.map.index import TextIndex
from torusnb.context.map.text_cache import open_text_index
from torusnb.errors import InputError
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.clones import Clones
from torusnb.lookups.literal import Literal, count_hits, join_words
from torusnb.lookups.sheet import Sheet
from torusnb.lookups.structure import describe
from torusnb.lookups.tests_of import list_tests
from torusnb.models.codebase import CodeMap

_DEFINITIONS = 25
_FILES, _FEW_FILES = 8, 3
_LINES_OF_FILE = 3
_SECTIONS = 5
_PATHS = 12
_MOST_WORDS = 8
_DEFINITION = re.compile(r"\s*(?:def\w*|schema|field|belongs_to|has_\w+|embeds_\w+|@\w+|live|get|post|add)[ (]")
_DEFINES = 1.4  # a definition tells a little more than its use
_BESIDE_EXACT = 5
_TESTS, _TESTS_OF_FILE = 3, 12
_TEST = re.compile(r"\s*(?:describe|test) \"")
_CODE_NAME = re.compile(r"\w*[a-z][A-Z]\w*|\w+[_.]\w[\w.?!]*(?:/\d+)?")
"""What people write for code and not in a sentence: `fooBar`, `foo_bar`, `Foo.bar/2`."""


class Finding:
    """Finds places in one checkout.

    Attributes:
        literal: Searches it for literal texts.
        clones: Searches it for code that stands there more than once.
    """

    def __init__(self, code: CodeMap, inquiry: Inquiry, text: CheckoutText, cache: Path | None) -> None:
        """Places of that map; `cache` keeps the text index between runs."""
        self._code = code
        self._inquiry = inquiry
        self._text = text
        self.literal = Literal(text)
        self.clones = Clones(code, inquiry, text, lambda: self.index)
        self._cache = cache

    @cached_property
    def index(self) -> TextIndex:
        """The text index of the checkout, opened when it is first asked for."""
        return open_text_index(self._code, self._text.read, cache=self._cache)

    @cached_property
    def _guides(self) -> TextIndex:
        sections = ((f"{s.path}:{s.line}", s) for guide in self._code.guides for s in guide.sections)
        documents = {key: ("", section.heading, "", section.text) for key, section in sections}
        return TextIndex(documents.items())

    def find(self, sheet: Sheet, query: str, under: str = "") -> None:
        """Definitions of a name, and the files, guide sections and paths that speak of its words.

        Of a name of code that nothing defines, the lines that hold it are told, not the files that share its words.
        """
        under = self.literal.folder(under)
        if not self.literal.is_there(sheet, under):
            return
        near, defined = "", False
        words = query.split()
        lone = len(words) == 1
        unknown = []
        for word in words[:_MOST_WORDS]:
            if lone or _CODE_NAME.fullmatch(word):
                near, exact = self._define(sheet, word, under, alone=lone)
                # Other files and guides share the words of a name, and tell nothing of it.
                named = exact or (lone and not sheet.is_blank)
                defined = defined or (named and _CODE_NAME.fullmatch(word) is not None)
                unknown += [] if named or lone else [word]
        tests = list_tests(words[0], self._text.paths, under) if lone else ()
        self._tests(sheet, words[0] if lone else "", tests)
        if lone and not defined and sheet.is_blank and _CODE_NAME.fullmatch(query):
            self._find_unoutlined(sheet, query, under, near)
            return
        if lone and sheet.is_blank and near:
            sheet.say(f"no definition of {query}; {near}")
        missing = self._tell_unknown(sheet, unknown, under)
        # The words inside a name that nothing holds lead to files that have nothing to do with it.
        query = " ".join(word for word in words if word not in missing)
        bag = self.index.bags([query])[0]
        if not defined and query:
            self._files(sheet, bag, under, _FEW_FILES if missing else _FILES)
            self.sections(sheet, query, 1 if missing else _SECTIONS, under)
        elif not lone and query:
            sheet.say("files that share the other words are left out; ask for these words alone")
        self._paths(sheet, bag, under, tests)
        if sheet.is_blank:
            self._find_unoutlined(sheet, query, under, near)

    def _tests(self, sheet: Sheet, name: str, tests: Sequence[str]) -> None:
        """The test files of a module, each with what its first tests are called."""
        if tests:
            sheet.say(f"tests of {name}, by its name: {', '.join(tests[:_PATHS])}")
        for path in tests[:_TESTS]:
            lines = self._text.lines(path)
            told = [number for number, line in enumerate(lines, 1) if _TEST.match(line or "")]
            for number in told[:_TESTS_OF_FILE]:
                sheet.quote(path, number)
            if len(told) > _TESTS_OF_FILE:
                sheet.say(f"{len(told) - _TESTS_OF_FILE} more tests: show {path}:{told[_TESTS_OF_FILE]}")

    def _find_unoutlined(self, sheet: Sheet, query: str, under: str, near: str) -> None:
        """Lines of files that have no outline (tests, scripts, templates), or that there are none."""
        if not self.literal.is_there(sheet, under):
            return
        joined = join_words(query)
        found = list(self.literal.hits(joined, under)) if joined is not None else []
        if found:
            told = f"no definition of {query}; {count_hits(found)} hold it or its words joined in any way"
            more = f", the first {_FILES} files" if len(found) > _FILES else ""
            self.literal.lines_of(sheet, found[:_FILES], told + more)
            return
        where = f" below {under}" if under else ""
        nothing = (
            f"no definition of {query}{where}, and nothing holds it" if joined else f"nothing speaks of {query}{where}"
        )
        sheet.say(nothing + (f"; {near}" if near else "") + ("" if under else self.literal.tell_absent()))

    def _tell_unknown(self, sheet: Sheet, names: Sequence[str], under: str) -> list[str]:
        """That nothing defines some names of code; those that no line holds either, with what was not searched."""
        where = f" below {under}" if under else ""
        missing = []
        for name in names:
            found = list(self.literal.hits(name, under))
            if found:
                sheet.say(f"no definition of {name}{where}; {count_hits(found)} hold it, which `text` shows")
            else:
                missing.append(name)
        if missing:
            absent = self._text.tell_blank_below(under) or self.literal.tell_absent()
            sheet.say(f"no definition of {', '.join(missing)}{where}, and nothing holds them{absent}")
        return missing

    def _define(self, sheet: Sheet, name: str, under: str, *, alone: bool) -> tuple[str, bool]:
        """The definitions of a name; where there is none, what it may be meant for. And whether it is one's very name.

        Of several names only the exact definitions are told. A file's name stands for the module that it holds.
        """
        try:
            rows = self._inquiry.find(name).rows
        except InputError as error:
            rows, near = (), str(error).removeprefix(f"nothing is called {name}; ")
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

    def _files(self, sheet: Sheet, bag: Mapping[str, int], under: str, most: int) -> None:
        scores = {path: score for path, score in self.index.score(bag).items() if path.startswith(under)}
        best = sorted(scores, key=lambda path: (-scores[path], path))
        if best:
            sheet.say(f"{len(best)} source files share words with it; the best {len(best[:most])}:")
        for path in best[:most]:
            for line in self._telling(path, bag):
                if not sheet.holds(path, line):
                    sheet.quote(path, line)

    def _telling(self, path: str, bag: Mapping[str, int]) -> list[int]:
        """The lines of a file that hold most of the words, rare ones counting more, in their order."""
        lines = self._text.lines(path)
        rarity = {term: self.index.rarity(term) for term in bag}
        scored = []
        for number, words in enumerate(self.index.bags([line or "" for line in lines]), 1):
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

    def _paths(self, sheet: Sheet, bag: Mapping[str, int], under: str, told: Collection[str]) -> None:
        """Paths that hold every word; of files that are not outlined only, as the others are found by their text."""
        known = self._code.by_path
        others = [p for p in self._text.paths if p not in known and p not in told and p.startswith(under)]
        wanted = frozenset(bag)
        found = [
            path
            for path, words in zip(others, self.index.bags(others), strict=True)
            if wanted and wanted <= words.keys()
        ]
        if found:
            more = f", and {len(found) - _PATHS} more" if len(found) > _PATHS else ""
            sheet.say(f"other paths of that name: {', '.join(found[:_PATHS])}{more}")


def _is_named(row: Answer, name: str) -> bool:
    """Whether a definition bears that very name, its arity aside."""
    bare = name.partition("/")[0]
    return f".{row.what.partition('/')[0]}".endswith(f".{bare}") or row.relation == "the schema of the table"
