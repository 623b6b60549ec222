"""Every line of a checkout that holds a literal text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from torusnb.context.map.words import split_identifier
from torusnb.lookups import atoms
from torusnb.lookups.atoms import atom_pattern, bare_atom, kind_of_atom
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.sheet import Sheet
from torusnb.lookups.state_keys import KINDS, bare_key, kind_of
from torusnb.lookups.whole_words import holds_whole
from torusnb.models.messages import LACKS

Hits = list[tuple[str, Sequence[int]]]
"""Paths with the lines of each."""

_HITS_OF_FILE = 6
_HITS_OF_KIND = 16
_MOST_WORDS = 8
_MOST_READ = 64_000_000  # characters
_NO_TEXT = (".min.js", ".min.css", ".map", ".svg", ".lock", "-lock.json")
_LOCK = "mix.lock"
"""The one lock file that evidence cites: it tells which library stands behind a name."""
_BROWSER = "assets"
"""The folder of a usual Phoenix project where the browser's own code lies, which a checkout may lack."""
_FEW = 1
"""Files up to which an answer says which usual folders the checkout lacks."""


class Literal:
    """Searches the files of one checkout for texts."""

    def __init__(self, text: CheckoutText) -> None:
        """Searches that text."""
        self._text = text

    def text(self, sheet: Sheet, text: str, under: str = "") -> None:
        """Every line that holds a literal text, a few of each file; of a name of state, who puts and takes it first."""
        under = self.folder(under)
        if not self.is_there(sheet, under):
            return
        where = f" below {under}" if under else ""
        atom = bare_atom(text)
        found = list(self.hits(atom_pattern(atom) if atom else text, under, atom.lower()))
        absent = "" if under or len(found) > _FEW else self.tell_absent()
        told = f"{count_hits(found)}{where} hold {text}" + (f" or the key {atom}:" if atom else "")
        whole = self._whole(found, text) if not atom else []
        if whole and whole != found:
            told = f"{count_hits(whole)}{where} hold {text} as whole words"
            told += f"; {count_hits(_without(found, whole))} more hold it inside longer words"
            found = whole
        if not found and (joined := join_words(text)):
            found = list(self.hits(joined, under))
            told += (
                f"; with its words joined in any way {count_hits(found)}"
                if found
                else ", nor its words joined in any way"
            )
        told += absent if found else self._text.tell_blank_below(under) or absent
        kinds = self._atom_kinds(found, atom) | self._kinds(found, bare_key(text))
        if kinds:
            sheet.say(told)
            _tell_kinds(sheet, kinds)
            rest = [(path, [number for number in numbers if (path, number) not in kinds]) for path, numbers in found]
            found = [(path, numbers) for path, numbers in rest if numbers]
            told = f"elsewhere {count_hits(found)}"
        self.lines_of(sheet, found, told)

    def tell_absent(self) -> str:
        """What was not searched: libraries, and the browser's code where the checkout as it was read has none."""
        lacks = f"{LACKS} {_BROWSER}/ at all, the browser's own code; and "
        told = lacks if self.lacks_browser_code else ""
        return f"; {told}the libraries' code in deps/ is not searched (`docs` knows some of their pages)"

    @cached_property
    def lacks_browser_code(self) -> bool:
        """Whether the checkout as it was read has no `assets/` at all."""
        return bool(self._text.lacks(f"{_BROWSER}/"))

    def folder(self, under: str) -> str:
        """What paths have to begin with: a folder's name means the folder, not `lib/shop_web` with `lib/shop` too."""
        folder = f"{under}/"
        return folder if under and any(path.startswith(folder) for path in self._text.paths) else under

    def is_there(self, sheet: Sheet, under: str) -> bool:
        """Whether the checkout has a file there; says so where it has none, which is no fact about the code."""
        if any(path.startswith(under) for path in self._text.paths):
            return True
        folder = self._text.lacks(under if "/" in under else f"{under}/")
        told = f"no {folder}/ at all" if folder else f"no file below {under}"
        sheet.say(f"the checkout as it was read has {told}, so nothing can be said of what is there")
        return False

    def _kinds(self, found: Hits, key: str) -> dict[tuple[str, int], str]:
        """What the lines do that put, take or delete state of that name; nothing for what is no name."""
        places = ((path, number) for path, numbers in found for number in numbers) if key else ()
        told = ((place, kind_of(self._text.line(*place) or "", key)) for place in places)
        return {place: kind for place, kind in told if kind}

    def _atom_kinds(self, found: Hits, atom: str) -> dict[tuple[str, int], str]:
        """The lines that write an atom as a key; nothing for what is no atom."""
        places = ((path, number) for path, numbers in found for number in numbers) if atom else ()
        told = ((place, kind_of_atom(self._text.line(*place) or "", atom)) for place in places)
        return {place: kind for place, kind in told if kind}

    def _whole(self, found: Hits, text: str) -> Hits:
        """The hits in which the text is no part of a longer word."""
        kept = [
            (path, [n for n in numbers if holds_whole(self._text.line(path, n) or "", text)]) for path, numbers in found
        ]
        return [(path, numbers) for path, numbers in kept if numbers]

    @staticmethod
    def lines_of(sheet: Sheet, found: Sequence[tuple[str, Sequence[int]]], told: str) -> None:
        """Shows a few hits of each file below what is told of them."""
        if told:
            sheet.say(told)
        for path, numbers in found:
            for number in numbers[:_HITS_OF_FILE]:
                sheet.quote(path, number)
            if len(numbers) > _HITS_OF_FILE:
                rest = ", ".join(map(str, numbers[_HITS_OF_FILE:][:20]))
                sheet.say(f"{path} has {len(numbers) - _HITS_OF_FILE} more, in lines {rest}")

    def hits(self, wanted: str | re.Pattern[str], under: str, holding: str = "") -> Iterator[tuple[str, Sequence[int]]]:
        """Path and lines that hold a text, or its pattern (of small letters).

        `holding` is a text in small letters that every hit of the pattern holds: only files with it are searched.
        """
        exact = isinstance(wanted, str) and wanted != wanted.lower()
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        left = _MOST_READ
        for path in self._searched(under):
            source = self._text.read(path)
            left -= len(source)
            if left < 0:
                return
            held = source if exact else source.lower()
            if holding in held and pattern.search(held):
                numbers = [number for number, line in enumerate(held.split("\n"), 1) if pattern.search(line)]
                if numbers:
                    yield path, numbers

    def _searched(self, under: str) -> Iterable[str]:
        return (
            path
            for path in self._text.paths
            if path.startswith(under) and (path == _LOCK or not path.endswith(_NO_TEXT))
        )


