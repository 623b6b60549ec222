"""What must stay inside is taken out of a query before it leaves: names of the project, its features, its people.

A term is taken out together with the whole word it stands in (`Acme.Grades.list/1`), since the rest of such a word
tells as much. What is taken out is never kept anywhere: a trail is shared, and says only how many terms there were.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from torusnb.models.knowledge import Context
from torusnb.models.requirements import SpecPack
from torusnb.research.catalogue import load_catalogue
from torusnb.research.package_calls import module_beginnings
from torusnb.research.probes import load_probes
from torusnb.research.words import SMALL_WORDS, cut_ending, split_words

_PIECE = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[A-Z])")
_STANDARDS = frozenset(
    re.findall(
        r"\w+", "AES AMD ARM ECMA EN FIPS HMAC HTTP IEEE IPV ISO LTI MD OTP RFC RS RSA SHA SSL TLS UTF UUID WCAG"
    )
)
_PRIVATE = tuple(
    re.compile(pattern)
    for pattern in (
        r"[^\s@]+@[^\s@]+\.[^\s@]+",  # an e-mail address
        r"[A-Za-z][A-Za-z0-9+.-]*://\S+",  # an address, whatever its scheme
        r"(?i)(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|app|cloud|internal|intranet|local|lan|corp|test)(?:[:/]\S*)?",
        r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\S*)?",  # an IPv4 address
        r"(?:~|\.{1,2})?/\S*[A-Za-z]\S*",  # a path from a root
        r"[A-Za-z]:\\\S*|\\\\\S+",  # a path of Windows
        r"(?i)[\w.@-]+(?:/[\w.@-]+)+\.[a-z0-9]{1,8}(?::\d+)?",  # a file below a folder
        r"(?i)(?:lib|test|priv|assets|config|apps|deps|docs|guides)/\S+",
        r"#\d+|[Gg][Hh]-\d+",  # a ticket
        r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_+/=-]{24,}",  # a token or hash
        r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        r"@[a-z0-9]+(?:-[a-z0-9]+)+",  # a handle; an attribute of Elixir has no dash
    )
)
_TICKET = re.compile(r"([A-Z][A-Z0-9]{0,9})-\d+[a-z]?")
_AROUND = "\"'`()[]{}<>,;!?“”‘’«»"
_ENDS = _AROUND + ".:"


def redact(text: str, keep_inside: Collection[str]) -> tuple[str, int]:
    """The text without what must stay inside, and how many words were taken out.

    A term is found in any case and form: `Late Notes`, `late_notes`, `LateNotes.Sender`, `late note`. Besides the
    terms, e-mail and web addresses, hosts, paths, ticket ids and tokens are always taken out.

    Args:
        text: The words of a query.
        keep_inside: Terms of one word or more.
    """
    words = text.split()
    pieces = [(piece, number) for number, word in enumerate(words) for piece in _pieces(word)]
    gone = {number for number, word in enumerate(words) if _is_private(word)}
    names = [piece for piece, _ in pieces]
    for term in keep_inside:
        for start, length in _find(names, tuple(_pieces(term)), cut_ending("".join(_pieces(term, cut=False)))):
            gone.update(number for _, number in pieces[start : start + length])
    return " ".join(word for number, word in enumerate(words) if number not in gone), len(gone)


def split_kept(parameter: str) -> tuple[str, ...]:
    """The terms of a parameter, apart by commas, semicolons or line ends."""
    return tuple(term for part in re.split(r"[,;\n]", parameter) if (term := " ".join(part.split())))


def private_terms(pack: SpecPack, context: Context) -> tuple[str, ...]:
    """What stays inside unless a person says otherwise, sorted: the app, its modules, and the feature's own names.

    A word of the pack's title or slug that torusnb's own questions and catalogue use as well gives nothing away, and
    is no term; the whole title and slug are terms all the same.
    """
    own = {context.code.app, *_namespaces(context)}
    title = [word for text in (pack.title, pack.slug) for word in _words_of(text)]
    telling = {word for word in title if not set(split_words(word)) <= _common_words() and len(word) > 2}
    flags = {mention.name for mention in pack.mentions if mention.kind == "flag"}
    whole = {text for text in (pack.title, pack.slug) if len(_pieces(text)) > 1}
    return tuple(sorted(term for term in own | telling | flags | whole if term.strip()))


def _namespaces(context: Context) -> Iterator[str]:
    """The first names of the checkout's own modules, unless a locked package has that name."""
    locked = {package.name.replace("_", "") for package in context.code.packages}
    for name in context.code.modules:
        first = name.partition(".")[0]
        if not locked & set(module_beginnings(first)) and first not in {"Mix", "Elixir"}:
            yield first


def _words_of(text: str) -> list[str]:
    return [piece for piece in _pieces(text, cut=False) if piece not in SMALL_WORDS and not piece.isdigit()]


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    """The stems that torusnb's own questions and catalogue use: words of the trade, and of plain English."""
    texts = [text for probe in load_probes() for text in (probe.ask, *probe.words, *probe.also, *probe.terms)]
    texts += [text for source in load_catalogue() for text in (source.title, source.settles, *source.topics)]
    return frozenset(stem for text in texts for stem in split_words(text))


def _pieces(text: str, *, cut: bool = True) -> list[str]:
    """The words of a text in lower case, CamelCase and snake_case split; endings cut, so that plurals are one."""
    plain = unicodedata.normalize("NFKC", text)
    found = [part.casefold() for piece in _PIECE.findall(plain) for part in _CAMEL.split(piece)]
    return [cut_ending(part) for part in found] if cut else found


def _find(names: list[str], term: tuple[str, ...], joined: str) -> Iterator[tuple[int, int]]:
    """Where the pieces of a term stand one after the other, or written as one word: start and number of pieces."""
    spoken = "".join(term)
    for start in range(len(names) if term else 0):
        made = ""
        for length in range(1, len(names) - start + 1):
            made += names[start + length - 1]
            if made in {spoken, joined}:
                yield start, length
            if len(made) >= max(len(spoken), len(joined)):
                break


def _is_private(word: str) -> bool:
    bare = word.strip(_AROUND).rstrip(_ENDS)
    ticket = _TICKET.fullmatch(bare)
    if ticket and ticket[1] not in _STANDARDS:
        return True
    return any(pattern.fullmatch(bare) for pattern in _PRIVATE)
