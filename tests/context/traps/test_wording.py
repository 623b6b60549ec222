"""How a pack's words meet what stands in code."""

from __future__ import annotations

import os
import subprocess
import sys

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
