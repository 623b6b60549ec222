"""What changed under a design, symbol by symbol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from tests.context.small_shop import FILES, write_files
from torusnb.context.changes.footing import collect_footing
from torusnb.context.changes.staleness import Checkout, compare_packages, compare_symbols
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.models.changes import Change
from torusnb.models.codebase import CodeMap, LockedPackage
from torusnb.models.record import Footing
from torusnb.models.sources import Source

BASKETS = "lib/shop/baskets.ex"
KEYS = (f"code:{BASKETS}:8", "code:lib/shop/baskets/basket.ex:5", "guide:guides/design/high-level.md:7")


def _then(root: Path) -> Footing:
    return collect_footing(KEYS, source_reader(root), load_code_map(root))


def _now(root: Path, footing: Footing) -> dict[str, Change]:
    checkout = Checkout(source_reader(root), lambda: load_code_map(root))
    return {change.key: change for change in compare_symbols(footing, checkout)}


def _edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def _no_map() -> CodeMap:
    raise AssertionError("the whole checkout was mapped")


def test_what_stays_in_its_file_is_told_without_mapping_the_checkout(shop: Path) -> None:
    footing = _then(shop)
    _edit(shop, BASKETS, "  alias Shop.Repo\n", "  alias Shop.Repo\n  alias Shop.Weather\n")
    changes = {c.key: c for c in compare_symbols(footing, Checkout(source_reader(shop), _no_map))}
    assert [changes[key].state for key in KEYS] == ["moved", "unchanged", "unchanged"]
    assert str(changes[KEYS[0]].place) == f"{BASKETS}:9"


def test_a_changed_symbol_tells_the_lines_that_differ_also_where_the_quoted_line_stays(shop: Path) -> None:
    footing = _then(shop)
    _edit(shop, BASKETS, "%{voucher: code}", "%{voucher: code, open: true}")
    change = _now(shop, footing)[KEYS[0]]
    assert change.state == "changed"
    assert change.old == change.new == "def redeem_voucher(%Basket{} = basket, code) do"
    assert [line[0] for line in change.diff] == ["-", "+"]
    assert "open: true" in change.diff[1]


def test_a_function_that_went_to_another_module_has_moved(shop: Path) -> None:
    footing = _then(shop)
    text = (shop / BASKETS).read_text()
    (shop / BASKETS).unlink()
    write_files(shop, {"lib/shop/checkout.ex": text.replace("defmodule Shop.Baskets do", "defmodule Shop.Checkout do")})
    change = _now(shop, footing)[KEYS[0]]
    assert (change.state, str(change.place)) == ("moved", "lib/shop/checkout.ex:8")
    assert change.name == "Shop.Checkout.redeem_voucher/2"


def test_a_symbol_that_is_nowhere_is_gone(shop: Path) -> None:
    footing = _then(shop)
    (shop / BASKETS).unlink()
    change = _now(shop, footing)[KEYS[0]]
    assert (change.state, change.place, change.sha256, change.open) == ("gone", None, "gone", True)


def test_a_guide_section_that_says_something_else_has_changed(shop: Path) -> None:
    footing = _then(shop)
    _edit(shop, "guides/design/high-level.md", "redeemed once", "redeemed twice")
    assert _now(shop, footing)[KEYS[2]].state == "changed"


def test_a_file_outside_the_checkout_is_never_read(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.ex").write_text("defmodule Secret do\nend\n")
    (shop / "lib/link.ex").symlink_to(tmp_path / "secret.ex")
    read: Callable[[str], str] = source_reader(shop)
    assert collect_footing(["code:../secret.ex:1", "code:lib/link.ex:1"], read).symbols == ()


def test_a_package_is_compared_with_the_version_whose_documentation_is_cited() -> None:
    sources = [
        Source("src:oban", "Oban", "https://hexdocs.pm/oban/2.17.0", "deps", package="oban", version="2.17.0"),
        Source("src:jason", "Jason", "https://hexdocs.pm/jason/1.4.0", "deps", package="jason", version="1.4.0"),
        Source("src:otp", "OTP", "https://www.erlang.org", "catalogue"),
    ]
    changes = compare_packages(sources, {"oban": LockedPackage("oban", "2.18.0", 4)})
    assert [(c.key, c.state, c.old, c.new) for c in changes] == [
        ("package:jason", "gone", "1.4.0", ""),
        ("package:oban", "changed", "2.17.0", "2.18.0"),
    ]


def test_the_sample_shop_is_unchanged_when_laid_out_again(tmp_path: Path) -> None:
    one, other = write_files(tmp_path / "one", FILES), write_files(tmp_path / "other", FILES)
    assert {change.state for change in _now(other, _then(one)).values()} == {"unchanged"}


TWINS = {
    "lib/shop/plates.ex": "defmodule Shop.Plates do\n  def warm(plate, by), do: %{plate | heat: by}\nend\n",
    "lib/shop/cups.ex": "defmodule Shop.Cups do\n  def warm(plate, by), do: %{plate | heat: by}\nend\n",
}
WARM = "code:lib/shop/plates.ex:2"


def _twins_then(root: Path) -> Footing:
    write_files(root, TWINS)
    return collect_footing([WARM], source_reader(root), load_code_map(root))


def test_a_symbol_that_is_deleted_has_not_moved_to_the_twin_it_always_had(shop: Path) -> None:
    footing = _twins_then(shop)
    assert footing.symbols[0].twins == ("Shop.Cups.warm/2",)
    (shop / "lib/shop/plates.ex").unlink()
    change = _now(shop, footing)[WARM]
    assert (change.state, change.open) == ("gone", True)
    assert change.note == "Shop.Cups.warm/2 says the same (lib/shop/cups.ex:2)"


def test_a_function_deleted_beside_its_twin_in_one_file_is_gone(shop: Path) -> None:
    path = "lib/shop/plates.ex"
    write_files(shop, {path: "".join(TWINS.values())})
    footing = collect_footing([WARM], source_reader(shop), load_code_map(shop))
    _edit(shop, path, TWINS[path], "defmodule Shop.Plates do\nend\n")
    assert _now(shop, footing)[WARM].state == "gone"


def test_a_symbol_with_a_twin_moves_to_where_its_text_was_not_before(shop: Path) -> None:
    footing = _twins_then(shop)
    _edit(shop, "lib/shop/plates.ex", "defmodule Shop.Plates", "# Warm.\ndefmodule Shop.Trays")
    change = _now(shop, footing)[WARM]
    assert (change.state, change.name) == ("moved", "Shop.Trays.warm/2")


def test_where_nobody_looked_for_twins_a_symbol_under_another_name_is_told(shop: Path) -> None:
    _twins_then(shop)
    footing = collect_footing([WARM], source_reader(shop))
    assert footing.symbols[0].twins is None
    _edit(shop, "lib/shop/plates.ex", "Shop.Plates", "Shop.Trays")
    assert _now(shop, footing)[WARM].state == "gone"


def test_a_guide_that_is_deleted_has_not_moved_to_another_with_the_same_section(shop: Path) -> None:
    section = "# Plates\n\nWarm them.\n"
    write_files(shop, {"guides/design/one.md": section, "guides/design/two.md": section})
    key = "guide:guides/design/one.md:3"
    footing = collect_footing([key], source_reader(shop), load_code_map(shop))
    (shop / "guides/design/one.md").unlink()
    assert _now(shop, footing)[key].state == "gone"


def test_a_footing_of_an_older_hash_is_judged_by_the_text_it_keeps(shop: Path) -> None:
    footing = _then(shop)
    older = {symbol.sha256: f"older {symbol.sha256}" for symbol in footing.symbols}
    symbols = tuple(replace(symbol, sha256=older[symbol.sha256], twins=None) for symbol in footing.symbols)
    texts = {older[digest]: text for digest, text in footing.texts.items()}
    changes = _now(shop, Footing(symbols, footing.quotes, texts))
    assert {change.state for change in changes.values()} == {"unchanged"}


def test_each_cited_version_of_a_package_is_compared() -> None:
    sources = [
        Source(
            f"src:oban-{version}", "Oban", f"https://hexdocs.pm/oban/{version}", "deps", package="oban", version=version
        )
        for version in ("2.17.0", "2.18.0")
    ]
    changes = compare_packages(sources, {"oban": LockedPackage("oban", "2.18.0", 4)})
    assert [(c.key, c.name, c.state, c.old) for c in changes] == [
        ("package:oban@2.17.0", "oban", "changed", "2.17.0"),
        ("package:oban@2.18.0", "oban", "unchanged", "2.18.0"),
    ]
