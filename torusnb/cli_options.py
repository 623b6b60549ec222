"""Options that several commands share, and what may go with what."""

from __future__ import annotations

from collections.abc import Callable

import click

from torusnb.errors import ParameterError
from torusnb.session.parameters import find_unused

TORUS = click.option(
    "--torus",
    "torus_root",
    default=".",
    metavar="FOLDER",
    show_default="the current folder",
    envvar="TORUSNB_TORUS",
    show_envvar=True,
    help="The checkout to design for: a folder with a mix.exs.",
)
OUT = click.option(
    "--out",
    "out_dir",
    default="torusnb-out",
    metavar="FOLDER",
    show_default=True,
    envvar="TORUSNB_OUT",
    show_envvar=True,
    help="Where each pack gets its folder.",
)

TEAM = (
    click.option(
        "--drafter",
        default="offline",
        show_default=True,
        metavar="[offline|claude]",
        help="Who drafts: offline, from the evidence alone; or claude, which asks a model and needs --online.",
    ),
    click.option(
        "--providers",
        default="deps,catalogue",
        show_default=True,
        metavar="NAMES",
        help="Who is asked for sources, in order, apart by commas. deps and catalogue read what is on disk; hexdocs, "
        "ddgs and claude ask outside and need --online; replay takes what they answered in this trail.",
    ),
    click.option(
        "--online",
        "offline",
        flag_value=False,
        default=True,
        type=bool,
        help="Let research fetch pages and ask outside, and claude draft.  [default: no connection is opened]",
    ),
    click.option(
        "--keep-inside",
        default="",
        metavar="TERMS",
        help="What no query may hold, apart by commas.  [default: only the names that torusnb finds itself]",
    ),
    click.option(
        "--contact",
        default="",
        metavar="ADDRESS",
        help="Where hosts can complain when pages are fetched.  [default: none is told]",
    ),
    click.option(
        "--model",
        default="claude-opus-5-5",
        show_default=True,
        metavar="ID",
        help="Which model claude asks: one of the price list, or with --endpoint any that the server has.",
    ),
    click.option(
        "--budget",
        default=10.0,
        show_default=True,
        metavar="DOLLARS",
        help="US dollars that a model may cost for a pack, all runs together; it stops before it would cost more.",
    ),
    click.option(
        "--endpoint",
        default="",
        metavar="URL",
        help="Another server that speaks the Messages API (Ollama, vLLM, llama.cpp).  [default: Anthropic's]",
    ),
    click.option(
        "--prices",
        default="",
        metavar="FILE",
        help="A price file of your own, laid over the list that travels with torusnb.  [default: none]",
    ),
    click.option(
        "--batches",
        is_flag=True,
        help="Draft with message batches: slower, at half the price.  [default: one request after the other]",
    ),
    click.option(
        "--again",
        is_flag=True,
        help="Ask the model afresh for sections whose text could not be taken.  [default: they stand and are told]",
    ),
    click.option(
        "--prompts",
        default="",
        metavar="FOLDER",
        help="A folder with a team's own prompt files.  [default: those that travel with torusnb]",
    ),
    *(
        click.option(
            f"--{name}",
            default="",
            metavar="FILE",
            help=f"A team's own {what}, or `shipped` for the one that travels with torusnb.  "
            "[default: the pack's last one, else the shipped one]",
        )
        for name, what in (
            ("template", "template file"),
            ("playbook", "playbook file"),
            ("catalogue", "catalogue of primary sources"),
        )
    ),
    click.option(
        "--today",
        default="",
        metavar="YYYY-MM-DD",
        help="The access date of what is captured now.  [default: today's in UTC]",
    ),
)


def team(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say with what a pack is worked on."""
    for option in reversed(TEAM):
        command = option(command)
    return command


def check_use(drafter: str, providers: str) -> None:
    """Refuse options of the running command that were typed and that nothing would use.

    Raises:
        ParameterError: One of them is only for a model, and none is asked.
    """
    context = click.get_current_context()
    typed = {
        name for name in context.params if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    unused = find_unused(drafter, providers, typed)
    if unused:
        named = " and ".join(f"`{name}`" for name in unused)
        raise ParameterError(
            f"nothing would use {named} here, since no model drafts; give --drafter claude too, or leave "
            f"{'it' if len(unused) == 1 else 'them'} out",
            key=unused[0],
        )
