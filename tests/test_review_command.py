"""`torusnb review`: what it takes, what it prints, and what it tells CI."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from torusnb.cli import main

Run = Callable[..., Result]
FOLDER = "docs/exec-plans/current/epics/classroom_pulse/activity_feed"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(sample_torus: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `torusnb review` inside the sample, as CI does inside a repository."""
    monkeypatch.chdir(sample_torus)
    monkeypatch.setenv("TORUSNB_CACHE", str(cache))
    for name in ("TORUSNB_TORUS", "TORUSNB_OUT"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(main, ["review", *map(str, arguments)])


def _spoil(sample_torus: Path, text: str = "Retention: TBD, 100 % sure.") -> int:
    """Adds a paragraph to the design; returns its line."""
    path = sample_torus / FOLDER / "fdd.md"
    before = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{before}\n\n{text}\n", encoding="utf-8")
    return before.count("\n") + 3


@pytest.mark.parametrize("target", ["activity_feed", "classroom_pulse/activity_feed", FOLDER, f"{FOLDER}/fdd.md"])
def test_a_pack_is_reviewed_by_its_name_its_folder_or_its_document(run: Run, target: str) -> None:
    result = run(target, "--json")
    assert result.exit_code == 0, result.output
    review = json.loads(result.stdout)
    assert review["path"].endswith(f"{FOLDER}/fdd.md")
    assert review["measures"]["ids_present"] == 12


def test_a_pack_is_looked_up_in_the_checkout_that_is_given(
    run: Run, sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("activity_feed").exit_code == 2
    assert run("activity_feed", "--torus", sample_torus).exit_code == 0
    monkeypatch.setenv("TORUSNB_TORUS", str(sample_torus))
    assert run("activity_feed").exit_code == 0


def test_a_pack_without_a_design_of_its_own_is_reviewed_by_the_one_torusnb_exported(run: Run, tmp_path: Path) -> None:
    result = run("late_work_policies", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "has no fdd.md yet" in result.stderr
    exported = CliRunner().invoke(main, ["export", "late_work_policies", "--out", str(tmp_path / "out")])
    assert exported.exit_code == 0, exported.output
    result = run("late_work_policies", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "22 of 22 ids present" in result.stdout


def test_an_unknown_name_in_torusnbs_own_document_is_as_grave_as_in_the_run(run: Run, tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["export", "late_work_policies", "--out", str(tmp_path / "out")]).exit_code == 0
    fdd = tmp_path / "out/late_work_policies/fdd.md"
    fdd.write_text(fdd.read_text("utf-8").replace("## 13.", "`Mini.Nowhere.Ledger` keeps it.\n\n## 13.", 1), "utf-8")

    def severity(document: Path) -> list[str]:
        findings = json.loads(run(document, "--torus", ".", "--json").stdout)["findings"]
        return [finding["severity"] for finding in findings if "Mini.Nowhere.Ledger" in finding["text"]]

    assert severity(fdd) == ["error"]
    elsewhere = tmp_path / "copy.md"
    elsewhere.write_text(fdd.read_text("utf-8"), "utf-8")
    assert severity(elsewhere) == ["warning"]


def test_a_document_without_headings_is_an_error(run: Run, tmp_path: Path) -> None:
    for text in ("Only prose.\n", "**Executive Summary**\n\nIt is bold.\n", "Executive Summary\n----\n\nProse.\n"):
        (tmp_path / "plain.md").write_text(text, encoding="utf-8")
        result = run(tmp_path / "plain.md", "--json")
        found = {finding["rule"]: finding["severity"] for finding in json.loads(result.stdout)["findings"]}
        assert result.exit_code == 1
        assert found["structure.no-heading"] == "error"


def test_the_export_and_the_review_count_words_alike(run: Run, tmp_path: Path) -> None:
    exported = CliRunner().invoke(main, ["export", "late_work_policies", "--out", str(tmp_path / "out")])
    counted = exported.stdout.splitlines()[0].partition("fdd.md: ")[2]
    told = run(tmp_path / "out/late_work_policies/fdd.md").stdout.splitlines()[0]
    assert counted.endswith(" words")
    assert counted in told


def test_annotations_name_file_line_and_rule_from_the_repositorys_root(run: Run, sample_torus: Path) -> None:
    line = _spoil(sample_torus)
    result = run("activity_feed", "--format", "github")
    assert result.exit_code == 1
    first = result.stdout.splitlines()[0]
    assert first.startswith(f"::error file={FOLDER}/fdd.md,line={line},title=structure.placeholder::TBD is left")


def test_a_repository_around_the_checkout_is_what_paths_start_from(run: Run, sample_torus: Path) -> None:
    (sample_torus.parent / ".git").mkdir()
    _spoil(sample_torus)
    told = run("activity_feed", "--format", "github").stdout
    assert f"file={sample_torus.name}/{FOLDER}/fdd.md" in told


def test_sarif_holds_relative_paths_only(run: Run, sample_torus: Path) -> None:
    line = _spoil(sample_torus)
    result = run("activity_feed", "--format", "sarif")
    assert result.exit_code == 1
    assert str(sample_torus) not in result.stdout
    found = json.loads(result.stdout)["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"] for one in found if one["ruleId"] == "structure.placeholder"]
    assert [place["artifactLocation"]["uri"] for place in places] == [f"{FOLDER}/fdd.md"]
    assert places[0]["region"]["startLine"] == line


def test_a_fingerprint_in_sarif_outlives_a_line_above(run: Run, sample_torus: Path) -> None:
    def marks() -> set[str]:
        results = json.loads(run("activity_feed", "--format", "sarif").stdout)["runs"][0]["results"]
        return {result["partialFingerprints"]["primaryLocationLineHash"] for result in results}

    _spoil(sample_torus)
    before = marks()
    path = sample_torus / FOLDER / "fdd.md"
    title, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{title}\n\n\n{rest}", encoding="utf-8")
    assert marks() == before


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 0), ("note", 1)])
def test_ci_chooses_how_grave_a_finding_has_to_be(run: Run, sample_torus: Path, level: str, code: int) -> None:
    (sample_torus / "torusnb.toml").write_text(
        "[review.rules]\n"
        + "".join(f'"{family}.*" = "off"\n' for family in ("guardrail", "language", "structure", "contradiction"))
        + '"citation.*" = "note"\n'
    )
    assert run("activity_feed", "--fail-on", level).exit_code == code


