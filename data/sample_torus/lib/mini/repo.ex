defmodule Mini.Repo do
  @moduledoc """
  The Postgres repository. Every query of section data is written against one institution;
  there is no query that crosses institutions outside `Mini.Institutions`.
  """

  use Ecto.Repo, otp_app: :mini, adapter: Ecto.Adapters.Postgres
end
