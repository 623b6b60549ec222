defmodule Tidepool.Fanout do
  @moduledoc """
  Cuts a list of ids into parts and spreads them over time, so that a large piece of work never
  stands between a person and their own job.
  """

  @doc "Parts of at most `size` ids, each with the seconds after which it should start."
  @spec schedule([term()], pos_integer(), non_neg_integer()) :: [{[term()], non_neg_integer()}]
  def schedule(ids, size, spacing_seconds) do
    ids
    |> Enum.chunk_every(size)
    |> Enum.with_index(fn part, index -> {part, index * spacing_seconds} end)
  end
end
