"""What the command line says of each step; returns whether all is well."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from torusnb.batch import NOTEBOOKS, run_notebooks
from torusnb.cli_words import in_options
from torusnb.context.map.checkout import require_elixir_project
from torusnb.errors import InputError, TorusnbError
from torusnb.export.notebook import load_notebook, render_notebook
from torusnb.export.writing import load_text, save_text
from torusnb.models.base import Problem
from torusnb.models.review import Review
from torusnb.session import Session, check_parameters, places
from torusnb.session.packs import find_pack
from torusnb.session.unreached import find_unreached
from torusnb.spec.words import count_words
from torusnb.trail.bundle import TRAIL_NAME, open_bundle
from torusnb.trail.replay import replay_trail
from torusnb.trail.store import Trail

Say = Callable[[str], None]

_MOST_TOLD = 8


def check_packs(packs: Sequence[str], given: Mapping[str, object]) -> tuple[TorusnbError, ...]:
    """What keeps the packs from being run, each fault once; looked for in all of them before anything is written.

    Args:
        packs: The packs as a person named them.
        given: The other parameters.
    """
    faults: dict[str, TorusnbError] = {}
    folders: dict[Path, str] = {}
    for pack in packs:
        try:
            folder = Session.check(places.complete(check_parameters({**given, "pack": pack, "interactive": False})))
            if folder in folders:
                raise InputError(
                    f"{folders[folder]!r} and {pack!r} both go to this folder; give a pack once, and packs of one name "
                    "in runs of their own with different `out_dir`",
                    path=folder,
                )
            folders[folder] = pack
        except TorusnbError as error:
            faults.setdefault(str(error), error)
    return tuple(faults.values())


def report_run(given: Mapping[str, object], say: Say, kernels: Mapping[str, Any] | None = None) -> bool:
    """Run the notebooks over a pack and tell where everything lies; whether the review has no error.

    A file of the pack that cannot be read as it stands counts as an error too.

    Args:
        given: The parameters.
        say: Told each notebook's time, and what came of the pack.
        kernels: What `open_kernels` gave, where several packs share it.
    """
    parameters = places.complete(check_parameters(given))
    root = require_elixir_project(Path(parameters.torus_root).expanduser())
    say(find_pack(root, parameters.pack, Path(parameters.out_dir).expanduser()).resolve().name)
    run_notebooks(parameters, lambda name, seconds: say(f"  {name:30} {seconds:5.1f} s"), kernels)
    with Session(dataclasses.replace(parameters, interactive=False)) as session:
        export = session.compose()
        review, outputs = session.review(export), session.outputs
        problems = [problem for problem in session.pack.problems if problem.severity != "note"]
        unreached = find_unreached(session)
    say(f"  design      {outputs.fdd}")
    say(f"  research    {export.report_path}")
    say(f"  notebooks   {outputs.notebooks}")
    say(f"  trail       {outputs.trail}")
    for note in export.notes:
        say(f"  note        {note}")
    _tell_problems(problems, "  pack        ", say)
    for line in unreached:
        say(f"  not reached {in_options(line)}")
    say(f"  review      {_count(review)}")
    for finding in [finding for finding in review.findings if finding.severity == "error"][:_MOST_TOLD]:
        say(f"    {finding.place} {finding.rule}: {finding.text} {finding.remedy}")
    return review.count("error") == 0 and not any(problem.broken for problem in problems)


def _tell_problems(problems: Sequence[Problem], before: str, say: Say) -> None:
    for problem in problems[:_MOST_TOLD]:
        say(f"{before}{problem.place}: {problem.text} {problem.remedy}")
    if len(problems) > _MOST_TOLD:
        say(f"{before}… and {len(problems) - _MOST_TOLD} more; notebook 1 tells all")


def report_export(given: Mapping[str, object], say: Say, *, anew: bool = False) -> bool:
    """Export a pack from its trail, working out what is not recorded yet; whether its files are as they should be.

    Args:
        given: The parameters.
        say: Told where the documents are, and what a person should know of them.
        anew: Without what the trail has of a person's words in an fdd.md that is gone.
    """
    with Session.open(**given) as session:
        notebook = session.outputs.notebooks / NOTEBOOKS[2]
        export = session.export(notebook if notebook.is_file() else None, anew=anew)
        problems = [problem for problem in session.pack.problems if problem.severity != "note"]
        unreached = find_unreached(session)
    say(f"{export.fdd_path}: {count_words(export.text):,} words")
    say(f"{export.report_path}")
    for note in export.notes:
        say(f"  {note}")
    _tell_problems(problems, "  pack: ", say)
    for line in unreached:
        say(f"  not reached: {in_options(line)}")
    return not any(problem.broken for problem in problems)


def report_notebook_export(notebook: Path, target: Path | None, say: Say) -> None:
    """Export a notebook's final cells, from nothing but the notebook; an existing file is never replaced."""
    text = render_notebook(load_notebook(notebook))
    path = target or notebook.with_name("fdd.md")
    existing = load_text(path)
    if existing is not None and existing != text:
        raise InputError("a different file is there already; name another one with --to, or remove it", path=path)
    save_text(path, text)
    say(f"{path}: {count_words(text):,} words")


def report_trail(folder: Path, step: str, say: Say) -> None:
    """Tell the records of a trail, once its chain has been checked."""
    with Trail.open(folder / TRAIL_NAME, create=False) as trail:
        count = trail.verify()
        steps = sorted({event.step for event in trail.events()})
        if step and step not in steps:
            raise InputError(f"there is no record of the step {step!r}; there are {', '.join(steps)}", path=trail.path)
        for event in trail.events(step):
            say(f"{event.seq:5} {event.at} {event.actor:8} {event.step:10} {event.summary}")
    say(f"{count} {'record' if count == 1 else 'records'}, the chain is whole")


def report_replay(file: Path, folder: Path | None, say: Say) -> bool:
    """Replay a shared trail; whether every byte is the same."""
    if not file.is_file():
        raise InputError("there is no such file; give a shared zip, or a trail.sqlite3", path=file)
    with open_bundle(file) as (trail, files):
        replay = replay_trail(trail)
    differences = list(replay.differences)
    if _member(files, "fdd.md") not in (None, replay.text):
        differences.append("the fdd.md in the bundle is not the one this trail exports: it was changed afterwards")
    for note in (*replay.notes, *differences):
        say(note)
    if folder is not None:
        _save_replay(folder, {"fdd.md": replay.text, "research.md": replay.report})
        say(f"written to {folder}")
    if not differences:
        say(f"replayed: fdd.md and research.md are byte for byte the same ({len(replay.text.encode())} bytes)")
    return not differences


def _member(files: Mapping[str, bytes], name: str) -> str | None:
    return files[name].decode("utf-8", "replace") if name in files else None


def _save_replay(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the documents; a different file that is there already stays, and nothing is written."""
    for name, text in texts.items():
        if load_text(folder / name) not in (None, text):
            raise InputError("a different file is there already; choose another folder", path=folder / name)
    for name, text in texts.items():
        save_text(folder / name, text)


def _count(review: Review) -> str:
    counts = [(review.count(name), name) for name in ("error", "warning", "note")]
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)
