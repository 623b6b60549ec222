defmodule Mini.Grades.PassbackWorker do
  @moduledoc """
  Sends one grade to the institution's learning management system.

  The job is unique for a grade for one minute, so that a burst of changes becomes one call.
  It reads the grade when it runs, never when it is queued, and sending the same grade twice
  does no harm.
  """

  use Oban.Worker,
    queue: :grade_passback,
    max_attempts: 5,
    unique: [period: 60, keys: [:grade_id]]

  require Logger

  alias Mini.Features
  alias Mini.Grades.Grade
  alias Mini.Repo

  @impl Oban.Worker
  def perform(%Oban.Job{args: %{"grade_id" => grade_id}, attempt: attempt}) do
    case Repo.get(Grade, grade_id) do
      nil ->
        {:cancel, "the grade is gone"}

      grade ->
        grade = Repo.preload(grade, [:section, :user])

        if Features.enabled?(:grade_passback, grade.section) do
          measure(grade, attempt)
        else
          {:cancel, "passback is off for this institution"}
        end
    end
  end

  @impl Oban.Worker
  def backoff(%Oban.Job{attempt: attempt}) do
    trunc(:math.pow(2, attempt)) * 15 + :rand.uniform(15)
  end

  defp measure(grade, attempt) do
    :telemetry.span([:mini, :grades, :passback], %{attempt: attempt}, fn ->
      result = send_score(grade)
      {result, %{outcome: outcome(result)}}
    end)
  end

  defp send_score(%Grade{section: %{line_items_url: nil}}), do: {:cancel, "no line items"}

  defp send_score(%Grade{} = grade) do
    client = Application.fetch_env!(:mini, :line_items_client)

    case client.put_score(grade.section.line_items_url, grade.user.sub, grade.score, grade.out_of) do
      :ok ->
        grade
        |> Grade.changeset(%{passed_back_at: DateTime.utc_now() |> DateTime.truncate(:second)})
        |> Repo.update()

        :ok

      {:error, reason} ->
        Logger.warning("grade passback failed", grade_id: grade.id, reason: inspect(reason))
        {:error, reason}
    end
  end

  defp outcome(:ok), do: :ok
  defp outcome({:cancel, _reason}), do: :cancelled
  defp outcome({:error, _reason}), do: :error
end
