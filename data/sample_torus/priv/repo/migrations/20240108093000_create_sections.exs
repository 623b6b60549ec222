defmodule Mini.Repo.Migrations.CreateSections do
  use Ecto.Migration

  def change do
    create table(:sections) do
      add :title, :string, null: false
      add :slug, :string, null: false
      add :start_date, :utc_datetime
      add :end_date, :utc_datetime
      add :time_zone, :string, null: false, default: "Etc/UTC"
      add :line_items_url, :string
      add :institution_id, references(:institutions, on_delete: :restrict), null: false
      add :course_id, references(:courses, on_delete: :restrict), null: false
      add :publication_id, references(:publications, on_delete: :nilify_all)

      timestamps(type: :utc_datetime)
    end

    create unique_index(:sections, [:institution_id, :slug])

    create table(:enrollments) do
      add :role, :string, null: false, default: "learner"
      add :withdrawn_at, :utc_datetime
      add :user_id, references(:users, on_delete: :delete_all), null: false
      add :section_id, references(:sections, on_delete: :delete_all), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:enrollments, [:user_id, :section_id])
    create index(:enrollments, [:section_id, :role])
  end
end
