"""A design document's claims: which modules, tables, routes, events, topics and flags it makes, changes or reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.context.changes.roles import ProseLine, read_lines, role_at
from torusnb.context.changes.vocabulary import Vocabulary
from torusnb.models.base import Place
from torusnb.models.claims import ROLES, Claim
from torusnb.spec.codeparts import find_fences
from torusnb.spec.mentions import classify_code

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\1(?!`)")
_MODULE = re.compile(r"(?<![\w./:@-])[A-Z]\w*(?:\.[A-Z]\w*)+(?![\w/])")
_PATH = re.compile(
    r"(?<![\w./@:*{}-])(?P<path>(?:lib|assets|priv|config)(?:/[\w.@+-]+)+\.(?:exs?|heex|tsx?|jsx?|scss|css))\b"
)
_SNAKE = re.compile(r":?[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+")
_TABLE = re.compile(r"\btables?\b", re.IGNORECASE)
_TABLE_BEFORE, _TABLE_AFTER = re.compile(r"\btables?:? $", re.IGNORECASE), re.compile(r" tables?\b", re.IGNORECASE)
_NEAR_FLAG = re.compile(r"\bfeature[- ]?flags?\b|\b(?:rollout|canary) flags?\b", re.IGNORECASE)
_NEAR_TOPIC = re.compile(r"\btopics?\b|pubsub|broadcast|subscrib", re.IGNORECASE)
_EVENT = re.compile(r"\[:\w+(?:,\s*:\w+)+\]")
_TOPIC = re.compile(r"\"?(?P<name>[a-z][\w-]*:[\w:#{}<>.*-]+)\"?")
_DEFINED = re.compile(r"\bdefmodule\s+(?P<name>[A-Z][\w.]*)")
_STEP = re.compile(r"\b(?P<step>create|alter)(?:_if_not_exists)?[ (]+table\(?\s*[:\"](?P<name>\w+)")
_CLOSE = 24
"""Characters within which `table` or `flag` stands beside a name that is called one."""


def read_claims(text: str, path: str, words: Vocabulary) -> tuple[Claim, ...]:
    """The document's claims, each thing once with its strongest role, in the order of their places.

    A name that the checkout does not have is a claim only where the document says that it is made, or where its
    kind is plain (a module of the checkout's own namespace, a telemetry event).
    """
    best: dict[tuple[str, str], Claim] = {}
    for claim in (*_prose(text, path, words), *_fenced(text, path, words)):
        known = best.get((claim.kind, claim.name))
        if known is None or ROLES.index(claim.role) < ROLES.index(known.role):
            best[claim.kind, claim.name] = claim
    return tuple(sorted(best.values(), key=lambda claim: (claim.place.line, claim.kind, claim.name)))


def _prose(text: str, path: str, words: Vocabulary) -> Iterator[Claim]:
    for line in read_lines(text):
        for start, end, kind, name, exists in _named(line, words):
            role = role_at(line, start, end, exists=exists)
            if exists or role == "new" or kind in {"module", "event"}:
                yield Claim(kind, name, role, Place(path, line.number), line.text.strip(), exists)


def _named(line: ProseLine, words: Vocabulary) -> Iterator[tuple[int, int, str, str, bool]]:
    """Start, end, kind, name and existence of everything that a line names."""
    covered: list[tuple[int, int]] = []
    for match in _SPAN.finditer(line.text):
        covered.append(match.span())
        if match["code"].strip().endswith(".*"):
            continue  # a whole namespace is nobody's
        for kind, name, exists in _of_span(match["code"].strip(), line, match.start(), match.end(), words):
            yield match.start(), match.end(), kind, name, exists
    for pattern, kind in ((_MODULE, "module"), (_PATH, "path")):
        for match in pattern.finditer(line.text):
            inside = any(start <= match.start() < end for start, end in covered)
            if not inside and not line.text.startswith((".*", ".{"), match.end()):
                for thing in words.find(kind, match.group()):
                    yield match.start(), match.end(), *thing


def _of_span(code: str, line: ProseLine, start: int, end: int, words: Vocabulary) -> Iterator[tuple[str, str, bool]]:
    if _EVENT.fullmatch(code):
        yield words.event(code)
        return
    kind, name = classify_code(code)
    topic = _TOPIC.fullmatch(code)
    if topic and (words.has_topic(topic["name"]) or _NEAR_TOPIC.search(line.text)):
        yield words.topic(topic["name"])
    elif kind == "function":
        module = name.rpartition(".")[0]
        yield from words.find("module", module) if module else ()
    elif kind in {"module", "path", "route"}:
        yield from words.find(kind, name)
    elif kind == "identifier" and (code[:1].isupper() and code.isalnum()):
        yield from (thing for thing in words.find("module", code) if thing[2])
    elif _SNAKE.fullmatch(code) or words.has_plain(code) or _is_called_table(code, line, start, end):
        beside = line.text[max(start - _CLOSE, 0) : end + _CLOSE]
        yield from words.plain(
            code.removeprefix(":"), is_table=bool(_TABLE.search(beside)), is_flag=bool(_NEAR_FLAG.search(beside))
        )


def _is_called_table(code: str, line: ProseLine, start: int, end: int) -> bool:
    """Whether the word right before or after a single word says that it is a table."""
    beside = _TABLE_BEFORE.search(line.text[:start]) or _TABLE_AFTER.match(line.text[end:])
    return beside is not None and re.fullmatch(r"[a-z]\w+", code) is not None


def _fenced(text: str, path: str, words: Vocabulary) -> Iterator[Claim]:
    """What code blocks define: modules, and tables that a migration makes or alters."""
    lines = text.split("\n")
    for first, last in find_fences(text):
        for number in range(first + 1, last):
            line = lines[number - 1]
            place = Place(path, number)
            for match in _DEFINED.finditer(line):
                for kind, name, exists in words.find("module", match["name"]):
                    yield Claim(kind, name, "change" if exists else "new", place, line.strip(), exists)
            for match in _STEP.finditer(line):
                name, exists = match["name"], words.has_table(match["name"])
                role = "new" if match["step"] == "create" and not exists else "change"
                yield Claim("table", name, role, place, line.strip(), exists)
