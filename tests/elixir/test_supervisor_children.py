from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file


def children_of(body: str) -> list[tuple[str, str]]:
    (module,) = parse_file("lib/a.ex", f"defmodule Shop.A do\nalias Shop.Mail\n{body}\nend\n".encode()).modules
    return [(child.module, child.text) for child in module.children]


@pytest.mark.parametrize(
    ("entry", "module", "text"),
    [
        ("Shop.Repo", "Shop.Repo", "Shop.Repo"),
        ("Mail.Box", "Shop.Mail.Box", "Mail.Box"),
        ("{Mail, size: 3}", "Shop.Mail", "{Mail, size: 3}"),
        ("{__MODULE__, 1}", "Shop.A", "{__MODULE__, 1}"),
        ("Supervisor.child_spec({Cachex, name: :x}, id: :y)", "Cachex", "{Cachex, name: :x}"),
        ("%{id: :m, start: {Mail, :start_link, []}}", "Shop.Mail", "%{id: :m, start: {Mail, :start_link, []}}"),
        ("Mail.child_spec(1)", "Shop.Mail", "Mail.child_spec(1)"),
        ("worker(Mail, [1])", "Shop.Mail", "Mail"),
        ("{:poller, period: 5}", ":poller", "{:poller, period: 5}"),
    ],
)
def test_every_form_of_an_entry(entry: str, module: str, text: str) -> None:
    assert children_of(f"def init(_), do: Supervisor.init([{entry}], strategy: :one_for_one)") == [(module, text)]


@pytest.mark.parametrize(
    "body",
    [
        "def start(_, _) do\n  children = [Shop.B, Shop.C]\n  Supervisor.start_link(children, [])\nend",
        "defp more, do: [Shop.C]\n"
        "def start(_, _) do\n  children = [Shop.B] ++ more()\n  Supervisor.start_link(children, [])\nend",
        "def start(_, _) do\n  children = [Shop.B]\n  children = children ++ [Shop.C]\n"
        "  Supervisor.start_link(children, [])\nend",
        "def start(_, _), do: Supervisor.start_link(all(), [])\n"
        "defp all do\n  [Shop.B | more()]\nend\ndefp more, do: [Shop.C]",
        "def start(_, _), do: Supervisor.start_link([Shop.B] ++ more(1), [])\n"
        "defp more(a) do\n  if a do\n    [Shop.C]\n  else\n    []\n  end\nend",
        "def start(_, _), do: Supervisor.start_link([Shop.B] ++ more(1), [])\n"
        "defp more(a) do\n  case a do\n    1 -> [Shop.C]\n    _ -> []\n  end\nend",
        "@kids [Shop.B, Shop.C]\ndef start(_, _), do: Supervisor.start_link(@kids, [])",
        "def start(_, _) do\n  [Shop.B, Shop.C] |> Supervisor.start_link(strategy: :one_for_one)\nend",
        "def start(_, _) do\n  kids = [Shop.B, Shop.C] |> Enum.uniq()\n  Supervisor.start_link(kids, [])\nend",
        "def start(_, _) do\n  [Shop.B] |> add(true) |> Supervisor.start_link([])\nend\n"
        "defp add(list, true), do: list ++ [Shop.C]\ndefp add(list, _), do: list",
        "def start(_, _) do\n  [Shop.B] |> Kernel.++([Shop.C]) |> Supervisor.start_link([])\nend",
        "def start(_, _) do\n  kids = [Shop.B] |> add_if(flag(), Shop.C)\n  Supervisor.start_link(kids, [])\nend",
        "def start(_, _), do: Supervisor.start_link(List.flatten([[Shop.B], Shop.C]), [])",
        "def start(_, _) do\n  more = for n <- 1..2, do: {Shop.C, n}\n  Supervisor.init([Shop.B] ++ more, [])\nend",
        "def start(_, _) do\n  more = Enum.map(1..2, fn n -> Supervisor.child_spec({Shop.C, n}, id: n) end)\n"
        "  Supervisor.start_link([Shop.B | more], [])\nend",
        "def start(_, _), do: Supervisor.start_link([Shop.B] ++ if(a(), do: [Shop.C], else: []), [])",
        "def start(_, _) do\n  kids = Enum.reject([Shop.B, Shop.C], &is_nil/1)\n  Supervisor.start_link(kids, [])\nend",
    ],
)
def test_lists_are_followed_to_where_they_are_written(body: str) -> None:
    assert [module for module, _ in children_of(body)] == ["Shop.B", "Shop.C"]


def test_children_started_later_are_children_too() -> None:
    assert children_of("def f(id), do: DynamicSupervisor.start_child(Shop.Sup, {Mail, id})") == [
        ("Shop.Mail", "{Mail, id}")
    ]


def test_functions_that_call_each_other_do_not_hold_the_reader() -> None:
    assert children_of("def init(_), do: Supervisor.init(a(), [])\ndefp a, do: b()\ndefp b, do: a()") == []


def test_a_specification_in_a_variable() -> None:
    body = "def f(id) do\n  spec = %{id: id, start: {Mail, :start_link, [id]}}\n"
    body += "  DynamicSupervisor.start_child(S, spec)\nend"
    assert [module for module, _ in children_of(body)] == ["Shop.Mail"]
