"""Flags: read without a default, checked under a name nobody defines, or hiding a button whose event still works."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody, ModuleBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.syntax import ATOM, BINARY, CALL, Text, operator_of
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module, Use

_CONFIG = re.compile(r"(^|/)config/[\w.]+\.exs$")
_ASSIGNED = re.compile(r"\b(\w+\??):\s*$|\bassign\([^()]*:(\w+\??),\s*$|\b(\w+\??)\s*=\s*$")
_SHOWS = re.compile(r"~H\"\"\"|~L\"\"\"")


def _detect_unset(scene: Scene) -> Iterable[Finding]:
    texts: dict[str, str] | None = None
    for file, function in scene.functions():
        for clause in function.clauses:
            for site in clause.sites:
                key = _key_read(site, clause.text)
                if not key:
                    continue
                if texts is None:
                    texts = _config_texts(scene)
                where = _settings(texts, key)
                use = _use(site, clause.text)
                if where is None or not use:
                    continue
                yield _unset(file, function, site, key, where, use)


def _key_read(site: Site, text: Text) -> str:
    """The key of `Application.get_env(:app, :key)` without a default, or empty."""
    if (site.module, site.name, site.arity) != ("Application", "get_env", 2):
        return ""
    return text.of(site.given[1]) if site.given[1].kind_id == ATOM else ""


def _config_texts(scene: Scene) -> dict[str, str]:
    paths = sorted(path for path in scene.code_map.paths if _CONFIG.search(path))
    return {path: scene.read_source(path) for path in paths}


def _settings(texts: dict[str, str], key: str) -> tuple[str, ...] | None:
    """The config files that set a key, when none of them does so for every environment; else None."""
    pattern = re.compile(
        rf"^(?P<indent>\s*)(?:config :\w+,\s*)?{re.escape(key.removeprefix(':'))}:|config :\w+,\s*{re.escape(key)}\b",
        re.M,
    )
    found = []
    for path, text in texts.items():
        match = pattern.search(text)
        if match is None:
            continue
        if path.endswith("config/config.exs"):
            return None
        if path.endswith("config/runtime.exs") and not _is_conditional(text, match.start()):
            return None
        found.append(path)
    names = {path.rpartition("/")[2] for path in found}
    everywhere = {"dev.exs", "test.exs"} <= names and bool(names & {"prod.exs", "runtime.exs"})
    return tuple(found) if texts and not everywhere else None


def _is_conditional(text: str, position: int) -> bool:
    """Whether a line of a config file stands inside an `if` or `case`."""
    before = [line for line in text[:position].split("\n") if line and not line[0].isspace()]
    return bool(before) and before[-1].startswith(("if ", "case ", "unless ", "cond "))


def _use(site: Site, text: Text) -> str:
    """What is done with the value that fails for nil, in words; empty when nil is expected."""
    parent = site.node.parent
    if parent is None:
        return ""
    if parent.type == "access_call":
        return ""
    if parent.kind_id == BINARY and operator_of(parent) == "|>":
        call = parent.named_children[-1]
        name = text.of(call.named_children[0]) if call.kind_id == CALL else ""
        return f"pipes it into `{name}`" if name and name != "case" else ""
    if parent.kind_id == BINARY and operator_of(parent) in ("+", "-", "*", "/", ">", "<", ">=", "<=", "<>"):
        return f"reckons with it (`{text.one_line(parent, 60)}`)"
    return ""


def _unset(file: NearFile, function: FunctionBody, site: Site, key: str, where: tuple[str, ...], use: str) -> Finding:
    told = (
        f"set only in {', '.join(f'`{path}`' for path in where[:3])}"
        if where
        else "set in no config file of this checkout"
    )
    return Finding(
        path=file.path,
        line=site.line,
        what=f"`{function.label}` reads `{key}` from the application's environment without a default and "
        f"{use}; it is {told}.",
        stake="where it is not set the value is nil, and the first request that needs it crashes",
        topic=(key, function.name, function.module.rpartition(".")[2]),
        symbol=function.label,
        module=function.module,
        severity="medium",
        weight=0.7,
    )


def _detect_undefined(scene: Scene) -> Iterable[Finding]:
    defined = _defined(scene.code_map)
    if not defined:
        return
    for file in scene.files:
        for module in file.outline.modules:
            for use in module.flags:
                if use.kind == "check" and re.fullmatch(r"[\w-]+\??", use.name) and use.name not in defined:
                    yield Finding(
                        path=file.path,
                        line=use.line,
                        what=f"`{module.name}` asks for the flag `{use.name}`, which none of the "
                        f"{len(defined)} flag definitions "
                        "of this checkout names.",
                        stake="the answer is off for everybody, or an exception, in every environment",
                        topic=(use.name, module.name.rpartition(".")[2]),
                        symbol=use.name,
                        module=module.name,
                        severity="high",
                        weight=0.7,
                    )


def _defined(code_map: CodeMap) -> frozenset[str]:
    return frozenset(use.name for module in code_map.modules.values() for use in module.flags if use.kind == "define")


def _detect_hidden(scene: Scene) -> Iterable[Finding]:
    for file in scene.files:
        outlines = {
            m.name: m for m in file.outline.modules if m.flags and {"live_view", "live_component"} & set(m.kinds)
        }
        if not outlines:
            continue
        bodies = scene.bodies(file.path)
        for body in bodies.modules if bodies is not None else ():
            outline = outlines.get(body.name)
            if outline is not None:
                yield from _hidden(file, outline, body)


def _hidden(file: NearFile, outline: Module, body: ModuleBody) -> Iterator[Finding]:
    checks = [use for use in outline.flags if use.kind == "check"]
    handlers = [function for function in body.functions if function.name == "handle_event"]
    if not handlers or not checks:
        return
    handled = _reached(body, handlers)
    text = "\n".join(body.text.of(clause.node) for function in handled for clause in function.clauses)
    by_name: dict[str, list[Use]] = {}
    for use in checks:
        by_name.setdefault(use.name, []).append(use)
    for name, uses in by_name.items():
        places = [(use, _function_at(body, use.line)) for use in uses]
        shown = [
            (use, function)
            for use, function in places
            if function is not None and _only_shows(function, body, use, text)
        ]
        if len(shown) < len(places) or name in text:
            continue
        use, function = shown[0]
        yield Finding(
            path=file.path,
            line=use.line,
            what=f"`{outline.name}` asks for the flag `{name}` only where it shows the page "
            f"(`{function.label}`); none of its "
            f"{len(handlers[0].clauses)} `handle_event` clauses asks again.",
            stake="the flag hides a button, and whoever sends the event without it is served all the same",
            topic=(name,),
            symbol=name,
            module=outline.name,
            severity="medium",
            also=(Place(file.path, handlers[0].line),),
            weight=0.6,
            asked=True,
        )


def _reached(body: ModuleBody, start: list[FunctionBody]) -> list[FunctionBody]:
    """Functions of the module that others of it lead to, themselves included."""
    found = {function.label: function for function in start}
    waiting = list(start)
    while waiting:
        for site in waiting.pop().sites:
            target = body.function(site.name, site.arity) if not site.module or site.module == body.name else None
            if target is not None and target.label not in found:
                found[target.label] = target
                waiting.append(target)
    return list(found.values())


def _function_at(body: ModuleBody, line: int) -> FunctionBody | None:
    return next((f for f in body.functions for c in f.clauses if c.line <= line <= c.end_line), None)


def _only_shows(function: FunctionBody, body: ModuleBody, use: Use, handled: str) -> bool:
    """Whether a flag's answer is used for the page alone: in a template, or in an assign that no handler reads."""
    clause = next(c for c in function.clauses if c.line <= use.line <= c.end_line)
    written = body.text.of(clause.node)
    if _SHOWS.search(written):
        return True
    if function.name not in ("mount", "handle_params", "update", "init"):
        return False
    lines = written.split("\n")
    line = lines[use.line - clause.line]
    before = f"{lines[use.line - clause.line - 1]}\n{line}".rpartition(".")[0].rpartition("\n")[2]
    match = _ASSIGNED.search(re.sub(r"[\w.]*$", "", before))
    name = next(filter(None, match.groups()), "") if match is not None else ""
    return bool(name) and not re.search(rf"\b{re.escape(name)}", handled)


RULES: tuple[Rule, ...] = (
    Rule(
        "unset-setting",
        "A setting read without a default",
        "runtime",
        "`Application.get_env` without a default for a key that no config file sets for every environment, "
        "used in a way that fails "
        "for nil.",
        "Give it a default where it is read, or set it for every environment and read it with `fetch_env!` "
        "at the start.",
        _detect_unset,
        quiet=True,
    ),
    Rule(
        "undefined-flag",
        "A flag that nobody defines",
        "runtime",
        "A feature flag is asked for under a name that none of the checkout's flag definitions has.",
        "Define it with its scopes and its default, or ask for the one that exists.",
        _detect_undefined,
        quiet=True,
    ),
    Rule(
        "hidden-not-refused",
        "A flag that hides and does not refuse",
        "web",
        "A LiveView asks for a flag only where it shows the page; none of the functions that its "
        "`handle_event` reaches asks again. Told where the request speaks of the flag.",
        "Ask for the flag in the context function that does the work, so that every way in meets it.",
        _detect_hidden,
        quiet=True,
    ),
)
