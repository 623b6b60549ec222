defmodule Mini.Repo.Migrations.CreateAttemptsAndGrades do
  use Ecto.Migration

  def change do
    create table(:attempts) do
      add :number, :integer, null: false
      add :state, :string, null: false, default: "active"
      add :answers, :map, null: false, default: %{}
      add :score, :float
      add :out_of, :float
      add :was_late, :boolean, null: false, default: false
      add :started_at, :utc_datetime
      add :submitted_at, :utc_datetime
      add :section_id, references(:sections, on_delete: :delete_all), null: false
      add :page_id, references(:pages, on_delete: :restrict), null: false
      add :user_id, references(:users, on_delete: :delete_all), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:attempts, [:section_id, :page_id, :user_id, :number])

    create table(:grades) do
      add :score, :float, null: false
      add :out_of, :float, null: false
      add :late, :boolean, null: false, default: false
      add :passed_back_at, :utc_datetime
      add :section_id, references(:sections, on_delete: :delete_all), null: false
      add :page_id, references(:pages, on_delete: :restrict), null: false
      add :user_id, references(:users, on_delete: :delete_all), null: false
      add :attempt_id, references(:attempts, on_delete: :nilify_all)
      add :overridden_by_id, references(:users, on_delete: :nilify_all)

      timestamps(type: :utc_datetime)
    end

    create unique_index(:grades, [:section_id, :page_id, :user_id])
  end
end
