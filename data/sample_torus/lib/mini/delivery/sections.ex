defmodule Mini.Delivery.Sections do
  @moduledoc """
  Sections: one course, delivered to one group of people by one institution.

  Everything here takes the section or the institution explicitly. Reads of a section's pages
  go through `Mini.Delivery.Sections.Depot`, which keeps them in memory on every node.
  """

  import Ecto.Query, warn: false

  alias Mini.Accounts.User
  alias Mini.Delivery.Sections.{Depot, Enrollment, Section}
  alias Mini.Repo

  @doc "The section with that slug inside an institution, or nil."
  @spec get_section_by_slug(integer(), String.t()) :: Section.t() | nil
  def get_section_by_slug(institution_id, slug) do
    Repo.one(
      from s in Section,
        where: s.institution_id == ^institution_id and s.slug == ^slug,
        preload: [:course, :publication]
    )
  end

  @doc "Enrolls a user with a role; enrolling again only changes the role."
  @spec enroll(User.t(), Section.t(), Enrollment.role()) ::
          {:ok, Enrollment.t()} | {:error, Ecto.Changeset.t()}
  def enroll(%User{} = user, %Section{} = section, role \\ :learner) do
    result =
      %Enrollment{}
      |> Enrollment.changeset(%{user_id: user.id, section_id: section.id, role: role})
      |> Repo.insert(
        on_conflict: {:replace, [:role, :updated_at]},
        conflict_target: [:user_id, :section_id],
        returning: true
      )

    with {:ok, enrollment} <- result do
      :telemetry.execute([:mini, :sections, :enrolled], %{count: 1}, %{role: role})
      Phoenix.PubSub.broadcast(Mini.PubSub, topic(section), {:enrolled, enrollment})
      {:ok, enrollment}
    end
  end

  @doc "The role of a user in a section, or nil when not enrolled."
  @spec role_of(User.t(), Section.t()) :: Enrollment.role() | nil
  def role_of(%User{id: user_id}, %Section{id: section_id}) do
    Repo.one(
      from e in Enrollment,
        where: e.user_id == ^user_id and e.section_id == ^section_id,
        select: e.role
    )
  end

  @doc "Learners of a section, by name, in pages of `limit`."
  @spec list_learners(Section.t(), keyword()) :: [User.t()]
  def list_learners(%Section{id: section_id}, opts \\ []) do
    limit = Keyword.get(opts, :limit, 50)
    offset = Keyword.get(opts, :offset, 0)

    Repo.all(
      from u in User,
        join: e in Enrollment,
        on: e.user_id == u.id,
        where: e.section_id == ^section_id and e.role == :learner,
        order_by: [asc: u.name, asc: u.id],
        limit: ^limit,
        offset: ^offset
    )
  end

  @doc "Graded pages of the section's publication, from memory."
  @spec graded_pages(Section.t()) :: [Mini.Courses.Page.t()]
  def graded_pages(%Section{} = section), do: Depot.graded_pages(section.id)

  @doc "The topic that carries everything that happens in a section."
  @spec topic(Section.t()) :: String.t()
  def topic(%Section{id: id}), do: "section:#{id}"

  @doc "Subscribes the caller to what happens in a section."
  @spec subscribe(Section.t()) :: :ok | {:error, term()}
  def subscribe(%Section{} = section) do
    Phoenix.PubSub.subscribe(Mini.PubSub, topic(section))
  end
end
