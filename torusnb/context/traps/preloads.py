"""Associations that are read although the query that loaded the record did not load them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from torusnb.context.traps.scene import Finding, Rule, Scene, is_close
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.syntax import BINARY, IDENTIFIER, operator_of
from torusnb.models.base import Place
from torusnb.models.modules import Association

_LOADS = frozenset(("get", "get!", "get_by", "get_by!"))
_EMBEDDED = frozenset(("embeds_one", "embeds_many"))


def find_missing_preloads(scene: Scene) -> Iterator[Finding]:
    """`x = Repo.get(Schema, id)` and then `x.association.…` in the same clause, without a word of preloading."""
    for file, function in scene.functions():
        for clause in function.clauses:
            written = clause.text.of(clause.node)
            if "preload" in written:
                continue
            for site in clause.sites:
                variable = _bound_variable(site, clause)
                loaded = _loaded_schema(scene, site, function) if variable else ""
                if not loaded:
                    continue
                read = _first_read(written, variable, _associations(scene, loaded))
                if read is None:
                    continue
                name, offset = read
                line = clause.line + written.count("\n", 0, offset)
                yield Finding(
                    file.path,
                    line,
                    f"`{function.module}.{function.label}` reads `{variable}.{name}` of a `{loaded}` that "
                    f"`{site.label}` loaded without it.",
                    "What is read there is `%Ecto.Association.NotLoaded{}`, never the association",
                    (function.name, name, loaded.rpartition(".")[2]),
                    symbol=function.label,
                    module=function.module,
                    severity="high",
                    also=(Place(file.path, site.line),),
                    weight=0.7,
                    certain=is_close(file),
                )
                break


def _bound_variable(site: Site, clause: Clause) -> str:
    """The variable a call's result is bound to (`x = Repo.get(…)`), or empty."""
    parent: Node | None = site.node.parent
    if parent is None or parent.kind_id != BINARY or operator_of(parent) != "=":
        return ""
    left = parent.named_children[0]
    return clause.text.of(left) if left.kind_id == IDENTIFIER else ""


def _loaded_schema(scene: Scene, site: Site, function: FunctionBody) -> str:
    """The schema whose record a call loads and nothing more: the Repo itself, or a function that only asks it."""
    schema = _asked_of_repo(scene, site, function)
    if schema:
        return schema
    target = scene.function(site.module or function.module, site.name, site.arity)
    if target is None or len(target.clauses) != 1 or len(target.clauses[0].body) != 1 or len(target.sites) != 1:
        return ""
    return _asked_of_repo(scene, target.sites[0], target)


def _asked_of_repo(scene: Scene, site: Site, function: FunctionBody) -> str:
    if site.module.rpartition(".")[2] != "Repo" or site.name not in _LOADS or not site.given:
        return ""
    clause = function.clauses[0]
    written = clause.text.of(site.given[0])
    name = clause.aliases.get(written, written)
    module = scene.code_map.modules.get(name)
    return name if module is not None and module.schema is not None else ""


def _associations(scene: Scene, schema: str) -> tuple[Association, ...]:
    module = scene.code_map.modules.get(schema)
    entries = module.schema.associations if module is not None and module.schema is not None else ()
    return tuple(entry for entry in entries if entry.kind not in _EMBEDDED)


def _first_read(written: str, variable: str, associations: tuple[Association, ...]) -> tuple[str, int] | None:
    names = "|".join(re.escape(entry.name) for entry in associations)
    found = re.search(rf"\b{re.escape(variable)}\.({names})\b(?![(!?])(\.\w|\s*\|>|\))", written) if names else None
    return (found[1], found.start()) if found is not None else None


RULES = (
    Rule(
        "missing-preload",
        "An association read that was not loaded",
        "data",
        "A record is loaded by `Repo.get` and the like, directly or through a function that does no more, and one "
        "of its associations is read in the same clause, where nothing is preloaded. Told only where that is certain.",
        "Load the association in the query (`preload`, a join), and say in the interface what is loaded.",
        find_missing_preloads,
    ),
)
