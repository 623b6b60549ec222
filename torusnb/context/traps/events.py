"""Telemetry: events that are attached or measured under a name that nothing emits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from torusnb.context.traps.scene import Finding, Rule, Scene
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module, Use

_NAME = re.compile(r"^[a-z]\w*(\.\w+)+$")
_LIBRARIES = frozenset(
    [
        "absinthe",
        "appsignal",
        "bandit",
        "broadway",
        "cachex",
        "cowboy",
        "dataloader",
        "ecto",
        "finch",
        "goth",
        "grpc",
        "hackney",
        "live_dashboard",
        "logger",
        "oban",
        "phoenix",
        "plug",
        "redix",
        "req",
        "swoosh",
        "tesla",
        "thousand_island",
        "vm",
    ]
)
_SPAN_ENDS = ("start", "stop", "exception")
_LIBRARY_EVENTS = re.compile(r"\.(repo\.query|plug\.(start|stop|exception)|repo\.init)$")
_CLOSE = 60.0


@dataclass(frozen=True)
class _Emitted:
    """The events that the checkout emits, with their places; and whether some names are worked out when it runs."""

    names: dict[str, Place]
    computed: bool


def _emitted(code_map: CodeMap) -> _Emitted:
    names: dict[str, Place] = {}
    computed = False
    for module in code_map.modules.values():
        for use in module.telemetry:
            if use.kind not in ("execute", "span"):
                continue
            if not _NAME.match(use.name):
                computed = True
                continue
            ends = [f"{use.name}.{end}" for end in _SPAN_ENDS] if use.kind == "span" else [use.name]
            for name in ends:
                names.setdefault(name, Place(module.path, use.line))
    return _Emitted(names, computed)


def _detect(scene: Scene) -> Iterable[Finding]:
    emitted: _Emitted | None = None
    for file in scene.files:
        for module in file.outline.modules:
            for use in module.telemetry:
                if use.kind not in ("attach", "metric") or not _NAME.match(use.name):
                    continue
                if emitted is None:
                    emitted = _emitted(scene.code_map)
                event = use.name if use.kind == "attach" else use.name.rpartition(".")[0]
                if event.partition(".")[0] in _LIBRARIES or _LIBRARY_EVENTS.search(event) or event in emitted.names:
                    continue
                if emitted.computed and _is_written(scene, event):
                    continue
                yield _finding(file.path, module, use, event, emitted)


def _is_written(scene: Scene, event: str) -> bool:
    """Whether a list that begins like the event stands anywhere in the source: it may be put together there."""
    parts = event.split(".")
    for length in range(len(parts), max(len(parts) - 2, 1), -1):
        written = re.compile(r"\[\s*" + r"\s*,\s*".join(f":{re.escape(part)}" for part in parts[:length]) + r"\b")
        for outline in scene.code_map.files:
            if "/lib/" not in f"/{outline.path}" or not outline.modules:
                continue
            listens = any(use.kind == "attach" for module in outline.modules for use in module.telemetry)
            if not listens and written.search(scene.read_source(outline.path)):
                return True
    return False


def _finding(path: str, module: Module, use: Use, event: str, emitted: _Emitted) -> Finding:
    scored = [(fuzz.ratio(event, name), name) for name in emitted.names]
    score, nearest = max(scored, default=(0.0, ""))
    near = f"; the nearest that is emitted is `{nearest}`" if score >= _CLOSE else ""
    does = "attaches a handler to" if use.kind == "attach" else "measures"
    return Finding(
        path=path,
        line=use.line,
        what=f"`{module.name}` {does} the event `{event}`, which nothing in this checkout emits{near}.",
        stake="the handler or the metric never fires, and an alert or a success measure that rests on it stays silent",
        topic=(event, module.name.rpartition(".")[2]),
        symbol=event,
        module=module.name,
        severity="medium",
        also=(emitted.names[nearest],) if near else (),
        weight=0.8 if near else 0.6,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "unheard-event",
        "An event attached under a name that nothing emits",
        "runtime",
        "A telemetry handler or a metric names an event that no `execute` or `span` of the checkout emits. "
        "Events of known "
        "libraries are left out.",
        "Take the name from the place that emits it, best from one attribute that both sides share.",
        _detect,
        quiet=True,
    ),
)
