"""What a pack says only to say that it is not used: it asks for nothing, nor do the names that stand there."""

from __future__ import annotations

import pytest

from torusnb.models.requirements import SpecPack
from torusnb.spec.mentions import parse_mentions
from torusnb.spec.prd import parse_prd
from torusnb.spec.unused import find_ruled_out, find_unused, keep_used

PATH = "docs/features/sowing/prd.md"
RIG = """# Sowing

## 1. Overview

Sow a row with `Garden.Rows`.

## 2. Checks

- Load rig recommendation:
  - Status: Not applicable
  - Rationale: `Garden.LoadRig` does not fit a form.

- Harvest: rows are picked by `Garden.Picker`.
"""


def read(text: str) -> SpecPack:
    sections = parse_prd(text, PATH).sections
    return SpecPack("sowing", "docs/features/sowing", "Sowing", sections=sections, mentions=parse_mentions(text, PATH))


def unused(text: str) -> list[int]:
    return sorted(line for _, line in find_unused(read(text)))


def test_a_status_of_not_applicable_takes_its_label_and_its_reasons_with_it() -> None:
    assert unused(RIG) == [9, 10, 11]


def test_a_name_that_stands_there_alone_is_no_mention_and_is_told_as_ruled_out() -> None:
    pack = read(RIG)
    assert [mention.name for mention in keep_used(pack).mentions] == ["Garden.Rows", "Garden.Picker"]
    assert [mention.name for mention in find_ruled_out(pack)] == ["Garden.LoadRig"]


def test_a_name_that_is_asked_for_elsewhere_stays() -> None:
    pack = read(RIG + "\n## 3. Data\n\nRows keep the counts of `Garden.LoadRig`.\n")
    assert find_ruled_out(pack) == ()


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("- GenAI: Not applicable.", True),
        ("- Load rig (if wanted): N/A", True),
        ("- **Load rig**: not needed for this step.", True),
        ("- Seeds: not required unless the row is empty, then `Garden.Seeds` gives them.", False),
        ("- A row is not applicable to two beds at once.", False),
        ("- Fallback: the rig when a bed is not needed.", False),
    ],
)
def test_only_an_answer_that_denies_the_whole_point_counts(line: str, out: bool) -> None:
    assert bool(unused(f"# Sowing\n\n## Notes\n\n{line}\n")) is out


def test_a_pack_without_such_lines_comes_back_as_it_is() -> None:
    pack = read("# Sowing\n\n## Overview\n\nSow a row.\n")
    assert keep_used(pack) is pack


def test_a_section_knows_the_line_that_its_text_begins_on() -> None:
    overview = next(s for s in read("# Sowing\n\n\n## Overview\n\n\nSow a row.\n").sections if s.title == "Overview")
    assert (overview.place.line, overview.text_line, overview.text) == (4, 7, "Sow a row.")
