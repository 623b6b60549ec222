"""Symbols: what a quoted line belongs to, and what counts as a change of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.context.changes.footing import collect_footing
from torusnb.context.changes.hashing import hash_source
from torusnb.context.changes.symbols import SourceSymbols

SOURCE = '''defmodule Bakery.Ovens do
  @moduledoc """
  Ovens and what bakes in them.
  """
  use GenServer

  alias Bakery.Loaf

  @states ~w(cold hot)

  schema "ovens" do
    field :degrees, :integer
    belongs_to :room, Bakery.Room
  end

  @doc "Heats it."
  def heat(%{state: "cold"} = oven, degrees) do
    %{oven | degrees: degrees}
  end

  def heat(oven, _degrees), do: oven

  defp cool(oven), do: oven
end
'''
ROUTER = """defmodule BakeryWeb.Router do
  use BakeryWeb, :router

  scope "/", BakeryWeb do
    pipe_through [:browser, :baker]

    live "/ovens", OvenLive
    live "/loaves", LoafLive
  end
end
"""


def _symbols(text: str, path: str = "lib/bakery/ovens.ex") -> SourceSymbols:
    return SourceSymbols(path, text)


def _line(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if words in line)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("defmodule", "Bakery.Ovens"),
        ("field :degrees", "Bakery.Ovens schema"),
        ("belongs_to", "Bakery.Ovens schema"),
        ("%{oven | degrees", "Bakery.Ovens.heat/2"),
        ("_degrees), do: oven", "Bakery.Ovens.heat/2"),
        ("defp cool", "Bakery.Ovens.cool/1"),
        ("@states", "Bakery.Ovens @states"),
        ("alias", "Bakery.Ovens alias Bakery.Loaf"),
    ],
)
def test_a_line_belongs_to_its_function_schema_or_statement(words: str, name: str) -> None:
    piece = _symbols(SOURCE).at(_line(SOURCE, words))
    assert piece is not None
    assert piece.name == name


def test_a_function_is_hashed_with_all_its_clauses() -> None:
    changed = SOURCE.replace("_degrees), do: oven", "_degrees), do: {:error, oven}")
    line = _line(SOURCE, "def heat(%{state")
    before, after = _symbols(SOURCE).at(line), _symbols(changed).at(line)
    assert before is not None
    assert after is not None
    assert before.sha256 != after.sha256


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def heat(", "# keeps its place\n\n  def heat("),
        ("    %{oven | degrees: degrees}\n", "        %{oven | degrees: degrees}   \n"),
        ("    %{oven | degrees: degrees}\n", "    %{\n      oven\n      | degrees: degrees\n    }\n"),
        ("defp cool(oven), do: oven", "defp cool(oven), do: {:cooled, oven}"),
    ],
    ids=["moved", "indented", "reformatted", "neighbour"],
)
def test_what_does_not_change_a_function_does_not_change_its_hash(old: str, new: str) -> None:
    changed = SOURCE.replace(old, new, 1)
    (before,), (after,) = (_symbols(text).named("Bakery.Ovens.heat/2") for text in (SOURCE, changed))
    assert before.sha256 == after.sha256


def test_words_run_together_are_another_text() -> None:
    assert hash_source("not true") != hash_source("nottrue")
    assert hash_source("not\n  true") == hash_source("not true")
    assert hash_source("f(a, b)") == hash_source("f(\n  a,\n  b\n)")


@given(st.lists(st.sampled_from(["", " ", "\n", "\n    ", "\t"]), min_size=6, max_size=6))
def test_white_space_beside_signs_is_never_part_of_the_hash(blanks: list[str]) -> None:
    tokens = ["heat", "(", "oven", ",", "degrees", ")"]
    text = "".join(blank + token for blank, token in zip(blanks, tokens, strict=True))
    assert hash_source(text) == hash_source("heat(oven, degrees)")


def test_the_line_that_opens_a_module_stands_for_what_the_module_says_of_itself() -> None:
    grown = SOURCE.replace("defp cool(oven), do: oven", "defp cool(oven), do: oven\n\n  def clean(oven), do: oven")
    other = SOURCE.replace("use GenServer", "use Agent")
    before, same, changed = (_symbols(text).at(1) for text in (SOURCE, grown, other))
    assert before is not None
    assert same is not None
    assert changed is not None
    assert before.sha256 == same.sha256 != changed.sha256


def test_a_route_changes_with_the_scope_it_stands_in_and_not_with_its_neighbours() -> None:
    line = _line(ROUTER, '"/ovens"')
    before = _symbols(ROUTER, "lib/bakery_web/router.ex").at(line)
    neighbour = _symbols(ROUTER.replace("/loaves", "/bread"), "lib/bakery_web/router.ex").at(line)
    opened = _symbols(ROUTER.replace(", :baker]", "]"), "lib/bakery_web/router.ex").at(line)
    assert before is not None
    assert neighbour is not None
    assert opened is not None
    assert before.name == 'BakeryWeb.Router live "/ovens"'
    assert before.sha256 == neighbour.sha256 != opened.sha256


@pytest.mark.parametrize(
    ("path", "text", "line", "name"),
    [
        ("guides/ovens.md", "# Ovens\n\nHot.\n\n## Heat\n\nUp to 300.\n", 7, "Ovens > Heat"),
        ("mix.lock", '%{\n  "jason": {:hex, :jason, "1.4.4"},\n}\n', 2, '"jason"'),
        ("assets/src/oven.ts", "export const hot = 1;\n", 1, "assets/src/oven.ts"),
        ("config/config.exs", "import Config\n\nconfig :bakery, ovens: 3\n", 3, "config/config.exs config :bakery"),
    ],
)
def test_other_files_have_symbols_of_their_own_kind(path: str, text: str, line: int, name: str) -> None:
    piece = _symbols(text, path).at(line)
    assert piece is not None
    assert piece.name == name
    assert piece in _symbols(text, path).named(name)


def test_a_function_with_another_arity_is_still_found() -> None:
    changed = SOURCE.replace("defp cool(oven)", "defp cool(oven, _minutes)")
    assert [piece.name for piece in _symbols(changed).named("Bakery.Ovens.cool/1")] == ["Bakery.Ovens.cool/2"]


def test_footing_leaves_out_what_is_no_code_and_what_cannot_be_read() -> None:
    files = {"lib/bakery/ovens.ex": SOURCE}
    keys = ["FR-001", "prd:3", "code:lib/bakery/ovens.ex:1", "code:lib/bakery/ovens.ex:999", "code:lib/gone.ex:1"]
    footing = collect_footing(keys, lambda path: files.get(path, ""))
    assert [symbol.key for symbol in footing.symbols] == ["code:lib/bakery/ovens.ex:1"]
    assert footing.quotes == {"code:lib/bakery/ovens.ex:1": "defmodule Bakery.Ovens do"}
    assert hash_source(footing.texts[footing.symbols[0].sha256]) == footing.symbols[0].sha256


@pytest.mark.parametrize("text", ["", "end end end", "defmodule A do\n", '"""\n', "\x00\ufffd"])
def test_damaged_source_is_survived(text: str) -> None:
    symbols = _symbols(text)
    for line in range(-1, 4):
        symbols.at(line)
    assert symbols.named("A.b/1") == ()


