defmodule Mini.Delivery.Sections.Section do
  @moduledoc "A course in delivery: dates, the pinned publication and the people in it."

  use Ecto.Schema
  import Ecto.Changeset

  alias Mini.Accounts.User
  alias Mini.Courses.Course
  alias Mini.Delivery.Sections.Enrollment
  alias Mini.Delivery.Settings.AssessmentSettings
  alias Mini.Institutions.Institution
  alias Mini.Publishing.Publication

  @type t :: %__MODULE__{}

  schema "sections" do
    field :title, :string
    field :slug, :string
    field :start_date, :utc_datetime
    field :end_date, :utc_datetime
    field :time_zone, :string, default: "Etc/UTC"
    field :line_items_url, :string

    belongs_to :institution, Institution
    belongs_to :course, Course
    belongs_to :publication, Publication
    has_many :enrollments, Enrollment
    has_many :assessment_settings, AssessmentSettings
    many_to_many :users, User, join_through: Enrollment

    timestamps(type: :utc_datetime)
  end

  @doc false
  def changeset(section, attrs) do
    section
    |> cast(attrs, [
      :title,
      :slug,
      :start_date,
      :end_date,
      :time_zone,
      :line_items_url,
      :institution_id,
      :course_id,
      :publication_id
    ])
    |> validate_required([:title, :slug, :institution_id, :course_id])
    |> validate_dates()
    |> unique_constraint([:institution_id, :slug])
  end

  defp validate_dates(changeset) do
    start_date = get_field(changeset, :start_date)
    end_date = get_field(changeset, :end_date)

    if start_date && end_date && DateTime.compare(start_date, end_date) != :lt do
      add_error(changeset, :end_date, "must be after the start date")
    else
      changeset
    end
  end
end
