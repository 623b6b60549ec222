"""Spec packs: where they lie, what they ask for, the design document's template and its reader."""