def _tell_kinds(sheet: Sheet, kinds: Mapping[tuple[str, int], str]) -> None:
    """The lines of each kind under one heading."""
    for kind in (*atoms.KINDS[:1], *KINDS, *atoms.KINDS[1:]):
        places = [place for place, each in kinds.items() if each == kind]
        if places:
            more = f", the first {_HITS_OF_KIND}" if len(places) > _HITS_OF_KIND else ""
            sheet.say(f"{kind}: {len(places)} {'line' if len(places) == 1 else 'lines'}{more}")
        for path, number in places[:_HITS_OF_KIND]:
            sheet.quote(path, number)


def join_words(text: str) -> re.Pattern[str] | None:
    """The pattern of a name's words joined in any way; None for a single word, and for what is no name."""
    words = [word for part in re.findall(r"[A-Za-z0-9]+", text) for word in split_identifier(part)]
    if not 1 < len(words) <= _MOST_WORDS:
        return None
    return re.compile(r"[\W_]{0,2}".join(re.escape(word) for word in words))


def count_hits(found: Sequence[tuple[str, Sequence[int]]]) -> str:
    """How many lines in how many files, in words."""
    lines = sum(len(numbers) for _, numbers in found)
    return f"{lines} {'line' if lines == 1 else 'lines'} in {len(found)} {'file' if len(found) == 1 else 'files'}"


def _without(found: Hits, whole: Hits) -> Hits:
    """The hits that are not among the whole ones."""
    kept = {(path, number) for path, numbers in whole for number in numbers}
    rest = [(path, [n for n in numbers if (path, n) not in kept]) for path, numbers in found]
    return [(path, numbers) for path, numbers in rest if numbers]
