ExUnit.start()
Ecto.Adapters.SQL.Sandbox.mode(Mini.Repo, :manual)
