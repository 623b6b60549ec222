defmodule Mini.Publishing do
  @moduledoc """
  Turns what authors wrote into what sections deliver.

  A publication is a frozen copy of a course's pages. Sections pin one publication and move
  to a later one only when an instructor accepts the update.
  """

  import Ecto.Query, warn: false

  alias Ecto.Multi
  alias Mini.Courses.{Course, Page}
  alias Mini.Delivery.Sections.{Depot, Section}
  alias Mini.Publishing.Publication
  alias Mini.Repo

  @doc "Freezes the present pages of a course as its next publication."
  @spec publish(Course.t(), String.t()) :: {:ok, Publication.t()} | {:error, term()}
  def publish(%Course{} = course, description) do
    Multi.new()
    |> Multi.run(:pages, fn repo, _changes ->
      {:ok, repo.all(from p in Page, where: p.course_id == ^course.id, order_by: p.id)}
    end)
    |> Multi.insert(:publication, fn %{pages: pages} ->
      Publication.changeset(%Publication{course_id: course.id}, %{
        description: description,
        edition: next_edition(course.id),
        page_ids: Enum.map(pages, & &1.id)
      })
    end)
    |> Repo.transaction()
    |> case do
      {:ok, %{publication: publication}} -> {:ok, publication}
      {:error, _step, reason, _changes} -> {:error, reason}
    end
  end

  @doc """
  Moves a section to a publication and tells every node that its content changed.
  """
  @spec apply_update(Section.t(), Publication.t()) :: {:ok, Section.t()} | {:error, Ecto.Changeset.t()}
  def apply_update(%Section{} = section, %Publication{} = publication) do
    with {:ok, updated} <-
           section
           |> Section.changeset(%{publication_id: publication.id})
           |> Repo.update() do
      Depot.invalidate(section.id)
      Phoenix.PubSub.broadcast(Mini.PubSub, "section_content:#{section.id}", {:content_changed, section.id})
      {:ok, updated}
    end
  end

  defp next_edition(course_id) do
    query = from p in Publication, where: p.course_id == ^course_id, select: max(p.edition)
    (Repo.one(query) || 0) + 1
  end
end
