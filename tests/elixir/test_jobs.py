from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.codebase import FileOutline, Schedule
from torusnb.models.modules import Use

CONFIG = """import Config

config :shop, ShopWeb.Endpoint, queues: [none: 1]

config :shop, Oban,
  repo: Shop.Repo,
  plugins: [
    Oban.Plugins.Pruner,
    {Oban.Plugins.Cron,
     crontab: [
       {"0 2 * * *", Shop.Nightly},
       {"@daily", Shop.Mail.Digest, args: %{kind: "all"}, queue: :mail}
     ]}
  ],
  queues: [
    default: 10,
    mail: [limit: 1_000, paused: true],
    imports: String.to_integer(System.get_env("IMPORTS", "4"))
  ]
"""


def outline_of(text: str, path: str = "config/config.exs") -> FileOutline:
    return parse_file(path, text.encode())


def test_a_config_file_tells_queues_and_schedules() -> None:
    outline = outline_of(CONFIG)
    assert outline.modules == ()
    assert outline.schedules == (Schedule("Shop.Nightly", "0 2 * * *", 11), Schedule("Shop.Mail.Digest", "@daily", 12))
    assert outline.queues == (
        Use("limit=10", "default", 16),
        Use("limit=1000", "mail", 17),
        Use("queue", "imports", 18),
    )


@pytest.mark.parametrize(
    "text",
    [
        'import Config\ncrontab = [{"@daily", Shop.Nightly}]\n'
        "config :shop, Oban, plugins: [{Oban.Plugins.Cron, crontab: crontab}]\n",
        'import Config\nif System.get_env("NIGHTLY") do\n'
        '  config :shop, Oban, plugins: [{Oban.Plugins.Cron, crontab: [{"@daily", Shop.Nightly}]}]\nend\n',
        'import Config\nalias Shop.Nightly\nconfig :shop, Oban, crontab: [{"@daily", Nightly}]\n',
        'import Config\nconfig :shop, :oban, crontab: [{"@daily", Shop.Nightly, []}]\n',
    ],
)
def test_every_way_to_write_a_crontab(text: str) -> None:
    assert [(job.worker, job.cron) for job in outline_of(text).schedules] == [("Shop.Nightly", "@daily")]


@pytest.mark.parametrize("value", ["false", "[]", 'System.get_env("QUEUES")'])
def test_queues_that_are_not_written_out_are_none(value: str) -> None:
    assert outline_of(f"import Config\nconfig :shop, Oban, queues: {value}\n").queues == ()


def test_a_supervisors_options_tell_them_too() -> None:
    text = """defmodule Shop.Application do
  @nightly [{"@daily", Shop.Nightly}]
  def start(_, _) do
    queues = [mail: 2]
    children = [{Oban, repo: Shop.Repo, queues: queues, plugins: [{Oban.Plugins.Cron, crontab: @nightly}]}]
    Supervisor.start_link(children, strategy: :one_for_one)
  end
end
"""
    outline = outline_of(text, "lib/shop/application.ex")
    assert [(queue.kind, queue.name) for queue in outline.queues] == [("limit=2", "mail")]
    assert [(job.worker, job.cron) for job in outline.schedules] == [("Shop.Nightly", "@daily")]


def test_another_functions_call_of_config_is_none() -> None:
    assert (
        outline_of("defmodule A do\n  def f, do: config(:shop, Oban, queues: [a: 1])\nend\n", "lib/a.ex").queues == ()
    )
