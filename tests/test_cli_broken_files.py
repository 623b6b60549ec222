"""A file that is broken is told once, with its line and column, and the exit code says it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from torusnb.cli import main

Run = Callable[..., Result]
PACK = "docs/features/late_work_policies"
FEED = "docs/exec-plans/current/epics/classroom_pulse/activity_feed"
TABBED = "requirements:\n  - id: FR-001\n    title: The bell rings\n\tnote: tabbed\n"
SAID = f"{PACK}/requirements.yml:4: The file is not valid YAML: a tab indents this line (column 1). Replace every tab"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_torus: Path) -> Run:
    """Runs torusnb over a copy of the sample, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TORUSNB_TORUS", str(sample_torus))
    for name in ("TORUSNB_PACK", "TORUSNB_OUT"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def tabbed(sample_torus: Path) -> Path:
    """A pack whose requirements.yml is no YAML."""
    (sample_torus / PACK / "requirements.yml").write_text(TABBED, encoding="utf-8")
    return sample_torus / PACK


def test_an_export_of_a_pack_with_a_broken_file_is_written_and_says_so(run: Run, tabbed: Path, tmp_path: Path) -> None:
    result = run("export", tabbed)
    assert result.exit_code == 1
    assert SAID in result.stdout
    assert (tmp_path / "torusnb-out/late_work_policies/fdd.md").is_file()


def test_a_review_against_a_broken_file_says_so_beside_its_findings(run: Run, tabbed: Path) -> None:
    (tabbed / "fdd.md").write_text("# Late work\n\n## 1. Executive Summary\n\nIt is late.\n", encoding="utf-8")
    result = run("review", tabbed, "--json")
    assert result.exit_code == 1
    assert f"torusnb: {SAID}" in result.stderr
    assert json.loads(result.stdout)["findings"]
    rules = sorted({finding["rule"] for finding in json.loads(result.stdout)["findings"]})
    weights = "".join(f'"{rule}" = "off"\n' for rule in rules)
    (tabbed / "torusnb.toml").write_text(f"[review.rules]\n{weights}", encoding="utf-8")
    quiet = run("review", tabbed, "--json")
    assert "findings" not in json.loads(quiet.stdout)
    assert quiet.exit_code == 1


def test_a_status_tells_a_broken_file_of_packs_that_are_named_or_walked(run: Run, tabbed: Path) -> None:
    assert run("status").exit_code == 0  # nobody named it, and torusnb never worked on it
    named = run("status", "late_work_policies")
    assert named.exit_code == 1
    assert f"torusnb: {SAID}" in named.stderr
    assert "late_work_policies (docs/features/late_work_policies): analyze OPEN" in named.stdout
    run("export", tabbed)
    walked = run("status", "--json")
    assert walked.exit_code == 1
    broken = {status["slug"]: status["broken"] for status in json.loads(walked.stdout) if status.get("broken")}
    assert list(broken) == ["late_work_policies"]


@pytest.mark.parametrize("command", ["run", "export", "review"])
def test_broken_settings_are_told_before_anything_is_done(
    run: Run, sample_torus: Path, tmp_path: Path, command: str
) -> None:
    (sample_torus / FEED / "torusnb.toml").write_text('[review.rules\n"a" = "off"\n', encoding="utf-8")
    result = run(command, "activity_feed")
    assert result.exit_code == 2
    assert f"{FEED}/torusnb.toml:1: This is not valid TOML: expected ']'" in result.stderr
    assert "(column 14)" in result.stderr
    assert not (tmp_path / "torusnb-out").exists()


def test_the_gates_weigh_a_design_as_the_review_does(run: Run, sample_torus: Path) -> None:
    fdd = sample_torus / FEED / "fdd.md"
    fdd.write_text(f"{fdd.read_text(encoding='utf-8')}\nRetention: TBD.\n", encoding="utf-8")
    assert "architect OPEN" in run("status", "activity_feed").stdout
    settings = sample_torus / FEED / "torusnb.toml"
    settings.write_text('[review.rules]\n"structure.placeholder" = "off"\n', encoding="utf-8")
    assert "architect met" in run("status", "activity_feed").stdout
    settings.write_text("[review.rules\n", encoding="utf-8")
    broken = run("status", "activity_feed")
    assert broken.exit_code == 1
    assert "torusnb.toml:1: This is not valid TOML" in broken.stderr
    assert "own weights until then" in broken.stderr


@pytest.mark.parametrize(
    ("option", "what"), [("template", "The template"), ("playbook", "The playbook"), ("catalogue", "The catalogue")]
)
def test_a_teams_own_file_that_is_broken_is_one_sentence_with_its_place(
    run: Run, tmp_path: Path, option: str, what: str
) -> None:
    (tmp_path / "own.yml").write_text("- key: a\n\ttitle: b\n", encoding="utf-8")
    result = run("export", "late_work_policies", f"--{option}", "own.yml")
    assert result.exit_code == 2
    assert result.stderr == (
        f"torusnb: own.yml:2: {what} is not valid YAML: a tab indents this line (column 1). "
        "Replace every tab there with spaces.\n"
    )


def test_a_date_that_does_not_exist_is_no_traceback(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-of-nobody")
    (tmp_path / "own.yml").write_text("as_of: 2026-13-40\nprices: []\n", encoding="utf-8")
    result = run("export", "late_work_policies", "--drafter", "claude", "--online", "--prices", "own.yml")
    assert result.exit_code == 2
    assert "own.yml:1: The price file is not valid YAML: a value cannot be read" in result.stderr
