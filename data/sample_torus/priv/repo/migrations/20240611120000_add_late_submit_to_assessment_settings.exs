defmodule Mini.Repo.Migrations.AddLateSubmitToAssessmentSettings do
  use Ecto.Migration

  def change do
    alter table(:assessment_settings) do
      add :late_submit, :string, null: false, default: "allow"
    end
  end
end
