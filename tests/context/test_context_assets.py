from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.context.small_shop import FILES, PRD, write_files
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.waypoints.asset_files import (
    AssetOutline,
    asset_paths,
    is_test_asset,
    parse_asset,
    parse_import_roots,
    quote_asset,
    resolve_imports,
)
from torusnb.context.waypoints.asset_signals import find_template_names
from torusnb.context.waypoints.assets import rank_assets
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.history import Change, History
from torusnb.models.knowledge import Waypoint
from torusnb.spec.reader import load_pack

ASSETS = {
    "assets/tsconfig.json": '{\n  // roots\n  "compilerOptions": {"baseUrl": ".", "paths": {"*": ["src/*"],},},\n}\n',
    "assets/src/hooks/voucher_list.ts": (
        "import { total } from 'cart/totals';\n\nexport const VoucherList = {\n  mounted() { total(); },\n};\n"
    ),
    "assets/src/hooks/index.ts": "import { VoucherList } from './voucher_list';\nexport const Hooks = [VoucherList];\n",
    "assets/src/cart/totals.ts": "export function total() {\n  return 0;\n}\n",
    "assets/src/cart/PriceTag.tsx": "export const PriceTag = () => null;\n",
    "assets/src/weather/Map.tsx": "export const Map = () => null;\n",
    "assets/test/voucher_list_test.ts": "import { VoucherList } from 'hooks/voucher_list';\ntest('voucher');\n",
    "assets/static/voucher.js": "var voucher;\n",
}
LIVE = FILES["lib/shop_web/live/basket_live.ex"].replace(
    "  def mount(",
    '  def render(assigns), do: ~H"""\n  <ul phx-hook="VoucherList"></ul>\n  """\n\n  def mount(',
)
HINT = PRD + "\n## 15. Notes\n- The price is shown by `PriceTag`.\n"

Rank = Callable[..., tuple[Waypoint, ...]]


@pytest.fixture
def rank(tmp_path: Path) -> Rank:
    files = FILES | ASSETS | {"lib/shop_web/live/basket_live.ex": LIVE, "docs/features/stacking/prd.md": HINT}
    root = write_files(tmp_path / "shop", files)
    pack, code_map, read = load_pack(root / "docs/features/stacking", root), load_code_map(root), source_reader(root)
    waypoints = rank_waypoints(pack, code_map, read)

    def ranked(**options: object) -> tuple[Waypoint, ...]:
        return rank_assets(pack, code_map, read, waypoints, **options)  # type: ignore[arg-type]

    return ranked


def by_path(waypoints: tuple[Waypoint, ...]) -> dict[str, Waypoint]:
    return {waypoint.path: waypoint for waypoint in waypoints}


def test_the_hook_that_a_waypoints_template_names_leads_to_its_file(rank: Rank) -> None:
    hook = by_path(rank())["assets/src/hooks/voucher_list.ts"]
    texts = [reason.text for reason in hook.reasons]
    assert "defines the hook `VoucherList` that `lib/shop_web/live/basket_live.ex` uses" in texts
    assert hook.layer == "asset"
    assert hook.key == "code:assets/src/hooks/voucher_list.ts:3"
    assert hook.quote == "export const VoucherList = {"


def test_a_component_that_the_pack_names_says_where(rank: Rank) -> None:
    tag = by_path(rank())["assets/src/cart/PriceTag.tsx"]
    named = next(reason for reason in tag.reasons if reason.kind == "named")
    assert named.text.startswith("named in docs/features/stacking/prd.md:")
    assert named.text.endswith("as `PriceTag`")


def test_what_a_strong_file_imports_comes_along_and_what_nothing_speaks_for_stays_out(rank: Rank) -> None:
    found = by_path(rank())
    reasons = [reason.text for reason in found["assets/src/cart/totals.ts"].reasons]
    assert any(text.startswith("imported by `assets/src/hooks/voucher_list.ts`") for text in reasons)
    assert "assets/src/weather/Map.tsx" not in found
    assert "assets/static/voucher.js" not in found


def test_ranks_count_from_one_and_a_test_stands_behind_what_it_tests(rank: Rank) -> None:
    ranked = rank()
    assert [waypoint.rank for waypoint in ranked] == list(range(1, len(ranked) + 1))
    order = [waypoint.path for waypoint in ranked]
    assert order.index("assets/src/hooks/voucher_list.ts") < order.index("assets/test/voucher_list_test.ts")


def test_the_history_speaks_for_a_file_that_changed_with_a_waypoint(rank: Rank) -> None:
    paths = ("assets/src/weather/Map.tsx", "lib/shop/baskets.ex")
    past = History("f" * 40, 10, (Change("a" * 40, 10, "Something", paths),))
    reasons = by_path(rank(history=past))["assets/src/weather/Map.tsx"].reasons
    assert "changed together with `lib/shop/baskets.ex` once" in [reason.text for reason in reasons]


