defmodule Mini.Repo.Migrations.IndexAttemptsByState do
  use Ecto.Migration

  @disable_ddl_transaction true
  @disable_migration_lock true

  def change do
    create index(:attempts, [:section_id, :submitted_at],
             where: "state = 'submitted'",
             name: :attempts_submitted_index,
             concurrently: true
           )

    create index(:learning_events, [:section_id, :kind, :at], concurrently: true)
  end
end
