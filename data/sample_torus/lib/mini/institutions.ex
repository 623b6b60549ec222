defmodule Mini.Institutions do
  @moduledoc """
  Tenants. An institution owns its users, its sections and its LTI registrations.

  This is the only context that may read across institutions, and it only does so for
  administrators of the system.
  """

  import Ecto.Query, warn: false

  alias Mini.Institutions.{Institution, Registration}
  alias Mini.Repo

  @doc "Institutions by name."
  @spec list_institutions() :: [Institution.t()]
  def list_institutions do
    Institution
    |> order_by([i], asc: i.name)
    |> Repo.all()
  end

  @doc "The institution with that id; raises when there is none."
  @spec get_institution!(integer()) :: Institution.t()
  def get_institution!(id), do: Repo.get!(Institution, id)

  @doc "The registration that belongs to an LTI issuer and client id, with its institution."
  @spec get_registration(String.t(), String.t()) :: {:ok, Registration.t()} | {:error, :not_found}
  def get_registration(issuer, client_id) do
    query =
      from r in Registration,
        where: r.issuer == ^issuer and r.client_id == ^client_id,
        preload: [:institution]

    case Repo.one(query) do
      nil -> {:error, :not_found}
      registration -> {:ok, registration}
    end
  end

  @doc """
  The claims of a launch token, once its signature fits a key of the registration it names.
  """
  @spec verify_launch(String.t()) :: {:ok, Registration.t(), map()} | {:error, term()}
  def verify_launch(token) do
    %JOSE.JWT{fields: unverified} = JOSE.JWT.peek_payload(token)

    with {:ok, registration} <- get_registration(unverified["iss"], unverified["aud"]),
         {:ok, %{body: %{"keys" => keys}}} <- Req.get(registration.jwks_url, receive_timeout: 3_000),
         {:ok, claims} <- verify_with_any(keys, token) do
      {:ok, registration, claims}
    end
  end

  defp verify_with_any(keys, token) do
    Enum.find_value(keys, {:error, :bad_signature}, fn key ->
      case JOSE.JWT.verify_strict(JOSE.JWK.from_map(key), ["RS256"], token) do
        {true, %JOSE.JWT{fields: claims}, _jws} -> {:ok, claims}
        _other_key -> nil
      end
    end)
  end
end