STATEMENTS = '''defmodule Bakery.Shelf do
  @moduledoc """
  A shelf
  keeps loaves.
  """

  @types [
    :rye,
    :oat
  ]

  plug Plug.Session,
    store: :cookie,
    key: "loaf"

  scope "/bread",
    as: :bread do
    live "/rye", RyeLive
    live "/oat", OatLive
  end

  @wheat list()
  |> Enum.map(&bake/1)

  @after_all 1
end
'''


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        (":rye", "@types [", "]"),
        (":oat", "@types [", "]"),
        ("  ]", "@types [", "]"),
        ("keeps loaves", '@moduledoc """', '"""'),
        ("store:", "plug Plug.Session,", 'key: "loaf"'),
        ("|> Enum", "@wheat list()", "|> Enum.map(&bake/1)"),
        ('live "/rye"', 'live "/rye", RyeLive', 'live "/rye", RyeLive'),
        ("@after_all", "@after_all 1", "@after_all 1"),
    ],
)
def test_a_line_inside_a_statement_belongs_to_the_whole_statement(words: str, first: str, last: str) -> None:
    symbols = _symbols(STATEMENTS, "lib/bakery/shelf.ex")
    piece = symbols.at(_line(STATEMENTS, words))
    assert piece is not None
    assert (symbols.line(piece.line), symbols.line(piece.end_line)) == (first, last)
    assert piece in symbols.named(piece.name)


def test_a_value_deep_in_a_config_changes_its_neighbours_symbol_too() -> None:
    text = "import Config\n\nconfig :bakery, Oban,\n  queues: [\n    default: 10,\n    ovens: 2\n  ]\n"
    before = _symbols(text, "config/config.exs").at(_line(text, "default:"))
    after = _symbols(text.replace("ovens: 2", "ovens: 9"), "config/config.exs").at(_line(text, "default:"))
    assert before is not None
    assert after is not None
    assert before.name == after.name == "config/config.exs config :bakery"
    assert before.sha256 != after.sha256


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('join(x, "a, b")', 'join(x, "a,b")'),
        ("~w(a  b)", "~w(a b)"),
        ("'a, b'", "'a,b'"),
        ('x = """\n  a, b\n  """', 'x = """\n  a,b\n  """'),
        ('x = """\n    a\n  """', 'x = """\n  a\n  """'),
        ('"#{f("x , y")} , z"', '"#{f("x , y")}, z"'),
        ('~s|say "a" , b|', '~s|say "a", b|'),
    ],
)
def test_a_blank_between_quotation_marks_counts(old: str, new: str) -> None:
    assert hash_source(old) != hash_source(new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('join(x, "a, b")', 'join(\n  x,\n  "a, b"\n)'),
        ("# don't\nf(a, b)", "# don't\nf(a,b)"),
        ('[?", a, b]', '[ ?", a,b]'),
        ('x = """\n  a, b\n  """', '    x = """\n      a, b\n      """'),
        ('~H"""\n<p class="a  b">\n  {@x}\n</p>\n"""', '~H"""\n<p\n  class="a  b"\n>\n  {@x}</p>\n"""'),
        ('"#{f("}")}" |> g( a )', '"#{f("}")}" |> g(a)'),
    ],
)
def test_the_layout_around_quotation_marks_does_not_count(old: str, new: str) -> None:
    assert hash_source(old) == hash_source(new)


def test_quotation_marks_of_other_languages_hold_one_line_and_prose_has_none() -> None:
    assert hash_source('say("a , b")', "oven.ts") != hash_source('say("a, b")', "oven.ts")
    assert hash_source('say( "a , b" )', "oven.ts") == hash_source('say("a , b")', "oven.ts")
    assert hash_source('The "hot\noven" bakes', "ovens.md") == hash_source('The "hot oven"\nbakes', "ovens.md")
