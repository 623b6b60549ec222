defmodule Mini.Delivery.Attempts do
  @moduledoc """
  Attempts at graded pages: start, save, hand in.

  Handing in is one transaction that freezes the answers and writes the grade. What follows
  from it (passback to the learning management system, analytics) happens outside of it, in
  jobs and in the pipeline, so that a slow neighbour never makes a learner wait.
  """

  import Ecto.Query, warn: false

  alias Ecto.Multi
  alias Mini.Accounts.User
  alias Mini.Analytics.EventPipeline
  alias Mini.Delivery.Attempts.Attempt
  alias Mini.Delivery.Sections.Section
  alias Mini.Delivery.Settings
  alias Mini.Grades
  alias Mini.Repo

  @doc "Starts an attempt, or says why there cannot be one."
  @spec start(Section.t(), integer(), User.t()) ::
          {:ok, Attempt.t()} | {:error, :no_attempts_left | :past_due | Ecto.Changeset.t()}
  def start(%Section{} = section, page_id, %User{} = user) do
    settings = Settings.effective(section, page_id, user)
    now = DateTime.utc_now() |> DateTime.truncate(:second)
    taken = count_attempts(section.id, page_id, user.id)

    cond do
      settings.max_attempts > 0 and taken >= settings.max_attempts ->
        {:error, :no_attempts_left}

      settings.late_submit == :disallow and Settings.late?(settings, now) ->
        {:error, :past_due}

      true ->
        %Attempt{}
        |> Attempt.changeset(%{
          section_id: section.id,
          page_id: page_id,
          user_id: user.id,
          number: taken + 1,
          started_at: now
        })
        |> Repo.insert()
    end
  end

  @doc """
  Hands an attempt in. Handing in twice gives the first result again.
  """
  @spec submit(Attempt.t(), Section.t()) :: {:ok, Attempt.t()} | {:error, term()}
  def submit(%Attempt{state: :submitted} = attempt, _section), do: {:ok, attempt}

  def submit(%Attempt{} = attempt, %Section{} = section) do
    :telemetry.span([:mini, :attempts, :submit], %{}, fn ->
      result = do_submit(attempt, section)
      {result, %{outcome: outcome(result)}}
    end)
  end

  @doc "Closes attempts that ran out of time; each one in a task of its own."
  @spec close_expired([Attempt.t()], Section.t()) :: :ok
  def close_expired(attempts, %Section{} = section) do
    Mini.TaskSupervisor
    |> Task.Supervisor.async_stream_nolink(attempts, &submit(&1, section),
      max_concurrency: 4,
      timeout: 10_000,
      on_timeout: :kill_task
    )
    |> Stream.run()
  end

  @doc "Attempts of a learner at a page, latest first."
  @spec history(Section.t(), integer(), User.t()) :: [Attempt.t()]
  def history(%Section{id: section_id}, page_id, %User{id: user_id}) do
    Repo.all(
      from a in Attempt,
        where: a.section_id == ^section_id and a.page_id == ^page_id and a.user_id == ^user_id,
        order_by: [desc: a.number]
    )
  end

  defp do_submit(attempt, section) do
    now = DateTime.utc_now() |> DateTime.truncate(:second)
    settings = Settings.effective(section, attempt.page_id, %User{id: attempt.user_id})

    Multi.new()
    |> Multi.update(
      :attempt,
      Attempt.changeset(attempt, %{
        state: :submitted,
        submitted_at: now,
        was_late: Settings.late?(settings, now)
      })
    )
    |> Multi.run(:grade, fn _repo, %{attempt: submitted} -> Grades.record(submitted) end)
    |> Repo.transaction()
    |> case do
      {:ok, %{attempt: submitted, grade: grade}} ->
        Grades.announce(grade)
        EventPipeline.push({:attempt_submitted, submitted.id, section.id})
        {:ok, submitted}

      {:error, _step, reason, _changes} ->
        {:error, reason}
    end
  end

  defp count_attempts(section_id, page_id, user_id) do
    Repo.aggregate(
      from(a in Attempt,
        where: a.section_id == ^section_id and a.page_id == ^page_id and a.user_id == ^user_id
      ),
      :count
    )
  end

  defp outcome({:ok, _attempt}), do: :ok
  defp outcome({:error, _reason}), do: :error
end
