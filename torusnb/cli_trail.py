"""The commands of `torusnb trail`: the record of a feature's work."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from torusnb.cli_examples import examples
from torusnb.cli_options import OUT, TORUS


@click.group(epilog=examples("trail"))
def trail() -> None:
    """The record of a feature's work: show it, share it, replay it.

    PACK is the name of a folder under --out, that folder, or the pack's own folder.
    """


@trail.command(epilog=examples("trail show"))
@click.argument("pack")
@OUT
@click.option("--step", default="", metavar="STEP", help="Only the records of one step, such as query.  [default: all]")
def show(pack: str, out_dir: str, step: str) -> None:
    """Tell what was done for PACK, when and by whom, once the whole chain has been checked."""
    from torusnb.reporting import report_trail

    report_trail(_folder(pack, out_dir), step, click.echo)


@trail.command(epilog=examples("trail share"))
@click.argument("pack")
@OUT
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="FILE", help="The zip to write.  [default: PACK-trail.zip]"
)
@click.option(
    "--even-with-secrets", is_flag=True, help="Share also what looks like a key, token or password.  [default: refuse]"
)
def share(pack: str, out_dir: str, to: Path | None, even_with_secrets: bool) -> None:
    """Write PACK's work as one zip (an RO-Crate) that a colleague can open, check and replay offline.

    Exit code 1, and nothing is written, when something in it looks like a key, a token or a password.
    """
    from torusnb.batch import NOTEBOOKS
    from torusnb.trail.bundle import save_bundle

    folder = _folder(pack, out_dir)
    target = to or Path(f"{folder.name}-trail.zip")
    names = save_bundle(folder, target, NOTEBOOKS, allow_secrets=even_with_secrets)
    click.echo(f"{target}: {len(names)} files: {', '.join(names)}")


@trail.command(epilog=examples("trail replay"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write fdd.md and research.md.  [default: only compare]",
)
def replay(file: Path, to: Path | None) -> None:
    """Make the design document again from FILE, a shared zip or a trail.sqlite3, and say what differs.

    It needs no checkout, no network and no key. Exit code 1 when something differs, or FILE is damaged.
    """
    from torusnb.reporting import report_replay

    if not report_replay(file, to, click.echo):
        sys.exit(1)


@trail.command(epilog=examples("trail references"))
@click.argument("pack")
@OUT
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "bibtex", "csl"]),
    default="text",
    show_default=True,
    help="Lines to read, BibTeX (biblatex), or CSL-JSON.",
)
@click.option(
    "--all",
    "all_found",
    is_flag=True,
    help="Also what the research kept and the design does not cite.  [default: only cited]",
)
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="FILE", help="The file to write.  [default: standard output]"
)
def references(pack: str, out_dir: str, form: str, all_found: bool, to: Path | None) -> None:
    """Tell what PACK's exported design cites, for a reader or for a reference manager."""
    from torusnb.reporting_research import report_references

    report_references(_folder(pack, out_dir), form, to, click.echo, all_found=all_found)


@trail.command(epilog=examples("trail matrix"))
@click.argument("pack")
@OUT
@click.option("--json", "as_json", is_flag=True, help="Print the chains as JSON.  [default: tables to read]")
def matrix(pack: str, out_dir: str, as_json: bool) -> None:
    """Follow each requirement of PACK to its question, source, quote and sentence, and tell where that has gaps."""
    from torusnb.reporting_research import report_matrix

    report_matrix(_folder(pack, out_dir), as_json, click.echo)


@trail.command(epilog=examples("trail recheck"))
@click.argument("pack")
@TORUS
@OUT
@click.option(
    "--all", "all_captured", is_flag=True, help="Also captured sources that the design does not cite.  [default: cited]"
)
@click.option("--offline", is_flag=True, help="Read only documentation on disk again.  [default: the network is asked]")
@click.option("--contact", default="", metavar="ADDRESS", help="Where hosts can complain.  [default: none is told]")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.  [default: lines to read]")
def recheck(
    pack: str, torus_root: str, out_dir: str, all_captured: bool, offline: bool, contact: str, as_json: bool
) -> None:
    """Fetch what PACK's design quotes once more, and tell quote by quote what changed. THIS ASKS THE NETWORK.

    Documentation of dependencies that was read from the checkout is read there again, at the version it has now.
    Exit code 1 when a quote no longer stands.
    """
    from torusnb.context.map.checkout import require_elixir_project
    from torusnb.reporting_research import report_recheck

    folder, root = _folder(pack, out_dir), Path(torus_root)
    source = click.get_current_context().get_parameter_source("torus_root")
    if source is not click.core.ParameterSource.DEFAULT:  # who names a checkout wants its documentation read
        require_elixir_project(root.resolve())
    if not report_recheck(
        folder, root, contact, click.echo, offline=offline, all_captured=all_captured, as_json=as_json
    ):
        sys.exit(1)


def _folder(pack: str, out_dir: str) -> Path:
    from torusnb.session.packs import require_output

    return require_output(pack, Path(out_dir))
