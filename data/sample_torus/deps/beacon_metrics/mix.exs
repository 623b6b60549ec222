defmodule BeaconMetrics.MixProject do
  use Mix.Project

  @version "0.6.2"

  def project do
    [
      app: :beacon_metrics,
      version: @version,
      elixir: "~> 1.15",
      description: "Telemetry naming, reporting and guards against cardinality",
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
