defmodule Mini.DataCase do
  @moduledoc "For tests that talk to the database; every test runs in a transaction of its own."

  use ExUnit.CaseTemplate

  using do
    quote do
      alias Mini.Repo
      import Ecto.Query
      import Mini.Factory
    end
  end

  setup tags do
    owner = Ecto.Adapters.SQL.Sandbox.start_owner!(Mini.Repo, shared: not tags[:async])
    on_exit(fn -> Ecto.Adapters.SQL.Sandbox.stop_owner(owner) end)
    :ok
  end
end
