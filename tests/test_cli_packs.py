"""How a pack is named on the command line: by name, folder or document, in the checkout or elsewhere, with a trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def bells(tmp_path: Path) -> Path:
    """A pack that lies outside the checkout."""
    folder = tmp_path / "elsewhere" / "bells"
    folder.mkdir(parents=True)
    (folder / "prd.md").write_text(
        "# Bells\n\n## Requirements\n\n- FR-001: The bell rings when a grade is released.\n\n"
        "## Acceptance\n\n- AC-001 (FR-001): Given a grade, when it is released, then the bell rings.\n",
        encoding="utf-8",
    )
    (folder / "fdd.md").write_text("# Bells\n\n## 1. Executive Summary\n\nIt rings.\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", ["run", "export", "review", "status", "conflicts"])
def test_an_unknown_pack_is_told_with_where_it_was_looked_for_and_how_to_give_a_path(
    run: Run, sample_root: Path, command: str
) -> None:
    result = run(command, "bells")
    assert result.exit_code == 2
    assert f"'bells' in {sample_root}, which was searched for folders with a prd.md." in result.stderr
    assert "give the path of its folder, or of its prd.md or fdd.md" in result.stderr


@pytest.mark.parametrize("document", ["", "prd.md", "fdd.md"])
def test_a_pack_outside_the_checkout_is_named_by_its_folder_or_a_document(run: Run, bells: Path, document: str) -> None:
    given = bells / document
    assert run("conflicts", given).exit_code == 0
    assert "bells: a design of its own" in run("status", given).stdout
    reviewed = run("review", given, "--json")
    assert json.loads(reviewed.stdout)["path"] == str(bells / "fdd.md")
    exported = run("export", given)
    assert exported.exit_code == 0, exported.stderr
    assert run("trail", "show", given).exit_code == 0


def test_a_pack_outside_the_checkout_is_known_by_its_name_once_it_has_a_trail(run: Run, bells: Path) -> None:
    assert run("export", bells).exit_code == 0
    for command in ("export", "conflicts", "status"):
        assert run(command, "bells").exit_code == 0, command
    assert str(bells / "fdd.md") in run("review", "bells").stdout
    assert run("status", "torusnb-out/bells").stdout == run("status", "bells").stdout
    assert run("status", "torusnb-out/bells/fdd.md").stdout == run("status", "bells").stdout


def test_the_report_on_a_pack_outside_the_checkout_does_not_tell_where_it_lies(run: Run, bells: Path) -> None:
    assert run("export", bells).exit_code == 0
    for name in ("fdd.md", "research.md"):
        assert str(bells.parent) not in Path("torusnb-out/bells", name).read_text("utf-8")
    assert "spec pack `…/bells`" in Path("torusnb-out/bells/research.md").read_text("utf-8")
    assert run("trail", "share", "bells").exit_code == 0


def test_a_trail_whose_pack_is_gone_says_whose_it_is(run: Run, bells: Path) -> None:
    assert run("export", bells).exit_code == 0
    (bells / "prd.md").unlink()
    result = run("export", "bells")
    assert result.exit_code == 2
    assert f"is of the pack {bells}, which has no prd.md" in result.stderr


def test_a_trail_of_another_pack_of_the_same_name_is_not_taken_for_this_ones(
    run: Run, bells: Path, tmp_path: Path
) -> None:
    assert run("export", bells).exit_code == 0
    other = tmp_path / "other" / "bells"
    other.mkdir(parents=True)
    (other / "prd.md").write_text("# Other bells\n\n- FR-001: The other bell rings.\n", encoding="utf-8")
    assert "bells: no design yet" in run("status", other).stdout
    reviewed = run("review", other)
    assert reviewed.exit_code == 2
    assert "the pack has no fdd.md yet" in reviewed.stderr


def test_a_pack_folder_without_a_design_is_reviewed_by_the_one_torusnb_exported(run: Run, bells: Path) -> None:
    (bells / "fdd.md").unlink()
    assert run("export", bells).exit_code == 0
    for given in (bells, bells / "prd.md"):
        reviewed = run("review", given)
        assert reviewed.exit_code in (0, 1)
        assert reviewed.stdout.startswith("torusnb-out/bells/fdd.md: ")


def test_the_checkout_above_a_pack_folder_without_a_design_is_found(
    run: Run, sample_torus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TORUSNB_TORUS")
    result = run("review", sample_torus / "docs/features/late_work_policies")
    assert "the pack has no fdd.md yet" in result.stderr


@pytest.mark.parametrize("command", ["show", "share", "references", "matrix", "recheck"])
def test_a_trail_that_is_not_there_is_told_with_those_that_are(run: Run, bells: Path, command: str) -> None:
    none = run("trail", command, "chimes")
    assert (none.exit_code, "there is none at all" in none.stderr) == (2, True)
    assert run("export", bells).exit_code == 0
    some = run("trail", command, "chimes")
    assert some.exit_code == 2
    assert "no trail of 'chimes' lies here; there are trails of bells" in some.stderr


def test_a_shared_zip_is_not_looked_up_as_a_pack(run: Run) -> None:
    result = run("trail", "show", "bells-trail.zip")
    assert result.exit_code == 2
    assert "torusnb trail replay" in result.stderr
