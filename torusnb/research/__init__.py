"""Research: questions, providers, passages, citations that are bound to captured bytes, and the report."""
