"""The command line: one clear sentence and an exit code for whatever is wrong, and nothing half-written."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from torusnb.cli import main

PACK = "docs/features/late_work_policies"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs torusnb in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    for name in ("TORUSNB_TORUS", "TORUSNB_PACK", "TORUSNB_OUT"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def _no_prd(root: Path) -> None:
    (root / PACK / "prd.md").unlink()
    (root / PACK / "informal.md").unlink()


def _empty_prd(root: Path) -> None:
    (root / PACK / "prd.md").write_text(" \n\n", encoding="utf-8")
    (root / PACK / "informal.md").unlink()


def _foreign_encoding(root: Path) -> None:
    (root / PACK / "prd.md").write_bytes("# Prüfung\n".encode("utf-16"))


def _no_project(root: Path) -> None:
    (root / "mix.exs").unlink()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_no_prd, "prd.md"),
        (_empty_prd, "prd.md"),
        (_foreign_encoding, "UTF-8"),
        (_no_project, "mix.exs"),
    ],
)
def test_bad_input_is_one_sentence_with_exit_code_2_and_nothing_written(
    run: Callable[..., Result], sample_torus: Path, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(sample_torus)
    result = run("run", "--torus", sample_torus, "--out", tmp_path / "out", PACK)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--drafter", "nobody"), "nobody"),
        (("--providers", "nobody"), "nobody"),
        (("--template", "nowhere.yml"), "nowhere.yml"),
        (("--today", "soon"), "soon"),
    ],
)
def test_a_wrong_option_is_named(
    run: Callable[..., Result], sample_root: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = run("run", "--torus", sample_root, "--out", tmp_path / "out", *arguments, PACK)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_checkout_with_awkward_files_is_still_walked(
    run: Callable[..., Result], sample_torus: Path, tmp_path: Path
) -> None:
    lib = sample_torus / "lib" / "mini"
    (lib / "broken.ex").write_text("defmodule Mini.Broken do\n  def half(\n", encoding="utf-8")
    (lib / "bytes.ex").write_bytes(b'defmodule Mini.Bytes do\n  @x "\xff\xfe"\nend\n')
    (lib / "loop").symlink_to(lib, target_is_directory=True)
    (lib / "gone.ex").symlink_to(lib / "nowhere.ex")
    (sample_torus / PACK / "requirements.yml").write_text("requirements:\n- id: FR-001\n  title: a: b: c\n", "utf-8")
    result = run("export", "--torus", sample_torus, "--out", tmp_path / "out", PACK)
    assert result.exit_code == 1, result.output  # requirements.yml holds an unquoted colon, and wants a person
    assert "a value holds a colon and is not quoted" in result.stdout
    assert (tmp_path / "out" / "late_work_policies" / "fdd.md").is_file()


def test_an_output_folder_in_the_way_is_an_error_that_names_it(
    run: Callable[..., Result], sample_root: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    result = run("export", "--torus", sample_root, "--out", tmp_path / "out", PACK)
    assert result.exit_code == 2
    assert str(tmp_path / "out") in result.stderr
    assert "Traceback" not in result.output


def test_an_export_works_with_the_template_that_the_pack_was_given_before(
    run: Callable[..., Result], sample_root: Path, tmp_path: Path
) -> None:
    shipped = (sample_root.parent / "fdd_template.yml").read_text(encoding="utf-8")
    (tmp_path / "team.yml").write_text(shipped.replace("Caching Strategy", "Caches We Keep"), encoding="utf-8")
    fdd = tmp_path / "out" / "late_work_policies" / "fdd.md"
    for template, heading in (("team.yml", "Caches We Keep"), ("", "Caches We Keep"), ("shipped", "Caching Strategy")):
        given = ("--template", template) if template else ()
        assert run("export", "--torus", sample_root, "--out", tmp_path / "out", *given, PACK).exit_code == 0
        assert f"## 8. {heading}\n" in fdd.read_text(encoding="utf-8")


def test_packs_lists_every_folder_with_a_prd(run: Callable[..., Result], sample_root: Path) -> None:
    listed = run("packs", "--torus", sample_root).stdout.splitlines()
    assert [line.split()[1] for line in listed if "late_work" in line] == [PACK]
    assert len(listed) == 4


def test_review_of_any_design_says_what_it_found_and_tells_ci(
    run: Callable[..., Result], sample_root: Path, tmp_path: Path
) -> None:
    folder = sample_root / "docs/exec-plans/current/epics/classroom_pulse/activity_feed"
    assert run("review", folder).exit_code == 0
    alone = tmp_path / "fdd.md"
    alone.write_text((folder / "fdd.md").read_text(encoding="utf-8") + "\nTODO: finish this.\n", encoding="utf-8")
    result = run("review", alone, "--json", "--profile", "newer")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)["findings"]
    assert {"profile.newer"} <= {finding["rule"] for finding in findings}


def test_a_missing_file_to_review_is_named(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("review", tmp_path / "nowhere.md")
    assert result.exit_code == 2
    assert "nowhere.md" in result.stderr


@pytest.fixture
def shared(run: Callable[..., Result], sample_root: Path, tmp_path: Path) -> Path:
    """A shared bundle."""
    assert run("export", "--torus", sample_root, "--out", tmp_path / "out", PACK).exit_code == 0
    assert run("trail", "share", "late_work_policies", "--out", tmp_path / "out", "--to", "t.zip").exit_code == 0
    return tmp_path / "t.zip"


def test_a_shared_trail_replays_without_the_checkout_to_the_same_bytes(
    run: Callable[..., Result], shared: Path, tmp_path: Path
) -> None:
    original = (tmp_path / "out" / "late_work_policies" / "fdd.md").read_bytes()
    shutil.rmtree(tmp_path / "out")
    result = run("trail", "replay", shared, "--to", tmp_path / "again")
    assert result.exit_code == 0, result.output
    assert "byte for byte the same" in result.stdout
    assert (tmp_path / "again" / "fdd.md").read_bytes() == original


def test_a_replay_never_replaces_a_different_file(run: Callable[..., Result], shared: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "fdd.md").write_text("my own words\n")
    result = run("trail", "replay", shared, "--to", tmp_path / "mine")
    assert result.exit_code == 2
    assert (tmp_path / "mine" / "fdd.md").read_text() == "my own words\n"
    assert not (tmp_path / "mine" / "research.md").exists()


def test_a_report_that_a_person_changed_does_not_spoil_the_replay(
    run: Callable[..., Result], sample_root: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run("export", "--torus", sample_root, "--out", out, PACK)
    (out / "late_work_policies" / "research.md").write_text("my own notes\n")
    run("export", "--torus", sample_root, "--out", out, PACK)
    run("trail", "share", "late_work_policies", "--out", out, "--to", "t.zip")
    assert run("trail", "replay", "t.zip").exit_code == 0


def test_torusnbs_own_document_is_reviewed_against_the_pack_in_its_trail(
    run: Callable[..., Result], shared: Path, tmp_path: Path
) -> None:
    fdd = tmp_path / "out" / "late_work_policies" / "fdd.md"
    fdd.write_text(fdd.read_text(encoding="utf-8").replace("AC-012", "the last one"), encoding="utf-8")
    result = run("review", fdd, "--json")
    assert result.exit_code == 1
    assert "trace.missing-id" in {finding["rule"] for finding in json.loads(result.stdout)["findings"]}


def test_sharing_twice_gives_the_same_bytes(run: Callable[..., Result], shared: Path, tmp_path: Path) -> None:
    run("trail", "share", "late_work_policies", "--out", tmp_path / "out", "--to", "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == shared.read_bytes()


def test_what_looks_like_a_secret_is_shared_only_when_asked_for(
    run: Callable[..., Result], shared: Path, tmp_path: Path
) -> None:
    fdd = tmp_path / "out" / "late_work_policies" / "fdd.md"
    token = "ghp_" + "aB3d" * 9
    fdd.write_text(fdd.read_text(encoding="utf-8") + f"\n{token}\n", encoding="utf-8")
    share = ("trail", "share", "late_work_policies", "--out", tmp_path / "out", "--to", "again.zip")
    refused = run(*share)
    assert refused.exit_code == 1
    assert "fdd.md (a GitHub token)" in refused.stderr
    assert token not in refused.output
    assert not (tmp_path / "again.zip").exists()
    assert run(*share, "--even-with-secrets").exit_code == 0


def test_a_bundle_that_was_tampered_with_is_refused(run: Callable[..., Result], shared: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(shared) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data + b"\nforged\n" if name == "fdd.md" else data)
    result = run("trail", "replay", forged)
    assert result.exit_code == 1
    assert "its hash differs" in result.stderr


def test_trail_show_tells_the_steps(run: Callable[..., Result], shared: Path, tmp_path: Path) -> None:
    shown = run("trail", "show", "late_work_policies", "--out", tmp_path / "out").stdout
    assert "context" in shown
    assert shown.splitlines()[-1].endswith("the chain is whole")
    only = run("trail", "show", "late_work_policies", "--out", tmp_path / "out", "--step", "export").stdout
    assert len(only.splitlines()) == 2
    unknown = run("trail", "show", "late_work_policies", "--out", tmp_path / "out", "--step", "exprot")
    assert unknown.exit_code == 2
    assert "no record of the step 'exprot'; there are" in unknown.stderr


@pytest.mark.parametrize(
    "command", ["packs", "run", "lab", "export", "review", "trail show", "trail share", "trail replay"]
)
def test_every_command_has_a_help_text(run: Callable[..., Result], command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5
