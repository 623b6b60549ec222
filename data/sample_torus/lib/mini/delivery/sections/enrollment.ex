defmodule Mini.Delivery.Sections.Enrollment do
  @moduledoc "A user's place in a section, with the role that decides what they may do there."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Accounts.User
  alias Mini.Delivery.Sections.Section

  @type t :: %__MODULE__{}
  @type role :: :learner | :assistant | :instructor

  schema "enrollments" do
    field :role, Ecto.Enum, values: [:learner, :assistant, :instructor], default: :learner
    field :withdrawn_at, :utc_datetime

    belongs_to :user, User
    belongs_to :section, Section

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(enrollment, attrs) do
    enrollment
    |> cast(attrs, [:user_id, :section_id, :role, :withdrawn_at])
    |> validate_required([:user_id, :section_id, :role])
    |> unique_constraint([:user_id, :section_id])
    |> foreign_key_constraint(:section_id)
  end
end
