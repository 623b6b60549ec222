"""The review of a design document: deterministic, without a model and without network."""
