"""The functions of a module that a requirement names or that speak of its matter, by their names and their docs."""

from __future__ import annotations

import re

from torusnb.drafting.offline.homes import FUNCTION
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.modules import Function, Module

_LEAST_OF_DOC = 3
"""Words that a function's name and doc must share with a requirement before it is read first."""
_MOST = 2


def named_function(module: Module, text: str) -> Function | None:
    """The public function of a module that a text names, with the module (`Shop.Stock.count/1`) or by its own name."""
    for span in FUNCTION.finditer(text):
        written = re.sub(r"\(.*$", "", span.group(0).strip("`"))
        name, _, arity = written.partition("/")
        owner, _, bare = name.rpartition(".")
        found = module.function(bare, int(arity)) if arity.isdigit() else module.function(bare)
        if found is not None and found.public and owner in {"", module.name, module.name.rsplit(".", 1)[-1]}:
            return found
    return None


def speaking_functions(module: Module, text: str) -> list[Function]:
    """The public functions whose name and doc share most words with a text, best first, at most two."""
    spoken = set(words_of(plain(text)))
    scored = [(len(spoken & set(words_of(f"{f.name} {plain(f.doc)}"))), f) for f in module.functions if f.public]
    best = sorted((pair for pair in scored if pair[0] >= _LEAST_OF_DOC), key=lambda pair: (-pair[0], pair[1].line))
    return [function for _, function in best[:_MOST]]
