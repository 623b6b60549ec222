"""Answers to what the checkout does not have as it was asked: the nearest thing, and what is not there at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.lookups.conftest import Ask, open_at
from torusnb.context.inquiry.answers import Answer
from torusnb.lookups.lookups import CheckoutLookups
from torusnb.lookups.meant import is_file_name, list_meant
from torusnb.lookups.state_keys import KINDS, bare_key, kind_of
from torusnb.lookups.structure import near_events
from torusnb.lookups.tests_of import list_tests
from torusnb.models.base import Place

_PAGE = """defmodule MiniWeb.ShelfController do
  use MiniWeb, :controller

  def show(conn, _params) do
    conn |> put_session(:shelf_tab, "books") |> render(:label, shelf: get_session(conn, :shelf_tab))
  end

  def other(conn, _params), do: render(conn, "label.json", shelf_tab: nil)
end
"""
_VIEW = 'defmodule MiniWeb.ShelfHTML do\n  use MiniWeb, :html\n  embed_templates "shelf_html/*"\nend\n'
_BOX = "defmodule Mini.{home}.Box do\n  def {name}(x) do\n    x + {number}\n  end\nend\n"


def _module(name: str, public: str, rest: int) -> str:
    private = "".join(f"  defp p{n}(x) do\n    x\n    |> q()\n  end\n\n" for n in range(rest))
    return f"defmodule {name} do\n{public}\n{private}end\n"


@pytest.fixture(scope="module")
def shelves(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> CheckoutLookups:
    """The miniature Torus with a controller, its template, two modules of one name, and long modules."""
    root = tmp_path_factory.mktemp("shelves") / "torus"
    shutil.copytree(sample_root, root, symlinks=True)
    web = root / "lib" / "mini_web" / "controllers"
    few = "  def build(a) do\n    first = a\n    {:ok, first}\n  end\n"
    written = {
        web / "shelf_controller.ex": _PAGE,
        web / "shelf_html.ex": _VIEW,
        web / "shelf_html" / "label.html.heex": "<p>{@shelf}</p>\n",
        web / "shelf_html" / "twin.html.heex": "<p>1</p>\n",
        web / "attic_html" / "twin.html.heex": "<p>2</p>\n",
        root / "lib" / "mini" / "attic" / "box.ex": _BOX.format(home="Attic", name="open", number=1),
        root / "lib" / "mini" / "cellar" / "box.ex": _BOX.format(home="Cellar", name="shut", number=2),
        root / "lib" / "mini" / "few_public.ex": _module("Mini.FewPublic", few, 60),
        root / "lib" / "mini" / "middling.ex": _module("Mini.Middling", few, 37),
        root / "test" / "mini_web" / "controllers" / "shelf_controller_test.exs": 'test "a shelf is shown" do\nend\n',
    }
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return open_at(root)


def _ask(lookups: CheckoutLookups, name: str, **arguments: object) -> str:
    return lookups.answer(name, dict(arguments)).text


@pytest.mark.parametrize(
    "what",
    [
        "lib/mini_web/controllers/shelf_html/label.html.eex:1-3",
        "controllers/shelf_html/label.html.heex",
        "label.html.eex:1",
        "lib/mini_web/templates/shelf/label.html.eex:1",
    ],
)
def test_a_path_that_is_wrong_in_its_folder_or_its_ending_shows_the_file_that_is_meant(
    what: str, shelves: CheckoutLookups
) -> None:
    text = _ask(shelves, "show", what=what)
    assert "what follows is lib/mini_web/controllers/shelf_html/label.html.heex" in text
    assert "code:lib/mini_web/controllers/shelf_html/label.html.heex:1 | <p>{@shelf}</p>" in text


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("a/x.ex", ("lib/a/x.ex",)),
        ("x.ex", ("lib/a/x.ex", "lib/b/x.ex")),
        ("b/x.exs", ("lib/b/x.ex",)),
        ("y.html.eex", ("lib/a/y.html.heex",)),
        ("gone/y.heex", ("lib/a/y.html.heex",)),
        ("gone/x.exs", ()),
        ("gone/w.ex", ()),
        ("z.ex", ()),
        ("", ()),
    ],
)
def test_a_path_means_the_files_that_end_so(path: str, meant: tuple[str, ...]) -> None:
    assert list_meant(path, ("lib/b/x.ex", "lib/a/x.ex", "lib/a/w.ex", "lib/a/y.html.heex")) == meant


def test_a_file_s_name_is_told_from_a_function_s() -> None:
    assert [is_file_name(name) for name in ("page.ex", "page.html.heex", "Page.render", "Page.ex/1")] == [
        True,
        True,
        False,
        False,
    ]


def test_of_a_name_that_several_bear_the_beginning_of_each_is_shown(shelves: CheckoutLookups) -> None:
    text = _ask(shelves, "show", what="Box; lib/mini/grades.ex:1")
    assert "2 are called Box; ask for one by its whole name" in text
    assert "code:lib/mini/attic/box.ex:3 |     x + 1" in text
    assert "code:lib/mini/cellar/box.ex:3 |     x + 2" in text
    assert "code:lib/mini/grades.ex:1 " in text


@pytest.mark.parametrize(("tool", "argument"), [("show", "what"), ("callees", "function")])
def test_a_function_that_only_one_of_them_has_is_that_one_s(tool: str, argument: str, shelves: CheckoutLookups) -> None:
    assert "Mini.Cellar.Box.shut/1" in _ask(shelves, tool, **{argument: "Box.shut/1"})
    assert "2 modules end in Box" in _ask(shelves, tool, **{argument: "Box.neither/1"})


def test_a_module_of_middling_length_is_shown_whole_where_it_is_asked_for_alone(shelves: CheckoutLookups) -> None:
    assert "defp p36(x) do" in _ask(shelves, "show", what="Mini.Middling")
    assert "|> q()" not in _ask(shelves, "show", what="Mini.Middling; lib/mini/grades.ex:1")


def test_the_few_public_functions_of_a_long_module_are_shown_with_their_bodies(shelves: CheckoutLookups) -> None:
    text = _ask(shelves, "show", what="Mini.FewPublic")
    assert "| {:ok, first}" in text.replace("  ", "")
    assert "|> q()" not in text
    assert "defp p59/1" in text


def test_a_name_of_code_that_nothing_defines_is_said_to_be_undefined_and_no_file_shares_its_words(ask: Ask) -> None:
    text = ask("find", query="SettingsUpdater").text
    assert text.startswith("# no definition of SettingsUpdater, and nothing holds it")
    assert "share words" not in text
    assert ask("find", query="zebra").text.startswith("# no definition of zebra")


def test_a_name_that_is_only_used_is_shown_where_it_stands(sample_torus: Path) -> None:
    (sample_torus / "lib" / "mini" / "uses.ex").write_text(
        "defmodule Mini.Uses do\n  def a, do: ShelfWidget.b()\nend\n"
    )
    text = open_at(sample_torus).answer("find", {"query": "ShelfWidget"}).text
    assert text.startswith("# no definition of ShelfWidget; 1 line in 1 file hold it")
    assert "code:lib/mini/uses.ex:2 | def a, do: ShelfWidget.b()" in text


@pytest.mark.parametrize("query", ["MiniWeb.ShelfController", "ShelfController"])
def test_the_tests_of_a_module_are_found_by_its_name(query: str, shelves: CheckoutLookups) -> None:
    text = _ask(shelves, "find", query=query, under="test/")
    assert "# tests of " in text
    assert 'test/mini_web/controllers/shelf_controller_test.exs:1 | test "a shelf is shown" do' in text


def test_of_tests_of_one_name_those_of_the_module_s_namespace_are_meant() -> None:
    paths = ("test/a/attic/box_test.exs", "test/a/cellar/box_test.exs", "test/a/box_office_test.exs")
    assert list_tests("A.Cellar.Box", paths) == ("test/a/cellar/box_test.exs",)
    assert list_tests("Box", paths) == paths[:2]
    assert list_tests("Box", paths, "lib/") == ()
    assert list_tests("box", paths) == ()


@pytest.mark.parametrize("tool", ["find", "text"])
def test_where_nothing_is_found_what_was_not_searched_is_told(tool: str, ask: Ask) -> None:
    argument = {"find": "query", "text": "text"}[tool]
    text = ask(tool, **{argument: "nowhereAtAll"}).text
    assert "the libraries' code in deps/ is not searched" in text
    assert "deps/ is not searched" not in ask(tool, **{argument: "update_settings"}).text


def test_the_lock_file_is_searched(ask: Ask) -> None:
    answer = ask("text", text="pantry_cache", under="mix.lock")
    assert [item.place.path for item in answer.evidence if item.place is not None] == ["mix.lock"]


def test_who_renders_a_template_is_told_by_its_path(shelves: CheckoutLookups) -> None:
    path = "lib/mini_web/controllers/shelf_html/label.html.heex"
    text = _ask(shelves, "callers", function=path)
    assert f"who renders {path}: 2 lines" in text
    assert "code:lib/mini_web/controllers/shelf_controller.ex:5 |" in text
    assert 'code:lib/mini_web/controllers/shelf_html.ex:3 | embed_templates "shelf_html/*"' in text
    assert "shelf_controller.ex:8" not in text
    assert _ask(shelves, "users", module="label.html") == text


@pytest.mark.parametrize("name", ["twin.html", "twin.html.heex"])
@pytest.mark.parametrize(("tool", "argument"), [("callers", "function"), ("users", "module")])
def test_a_name_that_two_templates_bear_is_answered_with_both(
    shelves: CheckoutLookups, tool: str, argument: str, name: str
) -> None:
    text = _ask(shelves, tool, **{argument: name})
    folder = "lib/mini_web/controllers"
    assert text.startswith(f"# 2 templates may be meant by {name}; give the path of one: {folder}/attic_html/twin")
    assert f"{folder}/shelf_html/twin.html.heex" in text


def test_a_template_that_is_not_there_is_said_not_to_be_there(shelves: CheckoutLookups) -> None:
    text = _ask(shelves, "callers", function="shelf_html/gone.html.heex")
    assert text.startswith("# no template of the checkout is called shelf_html/gone.html.heex")


def test_who_puts_and_who_takes_a_key_of_the_session_is_told_apart(shelves: CheckoutLookups) -> None:
    lines = _ask(shelves, "text", text="shelf_tab").split("\n")
    assert lines[1] == "# put into the session: 1 line"
    assert "elsewhere 1 line in 1 file" in lines[3]
    assert "code:lib/mini_web/controllers/shelf_controller.ex:8 " in lines[4]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("conn |> put_session(:shelf_tab, x)", 0),
        ('put_session(conn, "shelf_tab", f(x))', 0),
        ("delete_session(conn, :shelf_tab)", 1),
        ("Plug.Conn.get_session(conn, :shelf_tab)", 2),
        ('tab = session["shelf_tab"]', 2),
        ('def mount(_params, %{"shelf_tab" => tab} = session, socket)', 2),
        ("assign(socket, :shelf_tab, 1)", 3),
        ("|> assign(a: f(1), shelf_tab: 1)", 3),
        ("update(socket, :shelf_tab, &(&1 + 1))", 3),
        ("socket.assigns.shelf_tab", 4),
        ("assigns[:shelf_tab]", 4),
        ("%{assigns: %{shelf_tab: tab}}", 4),
        ("<p class={@shelf_tab}>", 4),
        ("<%= if @shelf_tab do %>", 4),
        ("@shelf_tab 5", None),
        ("{@shelf_tab, 5}", None),
        ("Repo.update(query, :shelf_tab)", None),
        ("put_session(conn, :shelf_table, x)", None),
        ("shelf_tab = 1", None),
    ],
)
def test_a_line_tells_what_it_does_with_a_key(line: str, kind: int | None) -> None:
    assert kind_of(line, "shelf_tab") == ("" if kind is None else KINDS[kind])


def test_a_key_is_a_name_however_it_is_written() -> None:
    assert {bare_key(text) for text in ("shelf_tab", ":shelf_tab", '"shelf_tab"', "@shelf_tab")} == {"shelf_tab"}
    assert {bare_key(text) for text in ("ShelfTab", "shelf tab", "a.b", "ab")} == {""}


def test_a_hostile_line_is_read_in_no_time() -> None:
    assert kind_of("put_session(" + "(" * 100_000 + ":shelf_tab", "shelf_tab") == ""


def test_an_event_that_is_not_there_is_answered_with_those_that_share_its_words() -> None:
    rows = tuple(
        Answer("A.b/1", Place("a.ex", number), "", f"executes {name}")
        for number, name in enumerate(
            ("mini.shelf.moved", "mini.grades.sent", "mini.shelf.full", "mini.grades.read"), 1
        )
    )
    assert [row.place.line for row in near_events(rows, "mini.full.shelf")] == [3, 1]
    assert near_events(rows, "mini.nothing") == ()


def test_the_answer_on_a_near_event_says_that_it_is_another(ask: Ask) -> None:
    text = ask("event", name="mini.passback").text
    assert text.startswith("# no telemetry event begins with mini.passback; of these the names share its words")
    assert "mini.grades.passback" in text
    assert "# no telemetry event begins with" not in ask("event", name="mini.grades").text


def test_a_package_whose_documentation_is_not_held_is_said_not_to_be_here(ask: Ask) -> None:
    answer = ask("docs", words="unique jobs", package="oban")
    assert answer.evidence == ()
    assert answer.text.startswith("# no documentation of oban is held here, so nothing can be said of it; held: beacon")
    assert "is held here" in ask("docs", words="zzzz", package="pantry_cache").text
