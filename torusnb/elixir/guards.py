"""What stands before a module's actions: plugs, pipelines and `on_mount` hooks."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.draft import ModuleDraft
from torusnb.elixir.names import Aliases, module_name
from torusnb.elixir.syntax import CALL, TUPLE, Text, arguments, line_of
from torusnb.elixir.values import list_members
from torusnb.models.modules import Use

HANDED_ON = frozenset((b"plug", b"on_mount"))
GUARDS = frozenset((b"plug", b"on_mount", b"pipeline"))


def read_guard(name: bytes, call: Node, module: ModuleDraft, text: Text, aliases: Aliases) -> None:
    """Add `plug`, `on_mount` or the beginning of a router's `pipeline` to the module's guards."""
    given = arguments(call)
    if not given:
        return
    line = line_of(call)
    if name == b"on_mount":
        module.guards.extend(Use("on_mount", hook, line) for hook in read_hooks(given[0], module, text, aliases))
    elif name == b"pipeline":
        module.guards.append(Use("pipeline", text.literal(given[0]) or text.one_line(given[0]), line))
    else:
        parts = [_named(given[0], module, text, aliases), *(text.one_line(node, 200) for node in given[1:])]
        module.guards.append(Use("plug", ", ".join(parts), line))


def is_quoted(node: Node, text: Text) -> bool:
    """Whether a call stands in a `quote` block, so that it takes effect where the macro is used."""
    around = node.parent
    while around is not None:
        if around.kind_id == CALL and text.data[around.start_byte : around.start_byte + 6] == b"quote ":
            return True
        around = around.parent
    return False


def read_hooks(node: Node, module: ModuleDraft | None, text: Text, aliases: Aliases) -> tuple[str, ...]:
    """The `on_mount` hooks of a list or of one hook: `ShopWeb.Locale`, `{ShopWeb.Auth, :owner}`."""
    if module is None:
        return ()
    return tuple(_named(part, module, text, aliases) for part in list_members(node, text, module, {}))


def _named(node: Node, module: ModuleDraft, text: Text, aliases: Aliases) -> str:
    """A module's full name, alone or at the head of a tuple, and the rest as written."""
    parts = node.named_children
    if node.kind_id == TUPLE and len(parts) > 1:
        owner = module_name(parts[0], text, aliases, module.name)
        if owner:
            return f"{{{', '.join([owner, *(text.one_line(part, 120) for part in parts[1:])])}}}"
    return module_name(node, text, aliases, module.name) or text.one_line(node, 200)
