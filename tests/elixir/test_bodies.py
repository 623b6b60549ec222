"""Bodies: clauses, calls with what surrounds them, and the shapes that come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.elixir.bodies import FunctionBody, read_bodies


def function(body: str, name: str = "run") -> FunctionBody:
    source = f"defmodule Shop.Baskets do\n  alias Shop.Repo\n  alias Ecto.Multi\n{body}\nend\n"
    found = next(f for f in read_bodies("lib/a.ex", source.encode()).functions if f.name == name)
    assert found.module == "Shop.Baskets"
    return found


def calls(body: str) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(site.label, site.arity, tuple(frame.kind for frame in site.inside)) for site in function(body).sites]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def run(x), do: Repo.get(Basket, x)", ("Shop.Repo.get", 2, ())),
        ("def run(x) do\n x |> Repo.insert()\nend", ("Shop.Repo.insert", 1, ())),
        ("def run(x), do: Repo.transaction(fn -> Repo.insert(x) end)", ("Shop.Repo.insert", 1, ("transaction",))),
        ("def run(xs), do: Enum.map(xs, fn x -> Repo.get(B, x) end)", ("Shop.Repo.get", 2, ("loop",))),
        ("def run(xs), do: Enum.map(Repo.all(B), &price/1)", ("Shop.Repo.all", 1, ())),
        ("def run(xs), do: Enum.each(xs, &Repo.delete/1)", ("Shop.Repo.delete", 1, ("loop",))),
        ("def run(xs), do: for(x <- xs, do: Repo.get(B, x))", ("Shop.Repo.get", 2, ("loop",))),
        ("def run(xs), do: for(x <- Repo.all(B), do: x.id)", ("Shop.Repo.all", 1, ())),
        ("def run(m), do: Multi.run(m, :a, fn repo, _ -> repo.all(B); work() end)", ("work", 0, ("transaction",))),
        ("def run(x), do: Task.async(fn -> Repo.get(B, x) end)", ("Shop.Repo.get", 2, ("task",))),
        ("def run(x) do\n alias Shop.Other.Thing\n Thing.go(x)\nend", ("Shop.Other.Thing.go", 1, ())),
        ("def run(x), do: :httpc.request(x)", (":httpc.request", 1, ())),
    ],
)
def test_calls_are_found_with_what_surrounds_them(body: str, expected: tuple[str, int, tuple[str, ...]]) -> None:
    assert expected in calls(body)


def test_a_field_access_and_a_call_through_a_variable_are_no_calls() -> None:
    assert calls("def run(x, callback), do: callback.(x.name)") == []


@pytest.mark.parametrize(
    ("body", "dropped"),
    [
        ("def run(x) do\n  pay(x)\n  :ok\nend", True),
        ("def run(x) do\n  x |> pay()\n  :ok\nend", True),
        ("def run(x) do\n  _ = pay(x)\n  :ok\nend", True),
        ("def run(x) do\n  pay(x)\nend", False),
        ("def run(x) do\n  pay(x)\nrescue\n  _ -> :error\nend", False),
        ("def run(x) do\n  {:ok, _} = pay(x)\n  :ok\nend", False),
        ("def run(x) do\n  with :ok <- pay(x), do: :ok\nend", False),
        ("def run(x), do: Enum.each(x, fn y -> pay(y) end)", True),
        ("def run(x), do: Enum.map(x, fn y -> pay(y) end)", False),
    ],
)
def test_a_dropped_result_is_one_that_nobody_looks_at(body: str, dropped: bool) -> None:
    site = next(site for site in function(body).sites if site.name == "pay")
    assert site.dropped is dropped


@pytest.mark.parametrize(
    ("body", "shapes"),
    [
        ("{:ok, x}", ["{:ok, _}"]),
        ("{:error, :gone, x}", ["{:error, _, _}"]),
        (":ok", [":ok"]),
        ("nil", ["nil"]),
        ("[x]", ["list"]),
        ("%{a: x}", ["map"]),
        ("%Shop.Basket{}", ["%Shop.Basket{}"]),
        ("%{x | a: 1}", ["unknown"]),
        ("x == 1", ["boolean"]),
        ('raise "no"', ["raise"]),
        ("Repo.get(B, x)", ["call"]),
        ("x |> price()", ["call"]),
        ("y = {:ok, x}", ["{:ok, _}"]),
        ("if x, do: :ok", [":ok", "nil"]),
        ("if x do\n :ok\nelse\n :error\nend", [":ok", ":error"]),
        ("case x do\n 1 -> {:ok, x}\n _ -> nil\nend", ["{:ok, _}", "nil"]),
        ("x |> case do\n 1 -> :a\n 2 -> :b\nend", [":a", ":b"]),
        ("with {:ok, y} <- f(x) do\n y\nelse\n _ -> {:error, x}\nend", ["unknown", "{:error, _}"]),
        ("for y <- x, do: y", ["list"]),
        ("cond do\n x -> 1\n true -> 2.0\nend", ["number", "number"]),
    ],
)
def test_the_shape_of_every_tail_is_told(body: str, shapes: list[str]) -> None:
    assert [found.shape for found in function(f"def run(x) do\n{body}\nend").returns] == shapes


def test_clauses_guards_attributes_and_specs_are_kept() -> None:
    source = (
        b"defmodule A do\n  @kinds ~w(a b)\n  @spec f(atom) :: :ok\n  def f(x) when x in @kinds, do: :ok\n"
        b"  def f(nil), do: :error\n  defmodule B do\n    def g(x, y \\\\ 1), do: x + y\n  end\nend\n"
    )
    bodies = read_bodies("a.ex", source)
    outer, inner = bodies.modules
    found = outer.function("f", 1)
    assert found is not None
    assert [clause.guard is not None for clause in found.clauses] == [True, False]
    assert found.spec == "f(atom) :: :ok"
    assert list(outer.attributes) == ["kinds"]
    assert inner.name == "A.B"
    assert inner.function("g", 1) is inner.function("g", 2)
    assert bodies.function_at(5) is found


@given(st.text(alphabet="def do end (){}[]|>:a,\n\"'&1%", max_size=200))
def test_broken_source_is_survived(text: str) -> None:
    bodies = read_bodies("a.ex", f"defmodule A do\n{text}\nend".encode())
    for found in bodies.functions:
        assert all(site.line >= 1 for site in found.sites)
        assert all(tail.line >= 1 for tail in found.returns)


def test_deep_nesting_is_survived() -> None:
    deep = "f(" * 3000 + ")" * 3000
    assert len(function(f"def run(x) do\n{deep}\nend").sites) == 3000
