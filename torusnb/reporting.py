"""What the command line says of each step; returns whether all is well."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

from torusnb.batch import NOTEBOOKS, run_notebooks
from torusnb.context.checkout import require_elixir_project
from torusnb.context.codemap import load_code_map
from torusnb.errors import InputError, PackError
from torusnb.export.notebook import load_notebook, render_notebook
from torusnb.export.writing import load_text, save_text
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Review
from torusnb.models.record import Exported
from torusnb.review.profiles import check_profile
from torusnb.review.review import render_review, render_review_json, review_text
from torusnb.session import Session, check_parameters, places
from torusnb.spec.reader import load_pack
from torusnb.spec.template import load_template
from torusnb.trail.bundle import TRAIL_NAME, open_bundle
from torusnb.trail.replay import replay_trail
from torusnb.trail.store import Trail

Say = Callable[[str], None]


def report_run(given: Mapping[str, object], say: Say) -> bool:
    """Run the notebooks over a pack and tell where everything lies; whether the review has no error."""
    parameters = places.complete(check_parameters(given))
    say(f"{parameters.pack}: {len(NOTEBOOKS)} notebooks")
    folder = run_notebooks(parameters, lambda name, seconds: say(f"  {name:30} {seconds:5.1f} s"))
    with Session(dataclasses.replace(parameters, interactive=False)) as session:
        review = session.review()
        outputs = session.outputs
    say(f"  design      {outputs.fdd}")
    say(f"  research    {outputs.report}")
    say(f"  notebooks   {outputs.notebooks}")
    say(f"  trail       {outputs.trail}")
    say(_summary(review))
    return bool(folder) and review.count("error") == 0


def report_export(given: Mapping[str, object], say: Say) -> None:
    """Export a pack from its trail, working out what is not recorded yet."""
    with Session.open(**given) as session:
        notebook = session.outputs.notebooks / NOTEBOOKS[2]
        export = session.export(notebook if notebook.is_file() else None)
    say(f"{export.fdd_path}: {len(export.text.split())} words")
    say(f"{export.report_path}")
    for note in export.notes:
        say(f"  {note}")


def report_notebook_export(notebook: Path, target: Path | None, say: Say) -> None:
    """Export a notebook's final cells, from nothing but the notebook; an existing file is never replaced."""
    text = render_notebook(load_notebook(notebook))
    path = target or notebook.with_name("fdd.md")
    existing = load_text(path)
    if existing is not None and existing != text:
        raise InputError("a different file is there already; name another one with --to, or remove it", path=path)
    save_text(path, text)
    say(f"{path}: {len(text.split())} words")


def report_review(target: Path, torus_root: Path | None, as_json: bool, profiles: tuple[str, ...], say: Say) -> bool:
    """Review a file, or the fdd.md of a pack's folder; whether it has no error."""
    path = target / "fdd.md" if target.is_dir() else target
    text = load_text(path)
    if text is None:
        raise InputError("there is no such file; give an fdd.md, or the folder it lies in", path=path)
    root = torus_root or _checkout_above(path)
    try:
        pack = load_pack(path.resolve().parent, root.resolve() if root else None)
    except PackError:
        pack = None  # an fdd.md on its own is reviewed all the same; the review says what it could not check
    code = _code_map(root) if root else None

    def link_exists(link: str) -> bool:
        return (path.parent / link).exists()

    review = review_text(text, path=str(path), template=load_template(), pack=pack, code=code, link_exists=link_exists)
    for profile in profiles:
        review = check_profile(review, text, profile, pack=pack, link_exists=link_exists)
    say(render_review_json(review) if as_json else render_review(review))
    return review.count("error") == 0


def report_trail(folder: Path, step: str, say: Say) -> None:
    """Tell the records of a trail, once its chain has been checked."""
    with Trail.open(folder / TRAIL_NAME, create=False) as trail:
        count = trail.verify()
        for event in trail.events(step):
            say(f"{event.seq:5} {event.at} {event.actor:8} {event.step:10} {event.summary}")
    say(f"{count} records, the chain is whole")


def report_replay(file: Path, folder: Path | None, say: Say) -> bool:
    """Replay a shared trail; whether every byte is the same."""
    with open_bundle(file) as (trail, files):
        replay = replay_trail(trail)
        last = trail.latest("export")
        shared = trail.parse(last, Exported) if last else None
    differences = list(replay.differences)
    for name, text in (("fdd.md", replay.text), ("research.md", replay.report)):
        if name in files and files[name].decode("utf-8", "replace") != text:
            differences.append(f"the {name} in the bundle is not the one this trail exports")
    for note in (*replay.notes, *differences):
        say(note)
    if folder is not None:
        save_text(folder / "fdd.md", replay.text)
        save_text(folder / "research.md", replay.report)
        say(f"written to {folder}")
    if not differences and shared is not None:
        say(f"replayed: fdd.md and research.md are byte for byte the same ({len(replay.text.encode())} bytes)")
    return not differences


def _summary(review: Review) -> str:
    errors, warnings, notes = (review.count(name) for name in ("error", "warning", "note"))
    return f"  review      {errors} errors, {warnings} warnings, {notes} notes"


def _checkout_above(path: Path) -> Path | None:
    return next((folder for folder in path.resolve().parents if (folder / "mix.exs").is_file()), None)


def _code_map(root: Path) -> CodeMap:
    require_elixir_project(root)
    return load_code_map(root.resolve(), cache=places.outline_cache())
