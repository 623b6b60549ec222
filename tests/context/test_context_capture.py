from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from torusnb.context.capture import capture_context, find_tests
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.models.base import render_json
from torusnb.models.codebase import CodeMap, Commit
from torusnb.models.knowledge import Context, Unknown, Waypoint
from torusnb.models.record import Decision
from torusnb.models.requirements import SpecPack
from torusnb.spec.discovery import find_packs
from torusnb.spec.reader import load_pack

Reader = Callable[[str], str]


@pytest.fixture
def context(stacking: SpecPack, shop_map: CodeMap, read_shop: Reader) -> Context:
    return capture_context(stacking, shop_map, read_shop)


def unknown_of(context: Context, topic: str) -> Unknown:
    return next(unknown for unknown in context.knowledge.unknown if unknown.topic == topic)


def test_the_known_is_shown_by_lines_of_the_checkout(context: Context) -> None:
    told: dict[str, str] = {}
    for known in context.knowledge.known:
        told[known.topic] = f"{told.get(known.topic, '')} {known.text}".strip()
    assert "`/basket`" in told["entry points"]
    assert "table `baskets`" in told["data model"]
    assert "`account`" in told["tenancy"]
    assert "3 children" in told["runtime topology"]
    assert "`shop.baskets.redeemed` (in `Shop.Baskets`)" in told["telemetry"]
    assert told["platform"] == "mix.lock pins oban 2.17.0."
    assert "node by node" in told["deployment"]
    assert all(known.evidence for known in context.knowledge.known)


def test_every_code_key_has_its_verbatim_line(context: Context, read_shop: Reader) -> None:
    keys = {key for known in context.knowledge.known for key in known.evidence}
    keys |= {key for lines in context.runtime.values() for line in lines for key in line.evidence}
    keys |= {waypoint.key for waypoint in context.waypoints}
    keys |= {f"code:{module.path}:{f.line}" for module in context.code.modules.values() for f in module.functions}
    code = sorted(key for key in keys if key.startswith("code:"))
    assert {"code:mix.lock:2", "code:lib/shop/baskets.ex:8"} < set(code)
    for key in code:
        path, _, line = key.removeprefix("code:").rpartition(":")
        assert context.quotes[key] == read_shop(path).split("\n")[int(line) - 1].strip()


def test_a_file_that_vanishes_after_it_was_outlined_costs_only_its_quotes(
    shop: Path, stacking: SpecPack, shop_map: CodeMap
) -> None:
    (shop / "lib/shop/baskets.ex").unlink()
    context = capture_context(stacking, shop_map, source_reader(shop))
    assert "lib/shop/baskets.ex" in {file.path for file in context.code.files}
    assert context.quotes["code:lib/shop/baskets.ex:8"] == ""
    assert context.quotes["code:lib/shop/baskets/basket.ex:5"] == "field :voucher, :string"


def test_the_packs_own_assumptions_and_questions_come_first(context: Context) -> None:
    first, second, third = context.knowledge.unknown[:3]
    assert (first.id, first.stated, first.assumption) == ("A-1", True, "A voucher belongs to one basket at a time.")
    assert second.question == "Should a voucher be removable again, or should it stay until the basket is emptied?"
    assert second.default == "To be decided by product before FR-001 is built."
    assert third.default == "No: the first delivery goes without a limit on the number of vouchers."
    assert all(unknown.evidence[0].startswith("prd:") for unknown in (first, second, third))


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("named modules", "`Shop.Refusals`"),
        ("acceptance", "FR-003"),
        ("latency", "P95 300 ms"),
        ("load", "20 requests per second"),
        ("tenancy", "`Shop.Baskets.Basket`"),
        ("rollout", "FR-001"),
    ],
)
def test_a_gap_is_told_for_this_feature(context: Context, topic: str, said: str) -> None:
    unknown = unknown_of(context, topic)
    assert said in f"{unknown.text} {unknown.assumption}"
    assert all((unknown.assumption, unknown.risk, unknown.question, unknown.default, unknown.owner))


