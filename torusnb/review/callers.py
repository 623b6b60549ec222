"""The rule about callers: who else calls a function that the design changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torusnb.models.review import Finding
from torusnb.review.codespans import Span, find_functions
from torusnb.review.known import Known
from torusnb.review.passages import Passage
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_PLANS = frozenset({"design", "summary"})
_MOST_TOLD = 3
_AFTER = re.compile(
    r"[^`\n]*`(?:\s*\|\s*changed\b|[^.;|\n]{0,12}\b(?:now|instead|gains|gets|becomes|changes|no longer"
    r"|is (?:changed|extended|widened|renamed|removed|rewritten|replaced))\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:chang(?:e|es|ing)|widen\w*|extend\w*|renam\w+|remov\w+|delet\w+|refactor\w*|modif(?:y|ies)|replac(?:e|es|ing)"
    r"|adjust\w*)(?: (?:the|existing|signature|return|shape|of|private|public))*\s+[`*]*$",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"\bchang|\bnow\b|\binstead\b|\bg(?:ains|ets)\b|\bbecomes\b|\bno longer\b|\bis (?:extended|widened|renamed|"
    r"removed|rewritten|replaced)|\bwiden|\bextend|\brenam|\bremov|\bdelet|\brefactor|\bmodif|\breplac|\badjust",
    re.IGNORECASE,
)


def review_callers(reading: Reading, passages: Sequence[Passage], known: Known | None) -> Iterator[Finding]:
    """A note for each existing function that the design changes and whose other callers it never names.

    A caller counts as named when its module, the last part of that, or its file stands anywhere in the document.
    """
    if known is None:
        return
    told: set[tuple[str, str]] = set()
    own = _find_own(reading.text, known)
    for passage in passages:
        if passage.role not in _PLANS or not _HINT.search(passage.text):
            continue
        for span in find_functions(passage.text):
            home = _home(span, known)
            if not span.module and (span.name, span.detail) in own:
                continue
            if not home or (home, span.name) in told or not _changes(passage.text, span.offset):
                continue
            silent = _unnamed(reading.text, home, span, known)
            if silent:
                told.add((home, span.name))
                yield _finding(reading, passage, span, silent)


def _find_own(text: str, known: Known) -> frozenset[tuple[str, str]]:
    """Name and arity of functions that the document names with a module that has none: in short these are meant."""
    return frozenset(
        (span.name, span.detail)
        for span in find_functions(text)
        if span.module and not set(known.names.resolve(span.module)) & known.names.functions_named(span.name).keys()
    )


def _changes(text: str, offset: int) -> bool:
    """Whether the words right before or behind a function say that it will be another."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    after = text[offset : end if end >= 0 else len(text)]
    return _AFTER.match(after) is not None or _BEFORE.search(text[start:offset]) is not None


def _home(span: Span, known: Known) -> str:
    """The one existing module that has the function, with that arity where one is given, or empty."""
    if span.bare:
        return ""
    homes = known.names.functions_named(span.name)
    named = homes if not span.module else known.names.resolve(span.module)
    arity = int(span.detail) if span.detail else None
    fitting = [name for name in named if name in homes and (arity is None or homes[name][0] <= arity <= homes[name][1])]
    return fitting[0] if len(fitting) == 1 else ""


def _unnamed(text: str, home: str, span: Span, known: Known) -> list[tuple[str, str, int]]:
    """The modules that call it and that the document does not name, each with the place of its first call."""
    module = known.code.modules[home]
    arities = {
        arity
        for item in module.functions
        if item.name == span.name and (not span.detail or item.arity - item.defaults <= int(span.detail) <= item.arity)
        for arity in range(item.arity - item.defaults, item.arity + 1)
    }
    first: dict[str, tuple[str, int]] = {}
    for arity, caller, path, line in known.callers.get((home, span.name), ()):
        if arity in arities and caller != home and not _is_named(text, caller, path):
            first.setdefault(caller, (path, line))
    return [(caller, path, line) for caller, (path, line) in sorted(first.items())]


def _is_named(text: str, module: str, path: str) -> bool:
    if path.rsplit("/", 1)[-1] in text:
        return True
    return re.search(rf"\b{re.escape(module.rpartition('.')[2])}\b", text) is not None


def _finding(reading: Reading, passage: Passage, span: Span, callers: Sequence[tuple[str, str, int]]) -> Finding:
    shown = (f"{span.module}." if span.module else "") + span.name + (f"/{span.detail}" if span.detail else "")
    places = ", ".join(f"{module} ({path}:{line})" for module, path, line in callers[:_MOST_TOLD])
    more = f" and {len(callers) - _MOST_TOLD} more" if len(callers) > _MOST_TOLD else ""
    return found(
        "code.other-callers",
        reading.path,
        passage.line_of(span.offset),
        f"{shown} changes and is also called from {places}{more}, which the document does not name.",
        "Say what changes for them, or that nothing does and why.",
        section=passage.section,
    )