@pytest.mark.parametrize("place", ["beside", "pack", "root", "given"])
def test_settings_are_found_beside_the_document_in_the_pack_and_at_the_root(
    run: Run, sample_torus: Path, tmp_path: Path, place: str
) -> None:
    _spoil(sample_torus)
    document, settings = sample_torus / FOLDER / "fdd.md", '[review.rules]\n"structure.placeholder" = "off"\n'
    alone = sample_torus / "drafts" / "fdd.md"
    alone.parent.mkdir()
    shutil.copyfile(document, alone)
    where = {"beside": alone.parent, "pack": document.parent, "root": sample_torus, "given": tmp_path}[place]
    (where / "torusnb.toml").write_text(settings)
    more = ("--config", tmp_path / "torusnb.toml") if place == "given" else ()
    result = run(alone, "--pack", document.parent, "--json", *more)
    review = json.loads(result.stdout)
    assert "structure.placeholder" not in {finding["rule"] for finding in review["findings"]}
    assert review["measures"]["switched_off"] == 1
    assert review["settings"].endswith("torusnb.toml")
    assert place == "given" or not Path(review["settings"]).is_absolute()


def test_settings_that_are_a_link_out_of_the_checkout_do_not_count(
    run: Run, sample_torus: Path, tmp_path: Path
) -> None:
    _spoil(sample_torus)
    (tmp_path / "lax.toml").write_text('[review.rules]\n"structure.placeholder" = "off"\n')
    (sample_torus / "torusnb.toml").symlink_to(tmp_path / "lax.toml")
    assert run("activity_feed").exit_code == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[review.rules]\n"structure.unheard" = "off"\n', "There is no rule structure.unheard"),
        ('[review.rules]\n"structure.order" = "loud"\n', "cannot be 'loud'"),
        ("review = [", "torusnb.toml:1: This is not valid TOML: invalid value (column 11)"),
    ],
)
def test_settings_that_do_not_hold_together_are_refused(run: Run, sample_torus: Path, content: str, words: str) -> None:
    (sample_torus / "torusnb.toml").write_text(content)
    result = run("activity_feed")
    assert result.exit_code == 2
    assert words in result.stderr
    assert "torusnb.toml" in result.stderr


