defmodule Mini.Delivery.Sections.Depot do
  @moduledoc """
  Keeps the pages and assessment settings of sections in an ETS table on every node.

  Reads go straight to the table and never through this process. On a miss the caller loads
  the section from the database and writes the row itself, so that one slow section cannot
  block another. The process only owns the table and listens for invalidations, which
  arrive over PubSub on `depot:invalidate` from whichever node made the change.

  A row lives until it is invalidated or until it is older than fifteen minutes, whichever is
  first: the age limit heals a node that missed a message.
  """

  use GenServer

  import Ecto.Query, warn: false

  alias Mini.Courses.Page
  alias Mini.Delivery.Sections.Section
  alias Mini.Delivery.Settings.AssessmentSettings
  alias Mini.Repo

  @table :section_depot
  @topic "depot:invalidate"
  @max_age_ms :timer.minutes(15)

  def start_link(opts \\ []) do
    GenServer.start_link(__MODULE__, opts, name: __MODULE__)
  end

  @doc "Graded pages of a section, in the order of the publication."
  @spec graded_pages(integer()) :: [Page.t()]
  def graded_pages(section_id) do
    section_id |> fetch() |> Map.fetch!(:pages) |> Enum.filter(& &1.graded)
  end

  @doc "Assessment settings of a section, by page id."
  @spec settings(integer()) :: %{integer() => AssessmentSettings.t()}
  def settings(section_id) do
    section_id |> fetch() |> Map.fetch!(:settings)
  end

  @doc "Drops a section's row on every node."
  @spec invalidate(integer()) :: :ok | {:error, term()}
  def invalidate(section_id) do
    :ets.delete(@table, section_id)
    Phoenix.PubSub.broadcast(Mini.PubSub, @topic, {:invalidate, section_id})
  end

  @impl true
  def init(_opts) do
    :ets.new(@table, [:named_table, :public, :set, read_concurrency: true])
    :ok = Phoenix.PubSub.subscribe(Mini.PubSub, @topic)
    {:ok, %{}}
  end

  @impl true
  def handle_info({:invalidate, section_id}, state) do
    :ets.delete(@table, section_id)
    {:noreply, state}
  end

  defp fetch(section_id) do
    now = System.monotonic_time(:millisecond)

    case :ets.lookup(@table, section_id) do
      [{^section_id, row, stored_at}] when now - stored_at < @max_age_ms ->
        :telemetry.execute([:mini, :depot, :hit], %{count: 1}, %{})
        row

      _missing_or_old ->
        row =
          :telemetry.span([:mini, :depot, :load], %{}, fn ->
            {load(section_id), %{}}
          end)

        :ets.insert(@table, {section_id, row, now})
        row
    end
  end

  defp load(section_id) do
    section = Section |> Repo.get!(section_id) |> Repo.preload(:publication)
    page_ids = (section.publication && section.publication.page_ids) || []
    pages = Repo.all(from p in Page, where: p.id in ^page_ids, order_by: p.id)
    settings = Repo.all(from s in AssessmentSettings, where: s.section_id == ^section_id)

    %{pages: pages, settings: Map.new(settings, &{&1.page_id, &1})}
  end
end
