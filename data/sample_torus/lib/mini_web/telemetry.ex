defmodule MiniWeb.Telemetry do
  @moduledoc """
  The metrics that are reported, and the poller for what has no event of its own.

  Events are named `[:mini, area, what]`; a span adds `:start`, `:stop` and `:exception`.
  Tags are small closed sets (role, outcome, policy). Ids of sections or users are never tags.
  """

  use Supervisor

  import Telemetry.Metrics

  def start_link(arg) do
    Supervisor.start_link(__MODULE__, arg, name: __MODULE__)
  end

  @impl true
  def init(_arg) do
    children = [
      {:telemetry_poller, measurements: periodic_measurements(), period: 10_000}
    ]

    Supervisor.init(children, strategy: :one_for_one)
  end

  @doc "The metrics, as reporters want them."
  def metrics do
    [
      summary("phoenix.endpoint.stop.duration", unit: {:native, :millisecond}),
      summary("phoenix.live_view.handle_event.stop.duration",
        tags: [:event],
        unit: {:native, :millisecond}
      ),
      summary("mini.repo.query.total_time", unit: {:native, :millisecond}),
      summary("mini.repo.query.queue_time", unit: {:native, :millisecond}),
      counter("mini.sections.enrolled.count", tags: [:role]),
      summary("mini.attempts.submit.stop.duration",
        tags: [:outcome],
        unit: {:native, :millisecond}
      ),
      counter("mini.grades.recorded.count", tags: [:late]),
      summary("mini.grades.passback.stop.duration",
        tags: [:outcome],
        unit: {:native, :millisecond}
      ),
      counter("mini.depot.hit.count"),
      summary("mini.depot.load.stop.duration", unit: {:native, :millisecond}),
      sum("mini.analytics.batch.stored.rows"),
      last_value("mini.depot.size.rows")
    ]
  end

  @doc false
  def measure_depot do
    case :ets.info(:section_depot, :size) do
      :undefined -> :ok
      rows -> :telemetry.execute([:mini, :depot, :size], %{rows: rows}, %{})
    end
  end

  defp periodic_measurements, do: [{__MODULE__, :measure_depot, []}]
end
