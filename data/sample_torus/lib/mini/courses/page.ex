defmodule Mini.Courses.Page do
  @moduledoc """
  One page of a course. A graded page is an assessment; its dates and limits are not part of
  the page but of the section (see `Mini.Delivery.Settings`).
  """

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Courses.Course

  @type t :: %__MODULE__{}

  schema "pages" do
    field :title, :string
    field :slug, :string
    field :graded, :boolean, default: false
    field :content, :map, default: %{}
    field :out_of, :float, default: 0.0

    belongs_to :course, Course

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(page, attrs) do
    page
    |> cast(attrs, [:title, :slug, :graded, :content, :out_of, :course_id])
    |> validate_required([:title, :slug, :course_id])
    |> validate_number(:out_of, greater_than_or_equal_to: 0)
    |> unique_constraint([:course_id, :slug])
  end
end
