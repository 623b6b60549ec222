from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.review.links import link_exists


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "prd.md").write_text("# Gates\n")
    return tmp_path / "pack"


@pytest.mark.parametrize("link", ["prd.md", "./prd.md", "../pack", "../pack/prd.md"])
def test_a_link_to_a_file_or_a_folder_leads_somewhere(folder: Path, link: str) -> None:
    assert link_exists(folder, link)


@pytest.mark.parametrize(
    "link", ["gone.md", "prd.md/more", "x" * 300, "a/" * 3000, "prd.md\0", "\udcff.md"], ids=lambda link: repr(link[:9])
)
def test_a_link_that_no_file_system_could_hold_leads_nowhere(folder: Path, link: str) -> None:
    assert not link_exists(folder, link)


def test_a_link_into_a_circle_of_links_leads_nowhere(folder: Path) -> None:
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    assert not link_exists(folder, "one/prd.md")
