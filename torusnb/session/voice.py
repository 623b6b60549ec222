"""What a session tells a person while it works."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Tell a person one line about long work, on the error stream, where it is in no output that is exported."""
    print(line, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """Show a piece of text as it comes, likewise."""
    print(text, end="", file=sys.stderr, flush=True)
