"""Processes, tasks, caches, tables, settings and events: what is reported, and what is left alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.context.traps.small_scene import map_of, pack_of, waypoint_of
from torusnb.context.traps import RULES
from torusnb.context.traps.scene import Finding, set_scene

TILL = "lib/shop/till.ex"


def findings(rule: str, files: Mapping[str, str], asked: str = "A clerk opens the till.") -> list[Finding]:
    """What a rule finds when every file under lib is a waypoint."""
    ranked = [waypoint_of(path, rank) for rank, path in enumerate(sorted(p for p in files if p.startswith("lib/")), 1)]
    scene = set_scene(pack_of(asked), tuple(ranked), map_of(files), lambda path: files.get(path, ""))
    return list(RULES[rule].detect(scene))


def till(body: str, use: str = "use GenServer") -> dict[str, str]:
    """One module with what it uses and does."""
    return {TILL: f"defmodule Shop.Till do\n  {use}\n{body}\nend\n"}


ASKED = """
  def start_link(_), do: GenServer.start_link(__MODULE__, [], name: __MODULE__)
  def balance(id), do: GenServer.call(__MODULE__, {:balance, id})
  def handle_call({:balance, id}, _from, state), do: {:reply, id, state}
"""
SUPERVISOR = "defmodule Shop.Application do\n  use Application\n  def start(_, _) do\n    children = [%s]\n"
SUPERVISOR += "    Supervisor.start_link(children, strategy: :one_for_one)\n  end\nend\n"


def test_a_process_that_is_called_by_name_and_that_no_supervisor_has_is_reported() -> None:
    files = till(ASKED) | {"lib/shop/application.ex": SUPERVISOR % "Shop.Repo"}
    (found,) = findings("unsupervised-process", files)
    assert (found.path, found.line, found.severity) == (TILL, 5, "high")
    assert "`Shop.Till`" in found.what


@pytest.mark.parametrize(
    "child", ["Shop.Till", "{Shop.Till, limit: 3}", "%{id: 1, start: {Shop.Till, :start_link, [[]]}}"]
)
def test_a_process_among_a_supervisors_children_is_left_alone(child: str) -> None:
    files = till(ASKED) | {"lib/shop/application.ex": SUPERVISOR % child}
    assert findings("unsupervised-process", files) == []


def test_a_process_that_starts_itself_when_it_is_first_asked_is_left_alone() -> None:
    body = ASKED + "\n  def ensure_started, do: start_link([])\n"
    assert findings("unsupervised-process", till(body)) == []


def page(name: str, call: str) -> dict[str, str]:
    """A LiveView that calls something when it is shown."""
    path = f"lib/shop_web/live/{name.lower()}_live.ex"
    text = f"defmodule ShopWeb.{name}Live do\n  use Phoenix.LiveView\n"
    return {path: f"{text}  def mount(_p, _s, socket), do: {{:ok, assign(socket, :sum, {call})}}\nend\n"}


def test_a_process_that_many_pages_wait_for_is_reported_with_their_number() -> None:
    files = till(ASKED)
    for name in ("Basket", "Order", "Refund", "Stock"):
        files |= page(name, "Shop.Till.balance(1)")
    (found,) = findings("single-process", files)
    assert "`Shop.Till`, answers `balance/1` for 4 web modules on 0 routes" in found.what
    assert found.severity == "medium"


def test_pages_that_reach_the_process_through_a_context_count_and_slow_work_is_told() -> None:
    body = ASKED.replace("{:reply, id, state}", "{:reply, Shop.Repo.all(id), state}")
    files = till(body) | {"lib/shop/sums.ex": "defmodule Shop.Sums do\n  def sum(id), do: Shop.Till.balance(id)\nend\n"}
    for name in ("Basket", "Order", "Refund", "Stock"):
        files |= page(name, "Shop.Sums.sum(1)")
    (found,) = findings("single-process", files)
    assert "through `Sums.sum/1`" in found.what
    assert "queries the database while they wait" in found.what
    assert found.severity == "high"


def test_pages_that_reach_the_process_through_a_module_that_a_setting_names_count() -> None:
    sums = "defmodule Shop.Sums do\n  def sum(id), do: store().read_balance(id)\n"
    sums += "  defp store, do: Application.get_env(:shop, :store)\nend\n"
    files = till(ASKED.replace("balance(id)", "read_balance(id)")) | {"lib/shop/sums.ex": sums}
    for name in ("Basket", "Order", "Refund", "Stock"):
        files |= page(name, "Shop.Sums.sum(1)")
    (found,) = findings("single-process", files)
    assert "4 web modules on 0 routes through `Sums.sum/1`" in found.what


def test_a_process_that_few_pages_wait_for_is_left_alone() -> None:
    assert findings("single-process", till(ASKED) | page("Basket", "Shop.Till.balance(1)")) == []


@pytest.mark.parametrize(
    ("body", "reported"),
    [
        ("GenServer.call(till, :open, :infinity)", True),
        ("Task.async_stream(tills, &open/1, timeout: :infinity)", True),
        ("Shop.Repo.transaction(fn -> :ok end, timeout: :infinity)", True),
        ("GenServer.call(till, :open, 5_000)", False),
        ("Map.get(tills, :till, :infinity)", False),
    ],
)
def test_a_wait_without_end_is_reported(body: str, reported: bool) -> None:
    found = findings("endless-wait", till(f"  def run(till, tills) do\n    {body}\n    tills\n  end", ""))
    assert bool(found) is reported


@pytest.mark.parametrize(
    ("body", "reported"),
    [
        ("Enum.each(items, fn item -> GenServer.cast(till, {:add, item}) end)", True),
        ("for item <- items, do: send(till, {:add, item})", True),
        ("Enum.each(items, fn item -> send(item.pid, :close) end)", False),
        ("GenServer.cast(till, {:add_all, items})", False),
    ],
)
def test_messages_to_one_receiver_in_a_loop_are_reported(body: str, reported: bool) -> None:
    found = findings("flooded-mailbox", till(f"  def run(till, items) do\n    {body}\n  end", ""))
    assert bool(found) is reported


def test_a_task_of_a_page_that_nobody_awaits_is_reported_with_what_becomes_of_its_reply() -> None:
    body = "  def mount(_p, _s, socket) do\n    Task.async(fn -> Shop.Sums.sum(1) end)\n    {:ok, socket}\n  end\n"
    (found,) = findings("unawaited-task", till(body, "use Phoenix.LiveView"))
    assert (found.line, found.severity) == (4, "high")
    assert "no clause of `handle_info` takes the reply" in found.what
    (taken,) = findings(
        "unawaited-task", till(body + "  def handle_info(_any, socket), do: {:noreply, socket}", "use Phoenix.LiveView")
    )
    assert "falls to the `handle_info` for anything at line 7" in taken.what
    assert taken.severity == "medium"
    expecting = body + "  def handle_info({ref, _sum}, socket) when is_reference(ref), do: {:noreply, socket}"
    (expected,) = findings("unawaited-task", till(expecting, "use Phoenix.LiveView"))
    assert "`handle_info` at line 7 takes the reply" in expected.what
    assert expected.severity == "low"


@pytest.mark.parametrize(
    ("use", "body"),
    [
        ("use Phoenix.LiveView", "Task.await(Task.async(fn -> 1 end))"),
        ("use Phoenix.LiveView", "start_async(socket, :sum, fn -> 1 end)"),
        ("", "Task.async(fn -> 1 end)"),
    ],
)
def test_a_task_that_is_awaited_or_started_by_a_plain_module_is_left_alone(use: str, body: str) -> None:
    assert findings("unawaited-task", till(f"  def mount(_p, _s, socket) do\n    {body}\n  end", use)) == []


def test_a_write_in_a_task_that_can_be_lost_is_reported_with_the_way_to_it() -> None:
    body = "  def close(id) do\n    Task.start(fn -> save(id) end)\n  end\n  defp save(id), do: Shop.Repo.insert(id)"
    (found,) = findings("lost-task", till(body, ""))
    assert "hands `save`, which writes to the database through `Shop.Repo.insert`, to `Task.start`" in found.what
    assert findings("lost-task", till(body.replace("insert", "all"), "")) == []


CACHE = """
  @cache :sums
  def put(id, sum), do: Cachex.put(@cache, id, sum%s)
  def get(id), do: Cachex.get(@cache, id)
