"""Drafting: the evidence a design rests on, the playbook, and who drafts the sections."""
