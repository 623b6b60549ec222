"""The names of code that a document uses, by kind and place; whether they exist is not asked here."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from torusnb.models.base import Value
from torusnb.spec.pathtails import PathTails, PlaceReader, PlaceSpan

_PART = r"[A-Z][A-Za-z0-9_]*"
_MODULE = re.compile(rf"(?<![\w./:@-]){_PART}(?:\.{_PART})+(?![\w/])")
_FUNCTION = re.compile(
    rf"(?<![\w./:@-])(?P<module>{_PART}(?:\.{_PART})*)\.(?P<name>[a-z_][a-z0-9_]*[!?]?)"
    r"(?:/(?P<arity>\d{1,3})(?![\w.-]*\d)|(?P<call>\()|(?<=\w)(?=`))"
)
_LOCAL = re.compile(r"(?<=`)(?P<name>[a-z_][a-z0-9_]*[!?]?)/(?P<arity>\d{1,2})(?=`)")
_SOURCE_FILE = r"(?:ex|exs|heex|eex|leex|ts|tsx|js|jsx|gleam|css|scss|sql)"
_PATH = re.compile(
    rf"(?<![\w./@:*{{}}-])(?:\./)?(?P<path>[\w.-]+(?:/[\w.@+-]+)+\.{_SOURCE_FILE})(?![\w*/{{}}-])(?::(?P<line>\d{{1,7}}))?"
)
_SHORT_PATH = re.compile(
    rf"(?<![\w./])…/(?P<tail>[\w.@+-]+(?:/[\w.@+-]+)*\.{_SOURCE_FILE})(?![\w*/-])(?::(?P<line>\d{{1,7}}))?"
)
"""How older exports write a path that stands in full before: by its end."""
_OF_CODE = re.compile(rf"\.{_SOURCE_FILE}$")
_TABLE = re.compile(
    r"`(?P<before>[a-z][a-z0-9_]{2,})`(?= (?:database |Postgres )?tables?\b)|"
    r"\btable (?:named )?`(?P<after>[a-z][a-z0-9]*_[a-z0-9_]+)`(?!\.)|"
    r"\b(?:create|alter|table|references)\(?\s?(?:table\()?:(?P<migration>[a-z][a-z0-9_]{2,})\b"
)
_ROUTE = re.compile(
    r"`(?:(?P<verb>GET|POST|PUT|PATCH|DELETE|LIVE)\s+)?(?P<path>/[\w-]+(?:/[\w:*{}<>.-]+)+)/?(?:\?[^`]*)?`"
)
_EVENT = re.compile(r"\[(?P<atoms>:[a-z]\w*(?:,\s*:[a-z]\w*)+)\]")
_TOPIC = re.compile(r"(?<=`)\"?(?P<topic>[a-z][\w-]*(?::[\w#{}<>*.-]+)+)\"?(?=`)")
_FLAG = re.compile(
    r"\b(?:feature[ -])?flags? (?:named )?`:?(?P<after>[a-z][\w-]*)`|"
    r"`:?(?P<before>[a-z][\w-]*)` (?:feature[ -]|scoped feature[ -]|rollout )?flag\b"
)
_FILE = re.compile(r"\.\w{1,5}$")


class Span(Value, frozen=True):
    """A name as a document writes it.

    Attributes:
        kind: `module`, `function`, `path`, `table`, `route`, `event`, `topic`, `flag`.
        name: Without arity, verb or quotes; an event with dots, a parameter of a route as written.
        offset: Where it begins in the text.
        detail: A function's arity, a path's line, a route's verb; empty where none is given.
        bare: A function without arity and brackets: it may be a field, a hook or an action instead. A path that is only
            the end of one, and nothing tells of which.
        module: What stands before a function's name; empty for a function named alone.
    """

    kind: str
    name: str
    offset: int
    detail: str = ""
    module: str = ""
    bare: bool = False


def find_modules(text: str) -> Iterator[Span]:
    """Names of two parts and more that begin with capital letters."""
    for match in _MODULE.finditer(text):
        yield Span("module", match.group(), match.start())


def find_functions(text: str) -> Iterator[Span]:
    """`Module.name/2`, `Module.name(…)`, a code span that ends with `Module.name`, and `name/2` alone in a span."""
    for match in _FUNCTION.finditer(text):
        yield Span(
            "function",
            match["name"],
            match.start(),
            match["arity"] or "",
            match["module"],
            not match["arity"] and not match["call"],
        )
    for match in _LOCAL.finditer(text):
        yield Span("function", match["name"], match.start(), match["arity"])


def find_paths(text: str, known: PathTails | None = None) -> Iterator[Span]:
    """Paths of source files, with a line where one is given, in their order; of several lines each is a span.

    The end of a path with a line (`beds.ex:41`) is the only path of the document's own list that ends so, the only one
    that it writes out, or the only one of the checkout. One in short (`…/beds.ex:41`) is the last path before it that
    ends so. An end without such a path names nothing; where the document lists its files, it stands for itself.

    Args:
        text: The whole document.
        known: The files of the checkout, where they are known.
    """
    places = PlaceReader(text, known)
    cited = [place for place in places.find(text) if _OF_CODE.search(place.path)]
    inside = [(place.offset, place.end) for place in cited]
    written = [match for match in (*_PATH.finditer(text), *_SHORT_PATH.finditer(text)) if not _within(match, inside)]
    before: list[str] = []
    everything: list[PlaceSpan | re.Match[str]] = [*cited, *written]
    for found in sorted(everything, key=_offset):
        if isinstance(found, PlaceSpan):
            before += [found.path] if found.resolved else []
            if found.resolved or (places.listed and not found.short):
                bare = not found.resolved
                yield from (Span("path", found.path, found.offset + 1, str(line), bare=bare) for line in found.lines)
            continue
        tail = found.groupdict().get("tail")
        path = found["path"] if tail is None else next((p for p in reversed(before) if p.endswith(f"/{tail}")), "")
        if path:
            before.append(path)
            yield Span("path", path, found.start(), found["line"] or "")


def _offset(found: PlaceSpan | re.Match[str]) -> int:
    return found.offset if isinstance(found, PlaceSpan) else found.start()


def _within(match: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether it begins in one of the spans, which are in order and do not overlap."""
    index = bisect_right(spans, (match.start(), len(match.string))) - 1
    return index >= 0 and match.start() < spans[index][1]


def find_runtime_names(text: str) -> Iterator[Span]:
    """Tables, routes, events, topics and flags, each in the dress that tells what it is."""
    for match in _TABLE.finditer(text):
        yield Span("table", match["before"] or match["after"] or match["migration"], match.start())
    for match in _ROUTE.finditer(text):
        if not _FILE.search(match["path"]) or match["verb"]:
            yield Span("route", match["path"].rstrip("/"), match.start(), match["verb"] or "")
    for match in _EVENT.finditer(text):
        yield Span("event", ".".join(re.findall(r"\w+", match["atoms"])), match.start())
    for match in _TOPIC.finditer(text):
        yield Span("topic", match["topic"], match.start())
    for match in _FLAG.finditer(text):
        yield Span("flag", match["before"] or match["after"], match.start())
