defmodule Mini.Delivery.SectionsTest do
  use Mini.DataCase, async: true

  alias Mini.Delivery.Sections

  test "enrolling twice keeps one enrollment with the latest role" do
    institution = institution()
    user = user(institution)
    section = section(institution)

    {:ok, _first} = Sections.enroll(user, section)
    {:ok, _second} = Sections.enroll(user, section, :assistant)

    assert Sections.role_of(user, section) == :assistant
  end

  test "a slug of another institution is not found" do
    section = section(institution())
    other = institution(%{name: "South"})

    assert Sections.get_section_by_slug(other.id, section.slug) == nil
  end
end
