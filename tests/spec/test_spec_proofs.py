"""The files that requirements.yml names as proofs of its criteria."""

from __future__ import annotations

import pytest

from torusnb.spec.requirements_yaml import parse_requirements

TEMPLATE = """
requirements:
- id: FR-001
  title: Beds are listed by title.
acceptance_criteria:
- id: AC-001
  title: The beds of a plot are sorted.
  {proofs}
"""


@pytest.mark.parametrize(
    ("proofs", "paths"),
    [
        (
            "proofs: [lib/garden/beds.ex, test/garden/beds_test.exs]",
            ("lib/garden/beds.ex", "test/garden/beds_test.exs"),
        ),
        ("proofs: [{type: test, ref: test/garden/beds_test.exs}]", ("test/garden/beds_test.exs",)),
        ("proofs: [test/garden/beds_test.exs shows the order]", ("test/garden/beds_test.exs",)),
        ("proof: assets/test/bed_test.tsx:40", ("assets/test/bed_test.tsx",)),
        ("proofs: [seen by hand, plan.md]", ()),
        ("proofs: [lib/../../etc/passwd.ex]", ()),
        ("proofs: [lib/garden/beds.ex, lib/garden/beds.ex]", ("lib/garden/beds.ex",)),
        ("status: proposed", ()),
    ],
)
def test_a_criterion_keeps_the_paths_among_its_proofs(proofs: str, paths: tuple[str, ...]) -> None:
    found = parse_requirements(TEMPLATE.format(proofs=proofs), "requirements.yml")
    criterion = next(d for d in found.definitions if d.id == "AC-001")
    assert criterion.proofs == paths
