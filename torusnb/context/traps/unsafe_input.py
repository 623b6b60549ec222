"""Input that is trusted too far: atoms made of it, HTML that is not escaped, redirects to where it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.context.traps.origins import checked_texts, keeps, names_in, sent_names, walk
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, module_of
from torusnb.elixir.bodies import FileBodies, FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.names import expand
from torusnb.elixir.syntax import BINARY, IDENTIFIER, STRING, TUPLE, line_of, operator_of
from torusnb.models.base import Place
from torusnb.models.modules import Module

_MAKES_ATOMS = frozenset((("String", "to_atom"), ("List", "to_atom"), (":erlang", "binary_to_atom")))
_ATOM_STAKE = "atoms are never freed and their number is limited, so an open set of values can stop the node"
_RUN_STAKE = "whoever sends the text decides what this node does with it"
_RUNS = {
    ("Code", "eval_string"): ("runs as code", _RUN_STAKE),
    (":erlang", "binary_to_term"): ("turns into terms of any kind, functions included,", _RUN_STAKE),
}
_RAW = re.compile(r"(?<![\w.:@|> ])[ ]?(?:Phoenix\.HTML\.)?raw(?:\(\s*(?P<inside>[^\s].*)|(?<=<%= raw) (?P<bare>.*))")
_IS_HTML = re.compile(r"html|rendered|markup|render", re.IGNORECASE)
_CALLED = re.compile(r"(?:(?P<module>[A-Z][\w.]*)\.)?(?P<name>[a-z_]\w*[?!]?)\(")
_ESCAPED = re.compile(
    r"escape|sanitiz|scrub|encode|icon|svg|csrf|_url\b|_path\b|gettext|~s|render_slot|inspect|\bt\(", re.IGNORECASE
)
_COMMENT = re.compile(r"^\s*#")


@dataclass(frozen=True)
class _Made:
    """How a text comes to be an atom: where it comes from, in words, and how sure that is."""

    source: str
    severity: str
    weight: float


def _detect_atoms(scene: Scene) -> Iterable[Finding]:
    for file in scene.files:
        if scene.served and file.path not in scene.served:
            continue  # what only scripts and test languages use is given no input by strangers
        bodies = scene.bodies(file.path)
        outlines = {module.name: module for module in file.outline.modules}
        for function in bodies.functions if bodies is not None else ():
            outline = outlines.get(function.module)
            if outline is None or "test" in outline.kinds:
                continue
            for clause in function.clauses:
                yield from _atoms(file, outline, function, clause)


def _atoms(file: NearFile, outline: Module, function: FunctionBody, clause: Clause) -> Iterator[Finding]:
    sites = [site for site in clause.sites if (site.module, site.name) in _MAKES_ATOMS or _runs(site, clause)]
    if not sites:
        return
    sent = sent_names(function, clause, outline)
    checked = checked_texts(clause)
    for site in sites:
        verb, stake = _RUNS.get((site.module, site.name), ("makes an atom of", _ATOM_STAKE))
        made = _sent_text(site, clause, sent) if _runs(site, clause) else _origin(site, clause, sent, checked)
        if made is None:
            continue
        yield Finding(
            path=file.path,
            line=site.line,
            what=f"`{function.label}` {verb} {made.source} with `{site.module}.{site.name}`, which nothing "
            "checks first.",
            stake=stake,
            topic=(
                function.name,
                *(text for node in site.given[:1] for text in _texts_in(node, clause)),
                outline.name.rpartition(".")[2],
            ),
            symbol=function.label,
            module=outline.name,
            severity=made.severity,
            weight=made.weight,
        )


def _texts_in(node: Node, clause: Clause) -> list[str]:
    """The texts in an expression: they name what is asked for, while its variables (`conn`, `params`) name nothing."""
    return [clause.text.of(part) for part in walk(node) if part.kind_id == STRING]


def _runs(site: Site, clause: Clause) -> bool:
    """Whether a call makes more of a text than an atom, and is not told to be careful."""
    return (site.module, site.name) in _RUNS and not any("safe" in clause.text.of(node) for node in site.given[1:])


def _sent_text(site: Site, clause: Clause, sent: set[str]) -> _Made | None:
    given = bool(site.given) and keeps(site.given[0], clause, sent)
    return _Made("what the client sent", "high", 1.0) if given else None


def _origin(site: Site, clause: Clause, sent: set[str], checked: frozenset[str]) -> _Made | None:
    """Where the text of an atom comes from, or None where it is known, checked or cannot be told."""
    text = clause.text
    if not site.given:
        return None
    value = site.given[0]
    names = names_in(value, text)
    if value.kind_id == STRING:
        written = f"the text {text.one_line(value, 60)} for each value put into it"
        return _Made(written, "medium", 0.6) if names else None
    if not names or names & checked:
        return None
    if keeps(value, clause, sent):
        return _Made(f"`{text.one_line(value, 40)}`, which the client sent,", "high", 1.0)
    if value.kind_id != IDENTIFIER:
        return None
    name = text.of(value)
    if site.within("loop") is not None and _is_key(site.node, name, clause):
        return _Made(f"each key `{name}` of a map", "medium", 0.7)
    key = _string_key(name, clause)
    return _Made(f"what `{key}` holds in its argument", "medium", 0.6) if key else None


def _is_key(node: Node, name: str, clause: Clause) -> bool:
    """Whether the variable is the first of a pair that a function or comprehension around it takes apart."""
    around: Node | None = node.parent
    while around is not None and around.id != clause.node.id:
        for part in around.named_children:
            for pair in (part, *part.named_children):
                if pair.kind_id == TUPLE and pair.named_child_count == 2 and pair.end_byte <= node.start_byte:
                    first = pair.named_children[0]
                    if first.kind_id == IDENTIFIER and clause.text.of(first) == name:
                        return True
        around = around.parent
    return False


def _string_key(name: str, clause: Clause) -> str:
    """The text key under which a parameter's map holds the variable (`%{"type" => type}`), or empty."""
    for parameter in clause.parameters:
        for part in walk(parameter):
            if part.kind_id == BINARY and operator_of(part) == "=>":
                ends = part.named_children
                if ends[0].kind_id == STRING and ends[-1].kind_id == IDENTIFIER and clause.text.of(ends[-1]) == name:
                    return clause.text.of(ends[0])
    return ""


