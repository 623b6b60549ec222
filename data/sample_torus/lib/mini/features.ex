defmodule Mini.Features do
  @moduledoc """
  Feature flags with a scope: a flag is on for the whole system, for an institution, or for a
  section. The narrowest row wins; without any row the flag is off.

  Flags are defined in `Mini.Features.Definitions`; asking for one that is not defined raises,
  so that a misspelt name is found by the first test that meets it.
  """

  import Ecto.Query, warn: false

  alias Mini.Delivery.Sections.Section
  alias Mini.Features.{Definitions, FlagState}
  alias Mini.Repo

  @cache :feature_states
  @ttl :timer.minutes(1)

  @doc "Whether a flag is on for a section."
  @spec enabled?(atom(), Section.t()) :: boolean()
  def enabled?(flag, %Section{} = section) do
    Definitions.fetch!(flag)

    Enum.find_value(
      [{:section, section.id}, {:institution, section.institution_id}, {:system, 0}],
      false,
      fn {scope, scope_id} -> state(flag, scope, scope_id) end
    ) == :on
  end

  @doc "Turns a flag on or off for a scope."
  @spec put(atom(), FlagState.scope(), integer(), :on | :off) ::
          {:ok, FlagState.t()} | {:error, Ecto.Changeset.t()}
  def put(flag, scope, scope_id, value) do
    Definitions.fetch!(flag)

    with {:ok, stored} <-
           %FlagState{}
           |> FlagState.changeset(%{
             flag: Atom.to_string(flag),
             scope: scope,
             scope_id: scope_id,
             value: value
           })
           |> Repo.insert(
             on_conflict: {:replace, [:value, :updated_at]},
             conflict_target: [:flag, :scope, :scope_id],
             returning: true
           ) do
      Cachex.del(@cache, {flag, scope, scope_id})
      :telemetry.execute([:mini, :features, :changed], %{count: 1}, %{flag: flag, scope: scope})
      {:ok, stored}
    end
  end

  defp state(flag, scope, scope_id) do
    key = {flag, scope, scope_id}

    case Cachex.get(@cache, key) do
      {:ok, nil} ->
        value = load(flag, scope, scope_id)
        Cachex.put(@cache, key, value || :unset, ttl: @ttl)
        value

      {:ok, :unset} ->
        nil

      {:ok, value} ->
        value
    end
  end

  defp load(flag, scope, scope_id) do
    Repo.one(
      from s in FlagState,
        where: s.flag == ^Atom.to_string(flag) and s.scope == ^scope and s.scope_id == ^scope_id,
        select: s.value
    )
  end
end
