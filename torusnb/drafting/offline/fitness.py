"""How far a module can be the place of a requirement at all: by its layer, and by whether it serves every feature."""

from __future__ import annotations

import re

from torusnb.models.modules import Module

FLAGS = re.compile(r"feature[- ]?flag|Features?(?:\b|$)|Flags?(?:\b|$)|FeatureFlags")
_TELEMETRY = re.compile(r"(?:Telemetry|Instrumentation|Metrics?Reporter|Logger)$")
_SHARED = re.compile(
    r"(?:Application|Endpoint|Router|Repo|Icons?|Layouts?|CoreComponents|Gettext|Mailer|PubSub|Presence|"
    r"Seeder|Seeds?|Fixtures?|Factory|Utils?|Helpers?)$"
)
_CATALOGUE = 40
"""Public functions from which on a component module is a catalogue of parts, owned by no feature."""


def home_of(name: str) -> str:
    """The namespace of a module that one feature shares: its first two parts; the web layer is one home."""
    parts = name.split(".")
    return parts[0] if parts[0].endswith("Web") else ".".join(parts[:2])


def serves_all(module: Module) -> bool:
    """Whether a module is plumbing that every feature uses, by its name: no place for the rules of one feature."""
    return any(pattern.search(module.name) for pattern in (_SHARED, _TELEMETRY, FLAGS))


def share_of(module: Module, layer: str, kinds: tuple[str, ...], *, flagged: bool) -> float:
    """How far a module that serves all features can answer a requirement: only where its own matter is asked for."""
    if _TELEMETRY.search(module.name):
        return 1.2 if "observe" in kinds[:2] else 0.3
    if FLAGS.search(module.name):
        return 1.5 if flagged else 0.4
    if _SHARED.search(module.name):
        return 0.35
    catalogue = layer == "component" and sum(function.public for function in module.functions) > _CATALOGUE
    return 0.2 if catalogue else 1.0


def affinity_of(layer: str, layers: frozenset[str], first: str) -> float:
    """How well a layer fits the work; work on screen hardly ever lands in the domain."""
    if layer in layers:
        return 1.1 if layer == "schema" else 1.35
    return 0.5 if first == "render" else 0.8
