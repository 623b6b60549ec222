from __future__ import annotations

import pytest

from torusnb.spec.rests import parse_rests
from torusnb.spec.template import load_template


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("It is so (prd.md:4, 9).", ["prd:4", "prd:9"]),
        ("It is so (PRD.md:4) and Prd.md:5 too.", ["prd:4", "prd:5"]),
        ("It is so (Requirements.YML:4).", ["req:4"]),
        ("It is so (Talk.TXT:4).", ["note:Talk.TXT:4"]),
        (f"It is so (prd.md:{'9' * 5000}).", []),
        (f"It is so (talk.md:4, {'9' * 5000}) and `lib/a.ex:{'9' * 5000}`.", ["note:talk.md:4"]),
    ],
)
def test_the_lines_of_a_pack_are_read_in_any_case_and_none_that_no_file_has(said: str, keys: list[str]) -> None:
    assert list(parse_rests(f"# Loaf\n\n## 1. Executive Summary\n\n{said}\n", load_template())) == keys
