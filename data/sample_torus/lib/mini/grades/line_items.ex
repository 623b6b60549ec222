defmodule Mini.Grades.LineItems do
  @moduledoc """
  Puts a score into a learning management system by the LTI grade services. Whoever replaces
  it in tests answers the same callback.
  """

  @callback put_score(String.t(), String.t(), float(), float()) :: :ok | {:error, term()}

  @behaviour __MODULE__

  @impl true
  def put_score(url, sub, score, out_of) do
    body = %{userId: sub, scoreGiven: score, scoreMaximum: out_of, activityProgress: "Completed"}

    case Req.post(url <> "/scores", json: body, receive_timeout: 5_000, retry: false) do
      {:ok, %{status: status}} when status in 200..299 -> :ok
      {:ok, %{status: status}} -> {:error, {:status, status}}
      {:error, exception} -> {:error, exception}
    end
  end
end
