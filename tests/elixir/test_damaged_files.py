from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.elixir.outline import parse_file

GOOD = b"defmodule Shop.A do\n  alias Shop.B\n  def f(a), do: B.run(a)\nend\n"
PIECES = [
    *(
        b"defmodule Shop.A do\n",
        b"def f(a) do\n",
        b"end\n",
        b"alias Shop.{B",
        b"}",
        b"(",
        b")",
        b"[",
        b"]",
        b'"',
        b'"""\n',
    ),
    *(
        b"@moduledoc ",
        b"@e [:a]\n",
        b":telemetry.execute(@e",
        b"use Phoenix.Router\n",
        b'scope "/", A do\n',
        b"resources ",
    ),
    *(
        b"use Ecto.Migration\n",
        b"create table(:a) do\n",
        b"add :b",
        b'schema "a" do\n',
        b"field :a",
        b"belongs_to",
        b"|> ",
    ),
    *(
        b"Supervisor.init([{",
        b"&A.b/",
        b'~H"""<A.b ',
        b" ++ ",
        b"\x00",
        b"\xff",
        b"#{",
        b"->",
        b"%{",
        b"\\\\ ",
        b", ",
        b"1",
    ),
]


def test_a_good_file_has_no_problems_and_the_hash_of_its_bytes() -> None:
    outline = parse_file("lib/a.ex", GOOD)
    assert (outline.path, outline.lines, outline.problems) == ("lib/a.ex", 4, ())
    assert outline.sha256 == hashlib.sha256(GOOD).hexdigest()


@pytest.mark.parametrize(("source", "lines"), [(b"", 0), (b"\n", 1), (b"# only a comment", 1)])
def test_a_file_without_modules(source: bytes, lines: int) -> None:
    outline = parse_file("a.exs", source)
    assert (outline.lines, outline.modules, outline.problems) == (lines, (), ())


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        (b"defmodule A do\n  def f, do: 1\n\x00\nend\n", 3, "NUL"),
        (b"defmodule A do\n  # caf\xe9\n  def f, do: 1\nend\n", 2, "UTF-8"),
    ],
)
def test_odd_bytes_are_a_problem_with_a_line_and_the_rest_is_read(source: bytes, line: int, word: str) -> None:
    outline = parse_file("a.ex", source)
    assert [(p.place.line, word in p.text) for p in outline.problems] == [(line, True)]
    assert [f.name for f in outline.modules[0].functions] == ["f"]


def test_a_byte_order_mark_is_no_problem() -> None:
    outline = parse_file("a.ex", b"\xef\xbb\xbf" + GOOD)
    assert (outline.problems, outline.modules[0].name) == ((), "Shop.A")


def test_modules_and_functions_around_a_syntax_error_are_kept() -> None:
    outline = parse_file(
        "lib/a.ex",
        b"""defmodule Shop.A do
  alias Shop.B
  use GenServer

  def broken(a do
    B.run(1)
  end

  defmodule Inner do
    def x(a, b), do: B.go(a, b)
  end

  def after_it(x, [y, z]) do
    [x, y, z
  end

  defp last, do: 1
end

defmodule Shop.C do
  def fine, do: 1
end
""",
    )
    assert outline.problems
    assert all(problem.place.line >= 5 for problem in outline.problems)
    assert [(m.name, m.line, [(f.name, f.arity) for f in m.functions]) for m in outline.modules] == [
        ("Shop.A", 1, [("broken", 1), ("after_it", 2), ("last", 0)]),
        ("Shop.A.Inner", 9, [("x", 2)]),
        ("Shop.C", 20, [("fine", 0)]),
    ]
    assert "genserver" in outline.modules[0].kinds
    assert [r.module for r in outline.modules[0].references] == ["Shop.B", "GenServer"]


def test_examples_in_documentation_are_no_functions_of_a_damaged_file() -> None:
    source = b'defmodule A do\n  @moduledoc """\n  def example(a), do: a\n  """\n  def f(a do\n  end\nend\n'
    assert [f.name for f in parse_file("a.ex", source).modules[0].functions] == ["f"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 20_000 + b"]" * 20_000,
        b"f(" * 20_000 + b")" * 20_000,
        b"{[" * 20_000,
        b"[:a] ++ " * 5_000 + b"[:b]",
        b'"' + b"x" * 2_000_000 + b'"',
        b"if a do " * 3_000 + b" end" * 3_000,
    ],
    ids=["lists", "calls", "unclosed", "operators", "long line", "blocks"],
)
def test_depth_and_length_do_not_stop_the_reader(body: bytes) -> None:
    outline = parse_file("a.ex", b"defmodule A do\n  @e " + body + b"\n  def f, do: :telemetry.execute(@e, %{})\nend\n")
    assert outline.modules[0].name == "A"


def test_deeply_nested_modules_are_read() -> None:
    depth = 300
    source = b"".join(b"defmodule A%d do\n" % n for n in range(depth)) + b"end\n" * depth
    assert len(parse_file("a.ex", source).modules) == depth


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.binary(max_size=20))
def test_no_text_makes_it_fail(pieces: list[bytes], noise: bytes) -> None:
    source = b"".join(pieces)
    middle = len(source) // 2
    mixed = source[:middle] + noise + source[middle:]
    assert parse_file("a.ex", mixed) == parse_file("a.ex", mixed)
