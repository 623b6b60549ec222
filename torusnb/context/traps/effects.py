"""What a function does to the world, itself or through the functions it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.syntax import ATOM, TUPLE

_DEPTH = 3
_READS = frozenset(
    (
        *("aggregate", "all", "exists?", "get", "get!", "get_by", "get_by!", "one", "one!", "preload", "query"),
        *("query!", "reload", "reload!", "stream"),
    )
)
_WRITES = frozenset(
    (
        *("delete", "delete!", "delete_all", "insert", "insert!", "insert_all", "insert_or_update"),
        *("insert_or_update!", "update", "update!", "update_all"),
    )
)
_HTTP = frozenset(("HTTPoison", "Req", "Finch", "Tesla", ":hackney", ":httpc", "Mint.HTTP", "ExAws"))
_BROADCASTS = frozenset(("broadcast", "broadcast!", "broadcast_from", "broadcast_from!", "local_broadcast"))
_SPEAKERS = ("PubSub", "Endpoint", "Broadcaster")
_JOBS = frozenset(("insert", "insert!", "insert_all"))
_MAILS = frozenset(("deliver", "deliver!", "deliver_now", "deliver_now!", "deliver_later", "deliver_later!"))
_CACHE_WRITES = frozenset(("put", "put_many", "put!", "update", "incr", "decr", "get_and_update", "write"))
_CACHE_TAKES = frozenset(
    (
        *("clear", "clear!", "del", "del!", "delete", "delete_all_objects", "expire", "expire!", "match_delete"),
        *("match_delete!", "purge", "purge!", "reset", "reset!", "select_delete", "take", "take!"),
    )
)
_STORES = ("Cachex", "ConCache", ":ets")
_ANSWERS = {"call": "handle_call", "cast": "handle_cast"}
_TASKS = frozenset(("start", "start_link", "start_child", "async", "async_nolink"))
_SPAWNS = frozenset(("spawn", "spawn_link", "spawn_monitor"))
_KERNEL = frozenset(
    (
        *("case", "cond", "def", "defp", "fn", "for", "if", "is_map", "is_nil", "length", "map_size", "quote"),
        *("raise", "unless", "unquote", "with"),
    )
)

Lookup = Callable[[str, str, int], FunctionBody | None]


@dataclass(frozen=True)
class Effect:
    """Something a call does.

    Attributes:
        kind: `read`, `write`, `transaction`, `broadcast`, `job`, `http`, `mail`, `cache` (a write to one), `task`,
            `forget` (an entry of a cache or table is taken out).
        site: The call that does it. owner: The module it stands in.
        through: The functions on the way there (`Shop.Baskets.pay/1`), empty when the call itself does it.
    """

    kind: str
    site: Site
    owner: str
    through: tuple[str, ...] = ()


def direct_effect(site: Site) -> str:
    """What a call does by itself: a kind of effect, or empty."""
    last = site.module.rpartition(".")[2]
    if last.endswith("Repo"):
        return _repo_effect(site.name)
    if site.module == "Oban" and site.name in _JOBS:
        return "job"
    if site.name in _BROADCASTS and (last.endswith(_SPEAKERS) or site.module == "Absinthe.Subscription"):
        return "broadcast"
    if site.module in _HTTP:
        return "http"
    if site.name in _MAILS and (last.endswith(("Mailer", "Email")) or site.module.startswith("Swoosh")):
        return "mail"
    if last in ("Cachex", "ConCache") and site.name in _CACHE_WRITES:
        return "cache"
    if site.module in _STORES and site.name in _CACHE_TAKES:
        return "forget"
    if site.module in ("Task", "Task.Supervisor") and site.name in _TASKS:
        return "task"
    return "task" if not site.module and site.name in _SPAWNS else ""


def _repo_effect(name: str) -> str:
    if name in _READS:
        return "read"
    if name in _WRITES:
        return "write"
    return "transaction" if name in ("transaction", "transact") else ""


class Effects:
    """Looks effects up through calls, three functions deep at most, and remembers them."""

    def __init__(self, lookup: Lookup, *, asking: bool = False) -> None:
        """Effects of functions that `lookup` finds.

        With `asking` also what a module's own process does with a message that the function sends it. That runs in
        another process, so it stands in no transaction of the caller.
        """
        self._lookup = lookup
        self._asking = asking
        self._kept: dict[tuple[str, str, int, int], tuple[Effect, ...]] = {}

    def of_site(self, site: Site, current: str, depth: int = _DEPTH) -> tuple[Effect, ...]:
        """What a call within module `current` does, first itself, else through the function it calls."""
        kind = direct_effect(site)
        if kind:
            return (Effect(kind, site, current),)
        if depth == 0 or (not site.module and site.name in _KERNEL):
            return ()
        if self._asking and site.module == "GenServer" and site.name in _ANSWERS:
            return self._answered(site, current, depth - 1)
        target = self._lookup(site.module or current, site.name, site.arity)
        return self.of_function(target, depth - 1) if target is not None else ()

    def _answered(self, site: Site, current: str, depth: int) -> tuple[Effect, ...]:
        """What the clauses of `handle_call` and `handle_cast` do that take the message a module sends to itself."""
        if len(site.given) < 2 or not _is_own(site.given[0], current):
            return ()
        name = _ANSWERS[site.name]
        function = self._lookup(current, name, 3 if name == "handle_call" else 2)
        tag = message_tag(site.given[1])
        if function is None or not tag:
            return ()
        label = f"{current}.{function.label}"
        return tuple(
            Effect(effect.kind, effect.site, effect.owner, (label, *effect.through))
            for clause in function.clauses
            if clause.parameters and message_tag(clause.parameters[0]) == tag
            for inner in clause.sites
            for effect in self.of_site(inner, current, depth)
        )

    def of_function(self, function: FunctionBody, depth: int = _DEPTH) -> tuple[Effect, ...]:
        """What a function does, one effect of each kind: the nearest, then the first. Tasks it starts count."""
        key = (function.module, function.name, function.arity, depth)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        self._kept[key] = ()  # a function that calls itself adds nothing
        best: dict[str, Effect] = {}
        label = f"{function.module}.{function.label}"
        for site in function.sites:
            for effect in self.of_site(site, function.module, depth):
                told = Effect(effect.kind, effect.site, effect.owner, (label, *effect.through))
                known = best.get(effect.kind)
                if known is None or len(told.through) < len(known.through):
                    best[effect.kind] = told
        self._kept[key] = tuple(best.values())
        return self._kept[key]


def _is_own(node: Node, current: str) -> bool:
    """Whether a process's name is the module's own, as it is written within that module."""
    written = (node.text or b"").decode("utf-8", "replace")
    return written in ("__MODULE__", current, current.rpartition(".")[2])


def message_tag(message: Node) -> bytes:
    """The atom that tells messages apart (`:clear`, `{:forget, key}`), or empty."""
    node: Node | None = message
    if message.kind_id == TUPLE:
        node = message.named_children[0] if message.named_child_count else None
    return (node.text or b"") if node is not None and node.kind_id == ATOM else b""
