"""Which findings become traps, in which order, and what is said of them."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.context.traps.small_scene import map_of, module, pack_of, traps_of, waypoint_of
from torusnb.context.traps import RULES, find_traps
from torusnb.context.traps.wording import RequestWords
from torusnb.models.base import Place
from torusnb.models.requirements import Mention

DOCS = Path(__file__).parents[3] / "docs" / "traps.md"
WRITE = "def get_{0}(id), do: Repo.insert(id)"
FIND = "def find_it(id), do: Repo.insert(id)"


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


def test_what_a_better_waypoint_calls_comes_first_and_is_not_told_for_that_alone() -> None:
    waypoints = (waypoint_of("lib/shop/tills.ex", 1), waypoint_of("lib/shop/baskets.ex", 30))
    body = WRITE.format("voucher_refund") + "\n" + WRITE.format("refund_voucher")
    calls = "def open(id), do: Shop.Baskets.get_refund_voucher(id)"
    files = module(body) | module(calls, "Shop.Tills")
    assert traps_of(files, "Rain falls.", waypoints=waypoints, rules=("hidden-write",)) == ()
    found = traps_of(files, "A refund of a voucher.", waypoints=waypoints, rules=("hidden-write",))
    assert [trap.symbol for trap in found] == ["get_refund_voucher/1", "get_voucher_refund/1"]
    assert found[0].why.endswith(", and waypoint 1 (`lib/shop/tills.ex`) calls it.")


def test_the_words_of_a_modules_name_alone_make_no_tie() -> None:
    waypoints = (waypoint_of("lib/shop/voucher_refunds.ex", 1, named=False),)
    request = "A refund of a voucher."
    for body, count in ((WRITE.format("basket"), 0), (WRITE.format("voucher_for_basket"), 1)):
        files = module(body, "Shop.VoucherRefunds") | module("def open, do: :ok", "Shop.Tills")
        assert len(traps_of(files, request, waypoints=waypoints, rules=("hidden-write",))) == count


@pytest.mark.parametrize(
    ("name", "count"), [("get", 0), ("get_basket", 1), ("Shop.Baskets.find_it/1", 1), ("find_it/1", 1)]
)
def test_a_name_of_one_word_is_named_only_with_its_module_or_arity(name: str, count: int) -> None:
    files = module("def get(id), do: Repo.insert(id)\ndef get_basket(id), do: Repo.insert(id)\n" + FIND)
    pack = msgspec.structs.replace(pack_of("Rain falls."), mentions=(Mention("function", name, Place("prd.md", 1)),))
    words = RequestWords.of(pack, map_of(files))
    named = [symbol for symbol in ("get/1", "get_basket/1", "find_it/1") if words.names(symbol)]
    assert len(named) == count


def test_a_dropped_trap_stays_away_also_when_lines_move_and_makes_room_for_another() -> None:
    body = "\n".join(WRITE.format(f"basket{number}") for number in range(4))
    first, second = traps_of(module(body), rules=("hidden-write",))
    moved = module("\n\n# a new line\n" + body)
    waypoints = (waypoint_of("lib/shop/baskets.ex"),)
    found = find_traps(
        pack_of("Rain falls."),
        waypoints,
        map_of(moved),
        moved.__getitem__,
        rules=("hidden-write",),
        dropped={first.key},
    )
    assert len(found) == 2
    assert found[0].key == second.key
    assert first.key not in {trap.key for trap in found}


def test_a_kept_trap_stays_whatever_the_limits_say_as_long_as_the_code_does_it() -> None:
    body = "\n".join(WRITE.format(f"basket{number}") for number in range(4))
    key = "trap:hidden-write:lib/shop/baskets.ex:Shop.Baskets.get_basket3/1"
    files, waypoints = module(body), (waypoint_of("lib/shop/baskets.ex"),)
    pack = pack_of("Rain falls.")
    found = find_traps(pack, waypoints, map_of(files), files.__getitem__, 1, kept={key})
    assert [trap.key for trap in found] == [key]
    mended = module(body.replace("get_basket3(id), do: Repo.insert(id)", "get_basket3(id), do: id"))
    assert key not in {t.key for t in find_traps(pack, waypoints, map_of(mended), mended.__getitem__, kept={key})}


def test_of_a_quiet_rule_only_what_is_kept_is_told() -> None:
    body = "\n".join(
        f"def pay{number}(b), do: Repo.transaction(fn -> Phoenix.PubSub.broadcast(P, b, b) end)" for number in (1, 2)
    )
    files = module(body)
    (one, _) = traps_of(files, rules=("effect-in-transaction",))
    assert traps_of(files) == ()
    waypoints = (waypoint_of("lib/shop/baskets.ex"),)
    found = find_traps(pack_of("Rain falls."), waypoints, map_of(files), files.__getitem__, kept={one.key})
    assert [trap.key for trap in found] == [one.key]


def test_several_of_a_rule_in_one_function_have_keys_of_their_own() -> None:
    effects = "Phoenix.PubSub.broadcast(P, b, b)\n    Req.post(b)"
    files = module(f"def pay(b) do\n  Repo.transaction(fn ->\n    {effects}\n  end)\nend")
    keys = {trap.key for trap in traps_of(files, rules=("effect-in-transaction",))}
    base = "trap:effect-in-transaction:lib/shop/baskets.ex:Shop.Baskets.pay/1"
    assert keys == {base, f"{base}#2"}


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
        path = trap.evidence[0].removeprefix("code:").rpartition(":")[0]
        assert trap.key == f"trap:{trap.rule}:{path}:{trap.module}.{trap.symbol}"
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
