"""Whether what a design rests on has changed, and which packs meet: over the miniature Torus."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.session.opening import PACKS, Opener
from torusnb.cli import main
from torusnb.models.changes import PackStatus
from torusnb.models.record import Decision
from torusnb.session import tables

Run = Callable[..., Result]


@pytest.fixture
def run(sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs torusnb over the sample."""
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    (tmp_path / "out").mkdir()
    given = ("--torus", str(sample_torus), "--out", str(tmp_path / "out"))
    return lambda command, *arguments: CliRunner().invoke(main, [command, *arguments, *given])


def _cited_code(status: PackStatus) -> str:
    """The path of an Elixir file that the design cites at the head of a function."""
    keys = (c.key for c in status.changes if c.key.startswith("code:lib/") and re.match(r"def \w+\(", c.new))
    return next(keys).removeprefix("code:").rpartition(":")[0]


def _edit_functions(path: Path) -> None:
    path.write_text(re.sub(r"(?m)^(  def .+ do)$", r"\1\n    :edited", path.read_text()))


def test_nothing_has_changed_right_after_an_export(opener: Opener) -> None:
    with opener() as session:
        session.export()
        status = session.status()
    assert status.state == "exported"
    assert {change.state for change in status.changes} == {"unchanged"}
    assert all(change.sections for change in status.changes if change.key.startswith("code:"))


def test_before_an_export_the_waypoints_are_watched(opener: Opener, sample_torus: Path) -> None:
    with opener() as session:
        context = session.capture()
        assert {change.state for change in session.status().changes} == {"unchanged"}
        (sample_torus / context.waypoints[0].path).unlink()
        status = session.status()
    assert status.state == "captured"
    assert context.waypoints[0].key in {change.key for change in status.open}


def test_a_change_is_told_with_its_sections_until_a_person_accepts_it(
    opener: Opener, sample_torus: Path, run: Run
) -> None:
    with opener() as session:
        session.export()
        path = sample_torus / _cited_code(session.status())
    assert run("status").exit_code == 0
    _edit_functions(path)
    told = run("status")
    assert told.exit_code == 1
    assert "changed" in told.output
    assert "rests on it: section" in told.output
    assert "+   :edited" in told.output
    accepted = run("status", "--accept", "all", "late_work_policies")
    assert accepted.exit_code == 0
    assert run("status").exit_code == 0
    _edit_functions(path)
    assert run("status").exit_code == 1


def test_a_trail_of_another_checkout_is_told_as_one_and_nothing_is_gone(
    opener: Opener, tmp_path: Path, run: Run
) -> None:
    with opener() as session:
        session.export()
    other = tmp_path / "other"
    (other / "lib").mkdir(parents=True)
    (other / "mix.exs").write_text("defmodule Other.MixProject do\n  use Mix.Project\nend\n")
    for named in ((), ("late_work_policies",)):
        given = ("status", *named, "--torus", str(other), "--out", str(tmp_path / "out"))
        told = CliRunner().invoke(main, given)
        assert told.exit_code == 1
        assert "late_work_policies: of another checkout" in told.output
        assert "--torus" in told.output
        assert "gone" not in told.output
    reviewed = CliRunner().invoke(
        main, ["review", str(tmp_path / "out/late_work_policies/fdd.md"), "--torus", str(other)]
    )
    assert "stale.code" not in reviewed.output
    assert "was made from another checkout" in reviewed.output


def test_files_that_left_a_repository_which_knows_the_commit_are_gone(
    opener: Opener, sample_torus: Path, run: Run
) -> None:
    _commit(sample_torus)
    with opener() as session:
        session.export()
    for path in (sample_torus / "lib").rglob("*.ex"):
        path.unlink()
    told = run("status", "late_work_policies")
    assert told.exit_code == 1
    assert "  gone " in told.output
    assert "another checkout" not in told.output


def test_a_trail_of_another_checkout_of_the_same_application_is_told_as_one(
    opener: Opener, sample_torus: Path, run: Run
) -> None:
    with opener() as session:
        session.export()
        path = sample_torus / _cited_code(session.status())
        pack = session.folder
    _edit_functions(path)
    assert "another checkout" not in run("status", "late_work_policies").output
    moved = pack.with_name("elsewhere") / pack.name
    moved.parent.mkdir()
    pack.rename(moved)
    renamed = run("status", "late_work_policies").output
    assert "another checkout" not in renamed
    assert "\n  changed  " in renamed
    shutil.rmtree(moved.parent)
    told = run("status", "late_work_policies")
    assert told.exit_code == 1
    assert "late_work_policies: of another checkout" in told.output
    assert re.search(
        rf"its pack {PACKS[0]} is not in this one, and \d+ of the \d+ places that its design cites do not hold",
        told.output,
    )
    assert "\n  changed  " not in told.output


