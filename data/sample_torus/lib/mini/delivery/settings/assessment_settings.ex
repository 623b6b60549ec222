defmodule Mini.Delivery.Settings.AssessmentSettings do
  @moduledoc "When a graded page is due in a section, and within which limits it is taken."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Courses.Page
  alias Mini.Delivery.Sections.Section

  @type t :: %__MODULE__{}

  schema "assessment_settings" do
    field :due_at, :utc_datetime
    field :grace_minutes, :integer, default: 0
    field :max_attempts, :integer, default: 0
    field :time_limit_minutes, :integer, default: 0
    field :late_submit, Ecto.Enum, values: [:allow, :disallow], default: :allow

    belongs_to :section, Section
    belongs_to :page, Page

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(settings, attrs) do
    settings
    |> cast(attrs, [:due_at, :grace_minutes, :max_attempts, :time_limit_minutes, :late_submit])
    |> validate_number(:grace_minutes, greater_than_or_equal_to: 0)
    |> validate_number(:max_attempts, greater_than_or_equal_to: 0)
    |> validate_number(:time_limit_minutes, greater_than_or_equal_to: 0)
    |> unique_constraint([:section_id, :page_id])
  end
end
