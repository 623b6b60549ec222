defmodule Pantry.MixProject do
  use Mix.Project

  @version "1.0.5"

  def project do
    [
      app: :pantry_cache,
      version: @version,
      elixir: "~> 1.15",
      description: "A read-through cache with invalidation across nodes",
      deps: deps()
    ]
  end

  def application, do: [extra_applications: [:logger]]

  defp deps do
    [
      {:phoenix_pubsub, "~> 2.1"}
    ]
  end
end
