"""Work that a pack puts outside the Elixir application: another language's folder, which the outline does not cover."""

from __future__ import annotations

import math
import re

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.linking import Links
from torusnb.drafting.offline.sides import CLIENT, DOCUMENTS, TESTS, WORK, client_folder, find_sides
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, words_of
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack

_PUTS = re.compile(
    r"\b(?:implement\w*|liv(?:e|es|ing)|belongs?|built|reside\w*|located|placed?|written|organi[sz]ed)\b[^.;]{0,60}?"
    r"\b(?:in|under|inside|within|into|below)\s+(?:the\s+)?(?:existing\s+)?"
    r"`(?P<path>[a-z][\w.-]*/(?:(?:[\w.-]+/)*|(?:[\w.-]+/)+[\w.-]+))`",
    re.IGNORECASE,
)
"""A folder ends with its slash, or is two deep: `browser/server` in passing is none."""
_INSIDE = frozenset(
    {"lib", "test", "priv", "config", "assets", "docs", "guides", "deps", "rel", "scripts", "storybook"}
)
"""Folders of a Phoenix application, and those that hold no code."""

_LANGUAGE = re.compile(
    r"\b(?:liv(?:e|es|ing)|implemented|built|belongs?|reside\w*|written)\b[^.;`]{0,20}?\b"
    r"in (?:shared )?(?P<name>gleam|rust|python)\b",
    re.IGNORECASE,
)
"""Another language that the pack puts the types or the rules into, without naming a folder."""
_CALLS = re.compile(r"\b(?:through|via|using|calls?)\b[^.;]{0,40}\b(?:gleam|typescript|javascript)\b", re.IGNORECASE)
"""Code of the application that calls the other language is not written in it."""
_SPEAKS = re.compile(
    r"\b(?P<name>gleam|typescript|javascript|react|jest|front-?end (?:authoring|code|editor)|browser code)\b",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"`(?P<path>(?:gleam|assets)/[\w./-]*[\w/])\*?`")
_TESTED = re.compile(r"\b(?P<name>gleam|jest|typescript|javascript)\b[^.;]{0,40}\btests?\b", re.IGNORECASE)
_LIES = re.compile(r"\b(?:affects?|under|belongs?|lives?|extends?|implement\w*|changes? in)\b", re.IGNORECASE)
"""A statement that puts work into a folder; one that only describes what a file does puts nothing there."""
_SERVER = re.compile(r"\b(?:server|elixir|erlang|beam|cross-runtime)\b", re.IGNORECASE)
"""A requirement that speaks of both sides is not the browser's alone."""
_AUTHORED = re.compile(r"\bauthoring (?:content|editors?|ui|controls?)\b", re.IGNORECASE)
_TOOLS = {"gleam": "`gleam test`", "assets": "Jest"}
_SHARED_WORDS = 2


class Elsewhere(Value, frozen=True):
    """The folder that the pack puts the work into, and the evidence that says so."""

    path: str
    key: str


def find_elsewhere(evidence: EvidencePack) -> Elsewhere | None:
    """The deepest folder outside the application that the pack says the work lives in; None where it names none."""
    pack = evidence.pack
    roots = {file.path.split("/")[0] for file in evidence.context.code.files} | _INSIDE
    said = [(r.id, r.text) for r in pack.requirements]
    said += [(place_key(n.place), n.text) for n in pack.nonfunctional]
    for group in (pack.summary, pack.goals, pack.data_notes, pack.interface_notes, pack.integration_notes, pack.notes):
        said += [(place_key(note.place), note.text) for note in group]
    found = [
        Elsewhere(match["path"], key)
        for key, text in said
        for match in _PUTS.finditer(text)
        if match["path"].split("/")[0] not in roots
    ]
    if not found:
        found = [Elsewhere(f"{m['name'].lower()}/", key) for key, text in said for m in _LANGUAGE.finditer(text)]
    return max(found, key=lambda one: one.path.rstrip("/").count("/"), default=None)


def find_foreign(evidence: EvidencePack) -> dict[str, Elsewhere]:
    """The requirements of an Elixir feature that another language answers, each with its folder and the evidence.

    A requirement names that language or a path of it itself, or it is work on a screen and shares two words with a
    statement that puts such work into a folder of the browser's code.
    """
    pack = evidence.pack
    if find_elsewhere(evidence) is not None:
        return {}
    groups = (pack.interface_notes, pack.data_notes, pack.integration_notes, pack.notes)
    said = [(s, m["path"]) for group in groups for s in group for m in _FOREIGN.finditer(s.text)]
    found: dict[str, Elsewhere] = {}
    sides, links = find_sides(pack), Links(pack)
    for asked in pack.requirements:
        text = f"{asked.title} {asked.text}"
        side = sides[asked.id]
        proved = client_folder(links, asked.id) if side == CLIENT else ""
        if proved:
            found[asked.id] = Elsewhere(proved, asked.id)
        if proved or side in {DOCUMENTS, TESTS, WORK} or kinds_of(plain(text))[0] == "verify" or _CALLS.search(text):
            continue
        own, words = _SPEAKS.search(text), set(words_of(plain(text)))
        path = _FOREIGN.search(text)
        near = max(
            ((len(words & set(words_of(plain(_FOREIGN.sub(" ", s.text))))), -n) for n, (s, _) in enumerate(said)),
            default=(0, 0),
        )
        if path is not None:
            found[asked.id] = Elsewhere(path["path"], asked.id)
        elif own is not None and not _SERVER.search(text):
            root = "gleam" if own["name"].lower() == "gleam" else "assets"
            folder = next((p for s, p in said if p.startswith(root) and _LIES.search(s.text)), f"{root}/")
            found[asked.id] = Elsewhere(folder, asked.id)
        elif side == CLIENT:
            found[asked.id] = Elsewhere(next((p for _, p in said if p.startswith("assets")), "assets/"), asked.id)
        elif near[0] >= _shared_words(text) and _LIES.search(said[-near[1]][0].text):
            statement, folder = said[-near[1]]
            found[asked.id] = Elsewhere(folder, place_key(statement.place))
    return found


def _shared_words(text: str) -> float:
    """How many words a requirement shares with the statement that places it; only screens are found by words."""
    if _AUTHORED.search(text):
        return 1
    return _SHARED_WORDS if kinds_of(plain(text))[0] == "render" else math.inf


def find_test_home(evidence: EvidencePack, text: str, answered: Elsewhere | None) -> Elsewhere | None:
    """The folder of tests of another language for a criterion; None where the application's own tests prove it.

    Args:
        evidence: The evidence pack.
        text: What the criterion says; one that names the other language's tests is proved by them.
        answered: The folder of another language that answers the criterion's requirement, if any.
    """
    folders = [m.name for m in evidence.pack.mentions if m.name.split("/")[0] in _TOOLS and "/" in m.name]
    spoken = _TESTED.search(text)
    if spoken is not None:
        root = "gleam" if spoken["name"].lower() == "gleam" else "assets"
        mention = next((m for m in evidence.pack.mentions if m.name in folders and m.name.startswith(root)), None)
        if mention is not None:
            return Elsewhere(f"{root}/test/", place_key(mention.place))
    root = answered.path.split("/")[0] if answered is not None else ""
    return Elsewhere(f"{root}/test/", answered.key) if answered is not None and root in _TOOLS else None


def test_tool(path: str) -> str:
    """The tool that runs the tests of another language's folder; empty where torusnb knows none."""
    return _TOOLS.get(path.split("/")[0], "")
