defmodule Mini.Features.Definer do
  @moduledoc "The macro that collects flag definitions while `Mini.Features.Definitions` compiles."

  defmacro __using__(_opts) do
    quote do
      import Mini.Features.Definer, only: [deffeature: 3]
      Module.register_attribute(__MODULE__, :features, accumulate: true)
      @before_compile Mini.Features.Definer
    end
  end

  @doc "Defines a flag, the scopes it may be set in, and what it is for."
  defmacro deffeature(name, scopes, description) do
    quote do
      @features {unquote(name), unquote(scopes), unquote(description)}
    end
  end

  defmacro __before_compile__(_env) do
    quote do
      @doc "Every defined flag with its scopes and its purpose."
      def all, do: Enum.reverse(@features)

      @doc "The definition of a flag; raises for a name that was never defined."
      def fetch!(name) do
        List.keyfind(@features, name, 0) || raise ArgumentError, "unknown feature #{inspect(name)}"
      end
    end
  end
end
