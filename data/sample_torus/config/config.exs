import Config

config :mini, ecto_repos: [Mini.Repo]

config :mini, MiniWeb.Endpoint,
  url: [host: "localhost"],
  adapter: Bandit.PhoenixAdapter,
  pubsub_server: Mini.PubSub,
  live_view: [signing_salt: "sample"]

config :mini, Oban,
  repo: Mini.Repo,
  queues: [default: 10, grade_passback: 5, maintenance: 2],
  plugins: [{Oban.Plugins.Pruner, max_age: 60 * 60 * 24 * 7}]

config :mini,
  line_items_client: Mini.Grades.LineItems,
  public_key_set: %{keys: []}

config :logger, :console,
  format: "$time $metadata[$level] $message\n",
  metadata: [:request_id, :section_id, :grade_id]

import_config "#{config_env()}.exs"
