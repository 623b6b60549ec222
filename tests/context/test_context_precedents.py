from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import FILES, PRD, write_files
from torusnb.context.map.codemap import load_code_map
from torusnb.context.naming import Resolver
from torusnb.context.waypoints.guide_signal import guide_reasons
from torusnb.context.waypoints.likeness import find_likeness
from torusnb.context.waypoints.precedents import load_precedents, precedent_reasons
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Reason
from torusnb.models.requirements import SpecPack
from torusnb.spec.reader import load_pack

EPIC = "docs/plans/epics/checkout"
PACKS = {
    f"{EPIC}/stacking/prd.md": PRD,
    f"{EPIC}/stacking/notes.md": "# Notes\nA voucher on a basket: see `Shop.Repo`.\n",
    f"{EPIC}/stacking/fdd.md": "# Own design\n`Shop.Weather` for vouchers and baskets.\n",
    f"{EPIC}/issuing/prd.md": "# Issuing vouchers\nShoppers get a voucher for a basket; vouchers are redeemed once.\n",
    f"{EPIC}/issuing/fdd.md": "# Design\n`Shop.Baskets.redeem_voucher/2`, `Baskets.Basket`, assets/src/voucher.ts.\n",
    f"{EPIC}/overview.md": (
        "# Checkout\nShoppers redeem vouchers on a basket before they pay; its total shows what each voucher saved.\n"
        "The page is `lib/shop_web/live/basket_live.ex`.\n"
    ),
    "docs/plans/climate/prd.md": "# Forecasts\nShow the rain of a town on a map, with clouds and wind every hour.\n",
    "docs/plans/climate/fdd.md": "# Design\n`Shop.Weather` gives the forecast.\n",
    "docs/plans/old/stacking/prd.md": "# Voucher stacking\nVouchers on a basket. `Shop.Accounts.Account`.\n",
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_files(tmp_path / "store", FILES | PACKS)


@pytest.fixture
def pack(store: Path) -> SpecPack:
    return load_pack(store / EPIC / "stacking", store)


@pytest.fixture
def code_map(store: Path) -> CodeMap:
    return load_code_map(store)


@pytest.fixture
def reasons(store: Path, pack: SpecPack, code_map: CodeMap) -> dict[str, Reason]:
    known = {*code_map.by_path, "assets/src/voucher.ts"}
    return precedent_reasons(load_precedents(store, pack), pack, Resolver(code_map), known)


def test_the_pack_itself_and_another_of_its_name_are_no_precedents(store: Path, pack: SpecPack) -> None:
    found = {precedent.directory: precedent.kin for precedent in load_precedents(store, pack)}
    assert found == {
        f"{EPIC}/issuing": "epic",
        f"{EPIC}/overview.md": "epic",
        f"{EPIC}/stacking/notes.md": "own",
        "docs/plans/climate": "",
    }


def test_what_an_alike_pack_cites_is_told_with_the_pack_and_the_words(reasons: dict[str, Reason]) -> None:
    reason = reasons["lib/shop/baskets.ex"]
    assert reason.kind == "precedent"
    assert reason.text.startswith("the earlier pack `issuing` of the same epic, alike in ")
    assert '"voucher"' in reason.text
    assert 0 < reason.weight <= 1
    assert "lib/shop/baskets/basket.ex" in reasons


def test_what_an_alike_design_comes_back_to_counts_more_than_what_it_names_in_passing(tmp_path: Path) -> None:
    design = "# Design\n`Shop.Baskets` adds.\n`Shop.Baskets` refuses.\n`Shop.Baskets` tells.\n`Shop.Repo` stores.\n"
    twin = {"docs/features/twin/prd.md": PRD, "docs/features/twin/fdd.md": design}
    root = write_files(tmp_path / "twins", FILES | twin | {"docs/features/stacking/prd.md": PRD})
    pack, code_map = load_pack(root / "docs/features/stacking", root), load_code_map(root)
    found = precedent_reasons(load_precedents(root, pack), pack, Resolver(code_map), set(code_map.by_path))
    passing, again = found["lib/shop/repo.ex"].weight, found["lib/shop/baskets.ex"].weight
    assert 0 < passing < again < 1


def test_a_file_for_the_browser_is_cited_by_its_path(reasons: dict[str, Reason]) -> None:
    assert "`issuing`" in reasons["assets/src/voucher.ts"].text


def test_a_document_of_the_epic_and_one_beside_the_prd_count_too(reasons: dict[str, Reason]) -> None:
    assert "the document `overview.md` of the same epic" in reasons["lib/shop_web/live/basket_live.ex"].text
    assert reasons["lib/shop/repo.ex"].text == "named in notes.md:2 beside the prd.md"


def test_a_pack_about_something_else_and_the_packs_own_design_say_nothing(reasons: dict[str, Reason]) -> None:
    assert "lib/shop/weather.ex" not in reasons


def test_without_other_packs_there_is_nothing(tmp_path: Path) -> None:
    root = write_files(tmp_path / "bare", FILES | {"docs/features/stacking/prd.md": PRD})
    pack = load_pack(root / "docs/features/stacking", root)
    precedents = load_precedents(root, pack)
    assert precedents == ()
    assert precedent_reasons(precedents, pack, Resolver(load_code_map(root)), {"lib/shop/baskets.ex"}) == {}


def test_a_pack_outside_the_checkout_still_has_precedents(store: Path, tmp_path: Path) -> None:
    outside = write_files(tmp_path / "elsewhere", {"fresh/prd.md": PRD})
    found = load_precedents(store, load_pack(outside / "fresh", store))
    assert {precedent.kin for precedent in found} == {""}
    assert f"{EPIC}/issuing" in {precedent.directory for precedent in found}


def test_links_out_of_the_checkout_and_broken_bytes_are_survived(store: Path, pack: SpecPack, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret voucher basket\n`Shop.Weather`\n")
    (store / EPIC / "leak.md").symlink_to(secret)
    (store / EPIC / "issuing" / "plan.md").symlink_to(secret)
    (store / EPIC / "broken.md").write_bytes(b"# Broken \xff voucher\n")
    found = {precedent.directory: precedent for precedent in load_precedents(store, pack)}
    assert f"{EPIC}/leak.md" not in found
    assert f"{EPIC}/broken.md" in found
    assert [path for path, _ in found[f"{EPIC}/issuing"].texts] == [
        f"{EPIC}/issuing/prd.md",
        f"{EPIC}/issuing/fdd.md",
    ]


def test_a_guide_that_speaks_of_the_same_names_its_modules(pack: SpecPack, code_map: CodeMap) -> None:
    found = guide_reasons(code_map.guides, pack, Resolver(code_map), set(code_map.by_path))
    reason = found["lib/shop/baskets.ex"]
    assert reason.kind == "guide"
    assert reason.text.startswith("guide `guides/design/high-level.md` › Vouchers names it, alike in ")
    assert 0 < reason.weight <= 1


def test_without_guides_there_is_nothing(pack: SpecPack, code_map: CodeMap) -> None:
    assert guide_reasons((), pack, Resolver(code_map), set(code_map.by_path)) == {}


@pytest.mark.parametrize(
    ("asked", "texts", "order"),
    [
        ("red apples", ["red apples", "red pears", "blue plums"], [0, 1, 2]),
        ("LessonPlan", ["weather", "lesson_plan plans"], [1, 0]),
    ],
)
def test_the_more_rare_words_are_shared_the_more_alike(asked: str, texts: list[str], order: list[int]) -> None:
    found = find_likeness(asked, texts)
    assert sorted(range(len(texts)), key=lambda number: -found[number].share) == order


@pytest.mark.parametrize(("asked", "texts"), [("", ["words"]), ("words", [""]), ("the of", ["and"]), ("a", [])])
def test_texts_without_words_are_not_alike(asked: str, texts: list[str]) -> None:
    assert [likeness.share for likeness in find_likeness(asked, texts)] == [0.0] * len(texts)


def test_the_same_text_is_wholly_alike() -> None:
    assert find_likeness("baskets of vouchers", ["baskets of vouchers"])[0].share == pytest.approx(1.0)
