defmodule Mini.Delivery.Settings.LearnerException do
  @moduledoc "Another due date or limit for one learner; an empty field leaves the section's value."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Accounts.User
  alias Mini.Delivery.Sections.Section
  alias Mini.Delivery.Settings.AssessmentSettings

  @type t :: %__MODULE__{}

  @overridable [:due_at, :grace_minutes, :max_attempts, :time_limit_minutes, :late_submit]

  schema "learner_exceptions" do
    field :page_id, :integer
    field :due_at, :utc_datetime
    field :grace_minutes, :integer
    field :max_attempts, :integer
    field :time_limit_minutes, :integer
    field :late_submit, Ecto.Enum, values: [:allow, :disallow]

    belongs_to :section, Section
    belongs_to :user, User

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(exception, attrs) do
    exception
    |> cast(attrs, [:page_id, :section_id, :user_id | @overridable])
    |> validate_required([:page_id, :section_id, :user_id])
    |> unique_constraint([:section_id, :page_id, :user_id])
  end

  @doc "The settings with every value that the exception sets."
  @spec apply_to(t(), AssessmentSettings.t()) :: AssessmentSettings.t()
  def apply_to(%__MODULE__{} = exception, %AssessmentSettings{} = settings) do
    Enum.reduce(@overridable, settings, fn field, acc ->
      case Map.fetch!(exception, field) do
        nil -> acc
        value -> Map.put(acc, field, value)
      end
    end)
  end
end
