"""Options that several commands share."""

from __future__ import annotations

import click

TORUS = click.option(
    "--torus",
    "torus_root",
    default=".",
    show_default="the current folder",
    envvar="TORUSNB_TORUS",
    help="The checkout to design for: a folder with a mix.exs.",
)
OUT = click.option(
    "--out",
    "out_dir",
    default="torusnb-out",
    show_default=True,
    envvar="TORUSNB_OUT",
    help="Where each pack gets its folder.",
)
