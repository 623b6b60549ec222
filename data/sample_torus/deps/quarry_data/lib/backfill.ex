defmodule Quarry.Backfill do
  @moduledoc """
  Fills or corrects rows of a large table in batches that can be stopped and started again.

  A backfill is described by a table, a key, a batch size and a function that changes the rows
  of one key range. Quarry keeps the last finished key in a row of its own, so that a run that
  was killed goes on where it stopped and not at the beginning. Every batch is one transaction.
  Because a batch may be repeated after a crash, the function must give the same result when
  it sees the same rows twice.

  ## Pace

  Between two batches the run waits as long as the batch took, so that it uses at most half of
  one connection's time. It waits longer when the measured queue time of the repository's pool
  is above 20 ms, and it stops for a minute when replication is more than ten seconds behind.
  A table of forty million rows takes a night this way. That is intended: nobody notices it,
  and it can be watched in the morning.

  ## Choosing the size of a batch

  Begin with 1,000 rows. A batch should take between 50 and 500 ms; shorter ones waste time on
  commits, longer ones hold row locks that people wait for. Rows with large documents need
  smaller batches, because each changed row is written anew as a whole.

  ## Verifying

  A backfill is finished when a query for rows that are not filled finds none, and not when the
  last batch has run: rows may have been written by old code in the meantime. Run that query,
  keep its result with the deploy, and only then add the constraint.
  """

  @type range :: {integer(), integer()}

  @doc "The key ranges of a table of that extent, each of at most `size` keys."
  @spec ranges(integer(), integer(), pos_integer()) :: [range()]
  def ranges(first, last, _size) when first > last, do: []

  def ranges(first, last, size) do
    upper = min(first + size - 1, last)
    [{first, upper} | ranges(upper + 1, last, size)]
  end
end
