"""The commands of torusnb, for tests that look at each."""

from __future__ import annotations

from collections.abc import Iterator

import click


def each_command(command: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    """A command by its words, and all below it, groups included."""
    yield " ".join(path), command
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield from each_command(below, *path, name)
