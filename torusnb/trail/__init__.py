"""The append-only record of one feature's work: what was found, drafted and decided, by whom and when."""
