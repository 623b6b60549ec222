"""What `torusnb trail` tells of a design's research: references, the matrix, a recheck."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from torusnb.cli import main

PACK = "docs/features/late_work_policies"
GUIDE = "deps/quarry_data/guides/transactions-and-idempotency.md"

Run = Callable[..., Result]


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_torus: Path) -> Run:
    """Runs a command of `torusnb trail` on a pack of the sample that was exported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HEX_HOME", str(tmp_path / "no-hex"))
    for name in ("TORUSNB_TORUS", "TORUSNB_PACK", "TORUSNB_OUT"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(main, ["export", "--torus", str(sample_torus), "--today", "2026-01-01", PACK])
    assert done.exit_code == 0, done.stderr

    def run(command: str, *arguments: object) -> Result:
        return CliRunner().invoke(main, ["trail", command, "late_work_policies", *map(str, arguments)])

    return run


def test_the_references_are_those_that_the_design_lists(exported: Run, tmp_path: Path) -> None:
    listed = (tmp_path / "torusnb-out/late_work_policies/fdd.md").read_text(encoding="utf-8").split("## 17.")[1]
    lines = exported("references").stdout.splitlines()
    assert lines
    assert [line.split("]")[0] for line in lines] == [
        f"[{line[4:].split(']')[0].strip('[')}" for line in listed.splitlines() if line.startswith("- **[")
    ]


def test_all_references_are_more_than_those_cited(exported: Run) -> None:
    cited = json.loads(exported("references", "--format", "csl").stdout)
    everything = json.loads(exported("references", "--format", "csl", "--all").stdout)
    assert {item["id"] for item in cited} < {item["id"] for item in everything}
    assert any("accessed" in item for item in everything)


def test_references_go_to_a_file_that_is_never_replaced_by_others(exported: Run, tmp_path: Path) -> None:
    target = tmp_path / "design.bib"
    assert exported("references", "--format", "bibtex", "--to", target).exit_code == 0
    written = target.read_text(encoding="utf-8")
    assert written.count("@online{") == written.count("\n}\n") > 0
    assert exported("references", "--format", "bibtex", "--to", target).exit_code == 0
    refused = exported("references", "--format", "csl", "--to", target)
    assert (refused.exit_code, target.read_text(encoding="utf-8")) == (2, written)


def test_the_matrix_is_that_of_the_report(exported: Run, tmp_path: Path) -> None:
    told = exported("matrix").stdout.strip()
    assert told in (tmp_path / "torusnb-out/late_work_policies/research.md").read_text(encoding="utf-8")
    chains = json.loads(exported("matrix", "--json").stdout)["chains"]
    assert {"FR-001"} <= {name for chain in chains for name in chain["serves"]}


def test_the_matrix_of_a_shared_trail_is_the_same(exported: Run, tmp_path: Path) -> None:
    shared, again = tmp_path / "t.zip", tmp_path / "again"
    assert exported("share", "--to", shared).exit_code == 0
    assert CliRunner().invoke(main, ["trail", "replay", str(shared), "--to", str(again)]).exit_code == 0
    assert exported("matrix").stdout.strip() in (again / "research.md").read_text(encoding="utf-8")


def test_a_recheck_tells_what_a_new_version_on_disk_says_otherwise(exported: Run, sample_torus: Path) -> None:
    same = exported("recheck", "--offline", "--all", "--torus", sample_torus)
    assert same.exit_code == 0, same.stdout
    assert any(re.fullmatch(r"\d+ quotes: \d+ unchanged", line) for line in same.stdout.splitlines())
    guide = sample_torus / GUIDE
    guide.write_text(
        guide.read_text(encoding="utf-8").replace("Every request can arrive twice", "No request comes twice")
    )
    fallen = exported("recheck", "--offline", "--all", "--torus", sample_torus)
    assert fallen.exit_code == 1
    assert any(line.startswith("reworded") for line in fallen.stdout.splitlines())
    assert "no longer stand" in exported("show", "--step", "recheck").stdout


def test_a_recheck_as_json_holds_every_quote(exported: Run, sample_torus: Path) -> None:
    told = json.loads(exported("recheck", "--offline", "--all", "--json", "--torus", sample_torus).stdout)
    assert {quote["state"] for quote in told["quotes"]} == {"unchanged"}


def test_a_recheck_ends_with_what_it_left_out(exported: Run, sample_torus: Path) -> None:
    cited = exported("recheck", "--offline", "--torus", sample_torus).stdout.splitlines()
    everything = exported("recheck", "--offline", "--all", "--torus", sample_torus).stdout.splitlines()
    assert [line for line in cited if "that the design does not cite; `--all` rechecks them too" in line]
    assert not [line for line in everything if "--all" in line]
    assert everything[-1].startswith("not rechecked: ")
    assert "nobody has read yet" in everything[-1]


def test_a_recheck_says_in_its_help_that_it_asks_the_network() -> None:
    assert "ASKS THE NETWORK" in CliRunner().invoke(main, ["trail", "recheck", "--help"]).stdout
