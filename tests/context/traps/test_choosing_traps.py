"""Which findings become traps, in which order, and what is said of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.context.traps.small_scene import map_of, module, pack_of, traps_of, waypoint_of
from torusnb.context.traps import RULES, find_traps

DOCS = Path(__file__).parents[3] / "docs" / "traps.md"
WRITE = "def get_{0}(id), do: Repo.insert(id)"


def test_traps_are_ranked_from_one_and_the_same_every_time() -> None:
    files = module(WRITE.format("basket")) | module(WRITE.format("till"), "Shop.Tills")
    first, second = traps_of(files), traps_of(dict(reversed(files.items())))
    assert first == second
    assert [trap.rank for trap in first] == list(range(1, len(first) + 1))
    assert len(first) >= 2


def test_what_the_request_speaks_of_comes_first_and_says_so() -> None:
    files = module(WRITE.format("basket")) | module(WRITE.format("voucher_refund"), "Shop.Tills")
    waypoints = (waypoint_of("lib/shop/baskets.ex", 1), waypoint_of("lib/shop/tills.ex", 2))
    found = traps_of(files, "The clerk sees a voucher with its refund.", waypoints=waypoints, rules=("hidden-write",))
    assert [trap.symbol for trap in found] == ["get_voucher_refund/1", "get_basket/1"]
    assert 'FR-001 speaks of "refund" and "voucher"' in found[0].why
    assert found[0].requirements == ("FR-001",)


def test_a_trap_that_no_requirement_speaks_of_says_that_it_only_lies_near() -> None:
    waypoint = waypoint_of("lib/shop/baskets.ex", requirements=("FR-007",))
    (trap,) = traps_of(module(WRITE.format("basket")), "Rain falls.", waypoints=(waypoint,), rules=("hidden-write",))
    assert trap.why.endswith("; it lies in waypoint 1, which the pack names.")
    assert trap.requirements == ("FR-007",)


def test_what_has_nothing_to_do_with_the_feature_is_dropped() -> None:
    waypoints = (waypoint_of("lib/shop/tills.ex", 1), waypoint_of("lib/shop/baskets.ex", 30))
    files = module(WRITE.format("basket")) | module("def open, do: :ok", "Shop.Tills")
    assert traps_of(files, "Rain falls.", waypoints=waypoints) == ()


def test_words_in_common_alone_make_no_heart_of_the_feature() -> None:
    waypoint = waypoint_of("lib/shop/baskets.ex", named=False)
    assert traps_of(module(WRITE.format("basket")), "Rain falls.", waypoints=(waypoint,)) == ()


def test_what_a_better_waypoint_calls_is_kept() -> None:
    waypoints = (waypoint_of("lib/shop/tills.ex", 1), waypoint_of("lib/shop/baskets.ex", 30))
    files = module(WRITE.format("basket")) | module("def open(id), do: Shop.Baskets.get_basket(id)", "Shop.Tills")
    (trap,) = traps_of(files, "Rain falls.", waypoints=waypoints, rules=("hidden-write",))
    assert trap.why.endswith("; waypoint 1 (`lib/shop/tills.ex`) calls it.")


def test_few_of_a_kind_are_kept() -> None:
    body = "\n".join(WRITE.format(f"basket{number}") for number in range(9))
    assert len(traps_of(module(body), rules=("hidden-write",))) == 2


def test_the_limit_holds() -> None:
    files = module(WRITE.format("basket")) | module(WRITE.format("till"), "Shop.Tills")
    assert len(traps_of(files, limit=1)) == 1


def test_tooling_is_left_alone() -> None:
    assert traps_of(module(WRITE.format("basket"), "Mix.Tasks.Shop")) == ()


def test_files_that_cannot_be_read_or_parsed_are_survived() -> None:
    files = {"lib/shop/a.ex": "defmodule A do\n def get_x(", "lib/shop/b.ex": "\x00\ufffd(((("}
    waypoints = (waypoint_of("lib/shop/a.ex"), waypoint_of("lib/shop/b.ex", 2), waypoint_of("lib/gone.ex", 3))
    assert traps_of(files, waypoints=waypoints) == ()
    assert find_traps(pack_of("Rain falls."), waypoints, map_of(files), lambda _: "") == ()


def test_a_rule_that_nobody_knows_cannot_be_used() -> None:
    with pytest.raises(KeyError):
        traps_of(module("def a, do: 1"), rules=("unheard-of",))


def test_every_trap_has_a_key_whole_sentences_and_evidence() -> None:
    files = module(WRITE.format("basket") + "\ndef find(1), do: {:ok, 1}\ndef find(_), do: nil")
    for trap in traps_of(files):
        path, _, line = trap.evidence[0].removeprefix("code:").rpartition(":")
        assert trap.key == f"trap:{trap.rule}:{path}:{line}"
        assert all(text.endswith(".") for text in (trap.what, trap.why, trap.remedy))
        assert trap.severity in {"high", "medium", "low"}
        assert trap.rule in RULES


def test_every_rule_is_documented_as_the_code_has_it() -> None:
    parts = re.split(r"^### `([a-z-]+)`$", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    documented = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(documented) == list(RULES)
    for name, part in documented.items():
        rule, text = RULES[name], " ".join(part.split())
        assert text.startswith(f"{rule.title}. {'Quiet' if rule.quiet else 'On'}.")
        assert " ".join(rule.meaning.split()) in text
        assert f"> In a design: {rule.remedy}" in text
