defmodule Lantern.MixProject do
  use Mix.Project

  @version "1.3.4"

  def project do
    [
      app: :lantern_ui,
      version: @version,
      elixir: "~> 1.15",
      description: "Tables, dialogs and forms for server-rendered live pages",
      deps: deps()
    ]
  end

  def application, do: [extra_applications: [:logger]]

  defp deps do
    [
      {:phoenix_live_view, "~> 1.0"}
    ]
  end
end
