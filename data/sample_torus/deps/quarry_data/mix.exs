defmodule Quarry.MixProject do
  use Mix.Project

  @version "0.9.3"

  def project do
    [
      app: :quarry_data,
      version: @version,
      elixir: "~> 1.15",
      description: "Bulk reading and online-safe schema changes over Ecto",
      deps: deps()
    ]
  end

  def application, do: [extra_applications: [:logger]]

  defp deps do
    [
      {:ecto_sql, "~> 3.12"}
    ]
  end
end
