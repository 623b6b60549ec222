defmodule Lantern.Table do
  @moduledoc """
  A table for streams. Rows are sent once and not kept; sorting and filtering are events that
  the page answers by resetting the stream.

  The header cells carry `scope`, the sorted column says its direction to screen readers, and
  the row's first cell is its header. A caption is required: a table without a name cannot be
  found by somebody who does not see it.
  """

  @doc "The cursor of the last row: what to ask for next, or nil at the end."
  @spec next_cursor([map()], pos_integer()) :: term() | nil
  def next_cursor(rows, limit) when length(rows) < limit, do: nil
  def next_cursor(rows, _limit), do: rows |> List.last() |> Map.fetch!(:id)
end
