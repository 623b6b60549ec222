"""Frozen value objects, one file for each family; they know nothing of files, networks or notebooks."""