def test_a_settings_file_that_is_not_there_is_named(run: Run) -> None:
    result = run("activity_feed", "--config", "nowhere.toml")
    assert result.exit_code == 2
    assert "nowhere.toml" in result.stderr


def test_a_document_that_cannot_be_read_is_exit_code_2_and_a_damaged_trail_1(run: Run, sample_torus: Path) -> None:
    path = sample_torus / FOLDER / "fdd.md"
    path.write_bytes(b"# Design\n\xff\xfe")
    assert run("activity_feed").exit_code == 2
    path.write_text("# Design\n")
    (path.parent / "trail.sqlite3").write_bytes(b"no trail" * 400)
    result = run("activity_feed")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "trail" in result.stderr


def test_json_has_a_short_form_that_contradicts_no_other(run: Run) -> None:
    assert run("activity_feed", "--json").stdout == run("activity_feed", "--format", "json").stdout
    assert run("activity_feed", "--json", "--format", "sarif").exit_code == 2


@pytest.mark.parametrize("suffix", [".svg", ".md"])
def test_the_matrix_of_ids_and_sections_goes_to_a_file(run: Run, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"matrix{suffix}"
    assert run("activity_feed", "--matrix", target).exit_code == 0
    text = target.read_text(encoding="utf-8")
    if suffix == ".svg":
        assert ElementTree.fromstring(text).get("role") == "img"
    else:
        assert text.startswith("| Id | ")
        assert "missing" not in text


def test_a_matrix_needs_a_pack_and_a_known_kind_of_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fdd.md").write_text("# Design\n")
    assert run(tmp_path / "fdd.md", "--matrix", tmp_path / "m.svg").exit_code == 2
    result = run("activity_feed", "--matrix", tmp_path / "m.pdf")
    assert result.exit_code == 2
    assert "ends in .svg or .md" in result.stderr


def test_what_an_exported_design_rests_on_is_told_when_it_has_changed(
    run: Run, sample_torus: Path, tmp_path: Path
) -> None:
    exported = CliRunner().invoke(main, ["export", "late_work_policies", "--out", str(tmp_path / "out")])
    assert exported.exit_code == 0, exported.output
    fdd = tmp_path / "out/late_work_policies/fdd.md"

    def stale() -> set[str]:
        findings = json.loads(run(fdd, "--torus", sample_torus, "--json").stdout)["findings"]
        return {finding["rule"] for finding in findings if finding["rule"].startswith("stale.")}

    assert stale() == set()
    prd = sample_torus / "docs/features/late_work_policies/prd.md"
    prd.write_text(prd.read_text(encoding="utf-8").replace("grace period", "grace days"), encoding="utf-8")
    assert "stale.requirement" in stale()


def test_a_document_beside_its_trail_is_held_against_the_checkout_that_is_the_current_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert CliRunner().invoke(main, ["export", "late_work_policies", "--out", str(out)]).exit_code == 0
    document = out / "late_work_policies/fdd.md"
    for target in (document, document.parent):
        rules = {finding["rule"] for finding in json.loads(run(target, "--json").stdout)["findings"]}
        assert "code.not-checked" not in rules
    monkeypatch.chdir(tmp_path)
    (note,) = [f for f in json.loads(run(document, "--json").stdout)["findings"] if f["rule"] == "code.not-checked"]
    assert "--torus" in note["remedy"]
