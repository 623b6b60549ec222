defmodule MiniWeb.ConnCase do
  @moduledoc "For tests that make requests: a connection, a section and two of its people."

  use ExUnit.CaseTemplate

  using do
    quote do
      import Plug.Conn
      import Phoenix.ConnTest
      import Mini.Factory
      import MiniWeb.ConnCase

      @endpoint MiniWeb.Endpoint
    end
  end

  setup tags do
    owner = Ecto.Adapters.SQL.Sandbox.start_owner!(Mini.Repo, shared: not tags[:async])
    on_exit(fn -> Ecto.Adapters.SQL.Sandbox.stop_owner(owner) end)

    institution = Mini.Factory.institution()
    section = Mini.Factory.section(institution)
    instructor = Mini.Factory.user(institution)
    learner = Mini.Factory.user(institution)
    {:ok, _enrollment} = Mini.Delivery.Sections.enroll(instructor, section, :instructor)
    {:ok, _enrollment} = Mini.Delivery.Sections.enroll(learner, section)

    {:ok, conn: Phoenix.ConnTest.build_conn(), section: section, instructor: instructor, learner: learner}
  end

  @doc "The connection of somebody who is signed in."
  def sign_in(conn, user), do: Plug.Test.init_test_session(conn, user_id: user.id)
end
