"""The words that a module speaks, and the layers that usually do a kind of work."""

from __future__ import annotations

from torusnb.drafting.offline.work import words_of
from torusnb.models.modules import Module

AFFINITY: dict[str, frozenset[str]] = {
    "deliver": frozenset(),
    "authorize": frozenset({"live_view", "controller", "context", "router", "plug"}),
    "observe": frozenset({"context", "process", "worker", "live_view", "other"}),
    "verify": frozenset({"context", "other", "live_view"}),
    "background": frozenset({"worker", "context"}),
    "notify": frozenset({"live_view", "process", "context", "component"}),
    "cache": frozenset({"cache", "process", "context"}),
    "integrate": frozenset({"controller", "context", "worker", "other"}),
    "copy": frozenset({"context", "other", "worker"}),
    "persist": frozenset({"schema", "context"}),
    "validate": frozenset({"context", "schema", "controller", "other"}),
    "configure": frozenset({"context", "live_view", "component"}),
    "compute": frozenset({"context", "other", "process"}),
    "query": frozenset({"context", "live_view", "component"}),
    "render": frozenset({"live_view", "component", "asset"}),
}
"""The layers in which a kind of work usually changes something."""


def vocabulary_of(module: Module) -> dict[str, float]:
    """The words a module speaks, with how much each says about it."""
    words: dict[str, float] = {}

    def add(text: str, weight: float) -> None:
        for word in words_of(text):
            words[word] = max(words.get(word, 0.0), weight)

    add(module.doc.split("\n\n", 1)[0], 0.5)
    for use in (*module.callbacks, *module.telemetry, *module.topics, *module.caches):
        add(use.name.replace("-", " ").replace(".", " "), 0.7)
    for function in module.functions:
        add(function.name, 0.7 if function.public else 0.4)
    if module.schema is not None:
        for field in module.schema.fields:
            add(field.name, 0.8)
    add(module.name.rsplit(".", 1)[-1], 1.6)
    add(" ".join(module.name.split(".")[1:-1]), 0.8)
    return words