def test_a_gap_that_the_pack_closes_is_not_told_and_does_not_renumber_the_others(
    shop: Path, shop_map: CodeMap, read_shop: Reader, context: Context
) -> None:
    prd = shop / "docs/features/stacking/prd.md"
    prd.write_text(
        prd.read_text() + "\n## 8. Non-Functional Requirements\n- Performance: redeeming takes p95 <= 90 ms.\n"
    )
    fresh = capture_context(load_pack(prd.parent, shop), shop_map, read_shop)
    assert "latency" not in {unknown.topic for unknown in fresh.knowledge.unknown}
    assert unknown_of(fresh, "rollout").id == unknown_of(context, "rollout").id


def test_guides_that_matter_are_noted_with_a_verbatim_sentence(context: Context, shop: Path) -> None:
    note = context.notes[0]
    assert note.heading == "High-level design > Vouchers"
    assert note.missing_modules == ("Shop.Coupons",)
    assert note.key == f"guide:{note.place}"
    line = (shop / note.place.path).read_text().splitlines()[note.place.line - 1]
    assert note.quote.startswith(line)  # and goes on with the next sentence, which begins a line of its own
    assert {"architecture", "deployment"} <= {note.topic for note in context.notes}


def test_the_context_holds_the_neighbours_the_migration_and_the_runtime(context: Context) -> None:
    paths = context.code.paths
    assert "lib/shop/application.ex" in paths
    assert "lib/shop/accounts/account.ex" in paths
    assert "priv/repo/migrations/20240101000000_create_baskets.exs" in paths
    assert "guides/design/high-level.md" in paths
    assert context.tests["lib/shop/baskets.ex"] == ("test/shop/baskets_test.exs",)
    assert context.telemetry_prefixes == ("shop.baskets",)
    assert context.runtime["cache"][0].text == "{Cachex, name: :price_cache}"
    assert context.runtime["pubsub"][0].text == "{Phoenix.PubSub, name: Shop.PubSub},"
    assert context.totals["schemas"] == 2


def test_the_files_that_criteria_name_as_proofs_stay_in_the_map(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Reader, context: Context
) -> None:
    proof = "lib/shop/weather.ex"
    assert proof not in context.code.paths
    criteria = (msgspec.structs.replace(stacking.criteria[0], proofs=(proof, "lib/shop/gone.ex")),)
    found = capture_context(msgspec.structs.replace(stacking, criteria=criteria), shop_map, read_shop)
    assert proof in found.code.paths
    assert "lib/shop/gone.ex" not in found.code.paths


def test_a_persons_decisions_hold(stacking: SpecPack, shop_map: CodeMap, read_shop: Reader) -> None:
    decisions = (
        Decision("waypoint", "lib/shop/baskets.ex", "drop"),
        Decision("waypoint", "lib/shop/weather.ex", "drop"),
        Decision("waypoint", "lib/shop/weather.ex", "add", "the total depends on it"),
        Decision("waypoint", "guides/design/high-level.md", "add"),
        Decision("waypoint", "lib/shop/gone.ex", "add"),
        Decision("assumption", "A-1", "edit", "A voucher may move between baskets."),
        Decision("assumption", "A-2", "drop"),
        Decision("section", "4", "accept", "text"),
    )
    found = capture_context(stacking, shop_map, read_shop, decisions)
    by_path = {waypoint.path: waypoint for waypoint in found.waypoints}
    assert "lib/shop/baskets.ex" not in by_path
    assert by_path["lib/shop/weather.ex"].reasons[0].kind == "person"
    assert by_path["guides/design/high-level.md"].layer == "guide"
    assert "lib/shop/gone.ex" not in by_path
    ids = {unknown.id: unknown for unknown in found.knowledge.unknown}
    assert ids["A-1"].assumption == "A voucher may move between baskets."
    assert "A-2" not in ids
    assert "A-3" in ids


