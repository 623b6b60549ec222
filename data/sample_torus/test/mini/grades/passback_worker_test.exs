defmodule Mini.Grades.PassbackWorkerTest do
  use Mini.DataCase, async: true
  use Oban.Testing, repo: Mini.Repo

  alias Mini.Grades.PassbackWorker

  test "a grade that is gone cancels the job" do
    assert {:cancel, _reason} = perform_job(PassbackWorker, %{grade_id: 0})
  end

  test "each retry waits longer" do
    waits = for attempt <- 1..4, do: PassbackWorker.backoff(%Oban.Job{attempt: attempt})

    assert waits == Enum.sort(waits)
  end
end
