defmodule Quarry.Guard do
  @moduledoc """
  Looks at the statements of a migration and names those that would lock a large table: an
  index that is not created concurrently, a column whose default is computed for each row, a
  constraint that is validated at once, an update without a key range.

  A table is large above one million rows. The number comes from the statistics of the
  database and not from counting.
  """

  @doc "Whether a table of that many rows needs the careful way."
  @spec large?(non_neg_integer()) :: boolean()
  def large?(rows), do: rows > 1_000_000
end
