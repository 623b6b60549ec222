defmodule MiniWeb.Api.GradeControllerTest do
  use MiniWeb.ConnCase, async: true

  test "grades of another institution are not found", %{conn: conn, section: section} do
    stranger = user(institution(%{name: "South"}))
    conn = conn |> sign_in(stranger) |> get("/api/v1/sections/#{section.slug}/grades")

    assert conn.status == 404
  end
end
