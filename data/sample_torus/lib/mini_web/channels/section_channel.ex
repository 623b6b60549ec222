defmodule MiniWeb.SectionChannel do
  @moduledoc "Tells pages of a section how many people are present; joins only for the enrolled."

  use MiniWeb, :channel

  alias Mini.Accounts
  alias Mini.Delivery.{Sections, SectionSession}
  alias Mini.Features

  @impl true
  def join("section:" <> slug, _params, socket) do
    user = Accounts.get_user!(socket.assigns.user_id)

    with %{} = section <- Sections.get_section_by_slug(user.institution_id, slug),
         role when not is_nil(role) <- Sections.role_of(user, section),
         true <- Features.enabled?(:live_presence, section) do
      {:ok, count} = SectionSession.join(section.id)
      :ok = Sections.subscribe(section)
      {:ok, %{present: count}, assign(socket, :section, section)}
    else
      _refused -> {:error, %{reason: "unauthorized"}}
    end
  end

  @impl true
  def handle_in("present", _payload, socket) do
    {:reply, {:ok, %{present: SectionSession.count(socket.assigns.section.id)}}, socket}
  end

  @impl true
  def handle_info({:present, count}, socket) do
    push(socket, "present", %{count: count})
    {:noreply, socket}
  end

  def handle_info(_other, socket), do: {:noreply, socket}
end