def test_capturing_twice_gives_the_same_bytes(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Reader, context: Context
) -> None:
    assert render_json(capture_context(stacking, shop_map, read_shop)) == render_json(context)


def test_only_files_that_a_design_may_cite_have_namesakes(shop: Path, stacking: SpecPack, read_shop: Reader) -> None:
    more = ("lib/other/baskets.ex", "lib/other/kiosk.ex", "lib/third/kiosk.ex")
    for path in more:
        (shop / path).parent.mkdir(parents=True, exist_ok=True)
        (shop / path).write_text("defmodule Other do\nend\n")
    found = capture_context(stacking, load_code_map(shop), read_shop)
    assert set(found.namesakes) >= {"lib/other/baskets.ex", "lib/shop/baskets.ex"}
    assert not {path for path in found.namesakes if path.endswith("kiosk.ex")}


def test_an_empty_checkout_and_an_empty_pack_give_an_empty_context() -> None:
    found = capture_context(SpecPack("a", "a", "A"), CodeMap("a", Commit("x")), lambda path: "")
    assert found.waypoints == ()
    assert found.knowledge.known == ()


def test_tests_are_found_by_path_by_name_and_by_folder() -> None:
    code = CodeMap(
        "a",
        Commit("x"),
        other_files=(
            "apps/one/test/c_test.exs",
            "test/a/b_test.exs",
            "test/moved/price_list_test.exs",
            "test/d/e_test.exs",
        ),
    )
    paths = ("lib/a/b.ex", "lib/x/price_list.ex", "lib/d.ex", "apps/one/lib/c.ex", "lib/none.ex")
    waypoints = [Waypoint(f"code:{path}:1", path, "", "context", 1, 1.0, 1, "x") for path in paths]
    assert find_tests(waypoints, code) == {
        "apps/one/lib/c.ex": ("apps/one/test/c_test.exs",),
        "lib/a/b.ex": ("test/a/b_test.exs",),
        "lib/d.ex": ("test/d/e_test.exs",),
        "lib/x/price_list.ex": ("test/moved/price_list_test.exs",),
    }


def test_the_miniature_torus_is_captured_whole(sample_torus: Path) -> None:
    code_map = load_code_map(sample_torus)
    for pack in find_packs(sample_torus):
        found = capture_context(
            load_pack(sample_torus / pack.directory, sample_torus), code_map, source_reader(sample_torus)
        )
        assert found.waypoints
        assert found.knowledge.known
        assert all(known.evidence for known in found.knowledge.known)
        assert len(found.code.files) <= 150


def test_traps_come_with_their_lines_and_one_that_a_person_dropped_stays_away(sample_torus: Path) -> None:
    pack = load_pack(sample_torus / "docs/features/late_work_policies", sample_torus)
    code_map, read = load_code_map(sample_torus), source_reader(sample_torus)
    found = capture_context(pack, code_map, read)
    first, *others = found.traps
    for key in (key for trap in found.traps for key in trap.evidence if key.startswith("code:")):
        path, _, line = key.removeprefix("code:").rpartition(":")
        assert found.quotes[key] == read(path).split("\n")[int(line) - 1].strip() != ""
        assert key in {symbol.key for symbol in found.symbols}
    fewer = capture_context(pack, code_map, read, (Decision("trap", first.key, "drop"),))
    assert [trap.key for trap in fewer.traps] == [trap.key for trap in others]
    assert [trap.rank for trap in fewer.traps] == list(range(1, len(others) + 1))
    assert first.key not in {trap.key for trap in fewer.traps}


def test_the_browsers_files_are_ranked_apart(sample_torus: Path) -> None:
    pack = load_pack(sample_torus / "docs/features/late_work_policies", sample_torus)
    found = capture_context(pack, load_code_map(sample_torus), source_reader(sample_torus))
    assert found.assets
    assert all(asset.path.startswith("assets/") and asset.reasons for asset in found.assets)
    assert not any(waypoint.path.startswith("assets/") for waypoint in found.waypoints)
