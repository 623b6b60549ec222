import Config

config :mini, Mini.Repo,
  database: "mini_test",
  hostname: "localhost",
  pool: Ecto.Adapters.SQL.Sandbox

config :mini, Oban, testing: :manual

config :mini, line_items_client: Mini.Support.RecordingLineItems
