defmodule MiniWeb.GradebookLive do
  @moduledoc """
  The gradebook: learners down, graded pages across, fifty learners at a time.

  Rows are a stream, so that the process does not hold the whole table; only the grades of
  the visible learners are kept, and a changed grade updates one cell.
  """

  use MiniWeb, :live_view

  alias Mini.Delivery.Sections
  alias Mini.Grades
  alias MiniWeb.Components.ScoreCell

  @page_size 50

  @impl true
  def mount(_params, _session, socket) do
    section = socket.assigns.section

    if connected?(socket) do
      Phoenix.PubSub.subscribe(Mini.PubSub, "grades:#{section.id}")
    end

    {:ok,
     socket
     |> assign(:pages, Sections.graded_pages(section))
     |> assign(:offset, 0)
     |> assign(:grades, %{})
     |> stream(:learners, [])}
  end

  @impl true
  def handle_params(params, _uri, socket) do
    {:noreply,
     socket
     |> assign(:page_id, params["page_id"])
     |> load_learners()}
  end

  @impl true
  def render(assigns) do
    ~H"""
    <h1><%= @section.title %>: gradebook</h1>
    <table>
      <thead>
        <tr>
          <th scope="col">Learner</th>
          <th :for={page <- @pages} scope="col"><%= page.title %></th>
        </tr>
      </thead>
      <tbody id="learners" phx-update="stream">
        <tr :for={{dom_id, learner} <- @streams.learners} id={dom_id}>
          <th scope="row"><%= learner.name %></th>
          <.live_component
            :for={page <- @pages}
            module={ScoreCell}
            id={"score-#{learner.id}-#{page.id}"}
            grade={@grades[{learner.id, page.id}]}
            current_user={@current_user}
          />
        </tr>
      </tbody>
    </table>
    <button type="button" phx-click="more">More learners</button>
    """
  end

  @impl true
  def handle_event("more", _params, socket) do
    {:noreply, socket |> update(:offset, &(&1 + @page_size)) |> load_learners()}
  end

  @impl true
  def handle_info({:grade_updated, grade}, socket) do
    send_update(ScoreCell, id: "score-#{grade.user_id}-#{grade.page_id}", grade: grade)
    {:noreply, socket}
  end

  def handle_info({:score_saved, _grade}, socket) do
    {:noreply, put_flash(socket, :info, "Score saved")}
  end

  defp load_learners(socket) do
    %{section: section, offset: offset, grades: grades} = socket.assigns
    learners = Sections.list_learners(section, limit: @page_size, offset: offset)
    loaded = Grades.gradebook(section, Enum.map(learners, & &1.id))

    socket
    |> assign(:grades, Map.merge(grades, loaded))
    |> stream(:learners, learners)
  end
end
