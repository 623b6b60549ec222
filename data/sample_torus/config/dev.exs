import Config

config :mini, Mini.Repo,
  database: "mini_dev",
  hostname: "localhost",
  pool_size: 10

config :mini, MiniWeb.Endpoint, http: [ip: {127, 0, 0, 1}, port: 4000]
