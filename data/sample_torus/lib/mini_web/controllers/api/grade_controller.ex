defmodule MiniWeb.Api.GradeController do
  @moduledoc "Grades for the tools of an institution, as JSON. Clients must ignore unknown fields."

  use MiniWeb, :controller

  alias Mini.Delivery.Sections
  alias Mini.Grades
  alias Mini.Grades.Grade
  alias Mini.Repo

  @max_page 200

  def index(conn, params) do
    section = conn.assigns.section
    limit = params |> Map.get("limit", "50") |> String.to_integer() |> min(@max_page)
    offset = params |> Map.get("offset", "0") |> String.to_integer()
    learners = Sections.list_learners(section, limit: limit, offset: offset)
    grades = Grades.gradebook(section, Enum.map(learners, & &1.id))

    json(conn, %{grades: grades |> Map.values() |> Enum.sort_by(& &1.id) |> Enum.map(&render_grade/1)})
  end

  def update(conn, %{"id" => id, "score" => score}) when is_number(score) do
    section = conn.assigns.section

    with %Grade{} = grade <- Repo.get_by(Grade, id: id, section_id: section.id),
         {:ok, updated} <- Grades.override(grade, score * 1.0, conn.assigns.current_user) do
      json(conn, render_grade(updated))
    else
      nil -> conn |> put_status(:not_found) |> json(%{error: "no such grade"})
      {:error, _changeset} -> conn |> put_status(:unprocessable_entity) |> json(%{error: "invalid score"})
    end
  end

  defp render_grade(%Grade{} = grade) do
    %{id: grade.id, user_id: grade.user_id, page_id: grade.page_id, score: grade.score, out_of: grade.out_of}
  end
end
