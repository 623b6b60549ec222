"""Spec packs: where they lie, what prd.md and requirements.yml ask for, the design document's template and its reader."""
