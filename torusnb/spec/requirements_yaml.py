"""requirements.yml to definitions, in any of its forms; broken YAML is read as far as it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from torusnb.models.base import Place, Problem, Value
from torusnb.spec.definitions import (
    CRITERION,
    NONFUNCTIONAL,
    REQUIREMENT,
    Definition,
    clean_cell,
    family_of,
    take_links,
    take_priority,
    written_id,
)
from torusnb.spec.flaws import explain_yaml
from torusnb.spec.inline import expand_ids, one_line, split_id
from torusnb.spec.tolerant_yaml import Branch, Leaf, Listing, Tree, read_tolerantly
from torusnb.spec.yaml_nodes import compose_yaml

_MAX_DEPTH = 12
_MAX_NODES = 200_000
_ROOTS = {
    "requirements": REQUIREMENT, "functional_requirements": REQUIREMENT, "functional": REQUIREMENT, "frs": REQUIREMENT,
    "acceptance_criteria": CRITERION, "criteria": CRITERION, "acs": CRITERION,
    "non_functional_requirements": NONFUNCTIONAL, "nonfunctional_requirements": NONFUNCTIONAL,
    "non_functional": NONFUNCTIONAL, "nfrs": NONFUNCTIONAL,
}  # fmt: skip
_NESTED = ("acceptance_criteria", "criteria", "acs")
_LINK_KEYS = (
    "requirement_id",
    "requirement_ids",
    "requirements",
    "requirement",
    "fr",
    "frs",
    "covers",
    "links",
    "traces_to",
)
_TEXT_KEYS = ("statement", "description", "text", "requirement", "criterion", "summary")
_STEPS = ("given", "when", "then")
_PROOF_KEYS = ("proofs", "proof")
_PATH = re.compile(r"(?<![\w./-])(?:[\w.-]+/)+[\w.-]+\.[a-z]{1,5}(?![\w/])")
"""A file with its folders; a proof may also be words, or a map with such a path in it."""
_LEFT_OUT = "Put its value in double quotes, or indent it with spaces as the lines around it."


class YamlRequirements(Value, frozen=True):
    """What requirements.yml holds.

    Attributes:
        definitions: In the order of the file.
        problems: What could not be read as it stands.
    """

    definitions: tuple[Definition, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse_requirements(text: str, path: str) -> YamlRequirements:
    """The definitions of a requirements.yml; never raises, whatever the text holds."""
    tree, problems = _read_tree(text, path)
    if not isinstance(tree, Branch):
        if not problems:
            what = "is empty" if not text.strip() else "is no mapping with `requirements:`"
            remedy = "List the requirements under `requirements:`, each with `id` and `title`."
            problems.append(Problem(Place(path, 1), f"The file {what}.", remedy))
        return YamlRequirements((), tuple(problems))
    definitions: list[Definition] = []
    for key, value in tree.items:
        family = _family(key)
        if family:
            definitions.extend(_records(value, family, (), path, problems))
    if not definitions and not problems:
        remedy = "List the requirements under `requirements:`, each with `id` and `title`."
        problems.append(Problem(Place(path, 1), "The file lists no requirement and no criterion.", remedy))
    return YamlRequirements(tuple(definitions), tuple(problems))


def _family(key: str) -> str:
    """What a key at the top of the file lists, or empty for one that is not looked at."""
    return _ROOTS.get(key.strip().lower().replace("-", "_").replace(" ", "_"), "")


def _read_tree(text: str, path: str) -> tuple[Tree | None, list[Problem]]:
    try:
        node = compose_yaml(text)
        if isinstance(node, yaml.MappingNode):
            node.value = [(key, value) for key, value in node.value if _family(str(key.value))]
        return (_convert(node, 0, iter(range(_MAX_NODES))) if node is not None else None), []
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        flaw = explain_yaml(text, error)
        tree, skipped = read_tolerantly(text)
        said = f"The file is not valid YAML: {flaw.text} (column {flaw.column})."
        problems = [Problem(Place(path, flaw.line), said, flaw.remedy, "warning", broken=True)]
        problems += [
            Problem(Place(path, number), "This line could not be read and was left out.", _LEFT_OUT, "error")
            for number in skipped
        ]
        return tree, problems


def _convert(node: yaml.Node, depth: int, left: Iterator[int]) -> Tree:
    """A node as a tree; `left` runs out when aliases would make it grow without end."""
    line = node.start_mark.line + 1
    if depth > _MAX_DEPTH or next(left, None) is None:
        return Leaf("", line)
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        return Branch(tuple((key, _convert(value, depth + 1, left)) for key, value in pairs), line)
    if isinstance(node, yaml.SequenceNode):
        return Listing(tuple(_convert(item, depth + 1, left) for item in node.value), line)
    plain = node.tag == "tag:yaml.org,2002:null"
    return Leaf("" if plain else str(node.value), line)


def _records(
    tree: Tree, family: str, owners: tuple[str, ...], path: str, problems: list[Problem]
) -> Iterator[Definition]:
    if isinstance(tree, Branch):
        for key, value in tree.items:
            yield from _record(_named(key, value), family, owners, path, problems)
    elif isinstance(tree, Listing):
        for item in tree.items:
            yield from _record(item, family, owners, path, problems)
    elif tree.text.strip():
        yield from _record(tree, family, owners, path, problems)


def _named(key: str, value: Tree) -> Branch:
    """`FR-001: text` and `FR-001: {title: …}` as a record."""
    if isinstance(value, Branch):
        return Branch((("id", Leaf(key, value.line)), *value.items), value.line)
    words = _flat(value)
    return Branch((("id", Leaf(key, value.line)), ("title", Leaf(words, value.line))), value.line)


def _branch(tree: Tree) -> Branch:
    """A record as a mapping, also when it is written `- FR-001 text` or `- FR-001: text`."""
    if not isinstance(tree, Branch):
        name, rest = split_id(_flat(tree))
        return Branch((("id", Leaf(name, tree.line)), ("title", Leaf(rest or _flat(tree), tree.line))), tree.line)
    if len(tree.items) == 1 and written_id(tree.items[0][0]):
        return _named(*tree.items[0])
    return tree


def _record(
    tree: Tree, family: str, owners: tuple[str, ...], path: str, problems: list[Problem]
) -> Iterator[Definition]:
    record = _branch(tree)
    fields = {key.strip().lower().replace("-", "_"): value for key, value in reversed(record.items)}
    name = written_id(_flat(fields.get("id", Leaf("", 0))))
    if not name:
        name, _ = split_id(_flat(fields.get("title", Leaf("", 0))))
    nested = [fields[key] for key in _NESTED if key in fields and family != CRITERION]
    definition = _definition(record, fields, name, family, owners, path)
    if definition.text:
        yield definition
    elif name:
        problems.append(
            Problem(definition.place, f"{name} has no text.", "Give it a `title`, `description` or `statement`.")
        )
    if definition.text and not name:
        problems.append(
            Problem(definition.place, "A record has no `id`.", "Give it an `id`, such as FR-001 or AC-001.")
        )
    for criteria in nested:
        yield from _records(criteria, CRITERION, (name,) if name else (), path, problems)


def _definition(
    tree: Branch, fields: dict[str, Tree], name: str, family: str, owners: tuple[str, ...], path: str
) -> Definition:
    title, bars = clean_cell(_flat(fields.get("title", fields.get("name", Leaf("", 0)))))
    own, rest = split_id(title)
    title = rest if own and own == name else title
    longer = next((one_line(_flat(fields[key])) for key in _TEXT_KEYS if key in fields and _flat(fields[key])), "")
    if not longer and any(step in fields for step in _STEPS):
        longer = ", ".join(f"{step} {_flat(fields[step])}" for step in _STEPS if step in fields).capitalize()
    priority, text = take_priority(clean_cell(longer)[0] or title)
    links: tuple[str, ...] = ()
    kind = family_of(name, {REQUIREMENT: "functional", CRITERION: "acceptance"}.get(family, "nonfunctional")) or family
    if kind == CRITERION:
        said, text = take_links(text)
        given = expand_ids(" ".join(_flat(fields[key]) for key in _LINK_KEYS if key in fields))
        links = tuple(dict.fromkeys((*owners, *given, *said)))
    place = Place(path, _line_of(tree, fields))
    return Definition(
        kind, name, text, place, title if longer and title != text else "",
        _flat(fields.get("priority", Leaf(bars or priority, 0))), _flat(fields.get("status", Leaf("", 0))),
        _flat(fields.get("verification_method", fields.get("verification", Leaf("", 0)))), links,
        _flat(fields.get("area", fields.get("category", Leaf("", 0)))),
        proofs=_proofs(fields) if kind == CRITERION else (),
    )  # fmt: skip


def _proofs(fields: dict[str, Tree]) -> tuple[str, ...]:
    """The paths among a record's proofs, each once; none climbs out of its folder."""
    said = " ".join(_flat(fields[key]) for key in _PROOF_KEYS if key in fields)
    return tuple(dict.fromkeys(path for path in _PATH.findall(said) if ".." not in path.split("/")))


def _line_of(tree: Branch, fields: dict[str, Tree]) -> int:
    for key in (*_TEXT_KEYS, "title", "name"):
        if key in fields and _flat(fields[key]):
            return fields[key].line
    return tree.line


def _flat(tree: Tree) -> str:
    """The words of a value: scalars as they are, lists and maps joined."""
    if isinstance(tree, Leaf):
        return one_line(tree.text)
    if isinstance(tree, Listing):
        return ", ".join(words for item in tree.items if (words := _flat(item)))
    return ", ".join(f"{key}: {words}" for key, value in tree.items if (words := _flat(value)))
