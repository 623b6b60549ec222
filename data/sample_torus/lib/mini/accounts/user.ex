defmodule Mini.Accounts.User do
  @moduledoc "A person, as one institution's platform knows them."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Accounts.Preferences
  alias Mini.Delivery.Sections.{Enrollment, Section}
  alias Mini.Institutions.Institution

  @type t :: %__MODULE__{}

  schema "users" do
    field :sub, :string
    field :name, :string
    field :email, :string
    field :system_role, Ecto.Enum, values: [:none, :admin], default: :none

    embeds_one :preferences, Preferences, on_replace: :update

    belongs_to :institution, Institution
    has_many :enrollments, Enrollment
    many_to_many :sections, Section, join_through: Enrollment

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(user, attrs) do
    user
    |> cast(attrs, [:sub, :name, :email])
    |> validate_required([:sub])
    |> validate_format(:email, ~r/@/)
    |> unique_constraint([:institution_id, :sub])
  end

  @doc false
  def preferences_changeset(user, attrs) do
    user
    |> cast(attrs, [])
    |> cast_embed(:preferences, required: true)
  end
end
