defmodule MiniWeb.AssessmentSettingsLive do
  @moduledoc "Due dates and limits of every graded page; saves as the instructor types."

  use MiniWeb, :live_view

  alias Mini.Delivery.{Sections, Settings}
  alias Mini.Delivery.Sections.Depot

  @impl true
  def mount(_params, _session, socket) do
    section = socket.assigns.section

    if connected?(socket) do
      :ok = Sections.subscribe(section)
    end

    {:ok, socket |> assign(:errors, %{}) |> load()}
  end

  @impl true
  def render(assigns) do
    ~H"""
    <h1>Assessment settings</h1>
    <.notice :if={@role == :assistant}>Only instructors can change settings.</.notice>
    <form :for={page <- @pages} id={"settings-#{page.id}"} phx-change="change" phx-debounce="500">
      <input type="hidden" name="page_id" value={page.id} />
      <span><%= page.title %></span>
      <label>
        Due <input type="datetime-local" name="due_at" value={due_at(@settings, page.id)} />
      </label>
      <label>
        Late work
        <select name="late_submit">
          <option value="allow">Allowed</option>
          <option value="disallow" selected={refused?(@settings, page.id)}>Refused</option>
        </select>
      </label>
      <.notice :if={@errors[page.id]} kind={:warning}><%= @errors[page.id] %></.notice>
    </form>
    """
  end

  @impl true
  def handle_event("change", %{"page_id" => page_id} = params, %{assigns: %{role: :instructor}} = socket) do
    page_id = String.to_integer(page_id)
    %{section: section, current_user: user} = socket.assigns

    case Settings.update_settings(section, page_id, params, user) do
      {:ok, _settings} ->
        {:noreply, update(socket, :errors, &Map.delete(&1, page_id))}

      {:error, _changeset} ->
        {:noreply, update(socket, :errors, &Map.put(&1, page_id, "These values do not fit."))}
    end
  end

  def handle_event("change", _params, socket), do: {:noreply, socket}

  @impl true
  def handle_info({:settings_changed, _page_id}, socket), do: {:noreply, load(socket)}
  def handle_info(_other, socket), do: {:noreply, socket}

  defp load(socket) do
    section = socket.assigns.section

    assign(socket,
      pages: Sections.graded_pages(section),
      settings: Depot.settings(section.id)
    )
  end

  defp refused?(settings, page_id) do
    match?(%{late_submit: :disallow}, settings[page_id])
  end

  defp due_at(settings, page_id) do
    case settings[page_id] do
      %{due_at: %DateTime{} = due_at} -> Calendar.strftime(due_at, "%Y-%m-%dT%H:%M")
      _none -> nil
    end
  end
end
