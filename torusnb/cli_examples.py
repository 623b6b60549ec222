"""What a person would type: the examples that end each command's help."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "": (
        "packs --torus ~/code/oli-torus",
        "run --torus ~/code/oli-torus some_feature",
        "review --torus ~/code/oli-torus some_feature",
    ),
    "code": (
        "code callers Shop.Baskets.redeem/2 --torus ~/code/oli-torus",
        "code writers baskets --json",
        "code reach Basket --hops 2",
        "code flags",
    ),
    "conflicts": (
        "conflicts --torus ~/code/oli-torus",
        "conflicts --torus ~/code/oli-torus some_feature --all",
    ),
    "export": (
        "export --torus ~/code/oli-torus some_feature",
        "export --torus ~/code/oli-torus some_feature --anew",
        "export 03_design_drafting.ipynb --to docs/features/some_feature/fdd.md",
    ),
    "lab": (
        "lab --torus ~/code/oli-torus",
        "lab notes --torus ~/code/oli-torus --pack some_feature",
    ),
    "packs": ("packs --torus ~/code/oli-torus",),
    "review": (
        "review --torus ~/code/oli-torus some_feature",
        "review docs/features/some_feature/fdd.md --format github --fail-on warning",
        "review fdd.md --pack docs/features/some_feature --torus .",
    ),
    "run": (
        "run --torus ~/code/oli-torus some_feature",
        "run --torus ~/code/oli-torus one_feature ~/drafts/another_feature",
        "run some_feature --online --providers deps,catalogue,hexdocs",
        "run some_feature --online --drafter claude --budget 5",
    ),
    "status": (
        "status --torus ~/code/oli-torus",
        "status --torus ~/code/oli-torus some_feature",
        "status --torus ~/code/oli-torus some_feature --accept Shop.Baskets.redeem_voucher/2",
    ),
    "trail": (
        "trail show some_feature",
        "trail share some_feature --to for-ana.zip",
        "trail replay for-ana.zip --to again",
    ),
    "trail matrix": (
        "trail matrix some_feature",
        "trail matrix some_feature --json",
    ),
    "trail recheck": (
        "trail recheck some_feature --torus ~/code/oli-torus",
        "trail recheck some_feature --all --offline",
    ),
    "trail references": (
        "trail references some_feature",
        "trail references some_feature --format bibtex --to design.bib",
    ),
    "trail replay": (
        "trail replay some_feature-trail.zip",
        "trail replay some_feature-trail.zip --to again",
    ),
    "trail share": (
        "trail share some_feature",
        "trail share some_feature --to for-ana.zip",
    ),
    "trail show": (
        "trail show some_feature",
        "trail show some_feature --step export",
    ),
}
"""A command by its words, empty for torusnb itself, to lines that follow `torusnb`."""


def examples(command: str) -> str:
    """The end of a command's help, with every example on a line of its own."""
    told = EXAMPLES[command]
    return "\n".join(("\b", f"Example{'s' if len(told) > 1 else ''}:", *(f"  torusnb {line}" for line in told)))
