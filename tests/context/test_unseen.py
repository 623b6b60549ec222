"""What a checkout does not show is told as not known: sparse, shallow, without git, or with the feature in its past."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.context.small_shop import FILES, PRD, write_files
from tests.context.test_context_history import Repository
from torusnb.context.capture import capture_context
from torusnb.context.knowledge.tickets import find_built, tell_built
from torusnb.context.map.absent import list_absent, review_absent
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.waypoints.history import load_history
from torusnb.models.base import Place
from torusnb.models.history import Change, History
from torusnb.models.knowledge import Context
from torusnb.models.requirements import PrdSection, SpecPack
from torusnb.session import tables
from torusnb.spec.reader import load_pack

PACK = "docs/features/stacking"
TEST = {"test/shop/baskets_test.exs": "defmodule Shop.BasketsTest do\nend\n"}


def _capture(root: Path) -> Context:
    code_map = load_code_map(root)
    history = load_history(root, code_map.commit.id)
    pack = load_pack(root / PACK, root)
    return capture_context(pack, code_map, source_reader(root), history=history, absent=list_absent(root))


def _topics(context: Context) -> tuple[set[str], set[str]]:
    return {k.topic for k in context.knowledge.known}, {u.topic for u in context.knowledge.unknown}


@pytest.fixture
def cloned(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "shop")
    repository.commit("first", FILES | TEST | {f"{PACK}/prd.md": PRD})
    return repository


def test_where_tests_are_laid_out_they_are_known(cloned: Repository) -> None:
    known, unknown = _topics(_capture(cloned.root))
    assert "tests" in known
    assert "tests" not in unknown


def test_what_a_sparse_checkout_leaves_out_is_not_known_and_is_told(cloned: Repository) -> None:
    cloned.git("sparse-checkout", "set", "--no-cone", "/*", "!/test/")
    context = _capture(cloned.root)
    known, unknown = _topics(context)
    assert "tests" not in known
    assert "tests" in unknown
    shown = tables.problems(load_pack(cloned.root / PACK, cloned.root), context)
    assert any("`test/`" in text and "not laid out" in text for text in shown["problem"])


def test_a_sparse_index_names_the_whole_folder(cloned: Repository) -> None:
    cloned.git("sparse-checkout", "set", "--cone", "--sparse-index", "lib", "docs")
    assert any(path.startswith("test/") for path in list_absent(cloned.root))


def test_without_any_test_file_in_the_listing_tests_are_not_known(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if not path.startswith("test/")}
    root = write_files(tmp_path / "bare", files | {f"{PACK}/prd.md": PRD})
    known, unknown = _topics(_capture(root))
    assert "tests" not in known
    assert "tests" in unknown


def test_everything_laid_out_is_no_problem(cloned: Repository) -> None:
    assert review_absent(list_absent(cloned.root)) == ()


def test_a_shallow_clone_and_a_folder_without_git_are_told_as_problems(cloned: Repository, tmp_path: Path) -> None:
    cloned.commit("second", {"lib/shop/more.ex": "defmodule Shop.More do\nend\n"})
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{cloned.root}", str(shallow)], check=True)
    bare = write_files(tmp_path / "bare", FILES | {f"{PACK}/prd.md": PRD})
    for root, word in ((shallow, "shallow"), (bare, "history")):
        context = _capture(root)
        shown = tables.problems(load_pack(root / PACK, root), context)
        assert any(word in text for text in shown["problem"])


def _pack(text: str, slug: str = "stacking", title: str = "Stacking") -> SpecPack:
    section = PrdSection("Overview", 2, Place("prd.md", 3), text)
    return SpecPack(slug, f"docs/{slug}", title, sections=(section,))


def _past(*subjects: str, path: str = "lib/shop/baskets.ex") -> History:
    changes = tuple(Change(f"{at:040x}", 100 - at, subject, (path,)) for at, subject in enumerate(subjects))
    return History("f" * 40, 100, changes)


def test_commits_with_the_packs_ticket_are_told_with_their_ids() -> None:
    (known,) = tell_built(_pack("Ticket: SHOP-481"), _past("[SHOP-481] stack vouchers", "SHOP-48 other"))
    assert "SHOP-481" in known.text
    assert f"`{0:010x}`" in known.text
    assert "other" not in known.text
    assert known.evidence == ("prd:3",)


@pytest.mark.parametrize(
    ("pack", "history"),
    [
        (_pack("Hashes are SHA-256."), _past("Use SHA-256")),
        (_pack("Ticket: SHOP-481"), _past("SHOP-481: the PRD", path="docs/features/stacking/prd.md")),
        (_pack("Ticket: SHOP-481"), _past("SHOP-4812 something else")),
        (_pack("After SHOP-9 is there.", slug="shop-481-stacking"), _past("SHOP-9 is done")),
        (_pack("Ticket: SHOP-481"), replace(_past("SHOP-481 done"), changes=())),
    ],
)
def test_a_standard_a_document_and_another_packs_ticket_are_no_sign(pack: SpecPack, history: History) -> None:
    assert find_built(pack, history) == ()


def test_the_ticket_in_the_folders_name_is_the_packs_own() -> None:
    (built,) = find_built(_pack("", slug="shop-481-stacking"), _past("shop-481 stack vouchers"))
    assert built.ticket == "SHOP-481"
