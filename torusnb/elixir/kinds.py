"""What a module is, told from what it uses, implements and holds: conventions, never names of one project."""

from __future__ import annotations

from torusnb.elixir.draft import ModuleDraft

_BY_MODULE = {
    "Agent": "agent",
    "Application": "application",
    "Broadway": "broadway",
    "DynamicSupervisor": "supervisor",
    "Ecto.Migration": "migration",
    "Ecto.ParameterizedType": "ecto_type",
    "Ecto.Repo": "repo",
    "Ecto.Type": "ecto_type",
    "ExUnit.Case": "test",
    "ExUnit.CaseTemplate": "test",
    "GenServer": "genserver",
    "GenStage": "gen_stage",
    "Mix.Task": "mix_task",
    "Nebulex.Cache": "cache",
    "Oban.Pro.Worker": "worker",
    "Oban.Worker": "worker",
    "Phoenix.Channel": "channel",
    "Phoenix.Component": "component",
    "Phoenix.Controller": "controller",
    "Phoenix.Endpoint": "endpoint",
    "Phoenix.LiveComponent": "live_component",
    "Phoenix.LiveView": "live_view",
    "Phoenix.Presence": "presence",
    "Phoenix.Router": "router",
    "Phoenix.Socket": "socket",
    "Phoenix.View": "view",
    "Plug": "plug",
    "Plug.Builder": "plug",
    "Plug.Router": "plug",
    "Supervisor": "supervisor",
    "Task": "task",
}
# `use MyAppWeb, :live_view`: the convention that `mix phx.new` generates.
_BY_ATOM = {
    "channel": "channel",
    "component": "component",
    "controller": "controller",
    "html": "component",
    "live_component": "live_component",
    "live_view": "live_view",
    "plug": "plug",
    "router": "router",
    "surface_live_component": "live_component",
    "surface_live_view": "live_view",
    "surface_view": "live_view",
    "view": "view",
}
_WITH_OPTIONS = frozenset({"agent", "broadway", "gen_stage", "genserver", "supervisor", "task", "worker"})


def kind_of_use(module: str, atom: str) -> str:
    """The kind that `use module, :atom` gives, or empty."""
    if atom and module not in _BY_MODULE:
        return _BY_ATOM.get(atom, "")
    found = _BY_MODULE.get(module, "")
    if found:
        return found
    if module.startswith("Oban.Pro.Worker"):
        return "worker"
    return "test" if module.rpartition(".")[2].endswith(("ConnCase", "DataCase", "ChannelCase")) else ""


def kind_of_behaviour(module: str) -> str:
    """The kind that `@behaviour module` gives, or empty."""
    return _BY_MODULE.get(module, "")


def keeps_options(kind: str) -> bool:
    """Whether the options given to `use` say something about a module of that kind."""
    return kind in _WITH_OPTIONS


def settle_kinds(draft: ModuleDraft) -> tuple[str, ...]:
    """The module's kinds, sorted, with those that its functions show added."""
    kinds = set(draft.kinds)
    shape = draft.functions.keys()
    imports_plug = ("import", "Plug.Conn", "") in draft.references
    if imports_plug and ("init", 1) in shape and ("call", 2) in shape and "controller" not in kinds:
        kinds.add("plug")
    if "live_component" in kinds or "live_view" in kinds:
        kinds.discard("component")
    return tuple(sorted(kinds))
