defmodule Mini.Grades.Grade do
  @moduledoc "The grade of one learner on one graded page of a section."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Accounts.User
  alias Mini.Courses.Page
  alias Mini.Delivery.Attempts.Attempt
  alias Mini.Delivery.Sections.Section

  @type t :: %__MODULE__{}

  schema "grades" do
    field :score, :float
    field :out_of, :float
    field :late, :boolean, default: false
    field :passed_back_at, :utc_datetime

    belongs_to :section, Section
    belongs_to :page, Page
    belongs_to :user, User
    belongs_to :attempt, Attempt
    belongs_to :overridden_by, User

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(grade, attrs) do
    grade
    |> cast(attrs, [:score, :out_of, :late, :passed_back_at, :attempt_id, :overridden_by_id])
    |> validate_required([:score, :out_of])
    |> validate_number(:score, greater_than_or_equal_to: 0)
    |> unique_constraint([:section_id, :page_id, :user_id])
  end
end
