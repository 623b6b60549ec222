defmodule Tidepool.Backoff do
  @moduledoc """
  Waiting times between the attempts of a job: exponential, with jitter, and with a cap.

  The random share is as large as the fixed one. Less jitter keeps the herd together, more of
  it makes the first retry too late for a person who waits.
  """

  @doc "Seconds to wait before the next attempt, at most `cap`."
  @spec seconds(pos_integer(), keyword()) :: pos_integer()
  def seconds(attempt, opts \\ []) do
    base = Keyword.get(opts, :base, 15)
    cap = Keyword.get(opts, :cap, 3_600)
    fixed = min(base * Integer.pow(2, attempt - 1), cap)

    min(fixed + :rand.uniform(fixed), cap)
  end
end