"""


def test_a_cache_that_nothing_empties_is_reported_with_its_limit() -> None:
    files = till(CACHE % "", "") | {"lib/shop/application.ex": SUPERVISOR % "{Cachex, name: :sums, limit: 2_000}"}
    (found,) = findings("stale-cache", files)
    assert "puts into the cache `:sums` under `id` without a time to live" in found.what
    assert "limited to 2,000 entries" in found.what


@pytest.mark.parametrize(
    "files",
    [
        till(CACHE % ", ttl: 500", ""),
        till(CACHE % "" + "  def drop(id), do: Cachex.del(@cache, id)", ""),
        till(CACHE % "", "")
        | {"lib/shop/closing.ex": "defmodule Shop.Closing do\n  def run, do: Cachex.clear(:sums)\nend\n"},
        till(CACHE % "", "") | {"lib/shop/application.ex": SUPERVISOR % "{Cachex, name: :sums, expiration: day()}"},
        till("  def count(id), do: :ets.insert(:visits, {id, 1})", ""),
    ],
)
def test_a_cache_with_an_end_and_a_table_of_counters_are_left_alone(files: dict[str, str]) -> None:
    assert findings("stale-cache", files) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("  def put(id, sum) when is_float(sum), do: Cachex.put(:sums, id, sum)", "caches only when `is_float(sum)`"),
        (
            "  def fetch(key) when key in [:day, :week], do: Cachex.put(:sums, key, 1)",
            "caches only when `key in [:day, :week]`",
        ),
        (
            "  def get(id) do\n    case Cachex.get(:sums, id) do\n      {:ok, nil} -> 0\n      {:ok, sum} -> "
            "sum\n    end\n  end",
            "no `{:error, _}`",
        ),
        ("  def get(id) do\n    Cachex.fetch(:sums, id, fn key -> load(key) end)\n  end", "bare value"),
    ],
)
def test_a_cache_that_refuses_a_shape_is_reported(body: str, said: str) -> None:
    (found,) = findings("refusing-cache", till(body, ""))
    assert said in found.what


@pytest.mark.parametrize(
    "body",
    [
        "  def put(id, sum) when is_binary(id), do: Cachex.put(:sums, id, sum)",
        "  def put(id, sum) when is_float(sum), do: Cachex.put(:sums, id, sum)\n  def put(_id, _sum), do: :ok",
        "  def get(id) do\n    case Cachex.get(:sums, id) do\n      {:ok, sum} -> sum\n      _ -> 0\n    end\n  end",
        "  def get(id) do\n    Cachex.fetch(:sums, id, fn key -> {:commit, load(key)} end)\n  end",
    ],
)
def test_a_cache_that_takes_every_shape_is_left_alone(body: str) -> None:
    assert findings("refusing-cache", till(body, "")) == []


TABLE = """
  def lock(id) do
    if :ets.whereis(:locks) == :undefined, do: :ets.new(:locks, [:named_table, :public])
    id
  end
