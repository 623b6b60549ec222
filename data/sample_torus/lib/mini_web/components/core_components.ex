defmodule MiniWeb.CoreComponents do
  @moduledoc "Function components that every page uses."

  use Phoenix.Component

  attr :kind, :atom, values: [:info, :warning], default: :info
  attr :rest, :global
  slot :inner_block, required: true

  @doc "A short notice; a warning is announced to screen readers."
  def notice(assigns) do
    ~H"""
    <p class={["notice", @kind == :warning && "notice-warning"]} role={role_of(@kind)} {@rest}>
      <%= render_slot(@inner_block) %>
    </p>
    """
  end

  attr :due_at, :any, required: true
  attr :time_zone, :string, default: "Etc/UTC"

  @doc "A due date in the reader's time zone, or a dash."
  def due_date(assigns) do
    ~H"""
    <time :if={@due_at} datetime={DateTime.to_iso8601(@due_at)} data-zone={@time_zone}>
      <%= Calendar.strftime(@due_at, "%d %b %Y, %H:%M") %>
    </time>
    <span :if={is_nil(@due_at)} aria-label="no due date">-</span>
    """
  end

  attr :label, :string, required: true
  attr :value, :integer, required: true
  attr :total, :integer, required: true

  @doc "A progress bar with its numbers in words."
  def progress(assigns) do
    ~H"""
    <div class="progress">
      <span><%= @label %>: <%= @value %> of <%= @total %></span>
      <progress value={@value} max={max(@total, 1)}></progress>
    </div>
    """
  end

  defp role_of(:warning), do: "alert"
  defp role_of(_kind), do: "status"
end
