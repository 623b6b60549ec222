defmodule BeaconMetrics do
  @moduledoc """
  A convention for telemetry, and the checks that keep a code base to it.

  Telemetry rots quietly. A handler is detached after it raised once, a tag gains a value with
  every release, a dashboard shows a flat line that nobody questions. None of this fails a
  test unless a test asks. This package asks.

  ## The convention

  An event is `[app, area, what]`, with lower-case atoms. A span adds `:start`, `:stop` and
  `:exception`. Durations are native units in the event and milliseconds in the metric.
  Measurements are numbers. Tags come from closed sets.

  ## Checking metrics

  `violations/1` takes the metrics that an application reports, as names and tags, and gives
  the ones that break the convention: a tag that is called id, slug, user, email or ends in one
  of those; more than three tags; a name with fewer than three parts. Call it in one test with
  the application's own list, and a new metric is checked on the day it is written.

  ## Checking events

  A test attaches a handler, runs the code and asserts that the event arrived once with the
  metadata that the metric expects. Test the failing path too, because a span that ends in
  `:exception` carries other metadata than one that ends in `:stop`, and a metric that groups by
  outcome will not see it unless both are reported.

  ## Sampling periodic values

  Sizes and ages have no event of their own. Measure them from a poller every ten seconds, with
  a function that returns at once when the thing it measures is not there. A poller drops a
  measurement that raised, as a handler does.
  """

  @forbidden ~w(id slug user email name)

  @doc "The names among `metrics` that break the convention, in the order given."
  @spec violations([{String.t(), [atom()]}]) :: [String.t()]
  def violations(metrics) do
    for {name, tags} <- metrics, bad_name?(name) or length(tags) > 3 or Enum.any?(tags, &bad_tag?/1) do
      name
    end
  end

  defp bad_name?(name), do: name |> String.split(".") |> length() < 3

  defp bad_tag?(tag) do
    last = tag |> Atom.to_string() |> String.split("_") |> List.last()
    last in @forbidden
  end
end
