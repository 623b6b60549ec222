"""What a model may look up while it drafts: read-only questions whose answers are evidence with keys."""
