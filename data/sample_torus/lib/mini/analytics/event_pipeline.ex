defmodule Mini.Analytics.EventPipeline do
  @moduledoc """
  Turns what learners did into analytics rows, in batches and with back-pressure.

  Callers hand an event over and go on; the batcher writes up to two hundred rows at once.
  Events that wait in memory are lost when the node stops: analytics may lag or lose a little,
  attempts and grades may not.
  """

  use Broadway

  alias Broadway.Message
  alias Mini.Repo

  def start_link(_opts) do
    Broadway.start_link(__MODULE__,
      name: __MODULE__,
      producer: [module: {Broadway.DummyProducer, []}, concurrency: 1],
      processors: [default: [concurrency: 2]],
      batchers: [store: [batch_size: 200, batch_timeout: 2_000, concurrency: 1]]
    )
  end

  @doc "Hands an event over without waiting for it to be stored."
  @spec push(tuple()) :: :ok
  def push(event) do
    Broadway.push_messages(__MODULE__, [
      %Message{data: event, acknowledger: Broadway.NoopAcknowledger.init()}
    ])
  end

  @impl true
  def handle_message(_processor, message, _context) do
    Message.put_batcher(message, :store)
  end

  @impl true
  def handle_batch(:store, messages, _batch_info, _context) do
    now = DateTime.utc_now() |> DateTime.truncate(:second)

    rows =
      Enum.map(messages, fn %Message{data: {kind, subject_id, section_id}} ->
        %{kind: Atom.to_string(kind), subject_id: subject_id, section_id: section_id, at: now}
      end)

    {stored, _returned} = Repo.insert_all("learning_events", rows)
    :telemetry.execute([:mini, :analytics, :batch, :stored], %{rows: stored}, %{})
    messages
  end
end
