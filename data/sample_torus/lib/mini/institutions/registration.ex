defmodule Mini.Institutions.Registration do
  @moduledoc "What the platform and an institution's learning management system agreed on for LTI."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Institutions.Institution

  @type t :: %__MODULE__{}

  schema "lti_registrations" do
    field :issuer, :string
    field :client_id, :string
    field :jwks_url, :string
    field :token_url, :string

    belongs_to :institution, Institution

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(registration, attrs) do
    registration
    |> cast(attrs, [:issuer, :client_id, :jwks_url, :token_url, :institution_id])
    |> validate_required([:issuer, :client_id, :jwks_url, :token_url, :institution_id])
    |> unique_constraint([:issuer, :client_id])
  end
end
