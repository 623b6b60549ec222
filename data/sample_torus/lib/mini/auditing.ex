defmodule Mini.Auditing do
  @moduledoc """
  Who changed what. An entry is written in the same transaction as the change, so that there
  is never one without the other. Entries name users by id and hold no personal data.
  """

  import Ecto.Query, warn: false

  alias Ecto.Multi
  alias Mini.Accounts.User
  alias Mini.Auditing.Entry
  alias Mini.Delivery.Sections.Section
  alias Mini.Repo

  @doc "Adds an audit entry to a transaction."
  @spec record(Multi.t(), atom(), User.t(), Section.t(), map()) :: Multi.t()
  def record(%Multi{} = multi, event, %User{} = actor, %Section{} = section, details) do
    Multi.insert(
      multi,
      {:audit, event},
      Entry.changeset(%Entry{}, %{
        event: Atom.to_string(event),
        actor_id: actor.id,
        institution_id: section.institution_id,
        section_id: section.id,
        details: details
      })
    )
  end

  @doc "The latest entries of a section, newest first."
  @spec list_for_section(Section.t(), pos_integer()) :: [Entry.t()]
  def list_for_section(%Section{id: section_id}, limit \\ 100) do
    Repo.all(
      from e in Entry, where: e.section_id == ^section_id, order_by: [desc: e.id], limit: ^limit
    )
  end
end
