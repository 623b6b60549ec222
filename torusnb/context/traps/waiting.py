"""Messages without backpressure, and waits without end."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from torusnb.context.traps.origins import names_in, walk
from torusnb.context.traps.processes import ASKS, TELLS
from torusnb.context.traps.scene import Finding, Rule, Scene
from torusnb.elixir.body_calls import Site
from torusnb.elixir.syntax import ATOM, IDENTIFIER, Text, line_of
from torusnb.models.base import Place

_WAITS = frozenset(
    [(module, name) for module, names in ASKS.items() for name in names]
    + [("Task", name) for name in ("await", "await_many", "yield", "yield_many")]
)
_BROADCASTS = frozenset(("broadcast", "broadcast!", "broadcast_from", "broadcast_from!"))


def _detect_flooded(scene: Scene) -> Iterable[Finding]:
    for file, function in scene.functions():
        for clause in function.clauses:
            for site in clause.sites:
                loop = site.within("loop")
                if loop is None or not site.given or not _goes_to_one(site, clause.text):
                    continue
                told = "broadcasts" if site.name in _BROADCASTS else "sends"
                yield Finding(
                    path=file.path,
                    line=site.line,
                    what=f"`{function.label}` {told} with `{site.label}` once for each member inside `{loop.name}`, "
                    "and nothing holds it back.",
                    stake="the receiver's mailbox grows with the collection, and every message waits behind "
                    "the ones before",
                    topic=(
                        function.name,
                        site.name,
                        clause.text.one_line(site.given[-1], 60),
                        function.module.rpartition(".")[2],
                    ),
                    symbol=function.label,
                    module=function.module,
                    severity="medium",
                    also=(Place(file.path, loop.line),) if loop.line != site.line else (),
                    weight=0.6,
                )


def _goes_to_one(site: Site, text: Text) -> bool:
    """Whether every turn of the loop speaks to the same process or topic."""
    if site.name in TELLS.get(site.module, ()) or (not site.module and site.name == "send"):
        target = site.given[0]
    elif site.name in _BROADCASTS and site.module.endswith(("PubSub", "Endpoint")):
        target = site.given[min(1 if site.module.endswith("PubSub") else 0, len(site.given) - 1)]
    else:
        return False
    return not names_in(target, text) & _loop_names(site, text)


def _loop_names(site: Site, text: Text) -> set[str]:
    """The variables that the functions and comprehensions around a call bind, and what is bound inside them."""
    names: set[str] = set()
    around: Node | None = site.node.parent
    while around is not None and around.type not in ("source",):
        if around.type in ("stab_clause", "anonymous_function", "arguments"):
            for part in walk(around):
                if part.end_byte <= site.node.start_byte and part.kind_id == IDENTIFIER:
                    names.add(text.of(part))
        around = around.parent if around.type != "do_block" or _is_comprehension(around, text) else None
    return names


def _is_comprehension(block: Node, text: Text) -> bool:
    owner = block.parent
    return owner is not None and text.of(owner).startswith("for ")


def _detect_endless(scene: Scene) -> Iterable[Finding]:
    for file, function in scene.functions():
        for clause in function.clauses:
            for site in clause.sites:
                if _waits_without_end(site, clause.text):
                    yield Finding(
                        path=file.path,
                        line=_infinity_line(site, clause.text),
                        what=f"`{function.label}` calls `{site.label}` with the timeout `:infinity`.",
                        stake="when the other side hangs, this process hangs with it, and with it whoever waits for it",
                        topic=(function.name, site.name, function.module.rpartition(".")[2]),
                        symbol=function.label,
                        module=function.module,
                        severity="medium",
                        weight=0.7,
                    )


def _waits_without_end(site: Site, text: Text) -> bool:
    if not site.given or not site.module:
        return False
    last = site.given[-1]
    if last.kind_id == ATOM and text.of(last) == ":infinity":
        return (site.module, site.name) in _WAITS
    options = text.options(list(site.given))
    return any(
        key in options and text.of(options[key]) == ":infinity"
        for key in ("timeout", "recv_timeout", "receive_timeout", "await_timeout")
    )


def _infinity_line(site: Site, text: Text) -> int:
    return next(
        (line_of(part) for part in walk(site.given[-1]) if part.kind_id == ATOM and text.of(part) == ":infinity"),
        site.line,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "flooded-mailbox",
        "Messages without backpressure",
        "runtime",
        "`cast`, `send` or a broadcast to one receiver inside a loop: the mailbox takes all of it.",
        "Send one message with the whole list, or let the receiver ask for more.",
        _detect_flooded,
        quiet=True,
    ),
    Rule(
        "endless-wait",
        "A call without a timeout",
        "runtime",
        "`:infinity` as the timeout of a call, an await, a stream of tasks, a transaction or a request to "
        "another service.",
        "Give it a limit that fits the requirement's own and say what happens when it is reached.",
        _detect_endless,
    ),
)
