defmodule Mini.Grades do
  @moduledoc """
  The gradebook: one grade for each learner and graded page.

  A grade is the best attempt so far. `record/1` runs inside the transaction that hands an
  attempt in; `announce/1` runs after it and tells the gradebook views, drops the cached
  summary and queues the passback.
  """

  import Ecto.Query, warn: false

  alias Mini.Accounts.User
  alias Mini.Delivery.Attempts.Attempt
  alias Mini.Delivery.Sections.Section
  alias Mini.Grades.{Grade, PassbackWorker, SummaryCache}
  alias Mini.Repo

  @doc "Writes the grade that follows from an attempt, keeping the better of old and new."
  @spec record(Attempt.t()) :: {:ok, Grade.t()} | {:error, Ecto.Changeset.t()}
  def record(%Attempt{} = attempt) do
    keys = [section_id: attempt.section_id, page_id: attempt.page_id, user_id: attempt.user_id]
    grade = Repo.get_by(Grade, keys) || struct!(Grade, keys)

    if replaceable?(grade, attempt) do
      grade
      |> Grade.changeset(%{
        score: attempt.score || 0.0,
        out_of: attempt.out_of || 0.0,
        attempt_id: attempt.id,
        late: attempt.was_late
      })
      |> Repo.insert_or_update()
    else
      {:ok, grade}
    end
  end

  defp replaceable?(%Grade{score: nil}, _attempt), do: true
  defp replaceable?(%Grade{overridden_by_id: id}, _attempt) when not is_nil(id), do: false
  defp replaceable?(%Grade{score: score}, attempt), do: (attempt.score || 0.0) >= score

  @doc "An instructor's own score; it stays until an instructor changes it."
  @spec override(Grade.t(), float(), User.t()) :: {:ok, Grade.t()} | {:error, Ecto.Changeset.t()}
  def override(%Grade{} = grade, score, %User{} = actor) do
    with {:ok, updated} <-
           grade
           |> Grade.changeset(%{score: score, overridden_by_id: actor.id})
           |> Repo.update() do
      announce(updated)
      {:ok, updated}
    end
  end

  @doc "Tells the section's views, drops the cached summary, queues the passback."
  @spec announce(Grade.t()) :: :ok
  def announce(%Grade{} = grade) do
    SummaryCache.drop(grade.section_id)
    Phoenix.PubSub.broadcast(Mini.PubSub, "grades:#{grade.section_id}", {:grade_updated, grade})

    %{grade_id: grade.id}
    |> PassbackWorker.new()
    |> Oban.insert()

    :telemetry.execute([:mini, :grades, :recorded], %{count: 1}, %{late: grade.late})
    :ok
  end

  @doc "Grades of some learners, as a map from user and page to grade."
  @spec gradebook(Section.t(), [integer()]) :: %{{integer(), integer()} => Grade.t()}
  def gradebook(%Section{id: section_id}, user_ids) do
    from(g in Grade, where: g.section_id == ^section_id and g.user_id in ^user_ids)
    |> Repo.all()
    |> Map.new(&{{&1.user_id, &1.page_id}, &1})
  end

  @doc "Average and spread of every graded page of a section; cached for a few minutes."
  @spec summary(Section.t()) :: [map()]
  def summary(%Section{id: section_id}) do
    SummaryCache.fetch(section_id, fn ->
      Repo.all(
        from g in Grade,
          where: g.section_id == ^section_id,
          group_by: g.page_id,
          select: %{page_id: g.page_id, average: avg(g.score), learners: count(g.id)}
      )
    end)
  end
end