"""


def test_a_named_table_made_by_whoever_comes_first_is_reported() -> None:
    (found,) = findings("short-lived-table", till(TABLE, ""))
    assert "makes the named table `:locks` in whichever process calls it first" in found.what
    (by_page,) = findings("short-lived-table", till(TABLE, "") | page("Basket", "Shop.Till.lock(1)"))
    assert "a page's process when it comes from `ShopWeb.BasketLive`" in by_page.what
    assert by_page.severity == "high"


def test_a_table_made_by_a_server_is_left_alone() -> None:
    assert findings("short-lived-table", till("  def init(_), do: {:ok, :ets.new(:locks, [:named_table])}")) == []


def test_a_handler_for_an_event_that_nothing_emits_is_reported_with_the_nearest() -> None:
    emits = "  def close, do: :telemetry.execute([:shop, :till, :closed], %{count: 1})\n"
    hears = '  def attach, do: :telemetry.attach("till", [:shop, :till, :close], &__MODULE__.hear/4, nil)\n'
    (found,) = findings("unheard-event", till(emits + hears, ""))
    assert "the event `shop.till.close`, which nothing in this checkout emits" in found.what
    assert "nearest that is emitted is `shop.till.closed`" in found.what
    assert findings("unheard-event", till(emits + hears.replace(":close]", ":closed]"), "")) == []
    assert findings("unheard-event", till(emits + hears.replace(":shop, :till", ":oban, :job"), "")) == []


@pytest.mark.parametrize(
    ("config", "reported"),
    [
        ({"config/prod.exs": "config :shop, limit: 3"}, True),
        ({"config/config.exs": "config :shop,\n  limit: 3"}, False),
        (
            {
                "config/dev.exs": "config :shop, limit: 1",
                "config/test.exs": "config :shop, limit: 1",
                "config/prod.exs": "config :shop, limit: 1",
            },
            False,
        ),
        ({"config/runtime.exs": "import Config\nif config_env() == :prod do\n  config :shop, limit: 3\nend"}, True),
    ],
)
def test_a_setting_without_a_default_that_not_every_environment_has_is_reported(
    config: dict[str, str], reported: bool
) -> None:
    body = "  def full?(count), do: count > Application.get_env(:shop, :limit)"
    assert bool(findings("unset-setting", till(body, "") | config)) is reported


@pytest.mark.parametrize(
    ("other", "reported"),
    [("defp late?(visit), do: visit.progress == 100", True), ("defp late?(visit), do: visit.progress == 0.5", False)],
)
def test_a_quantity_on_two_scales_is_reported_with_both_lines(other: str, reported: bool) -> None:
    files = till(f"  def done?(visit), do: visit.progress == 1.0\n  {other}", "")
    assert findings("mixed-scale", files, "A clerk opens the till.") == []
    found = findings("mixed-scale", files, "A clerk sees the progress, and who is behind in progress.")
    assert bool(found) is reported
    if found:
        assert "`progress == 1.0` takes progress as a share" in found[0].what
        assert [place.line for place in found[0].also] == [4]


def test_a_quantity_on_two_scales_is_told_only_of_the_first_waypoints() -> None:
    files = till("  def done?(visit), do: visit.progress == 1.0\n  def late?(visit), do: visit.progress == 100", "")
    pack = pack_of("A clerk sees the progress, and who is behind in progress.")
    for rank, told in ((12, True), (26, False)):
        waypoints = (waypoint_of(TILL, rank, named=False),)
        scene = set_scene(pack, waypoints, map_of(files), lambda path: files.get(path, ""))
        assert bool(list(RULES["mixed-scale"].detect(scene))) is told


RATES = """defmodule Shop.Rates do
  use GenServer
  def rate(code), do: :ets.lookup(:rates, code)
  def keep(code, rate), do: GenServer.call(__MODULE__, {:keep, code, rate})
  def init(_), do: {:ok, :ets.new(:rates, [:named_table])}
  def handle_call({:keep, code, rate}, _from, state) do
    :ets.insert(:rates, {code, rate})
    {:reply, :ok, state}
  end
  def handle_info(:tick, state), do: {:noreply, %s}
end
"""
JOB = "defmodule Shop.RateJob do\n  use Oban.Worker\n  def perform(_), do: Shop.Rates.keep(:eur, 1)\nend\n"
DESK = "defmodule ShopWeb.Desk do\n  use Phoenix.LiveView\n  def mount(_, _, socket), do: %s\nend\n"


@pytest.mark.parametrize(
    ("tick", "shown", "count"),
    [
        ("state", "Shop.Rates.rate(:eur)", 1),
        ("keep(:usd, 2)", "Shop.Rates.rate(:eur)", 0),
        ("state", "{Shop.Rates.rate(:eur), Shop.Rates.keep(:eur, 2)}", 0),
        ("state", "socket", 0),
    ],
)
def test_a_table_that_only_a_job_fills_is_told_where_others_read_it(tick: str, shown: str, count: int) -> None:
    files = {"lib/shop/rates.ex": RATES % tick, "lib/shop/rate_job.ex": JOB, "lib/shop_web/desk.ex": DESK % shown}
    found = findings("node-local-store", files)
    assert [(finding.path, finding.line) for finding in found] == [("lib/shop/rates.ex", 7)] * count
    assert all("Only the job `Shop.RateJob` fills `:rates`" in finding.what for finding in found)
