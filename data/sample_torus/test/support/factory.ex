defmodule Mini.Factory do
  @moduledoc "Rows for tests, with just enough filled in."

  alias Mini.Accounts.User
  alias Mini.Courses.{Course, Page}
  alias Mini.Delivery.Sections.Section
  alias Mini.Institutions.Institution
  alias Mini.Repo

  def institution(attrs \\ %{}) do
    Repo.insert!(struct!(%Institution{name: "North", country_code: "NO"}, attrs))
  end

  def user(institution, attrs \\ %{}) do
    sub = "user-#{System.unique_integer([:positive])}"
    Repo.insert!(struct!(%User{institution_id: institution.id, sub: sub, name: "Someone"}, attrs))
  end

  def section(institution, attrs \\ %{}) do
    number = System.unique_integer([:positive])
    course = Repo.insert!(%Course{title: "Botany", slug: "botany-#{number}"})

    Repo.insert!(
      struct!(
        %Section{
          title: "Botany",
          slug: "botany-#{number}",
          institution_id: institution.id,
          course_id: course.id
        },
        attrs
      )
    )
  end

  def graded_page(section, attrs \\ %{}) do
    slug = "quiz-#{System.unique_integer([:positive])}"

    Repo.insert!(
      struct!(
        %Page{title: "Quiz", slug: slug, graded: true, out_of: 10.0, course_id: section.course_id},
        attrs
      )
    )
  end
end
