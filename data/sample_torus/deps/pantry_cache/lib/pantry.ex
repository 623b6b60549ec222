defmodule Pantry do
  @moduledoc """
  A read-through cache on every node, with invalidation across nodes.

  A pantry is an ETS table and one process that owns it. `fetch/3` reads the table in the
  calling process. On a miss it calls the loader in the calling process too, so that a slow
  loader never blocks a reader of another key; concurrent misses of the same key wait for the
  first for up to a second and then load for themselves. `drop/2` deletes the key here and
  broadcasts it to the other nodes.

  ## Guarantees

  A reader on the node that made a change sees it in its next read, provided that `drop/2` was
  called after the commit. A reader on another node sees it after one network round trip, and
  after the time to live at the latest if the message was lost. Nothing stronger is promised.
  What must never act on an old value has to read the database.

  ## Crashes

  When the owner dies, the table is gone and readers find no table until the supervisor has
  started it again, normally within a millisecond. `fetch/3` treats a missing table as a miss
  and loads without storing. The cache is therefore never the reason for an error that a
  person sees, but for that moment all load goes to the database.

  ## Limits

  `:max_rows` bounds the table. When it is reached, the pantry removes the tenth of the rows
  that were stored longest ago; it does not track use, because tracking makes every read a
  write. Choose the limit so that the table stays below a tenth of the node's memory.

  ## Telemetry

  `[:pantry, :hit]`, `[:pantry, :load, :stop]` and `[:pantry, :size]` carry the name of the
  pantry and nothing else. Keys never appear in metadata.
  """

  @doc "The time to live with its random share, in milliseconds."
  @spec jittered(pos_integer()) :: pos_integer()
  def jittered(ttl_ms), do: ttl_ms - div(ttl_ms, 20) + :rand.uniform(max(div(ttl_ms, 10), 1))
end
