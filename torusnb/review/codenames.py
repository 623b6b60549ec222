"""Rules about names of code: what is named exists at the commit, or is declared new."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from torusnb.models.base import Value
from torusnb.models.review import Finding, NamedThing
from torusnb.review.codespans import find_paths
from torusnb.review.folders import find_missing_folders
from torusnb.review.known import Known
from torusnb.review.naming import Naming
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_WHAT = {"module": "module", "path": "file"}
_STORED = ("table", "route")
_MOST_TOLD = 12


def review_code_names(
    reading: Reading, known: Known | None, *, strict: bool, quoted: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Names of code that are neither in the checkout nor declared new, each once.

    Args:
        reading: The document.
        known: What the checkout has, as a whole; without it nothing is checked, and a note says so.
        strict: The document is torusnb's own: unknown names are errors, and a place in the design declares nothing.
        quoted: Names that the spec pack uses itself. A document that repeats one is not at fault for it, so such a
            name is a warning also where others are errors.
    """
    if known is None:
        yield found(
            "code.not-checked",
            reading.path,
            0,
            "No code map was given, so the names of modules, functions and files were not checked.",
            "Review with the checkout at hand: give it with --torus, or name it in TORUSNB_TORUS.",
        )
        return
    check = _Check(Naming(reading, known), "error" if strict else "", quoted)
    yield from check.modules()
    yield from check.functions()
    yield from check.paths()
    yield from check.folders()
    yield from check.runtime()
    if not strict:
        yield from check.undeclared()


class _Check(Value, frozen=True):
    naming: Naming
    severity: str
    quoted: frozenset[str]

    def modules(self) -> Iterator[Finding]:
        things = [thing for thing in self.naming.modules if self._is_fault(thing)]
        families: dict[str, list[NamedThing]] = {}
        for thing in things:
            told = (other.name for family in families.values() for other in family)
            if not any(other.endswith(f".{thing.name}") for other in told):
                families.setdefault(self.naming.names.unknown_part(thing.name), []).append(thing)
        for family in families.values():
            yield self._family(family, "code.unknown-module")

    def paths(self) -> Iterator[Finding]:
        yield from self._lines_beyond()
        families: dict[str, list[NamedThing]] = {}
        for thing in self.naming.paths:
            if self._is_fault(thing):
                folder = self.naming.names.missing_folder(thing.name)
                families.setdefault(folder or thing.name, []).append(thing)
        for family in families.values():
            yield self._family(family, "code.unknown-path")

    def folders(self) -> Iterator[Finding]:
        """Warnings at most: what fills a folder may not be in the repository."""
        for thing in find_missing_folders(self.naming):
            text = f"The folder {thing.name}/ is not in the checkout."
            written = thing.name if thing.name in self.quoted else f"{thing.name}/"
            yield self._found("code.unknown-path", thing, text, written, severity="warning")

    def _is_fault(self, thing: NamedThing) -> bool:
        return thing.state in {"moved", "unknown"} or (thing.loose and self.severity == "error")

    def _family(self, family: list[NamedThing], rule: str) -> Finding:
        first, names = family[0], [thing.name for thing in family]
        what = _WHAT[first.kind]
        if len(family) > 1:
            alone = msgspec.structs.replace(first, nearest=())  # what is like one of them says nothing about the others
            return self._found(rule, alone, f"The {what}s {_listed(names)} are not in the checkout.", *names)
        if first.state == "moved":
            text = f"The {what} {first.name} is not in the checkout, but {first.nearest[0]} is."
            return self._found("code.moved-name", first, text, first.name)
        times = "" if first.count == 1 else f" (named {first.count} times)"
        return self._found(rule, first, f"The {what} {first.name} is not in the checkout{times}.", first.name)

    def functions(self) -> Iterator[Finding]:
        unknown = [thing for thing in self.naming.functions if thing.state == "unknown"]
        told = {thing.name.partition("/")[0] for thing in unknown if "/" in thing.name}
        for thing in unknown:
            if thing.name not in told:  # else a finding says it with its arity
                yield self._found("code.unknown-function", thing, f"The function {thing.name} is not in the checkout.")

    def runtime(self) -> Iterator[Finding]:
        """Never more than warnings: the map knows only what stands in the code in so many words."""
        for thing in self.naming.runtime_things:
            if thing.state == "unknown" or (thing.kind in _STORED and self._is_fault(thing)):
                text = f"The {thing.kind} {thing.name} is not in the checkout."
                yield self._found("code.unknown-name", thing, text, severity="warning")

    def undeclared(self) -> Iterator[Finding]:
        """All in one: what only its place in the design presents as new."""
        naming = self.naming
        stored = [thing for thing in naming.runtime_things if thing.kind in _STORED]
        things = [thing for thing in (*naming.modules, *naming.paths, *stored) if thing.loose]
        if things:
            names = _listed([thing.name for thing in things])
            yield self._found(
                "code.undeclared-name",
                things[0],
                f"{names} {'is' if len(things) == 1 else 'are'} not in the checkout, and no word says new.",
                remedy="Say `new` where the design introduces it.",
            )

    def _lines_beyond(self) -> Iterator[Finding]:
        reading, outlines = self.naming.reading, self.naming.names.code.by_path
        for span in find_paths(reading.text, self.naming.names.tails):
            outline = outlines.get(span.name)
            if span.detail and outline is not None and int(span.detail) > max(1, outline.lines):
                line = reading.line_at(span.offset)
                yield found(
                    "code.line-beyond-end",
                    reading.path,
                    line,
                    f"{span.name} has {outline.lines} lines, so there is no line {span.detail}.",
                    "Read the file at the commit named in the document and correct the line.",
                    section=reading.section_id(line),
                    severity=self.severity,
                )

    def _found(
        self, rule: str, thing: NamedThing, text: str, *names: str, remedy: str = "", severity: str = ""
    ) -> Finding:
        hint = (
            f"Did you mean {' or '.join(thing.nearest)}? Otherwise declare"
            if thing.nearest
            else "Correct it, or declare"
        )
        remedy = remedy or f"{hint} it as new where it is introduced."
        severity = severity or (self.severity if rule != "code.undeclared-name" else "")
        if names and self.quoted.issuperset(names):
            severity, remedy = "", f"The spec pack names it too: correct the pack. {remedy}"
        reading = self.naming.reading
        return found(
            rule, reading.path, thing.line, text, remedy, section=reading.section_id(thing.line), severity=severity
        )


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_TOLD
    return ", ".join(names[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
