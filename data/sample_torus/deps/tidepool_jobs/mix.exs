defmodule Tidepool.MixProject do
  use Mix.Project

  @version "2.1.7"

  def project do
    [
      app: :tidepool_jobs,
      version: @version,
      elixir: "~> 1.15",
      description: "Conventions and tools for durable background jobs",
      deps: deps()
    ]
  end

  def application, do: [extra_applications: [:logger]]

  defp deps do
    [
      {:telemetry, "~> 1.0"}
    ]
  end
end
