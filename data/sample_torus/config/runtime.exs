import Config

if config_env() == :prod do
  config :mini, Mini.Repo,
    url: System.fetch_env!("DATABASE_URL"),
    pool_size: String.to_integer(System.get_env("POOL_SIZE", "25")),
    queue_target: 100,
    queue_interval: 1_000

  config :mini, MiniWeb.Endpoint,
    url: [host: System.fetch_env!("HOST"), port: 443],
    secret_key_base: System.fetch_env!("SECRET_KEY_BASE")
end