def test_a_person_decides_what_is_in_and_what_is_out(rank: Rank) -> None:
    wanted, dropped = "assets/src/weather/Map.tsx", "assets/src/hooks/voucher_list.ts"
    found = rank(limit=1, always=frozenset({wanted, "assets/none.ts"}), never=frozenset({dropped}))
    assert [waypoint.path for waypoint in found][1:] == [wanted]
    assert found[-1].reasons[0].kind == "person"
    assert dropped not in by_path(found)


def test_the_same_request_gives_the_same_ranking(rank: Rank) -> None:
    assert rank() == rank()


def test_a_checkout_without_assets_has_none(tmp_path: Path) -> None:
    root = write_files(tmp_path / "plain", FILES | {"docs/features/stacking/prd.md": PRD})
    pack = load_pack(root / "docs/features/stacking", root)
    assert rank_assets(pack, load_code_map(root), source_reader(root), ()) == ()


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("assets/src/a.tsx", True),
        ("assets/css/app.scss", True),
        ("apps/web/assets/js/app.js", True),
        ("assets/vendor/topbar.js", False),
        ("assets/static/a.js", False),
        ("assets/js/app.min.js", False),
        ("assets/package.json", False),
        ("lib/assets/a.ts", False),
    ],
)
def test_which_files_are_the_browsers(path: str, taken: bool) -> None:
    assert asset_paths([path]) == ((path,) if taken else ())


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("assets/test/a.ts", True),
        ("assets/src/a.test.ts", True),
        ("assets/src/a_test.tsx", True),
        ("assets/src/contest.ts", False),
    ],
)
def test_which_files_are_tests(path: str, told: bool) -> None:
    assert is_test_asset(path) is told


@pytest.mark.parametrize(
    ("text", "exports", "imports"),
    [
        ("export const A = 1;\nexport default function B() {}\n", [("A", 1), ("B", 2)], []),
        ("import a, {\n  b,\n} from './c';\n", [], ["./c"]),
        ("import './side';\nconst x = await import('./late');\nrequire('old');\n", [], ["./side", "./late", "old"]),
        ("export { a } from './d';\nexport interface E {}\nexport type F = E;\n", [("E", 2), ("F", 3)], ["./d"]),
        ("@import 'base';\n@use 'theme';\n", [], ["base", "theme"]),
        ("", [], []),
    ],
)
def test_exports_and_imports_are_read_line_by_line(
    text: str, exports: list[tuple[str, int]], imports: list[str]
) -> None:
    outline = parse_asset(text, "assets/src/x.ts")
    assert [(export.name, export.line) for export in outline.exports] == exports
    assert list(outline.imports) == imports


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_survived(source: str, config: str) -> None:
    outline = parse_asset(source, "assets/src/x.ts")
    line, quote = quote_asset(outline, source)
    assert source.split("\n")[line - 1].strip() == quote
    assert parse_import_roots(config, "assets").roots


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("./b", "assets/src/a/b.ts"),
        ("../c", "assets/src/c/index.tsx"),
        ("c", "assets/src/c/index.tsx"),
        ("@lib/b", "assets/src/a/b.ts"),
        ("./theme", "assets/src/a/_theme.scss"),
        ("react", ""),
        ("../../../etc/passwd", ""),
    ],
)
def test_imports_lead_to_files_as_the_configuration_says(name: str, target: str) -> None:
    roots = parse_import_roots('{"compilerOptions": {"paths": {"@lib/*": ["src/a/*"]}}}', "assets")
    known = ["assets/src/a/b.ts", "assets/src/c/index.tsx", "assets/src/a/_theme.scss"]
    outlines = {path: AssetOutline(path) for path in known} | {
        "assets/src/a/x.ts": AssetOutline("assets/src/a/x.ts", imports=(name,))
    }
    found = resolve_imports(outlines, {"assets": roots})["assets/src/a/x.ts"]
    assert found == ((target,) if target else ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('<div phx-hook="ListScroll">', [("hook", "ListScroll")]),
        ('<div phx-hook={if @wide, do: "ListScroll"}>', [("hook", "ListScroll")]),
        ('React.component(@ctx, "Components.Chart", %{})', [("component", "Components.Chart")]),
        ('ReactPhoenix.ClientSide.react_component("Components.Bank", %{})', [("component", "Components.Bank")]),
        ("<div>", []),
    ],
)
def test_templates_name_hooks_and_components(text: str, names: list[tuple[str, str]]) -> None:
    assert [(name.kind, name.name) for name in find_template_names({"lib/a.ex": text})] == names
