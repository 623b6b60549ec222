"""YAML text to nodes whose lines are those of the file."""

from __future__ import annotations

import yaml

_OTHER_BREAKS = {ord(letter): " " for letter in "\x85\u2028\u2029"}


def compose_yaml(text: str) -> yaml.Node | None:
    """The root node of a YAML text, or None for an empty one; marks count lines as every other reader here does.

    YAML 1.1 also ends a line at U+0085, U+2028 and U+2029 (its section 5.4), which editors show as one line; they are
    read as spaces, so that a place names the line a person finds.

    Raises:
        yaml.YAMLError: The text is no YAML.
        RecursionError: It is nested too deeply.
        ValueError: A value cannot be read.
    """
    return yaml.compose(text.translate(_OTHER_BREAKS), Loader=yaml.SafeLoader)
