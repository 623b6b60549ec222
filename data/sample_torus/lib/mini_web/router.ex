defmodule MiniWeb.Router do
  @moduledoc "Every route; what lies under `/sections/:section_slug` knows its section and role."

  use MiniWeb, :router

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
    plug :fetch_live_flash
    plug :protect_from_forgery
    plug :put_secure_browser_headers
  end

  pipeline :api do
    plug :accepts, ["json"]
    plug :fetch_session
  end

  pipeline :lti do
    plug :accepts, ["html"]
    plug :fetch_session
  end

  pipeline :section_instructor do
    plug MiniWeb.Plugs.RequireSectionRole, roles: [:instructor, :assistant]
  end

  scope "/lti", MiniWeb do
    pipe_through :lti

    post "/launch", LtiController, :launch
    get "/keys", LtiController, :keys
  end

  scope "/api/v1", MiniWeb.Api do
    pipe_through :api

    scope "/sections/:section_slug" do
      pipe_through :section_instructor

      get "/grades", GradeController, :index
      put "/grades/:id", GradeController, :update
    end
  end

  scope "/sections/:section_slug", MiniWeb do
    pipe_through :browser

    live_session :learner, on_mount: [{MiniWeb.SectionAuth, :learner}] do
      live "/", StudentDashboardLive, :show
    end

    live_session :instructor, on_mount: [{MiniWeb.SectionAuth, :instructor}] do
      live "/gradebook", GradebookLive, :index
      live "/gradebook/:page_id", GradebookLive, :page
      live "/settings/assessments", AssessmentSettingsLive, :index
    end
  end
end
