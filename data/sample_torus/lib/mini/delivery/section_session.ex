defmodule Mini.Delivery.SectionSession do
  @moduledoc """
  Who is in a section at this moment, one process for a busy section.

  Started on the first join under `Mini.SectionSessions` and found through
  `Mini.SectionRegistry`. It keeps counts only, never names, and stops by itself after ten
  quiet minutes. Losing it loses nothing that matters: channels join again.
  """

  use GenServer, restart: :transient

  @idle_ms :timer.minutes(10)

  def start_link(section_id) do
    GenServer.start_link(__MODULE__, section_id, name: via(section_id))
  end

  @doc "Starts the section's process if there is none, and registers the calling process in it."
  @spec join(integer()) :: {:ok, non_neg_integer()}
  def join(section_id) do
    case DynamicSupervisor.start_child(Mini.SectionSessions, {__MODULE__, section_id}) do
      {:ok, _pid} -> :ok
      {:error, {:already_started, _pid}} -> :ok
    end

    GenServer.call(via(section_id), {:join, self()})
  end

  @doc "How many are present; 0 when nobody ever joined."
  @spec count(integer()) :: non_neg_integer()
  def count(section_id) do
    case Registry.lookup(Mini.SectionRegistry, section_id) do
      [{pid, _value}] -> GenServer.call(pid, :count)
      [] -> 0
    end
  end

  @impl true
  def init(section_id) do
    {:ok, %{section_id: section_id, members: %{}}, @idle_ms}
  end

  @impl true
  def handle_call({:join, pid}, _from, state) do
    ref = Process.monitor(pid)
    state = put_in(state.members[ref], pid)
    announce(state)
    {:reply, {:ok, map_size(state.members)}, state, @idle_ms}
  end

  def handle_call(:count, _from, state) do
    {:reply, map_size(state.members), state, @idle_ms}
  end

  @impl true
  def handle_info({:DOWN, ref, :process, _pid, _reason}, state) do
    {_pid, members} = Map.pop(state.members, ref)
    state = %{state | members: members}
    announce(state)
    {:noreply, state, @idle_ms}
  end

  def handle_info(:timeout, %{members: members} = state) when map_size(members) == 0 do
    {:stop, :normal, state}
  end

  def handle_info(:timeout, state), do: {:noreply, state, @idle_ms}

  defp via(section_id), do: {:via, Registry, {Mini.SectionRegistry, section_id}}

  defp announce(%{section_id: section_id, members: members}) do
    Phoenix.PubSub.broadcast(Mini.PubSub, "section:#{section_id}", {:present, map_size(members)})
  end
end
