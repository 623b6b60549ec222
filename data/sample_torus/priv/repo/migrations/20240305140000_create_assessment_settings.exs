defmodule Mini.Repo.Migrations.CreateAssessmentSettings do
  use Ecto.Migration

  def change do
    create table(:assessment_settings) do
      add :due_at, :utc_datetime
      add :grace_minutes, :integer, null: false, default: 0
      add :max_attempts, :integer, null: false, default: 0
      add :time_limit_minutes, :integer, null: false, default: 0
      add :section_id, references(:sections, on_delete: :delete_all), null: false
      add :page_id, references(:pages, on_delete: :restrict), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:assessment_settings, [:section_id, :page_id])

    create table(:learner_exceptions) do
      add :due_at, :utc_datetime
      add :grace_minutes, :integer
      add :max_attempts, :integer
      add :time_limit_minutes, :integer
      add :late_submit, :string
      add :page_id, :integer, null: false
      add :section_id, references(:sections, on_delete: :delete_all), null: false
      add :user_id, references(:users, on_delete: :delete_all), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:learner_exceptions, [:section_id, :page_id, :user_id])
  end
end
