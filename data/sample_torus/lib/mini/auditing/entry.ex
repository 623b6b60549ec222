defmodule Mini.Auditing.Entry do
  @moduledoc "One line of the audit log; never updated, never deleted by the application."

  use Ecto.Schema
  import Ecto.Changeset

  @type t :: %__MODULE__{}

  schema "audit_entries" do
    field :event, :string
    field :actor_id, :integer
    field :institution_id, :integer
    field :section_id, :integer
    field :details, :map, default: %{}

    timestamps(type: :utc_datetime, updated_at: false)
  end

  @doc false
  def changeset(entry, attrs) do
    entry
    |> cast(attrs, [:event, :actor_id, :institution_id, :section_id, :details])
    |> validate_required([:event, :actor_id, :institution_id])
  end
end
