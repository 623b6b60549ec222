"""What only the whole map can tell of a module: what its own macros make of it, and topics that others name for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import is_not

from msgspec.structs import replace

from torusnb.elixir.functions import is_live_callback
from torusnb.elixir.kinds import keeps_options, kind_of_behaviour, kind_of_use
from torusnb.models.codebase import FileOutline
from torusnb.models.modules import Function, Module, Reference, Use

_ATOM = re.compile(r":(\w+)\b")
_CALL = re.compile(r"(?:([A-Z][\w.]*)\.)?([a-z_]\w*[?!]?)\(([_, ]*)\)")
_VIA = re.compile(r"(\w+) via (.+)\.(\w+[?!]?)/(\d+)")
_Handed = tuple[str, tuple[Use, ...]]
_Macro = tuple[str, str]
"""A module and the name of the function that its `use` is given; empty when it is given none."""


def link_modules(files: Iterable[FileOutline]) -> tuple[FileOutline, ...]:
    """The outlines with each module's kinds, guards, callbacks and topics as the whole map tells them.

    A module that uses a macro of the application is what that macro makes of it, through any number of such macros,
    and gets the hooks and plugs they bring, each at the line of its `use`. A topic that a function of another module
    names is resolved to that function's text; a topic handed to another module's function counts where that function
    broadcasts or subscribes to what it is handed. Outlines that nothing is added to are the same objects. To be given
    outlines as they were parsed, not what this function gave before.
    """
    files = tuple(files)
    linker = _Linker(files)
    linked = []
    for file in files:
        own = tuple([linker.linked(module) for module in file.modules])
        changed = any(map(is_not, own, file.modules))
        linked.append(replace(file, modules=own) if changed else file)
    return tuple(linked)


class _Linker:
    def __init__(self, files: tuple[FileOutline, ...]) -> None:
        self.modules: dict[str, Module] = {}
        for file in files:
            for module in file.modules:
                self.modules.setdefault(module.name, module)
        self._known: dict[_Macro, tuple[_Handed, ...]] = {}
        self._own: dict[_Macro, tuple[tuple[_Handed, _Macro | None], ...]] = {}

    def linked(self, module: Module) -> Module:
        """The module with what others tell of it; the same object when they tell nothing."""
        given = self._given(module)
        if not given and not module.callbacks and not module.topics:
            return module
        changes: dict[str, object] = {}
        kinds = {*module.kinds, *(kind for kind, _, _ in given if kind)}
        if given:
            if kinds & {"live_view", "live_component"}:
                kinds.discard("component")
            changes["kinds"] = tuple(sorted(kinds))
            options = next((use.options for kind, use, _ in given if keeps_options(kind) and use.options), "")
            changes["options"] = module.options or options
            guards = {
                *module.guards,
                *(Use(guard.kind, guard.name, use.line) for _, use, got in given for guard in got),
            }
            changes["guards"] = tuple(sorted(guards, key=lambda guard: (guard.line, guard.kind, guard.name)))
        callbacks = tuple([use for use in module.callbacks if is_live_callback(use.kind, kinds)])
        if len(callbacks) != len(module.callbacks):
            changes["callbacks"] = callbacks
        if any("(" in use.name or " via " in use.kind for use in module.topics):
            changes["topics"] = tuple(
                dict.fromkeys(use for topic in module.topics for use in self._topics(topic, module))
            )
        return replace(module, **changes) if changes else module

    def _given(self, module: Module) -> list[tuple[str, Reference, tuple[Use, ...]]]:
        """Kind, `use` and guards that each macro of the application gives to a module."""
        found: list[tuple[str, Reference, tuple[Use, ...]]] = []
        for reference in module.references:
            macro = self._macro(reference) if reference.kind == "use" else None
            if macro is not None and not _within(reference.line, module.functions):
                found.extend((kind, reference, guards) for kind, guards in self._handed(macro))
        return found

    def _macro(self, reference: Reference) -> _Macro | None:
        """What a `use` runs, when it is of the application."""
        if reference.module not in self.modules:
            return None
        atom = _ATOM.match(reference.options)
        return reference.module, atom[1] if atom else ""

    def _handed(self, macro: _Macro) -> tuple[_Handed, ...]:
        """What `use` of a module hands on: a kind and guards for each thing that its macro uses or implements."""
        if macro not in self._known:
            self._known[macro] = tuple(dict.fromkeys(self._reached(macro)))
        return self._known[macro]

    def _reached(self, start: _Macro) -> Iterator[_Handed]:
        """What a macro and those that it uses bring, in the order they are written; each macro once.

        A walk of its own for each start: what one finds inside a ring of macros is not all that another would. It does
        not recurse, because a checkout may hold a chain of any length.
        """
        seen = {start}
        walk = [iter(self._brought(start))]
        while walk:
            step = next(walk[-1], None)
            if step is None:
                walk.pop()
                continue
            handed, inner = step
            if any(handed):
                yield handed
            if inner is not None and inner not in seen:
                seen.add(inner)
                walk.append(iter(self._brought(inner)))

    def _brought(self, macro: _Macro) -> tuple[tuple[_Handed, _Macro | None], ...]:
        """What a macro brings itself, each with the macro that goes on from there."""
        if macro not in self._own:
            owner = self.modules[macro[0]]
            names = {"__using__", macro[1]}
            entries = [function for function in owner.functions if function.name in names]
            self._own[macro] = tuple(self._written(owner, entries)) if entries else ()
        return self._own[macro]

    def _written(self, owner: Module, entries: list[Function]) -> Iterator[tuple[_Handed, _Macro | None]]:
        guards = tuple(g for g in owner.guards if g.kind in ("on_mount", "plug") and _within(g.line, entries))
        yield ("", guards), None
        for inner in owner.references:
            if inner.kind not in ("use", "behaviour") or not _within(inner.line, entries):
                continue
            if inner.kind == "use":
                atom = _ATOM.match(inner.options)
                yield (kind_of_use(inner.module, atom[1] if atom else ""), ()), self._macro(inner)
            else:
                yield (kind_of_behaviour(inner.module), ()), None

    def _topics(self, topic: Use, module: Module) -> list[Use]:
        """The topics that stand behind one as written; itself when nothing more can be told."""
        handed = _VIA.fullmatch(topic.kind)
        if handed is not None:
            owner = self.modules.get(handed[2])
            takes = owner is not None and _takes_topic(owner, handed[1], handed[3], int(handed[4]))
            return [Use(handed[1], topic.name, topic.line)] if takes else []
        found = _CALL.fullmatch(topic.name)
        if found is None:
            return [topic]
        owners = [found[1]] if found[1] else [r.module for r in module.references if r.kind == "import"]
        arity = found[3].count("_")
        named = f"{found[2]}/{arity}"
        for owner in (self.modules[name] for name in owners if name in self.modules):
            texts = [text.name for text in owner.texts if text.kind == named]
            if texts:
                return [Use(topic.kind, text, topic.line) for text in texts]
            if owner.function(found[2], arity) is not None:
                return [Use(topic.kind, f"{owner.name}.{found[2]}({found[3]})", topic.line)]
        return [topic]


def _within(line: int, functions: Iterable[Function]) -> bool:
    return any(function.line <= line <= function.end_line for function in functions)


def _takes_topic(owner: Module, kind: str, name: str, arity: int) -> bool:
    """Whether a function broadcasts (or subscribes) to a topic that is one of its own parameters."""
    function = owner.function(name, arity)
    if function is None:
        return False
    own = (use for use in owner.topics if use.kind == kind and function.line <= use.line <= function.end_line)
    parameters = function.head.partition("(")[2]
    return any(use.name.isidentifier() and re.search(rf"\b{use.name}\b", parameters) for use in own)
