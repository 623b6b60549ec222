"""What designs claim of the same code, and where they meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.context.changes.claims import read_claims
from torusnb.context.changes.conflicts import find_common, find_conflicts
from torusnb.context.changes.dependencies import read_dependencies
from torusnb.context.changes.vocabulary import Vocabulary
from torusnb.context.map.codemap import load_code_map
from torusnb.models.base import Place
from torusnb.models.claims import Claim, Design
from torusnb.models.codebase import CodeMap


@pytest.fixture
def words(shop_map: CodeMap) -> Vocabulary:
    """The names of the small shop."""
    return Vocabulary(shop_map)


def _roles(text: str, words: Vocabulary) -> dict[str, str]:
    return {f"{claim.kind} {claim.name}": claim.role for claim in read_claims(text, "fdd.md", words)}


@pytest.mark.parametrize(
    ("text", "thing", "role"),
    [
        ("Extend `Shop.Baskets` with a limit.", "module Shop.Baskets", "change"),
        ("Add `stack_voucher/2` to `Shop.Baskets`.", "module Shop.Baskets", "change"),
        ("Totals come from `Shop.Baskets.list_baskets/0`.", "module Shop.Baskets", "read"),
        ("Add a page that goes through `Shop.Baskets`.", "module Shop.Baskets", "read"),
        ("There are no changes to `Shop.Baskets`.", "module Shop.Baskets", "read"),
        ("`Shop.Baskets` stays as it is.", "module Shop.Baskets", "read"),
        ("Update `lib/shop/baskets.ex`.", "module Shop.Baskets", "change"),
        ("Create `Shop.Refusals` for refused vouchers.", "module Shop.Refusals", "new"),
        ("`Shop.Refusals` (new) keeps them.", "module Shop.Refusals", "new"),
        ("A new table `redemptions` keeps each one.", "table redemptions", "new"),
        ("Add a column to the `baskets` table.", "table baskets", "change"),
        ("`Basket` rows are read.", "table baskets", "read"),
        ("Add the feature flag `voucher_stacking`.", "flag voucher_stacking", "new"),
        ("Emit the new event `[:shop, :vouchers, :refused]`.", "event shop.vouchers.refused", "new"),
        ("Count `[:shop, :baskets, :redeemed]`.", "event shop.baskets.redeemed", "read"),
        ("Subscribe to the new topic `vouchers:#{basket_id}`.", "topic vouchers:*", "new"),
        ("Change `/basket` to list them.", "route /basket", "change"),
        ("The new route `/basket/:id/vouchers` shows them.", "route /basket/:_/vouchers", "new"),
        ("## Interfaces\n`Shop.Baskets` is named by the pack and used as it is.", "module Shop.Baskets", "read"),
        ("## Components\n- `Shop.Baskets` and `Shop.Vouchers` are used as they are.", "module Shop.Baskets", "read"),
        ("## Interfaces\nExisting routes:\n- `/basket`", "route /basket", "read"),
        ("## Interfaces\nExtend the existing routes:\n- `/basket`", "route /basket", "change"),
        ("Add a dedicated LiveView such as `ShopWeb.RefusalsLive`.", "module ShopWeb.RefusalsLive", "new"),
        (
            "## Interfaces\n- `GET /basket` and `POST /basket` lead to `Shop.Baskets`; they stay.",
            "route /basket",
            "read",
        ),
        ("Introduce a worker, e.g. `Shop.Sweeper`.", "module Shop.Sweeper", "new"),
        ("## Interfaces\n- `Shop.Baskets` subscribes to `vouchers:*`.", "module Shop.Baskets", "read"),
        ("## Interfaces\n- `Shop.Baskets` now subscribes to `vouchers:*`.", "module Shop.Baskets", "change"),
        ("## Data Model\n\n**Schemas at hand**\n\n- `Basket`: 2 fields.", "table baskets", "read"),
        ("## Data Model\n- `Basket` maps `baskets`: 2 fields; belongs to `shop`.", "table baskets", "read"),
        ("## Data Model\n- `baskets` is the only durable home of the state.", "table baskets", "read"),
        ("## Data Model\n- `baskets` grows by 1,000 rows a day.", "table baskets", "read"),
        ("## Data Model\n\n**Proposed tables and columns**\n\n- `baskets`: a limit.", "table baskets", "change"),
        (
            "## Data Model\n\n**At hand**\n- `Basket`: a.\n\n**Changes**\n- `baskets`: b.",
            "table baskets",
            "change",
        ),
        ("## Components\n\n**Read before changing**\n\n- `Shop.Baskets`: stacks.", "module Shop.Baskets", "read"),
        (
            "## Components\n- `Shop.Baskets` keeps its restart strategy.",
            "module Shop.Baskets",
            "read",
        ),
        ("## Components\n- `Shop.Baskets` still redeems.", "module Shop.Baskets", "read"),
        ("New modules:\n- `Shop.Refusals` is planned elsewhere; this design calls it.", "module Shop.Refusals", "read"),
        ("## Interfaces\n`/basket`, which the pack wants made, exists already.", "route /basket", "read"),
        ("## Interfaces\n- Adds a route below `/basket`.", "route /basket", "read"),
    ],
)
def test_a_sentence_tells_what_is_done_with_a_name(text: str, thing: str, role: str, words: Vocabulary) -> None:
    assert _roles(text, words)[thing] == role


def test_a_list_takes_the_verb_of_the_line_that_leads_it(words: Vocabulary) -> None:
    text = "New modules:\n\n- `Shop.Refusals`: keeps refused vouchers.\n\nFiles to change:\n\n- `lib/shop/weather.ex`\n"
    assert _roles(text, words) == {"module Shop.Refusals": "new", "module Shop.Weather": "change"}


def test_a_component_of_the_design_has_a_part_in_it_and_one_of_the_context_has_not(words: Vocabulary) -> None:
    text = (
        "## Repository Context\n\n- `Shop.Weather`: forecasts.\n\n## 4. Proposed Design\n\n- `Shop.Baskets`: stacks.\n"
    )
    assert _roles(text, words) == {"module Shop.Weather": "read", "module Shop.Baskets": "change"}


@pytest.mark.parametrize(
    "line",
    [
        "- `baskets` by `owner_id`: expect an Index Scan; the migrations show no index, so check it with EXPLAIN.",
        "- `baskets` by `code`: expect an Index Scan on its unique index, one row.",
    ],
)
def test_the_plan_that_a_read_of_a_table_is_to_have_is_no_change_of_it(line: str, words: Vocabulary) -> None:
    heading = "## 5. Interfaces\n\n### 5.2 Data Model & Storage\n\n"
    assert _roles(f"{heading}{line}\n", words) == {"table baskets": "read"}
    assert _roles(f"{heading}- `baskets` by owner, with one more index.\n", words) == {"table baskets": "change"}
    assert _roles(f"{heading}- `baskets` gains an index, so that EXPLAIN shows an Index Scan.\n", words) == {
        "table baskets": "change"
    }


def test_code_blocks_claim_what_they_define(words: Vocabulary) -> None:
    text = "```elixir\ndefmodule Shop.Refusals do\ncreate table(:refusals) do\nalter table(:baskets) do\n```\n"
    roles = {"module Shop.Refusals": "new", "table refusals": "new", "table baskets": "change"}
    assert _roles(text, words) == roles


@pytest.mark.parametrize("text", ["`Enum.map/2`", "`Phoenix.PubSub`", "`Shop.*`", "`total_price`", "`Baskets` (tm)"])
def test_what_is_not_the_checkouts_own_is_no_claim(text: str, words: Vocabulary) -> None:
    assert "new" not in _roles(f"Uses {text}.", words).values()


def _design(slug: str, *claims: tuple[str, str], archived: bool = False) -> Design:
    listed = tuple(Claim("module", name, role, Place(f"{slug}/fdd.md", 3), name) for name, role in claims)
    return Design(slug, f"docs/{slug}", f"{slug}/fdd.md", listed, archived)


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("new", "new", "high"),
        ("new", "read", "medium"),
        ("change", "new", "medium"),
        ("change", "change", "medium"),
        ("change", "read", "low"),
        ("read", "read", "none"),
    ],
)
def test_a_conflict_is_as_bad_as_what_both_do(one: str, other: str, severity: str) -> None:
    found = find_conflicts((_design("a", ("Shop.X", one)), _design("b", ("Shop.X", other))), frozenset())
    assert [conflict.severity for conflict in found] == [severity]


def test_the_pack_that_is_asked_for_comes_first_in_each_pair() -> None:
    designs = [_design("a", ("Shop.X", "change")), _design("b", ("Shop.X", "change")), _design("c", ("Shop.X", "new"))]
    found = find_conflicts(designs, frozenset(), "docs/b")
    assert [conflict.slugs for conflict in found] == [("b", "a"), ("b", "c")]


def test_what_more_than_a_third_of_the_designs_name_is_common_ground_unless_both_make_it() -> None:
    designs = [_design(name, ("Shop.Repo", "change")) for name in "abcd"] + [_design(name) for name in "efg"]
    common = find_common(designs)
    assert common == {("module", "Shop.Repo")}
    assert find_conflicts(designs, common) == ()
    makers = [_design("x", ("Shop.Repo", "new")), _design("y", ("Shop.Repo", "new"))]
    assert [conflict.severity for conflict in find_conflicts(makers, common)] == ["high"]


def test_three_of_seven_are_too_few_to_be_common_ground() -> None:
    assert find_common([_design(name, ("Shop.Repo", "read")) for name in "abc"]) == frozenset()


def _of_epic(slug: str, role: str, *depends: str, epic: str = "docs/epics/sale") -> Design:
    claim = Claim("module", "Shop.X", role, Place(f"{slug}/fdd.md", 3), "Shop.X")
    return Design(slug, f"{epic}/{slug}", f"{slug}/fdd.md", (claim,), depends=depends)


@pytest.mark.parametrize(
    ("one", "other"),
    [("change", "change"), ("new", "new"), ("change", "new"), ("new", "change"), ("read", "change"), ("read", "new")],
)
def test_packs_of_an_epic_that_depend_on_each_other_have_an_order_and_no_conflict(one: str, other: str) -> None:
    (found,) = find_conflicts((_of_epic("later", one, "sooner"), _of_epic("sooner", other)), frozenset())
    assert found.severity == "low"
    assert "later depends on sooner" in found.text
    assert "merge" not in found.text


def test_who_changes_what_it_depends_on_reading_is_told_as_without_an_order() -> None:
    (found,) = find_conflicts((_of_epic("later", "change", "sooner"), _of_epic("sooner", "read")), frozenset())
    assert "later changes the module Shop.X, which sooner rests on" in found.text


def test_a_dependency_outside_the_epic_or_on_both_sides_gives_no_order() -> None:
    away = _of_epic("sooner", "change", epic="docs/epics/other")
    both = _of_epic("sooner", "change", "later")
    for second in (away, both):
        (found,) = find_conflicts((_of_epic("later", "change", "sooner"), second), frozenset())
        assert found.severity == "medium"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Depends on the work of `price_lists`.", ("price_lists",)),
        ("## Dependencies\n\n- `price_lists`: the totals\n", ("price_lists",)),
        ("- Dependency: ../price_lists/prd.md", ("price_lists",)),
        ("It requires the price lists feature to be there.", ("price_lists",)),
        ("Does not depend on `price_lists`.", ()),
        ("## Overview\n\nLike `price_lists`, it has a page.", ()),
        ("`price_lists` depends on this pack.", ()),
    ],
)
def test_a_dependency_is_a_pack_named_where_one_is_spoken_of(text: str, found: tuple[str, ...]) -> None:
    assert read_dependencies(text, ("price_lists", "stacking")) == found


def test_a_flags_setting_is_no_flag(shop: Path) -> None:
    gate = "defmodule G do\n  def open?(s), do: Features.enabled?(:off, s) or Features.enabled?(:stacking, s)\nend\n"
    (shop / "lib/shop/gate.ex").write_text(gate)
    words = Vocabulary(load_code_map(shop))
    assert _roles("## Data Model\n- `off`: deny.\n- `stacking`: asks.", words) == {"flag stacking": "change"}
