"""Two readings of one pack, and what a design document's sections rest on."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.models.base import Place
from torusnb.models.changes import Change
from torusnb.spec.changes import compare_packs
from torusnb.spec.headings import name_headings
from torusnb.spec.pathtails import PathTails
from torusnb.spec.reader import load_pack
from torusnb.spec.rests import parse_rests
from torusnb.spec.template import load_template

PRD = """# Loaf labels - PRD

## Overview
Print a label for each loaf.

## Functional Requirements
- FR-001: A label shows the weight.
- FR-002: A label shows the baker.

## Acceptance Criteria
- AC-001 (FR-001) — Given a loaf, when it is weighed, then the label shows grams.
"""


def _compare(tmp_path: Path, old: str, new: str) -> dict[str, Change]:
    packs = []
    for name, text in (("old", PRD), ("new", PRD.replace(old, new))):
        folder = tmp_path / name / "loaf_labels"
        folder.mkdir(parents=True)
        (folder / "prd.md").write_text(text)
        packs.append(load_pack(folder, tmp_path / name))
    return {change.key: change for change in compare_packs(*packs)}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight.", "weight in grams.", {"FR-001": "changed"}),
        ("- FR-002: A label shows the baker.\n", "", {"FR-002": "gone"}),
        ("the baker.\n", "the baker.\n- FR-003: A label shows the hour.\n", {"FR-003": "new"}),
        ("then the label", "then its label", {"AC-001": "changed"}),
        ("for each loaf", "for each roll", {"prd:Overview": "changed"}),
        ("Print a  label", "Print a label", {}),
        ("## Overview\n", "## Overview\n\n\n", {}),
    ],
)
def test_a_change_is_told_by_its_id_or_its_heading(tmp_path: Path, old: str, new: str, told: dict[str, str]) -> None:
    assert {key: change.state for key, change in _compare(tmp_path, old, new).items()} == told


def test_a_changed_section_tells_the_first_lines_that_differ(tmp_path: Path) -> None:
    change = _compare(tmp_path, "for each loaf", "for each roll")["prd:Overview"]
    assert (change.old, change.new) == ("Print a label for each loaf.", "Print a label for each roll.")


def test_keys_are_read_from_places_ids_and_labels() -> None:
    text = (
        "# T\n\n## 1. Executive Summary\n\nIt prints. (FR-001; prd.md:4; `lib/a/b.ex:3`) [ecto-repo]\n\n"
        "## 8. Caching Strategy\n\nNone. (`docs/x.md:7`; `lib/a/b.ex:3`; requirements.yml:9) [a](b.md)\n"
    )
    rests = parse_rests(text, load_template())
    assert rests["code:lib/a/b.ex:3"] == ("1", "8")
    assert rests["guide:docs/x.md:7"] == ("8",)
    assert rests["FR-001"] == rests["prd:4"] == rests["src:ecto-repo"] == ("1",)
    assert rests["req:9"] == ("8",)
    assert "src:a" not in rests


def test_ends_of_paths_and_several_lines_are_told_as_whole_keys() -> None:
    text = (
        "# T\n\n## 1. Executive Summary\n\nIt prints. (`b.ex:3, 5`; `x.md:7`; prd.md:4, 9; FR-001)\n\n"
        "## 8. Caching Strategy\n\nNone. (`c.ex:2`; `d.ex:1`)\n\n"
        "## 17. References\n\n**Code**: listed.\n\n- `docs/x.md`\n- `lib/a/b.ex`\n"
    )
    rests = parse_rests(text, load_template(), PathTails(["lib/a/c.ex"]))
    assert list(rests) == [
        *("code:lib/a/b.ex:3", "code:lib/a/b.ex:5", "guide:docs/x.md:7", "prd:4", "prd:9", "FR-001"),
        *("code:lib/a/c.ex:2", "code:d.ex:1"),
    ]


def test_two_headings_of_one_text_are_told_apart_and_the_last_goes_to_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "loaf_labels"
    folder.mkdir()
    long = "\n".join(f"Line {number}." for number in range(400))
    (folder / "prd.md").write_text(f"# Loaf labels\n\nA label.\n\n## Scope\n\nOne.\n\n## Scope\n\n{long}\n")
    pack = load_pack(folder, tmp_path)
    headings = name_headings(pack)
    assert list(headings)[-2:] == ["Scope", "Scope (2)"]
    path = headings["Scope"].section.place.path
    held = {line: [title for title, heading in headings.items() if heading.holds(Place(path, line))] for line in (7, 9)}
    assert held == {7: ["Scope"], 9: ["Scope (2)"]}
    assert headings["Scope (2)"].holds(Place(path, 405))
    assert not headings["Scope"].holds(Place("other.md", 7))
