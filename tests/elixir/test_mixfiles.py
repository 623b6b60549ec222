from __future__ import annotations

import pytest

from torusnb.elixir.mixfiles import parse_app, parse_lock
from torusnb.models.codebase import LockedPackage

EIGHT = (
    '"jason": {:hex, :jason, "1.4.1", "abc", [:mix], '
    '[{:decimal, "~> 2.0", [hex: :decimal, optional: true]}], "hexpm", "def"},'
)


def test_entries_of_every_shape() -> None:
    lock = "\n".join(
        [
            "%{",
            EIGHT,
            '"old": {:hex, :old, "0.9.0", "abc", [:mix], []},',
            '"older": {:hex, :older, "0.1.0"},',
            '"fork": {:git, "https://example.org/fork.git", "0a1b2c3d", [branch: "main"]},',
            '"near": {:path, "../near"},',
            "}",
        ]
    )
    assert parse_lock(lock, "mix.lock") == (
        LockedPackage("fork", "0a1b2c3d", 5, "git"),
        LockedPackage("jason", "1.4.1", 2),
        LockedPackage("near", "", 6, "path"),
        LockedPackage("old", "0.9.0", 3),
        LockedPackage("older", "0.1.0", 4),
    )


@pytest.mark.parametrize(
    "broken",
    [
        '"bad": {:hex, :bad,',
        "<<<<<<< HEAD",
        '"bad": nonsense',
        '"bad": {:hex, :bad, 12},',
        "",
        '"bad": {:svn, "x", "y"},',
    ],
)
def test_a_broken_line_costs_no_other_entry(broken: str) -> None:
    lock = f'%{{\n{EIGHT}\n{broken}\n"plug": {{:hex, :plug, "1.15.0", "abc"}},\n}}\n'
    assert [(p.name, p.line) for p in parse_lock(lock, "mix.lock")] == [("jason", 2), ("plug", 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('def project do\n  [app: :shop, version: "1"]\nend', "shop"),
        ("  @app :shop\n  def project do\n    [\n      app: @app,\n", "shop"),
        ("# app: :wrong\n[\n  app: :shop\n]", "shop"),
        ("nothing here", ""),
        ("[app: @missing]", ""),
    ],
)
def test_the_applications_name(text: str, expected: str) -> None:
    assert parse_app(text) == expected
