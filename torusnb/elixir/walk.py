"""The walk: one pass over a file's syntax tree, in document order, that gathers everything an outline holds.

The walk keeps its own stack, so that no depth of nesting can exhaust Python's. (A query that picks
only the nodes of interest was tried: no faster on real files, and quadratic on a run of unclosed
brackets.) Most functions are not walked: `places` finds in their bytes where the tree is to be asked.
What holds only inside a block (the module, the function, aliases, a router's scope, a
migration's table) is put back when the walk passes the block's last byte.
"""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from torusnb.elixir.places import find_places, read_function
from torusnb.elixir.readings import READERS
from torusnb.elixir.spans import ModuleSpan
from torusnb.elixir.state import State
from torusnb.elixir.syntax import LEAVES


def walk(state: State, root: Node, spans: Sequence[ModuleSpan] | None = None) -> None:
    """Gather a whole tree into the state.

    Args:
        state: A new one.
        root: The tree.
        spans: Where modules are to be opened, whatever the tree says. Without, the tree is trusted: functions are read
            at the places that their bytes tell, which gives the same in less time.
    """
    told = spans or ()
    state.told = frozenset(span.start for span in told)
    state.skipping = spans is None
    places = find_places(state.text.data)
    waiting = sorted(told, key=lambda span: -span.start)  # modules that are still to be opened, the next one last
    stack = [root]  # nodes that are still to be read, the next one last
    done = 0  # everything that begins before this byte has been read
    while stack:
        node = stack.pop()
        kind = node.kind_id
        if kind in LEAVES:
            continue
        reader = READERS.get(kind)
        if reader is not None:
            start = node.start_byte
            if start >= done:
                if start >= state.limit:
                    state.leave(start)
                while waiting and start >= waiting[-1].start:
                    state.open_span(waiting.pop())
                done = reader(state, node)
                if state.quiet:
                    done = read_function(state, node, places)
            if done >= node.end_byte:
                continue
        stack.extend(node.named_children[::-1])
    while waiting:
        state.open_span(waiting.pop())
    state.finish()
