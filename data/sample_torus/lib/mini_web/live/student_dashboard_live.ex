defmodule MiniWeb.StudentDashboardLive do
  @moduledoc "A learner's own page of a section: what is due, what is done, what it gave."

  use MiniWeb, :live_view

  alias Mini.Delivery.{Attempts, Sections, SectionSession, Settings}
  alias Mini.Features
  alias Mini.Grades

  @impl true
  def mount(_params, _session, socket) do
    %{section: section, current_user: user} = socket.assigns

    if connected?(socket) do
      :ok = Sections.subscribe(section)
    end

    {:ok,
     socket
     |> assign(:enabled?, Features.enabled?(:student_dashboard, section))
     |> assign(:present, SectionSession.count(section.id))
     |> assign(:time_zone, user.preferences && user.preferences.time_zone)
     |> assign_async(:rows, fn -> {:ok, %{rows: rows(section, user)}} end)}
  end

  @impl true
  def render(assigns) do
    ~H"""
    <h1><%= @section.title %></h1>
    <.notice :if={not @enabled?}>Your instructor has not opened this page yet.</.notice>
    <.async_result :let={rows} :if={@enabled?} assign={@rows}>
      <:loading>Loading your work</:loading>
      <:failed :let={_reason}>Your work could not be loaded.</:failed>
      <ul>
        <li :for={row <- rows}>
          <%= row.page.title %>
          <.due_date due_at={row.settings.due_at} time_zone={@time_zone || "Etc/UTC"} />
          <button type="button" phx-click="start" phx-value-page={row.page.id}>Start</button>
        </li>
      </ul>
    </.async_result>
    """
  end

  @impl true
  def handle_event("start", %{"page" => page_id}, socket) do
    %{section: section, current_user: user} = socket.assigns

    case Attempts.start(section, String.to_integer(page_id), user) do
      {:ok, attempt} -> {:noreply, put_flash(socket, :info, "Attempt #{attempt.number} started.")}
      {:error, :past_due} -> {:noreply, put_flash(socket, :error, "This page is closed.")}
      {:error, _reason} -> {:noreply, put_flash(socket, :error, "No further attempt is possible.")}
    end
  end

  @impl true
  def handle_info({:present, count}, socket), do: {:noreply, assign(socket, present: count)}

  def handle_info({:settings_changed, _page_id}, socket) do
    %{section: section, current_user: user} = socket.assigns
    {:noreply, assign_async(socket, :rows, fn -> {:ok, %{rows: rows(section, user)}} end)}
  end

  def handle_info(_other, socket), do: {:noreply, socket}

  defp rows(section, user) do
    grades = Grades.gradebook(section, [user.id])

    for page <- Sections.graded_pages(section) do
      %{
        page: page,
        settings: Settings.effective(section, page.id, user),
        grade: grades[{user.id, page.id}]
      }
    end
  end
end
