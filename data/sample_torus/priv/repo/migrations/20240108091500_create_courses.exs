defmodule Mini.Repo.Migrations.CreateCourses do
  use Ecto.Migration

  def change do
    create table(:courses) do
      add :title, :string, null: false
      add :slug, :string, null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:courses, [:slug])

    create table(:pages) do
      add :title, :string, null: false
      add :slug, :string, null: false
      add :graded, :boolean, null: false, default: false
      add :content, :map, null: false, default: %{}
      add :out_of, :float, null: false, default: 0.0
      add :course_id, references(:courses, on_delete: :delete_all), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:pages, [:course_id, :slug])

    create table(:publications) do
      add :edition, :integer, null: false
      add :description, :text
      add :page_ids, {:array, :integer}, null: false, default: []
      add :course_id, references(:courses, on_delete: :delete_all), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:publications, [:course_id, :edition])
  end
end
