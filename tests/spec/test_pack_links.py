from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.test_spec_packs import POINTING, PRD, make_pack
from torusnb.errors import PackError
from torusnb.spec.reader import load_pack


@pytest.mark.parametrize("name", ["prd.md", "requirements.yml", "requirements.yaml"])
def test_a_file_linked_from_outside_the_checkout_is_refused(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(PRD)
    folder = make_pack(tmp_path / "root/docs/nudges", POINTING)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(secret)
    with pytest.raises(PackError, match=r"leads out of the checkout\. Put the file itself") as caught:
        load_pack(folder, tmp_path / "root")
    assert caught.value.path == str(folder / name)


@pytest.mark.parametrize("target", ["../../shared/prd.md", "own.md"])
def test_a_link_inside_the_checkout_is_followed(tmp_path: Path, target: str) -> None:
    folder = make_pack(tmp_path / "docs/nudges")
    (folder / "prd.md").unlink()
    (folder / "prd.md").symlink_to(target)
    make_pack(tmp_path / "shared")
    (folder / "own.md").write_text(PRD)
    assert load_pack(folder, tmp_path).goals


def test_a_pack_beside_the_checkout_may_be_given_by_its_folder(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "packs/nudges")
    (folder / "prd.md").rename(folder / "own.md")
    (folder / "prd.md").symlink_to("own.md")
    (tmp_path / "root").mkdir()
    assert load_pack(folder, tmp_path / "root").goals


def test_a_link_that_leads_to_itself_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "prd.md").symlink_to(tmp_path / "prd.md")
    with pytest.raises(PackError, match="Put the file itself into the folder"):
        load_pack(tmp_path, tmp_path)
