"""The offline drafter: every section from evidence alone, without a model and without a network."""