def test_a_trail_most_of_whose_places_are_gone_from_files_that_are_here_is_of_another_checkout(
    opener: Opener, sample_torus: Path, run: Run
) -> None:
    with opener() as session:
        session.export()
    for path in (*(sample_torus / "lib").rglob("*.ex"), *sample_torus.glob("guides/**/*.md")):
        path.write_text("# Nothing is left of it.\n", encoding="utf-8")
    told = run("status", "late_work_policies")
    assert "late_work_policies: of another checkout" in told.output
    assert re.search(
        r"\d+ of the \d+ places that its design cites do not hold here, so nothing was compared", told.output
    )


def _commit(root: Path) -> None:
    person = ("-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "-A", "-f"), (*person, "commit", "-q", "-m", "The sample")):
        subprocess.run(("git", "-C", str(root), *arguments), check=True, timeout=60)


def test_a_comment_above_everything_only_moves_it(opener: Opener, sample_torus: Path, run: Run) -> None:
    with opener() as session:
        session.export()
        path = sample_torus / _cited_code(session.status())
    path.write_text(f"# a word\n\n{path.read_text()}")
    told = run("status", "late_work_policies")
    assert told.exit_code == 0
    assert "moved" in told.output


def test_a_changed_requirement_is_told_by_its_id(opener: Opener, sample_torus: Path, run: Run) -> None:
    with opener() as session:
        session.export()
        requirement = session.pack.requirements[0]
        path = sample_torus / requirement.place.path
    path.write_text(path.read_text().replace(requirement.text, f"{requirement.text} Twice."))
    statuses = json.loads(run("status", "--json", "late_work_policies").output)
    waiting = {change["key"]: change for change in statuses[0]["changes"] if change["state"] == "changed"}
    assert waiting[requirement.id]["new"].endswith("Twice.")
    assert waiting[requirement.id]["sections"]


def test_accepting_takes_one_pack_and_a_change_that_waits(opener: Opener, run: Run) -> None:
    with opener() as session:
        session.export()
    assert run("status", "--accept", "all").exit_code == 2
    unknown = run("status", "--accept", "code:nowhere:1", "late_work_policies")
    assert unknown.exit_code == 2
    assert "waiting: nothing" in unknown.stderr


@pytest.mark.parametrize("where", ["fdd.md", "notebook"])
def test_a_persons_section_that_its_draft_has_left_behind_waits_until_it_is_accepted(
    opener: Opener, sample_torus: Path, tmp_path: Path, run: Run, where: str
) -> None:
    with opener() as session:
        session.export()
        if where == "notebook":
            session.decide(Decision("section", "2", "accept", "All of it, by hand."))
            session.export()
        requirement = session.pack.requirements[4]
    fdd = tmp_path / "out/late_work_policies/fdd.md"
    if where == "fdd.md":
        fdd.write_text(re.sub(r"(?m)^(## 2\. .*)$", r"\1\n\nAll of it, by hand.", fdd.read_text("utf-8")), "utf-8")
    assert run("status", "late_work_policies").exit_code == 0
    prd = sample_torus / requirement.place.path
    prd.write_text(prd.read_text("utf-8").replace(requirement.text, f"{requirement.text} Twice a day."), "utf-8")
    with opener() as session:
        session.export()
    assert "All of it, by hand." in fdd.read_text("utf-8")
    told = run("status", "late_work_policies")
    assert told.exit_code == 1
    assert "changed  section 2 of fdd.md" in told.output
    assert "A person wrote this section" in told.output
    assert "Twice a day" in run("status", "late_work_policies", "--json").output
    reviewed = CliRunner().invoke(main, ["review", str(fdd), "--torus", str(sample_torus)])
    assert "stale.section" in reviewed.output
    assert run("status", "late_work_policies", "--accept", "section:2").exit_code == 0
    assert run("status", "late_work_policies").exit_code == 0


def test_a_persons_section_is_not_left_behind_where_only_a_lines_number_changed(
    opener: Opener, sample_torus: Path, tmp_path: Path, run: Run
) -> None:
    with opener() as session:
        session.export()
        prd = sample_torus / session.pack.requirements[0].place.path
    fdd = tmp_path / "out/late_work_policies/fdd.md"
    fdd.write_text(re.sub(r"(?m)^(## 2\. .*)$", r"\1\n\nAll of it, by hand.", fdd.read_text("utf-8")), "utf-8")
    prd.write_text(prd.read_text("utf-8").replace("\n", "\n\n", 1), "utf-8")
    with opener() as session:
        session.export()
    assert run("status", "late_work_policies").exit_code == 0


@pytest.mark.parametrize("settled", ["touched", "accepted", "accepted before"])
@pytest.mark.parametrize("where", ["fdd.md", "notebook"])
def test_what_a_persons_section_names_is_told_after_an_export_until_it_is_settled(
    opener: Opener, sample_torus: Path, tmp_path: Path, run: Run, where: str, settled: str
) -> None:
    fdd = tmp_path / "out/late_work_policies/fdd.md"
    with opener() as session:
        session.export()
        requirement = session.pack.requirements[3]
        words = f"As {requirement.id} asks, nothing else."
        if where == "notebook":
            session.decide(Decision("section", "12", "accept", words))
        else:
            _write_section(fdd, words)
        session.export()
    assert run("status", "late_work_policies").exit_code == 0
    prd = sample_torus / requirement.place.path
    prd.write_text(prd.read_text("utf-8").replace(requirement.text, f"{requirement.text} Twice a day."), "utf-8")
    if settled == "accepted before":
        assert run("status", "late_work_policies", "--accept", requirement.id).exit_code == 0
    with opener() as session:
        notes = [note for note in session.export().notes if note.startswith("kept section 12 ")]
    if settled == "accepted before":
        assert not any("has changed since" in note for note in notes)
        assert run("status", "late_work_policies").exit_code == 0
        return
    assert all("has changed since: read it again" in note for note in notes)
    assert bool(notes) == (where == "fdd.md")
    with opener() as session:
        session.export()  # once more, which looks at nothing a person wrote either
    told = run("status", "late_work_policies")
    assert told.exit_code == 1
    assert f"changed  {requirement.id}\n           rests on it: section 12\n" in told.output
    assert "Twice a day." in told.output
    if settled == "accepted":
        assert run("status", "late_work_policies", "--accept", requirement.id).exit_code == 0
    elif where == "notebook":
        with opener() as session:
            session.decide(Decision("section", "12", "accept", f"{words} Twice."))
            session.export()
    else:
        fdd.write_text(fdd.read_text("utf-8").replace(words, f"{words} Twice."), "utf-8")
    assert run("status", "late_work_policies").exit_code == 0


def _write_section(fdd: Path, words: str) -> None:
    text = fdd.read_text("utf-8")
    assert re.search(r"(?m)^## 12\. ", text)
    fdd.write_text(re.sub(r"(?ms)^(## 12\. [^\n]*\n).*?(?=^## )", rf"\1\n{words}\n\n", text), "utf-8")


def test_code_that_a_persons_section_shares_with_others_is_told_after_an_export(
    opener: Opener, sample_torus: Path, tmp_path: Path
) -> None:
    fdd = tmp_path / "out/late_work_policies/fdd.md"
    with opener() as session:
        session.export()
        heads = (c for c in session.status().changes if re.match(r"def \w+\(.* do$", c.new) and c.sections)
        key = next(heads).key
        _write_section(fdd, f"It goes through `{key.removeprefix('code:')}`.")
        session.export()
    path, _, line = key.removeprefix("code:").rpartition(":")
    lines = (sample_torus / path).read_text().split("\n")
    lines.insert(int(line), "    :edited")
    (sample_torus / path).write_text("\n".join(lines))
    with opener() as session:
        session.export()
        waiting = {change.key: change.sections for change in session.status().open}
    assert waiting[key] == ("12",)


def test_every_line_of_a_note_that_differs_is_told(opener: Opener, sample_torus: Path, run: Run) -> None:
    note = sample_torus / PACKS[0] / "informal.md"
    note.write_text("\n".join(f"- Point {number} of the ticket." for number in range(60)))
    with opener() as session:
        session.export()
    note.write_text(note.read_text().replace("Point 7 of", "Point 7 beyond").replace("Point 41 of", "Point 41 past"))
    told = run("status", "late_work_policies").output
    assert all(words in told for words in ("+ Point 7 beyond", "- Point 41 of", "+ Point 41 past"))
    note.write_text(note.read_text().replace("ticket", "card"))
    assert "… and 80 more lines that differ" in run("status", "late_work_policies").output


def test_of_long_lines_that_begin_alike_the_part_that_differs_is_told(
    opener: Opener, sample_torus: Path, run: Run
) -> None:
    note = sample_torus / PACKS[0] / "informal.md"
    long = "a word and another " * 12
    note.write_text(f"- One {long}ends.\n\n- Two {long}ends.\n")
    with opener() as session:
        session.export()
    note.write_text(note.read_text().replace("ends.", "goes on."))
    told = run("status", "late_work_policies").output
    assert told.count("another ends.\n") == told.count("another goes on.\n") == 2


def test_a_damaged_trail_is_told_and_does_not_hide_the_others(opener: Opener, run: Run, tmp_path: Path) -> None:
    with opener() as session:
        session.export()
    (tmp_path / "out/broken").mkdir()
    (tmp_path / "out/broken/trail.sqlite3").write_bytes(b"no trail at all" * 99)
    shutil.copytree(tmp_path / "out/late_work_policies", tmp_path / "out/shut")
    (tmp_path / "out/shut/trail.sqlite3-wal").mkdir()  # SQLite cannot open it then, as where nobody may look
    told = run("status")
    assert told.exit_code == 1
    assert "broken: unreadable\n" in told.output
    assert "shut: unreadable\n" in told.output
    assert "late_work_policies: exported" in told.output
    assert run("conflicts").exit_code == 0


def test_packs_without_a_trail_are_counted(run: Run) -> None:
    told = run("status")
    assert told.exit_code == 0
    assert "packs without a trail" in told.output
    assert "no design yet" in run("status", "activity_feed").output or "a design of its own" in told.output


def test_a_folder_without_a_trail_is_said_to_hold_none(run: Run) -> None:
    told = run("status")
    assert told.exit_code == 0
    assert "no trail in " in told.output


def test_an_output_folder_that_does_not_exist_is_refused(sample_torus: Path, tmp_path: Path) -> None:
    missing = tmp_path / "misspelt"
    told = CliRunner().invoke(main, ["status", "--torus", str(sample_torus), "--out", str(missing)])
    assert told.exit_code == 2
    assert "there is no such output folder" in told.stderr
    assert "--out" in told.stderr
    assert not missing.exists()


def test_gates_are_told_of_packs_that_torusnb_never_saw(
    sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["status", "--torus", str(sample_torus)])
    assert told.exit_code == 0, told.output
    assert re.search(r"^late_work_policies +met +OPEN +waits +waits +There is no fdd\.md\.$", told.output, re.MULTILINE)
    assert re.search(r"^activity_feed +met +met +OPEN +waits +There is no plan\.md\.$", told.output, re.MULTILINE)
    assert re.search(r"^classroom_pulse +met +below +below +below", told.output, re.MULTILINE)
    (legend,) = [line for line in told.output.splitlines() if line.startswith("met: ")]
    assert all(f"{word}: " in legend for word in ("OPEN", "waits", "below"))


def test_an_exported_design_meets_the_gate_until_what_it_rests_on_changes(
    opener: Opener, sample_torus: Path, run: Run
) -> None:
    with opener() as session:
        session.export()
        path = sample_torus / _cited_code(session.status())
    told = run("status", "late_work_policies")
    assert "analyze met -> architect met -> plan OPEN -> develop waits" in told.output
    assert "copy it into the pack" in told.output
    _edit_functions(path)
    gates = json.loads(run("status", "late_work_policies", "--json").output)[0]["gates"]["gates"]
    assert "changed since" in gates[1]["obstacles"][0]["text"]


def test_a_pack_that_another_of_its_epic_depends_on_comes_first(sample_torus: Path, run: Run) -> None:
    epic = sample_torus / "docs/epics/ledgers"
    for name, prd in (("book_entries", "# Entries\n"), ("book_totals", "# Totals\n\nDepends on `book_entries`.\n")):
        (epic / name).mkdir(parents=True)
        (epic / name / "prd.md").write_text(prd)
        (epic / name / "fdd.md").write_text("Create `Mini.Delivery.Ledger`.\n")
    told = run("conflicts", "book_totals")
    assert "low    module Mini.Delivery.Ledger" in told.output
    assert "book_totals depends on book_entries" in told.output


def test_what_only_a_persons_section_rests_on_is_not_accepted_by_exporting_again(
    opener: Opener, sample_torus: Path
) -> None:
    with opener() as session:
        session.export()
        heads = (c.key for c in session.status().changes if re.match(r"def \w+\(.* do$", c.new))
        key = next(heads)
        session.decide(Decision("section", "8", "accept", f"Nothing is cached here. [@{key}]"))
        for draft in session.sections():
            if f"@{key}" in draft.text and draft.section != "8":
                session.decide(Decision("section", draft.section, "accept", "Written by hand."))
        session.export()
    path, _, line = key.removeprefix("code:").rpartition(":")
    lines = (sample_torus / path).read_text().split("\n")
    lines.insert(int(line), "    :edited")
    (sample_torus / path).write_text("\n".join(lines))
    with opener() as session:
        session.export()
        assert key in {change.key for change in session.status().open}


def test_the_status_and_the_conflicts_are_tables_in_a_notebook(opener: Opener) -> None:
    with opener() as session:
        session.export()
        shown = tables.changes(session.status())
        met = tables.conflicts(session.conflicts().conflicts)
        guides = tables.guides(session.code_map)
    assert len(guides) == len(session.code_map.guides)
    assert list(shown.columns)[:3] == ["state", "key", "symbol"]
    assert len(shown) > 3
    assert list(met.columns)[:3] == ["severity", "kind", "name"]


def test_two_packs_that_make_the_same_module_conflict(sample_torus: Path, run: Run) -> None:
    for name in PACKS[1:]:
        (sample_torus / name / "fdd.md").write_text(
            "## 4. Proposed Design\n\n- `Mini.Delivery.Ledger` (new) keeps it.\n"
        )
    told = run("conflicts", PACKS[1])
    assert told.exit_code == 0
    assert told.output.startswith("high   module Mini.Delivery.Ledger\n")
    assert f"{PACKS[2]}/fdd.md:3" in told.output


def test_what_designs_only_read_is_told_in_one_line_where_no_pack_is_named(sample_torus: Path, run: Run) -> None:
    for name in ("one", "two", "three"):
        (sample_torus / "docs/features" / name).mkdir(parents=True)
        (sample_torus / "docs/features" / name / "prd.md").write_text("# A list\n\nShow it.\n")
        (sample_torus / "docs/features" / name / "fdd.md").write_text(f"`Mini.{name.title()}` and `Mini.Grades` map.\n")
    told = [line for line in run("conflicts").output.splitlines() if line.startswith("none ")]
    assert len(told) == 1
    assert "only read the same code; name a pack to see it: " in told[0]
    assert {"one", "two", "three"} <= set(re.split(r"[ ,]+", told[0]))
    assert len([line for line in run("conflicts", "one").output.splitlines() if line.startswith("none ")]) >= 2


def test_archived_packs_are_left_out_unless_they_are_asked_for(sample_torus: Path, run: Run) -> None:
    for folder in (sample_torus / PACKS[1], sample_torus / "docs/exec-plans/archive/features/old_ledger"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "prd.md").write_text("# A ledger\n\nKeep it.\n")
        (folder / "fdd.md").write_text("Create `Mini.Delivery.Ledger`.\n")
    assert "old_ledger" not in run("conflicts", PACKS[1]).output
    told = run("conflicts", PACKS[1], "--all")
    assert "Mini.Delivery.Ledger (archived)" in told.output


def test_a_changed_section_names_what_rests_on_it_also_far_down_below_the_second_heading_of_a_pair(
    opener: Opener, sample_torus: Path
) -> None:
    path = sample_torus / PACKS[0] / "prd.md"
    twice = "\n\n## Data Model & APIs\n\n- `grades` keeps the hour."
    text = f"{path.read_text().rstrip()}{twice}{twice}" + "\n" * 3000 + "- `grades` rings the bell."
    path.write_text(text)
    with opener() as session:
        session.decide(Decision("section", "8", "accept", f"A bell. [@prd:{text.count(chr(10)) + 1}]"))
        session.export()
        path.write_text(text.replace("rings the bell", "is silent"))
        changes = {change.key: change for change in session.status().open}
    assert "8" in changes["prd:Data Model & APIs (2)"].sections
