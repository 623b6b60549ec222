"""Files with syntax errors: what is wrong where, and an outline in spite of it.

The parser's own recovery can drop the opening of a module around an error, and then what stands in
the module belongs to nothing. So for such a file the modules are found by their `defmodule` lines
and indentation, the walk fills them from the tree, and functions that the tree lost are added from
their own lines.
"""

from __future__ import annotations

import re

import msgspec
from tree_sitter import Node

from torusnb.elixir.spans import ModuleSpan, find_spans
from torusnb.elixir.state import State
from torusnb.elixir.syntax import ERROR, count_arguments, line_of
from torusnb.elixir.walk import walk
from torusnb.models.base import Place, Problem
from torusnb.models.modules import Function

_MOST_PROBLEMS = 20
_HEREDOC = re.compile(rb'"""[ \t]*\n.*?"""', re.DOTALL)
_LETTER = re.compile(rb"[^\n]")
_DEFINITION = re.compile(
    rb"^[ \t]*(defp?|defmacrop?|defguardp?|defdelegate)[ \t]+([a-z_]\w*[?!]?)[ \t]*(\(?)([^\n]*)", re.MULTILINE
)


def syntax_problems(path: str, root: Node) -> list[Problem]:
    """A problem for each line the parser stumbled over, the first twenty of them."""
    errors: list[Node] = []
    stack = [root]
    while stack:
        node = stack.pop()
        # A missing token can also show as an empty node that is said to have an error.
        if node.kind_id == ERROR or node.is_missing or (node.has_error and not node.child_count):
            errors.append(node)
        if node.has_error:
            stack.extend(reversed(node.children))
    # In document order an error that holds another is followed by it; the inner one is nearer to what is wrong.
    ends = [later.start_byte for later in errors[1:]] + [root.end_byte + 1]
    lines = {line_of(error) for error, following in zip(errors, ends, strict=False) if following >= error.end_byte}
    return [
        Problem(
            Place(path, line),
            "The Elixir parser does not understand the text from here on; the outline of this file may lack something.",
            "Correct the syntax (run `mix format` or `mix compile` on the file), or treat its outline with care.",
        )
        for line in sorted(lines)[:_MOST_PROBLEMS]
    ]


def recover(state: State, root: Node) -> None:
    """Walk a tree with errors; afterwards the state holds every module and function that its lines tell."""
    source = _HEREDOC.sub(lambda match: _LETTER.sub(b" ", match[0]), state.text.data)
    spans = find_spans(source)
    walk(state, root, spans)
    for index, module in enumerate(state.modules):
        span = next((span for span in spans if span.name == module.name), None)
        if span is None:
            continue
        inner = [other for other in spans if span.start < other.start and other.end <= span.end]
        told = _definitions(source, span, inner)
        functions = _merge(module.functions, told)
        state.modules[index] = msgspec.structs.replace(module, functions=functions)


def _definitions(source: bytes, span: ModuleSpan, inner: list[ModuleSpan]) -> list[Function]:
    """The functions whose heads stand in a module and in none of the modules inside it."""
    found: dict[tuple[str, int], Function] = {}
    for match in _DEFINITION.finditer(source, span.start, span.end):
        if any(other.start <= match.start() < other.end for other in inner):
            continue
        keyword, name, rest = (match[part].decode("utf-8", "replace") for part in (1, 2, 4))
        arity = count_arguments(rest, 0) if match[3] else 0
        line = source.count(b"\n", 0, match.start(1)) + 1
        head = " ".join(match[0].decode("utf-8", "replace").split())
        head = re.sub(r"(,? do:.*| do)$", "", head)
        found.setdefault((name, arity), Function(name, arity, keyword, line, line, head))
    return list(found.values())


def _merge(parsed: tuple[Function, ...], told: list[Function]) -> tuple[Function, ...]:
    """The tree's functions with the lost ones; a head that an error stretched over others is taken from its line."""
    heads = {(function.name, function.line): function for function in told}
    starts = sorted(function.line for function in told)
    merged = []
    for function in parsed:
        head = heads.get((function.name, function.line))
        if head is not None and len(function.head) > len(head.head):
            following = next((line for line in starts if line > function.line), function.end_line + 1)
            end_line = max(function.line, min(function.end_line, following - 1))
            function = msgspec.structs.replace(function, arity=head.arity, head=head.head, end_line=end_line)
        merged.append(function)
    known = {function.name for function in merged}
    merged.extend(function for function in told if function.name not in known)
    return tuple(sorted(merged, key=lambda function: (function.line, function.name, function.arity)))
