"""A broken YAML or TOML file is told with its line and column, in plain words, and with what to do."""

from __future__ import annotations

import tomllib

import pytest
import yaml

from torusnb.spec.flaws import explain_toml, explain_yaml, refuse_yaml

CASES = [
    ("a:\n  - id: x\n\ttitle: y\n", 3, 1, "a tab indents this line", "spaces"),
    ("a:\n\tb: 1\n", 2, 1, "a tab indents this line", "spaces"),
    ("a: 1\n \tb: 2\n", 2, 2, "a tab indents this line", "spaces"),
    ("- key: a\n  title: one: two\n", 2, 13, "a value holds a colon and is not quoted", "double quotes"),
    ('name: "open\nsections: []\n', 1, 7, "quotation mark that opens here is never closed", "Close it"),
    ("areas: [a, b\nx: 1\n", 1, 8, "not closed, or lacks a comma", "Close it"),
    ("areas: [\n", 2, 1, "a bracket or brace above is not closed", "Close it"),
    ("a: 1\nb\nc: 2\n", 2, 1, "no colon follows this key", "key: value"),
    ("a: @b\n", 1, 4, "a value begins with @", "double quotes"),
    ("a: *b\n", 1, 4, "a value begins with *", "double quotes"),
    ("a:\n  - b: 1\n - c: 2\n", 3, 2, "the indentation fits no line above", "Indent"),
    ('a: "b" c\n', 1, 8, "more follows behind a value that has ended", "double quotes"),
    ("a: b\x07\n", 1, 5, "U+0007", "Delete it"),
    ("a: 1\n---\nb: 2\n", 2, 1, "a second document begins", "take out"),
]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize(("text", "line", "column", "what", "remedy"), CASES)
def test_a_flaw_is_told_alike_whichever_parser_met_it(
    loader: type[yaml.SafeLoader], text: str, line: int, column: int, what: str, remedy: str
) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.load(text, Loader=loader)  # both are safe loaders
    flaw = explain_yaml(text, caught.value)
    assert (flaw.line, flaw.column) == (line, column)
    assert what in flaw.text
    assert remedy in flaw.remedy


@pytest.mark.parametrize(
    ("error", "what"), [(RecursionError(), "nested too deeply"), (ValueError("month must be in 1..12"), "month")]
)
def test_a_flaw_without_a_place_is_told_at_the_files_beginning(error: Exception, what: str) -> None:
    flaw = explain_yaml("as_of: 2026-13-01\n", error)
    assert (flaw.line, flaw.column) == (1, 1)
    assert what in flaw.text


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("[review.rules\n", 1, 14, "expected ']'"),
        ('[review]\nrules = "a\n', 2, 11, "illegal character"),
        ("x = 1\nreview = [\n", 2, 11, "invalid value"),
    ],
)
def test_a_flaw_in_toml_has_its_place_too(text: str, line: int, column: int, what: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    flaw = explain_toml(text, caught.value)
    assert (flaw.line, flaw.column) == (line, column)
    assert flaw.text.startswith(what)


def test_a_refused_file_is_one_line_with_place_and_remedy() -> None:
    error = refuse_yaml("The template", "a:\n\tb: 1\n", "own.yml", ValueError())
    assert str(error).startswith("own.yml:1: The template is not valid YAML: ")
    assert "\n" not in str(error)
