"""Errors as the command line tells them: a sentence and an exit code (docs/files.md has the table)."""

from __future__ import annotations

import errno
import logging
from typing import Any

import click

from torusnb.cli_words import render_error
from torusnb.errors import InputError, ModelError, NotebookError, OutputError, TorusnbError

_UNUSABLE = frozenset({"no-key", "unsafe-address"})
"""Reasons of a model error that tell of what the person gave, before anything was asked."""


def exit_code(error: TorusnbError) -> int:
    """2 for something the person gave, an output folder that cannot be written included; 1 for anything else.

    What stopped a notebook counts as what would have stopped the command.
    """
    if isinstance(error, ModelError) and error.reason in _UNUSABLE:
        return 2
    kind = error.cause if isinstance(error, NotebookError) and error.cause is not None else type(error)
    return 2 if issubclass(kind, InputError | OutputError) else 1


def warn(line: str) -> None:
    """Tell a line on standard error, so that standard output holds nothing but what was asked for."""
    click.echo(f"torusnb: {line}", err=True)


class Group(click.Group):
    """The one place where errors become a sentence and an exit code."""

    def invoke(self, context: click.Context) -> Any:
        """2 for something the person gave, 1 for anything else that failed, 130 for Ctrl-C."""
        try:
            return super().invoke(context)
        except TorusnbError as error:
            warn(render_error(error))
            context.exit(exit_code(error))
        except OSError as error:
            if error.errno == errno.EPIPE or not error.filename:
                raise  # click ends quietly when nobody reads on; anything else is no file's fault
            warn(f"{error.filename}: it cannot be read or written ({error.strerror}); check its permissions")
            context.exit(2)
        except KeyboardInterrupt:
            logging.disable(logging.ERROR)  # a cell that was waited for would still tell, at exit, how it ended
            warn("interrupted; what was recorded is kept, and the next run goes on from there")
            context.exit(130)
