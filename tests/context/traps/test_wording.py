"""How a pack's words meet what stands in code."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec

from tests.context.traps.small_scene import map_of, pack_of
from torusnb.context.traps.wording import RequestWords
from torusnb.models.base import Place
from torusnb.models.requirements import Mention

TIES = """
import itertools
from torusnb.context.traps.wording import RequestWords

words = ["".join(letters) for letters in itertools.product("bdf", "aeo", "lmn", "aeo", "rst")]
rarity = {word: 3 * (0.31, 0.42, 0.53, 0.37, 0.61, 0.7)[at % 6] for at, word in enumerate(words)}
for at in range(0, 120, 2):  # two sentences whose words weigh the same, in whatever order they are added up
    first = words[at : at + 4]
    second = [words[at + 24], *first[1:]]
    lines = (frozenset(first), frozenset(second))
    request = RequestWords({}, {word: 1 for word in words}, lines, frozenset(), rarity, 3.0)
    print(request.tie([*first, second[0]]))
"""


def test_equal_ties_are_told_the_same_way_in_every_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", TIES],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(told) == 1
    assert told.pop().count("strength=0.6") > 10


def test_a_name_that_many_modules_give_a_function_is_not_named_by_the_pack() -> None:
    put = "defmodule Shop.Store{} do\n  def put(x), do: x\n  def put_in_order(x), do: x\nend\n"
    files = {f"lib/shop/store{n}.ex": put.format(n).replace("put_in_order", f"only_{n}") for n in range(12)}
    mentions = tuple(Mention("function", name, Place("prd.md", 1)) for name in ("put/1", "only_3/1"))
    request = RequestWords.of(msgspec.structs.replace(pack_of("Rain falls."), mentions=mentions), map_of(files))
    assert (request.names("put/1"), request.names("only_3/1")) == (False, True)


def test_words_that_functions_of_many_modules_take_weigh_nothing() -> None:
    files = {f"lib/shop/s{n}.ex": f"defmodule Shop.S{n} do\n  def f{n}(slug), do: slug\nend\n" for n in range(20)}
    assert RequestWords.of(pack_of("A slug."), map_of(files)).weight("slug") == 0.0
    few = dict(list(files.items())[:19])
    assert RequestWords.of(pack_of("A slug."), map_of(few)).weight("slug") > 0.0
