defmodule Mini.Features.Definitions do
  @moduledoc "Every scoped feature flag of the platform, with the scopes in which it may be set."

  use Mini.Features.Definer

  deffeature(:student_dashboard, [:institution, :section], "Show learners their own progress page")
  deffeature(:live_presence, [:section], "Show how many people are in a section right now")
  deffeature(:grade_passback, [:system, :institution], "Send grades to the institution's system")
end
