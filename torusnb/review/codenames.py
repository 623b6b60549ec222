"""Rules about names of code: what is named exists at the commit, or is declared new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Finding
from torusnb.review.names import Names
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_MODULE = r"[A-Z][A-Za-z0-9_]*(?:\.[A-Z][A-Za-z0-9_]*)"
_MODULE_NAME = re.compile(rf"(?<![\w./:@-]){_MODULE}+(?![\w/])")
_FUNCTION = re.compile(
    r"(?<![\w./:@-])(?P<module>[A-Z][A-Za-z0-9_]*(?:\.[A-Z][A-Za-z0-9_]*)*)\.(?P<name>[a-z_][a-z0-9_]*[!?]?)"
    r"(?:/(?P<arity>\d+)(?![\w.-]*\d)|(?P<call>\())"
)
_SOURCE_FILE = r"(?:ex|exs|heex|eex|leex|ts|tsx|js|jsx|gleam|css|scss|sql)"
_PATH = re.compile(
    rf"(?<![\w./@:*{{}}-])(?:\./)?(?P<path>[\w.-]+(?:/[\w.@+-]+)+\.{_SOURCE_FILE})(?![\w*/{{}}-])(?::(?P<line>\d+))?"
)
_NEW = re.compile(
    r"\b(?:new|newly|creat(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|add(?:s|ed|ing)?|addition|propos(?:e|es|ed|ing)|"
    r"extract(?:s|ed|ing)?|renam(?:e|es|ed|ing)|mov(?:e|es|ed|ing)|split(?:s|ting)? (?:out|into)|"
    r"will (?:be|live|own|expose|provide)|does not exist yet|not yet|to be (?:built|written|implemented)|"
    r"suggested|planned|future|optional)\b",
    re.IGNORECASE,
)
_PLAINLY_NEW = re.compile(r"\b(?:new|newly|renam|mov|extract|split)", re.IGNORECASE)
_NOT_NEW = re.compile(
    r"\b(?:no|not|without|never|avoids?|rather than|instead of|does not|do not|don't|cannot)(?:\s+\w+){0,2}\s+"
    r"(?:new|creat\w*|introduc\w*|add(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_TYPE = "t"  # `Module.t()` is a type
_DEFINED = re.compile(rf"\bdefmodule\s+({_MODULE}*)")
_GONE = re.compile(r"\b(?:delet|remov|drop|retir)\w*", re.IGNORECASE)


def review_code_names(
    reading: Reading, code: CodeMap | None, *, strict: bool, quoted: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Modules, functions and paths that are neither in the checkout nor declared new, each once.

    Args:
        reading: The document.
        code: The code map of the whole checkout; without one nothing is checked, and a note says so.
        strict: Unknown names are errors: the document is torusnb's own.
        quoted: Names that the spec pack uses itself. A document that repeats one is not at fault for it, so such a
            name is a warning also where others are errors.
    """
    if code is None:
        yield found(
            "code.not-checked",
            reading.path,
            0,
            "No code map was given, so the names of modules, functions and files were not checked.",
            "Review with the checkout at hand.",
        )
        return
    check = _Check(reading, Names(code), "error" if strict else "", quoted)
    yield from check.modules()
    yield from check.functions()
    yield from check.paths()


