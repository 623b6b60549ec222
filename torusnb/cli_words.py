"""Messages in the words of the command line.

The rooms below speak of parameters, as a notebook has them (`offline`, `providers`); who typed a command knows options.
This is the one place that turns the one into the other.
"""

from __future__ import annotations

import dataclasses
import re

from torusnb.errors import TemplateError, TorusnbError
from torusnb.session.parameters import Parameters

_OPTIONS = {field.name: f"--{field.name.replace('_', '-')}" for field in dataclasses.fields(Parameters)} | {
    "torus_root": "--torus",
    "out_dir": "--out",
    "pack": "PACK",
    "offline": "--online",
}
_NAMES = "|".join(name for name in _OPTIONS if name != "interactive")
_OFFLINE = re.compile(r"\bset `offline` to false\b|`offline` set to false")
_QUOTED = re.compile(rf"(?:\b(?:the )?parameter )?`({_NAMES})`|\bparameter '({_NAMES})'")


def in_options(message: str) -> str:
    """A message with every parameter that it names in code or as a parameter as the option that sets it."""
    message = _OFFLINE.sub(lambda match: "give `--online`" if match[0].startswith("set") else "`--online`", message)
    return _QUOTED.sub(lambda match: f"`{_OPTIONS[match[1] or match[2]]}`", message)


def render_error(error: TorusnbError) -> str:
    """What the command line says of an error. What is wrong inside a file keeps the file's own words."""
    return str(error) if isinstance(error, TemplateError) else in_options(str(error))
