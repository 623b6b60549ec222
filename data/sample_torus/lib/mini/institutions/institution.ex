defmodule Mini.Institutions.Institution do
  @moduledoc "A tenant: a school or a department that runs sections of its own."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Accounts.User
  alias Mini.Delivery.Sections.Section
  alias Mini.Institutions.Registration

  @type t :: %__MODULE__{}

  schema "institutions" do
    field :name, :string
    field :country_code, :string
    field :time_zone, :string, default: "Etc/UTC"

    has_many :users, User
    has_many :sections, Section
    has_many :registrations, Registration

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(institution, attrs) do
    institution
    |> cast(attrs, [:name, :country_code, :time_zone])
    |> validate_required([:name, :country_code])
    |> validate_length(:country_code, is: 2)
  end
end
