"""Questions to the code map: what is found, at which line, how sure, and what an unknown name is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.library import LIBRARY
from tests.context.small_shop import write_files
from torusnb.context.inquiry.answers import BY_NAME, CERTAIN, Reply
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.errors import InputError


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Inquiry:
    root = write_files(tmp_path_factory.mktemp("library"), LIBRARY)
    return Inquiry(load_code_map(root), source_reader(root))


def _told(reply: Reply) -> list[tuple[str, str]]:
    return [(row.what, row.relation) for row in reply.rows]


def _who(reply: Reply) -> set[str]:
    return {row.what for row in reply.rows}


def test_callers_are_found_over_pipes_captures_defaults_and_delegates(library: Inquiry) -> None:
    assert _told(library.callers("Lib.Loans.extend/2")) == [
        ("Lib.Desk.prolong/2", "delegates to extend/2"),
        ("Lib.Loans.extend_all/1", "captures extend/1"),
        ("Lib.Loans.extend_all/1", "calls extend/2"),
        ("LibWeb.LoanLive.handle_event/3", "calls prolong/2"),
    ]


def test_the_callers_of_a_delegate_stand_behind_it(library: Inquiry) -> None:
    last = library.callers("Lib.Loans.extend/2").rows[-1]
    assert (last.distance, last.through) == (2, ("Lib.Desk.prolong/2",))


def test_every_row_quotes_its_line(library: Inquiry) -> None:
    for row in library.callers("Lib.Loans.extend").rows:
        lines = LIBRARY[row.place.path].split("\n")
        assert row.quote == lines[row.place.line - 1].strip()


@pytest.mark.parametrize(
    ("function", "callers"),
    [
        ("Lib.Loans.overdue/1", {"Lib.Desk.job/0", "Lib.Readers.late/1"}),
        ("Lib.Loans.open/1", {"Lib.Desk.hand_out/2"}),
        ("Lib.Loans.reminder/1", {"Lib.Loans.remind/1"}),
        ("Lib.Loans.remind/1", {"LibWeb.LoanLive.render/1"}),
        ("Lib.Desk.quiet/0", {"lib/lib_web/live/shelf_live.html.heex"}),
        ("Lib.Readers.extend/1", set()),
        ("LibWeb.Buttons.big_button/1", {"LibWeb.LoanLive.render/1", "lib/lib_web/live/shelf_live.html.heex"}),
    ],
)
def test_callers_resolve_imports_aliases_templates_and_what_use_brings(
    library: Inquiry, function: str, callers: set[str]
) -> None:
    assert _who(library.callers(function)) == callers


def test_an_import_that_lists_other_functions_brings_no_call(tmp_path: Path) -> None:
    files = {
        "mix.exs": LIBRARY["mix.exs"],
        "lib/a.ex": "defmodule A do\n  def one(x), do: x\n  def two(x), do: x\nend\n",
        "lib/b.ex": "defmodule B do\n  import A, only: [one: 1]\n  import C\n  def go, do: {one(1), two(2)}\nend\n",
        "lib/c.ex": "defmodule C do\n  def two(x), do: x\nend\n",
    }
    root = write_files(tmp_path, files)
    asked = Inquiry(load_code_map(root), source_reader(root))
    assert _who(asked.callers("A.one/1")) == {"B.go/0"}
    assert _who(asked.callers("A.two/1")) == set()
    assert _who(asked.callers("C.two/1")) == {"B.go/0"}


def test_a_function_that_use_gives_to_a_module_has_callers_too(library: Inquiry) -> None:
    assert _who(library.callers("Repo.update")) == {"Lib.Loans.extend/2"}


def test_callees_are_told_in_the_order_of_the_lines_with_their_home(library: Inquiry) -> None:
    assert _told(library.callees("Lib.Desk.hand_out/2")) == [
        ("Lib.Readers.touch/1", "calls, defined at lib/lib/readers.ex:7"),
        ("Lib.Loans.open/1", "calls, defined at lib/lib/loans.ex:12"),
    ]


def test_writers_are_found_behind_changesets_structs_multis_and_sql(library: Inquiry) -> None:
    assert [(row.what, row.relation, row.sure) for row in library.writers_of("loans").rows] == [
        ("Lib.Desk.forget/1", "Repo.delete", BY_NAME),
        ("Lib.Loans.extend/2", "Repo.update", CERTAIN),
        ("Lib.Loans.open/1", "Repo.insert", CERTAIN),
        ("Lib.Loans.close/1", "Repo.delete", CERTAIN),
        ("Lib.Loans.purge/0", "SQL: DELETE FROM", CERTAIN),
        ("Lib.Readers.merge/2", "Multi.delete_all", CERTAIN),
        ("Lib.Readers.Reader.changeset/2", "cast_assoc :loans, written with its owner", CERTAIN),
        ("Lib.Repo.Migrations.TrimLoans.change/0", "SQL: UPDATE", CERTAIN),
    ]


def test_a_schema_may_be_named_in_place_of_its_table(library: Inquiry) -> None:
    assert library.writers_of("Loans.Loan").rows == library.writers_of("loans").rows


def test_readers_are_queries_and_preloads_but_not_the_queries_of_writes(library: Inquiry) -> None:
    assert _told(library.readers_of("loans")) == [
        ("Lib.Loans.overdue/1", "queries"),
        ("Lib.Readers.touch/1", "preloads :loans"),
    ]


def test_a_write_whose_table_cannot_be_told_is_counted(tmp_path: Path) -> None:
    files = {path: LIBRARY[path] for path in ("mix.exs", "lib/lib/repo.ex", "lib/lib/loans/loan.ex")}
    files["lib/lib/any.ex"] = "defmodule Lib.Any do\n  # a loan\n  def save(thing), do: Lib.Repo.insert(thing)\nend\n"
    root = write_files(tmp_path, files)
    reply = Inquiry(load_code_map(root), source_reader(root)).writers_of("loans")
    assert reply.rows == ()
    assert "1 writes there whose table cannot be told: lib/lib/any.ex:3" in reply.looked_at


def test_a_table_is_told_as_the_migrations_leave_it(library: Inquiry) -> None:
    told = {row.what: (row.relation, str(row.place)) for row in library.table("loans").rows}
    trim = "priv/repo/migrations/20240201000000_trim_loans.exs"
    assert told["due_on"][0] == "column :date, not null"
    assert told["reader_id"][1] == f"{trim}:7"
    assert told["loans_due_on_index"][0] == "index on due_on"
    assert told["Lib.Loans.Loan"][0] == "schema"
    assert "note" not in told


def test_users_of_a_module_are_told_by_what_they_do_with_it(library: Inquiry) -> None:
    told = _told(library.users_of("Lib.Loans"))
    assert ("Lib.Desk", "calls open/1") in told
    assert ("Lib.Readers", "imports it") in told
    assert ("Lib.Desk", "aliases it") not in told


def test_live_views_are_found_over_hops_with_the_way_there(library: Inquiry) -> None:
    near = {row.what: (row.distance, row.through) for row in library.live_views_using("Lib.Readers", 3).rows}
    assert near["Lib.ReminderWorker"] == (1, ("Lib.Readers",))
    assert near["LibWeb.LoanController"] == (2, ("Lib.Readers", "Lib.Desk"))
    assert "LibWeb.LoanLive" not in near


def test_a_change_reaches_only_who_calls_the_functions_that_it_touches(library: Inquiry) -> None:
    rows = library.reach("Lib.Readers.late/1", 3).rows
    assert [(row.what, row.distance) for row in rows] == [("Lib.ReminderWorker", 1)]


def test_a_change_to_a_schema_reaches_contexts_then_live_views_then_routes(library: Inquiry) -> None:
    rows = {row.what: row for row in library.reach("Lib.Loans.Loan", 3).rows}
    assert rows["Lib.Loans"].distance == 1
    assert rows["Lib.Readers.Reader"].relation == "has_many :loans"
    assert rows["LibWeb.LoanLive"].through[-1] == "Lib.Desk"
    assert rows["LIVE /loans/:id"].through[-1] == "LibWeb.LoanLive"
    assert rows["POST /loans"].distance > rows["LibWeb.LoanController"].distance


def test_an_action_that_a_change_does_not_touch_is_no_route_of_it(library: Inquiry) -> None:
    assert "GET /help" not in _who(library.reach("Lib.Loans.open/1", 3))


def test_a_table_reaches_raw_queries_too(library: Inquiry) -> None:
    assert _who(library.reach("loans", 1)) >= {"Lib.Loans", "Lib.Readers"}


def test_hops_bound_the_reach(library: Inquiry) -> None:
    assert {row.distance for row in library.reach("Lib.Loans.Loan", 1).rows if row.layer != "router"} == {1}


@pytest.mark.parametrize("topic", ["loan:#{id}", "loan:#{loan.id}", "loan:*"])
def test_topics_agree_in_all_but_their_holes_and_wrappers_lead_on_to_who_calls_them(
    library: Inquiry, topic: str
) -> None:
    rows = library.topics(topic).rows
    assert [(row.what, row.distance) for row in rows] == [
        ("Lib.Loans.announce/1", 1),
        ("Lib.Loans.subscribe/1", 1),
        ("LibWeb.LoanLive.mount/3", 2),
    ]
    assert {row.sure for row in rows} == {CERTAIN}


def test_a_topic_of_a_running_program_is_found_by_its_fixed_parts(library: Inquiry) -> None:
    assert {row.sure for row in library.topics("loan:17").rows} == {BY_NAME}
    assert library.topics("basket:17").rows == ()


@pytest.mark.parametrize("prefix", ["lib.loans", "[:lib, :loans]", "lib.lo"])
def test_events_are_found_by_their_beginning(library: Inquiry, prefix: str) -> None:
    assert _told(library.events(prefix)) == [("Lib.Loans.announce/1", "executes lib.loans.announced")]


def test_flags_are_told_with_who_checks_them(library: Inquiry) -> None:
    assert ("LibWeb.LoanLive.handle_event/3", "checks prolong") in _told(library.flags("prolong"))
    assert "near it: prolong" in library.flags("prolonged").looked_at


def test_routes_carry_what_stands_before_them(library: Inquiry) -> None:
    (route,), _ = library.routes_to("LoanLive")
    assert (route.path, route.pipelines, route.live_session) == ("/loans/:id", ("browser",), "reader")


def test_a_hook_leads_to_the_routes_it_stands_before(library: Inquiry) -> None:
    routes, _ = library.routes_to("LibWeb.Mounts")
    assert [route.path for route in routes] == ["/loans/:id", "/shelf"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("prolong", ("Lib.Desk.prolong/2", "a function (defdelegate)")),
        ("Desk", ("Lib.Desk", "a module")),
        ("loans", ("Lib.Loans.Loan", "the schema of the table")),
        ("due_on", ("Lib.Loans.Loan.due_on", "a field, :date")),
        ("Loans.extend/1", ("Lib.Loans.extend/2", "a function (def)")),
    ],
)
def test_names_are_found_where_they_are_defined(library: Inquiry, name: str, found: tuple[str, str]) -> None:
    assert found in _told(library.find(name))


@pytest.mark.parametrize("name", ["Lib.Loans.Loan", "Loans.Loan", "Loan", "lib/lib/loans/loan.ex", "%Loan{}"])
def test_a_module_is_known_by_its_end_its_path_or_its_struct(library: Inquiry, name: str) -> None:
    assert library.names.module(name).name == "Lib.Loans.Loan"


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        ("users_of", "Lib.Loanes", "no module is called Lib.Loanes; near it: Lib.Loans"),
        ("callers", "Loans.extnd/2", "Lib.Loans defines no extnd; near it: extend/2"),
        ("callers", "Loans.extend/5", "Lib.Loans defines no extend/5, but extend/2"),
        ("callers", "extend", "2 modules define extend; give one of: Lib.Loans, Lib.Readers"),
        ("writers_of", "lones", "no migration or schema has a table lones; near it: loans"),
        ("writers_of", "Lib.Desk", "Lib.Desk is no schema of a table"),
        ("find", "Deks", "nothing is called Deks; near it: Lib.Desk"),
        ("callers", "Loans.extend(", "is no function name"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(library: Inquiry, question: str, name: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        getattr(library, question)(name)
    assert said in str(raised.value)


def test_a_file_that_vanished_or_broke_gives_fewer_rows_and_no_error(tmp_path: Path) -> None:
    root = write_files(tmp_path, LIBRARY)
    code_map = load_code_map(root)
    (root / "lib/lib/desk.ex").unlink()
    (root / "lib/lib/readers.ex").write_text("defmodule Lib.Readers do\n def late(", encoding="utf-8")
    asked = Inquiry(code_map, source_reader(root))
    assert "Lib.Loans.extend_all/1" in _who(asked.callers("Lib.Loans.extend/2"))
    assert "Lib.Loans.extend/2" in _who(asked.writers_of("loans"))
    assert asked.reach("loans", 3).rows


def test_a_part_of_a_name_finds_what_holds_it_the_exact_one_first(library: Inquiry) -> None:
    names = [row.what for row in library.find("extend").rows]
    assert names.index("Lib.Loans.extend/2") < names.index("Lib.Loans.extend_all/1")
    assert [row.what for row in library.find("end_al").rows] == ["Lib.Loans.extend_all/1"]
    assert [row.what for row in library.find("Loans.extend_").rows] == ["Lib.Loans.extend_all/1"]


@pytest.mark.parametrize(
    ("path", "found"), [("/loans", ["/loans", "/loans/:id"]), ("/loans/:number", ["/loans/:id"]), ("/loan", [])]
)
def test_the_routes_under_a_path_are_listed_whatever_their_parameters_are_called(
    library: Inquiry, path: str, found: list[str]
) -> None:
    routes, looked_at = library.routes_to(path)
    assert [route.path for route in routes] == found
    assert looked_at.startswith(path)


POST = {
    "mix.exs": LIBRARY["mix.exs"],
    "config/config.exs": "import Config\n\n# Lib.Post is one\nconfig :lib, one: Lib.Post\nconfig :lib, o: Lib.Poster\n",
    "lib/lib/carrier.ex": "defmodule Lib.Carrier do\n  @callback send(term()) :: :ok\nend\n",
    "lib/lib/post.ex": """defmodule Lib.Post do
  @behaviour Lib.Carrier
  @behaviour Postal.Carrier

  @impl true
  def send(_letter), do: :ok
