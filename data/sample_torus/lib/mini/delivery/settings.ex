defmodule Mini.Delivery.Settings do
  @moduledoc """
  Dates and limits of the graded pages of a section.

  A page without a row has no due date and no limit. A learner may have an exception, which
  replaces single values of the section's row. `effective/3` is the one place where both are
  brought together; nothing else may read due dates from the tables.
  """

  import Ecto.Query, warn: false

  alias Ecto.Multi
  alias Mini.Accounts.User
  alias Mini.Auditing
  alias Mini.Delivery.Sections.{Depot, Section}
  alias Mini.Delivery.Settings.{AssessmentSettings, LearnerException}
  alias Mini.Repo

  @doc """
  The settings that hold for one learner on one page: the section's row with the learner's
  exception laid over it.
  """
  @spec effective(Section.t(), integer(), User.t()) :: AssessmentSettings.t()
  def effective(%Section{} = section, page_id, %User{} = user) do
    base = Map.get(Depot.settings(section.id), page_id, %AssessmentSettings{page_id: page_id})

    case Repo.get_by(LearnerException, section_id: section.id, page_id: page_id, user_id: user.id) do
      nil -> base
      exception -> LearnerException.apply_to(exception, base)
    end
  end

  @doc """
  Whether work handed in at `at` is late. Work without a due date never is.
  """
  @spec late?(AssessmentSettings.t(), DateTime.t()) :: boolean()
  def late?(%AssessmentSettings{due_at: nil}, _at), do: false

  def late?(%AssessmentSettings{due_at: due_at, grace_minutes: grace}, at) do
    limit = DateTime.add(due_at, grace * 60, :second)
    DateTime.compare(at, limit) == :gt
  end

  @doc """
  Changes the settings of a page in one transaction with its audit entry, then drops the
  section from the depot on every node.
  """
  @spec update_settings(Section.t(), integer(), map(), User.t()) ::
          {:ok, AssessmentSettings.t()} | {:error, Ecto.Changeset.t()}
  def update_settings(%Section{} = section, page_id, attrs, %User{} = actor) do
    current =
      Repo.get_by(AssessmentSettings, section_id: section.id, page_id: page_id) ||
        %AssessmentSettings{section_id: section.id, page_id: page_id}

    Multi.new()
    |> Multi.insert_or_update(:settings, AssessmentSettings.changeset(current, attrs))
    |> Auditing.record(:settings_changed, actor, section, %{page_id: page_id})
    |> Repo.transaction()
    |> case do
      {:ok, %{settings: settings}} ->
        Depot.invalidate(section.id)
        Phoenix.PubSub.broadcast(Mini.PubSub, "section:#{section.id}", {:settings_changed, page_id})
        {:ok, settings}

      {:error, :settings, changeset, _changes} ->
        {:error, changeset}
    end
  end
end
