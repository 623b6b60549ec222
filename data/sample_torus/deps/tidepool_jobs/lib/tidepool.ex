defmodule Tidepool do
  @moduledoc """
  Conventions for durable background jobs.

  A job in this sense is a row: it names a worker and holds small arguments. Because it is a
  row, it can be inserted in the same transaction as the change that makes it necessary, and
  it survives the node that queued it. What it cannot do is happen exactly once. Everything in
  this package follows from that.

  ## Versions side by side

  During a rolling deploy, jobs queued by new code are run by old code and the other way
  round. Add arguments with a default, and never rename a worker while jobs with the old name
  exist. A renamed worker keeps a module of the old name that calls the new one, until the
  table holds no more of its jobs.

  ## Priorities

  Four levels are enough: what a person waits for, what somebody will look at today, what the
  night is for, and what may be lost. The first three are queues, the last one is not a job.

  ## What to watch

  For each queue: the age of the oldest available job, the number of jobs run and failed in a
  minute, and the share of discarded ones. The age is the most useful of them. It grows when
  there is too much work, when workers hang, when the queue was paused and forgotten, and it
  means the same to somebody who does not know the code: this is how late we are. Alert when
  it exceeds what the feature promised, for example when grades should arrive within fifteen
  minutes and the oldest one has waited for ten.

  ## Testing

  Test a worker by calling it with its arguments, twice. The second call must succeed and must
  change nothing. Then test it with a row that is gone.
  """

  @doc "Whether an HTTP status may heal by itself."
  @spec retriable?(pos_integer()) :: boolean()
  def retriable?(429), do: true
  def retriable?(status), do: status in 500..599
end
