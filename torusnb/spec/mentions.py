"""Names of code that a text uses: modules, paths, functions, routes, events, other code spans."""

from __future__ import annotations

import re

from torusnb.models.base import Place
from torusnb.models.requirements import Mention

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\1(?!`)")
_MODULE = r"[A-Z]\w*(?:\.[A-Z]\w*)+"
_FUNCTION = r"[a-z_]\w*[?!]?"
_EXTENSIONS = (
    r"exs?|heex|eex|leex|tsx?|jsx?|mjs|py|md|ya?ml|json|css|scss|sql|gleam|sh|toml|html|csv|jsonl|zip|cfg|lock|scm|erl"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("function", re.compile(rf"(?P<name>(?:{_MODULE}\.)?{_FUNCTION}/\d{{1,2}})")),
    ("function", re.compile(rf"(?P<name>(?:{_MODULE}\.)?{_FUNCTION})\(.*\)(?:\s*::.*)?", re.DOTALL)),
    ("function", re.compile(rf"(?P<name>{_MODULE}\.{_FUNCTION})")),
    ("module", re.compile(rf"%?(?P<name>{_MODULE})(?:\.\*|\{{.*\}})?", re.DOTALL)),
    ("route", re.compile(r"(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+)?(?P<name>/[\w:*{}./~?=&#-]*)")),
    ("path", re.compile(rf"\.{{0,2}}/?(?P<name>[\w.@-]+(?:/[\w.@*{{}}-]+)*\.(?:{_EXTENSIONS}))(?::\d+)?")),
    (
        "path",
        re.compile(r"(?P<name>(?:lib|test|assets|priv|config|docs|guides|rel|apps|cloud|src|native)/[\w./@*{}-]*)"),
    ),
    ("event", re.compile(r"(?P<name>\[:\w+(?:,\s*:\w+)+\])")),
    ("event", re.compile(r"(?P<name>[a-z]\w*(?:\.[a-z*]\w*)+(?:\.\*)?)")),
    ("event", re.compile(r"\"(?P<name>[a-z]\w*(?:[.:][\w#{}*]+)+)\"")),
)
_LOOSE_MODULE = re.compile(rf"(?<![\w.`/])(?P<name>{_MODULE})(?![\w/])")
_LOOSE_PATH = re.compile(
    rf"(?<![\w.`/:])(?P<name>(?:lib|test|assets|priv|config|docs|guides)/[\w./-]+\.(?:{_EXTENSIONS}))\b"
)
_ABBREVIATION = re.compile(r"^[A-Z](?:\.[A-Z])+$")


def parse_mentions(text: str, path: str) -> tuple[Mention, ...]:
    """The names in a text, each kind and name once, at its first place, in the order of the text."""
    found: dict[tuple[str, str], Mention] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        spans = [match["code"].strip() for match in _SPAN.finditer(line)]
        rest = _SPAN.sub(" ", line)
        named = [classify_code(code) for code in spans if code]
        named += [("module", match["name"]) for match in _LOOSE_MODULE.finditer(rest)]
        named += [("path", match["name"]) for match in _LOOSE_PATH.finditer(rest)]
        for kind, name in named:
            if not _ABBREVIATION.match(name):
                found.setdefault((kind, name), Mention(kind, name, Place(path, number)))
    return tuple(found.values())


def classify_code(code: str) -> tuple[str, str]:
    """The kind and the bare name of a code span: `Oli.Repo.get(id)` is the function `Oli.Repo.get`."""
    for kind, pattern in _KINDS:
        match = pattern.fullmatch(code)
        if match is not None:
            return kind, match["name"]
    return "identifier", code
