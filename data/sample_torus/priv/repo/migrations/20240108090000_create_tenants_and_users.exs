defmodule Mini.Repo.Migrations.CreateTenantsAndUsers do
  use Ecto.Migration

  def change do
    create table(:institutions) do
      add :name, :string, null: false
      add :country_code, :string, size: 2, null: false
      add :time_zone, :string, null: false, default: "Etc/UTC"

      timestamps(type: :utc_datetime)
    end

    create table(:lti_registrations) do
      add :issuer, :string, null: false
      add :client_id, :string, null: false
      add :jwks_url, :string, null: false
      add :token_url, :string, null: false
      add :institution_id, references(:institutions, on_delete: :restrict), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:lti_registrations, [:issuer, :client_id])

    create table(:users) do
      add :sub, :string, null: false
      add :name, :string
      add :email, :string
      add :system_role, :string, null: false, default: "none"
      add :preferences, :map
      add :institution_id, references(:institutions, on_delete: :restrict), null: false

      timestamps(type: :utc_datetime)
    end

    create unique_index(:users, [:institution_id, :sub])
  end
end
