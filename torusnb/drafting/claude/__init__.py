"""Drafting with Claude: prompts, evidence blocks, the approach, sections, checks, revision."""
