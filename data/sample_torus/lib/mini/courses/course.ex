defmodule Mini.Courses.Course do
  @moduledoc "A course as its authors see it: pages and the publications made of them."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Courses.Page
  alias Mini.Publishing.Publication

  @type t :: %__MODULE__{}

  schema "courses" do
    field :title, :string
    field :slug, :string

    has_many :pages, Page
    has_many :publications, Publication

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(course, attrs) do
    course
    |> cast(attrs, [:title, :slug])
    |> validate_required([:title, :slug])
    |> unique_constraint(:slug)
  end
end
