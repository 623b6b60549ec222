from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.elixir.depdocs import list_dependency_docs
from torusnb.elixir.docstrings import Documented, list_docstrings
from torusnb.models.codebase import LockedPackage

POND = '''\
defmodule Pond do
  @moduledoc """
  Fish `swim`.
  """

  @typedoc "How deep."
  @type depth(unit) :: {integer, unit}

  @typedoc "A fish."
  @opaque fish :: term

  @type plain :: atom

  @doc """
  Called when water rises.

    * `:slow` - waits
  """
  @doc since: "1.2.0"
  @callback rise(depth(unit), keyword) :: :ok when unit: atom

  @doc "Expands."
  @macrocallback expand(Macro.t()) :: Macro.t()

  @doc "Feeds all."
  @spec feed() :: :ok
  def feed, do: feed([], 1)

  @doc ~S"""
  Feeds some, written \\"so\\" and #{raw}.
  """
  @impl true
  def feed(fish, amount \\\\ 1, opts \\\\ [])

  def feed([], _amount, _opts), do: :ok

  @doc false
  def hidden(a), do: a

  def silent(a), do: a

  @doc "A private word that nobody sees."
  defp inner(a), do: a

  @doc "Whether it is wet."
  defguard is_wet(place) when place == :pond

  @doc "Sent on."
  defdelegate drain(pond, speed), to: Pond.Drain, as: :run

  @doc "Joins two."
  def left <~> right, do: {left, right}

  @doc "Given to others."
  defmacro __using__(opts) do
    quote do
      @doc "Not here."
      def given(opts), do: opts
    end
  end

  for name <- [:a, :b] do
    @doc "Made."
    def unquote(name)(x), do: x
  end

  if Code.ensure_loaded?(Water) do
    @doc "With water."
    def wash(x), do: x
  else
    @doc "Without water."
    def dry(x, y), do: {x, y}
  end

  defmodule Reed do
    @doc "Grows."
    def grow(x), do: x
  end

  defmodule Secret do
    @moduledoc false
    @doc "Nobody reads it."
    def tell(x), do: x
  end
end

defprotocol Pond.Wet do
  @doc "How wet."
  def wetness(term)
end

defimpl Pond.Wet, for: Atom do
  @doc "Of an atom."
  def wetness(_), do: 1
end
'''


def documented(source: str) -> tuple[Documented, ...]:
    found = list_docstrings(source.encode())
    assert found is not None
    return found


def test_each_member_is_named_as_exdoc_names_it() -> None:
    assert [(doc.module, doc.member, doc.text) for doc in documented(POND)] == [
        ("Pond", "", "Fish `swim`."),
        ("Pond", "t:depth/1", "How deep."),
        ("Pond", "t:fish/0", "A fish."),
        ("Pond", "c:rise/2", "Called when water rises.\n\n  * `:slow` - waits"),
        ("Pond", "c:expand/1", "Expands."),
        ("Pond", "feed/0", "Feeds all."),
        ("Pond", "feed/3", 'Feeds some, written \\"so\\" and #{raw}.'),
        ("Pond", "is_wet/1", "Whether it is wet."),
        ("Pond", "drain/2", "Sent on."),
        ("Pond", "<~>/2", "Joins two."),
        ("Pond", "__using__/1", "Given to others."),
        ("Pond", "wash/1", "With water."),
        ("Pond", "dry/2", "Without water."),
        ("Pond.Reed", "grow/1", "Grows."),
        ("Pond.Wet", "wetness/1", "How wet."),
    ]


def test_each_piece_knows_its_line() -> None:
    lines = POND.split("\n")
    for doc in documented(POND):
        assert doc.text.split("\n")[0] in lines[doc.line - 1]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"""\n  Two \\\\\\\\ marks\n  and \\"""\n  """', 'Two \\\\ marks\nand """'),
        ('"One \\"word\\"."', 'One "word".'),
        ("~s(A sigil.)", "A sigil."),
        ("'''\n  Old quotes.\n  '''", None),
        ("false", None),
        ("nil", None),
        ('"Two " <> "parts."', None),
        ('"   "', None),
    ],
)
def test_a_text_is_what_a_reader_sees(written: str, text: str | None) -> None:
    found = documented(f"defmodule A do\n  @doc {written}\n  def run(x), do: x\nend\n")
    assert [doc.text for doc in found] == ([text] if text is not None else [])


def test_a_doc_belongs_to_what_follows_it_and_to_nothing_later() -> None:
    source = 'defmodule A do\n  @doc "One."\n  def one(x), do: x\n  def two(x), do: x\n  @doc "Lost."\nend\n'
    assert [doc.member for doc in documented(source)] == ["one/1"]


def test_of_two_docs_of_one_member_the_first_is_kept() -> None:
    source = 'defmodule A do\n  @doc "One."\n  def one(0), do: 0\n  @doc "Two."\n  def one(x), do: x\nend\n'
    assert [(doc.member, doc.text) for doc in documented(source)] == [("one/1", "One.")]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "defmodule A do\nend",
        'defmodule A do\n  @moduledoc false\n  def one(x), do: "@doc"\nend\n',
        '@doc "Nowhere."\n',
    ],
)
def test_a_file_that_documents_nothing_gives_nothing(source: str) -> None:
    assert documented(source) == ()


def test_deeply_nested_modules_end_somewhere() -> None:
    source = "defmodule A do\n" * 500 + '@doc "Deep."\ndef a(x), do: x\n' + "end\n" * 500
    assert documented(source) == ()


def test_a_damaged_file_cannot_be_told_but_still_gives_what_its_modules_say(tmp_path: Path) -> None:
    damaged = POND.replace("def silent(a), do: a", "def silent(a, do: [")
    assert list_docstrings(damaged.encode()) is None
    file = tmp_path / "deps/pond/lib/pond.ex"
    file.parent.mkdir(parents=True)
    file.write_text(damaged)
    docs = list_dependency_docs(tmp_path, [LockedPackage("pond", "2.1.0", 3)])
    assert [(doc.title, doc.text) for doc in docs] == [("Pond", "Fish `swim`.")]


def test_a_page_holds_the_modules_words_and_then_its_members(tmp_path: Path) -> None:
    file = tmp_path / "deps/pond/lib/pond.ex"
    file.parent.mkdir(parents=True)
    file.write_text(POND)
    pond, reed, wet = list_dependency_docs(tmp_path, [LockedPackage("pond", "2.1.0", 3)])
    assert pond.text.startswith("Fish `swim`.\n\n# `t:depth/1`\n\nHow deep.\n\n# `t:fish/0`\n\n")
    assert (reed.title, reed.text) == ("Pond.Reed", "# `grow/1`\n\nGrows.")
    assert "Grows." in POND.split("\n")[reed.line - 1]
    assert wet.url == "https://hexdocs.pm/pond/2.1.0/Pond.Wet.html"
