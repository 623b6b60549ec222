"""The nearest module of today for a name that the checkout does not have: the same words, or none is named."""

from __future__ import annotations

import pytest

from torusnb.context.knowledge.gap_scope import _nearest
from torusnb.models.codebase import CodeMap, Commit, FileOutline
from torusnb.models.modules import Module


@pytest.mark.parametrize(
    ("missing", "near"),
    [
        ("Garden.RowDetails", "`Garden.Old.RowDetail`"),
        ("Garden.RowDelta", ""),
        ("Garden.BedDetails", ""),
        ("Garden.Rows", ""),
    ],
)
def test_only_the_same_words_make_a_name_the_nearest(missing: str, near: str) -> None:
    module = Module("Garden.Old.RowDetail", "lib/garden/old.ex", 1, 9)
    code = CodeMap("garden", Commit("abc123"), files=(FileOutline(module.path, "0", 9, (module,)),))
    assert _nearest(missing, code) == near
