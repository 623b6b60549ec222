defmodule Mini.Accounts.Preferences do
  @moduledoc "What a person chose for themselves; lives as JSON inside the users table."

  use Ecto.Schema
  import Ecto.Changeset

  @primary_key false
  embedded_schema do
    field :time_zone, :string, default: "Etc/UTC"
    field :email_digest, Ecto.Enum, values: [:never, :daily, :weekly], default: :weekly
    field :reduced_motion, :boolean, default: false
  end

  @doc false
  def changeset(preferences, attrs) do
    preferences
    |> cast(attrs, [:time_zone, :email_digest, :reduced_motion])
    |> validate_required([:time_zone])
  end
end
