"""Research notebooks for the architect of an Elixir/Phoenix codebase: capture, research, draft, review, export."""

__version__ = "0.1.0"
