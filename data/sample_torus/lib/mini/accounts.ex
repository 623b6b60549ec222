defmodule Mini.Accounts do
  @moduledoc """
  People and how they sign in.

  A user is known across institutions by one row; what a user may do is never stored here
  but in the enrollment (see `Mini.Delivery.Sections.Enrollment`), so that an instructor in
  one section can be a learner in the next.
  """

  import Ecto.Query, warn: false

  alias Mini.Accounts.User
  alias Mini.Repo

  @doc """
  The user with that id.

  Raises `Ecto.NoResultsError` when there is none.
  """
  @spec get_user!(integer()) :: User.t()
  def get_user!(id), do: Repo.get!(User, id)

  @doc "The user that a platform knows by its subject claim, or nil."
  @spec get_user_by_sub(String.t(), integer()) :: User.t() | nil
  def get_user_by_sub(sub, institution_id) do
    Repo.get_by(User, sub: sub, institution_id: institution_id)
  end

  @doc """
  Creates or refreshes the user behind an LTI launch.

  The pair of institution and subject is unique; on conflict name and e-mail are replaced.
  """
  @spec upsert_from_launch(integer(), map()) :: {:ok, User.t()} | {:error, Ecto.Changeset.t()}
  def upsert_from_launch(institution_id, claims) do
    %User{institution_id: institution_id}
    |> User.changeset(%{
      sub: claims["sub"],
      name: claims["name"],
      email: claims["email"]
    })
    |> Repo.insert(
      on_conflict: {:replace, [:name, :email, :updated_at]},
      conflict_target: [:institution_id, :sub],
      returning: true
    )
  end

  @doc "Stores the time zone and the notification choices of a user."
  @spec update_preferences(User.t(), map()) :: {:ok, User.t()} | {:error, Ecto.Changeset.t()}
  def update_preferences(%User{} = user, attrs) do
    user
    |> User.preferences_changeset(%{preferences: attrs})
    |> Repo.update()
  end

  @doc "Whether the user is an administrator of the whole system."
  @spec system_admin?(User.t()) :: boolean()
  def system_admin?(%User{system_role: :admin}), do: true
  def system_admin?(%User{}), do: false
end
