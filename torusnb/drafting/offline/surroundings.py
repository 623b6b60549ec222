"""Section 3: what the checkout and its guides say about the place this feature goes to."""

from __future__ import annotations

import re
from itertools import islice

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.decisions import events_of, is_component
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.pitfalls import tell_traps
from torusnb.drafting.offline.unplaced import without_home
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    code,
    count,
    first_sentence,
    labelled,
    listed,
    paragraphs,
    plain,
    sentence,
    some,
)  # fmt: skip
from torusnb.drafting.offline.work import words_of
from torusnb.models.knowledge import GuideNote
from torusnb.models.modules import Module

_LAYER_WORDS = {
    "live_view": "LiveView", "component": "component", "controller": "controller", "context": "domain module",
    "schema": "schema", "worker": "Oban worker", "process": "process", "cache": "cache module", "asset": "asset",
    "router": "router", "plug": "plug", "other": "module",
}  # fmt: skip
_PAGE_HELPERS = "module of the pages"
"""What lies beside pages and gives no markup of its own."""

_WORDS_OF_QUOTE, _LONGEST_QUOTE = 26, 48
_SHARED, _COMMON = 3, 0.2
"""Words that a guide and one requirement have in common, each said by fewer than five requirements."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
_EMPHASIS = re.compile(r"\*\*?|(?<!\w)__?(?=\S)|(?<=\S)__?(?!\w)")
_DOTTED = re.compile(r"[A-Z]\w*\.[A-Z]\w*")
"""A module named in a documentation text: nothing shows that it is there, or that it is its whole name."""


def draft_surroundings(ledger: Ledger) -> str:
    """The commit, modules and boundaries, the runtime, telemetry at hand, traps, guides, and what is not known."""
    return paragraphs(
        _pinned(ledger),
        labelled("Modules and boundaries", bullets(_modules(ledger))),
        labelled("Runtime and telemetry", bullets([*_runtime(ledger), *_telemetry(ledger)])),
        labelled("Behaviour to reckon with", bullets(tell_traps(ledger))),
        labelled("From the guides", bullets(_guides(ledger))),
        labelled("Not known", bullets(_unknown(ledger))),
    )


def _pinned(ledger: Ledger) -> str:
    """The sentence that names the commit every code reference is at."""
    commit = ledger.code.commit
    state = ", with uncommitted changes" if commit.dirty else ""
    named = ledger.context.commit_id or commit.id
    basis = ledger.cite(*(w.key for w in ledger.context.waypoints[:1]))
    return (
        f"All code references are at commit `{named}`{state}; from here on a module goes by the last parts of its name."
        f"{basis}"
    )


_MOST_MODULES = 6


def layer_words(component: Component) -> str:
    """A component's layer and its size: `LiveView, 12 events`, `schema of posts, 9 fields`."""
    module = component.module
    label = _LAYER_WORDS.get(component.layer, "module")
    if module is None:
        return label
    if component.layer == "component" and not is_component(module):
        label = _PAGE_HELPERS
    events = events_of(module)
    if module.schema is not None and component.layer in {"schema", "context", "other"}:
        table = f" of `{module.schema.table}`" if module.schema.table else ", embedded"
        return f"schema{table}, {count(len(module.schema.fields), 'field')}"
    if events:
        return f"{label}, {count(len(events), 'event')}"
    public = sum(function.public for function in module.functions)
    return f"{label}, {count(public, 'public function')}" if public else label


def size_of(ledger: Ledger, component: Component) -> str:
    """A component's layer and size in brackets behind its name; empty for one that section 3 describes so."""
    return "" if component in ledger.plan.existing[:_MOST_MODULES] else f" ({layer_words(component)})"


def _modules(ledger: Ledger) -> list[str]:
    """The components with their size and what their documentation says, then the tables around them."""
    lines = []
    for component in ledger.plan.existing[:_MOST_MODULES]:
        doc = _doc(component.module)
        asked = some(list(component.requirements), 4)
        lines.append(
            f"{code(component.name)} ({layer_words(component)}){doc} Answers {asked}.{ledger.cite(component.key)}"
        )
    if not lines:
        named = list(ledger.places.items())[:4]
        away = ledger.elsewhere
        near = [w for w in ledger.context.waypoints if w.module][: 0 if away is not None else 4]
        if named:
            keys = [key for _, key in named]
            lines += [f"Named by the pack: {listed(code(name) for name, _ in named)}.{ledger.cite(*keys)}"]
        elif away is not None:
            told = "the outline covers Elixir alone, so what the pack says of the layers there stands in section 4.1"
            lines = [
                f"The work lies under `{away.path}`, outside the Elixir application; {told}.{ledger.cite(away.key)}"
            ]
        elif near:
            names = listed(code(w.module) for w in near)
            lines = [f"Nearest by the pack's words: {names}.{ledger.cite(*(w.key for w in near))}"]
    return [*lines, *(_tables(ledger) if ledger.elsewhere is None else [])]


def _doc(module: Module | None) -> str:
    text = plain(first_sentence(plain(module.doc.split("\n\n", 1)[0]))) if module is not None and module.doc else ""
    told = len(text.split()) > 3 and not _DOTTED.search(text)
    return f": {sentence(clip(text, 16))}" if told else "."


