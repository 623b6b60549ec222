"""Numbered steps below a label, as a plan stands in a section of prose: steps are no sentences of it."""

from __future__ import annotations

import re

from torusnb.spec.codeparts import find_fences

_STEPS = re.compile(
    r"^[ ]{0,3}\*\*[^*\n]+\*\*[:.]?[ \t]*\n"  # the label, a line of its own
    r"(?:[ \t]*\n)?"
    r"(?:[ ]{0,3}\d{1,3}[.)][ \t]+\S[^\n]*(?:\n|\Z)"  # a step,
    r"(?:[ \t]+\S[^\n]*(?:\n|\Z))*"  # the lines that go on with it,
    r"(?:(?:[ \t]*\n)+(?=[ ]{0,3}\d{1,3}[.)][ \t]))?)+",  # and blank lines before the next
    re.MULTILINE,
)


def without_steps(markdown: str) -> str:
    """The text without numbered steps that follow a label in bold on a line of its own, and without those labels.

    A list under plain text stays, and so does a label over anything else: there a reader reads sentences. Code blocks
    go first, each for a blank line: nobody counts them, and a fence that went with a step would turn the rest to code.
    """
    lines, kept, end = markdown.split("\n"), list[str](), 0
    for first, last in find_fences(markdown):
        kept += [*lines[end : first - 1], ""]
        end = last
    return _STEPS.sub("\n", "\n".join([*kept, *lines[end:]]))
