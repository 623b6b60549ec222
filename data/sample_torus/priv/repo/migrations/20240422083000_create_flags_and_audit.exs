defmodule Mini.Repo.Migrations.CreateFlagsAndAudit do
  use Ecto.Migration

  def change do
    create table(:feature_flag_states) do
      add :flag, :string, null: false
      add :scope, :string, null: false
      add :scope_id, :integer, null: false, default: 0
      add :value, :string, null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:feature_flag_states, [:flag, :scope, :scope_id])

    create table(:audit_entries) do
      add :event, :string, null: false
      add :actor_id, :integer, null: false
      add :institution_id, :integer, null: false
      add :section_id, :integer
      add :details, :map, null: false, default: %{}

      timestamps(type: :utc_datetime, updated_at: false)
    end

    create index(:audit_entries, [:section_id])

    create table(:learning_events) do
      add :kind, :string, null: false
      add :subject_id, :integer, null: false
      add :section_id, :integer, null: false
      add :at, :utc_datetime, null: false
    end
  end
end
