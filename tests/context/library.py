"""A small lending library in Elixir that holds every way of calling, writing and listening that questions look for."""

from __future__ import annotations

LIBRARY = {
    "mix.exs": "defmodule Lib.MixProject do\n  use Mix.Project\n  def project, do: [app: :lib]\nend\n",
    "lib/lib/repo.ex": "defmodule Lib.Repo do\n  use Ecto.Repo, otp_app: :lib\nend\n",
    "lib/lib/loans/loan.ex": """defmodule Lib.Loans.Loan do
  use Ecto.Schema
  import Ecto.Changeset

  schema "loans" do
    field :due_on, :date
    belongs_to :reader, Lib.Readers.Reader
  end

  def changeset(loan, attrs), do: cast(loan, attrs, [:due_on])
end
""",
    "lib/lib/readers/reader.ex": """defmodule Lib.Readers.Reader do
  use Ecto.Schema
  import Ecto.Changeset

  schema "readers" do
    field :name, :string
    has_many :loans, Lib.Loans.Loan
  end

  def changeset(reader, attrs), do: reader |> cast(attrs, [:name]) |> cast_assoc(:loans)
end
""",
    "lib/lib/loans.ex": """defmodule Lib.Loans do
  @moduledoc "Loans; `Lib.Loans.extend(loan, 3)` is only an example in a text."
  import Ecto.Query
  alias Lib.Loans.Loan
  alias Lib.Repo

  @spec extend(Loan.t(), integer()) :: term()
  def extend(loan, days \\\\ 7) do
    loan |> Loan.changeset(%{due_on: days}) |> Repo.update()
  end

  def open(attrs) do
    changeset = Loan.changeset(%Loan{}, attrs)
    Repo.insert(changeset)
  end

  def overdue(day) do
    from(l in Loan, where: l.due_on < ^day) |> Repo.all()
  end

  def extend_all(loans) do
    # extend(loans) in a comment
    Enum.map(loans, &extend/1)
    Enum.map(loans, fn loan -> extend(loan, 3) end)
  end

  def close(%Loan{} = loan), do: Repo.delete(loan)

  def purge do
    Repo.query!("DELETE FROM loans WHERE due_on IS NULL")
  end

  def subscribe(id), do: Phoenix.PubSub.subscribe(Lib.PubSub, "loan:#{id}")

  def announce(id) do
    :telemetry.execute([:lib, :loans, :announced], %{count: 1}, %{})
    Phoenix.PubSub.broadcast(Lib.PubSub, "loan:#{id}", :changed)
  end

  defp reminder(loan), do: loan.due_on
  def remind(loan), do: loan |> reminder
end
""",
    "lib/lib/desk.ex": """defmodule Lib.Desk do
  alias Lib.Loans, as: Lending
  alias Lib.{Readers, Repo}

  defdelegate prolong(loan, days), to: Lending, as: :extend

  def hand_out(reader, attrs) do
    Readers.touch(reader)
    Lending.open(attrs)
  end

  def job, do: {Lending, :overdue, [1]}

  def forget(loan), do: Repo.delete(loan)

  def quiet, do: :ok
end
""",
    "lib/lib/readers.ex": """defmodule Lib.Readers do
  import Lib.Loans, only: [overdue: 1]
  alias Lib.Readers.Reader
  alias Ecto.Multi

  def late(day), do: overdue(day)
  def touch(reader), do: Lib.Repo.preload(reader, :loans)

  def merge(reader, attrs) do
    Multi.new()
    |> Multi.update(:reader, fn _ -> Reader.changeset(reader, attrs) end)
    |> Multi.delete_all(:loans, Lib.Loans.Loan)
    |> Lib.Repo.transaction()
  end

  def extend(reader), do: reader
end
""",
    "lib/lib/reminder_worker.ex": """defmodule Lib.ReminderWorker do
  use Oban.Worker, queue: :mail

  def perform(_job), do: Lib.Readers.late(Date.utc_today())
end
""",
    "lib/lib_web.ex": """defmodule LibWeb do
  def live_view do
    quote do
      use Phoenix.LiveView
      import LibWeb.Buttons
      alias Lib.Desk
    end
  end

  defmacro __using__(which), do: apply(__MODULE__, which, [])
end
""",
    "lib/lib_web/buttons.ex": '''defmodule LibWeb.Buttons do
  use Phoenix.Component

  def big_button(assigns) do
    ~H"""
    <button class="big_button">{render_slot(@inner_block)}</button>
    """
  end
end
''',
    "lib/lib_web/live/loan_live.ex": '''defmodule LibWeb.LoanLive do
  use LibWeb, :live_view

  def mount(%{"id" => id}, _session, socket) do
    Lib.Loans.subscribe(id)
    {:ok, socket}
  end

  def handle_event("prolong", _params, socket) do
    if Lib.Features.enabled?(:prolong), do: Desk.prolong(socket.assigns.loan, 7)
    {:noreply, socket}
  end

  def render(assigns) do
    ~H"""
    <.big_button>Prolong</.big_button>
    <LibWeb.Buttons.big_button>{Lib.Loans.remind(@loan)}</LibWeb.Buttons.big_button>
    """
  end
end
''',
    "lib/lib_web/live/shelf_live.ex": "defmodule LibWeb.ShelfLive do\n  use LibWeb, :live_view\nend\n",
    "lib/lib_web/live/shelf_live.html.heex": "<.big_button>Open</.big_button>\n<p>{Desk.quiet()}</p>\n",
    "lib/lib/features.ex": "defmodule Lib.Features do\n  def enabled?(name), do: name == :prolong\nend\n",
    "lib/lib_web/controllers/loan_controller.ex": """defmodule LibWeb.LoanController do
  use Phoenix.Controller
  alias Lib.Desk

  def create(conn, params) do
    Desk.hand_out(conn.assigns.reader, params)
    conn
  end

  def help(conn, _params), do: conn
end
""",
    "lib/lib_web/router.ex": """defmodule LibWeb.Router do
  use LibWeb, :router

  pipeline :browser do
    plug :accepts, ["html"]
  end

  scope "/", LibWeb do
    pipe_through :browser

    live_session :reader, on_mount: [LibWeb.Mounts] do
      live "/loans/:id", LoanLive
      live "/shelf", ShelfLive
    end

    post "/loans", LoanController, :create
    get "/help", LoanController, :help
  end
end
""",
    "lib/lib_web/mounts.ex": "defmodule LibWeb.Mounts do\n  def on_mount(_a, _b, _c, s), do: {:cont, s}\nend\n",
    "priv/repo/migrations/20240101000000_create_loans.exs": """defmodule Lib.Repo.Migrations.CreateLoans do
  use Ecto.Migration

  def change do
    create table(:loans) do
      add :due_on, :date, null: false
      add :note, :text
    end

    create index(:loans, [:due_on])
    create table(:readers)
  end
end
""",
    "priv/repo/migrations/20240201000000_trim_loans.exs": """defmodule Lib.Repo.Migrations.TrimLoans do
  use Ecto.Migration

  def change do
    alter table(:loans) do
      remove :note
      add :reader_id, references(:readers)
    end

    execute "UPDATE loans SET due_on = now()"
  end
end
""",
}
