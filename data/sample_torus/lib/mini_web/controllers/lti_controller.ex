defmodule MiniWeb.LtiController do
  @moduledoc """
  LTI 1.3 launches: checks the token against the registration's key set, refreshes the user,
  enrolls with the role of the claim and sends the person to their page.
  """

  use MiniWeb, :controller

  alias Mini.Accounts
  alias Mini.Delivery.Sections
  alias Mini.Institutions

  @roles_claim "https://purl.imsglobal.org/spec/lti/claim/roles"
  @context_claim "https://purl.imsglobal.org/spec/lti/claim/context"

  def launch(conn, %{"id_token" => token, "state" => state}) do
    with true <- Plug.Crypto.secure_compare(get_session(conn, :lti_state) || "", state),
         {:ok, registration, claims} <- Institutions.verify_launch(token),
         {:ok, user} <- Accounts.upsert_from_launch(registration.institution_id, claims),
         %{} = section <-
           Sections.get_section_by_slug(registration.institution_id, claims[@context_claim]["label"]),
         {:ok, enrollment} <- Sections.enroll(user, section, role_from(claims)) do
      conn
      |> configure_session(renew: true)
      |> put_session(:user_id, user.id)
      |> redirect(to: landing(section, enrollment))
    else
      _refused -> conn |> put_status(:unauthorized) |> text("This launch could not be verified.")
    end
  end

  def keys(conn, _params) do
    json(conn, Application.fetch_env!(:mini, :public_key_set))
  end

  defp role_from(claims) do
    roles = claims[@roles_claim] || []

    cond do
      Enum.any?(roles, &String.ends_with?(&1, "#Instructor")) -> :instructor
      Enum.any?(roles, &String.ends_with?(&1, "#TeachingAssistant")) -> :assistant
      true -> :learner
    end
  end

  defp landing(section, %{role: :learner}), do: "/sections/#{section.slug}"
  defp landing(section, _enrollment), do: "/sections/#{section.slug}/gradebook"
end
