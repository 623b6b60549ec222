"""The command line: thin, one function for each command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from torusnb import __version__
from torusnb.cli_errors import Group, exit_code, warn
from torusnb.cli_examples import examples
from torusnb.cli_options import OUT, TORUS, check_use, team
from torusnb.cli_trail import trail
from torusnb.cli_words import render_error
from torusnb.errors import TorusnbError


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=examples(""),
)
@click.version_option(__version__, prog_name="torusnb")
def main() -> None:
    """From a feature's prd.md to a traceable fdd.md: capture, research, draft, review, export.

    PACK is a feature's folder, one of its documents (prd.md, fdd.md), or just its name; `torusnb packs` lists those of
    the checkout. A pack may lie elsewhere: give its path, and once it has a trail its name will do.

    \b
    Exit codes:
      0    done
      1    done as far as it goes, and something wants a look: errors of a review, a change, a broken file, a
           difference, a damaged trail; or a notebook or a model stopped
      2    something that was given cannot be used or is missing (a key), or nothing can be written where it should go
      130  interrupted by Ctrl-C; what was recorded is kept
    """  # noqa: D301  # the sign by which click leaves lines as they are


@main.command(epilog=examples("packs"))
@TORUS
def packs(torus_root: str) -> None:
    """List the spec packs of a checkout: the name and the folder of each prd.md in it."""
    from torusnb.context.map.checkout import require_elixir_project
    from torusnb.spec.discovery import find_packs

    root = Path(torus_root).resolve()
    require_elixir_project(root)
    for pack in find_packs(root):
        click.echo(f"{pack.slug:32} {pack.directory}")


@main.command(epilog=examples("run"))
@click.argument("packs", nargs=-1, required=True, metavar="PACK...")
@TORUS
@OUT
@team
def run(packs: tuple[str, ...], **given: Any) -> None:
    """Run the four notebooks over one or many packs; no question is asked. Exit code 1 when a review has errors.

    Each PACK is a name in the checkout, or the path of a pack's folder or of a document in it, wherever it lies.

    Without --online nothing is sent anywhere. The key for --drafter claude is read from ANTHROPIC_API_KEY, that of an
    --endpoint from TORUSNB_ENDPOINT_KEY.
    """
    from torusnb.batch_kernels import open_kernels
    from torusnb.reporting import check_packs, report_run

    check_use(given["drafter"], given["providers"])
    if faults := check_packs(packs, given):
        for error in faults:
            warn(render_error(error))
        sys.exit(max(exit_code(error) for error in faults))
    worst, good = 0, 0
    with open_kernels() as kernels:
        for pack in packs:
            try:
                fine = report_run({**given, "pack": pack, "interactive": False}, click.echo, kernels)
            except TorusnbError as error:  # one pack whose run fails must not keep the others from theirs
                warn(render_error(error))
                worst = max(worst, exit_code(error))
            else:
                good += fine
                worst = max(worst, 0 if fine else 1)
    if len(packs) > 1:
        click.echo(f"{good} of {len(packs)} packs without an error in the review")
    sys.exit(worst)


@main.command(epilog=examples("lab"))
@click.argument("folder", default="torusnb-notebooks", type=click.Path(path_type=Path))
@click.option("--pack", default="", metavar="PACK", help="The pack the notebooks open with.  [default: they ask]")
@click.option("--no-browser", is_flag=True, help="Only start the server.  [default: a browser is opened]")
@TORUS
@OUT
def lab(folder: Path, pack: str, no_browser: bool, torus_root: str, out_dir: str) -> None:
    """Open JupyterLab on the notebooks, copied to FOLDER (torusnb-notebooks unless given; what is there stays)."""
    from torusnb.lab import open_lab

    open_lab(folder, torus_root=torus_root, pack=pack, out_dir=out_dir, browser=not no_browser)


@main.command(epilog=examples("export"))
@click.argument("target", metavar="PACK|NOTEBOOK")
@click.option(
    "--to", type=click.Path(path_type=Path), help="For a notebook: the file to write.  [default: fdd.md beside it]"
)
@click.option(
    "--anew",
    is_flag=True,
    help="Where a pack's fdd.md is gone: without what a person wrote in it.  [default: the trail brings it back]",
)
@TORUS
@OUT
@team
def export(target: str, to: Path | None, anew: bool, **given: Any) -> None:
    """Write fdd.md: for a PACK, from its trail and whatever is not recorded there yet; or from a NOTEBOOK's cells.

    A PACK's fdd.md and research.md go to its folder under --out; what a person wrote in them stays, and comes back from
    the trail where fdd.md is gone or empty. A NOTEBOOK is one with cells tagged `fdd`, such as notebook 3: nothing else
    is read, and the options but --to are for packs.
    """
    from torusnb.reporting import report_export, report_notebook_export

    if target.endswith(".ipynb"):
        if anew:
            raise click.UsageError("--anew goes with a pack; a notebook's export holds nothing but its cells")
        report_notebook_export(Path(target), to, click.echo)
    elif to is not None:
        raise click.UsageError("--to goes with a notebook; a pack's fdd.md goes to its folder under --out")
    else:
        check_use(given["drafter"], given["providers"])
        if not report_export({**given, "pack": target, "interactive": False}, click.echo, anew=anew):
            sys.exit(1)


@main.command(epilog=examples("review"))
@click.argument("target", type=click.Path(path_type=Path), metavar="PACK|FILE")
@click.option(
    "--torus",
    "torus_root",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The checkout.  [default: the one above the file, else $TORUSNB_TORUS; for a name, or a file with a trail "
    "beside it, the current folder]",
)
@OUT
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "sarif", "github"]),
    help="How the findings are printed; github makes annotations of a workflow run.  [default: table]",
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.  [default: --format decides]")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What the rules weigh.  [default: torusnb.toml beside the file, in its pack, or in the checkout]",
)
@click.option(
    "--profile",
    "profiles",
    type=click.Choice(["older", "newer"]),
    multiple=True,
    help="Also hold it to a validator that Torus teams use: older wants twelve headings, every id and no dead link, "
    "newer any heading; both refuse words for unfinished work. May be given twice.  [default: neither]",
)
@click.option(
    "--pack",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The folder of its prd.md.  [default: the pack in its trail, else its own folder]",
)
@click.option(
    "--matrix",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write ids against sections, as a picture (.svg) or a table (.md).  [default: nothing is written]",
)
def review(out_dir: str, form: str | None, as_json: bool, **given: Any) -> None:
    """Review a PACK's fdd.md, or any FILE; exit code 1 when it has errors, 2 when it cannot be read.

    Of a PACK its own fdd.md is reviewed; where it has none, the one that torusnb exported below --out.

    Ids are checked against the pack, names of code against the checkout; what is not at hand is told as a note.
    """
    from torusnb.reporting_review import Wanted, report_review

    if as_json and form not in (None, "json"):
        raise click.UsageError("--json is short for --format json; give one of the two")
    chosen = "json" if as_json else form or "table"
    if not report_review(Wanted(out_dir=Path(out_dir), form=chosen, **given), click.echo, warn):
        sys.exit(1)


@main.command(epilog=examples("status"))
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@TORUS
@OUT
@click.option(
    "--accept",
    metavar="KEY|all",
    default="",
    help="Put down that you looked at a change (its key or symbol), or at all of them.  [default: only tell]",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.  [default: lines to read]")
def status(packs: tuple[str, ...], torus_root: str, out_dir: str, accept: str, as_json: bool) -> None:
    """Tell whether what each pack's design rests on has changed since, and which gates it has met.

    Exit code 1 when something has changed or cannot be read; an open gate leaves it 0.

    Symbol by symbol: code and guides that fdd.md cites, requirements, the versions of packages; and sections of your
    own whose draft has become another since. What only moved is no change. Without PACK: every trail in the output
    folder, and how far every pack of the checkout came.
    """
    from torusnb.reporting_status import report_status

    if not report_status(packs, Path(torus_root), Path(out_dir), accept, as_json=as_json, say=click.echo, warn=warn):
        sys.exit(1)


@main.command(epilog=examples("conflicts"))
@click.argument("pack", default="")
@TORUS
@OUT
@click.option("--all", "with_archived", is_flag=True, help="Count archived packs too.  [default: they are left out]")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.  [default: lines to read]")
def conflicts(pack: str, torus_root: str, out_dir: str, with_archived: bool, as_json: bool) -> None:
    """Tell which other packs' designs touch the same modules, tables, routes, events, topics or flags.

    A pack's design is the one torusnb exported, else its fdd.md, else what its prd.md names. Without PACK: every pair.
    """
    from torusnb.reporting_status import report_conflicts

    report_conflicts(
        pack, Path(torus_root), Path(out_dir), with_archived=with_archived, as_json=as_json, say=click.echo
    )


main.add_command(trail)


@main.command(epilog=examples("code"))
@click.argument(
    "question",
    type=click.Choice(
        [
            *("callers", "callees", "users", "live-views", "writers", "readers", "table", "subscribers", "events"),
            *("flags", "routes", "reach", "find"),
        ]
    ),
)
@click.argument("name", default="")
@TORUS
@click.option("--hops", type=click.IntRange(1, 9), help="How far live-views and reach follow a way.  [default: 3]")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the rows as JSON.  [default: a table, cut only on a screen]"
)
def code(question: str, name: str, torus_root: str, hops: int | None, as_json: bool) -> None:
    """Ask a checkout a question about its code.

    NAME is what it asks about; subscribers, events and flags list all without one. Names are taken loosely: the end of
    a module's name is enough where only one module ends so.

    \b
    callers, callees   of a function Mod.fun/1: who calls it, what it calls
    users, live-views  of a module: who uses it; which LiveViews, controllers and workers do
    writers, readers   of a table: the lines that write or query it
    table              its columns, indexes and constraints
    subscribers        of a PubSub topic, and who broadcasts it
    events, flags      telemetry events that begin so; a feature flag's checks
    routes             to a LiveView, controller or hook
    reach              what a change to a module, table or function would reach
    find               where anything of that name is defined
    """  # noqa: D301  # the sign by which click leaves lines as they are
    from torusnb.reporting_code import report_code

    report_code(question, name, Path(torus_root), hops, as_json, click.echo, whole=not sys.stdout.isatty())
