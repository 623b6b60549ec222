"""Module names: aliases in force, and what a name stands for in full."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.syntax import ALIAS, DOT, IDENTIFIER, TUPLE, Text

Aliases = dict[str, str]


def expand(name: str, aliases: Aliases) -> str:
    """The full name behind a name as written: `Sections.Blueprint` under `alias Shop.Sections`."""
    if name.startswith("Elixir."):
        return name[7:]
    full = aliases.get(name)
    if full is not None:
        return full
    head, dot, rest = name.partition(".")
    if dot:
        full = aliases.get(head)
        if full is not None:
            return f"{full}.{rest}"
    return name


def module_name(node: Node, text: Text, aliases: Aliases, current: str) -> str:
    """The full name a node stands for (`A.B`, `__MODULE__`, `__MODULE__.C`), or empty when it is computed."""
    kind = node.kind_id
    if kind == ALIAS:
        written = text.of(node)
        return expand("".join(written.split()) if "\n" in written or " " in written else written, aliases)
    if kind == IDENTIFIER:
        return current if text.raw(node) == b"__MODULE__" else ""
    if kind == DOT:
        parts = node.named_children
        if len(parts) == 2 and parts[1].kind_id == ALIAS:
            left = module_name(parts[0], text, aliases, current)
            return f"{left}.{text.of(parts[1])}" if left else ""
    return ""


def named_modules(node: Node, text: Text, aliases: Aliases, current: str) -> list[str]:
    """The full names an `alias` speaks of: one, or several for `A.{B, C.D}`."""
    if node.kind_id == DOT:
        parts = node.named_children
        if len(parts) == 2 and parts[1].kind_id == TUPLE:
            left = module_name(parts[0], text, aliases, current)
            members = [text.of(part) for part in parts[1].named_children if part.kind_id == ALIAS]
            return [f"{left}.{member}" for member in members] if left else []
    name = module_name(node, text, aliases, current)
    return [name] if name else []
