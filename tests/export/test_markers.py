from __future__ import annotations

import pytest

from torusnb.export.markers import resolve_markers
from torusnb.models.base import Place
from torusnb.models.design import Evidence
from torusnb.models.sources import Source


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Gates open [@FR-001].", "Gates open (FR-001)."),
        ("Gates open [@AC-001].", "Gates open (AC-001)."),
        ("Gates open [@prd:42].", "Gates open (prd.md:42)."),
        ("Gates open [@req:7].", "Gates open (requirements.yml:7)."),
        ("Gates open [@code:lib/gate.ex:12].", "Gates open (`lib/gate.ex:12`)."),
        ("Gates open [@guide:docs/x.md:34].", "Gates open (`docs/x.md:34`)."),
        ("Gates open [@src:ecto-multi].", "Gates open [ecto-multi]."),
        ("Gates open [@practice:data-1].", "Gates open [ecto-multi]."),
        ("Gates are few [@A-1].", "Gates are few (A-1)."),
        ("Both [@FR-001; @code:lib/gate.ex:12].", "Both (FR-001; `lib/gate.ex:12`)."),
        ("Both [@FR-001;@src:ecto-multi; @practice:data-1].", "Both (FR-001) [ecto-multi]."),
        ("| Gate | open [@FR-001] |", "| Gate | open (FR-001) |"),
        ("A list [@FR-001]\n- and [@A-1]", "A list (FR-001)\n- and (A-1)"),
    ],
)
def test_markers_become_what_a_reader_sees(
    written: str, shown: str, evidence: dict[str, Evidence], sources: tuple[Source, ...]
) -> None:
    resolved = resolve_markers(written, evidence, {source.key: source for source in sources})
    assert resolved.text == shown
    assert resolved.missing == ()


def line(path: str, number: int) -> Evidence:
    """A line of code."""
    return Evidence(f"code:{path}:{number}", "code", "x", Place(path, number))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("One [@code:lib/a/beds.ex:1]. Two [@code:lib/a/beds.ex:2].", "One (`lib/a/beds.ex:1`). Two (`…/beds.ex:2`)."),
        ("One [@code:lib/a/beds.ex:1; @code:lib/a/beds.ex:2].", "One (`lib/a/beds.ex:1`; `…/beds.ex:2`)."),
        (
            "[@code:lib/a/beds.ex:1] [@code:lib/b/beds.ex:1] [@code:lib/a/beds.ex:2] [@code:lib/b/beds.ex:2]",
            "(`lib/a/beds.ex:1`) (`lib/b/beds.ex:1`) (`…/a/beds.ex:2`) (`…/b/beds.ex:2`)",
        ),
        ("[@code:mix.exs:1] [@code:mix.exs:2]", "(`mix.exs:1`) (`mix.exs:2`)"),
        (
            "One [@code:lib/a/beds.ex:1]. `lib/b/beds.ex` stays. Two [@code:lib/a/beds.ex:2].",
            "One (`lib/a/beds.ex:1`). `lib/b/beds.ex` stays. Two (`…/a/beds.ex:2`).",
        ),
        ("One [@code:lib/a/beds.ex:1; @code:lib/a/beds.ex:1].", "One (`lib/a/beds.ex:1`)."),
    ],
)
def test_a_further_line_of_a_file_goes_by_the_end_of_its_path(written: str, shown: str) -> None:
    places = [("lib/a/beds.ex", 1), ("lib/a/beds.ex", 2), ("lib/b/beds.ex", 1), ("lib/b/beds.ex", 2)]
    lines = [line(path, number) for path, number in (*places, ("mix.exs", 1), ("mix.exs", 2))]
    assert resolve_markers(written, {item.key: item for item in lines}, {}).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "Write `[@FR-001]` in a cell.",
        "```elixir\n# [@FR-001]\n```",
        "~~~\n[@nothing]\n~~~",
        "A span ``with ` [@FR-001]`` inside.",
        "- item\n\n  ```\n  [@FR-001]\n  ```",
        "[a link](https://example.org) and [@ not a key]",
    ],
)
def test_markers_in_code_are_left_alone(text: str, evidence: dict[str, Evidence]) -> None:
    assert resolve_markers(text, evidence, {}).text == text


def test_a_lone_backtick_does_not_hide_a_marker(evidence: dict[str, Evidence]) -> None:
    assert (
        resolve_markers("A ` tick [@FR-001].\n\nNext ` one.", evidence, {}).text == "A ` tick (FR-001).\n\nNext ` one."
    )


@pytest.mark.parametrize("key", ["FR-999", "src:gone", "practice:lost", "code:lib/gate.ex:13"])
def test_a_key_without_evidence_is_reported_and_not_dropped(
    key: str, evidence: dict[str, Evidence], sources: tuple[Source, ...]
) -> None:
    resolved = resolve_markers(f"Said [@FR-001; @{key}].", evidence, {source.key: source for source in sources})
    assert resolved.missing == (key,)


def test_sources_are_told_in_the_order_of_their_first_use(
    evidence: dict[str, Evidence], sources: tuple[Source, ...]
) -> None:
    text = "One [@src:zeta]. Two [@practice:data-1]. Three [@src:zeta]."
    assert resolve_markers(text, evidence, {s.key: s for s in sources}).sources == ("src:zeta", "src:ecto-multi")
