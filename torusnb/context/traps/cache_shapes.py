"""Caches that refuse a shape: readers without a clause for errors, writers that take some values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from torusnb.context.traps.caches import PUTS, STORES
from torusnb.context.traps.origins import names_in, walk
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody, ModuleBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.syntax import (
    ATOM,
    BINARY,
    CALL,
    IDENTIFIER,
    STAB_CLAUSE,
    TUPLE,
    Text,
    do_block,
    operator_of,
)
from torusnb.models.base import Place
from torusnb.models.modules import Module

_GUARDS = frozenset(
    [
        "is_atom",
        "is_binary",
        "is_boolean",
        "is_float",
        "is_function",
        "is_integer",
        "is_list",
        "is_map",
        "is_nil",
        "is_number",
        "is_struct",
        "is_tuple",
    ]
)


def _detect_refusing(scene: Scene) -> Iterable[Finding]:
    for file in scene.files:
        if not any(module.caches or _uses_cache(scene, module) for module in file.outline.modules):
            continue
        bodies = scene.bodies(file.path)
        for module in bodies.modules if bodies is not None else ():
            for function in module.functions:
                yield from _refusing_writer(file, module, function)
                for site in function.sites:
                    yield from _refusing_fallback(file, module, function, site)
                    yield from _refusing_reader(scene, file, module, function, site)


def _uses_cache(scene: Scene, module: Module) -> bool:
    targets = (scene.code_map.modules.get(call.module) for call in module.calls)
    return any(target is not None and target.caches for target in targets)


def _tells_values(guard: Node, puts: list[Site], text: Text) -> bool:
    """Whether a guard is a closed list, or asks nothing but what the kept value is."""
    if any(part.kind_id == BINARY and operator_of(part) == "in" for part in walk(guard)):
        return True
    values = {text.of(site.given[2]) for site in puts if len(site.given) > 2}
    return bool(values) and names_in(guard, text) - _GUARDS <= values


def _refusing_fallback(file: NearFile, module: ModuleBody, function: FunctionBody, site: Site) -> Iterator[Finding]:
    """`Cachex.fetch` whose function gives neither `{:commit, _}` nor `{:ignore, _}` in some branch."""
    if (site.module, site.name) not in (("Cachex", "fetch"), ("Cachex", "fetch!")) or len(site.given) < 3:
        return
    text = module.text
    fallback = site.given[2]
    if fallback.type != "anonymous_function":
        return
    written = text.of(fallback)
    if ":commit" in written or ":ignore" in written or ":error" in written:
        return
    yield Finding(
        path=file.path,
        line=site.line,
        what=f"The function that `{function.label}` gives to `{site.label}` answers with a bare value, not with "
        "`{:commit, value}` or `{:ignore, value}`, so whatever it gives is kept, errors too.",
        stake="a failed or empty answer is served from the cache until its entry ends",
        topic=(function.name, module.name.rpartition(".")[2], text.one_line(site.given[1], 50)),
        symbol=function.label,
        module=module.name,
        severity="medium",
        weight=0.7,
    )


def _refusing_reader(
    scene: Scene, file: NearFile, module: ModuleBody, function: FunctionBody, site: Site
) -> Iterator[Finding]:
    """A `case` on what a cache answers that has no clause for `{:error, _}`."""
    case = _case_around(site.node, module.text)
    if case is None or not _answers_for_cache(scene, module, site):
        return
    patterns = _patterns(case)
    if not patterns or any(_takes_errors(pattern, module.text) for pattern in patterns):
        return
    seen = " and ".join(f"`{module.text.one_line(pattern, 40)}`" for pattern in patterns[:3])
    yield Finding(
        path=file.path,
        line=site.line,
        what=f"`{function.label}` takes {seen} from `{site.label}` and no `{{:error, _}}`.",
        stake="when the cache is not running or a call to it fails, the caller crashes instead of reading "
        "from the source",
        topic=(function.name, module.name.rpartition(".")[2]),
        symbol=function.label,
        module=module.name,
        severity="medium",
        weight=0.7,
    )


def _answers_for_cache(scene: Scene, module: ModuleBody, site: Site) -> bool:
    """Whether a call's answer is that of `Cachex.get`, given directly or by a function that does nothing else."""
    if site.module == "Cachex":
        return site.name in ("get", "put", "fetch", "transaction", "incr", "take")
    outline = scene.code_map.modules.get(site.module or module.name)
    if outline is None or not outline.caches:
        return False
    target = scene.function(outline.name, site.name, site.arity)
    calls = [found.call for found in target.returns] if target is not None else []
    return calls == ["Cachex.get/2"] or (calls == ["GenServer.call/2"] and site.name in ("get", "fetch", "lookup"))