end
""",
    "lib/lib/pigeon.ex": "defmodule Lib.Pigeon do\n  use Birds\n\n  @impl true\n  def fly(_), do: :ok\nend\n",
}


@pytest.mark.parametrize(
    ("question", "given"),
    [("reach", ("Lib.Post", 3)), ("reach", ("Lib.Post.send/1", 3)), ("callers", ("Post.send/1",))],
)
def test_where_callers_cannot_be_seen_the_answer_says_so(
    tmp_path: Path, question: str, given: tuple[object, ...]
) -> None:
    root = write_files(tmp_path / "post", POST)
    inquiry = Inquiry(load_code_map(root), source_reader(root))
    reply: Reply = getattr(inquiry, question)(*given)
    assert [(row.relation, str(row.place)) for row in reply.rows] == [
        ("implements behaviour Lib.Carrier: callers through a variable are not seen", "lib/lib/post.ex:2"),
        ("implements behaviour Postal.Carrier: callers in the library are not seen", "lib/lib/post.ex:3"),
        ("named in config/config.exs:4: callers that read the configuration are not seen", "config/config.exs:4"),
    ]


def test_a_behaviour_that_use_brings_is_told_at_the_first_mark(tmp_path: Path) -> None:
    root = write_files(tmp_path / "post", POST)
    (row,) = Inquiry(load_code_map(root), source_reader(root)).reach("Lib.Pigeon", 3).rows
    assert row.relation.startswith("implements a behaviour that `use` brings")
    assert str(row.place) == "lib/lib/pigeon.ex:4"