def _detect_raw(scene: Scene) -> Iterable[Finding]:
    for file in scene.files:
        bodies = scene.bodies(file.path)
        if bodies is not None and b"raw" in bodies.text.data:
            found = [(line, value) for line, value in _raw_lines(bodies) if not _is_safe(scene, bodies, line, value)]
            if found:
                yield _raw_finding(file, bodies, found)


def _raw_lines(bodies: FileBodies) -> Iterator[tuple[int, str]]:
    """Line and expression of each value that is put on a page without being escaped."""
    for number, line in enumerate(bodies.lines, 1):
        if "raw" not in line or _COMMENT.match(line):
            continue
        match = _RAW.search(line)
        value = _closed((match["inside"] or match["bare"]).strip()) if match is not None else ""
        if value and not value.startswith(('"', "~", "'", "[")) and not _ESCAPED.search(value):
            yield number, value


def _closed(value: str) -> str:
    """The expression up to the parenthesis that closes it, or all of it."""
    depth = 0
    for position, sign in enumerate(value):
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0:
            return value[:position].strip()
    return value.rstrip("}%> ").strip()


def _is_safe(scene: Scene, bodies: FileBodies, line: int, value: str) -> bool:
    """Whether a value says that it is HTML already, or is made by a function that escapes or only formats."""
    if _IS_HTML.search(value):
        return True
    called = _CALLED.match(value)
    if called is None:
        return False
    module = next((m for m in reversed(bodies.modules) if m.line <= line), None)
    owner = expand(called["module"], module.aliases) if called["module"] and module is not None else ""
    if not owner:
        return True
    outline = scene.code_map.modules.get(owner)
    known = outline.function(called["name"]) if outline is not None else None
    body = scene.function(owner, known.name, known.arity) if known is not None else None
    return body is None or any(_ESCAPED.search(clause.text.of(clause.node)) for clause in body.clauses)


def _raw_finding(file: NearFile, bodies: FileBodies, found: list[tuple[int, str]]) -> Finding:
    line, value = found[0]
    function = bodies.function_at(line)
    more = f", and {len(found) - 1} other{'s' if len(found) > 2 else ''} in this file" if len(found) > 1 else ""
    return Finding(
        path=file.path,
        line=line,
        what=f"`raw({value})` puts its value on the page without escaping it{more}; nothing in its name says "
        "it is HTML.",
        stake="whoever can write into that value can run a script in another person's session",
        topic=(
            value,
            *(v for _, v in found[1:4]),
            function.name if function else "",
            module_of(file).rpartition(".")[2],
        ),
        symbol=function.label if function else "",
        severity="medium",
        also=tuple(Place(file.path, other) for other, _ in found[1:4]),
        weight=0.7,
    )


def _detect_redirects(scene: Scene) -> Iterable[Finding]:
    for file in scene.files:
        bodies = scene.bodies(file.path)
        outlines = {module.name: module for module in file.outline.modules}
        for function in bodies.functions if bodies is not None else ():
            outline = outlines.get(function.module)
            for clause in function.clauses if outline is not None else ():
                yield from _redirects(file, outline, function, clause)


def _redirects(file: NearFile, outline: Module | None, function: FunctionBody, clause: Clause) -> Iterator[Finding]:
    for site in clause.sites:
        if site.name != "redirect" or outline is None:
            continue
        target = clause.text.options(list(site.given)).get("external")
        if target is None or not keeps(target, clause, sent_names(function, clause, outline)):
            continue
        yield Finding(
            path=file.path,
            line=line_of(target),
            what=f"`{function.label}` redirects to `{clause.text.one_line(target, 60)}`, which the client sent, "
            "without comparing it with anything.",
            stake="a link to this application can lead a person to a page of somebody else's that looks like it",
            topic=(function.name, "redirect", clause.text.one_line(target, 60), outline.name.rpartition(".")[2]),
            symbol=function.label,
            module=outline.name,
            severity="high",
            weight=0.9,
        )


RULES: tuple[Rule, ...] = (
    Rule(
        "atom-from-input",
        "Atoms made of input",
        "web",
        "`String.to_atom`, `binary_to_term` and `Code.eval_string` on a value that a client sent, on the "
        "keys of a map or on "
        "what an argument holds under a text key, that nothing checks. Atoms are never freed.",
        "Compare with the known values first, or use `String.to_existing_atom` and answer what is unknown "
        "with an error.",
        _detect_atoms,
        quiet=True,
    ),
    Rule(
        "raw-html",
        "HTML that is not escaped",
        "web",
        "`raw/1` on a value that is no literal, whose name does not say that it is HTML already, and that "
        "nothing on the "
        "same line or in the function that makes it escapes.",
        "Say which part of the value people write, and sanitise it where it is stored or rendered.",
        _detect_raw,
        quiet=True,
    ),
    Rule(
        "open-redirect",
        "A redirect to where the client says",
        "web",
        "`redirect(external: …)` to a value of the request that is compared with nothing.",
        "Redirect to a path of this application, or compare the host with a list of allowed ones.",
        _detect_redirects,
        quiet=True,
    ),
)
