defmodule Mini.Grades.SummaryCache do
  @moduledoc """
  Holds the summary of each section's grades for five minutes.

  The cache is local to a node. A grade that is recorded on another node is seen here at the
  latest when the entry expires; the gradebook itself never reads from it.
  """

  @cache :grade_summaries
  @ttl :timer.minutes(5)

  @doc "The cached summary, or what `compute` gives, which is then kept."
  @spec fetch(integer(), (-> [map()])) :: [map()]
  def fetch(section_id, compute) do
    case Cachex.get(@cache, section_id) do
      {:ok, nil} ->
        value = compute.()
        Cachex.put(@cache, section_id, value, ttl: @ttl)
        :telemetry.execute([:mini, :grades, :summary, :miss], %{count: 1}, %{})
        value

      {:ok, value} ->
        value
    end
  end

  @doc "Forgets a section's summary on this node."
  @spec drop(integer()) :: :ok
  def drop(section_id) do
    {:ok, _deleted} = Cachex.del(@cache, section_id)
    :ok
  end
end
