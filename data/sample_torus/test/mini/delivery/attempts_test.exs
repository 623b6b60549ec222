defmodule Mini.Delivery.AttemptsTest do
  use Mini.DataCase, async: true

  alias Mini.Delivery.Attempts

  setup do
    institution = institution()
    section = section(institution)
    %{section: section, user: user(institution), page: graded_page(section)}
  end

  test "a submitted attempt is not submitted again", context do
    {:ok, attempt} = Attempts.start(context.section, context.page.id, context.user)
    {:ok, submitted} = Attempts.submit(attempt, context.section)

    assert {:ok, ^submitted} = Attempts.submit(submitted, context.section)
  end

  test "attempts are numbered from one", context do
    {:ok, attempt} = Attempts.start(context.section, context.page.id, context.user)

    assert attempt.number == 1
  end
end
