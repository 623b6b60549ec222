defmodule MiniWeb.SectionAuth do
  @moduledoc """
  The `on_mount` hook of every LiveView below a section: puts user, section and role into the
  assigns, or sends the visitor away. The same rule as `MiniWeb.Plugs.RequireSectionRole`,
  asked again when a socket connects.
  """

  import Phoenix.Component
  import Phoenix.LiveView

  alias Mini.Accounts
  alias Mini.Delivery.Sections

  def on_mount(:learner, params, session, socket) do
    authorize(params, session, socket, [:learner, :assistant, :instructor])
  end

  def on_mount(:instructor, params, session, socket) do
    authorize(params, session, socket, [:assistant, :instructor])
  end

  defp authorize(%{"section_slug" => slug}, %{"user_id" => user_id}, socket, roles) do
    user = Accounts.get_user!(user_id)
    section = Sections.get_section_by_slug(user.institution_id, slug)
    role = section && Sections.role_of(user, section)

    if role in roles do
      {:cont, assign(socket, current_user: user, section: section, role: role)}
    else
      {:halt, redirect(socket, to: "/")}
    end
  end

  defp authorize(_params, _session, socket, _roles), do: {:halt, redirect(socket, to: "/")}
end
