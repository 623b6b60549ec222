defmodule MiniWeb.GradebookLiveTest do
  use MiniWeb.ConnCase, async: true

  import Phoenix.LiveViewTest

  test "a learner is sent away", %{conn: conn, section: section, learner: learner} do
    conn = sign_in(conn, learner)

    assert {:error, {:redirect, %{to: "/"}}} = live(conn, "/sections/#{section.slug}/gradebook")
  end

  test "an instructor sees the learners", %{conn: conn, section: section, instructor: instructor} do
    {:ok, _view, html} = conn |> sign_in(instructor) |> live("/sections/#{section.slug}/gradebook")

    assert html =~ "gradebook"
  end
end
