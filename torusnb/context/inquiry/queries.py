"""How a query, a preload or a text speaks of a table at a node."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.context.inquiry.sources import SourceFile
from torusnb.elixir.syntax import BINARY, CALL, DOT, arguments, first_child, operator_of

_DOCS = (b"@doc", b"@moduledoc", b"@typedoc", b"@shortdoc")
_READS = frozenset(
    b"get get! get_by get_by! one one! all all_by exists? aggregate stream reload reload! preload first last".split()
)
_QUERY_WORDS = frozenset(
    b"from join where select order_by group_by having limit offset distinct subquery preload dynamic with_cte".split()
)


def query_relation(node: Node, file: SourceFile) -> str:
    """How a query names a source at this node: `queries`, `joins`, `Repo.get`, …; empty when it is no source there."""
    parent = node.parent
    if parent is None:
        return ""
    if parent.kind_id == BINARY and operator_of(parent) == "in":
        pair = parent.parent
        key = file.text.of(pair.named_children[0]) if pair is not None and pair.type == "pair" else ""
        call = pair.parent if pair is not None and pair.type == "arguments" else None
        word = file.text.of(call.named_children[0]) if call is not None and call.kind_id == CALL else ""
        return "joins" if key.strip(": ").endswith("join") or word == "join" else "queries"
    if parent.kind_id == BINARY and operator_of(parent) == "|>":
        return _pipe_relation(parent, file)
    if parent.type == "pair" and file.text.of(parent.named_children[0]).strip(": ").endswith("join"):
        return "joins"
    call = parent.parent if parent.type == "arguments" else None
    if call is None or call.kind_id != CALL:
        return ""
    return _call_relation(call, file)


def _call_relation(call: Node, file: SourceFile) -> str:
    target = first_child(call)
    if target is None:
        return ""
    if target.kind_id == DOT:
        owner, word = file.text.of(target.named_children[0]), file.text.raw(target.named_children[-1])
        if owner.rpartition(".")[2].endswith(("Repo", "repo")) and word in _READS:
            return f"{owner.rpartition('.')[2]}.{word.decode()}"
        return "queries" if owner.rpartition(".")[2] == "Query" and word in _QUERY_WORDS else ""
    return ("joins" if file.text.raw(target) == b"join" else "queries") if file.text.raw(target) in _QUERY_WORDS else ""


def _pipe_relation(pipe: Node, file: SourceFile) -> str:
    """`Schema |> where(…) |> Repo.all()`: the first step that says what it is."""
    current: Node | None = pipe
    while current is not None and current.kind_id == BINARY and operator_of(current) == "|>":
        step = current.named_children[-1]
        relation = _call_relation(step, file) if step.kind_id == CALL else ""
        if relation:
            return relation
        current = current.parent
    return ""


def association_relation(node: Node, file: SourceFile) -> str:
    """`joins` or `preloads` where an association's name stands in a query or a preload; else empty."""
    current: Node | None = node
    for _ in range(10):
        current = current.parent if current is not None else None
        if current is None:
            return ""
        if current.type == "pair":
            key = file.text.of(current.named_children[0]).strip(": ")
            if key in ("preload", "preloads"):
                return "preloads"
        if current.kind_id == CALL:
            target = first_child(current)
            word = file.text.of(target).rpartition(".")[2] if target is not None else ""
            if word in ("preload", "assoc", "assoc_loaded?"):
                return {"preload": "preloads", "assoc": "joins"}.get(word, "")
            if word not in ("from", "join", "subquery"):
                return ""
        if current.type in ("do_block", "stab_clause", "map"):
            return ""
    return ""


def given_to(call: Node) -> list[Node]:
    """A call's arguments, a piped value first."""
    given = arguments(call)
    parent = call.parent
    piped = parent is not None and parent.kind_id == BINARY and operator_of(parent) == "|>"
    if parent is not None and piped and parent.named_children[-1].start_byte == call.start_byte:
        given.insert(0, parent.named_children[0])
    return given


def is_doc(string: Node, file: SourceFile) -> bool:
    """Whether a text is documentation."""
    current: Node | None = string
    for _ in range(4):
        current = current.parent if current is not None else None
        if current is not None and file.data.startswith(_DOCS, current.start_byte):
            return True
    return False
