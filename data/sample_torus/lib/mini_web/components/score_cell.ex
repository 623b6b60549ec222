defmodule MiniWeb.Components.ScoreCell do
  @moduledoc """
  One score of the gradebook, editable in place. A LiveComponent, so that editing one cell
  does not render the table again; the parent learns of it by `{:score_saved, grade}`.
  """

  use MiniWeb, :live_component

  alias Mini.Grades

  @impl true
  def update(assigns, socket) do
    {:ok,
     socket
     |> assign(assigns)
     |> assign_new(:editing?, fn -> false end)
     |> assign_new(:error, fn -> nil end)}
  end

  @impl true
  def render(assigns) do
    ~H"""
    <td id={@id} class="score-cell">
      <form :if={@editing?} phx-submit="save" phx-target={@myself}>
        <input type="number" name="score" step="0.5" min="0" value={@grade.score} aria-label="score" />
        <span :if={@error} role="alert"><%= @error %></span>
      </form>
      <button :if={not @editing?} type="button" phx-click="edit" phx-target={@myself}>
        <%= label(@grade) %>
      </button>
    </td>
    """
  end

  @impl true
  def handle_event("edit", _params, %{assigns: %{grade: nil}} = socket), do: {:noreply, socket}
  def handle_event("edit", _params, socket), do: {:noreply, assign(socket, editing?: true)}

  def handle_event("save", %{"score" => score}, socket) do
    with {value, ""} <- Float.parse(score),
         {:ok, grade} <- Grades.override(socket.assigns.grade, value, socket.assigns.current_user) do
      send(self(), {:score_saved, grade})
      {:noreply, assign(socket, editing?: false, error: nil, grade: grade)}
    else
      _invalid -> {:noreply, assign(socket, error: "Enter a number, 0 or more")}
    end
  end

  defp label(nil), do: "-"
  defp label(%{score: score, out_of: out_of}), do: "#{score} / #{out_of}"
end
