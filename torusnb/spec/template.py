"""The design document's template: YAML to a Template, checked so that a mistake is told with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

import yaml

from torusnb.errors import TemplateError
from torusnb.models.design import Template, TemplateSection
from torusnb.resources import data_path
from torusnb.spec.flaws import refuse_yaml
from torusnb.spec.yaml_nodes import compose_yaml

_ID = re.compile(r"^[1-9]\d?(\.[1-9]\d?)*$")
_ROOT_KEYS = frozenset({"name", "title_suffix", "sections"})
_TEXTS = ("title", "guidance", "form")
_NUMBERS = ("least_sentences", "most_sentences", "least_words", "most_words")
_KEYS = frozenset({"id", "required", "aliases", *_TEXTS, *_NUMBERS})
_FORMS = ("prose", "list", "context", "questions", "references")


def load_template(path: Path | None = None) -> Template:
    """The template in a file; without a path, the one that travels with torusnb.

    Raises:
        TemplateError: The file cannot be read or does not hold together; names the file and the line.
    """
    where = path or data_path("fdd_template.yml")
    try:
        text = where.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError("The template is not UTF-8 text. Save it as UTF-8.", path=where) from error
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise TemplateError(f"The template cannot be read ({reason}). Check the path.", path=where) from error
    return parse_template(text, where)


def parse_template(text: str, path: str | Path) -> Template:
    """The template that a YAML text describes; sections keep the order of the text.

    Raises:
        TemplateError: See `load_template`.
    """
    try:
        root = compose_yaml(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise refuse_yaml("The template", text, path, error) from error
    return _Checker(path).template(root)


class _Checker:
    def __init__(self, path: str | Path) -> None:
        self.path = path

    def template(self, root: yaml.Node | None) -> Template:
        if not isinstance(root, yaml.MappingNode):
            self.fail("The template must be a mapping with `name`, `title_suffix` and `sections`.", root)
        fields = self.fields(root, _ROOT_KEYS)
        listed = fields.get("sections")
        if not isinstance(listed, yaml.SequenceNode) or not listed.value:
            self.fail("The template needs a list of `sections`, each with `id` and `title`.", listed or root)
        sections: list[TemplateSection] = []
        seen: dict[str, int] = {}
        for node in listed.value:
            section = self.section(node)
            if section.id in seen:
                self.fail(
                    f"Section {section.id} was already given at line {seen[section.id]}. Give it another id.", node
                )
            parent = section.id.rpartition(".")[0]
            if parent and parent not in seen:
                self.fail(
                    f"Section {section.id} has no section {parent} before it. Add {parent}, or change the id.", node
                )
            seen[section.id] = node.start_mark.line + 1
            sections.append(section)
        name = self.text(fields.get("name"), "name") or "own"
        return Template(
            name, self.text(fields.get("title_suffix"), "title_suffix") or "Design Document", tuple(sections)
        )

    def section(self, node: yaml.Node) -> TemplateSection:
        if not isinstance(node, yaml.MappingNode):
            self.fail("A section must be a mapping with `id` and `title`.", node)
        fields = self.fields(node, _KEYS)
        section_id = self.text(fields.get("id"), "id")
        if not _ID.match(section_id):
            self.fail(
                f'A section needs an `id` such as "4" or "4.1", in quotes; found {section_id!r}.',
                fields.get("id") or node,
            )
        texts = {key: self.text(fields.get(key), key) for key in _TEXTS}
        if not texts["title"]:
            self.fail(f"Section {section_id} has no `title`. Give it one.", node)
        if texts["form"] and texts["form"] not in _FORMS:
            self.fail(f"`form` is {texts['form']!r}; use one of {', '.join(_FORMS)}.", fields["form"])
        numbers = [self.number(fields.get(key), key) for key in _NUMBERS]
        for (least, most), what in zip((numbers[:2], numbers[2:]), ("sentences", "words"), strict=True):
            if most and least > most:
                self.fail(f"Section {section_id} wants at least {least} and at most {most} {what}. Swap them.", node)
        return TemplateSection(
            section_id, texts["title"], self.truth(fields.get("required")), texts["guidance"],
            self.texts(fields.get("aliases")), texts["form"], *numbers,
        )  # fmt: skip

    def fields(self, node: yaml.MappingNode, known: frozenset[str]) -> dict[str, yaml.Node]:
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                self.fail(f"The key `{name}` is unknown; use {', '.join(sorted(known))}.", key)
            if name in found:
                self.fail(f"The key `{name}` is given twice. Keep one.", key)
            found[name] = value
        return found

    def text(self, node: yaml.Node | None, key: str) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.fail(f"`{key}` must be text.", node)
        return " ".join(str(node.value).split())

    def texts(self, node: yaml.Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.fail("`aliases` must be a list of headings.", node)
        return tuple(self.text(item, "aliases") for item in node.value)

    def number(self, node: yaml.Node | None, key: str) -> int:
        text = self.text(node, key)
        if text and not text.isdecimal():
            self.fail(f"`{key}` must be a whole number; found {text!r}.", node)
        return int(text or 0)

    def truth(self, node: yaml.Node | None) -> bool:
        text = self.text(node, "required").lower()
        if text not in {"", "true", "false"}:
            self.fail(f"`required` must be true or false; found {text!r}.", node)
        return text == "true"

    def fail(self, message: str, node: yaml.Node | None) -> NoReturn:
        line = node.start_mark.line + 1 if node is not None else 1
        raise TemplateError(message, path=self.path, line=line)
