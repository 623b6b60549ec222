defmodule Mini.Features.FlagState do
  @moduledoc "The value of a feature flag in one scope."

  use Ecto.Schema
  import Ecto.Changeset

  @type t :: %__MODULE__{}
  @type scope :: :system | :institution | :section

  schema "feature_flag_states" do
    field :flag, :string
    field :scope, Ecto.Enum, values: [:system, :institution, :section]
    field :scope_id, :integer, default: 0
    field :value, Ecto.Enum, values: [:on, :off]

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(state, attrs) do
    state
    |> cast(attrs, [:flag, :scope, :scope_id, :value])
    |> validate_required([:flag, :scope, :scope_id, :value])
    |> unique_constraint([:flag, :scope, :scope_id])
  end
end
