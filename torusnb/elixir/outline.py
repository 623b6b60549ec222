"""`parse_file`: one Elixir file's text to its outline. It never fails; what is wrong becomes a problem."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from torusnb.elixir.recovery import recover, syntax_problems
from torusnb.elixir.state import State
from torusnb.elixir.syntax import Text, parse_tree
from torusnb.elixir.walk import walk
from torusnb.models.base import Place, Problem
from torusnb.models.codebase import FileOutline

_BOM = b"\xef\xbb\xbf"


def parse_file(path: str, source: bytes) -> FileOutline:
    r"""The outline of one `.ex` or `.exs` file: modules in line order, routes, migration, problems.

    Any bytes are read: text that is no UTF-8, NUL bytes and syntax errors each become a problem with
    a line, and what stands around them is still outlined. Lines are 1-based and count `\\n`.

    Args:
        path: POSIX path relative to the checkout; it is only copied into the outline, never opened.
        source: The file's bytes as they are on disk; `sha256` is over exactly these.
    """
    (outline,) = parse_files([(path, source)])
    return outline


def parse_files(files: Sequence[tuple[str, bytes]]) -> Iterator[FileOutline]:
    """The outline of each of a few files, as `parse_file` gives it; the syntax trees of all are held at once.

    All trees are made first: the parser and Python each fill the processor's cache, and taking turns with every file
    makes both slower by a tenth.
    """
    texts = [Text(_readable(source)) for _, source in files]
    roots = [parse_tree(text.data) for text in texts]
    for (path, source), text, root in zip(files, texts, roots, strict=True):
        yield _outline(path, source, text, root)


def _readable(source: bytes) -> bytes:
    """The bytes without NUL and byte order mark, replaced so that every position stays what it is in the file."""
    readable = source.replace(b"\x00", b" ")
    return b"   " + readable[3:] if readable.startswith(_BOM) else readable


def _outline(path: str, source: bytes, text: Text, root: Node) -> FileOutline:
    problems = _byte_problems(path, source)
    state = State(path, text)
    if root.has_error:
        problems.extend(syntax_problems(path, root))
        recover(state, root)
    else:
        walk(state, root)
    lines = source.count(b"\n") + (not source.endswith(b"\n") and bool(source))
    return FileOutline(
        path=path,
        sha256=hashlib.sha256(source).hexdigest(),
        lines=lines,
        modules=tuple(state.modules),
        routes=tuple(state.router.routes),
        migration=state.migration.freeze(path) if state.migration is not None else None,
        problems=tuple(problems),
        schedules=tuple(sorted(set(state.schedules), key=lambda job: (job.line, job.worker, job.cron))),
        queues=tuple(sorted(set(state.queues), key=lambda queue: (queue.line, queue.name, queue.kind))),
        text_sha256=hash_text(source),
    )


def hash_text(source: bytes) -> str:
    """The SHA-256 of the text, in UTF-8, that the bytes read as; empty where these are the bytes themselves.

    A byte order mark is no part of the text, and what is no UTF-8 reads as U+FFFD.
    """
    if source.isascii():  # told in no time, and true for nearly all
        return ""
    text = source.decode("utf-8-sig", "replace").encode()
    return "" if text == source else hashlib.sha256(text).hexdigest()


def _byte_problems(path: str, source: bytes) -> list[Problem]:
    problems = []
    if b"\x00" in source:
        line = source.count(b"\n", 0, source.index(b"\x00")) + 1
        problems.append(
            Problem(
                Place(path, line),
                "The file holds NUL bytes, which Elixir source never does; they were read as spaces.",
                "Save the file as UTF-8 text, or remove it from the checkout if it is no Elixir source.",
            )
        )
    try:
        if not source.isascii():
            source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(
                Place(path, line),
                "A byte here is no valid UTF-8; it was read as a replacement character.",
                "Save the file as UTF-8.",
            )
        )
    return problems
