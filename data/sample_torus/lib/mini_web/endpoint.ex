defmodule MiniWeb.Endpoint do
  @moduledoc "The HTTP and socket entry of the platform."

  use Phoenix.Endpoint, otp_app: :mini

  @session_options [store: :cookie, key: "_mini_key", signing_salt: "sample", same_site: "None", secure: true]

  socket "/live", Phoenix.LiveView.Socket, websocket: [connect_info: [session: @session_options]]
  socket "/socket", MiniWeb.UserSocket, websocket: true, longpoll: false

  plug Plug.Static, at: "/", from: :mini, only: ~w(assets favicon.ico)
  plug Plug.RequestId
  plug Plug.Telemetry, event_prefix: [:phoenix, :endpoint]

  plug Plug.Parsers,
    parsers: [:urlencoded, :multipart, :json],
    pass: ["*/*"],
    json_decoder: Jason

  plug Plug.Session, @session_options
  plug MiniWeb.Router
end
