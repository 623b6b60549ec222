defmodule Mini.Publishing.Publication do
  @moduledoc "A frozen edition of a course."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Courses.Course

  @type t :: %__MODULE__{}

  schema "publications" do
    field :edition, :integer
    field :description, :string
    field :page_ids, {:array, :integer}, default: []

    belongs_to :course, Course

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(publication, attrs) do
    publication
    |> cast(attrs, [:edition, :description, :page_ids])
    |> validate_required([:edition])
    |> unique_constraint([:course_id, :edition])
  end
end
