defmodule Mini.Delivery.Attempts.Attempt do
  @moduledoc "One try of a learner at a graded page."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Accounts.User
  alias Mini.Courses.Page
  alias Mini.Delivery.Sections.Section

  @type t :: %__MODULE__{}

  schema "attempts" do
    field :number, :integer
    field :state, Ecto.Enum, values: [:active, :submitted], default: :active
    field :answers, :map, default: %{}
    field :score, :float
    field :out_of, :float
    field :was_late, :boolean, default: false
    field :started_at, :utc_datetime
    field :submitted_at, :utc_datetime

    belongs_to :section, Section
    belongs_to :page, Page
    belongs_to :user, User

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(attempt, attrs) do
    attempt
    |> cast(attrs, [
      :number,
      :state,
      :answers,
      :score,
      :out_of,
      :was_late,
      :started_at,
      :submitted_at,
      :section_id,
      :page_id,
      :user_id
    ])
    |> validate_required([:number, :section_id, :page_id, :user_id])
    |> unique_constraint([:section_id, :page_id, :user_id, :number])
  end
end
