"""Elixir text to outlines, `mix.lock` to packages, and the documents of locked dependencies."""
