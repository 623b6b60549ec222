"""Section 3: what the checkout and its guides say about the place this feature goes to."""

from __future__ import annotations

import re
from itertools import islice

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.pitfalls import tell_traps
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


_WORDS_OF_QUOTE, _LONGEST_QUOTE = 26, 48
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
    totals = ledger.context.totals
    sizes = [count(totals[k], noun) for k, noun in _TOTALS if totals.get(k)]
    of = (
        f" The checkout holds {listed(sizes)}; {count(len(ledger.context.waypoints), 'place')} of it matter here."
        if sizes
        else ""
    )
    basis = ledger.cite(*(w.key for w in ledger.context.waypoints[:1]))
    return (
        f"All code references are at commit `{named}`{state}; from here on a module goes by the last parts of its name."
        f"{of}{basis}"
    )


_MOST_MODULES = 6
_TOTALS = (
    ("modules", "module"), ("schemas", "schema"), ("live_views", "LiveView"), ("routes", "route"),
    ("workers", "worker"),
)  # fmt: skip


def layer_words(component: Component) -> str:
    """A component's layer and its size: `LiveView, 12 events`, `schema of posts, 9 fields`."""
    module = component.module
    label = _LAYER_WORDS.get(component.layer, "module")
    if module is None:
        return label
    events = {use.name for use in module.callbacks if use.kind == "handle_event" and use.name}
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
    return [*lines, *_tables(ledger)]


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
    """Supervised children, queues and caches by name, from the whole checkout."""
    runtime = ledger.context.runtime
    lines = []
    children = _relevant_children(ledger)
    if children:
        names = [code(name) for name, _ in children]
        keys = [key for _, key in children]
        lines.append(f"The application supervises, among others, {some(names, 6)}.{ledger.cite(*keys, most=2)}")
    for kind, label in (("queue", "Oban queues"), ("pubsub", "PubSub server")):
        found = [line for line in runtime.get(kind, ()) if kind != "queue" or "queue" in line.text]
        if found and (kind != "queue" or ledger.plan.runtime.jobs or ledger.plan.runtime.workers):
            texts = [code(_runtime_name(kind, plain(line.text).replace("`", ""))) for line in found]
            lines.append(f"{label}: {some(texts, 8)}.{ledger.cite(*(k for line in found[:1] for k in line.evidence))}")
    return lines


def _runtime_name(kind: str, text: str) -> str:
    """The name in a line of the runtime: the queue, or the entry as written."""
    queue = re.search(r"queue:\s*:(\w+)", text)
    return queue.group(1) if kind == "queue" and queue else text.rstrip(",")


def _relevant_children(ledger: Ledger) -> list[tuple[str, str]]:
    """Children of the application: those of this feature's domain first, then the shared ones."""
    found: list[tuple[int, str, str]] = []
    for module in ledger.code.of_kind("application"):
        for child in module.children:
            if child.module:
                near = bool(ledger.plan.context) and child.module.startswith(ledger.plan.context)
                shared = any(word in child.module for word in ("Repo", "PubSub", "Oban", "TaskSupervisor", "Task."))
                rank = 0 if near else 1 if shared else 2
                found.append((rank, child.module, code_key(module.path, child.line)))
    return [(name, key) for rank, name, key in sorted(found, key=lambda item: item[0])[:6] if rank < 2]


def _telemetry(ledger: Ledger) -> list[str]:
    """Events that waypoints already emit, and the prefixes of the whole checkout."""
    own = {component.name for component in ledger.plan.existing}
    near = [
        (use.name, code_key(module.path, use.line))
        for waypoint in ledger.context.waypoints
        if (module := ledger.code.modules.get(waypoint.module)) is not None
        for use in module.telemetry
        if "." in use.name and (waypoint.rank <= 15 or module.name in own)
    ]
    lines = []
    if near:
        names = list(dict.fromkeys(code(name) for name, _ in near))
        lines.append(f"Telemetry at hand: {some(names, 5)}.{ledger.cite(*(key for _, key in near), most=2)}")
    elif ledger.context.telemetry_prefixes:
        names = [code(name) for name in ledger.context.telemetry_prefixes[:5]]
        basis = [key for c in ledger.plan.existing[:1] for key in [c.key]]
        lines.append(f"No waypoint emits telemetry; the checkout's prefixes are {some(names, 5)}.{ledger.cite(*basis)}")
    return lines


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
    """The notes that share words with the feature's requirements beyond a word or two, in their order."""
    asked = set(words_of(plain(" ".join(f"{r.title} {r.text}" for r in ledger.pack.requirements))))
    asked |= set(words_of(ledger.title))

    def tells(note: GuideNote) -> bool:
        return len(asked & set(words_of(f"{note.heading} {plain(note.quote)}"))) > 2

    return [note for note in ledger.context.notes if tells(note)]


def _unknown(ledger: Ledger) -> list[str]:
    """What the code does not settle; the assumptions stand in section 2, the questions in section 16."""
    lines: list[str] = []
    orphans = [r for r, touched in ledger.plan.matches.items() if not touched and not ledger.is_boundary(r)]
    if orphans:
        lines.append(f"No module of the checkout answers {some(orphans, 6)} yet.{ledger.cite(*orphans)}")
    return lines
