defmodule Mini.Application do
  @moduledoc """
  Starts the supervision tree of the platform.

  Order matters: the repository and PubSub come before the depot, because the depot
  subscribes to invalidations as soon as it is up; the endpoint comes last, so that no
  request arrives before the processes it needs.
  """

  use Application

  @impl true
  def start(_type, _args) do
    children = [
      MiniWeb.Telemetry,
      Mini.Repo,
      {Phoenix.PubSub, name: Mini.PubSub},
      Supervisor.child_spec({Cachex, name: :grade_summaries, limit: 50_000}, id: :grade_summaries),
      Supervisor.child_spec({Cachex, name: :feature_states, limit: 10_000}, id: :feature_states),
      Mini.Delivery.Sections.Depot,
      {Registry, keys: :unique, name: Mini.SectionRegistry},
      {DynamicSupervisor, name: Mini.SectionSessions, strategy: :one_for_one},
      {Task.Supervisor, name: Mini.TaskSupervisor},
      {Oban, Application.fetch_env!(:mini, Oban)},
      Mini.Analytics.EventPipeline,
      MiniWeb.Endpoint
    ]

    opts = [strategy: :one_for_one, name: Mini.Supervisor]
    Supervisor.start_link(children, opts)
  end

  @impl true
  def config_change(changed, _new, removed) do
    MiniWeb.Endpoint.config_change(changed, removed)
    :ok
  end
end