def _refusing_writer(file: NearFile, module: ModuleBody, function: FunctionBody) -> Iterator[Finding]:
    """A public function that puts into a cache and whose every clause has a guard, so that other values raise."""
    guards = [clause.guard for clause in function.clauses if clause.body]
    puts = [site for site in function.sites if site.module in STORES and site.name in PUTS]
    puts += [site for site in function.sites if not site.module and site.name in ("put", "store", "write") and guards]
    if not puts or not function.public or not guards or function.name.startswith("handle_"):
        return
    written = [module.text.one_line(guard, 60) for guard in guards if guard is not None]
    if len(written) < len(guards) or not all(_tells_values(guard, puts, module.text) for guard in guards if guard):
        return
    yield Finding(
        path=file.path,
        line=function.line,
        what=f"`{function.label}` caches only when {' or '.join(f'`{guard}`' for guard in written[:2])}; it "
        "has no clause for "
        "anything else.",
        stake="a new kind of key or an empty answer raises a FunctionClauseError in the caller",
        topic=(function.name, *written, module.name.rpartition(".")[2]),
        symbol=function.label,
        module=module.name,
        severity="medium",
        also=(Place(file.path, puts[0].line),),
        weight=0.7,
    )


def _case_around(node: Node, text: Text) -> Node | None:
    """The `case` whose subject the call is, written before it or piped into it."""
    parent = node.parent
    if parent is not None and parent.type == "arguments" and parent.parent is not None:
        call = parent.parent
        return call if text.of(call.named_children[0]) == "case" else None
    if parent is not None and parent.kind_id == BINARY and operator_of(parent) == "|>":
        last = parent.named_children[-1]
        if last.kind_id == CALL and last.id != node.id and text.of(last.named_children[0]) == "case":
            return last
    return None


def _patterns(case: Node) -> list[Node]:
    block = do_block(case)
    clauses = [part for part in block.named_children if part.kind_id == STAB_CLAUSE] if block is not None else []
    lefts = [clause.child_by_field_name("left") for clause in clauses]
    return [left.named_children[0] for left in lefts if left is not None and left.named_child_count]


def _takes_errors(pattern: Node, text: Text) -> bool:
    if pattern.kind_id == IDENTIFIER:
        return True
    if pattern.kind_id == BINARY:  # `value when …`, `pattern = name`
        return any(_takes_errors(end, text) for end in pattern.named_children[:1])
    if pattern.kind_id == TUPLE and pattern.named_child_count:
        first = pattern.named_children[0]
        return first.kind_id == IDENTIFIER or text.of(first) == ":error"
    return any(text.of(part) == ":error" for part in walk(pattern) if part.kind_id == ATOM)


RULES: tuple[Rule, ...] = (
    Rule(
        "refusing-cache",
        "A cache that refuses a shape",
        "runtime",
        "A reader of a cache that has no clause for its errors, or a `Cachex.fetch` whose function says "
        "neither `:commit` nor "
        "`:ignore`, so that failures are kept.",
        "Give the reader a clause that falls back to the source, and commit only what is worth keeping.",
        _detect_refusing,
    ),
)