class _Check(Value, frozen=True, dict=True):
    reading: Reading
    names: Names
    severity: str
    quoted: frozenset[str]

    def modules(self) -> Iterator[Finding]:
        for names in self._unknown_families().values():
            line, count = self._modules_named[names[0]]
            nearest = self.names.nearest_module(names[0])
            if len(names) == 1:
                times = "" if count == 1 else f" (named {count} times)"
                text = f"The module {names[0]} is not in the checkout{times}."
            else:
                text = f"The modules {', '.join(names)} are not in the checkout."
            yield self._found("code.unknown-module", line, text, nearest, *names)

    def _unknown_families(self) -> dict[str, list[str]]:
        """Unknown modules, in order of first mention, by the first part of their name that is unknown."""
        families: dict[str, list[str]] = {}
        for name in self._modules_named:
            if self.names.is_foreign(name) or self.names.resolve(name) or self._is_new(name) or _is_test(name):
                continue
            if not self.names.is_own(name) and not self._looks_relative(name):
                continue
            told = (other for names in families.values() for other in names)
            if not any(other.endswith(f".{name}") for other in told):
                families.setdefault(self.names.unknown_part(name), []).append(name)
        return families

    @cached_property
    def _modules_named(self) -> dict[str, tuple[int, int]]:
        """Every dotted module name to its first line and how often it stands in the text."""
        mentions: dict[str, tuple[int, int]] = {}
        for match in _MODULE_NAME.finditer(self.reading.text):
            name = match.group()
            first, count = mentions.get(name, (self.reading.line_at(match.start()), 0))
            mentions[name] = (first, count + 1)
        return mentions

    def functions(self) -> Iterator[Finding]:
        seen: set[tuple[str, str, str]] = set()
        for match in _FUNCTION.finditer(self.reading.text):
            module, name, arity = match["module"], match["name"], match["arity"] or ""
            if (module, name, arity) in seen or self.names.is_foreign(module) or name == _TYPE:
                continue
            seen.add((module, name, arity))
            full = self.names.resolve(module)
            wanted = int(arity) if arity else None
            if not full or self.names.has_function(full, name, wanted):
                continue
            shown = f"{module}.{name}/{arity}" if arity else f"{module}.{name}"
            line = self.reading.line_at(match.start())
            if (
                self._declared_at(match.start())
                or f"{name}/{arity}" in self._new_functions
                or name in self._new_functions
            ):
                continue
            nearest = self.names.nearest_function(full[0], name)
            yield self._found("code.unknown-function", line, f"The function {shown} is not in the checkout.", nearest)

    def paths(self) -> Iterator[Finding]:
        seen: set[str] = set()
        for match in _PATH.finditer(self.reading.text):
            path, line = match["path"], self.reading.line_at(match.start())
            if not self._checkable(path):
                continue
            if self.names.has_path(path):
                yield from self._line_beyond(path, match["line"], line)
                continue
            if path in seen:
                continue
            seen.add(path)
            if self._path_is_new(path):
                continue
            yield self._found(
                "code.unknown-path",
                line,
                f"The file {path} is not in the checkout.",
                self.names.nearest_path(path),
                path,
            )

    def _line_beyond(self, path: str, given: str | None, line: int) -> Iterator[Finding]:
        outline = self.names.code.by_path.get(path)
        if given and outline is not None and int(given) > max(1, outline.lines):
            yield self._found(
                "code.line-beyond-end", line, f"{path} has {outline.lines} lines, so there is no line {given}.", ""
            )

    def _found(self, rule: str, line: int, text: str, nearest: str, *names: str) -> Finding:
        hint = f"Did you mean {nearest}? Otherwise declare" if nearest else "Correct it, or declare"
        remedy = f"{hint} it as new where it is introduced."
        if rule == "code.line-beyond-end":
            remedy = "Read the file at the commit named in the document and correct the line."
        severity = self.severity
        if names and self.quoted.issuperset(names):
            severity, remedy = "", f"The spec pack names it too: correct the pack. {remedy}"
        section = self.reading.section_id(line)
        return found(rule, self.reading.path, line, text, remedy, section=section, severity=severity)

    @cached_property
    def _new_modules(self) -> frozenset[str]:
        """Modules that the document declares new, or shows the definition of."""
        declared = {match.group(1) for match in _DEFINED.finditer(self.reading.text)}
        for match in _MODULE_NAME.finditer(self.reading.text):
            name = match.group()
            if name in declared or self.names.resolve(name) or not self._declared_at(match.start()):
                continue
            if not self.names.is_slip(name) or self._plainly_new(match.start()):
                declared.add(name)
        return frozenset(declared)

    @cached_property
    def _new_paths(self) -> frozenset[str]:
        return frozenset(
            match["path"]
            for match in _PATH.finditer(self.reading.text)
            if self._declared_at(match.start())
            and (not self.names.is_slip(match["path"]) or self._plainly_new(match.start()))
        )

    @cached_property
    def _new_functions(self) -> frozenset[str]:
        """Functions (`name`, `name/arity`) that the document declares new, or shows the definition of."""
        found_names = set(re.findall(r"\bdef(?:p|macro|delegate)?\s+([a-z_][a-z0-9_]*[!?]?)", self.reading.text))
        found_names |= set(re.findall(r"@(?:spec|callback)\s+([a-z_][a-z0-9_]*[!?]?)", self.reading.text))
        for match in re.finditer(r"`(?:[A-Z][\w.]*\.)?([a-z_][a-z0-9_]*[!?]?)(/\d+|\()", self.reading.text):
            if self._declared_at(match.start()):
                arity = match.group(2)
                found_names.add(match.group(1) + arity if arity != "(" else match.group(1))
        return frozenset(found_names)

    def _is_new(self, name: str) -> bool:
        """Whether the name, what it stands below, or a longer name of the same module was declared new."""
        new = self._new_modules
        parts = name.split(".")
        if any(".".join(parts[:size]) in new for size in range(2, len(parts) + 1)):
            return True
        return any(other.endswith(f".{name}") or other.startswith(f"{name}.") for other in new)

    def _path_is_new(self, path: str) -> bool:
        if path in self._new_paths:
            return True
        stem = _camel(path.rsplit("/", 1)[-1].partition(".")[0])
        return any(module.rpartition(".")[2].lower() == stem for module in self._new_modules)

    def _declared_at(self, offset: int) -> bool:
        text = self._context(self.reading.line_at(offset))
        return _NEW.search(_NOT_NEW.sub("", text)) is not None or _GONE.search(text) is not None

    def _plainly_new(self, offset: int) -> bool:
        """Whether the context says `new` itself: asked of names so like an existing one that a slip is more likely."""
        text = self._context(self.reading.line_at(offset))
        return _PLAINLY_NEW.search(_NOT_NEW.sub("", text)) is not None

    @cached_property
    def _contexts(self) -> dict[int, str]:
        return {}

    def _context(self, line: int) -> str:
        if line not in self._contexts:
            self._contexts[line] = self.reading.context(line)
        return self._contexts[line]

    def _looks_relative(self, name: str) -> bool:
        """Whether a name begins with the last part of an existing namespace, as after an alias."""
        return bool(self.names.resolve(name.partition(".")[0])) and name.count(".") >= 1

    def _checkable(self, path: str) -> bool:
        """Whether the code map would know the file: its first folder is one of the checkout's."""
        return path.partition("/")[0] in self.names.folders and "node_modules/" not in path and "..." not in path


def _is_test(name: str) -> bool:
    """Tests and their support are not outlined, so their modules cannot be looked up."""
    return name.endswith(("Test", "Case", "Fixtures", "Factory", "Mock", "Stub"))


def _camel(stem: str) -> str:
    return stem.replace("_", "").lower()