def _tables(ledger: Ledger) -> list[str]:
    """The tables that waypoints map, in one line."""
    mapped = [
        (module.schema.table, module)
        for waypoint in ledger.context.waypoints
        if (module := ledger.code.modules.get(waypoint.module)) is not None and module.schema and module.schema.table
    ]
    if not mapped:
        return []
    names = list(dict.fromkeys(table for table, _ in mapped))
    keys = [code_key(module.path, module.schema.line) for _, module in mapped if module.schema]
    return [f"Tables nearby: {some([code(name) for name in names], 6)}.{ledger.cite(*keys, most=2)}"]


def _runtime(ledger: Ledger) -> list[str]:
    """What the feature uses of the running application: its domain's processes, queues for jobs, a PubSub server."""
    runtime, plan = ledger.context.runtime, ledger.plan
    lines = []
    children = _relevant_children(ledger)
    if children:
        names = [code(name) for name, _ in children]
        keys = [key for _, key in children]
        lines.append(f"The application supervises {some(names, 6)}.{ledger.cite(*keys, most=2)}")
    used = {"queue": ("Oban queues", plan.runtime.jobs), "pubsub": ("PubSub server", plan.runtime.notifying)}
    for kind, (label, asked) in used.items():
        found = [line for line in runtime.get(kind, ()) if kind != "queue" or "queue" in line.text] if asked else []
        if found:
            texts = [code(_runtime_name(kind, plain(line.text).replace("`", ""))) for line in found]
            lines.append(f"{label}: {some(texts, 8)}.{ledger.cite(*(k for line in found[:1] for k in line.evidence))}")
    return lines


def _runtime_name(kind: str, text: str) -> str:
    """The name in a line of the runtime: the queue, or the entry as written."""
    queue = re.search(r"queue:\s*:(\w+)", text)
    return queue.group(1) if kind == "queue" and queue else text.rstrip(",")


def _relevant_children(ledger: Ledger) -> list[tuple[str, str]]:
    """The children of the application that are among the feature's places."""
    near = {waypoint.module for waypoint in ledger.context.waypoints}
    return [
        (child.module, code_key(module.path, child.line))
        for module in ledger.code.of_kind("application")
        for child in module.children
        if child.module in near and not child.module.endswith((".Repo", ".PubSub", ".Endpoint"))
    ]


def _telemetry(ledger: Ledger) -> list[str]:
    """The events that the feature's modules and its ways of today emit; those of other features are none of its."""
    own = [component.name for component in ledger.plan.existing]
    own += [hop.function.module for way in ledger.ways for hop in way.hops]
    near = [
        (use.name, code_key(module.path, use.line))
        for name in dict.fromkeys(own)
        if (module := ledger.code.modules.get(name)) is not None
        for use in module.telemetry
        if "." in use.name
    ]
    if not near:
        return []
    names = list(dict.fromkeys(code(name) for name, _ in near))
    return [f"Telemetry at hand: {some(names, 5)}.{ledger.cite(*(key for _, key in near), most=2)}"]


def _guides(ledger: Ledger) -> list[str]:
    """What guides say that matters here, each with its place."""
    lines = []
    quoted = ((note, quote) for note in _telling(ledger) if (quote := _verbatim(note.quote)))
    for note, quote in islice(quoted, 2):
        heading = plain(note.heading.rsplit(" > ", 1)[-1])
        lines.append(f"{heading}: “{quote}”{ledger.cite(note.key)}")
    return lines


def _verbatim(text: str) -> str:
    """The first words of a guide as they stand there, up to the end of a sentence; empty for what no quote can hold.

    Plain text drops links and tags, and quotation marks promise every word.
    """
    said = " ".join(text.split())
    if plain(said) != _EMPHASIS.sub("", said) or any(mark in said for mark in "“”"):
        return ""
    sentences = _SENTENCE.split(plain(said))
    kept = sentences[0]
    for one in sentences[1:]:
        if len(f"{kept} {one}".split()) > _WORDS_OF_QUOTE:
            break
        kept = f"{kept} {one}"
    return kept.rstrip(" .;:,") if len(kept.split()) <= _LONGEST_QUOTE else ""


def _telling(ledger: Ledger) -> list[GuideNote]:
    """The notes on what a requirement is about: its words, rare among the requirements, three of them or a module.

    Words that every requirement uses, or that several requirements must share to make three, show no common subject.
    """
    asked = [set(words_of(plain(f"{r.title} {r.text}"))) for r in ledger.pack.requirements]
    own = {component.name for component in ledger.plan.existing} | ledger.named

    def tells(note: GuideNote) -> bool:
        spoken = set(words_of(f"{note.heading} {plain(note.quote)}"))
        shares = max((sum(ledger.rarity(word) > _COMMON for word in spoken & words) for words in asked), default=0)
        return shares >= _SHARED or bool(own & set(note.modules))

    return [note for note in ledger.context.notes if tells(note)]


def _unknown(ledger: Ledger) -> list[str]:
    """What the code does not settle; the assumptions stand in section 2, the questions in section 16."""
    lines: list[str] = []
    orphans = without_home(ledger)
    if orphans:
        lines.append(
            f"Where {some(orphans, 6)} {'belongs' if len(orphans) == 1 else 'belong'}: no module is chosen yet (4.1)."
            f"{ledger.cite(*orphans)}"
        )
    return lines
