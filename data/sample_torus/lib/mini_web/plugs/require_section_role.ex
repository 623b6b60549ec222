defmodule MiniWeb.Plugs.RequireSectionRole do
  @moduledoc """
  Lets a request through only when the signed-in user has one of the given roles in the
  section of the path. The section is looked up inside the user's institution, so that a slug
  of another tenant is simply not found.
  """

  @behaviour Plug

  import Plug.Conn

  alias Mini.Accounts
  alias Mini.Delivery.Sections

  @impl Plug
  def init(opts), do: Keyword.fetch!(opts, :roles)

  @impl Plug
  def call(conn, roles) do
    with user_id when not is_nil(user_id) <- get_session(conn, :user_id),
         user = Accounts.get_user!(user_id),
         %{} = section <-
           Sections.get_section_by_slug(user.institution_id, conn.params["section_slug"]),
         role when not is_nil(role) <- Sections.role_of(user, section),
         true <- role in roles do
      conn
      |> assign(:current_user, user)
      |> assign(:section, section)
      |> assign(:section_role, role)
    else
      _not_allowed ->
        conn
        |> send_resp(:not_found, "Not found")
        |> halt()
    end
  end
end
