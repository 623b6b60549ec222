"""`~H` templates inside modules: the components they render and the functions they call."""

from __future__ import annotations

import re

from torusnb.elixir.draft import ModuleDraft
from torusnb.elixir.names import Aliases, expand
from torusnb.elixir.syntax import count_arguments

_COMPONENT = re.compile(r"<([A-Z]\w*(?:\.[A-Z]\w*)*)\.([a-z_]\w*)")
_REMOTE = re.compile(r"([A-Z]\w*(?:\.[A-Z]\w*)*)\.([a-z_]\w*[?!]?)\(")
# Not looked for in the pattern itself, which then could not skip to the next capital letter.
_NO_BEGINNING = re.compile(r"[\w.</&@]")
_MODULE = re.compile(r"\bmodule=\{\s*([A-Z]\w*(?:\.[A-Z]\w*)*)\s*\}")


def read_template(written: str, line: int, module: ModuleDraft, aliases: Aliases) -> None:
    """Add a template's calls to the module; `line` is the line the template begins on."""
    for match in _COMPONENT.finditer(written):
        module.add_call(expand(match[1], aliases), match[2], 1, line + written.count("\n", 0, match.start()))
    for match in _REMOTE.finditer(written):
        if match.start() and _NO_BEGINNING.match(written, match.start() - 1):
            continue
        arity = count_arguments(written, match.end())
        module.add_call(expand(match[1], aliases), match[2], arity, line + written.count("\n", 0, match.start()))
    if "module=" in written:
        module.mentions.update(expand(match[1], aliases) for match in _MODULE.finditer(written))
