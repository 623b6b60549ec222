"""`python -m torusnb`."""

from torusnb.cli import main

main(prog_name="torusnb")
