"""Warnings that the authors of the code wrote beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FileBodies, FunctionBody

_COMMENT = re.compile(r"^\s*#(?!\{)\s?(.*)$")
_DOC = re.compile(r"^\s*@(module|)doc\s+(?:~[sS])?\"\"\"")
_WARNS = re.compile(
    r"\b(?:NOTE|WARNING|IMPORTANT|CAUTION|BEWARE|HACK|FIXME)\b(?=\s*[:!]|\s+[a-z])|\bDO NOT\b|\bNEVER\b"
    r"|(?i:\bdeprecated\b|\brace condition|\bmust (?:not|never|also|only)\b|\bshould (?:never|not be used)\b"
    r"|\b(?:do not|don't|never) (?:use|call|rely|change|add|remove)\b|\bwork-?around\b|\bbeware\b"
    r"|\b(?:be|being) careful\b|\bnot (?:atomic|idempotent|thread[- ]safe|transactional)\b"
    r"|\bis (?:very )?(?:important|critical) (?:to|that)\b"
    r"|\bin sync with\b|\bside[- ]effects?\b|\bintentional(?:ly)?\b|\bby design\b|\bon purpose\b|\bdeliberately\b"
    r"|\binvariants?\b|\bassumes\b|\bno longer (?:used|needed|supported|valid|applies)\b|\bsource of truth\b"
    r"|\bbest[- ]effort\b|\blimitations?\b"
    r"|\b(?:is|are) not (?:yet )?(?:supported|implemented|persisted|cached|validated|checked|enforced)\b"
    r"|\bdoes not (?:validate|check|handle|enforce|support|persist|preserve|guarantee|filter|lock)\b)"
)
_IDLE = re.compile(
    r"credo:|sobelow|dialyzer|!important|https?://|\bwww\.|iex>"
    r"|must not (?:exceed|be (?:blank|empty|nil))|from this point",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\b(?:TODO|TBD|FIXME)\b(?:\([^()]*\))?:?", re.IGNORECASE)
"""Marks of unfinished work: the validators in the field refuse a design that holds one, quoted or not."""

_FORBIDS = re.compile(
    r"\b(?:NOTE|WARNING|IMPORTANT|CAUTION|BEWARE|HACK)\b|(?i:\b(?:do not|don't|never|must|(?:should|is|are|does) not"
    r"|deprecated|race condition|beware|careful|invariants?|critical|no longer|side[- ]effects?)\b)"
)
"""What a remark says that holds whoever meets the module; what is meant to be so is told to those who change it."""
_REPLACED = re.compile(r"\bdeprecated\b", re.IGNORECASE)
_STRANGE = re.compile(r"[^\w\s.,;:'()/%+=?!-]")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_LONGEST = 180
_LEAST_WORDS = 5
_REACH = 12
_CLOSE = 8


@dataclass(frozen=True)
class _Remark:
    """A comment or a paragraph of documentation: the line that warns, the last one, and the sentence it says.

    `whole` tells that it is a module's documentation.
    """

    line: int
    last: int
    said: str
    whole: bool = False


def find_author_warnings(scene: Scene) -> Iterator[Finding]:
    """Comments and documentation of near functions that warn of what the code's names do not say."""
    for file in scene.files:
        bodies = scene.bodies(file.path)
        told: set[tuple[str, str]] = set()
        for remark in _remarks(bodies.lines) if bodies is not None else ():
            module, function = _owner(bodies, remark) if bodies is not None else ("", None)
            label = function.label if function is not None else ""
            if module and (module, label) not in told:
                told.add((module, label))
                yield _finding(file, module, label, remark)


def _remarks(lines: tuple[str, ...]) -> Iterator[_Remark]:
    for first, texts, whole_module in _paragraphs(lines):
        at = next((number for number, text in enumerate(texts) if _WARNS.search(text)), None)
        whole = " ".join(" ".join(texts).split())
        match = _WARNS.search(whole)
        if at is None or match is None or _IDLE.search(whole):
            continue
        said = _said(whole, match.start())
        if len(said.split()) >= _LEAST_WORDS:
            yield _Remark(first + at, first + len(texts) - 1, said, whole_module)


def _paragraphs(lines: tuple[str, ...]) -> Iterator[tuple[int, list[str], bool]]:
    """Lines of a comment or of documentation that stand together, with the first one's number; is it a module's?"""
    texts: list[str] = []
    inside = ""
    for number, line in enumerate((*lines, ""), 1):
        plain = line.strip()
        comment = _COMMENT.match(line) if not inside else None
        text = plain.lstrip("#> ") if inside else (comment[1].strip() if comment is not None else "")
        if text and plain != '"""':
            texts.append(text)
            continue
        if texts:
            yield number - len(texts), texts, inside == "module"
            texts = []
        if inside:
            inside = "" if plain == '"""' else inside
        else:
            opened = _DOC.match(line)
            inside = (opened[1] or "function") if opened is not None else ""


def _said(whole: str, at: int) -> str:
    """The sentence that warns, in plain characters: comments may hold anything."""
    start = 0
    for sentence in _SENTENCE.split(whole):
        if start + len(sentence) >= at:
            plain = " ".join(_STRANGE.sub("", _UNFINISHED.sub("", sentence)).split())
            return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST].rpartition(' ')[0]} …"
        start += len(sentence) + 1
    return ""


def _owner(bodies: FileBodies, remark: _Remark) -> tuple[str, FunctionBody | None]:
    """The module that the remark is about, and the function that it stands in or before; none for a whole module."""
    module = next((m.name for m in reversed(bodies.modules) if m.line <= remark.line), "")
    if remark.whole:
        return module, None
    inside = bodies.function_at(remark.line)
    if inside is not None:
        return inside.module, inside
    after = [(clause.line, f) for f in bodies.functions for clause in f.clauses if clause.line > remark.last]
    line, function = min(after, key=lambda pair: pair[0], default=(0, None))
    return (function.module, function) if function is not None and line - remark.last <= _REACH else ("", None)


def _finding(file: NearFile, module: str, label: str, remark: _Remark) -> Finding:
    place = f"{module}.{label}" if label else module
    close = file.waypoint is not None and file.waypoint.rank <= _CLOSE
    return Finding(
        file.path,
        remark.line,
        f'A remark of its authors at `{place}` warns: "{remark.said.rstrip(".:;,")}".',
        "What its authors had to reckon with holds for a change there as well, and its name does not say it",
        (label,) if label else (module.rpartition(".")[2], module),
        symbol=label,
        module=module,
        severity="high" if not label and _FORBIDS.search(remark.said) is not None else "medium",
        weight=0.6,
        narrow=bool(label),
        certain=not label and close and _REPLACED.search(remark.said) is not None,
        about=remark.said,
    )


RULES = (
    Rule(
        "authors-warning",
        "A warning that its authors wrote",
        "data",
        "The documentation of a module that the pack names or speaks of, or a comment or the documentation of a "
        "function that it names, that a requirement speaks of, or that a better waypoint calls, warns or says what "
        "is meant to be so (deprecated, do not use, must never, intentionally, assumes, race condition, source of "
        "truth). The sentence is quoted once, whatever number of functions bear it. It is *high* where it forbids or "
        "warns for a whole module.",
        "Say in the design how it keeps to the remark, or why it holds no more.",
        find_author_warnings,
    ),
)
