from __future__ import annotations

import pytest

from torusnb.export.markers import resolve_markers, says_else
from torusnb.models.base import Place
from torusnb.models.design import Evidence
from torusnb.models.sources import Source
from torusnb.spec.pathtails import PathTails, PlaceReader, render_listing


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


_TAILS = PathTails(("lib/a/beds.ex", "lib/b/beds.ex", "lib/b/weeds.ex", "mix.exs"))
_ITEMS = [line(path, n) for path in ("lib/a/beds.ex", "lib/b/weeds.ex", "mix.exs") for n in (1, 2, 13)]
_ITEMS += [
    Evidence(key, kind, "x")
    for key, kind in (("FR-004", "requirement"), ("AC-004", "criterion"), ("A-5", "assumption"))
]
_ITEMS += [Evidence(f"prd:{n}", "prd", "x", Place("docs/gate/prd.md", n)) for n in (4, 9)]
_EVIDENCE = {item.key: item for item in _ITEMS}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("One [@code:lib/b/weeds.ex:1]. Two [@code:lib/a/beds.ex:2].", "One (`weeds.ex:1`). Two (`a/beds.ex:2`)."),
        ("One [@code:lib/b/weeds.ex:13; @A-5; @code:lib/b/weeds.ex:2].", "One (`weeds.ex:2, 13`; A-5)."),
        ("One [@code:lib/b/weeds.ex:1] [@code:lib/b/weeds.ex:2].", "One (`weeds.ex:1, 2`)."),
        ("One [@prd:9; @prd:4].", "One (prd.md:4, 9)."),
        ("One [@code:mix.exs:1; @code:mix.exs:1].", "One (`mix.exs:1`)."),
    ],
)
def test_lines_are_cited_together_by_the_end_of_their_files_path(written: str, shown: str) -> None:
    assert resolve_markers(written, _EVIDENCE, {}, _TAILS).text == shown


def test_without_ends_a_file_is_cited_by_its_path() -> None:
    resolved = resolve_markers("One [@code:lib/b/weeds.ex:1; @code:mix.exs:2].", _EVIDENCE, {})
    assert (resolved.text, resolved.files) == (
        "One (`lib/b/weeds.ex:1`; `mix.exs:2`).",
        ("lib/b/weeds.ex", "mix.exs"),
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("- **AC-004**: Enter toggles it. [@AC-004]", "- **AC-004**: Enter toggles it."),
        ("- **AC-004**: Enter toggles it. [@FR-004]", "- **AC-004**: Enter toggles it. (FR-004)"),
        ("- AC-0041: Enter toggles it. [@FR-004]", "- AC-0041: Enter toggles it. (FR-004)"),
        ("It toggles [@FR-004; @A-5], as FR-004 says.", "It toggles (A-5), as FR-004 says."),
        ("[@A-5] It toggles by `A-5`.", "It toggles by `A-5`."),
        ("It toggles [@A-5]. Then it stays\nso [@A-5].", "It toggles (A-5). Then it stays\nso."),
        ("It toggles [@A-5].\n\nThen it stays [@A-5].", "It toggles (A-5).\n\nThen it stays (A-5)."),
        ("- It toggles. [@A-5]\n- It stays. [@A-5]", "- It toggles. (A-5)\n- It stays. (A-5)"),
        ("- FR-004:\n  - It stays. [@FR-004]\n  - It goes.", "- FR-004:\n  - It stays.\n  - It goes."),
        ("- On:\n  - One. [@A-5]\n  - Two. [@A-5]", "- On:\n  - One. (A-5)\n  - Two. (A-5)"),
        ("| FR-004 | [@FR-004] |", "| FR-004 | (FR-004) |"),
        ("FR-004 holds:\n[@FR-004]\nand more.", "FR-004 holds:\n(FR-004)\nand more."),
        ("```\nFR-004\n```\n\nIt stays [@FR-004].", "```\nFR-004\n```\n\nIt stays (FR-004)."),
    ],
)
def test_an_id_that_its_block_says_is_not_said_again_in_brackets(written: str, shown: str) -> None:
    assert resolve_markers(written, _EVIDENCE, {}, _TAILS).text == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "| one [@code:mix.exs:1] | two [@code:mix.exs:1; @code:mix.exs:2] |",
            "| one (`mix.exs:1`) | two (`mix.exs:2`) |",
        ),
        ("| one [@prd:4] | two [@prd:4] |", "| one (prd.md:4) | two |"),
        ("| one [@prd:4] | [@prd:4] |", "| one (prd.md:4) | (prd.md:4) |"),
        ("| one [@prd:4] |\n| two [@prd:4] |", "| one (prd.md:4) |\n| two (prd.md:4) |"),
        ("One [@prd:4]. Two [@prd:4].", "One (prd.md:4). Two (prd.md:4)."),
    ],
)
def test_a_place_is_shown_once_in_a_row_of_a_table(written: str, shown: str) -> None:
    assert resolve_markers(written, _EVIDENCE, {}, _TAILS).text == shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("It is so (`lib/a/beds.ex:1`; `…/beds.ex:2`).", "It is so (`beds.ex:1, 2`).", True),
        ("AC-004: it is so. (AC-004)", "AC-004: it is so.", True),
        ("It is so (prd.md:4; prd.md:9).", "It is so (prd.md:4, 9).", True),
        ("It is so (`lib/a/beds.ex:1`).", "It is so (`beds.ex:2`).", False),
        ("It is so (FR-004).", "It is so.", False),
        ("It is so (`lib/a/beds.ex:1`).", "It is so (`lib/b/beds.ex:1`).", False),
        ("It is so.", "It is not so.", False),
    ],
)
def test_texts_that_differ_in_the_form_of_their_citations_say_the_same(one: str, other: str, same: bool) -> None:
    assert says_else(one, other) is not same


def test_the_end_of_a_path_is_compared_by_what_its_own_document_says_it_means() -> None:
    ones, others = (PlaceReader(render_listing([path])) for path in ("lib/a/beds.ex", "lib/b/beds.ex"))
    assert says_else("So (`beds.ex:1`).", "So (`beds.ex:1`).", ones, others) is False  # not a byte differs
    assert says_else("So (`beds.ex:1`).", "So (`b/beds.ex:1`).", ones, others) is True
    assert says_else("So (`beds.ex:1`).", "So (`a/beds.ex:1`).", ones, ones) is False


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("FR-004[@FR-004] next word", "FR-004 next word"),
        ("FR-004 is a[@FR-004]word", "FR-004 is a word"),
        ("FR-004 is a [@FR-004]word", "FR-004 is a word"),
        ("| FR-004 | b[@FR-004] c |", "| FR-004 | b c |"),
        ("FR-004 `a`[@FR-004] `b`", "FR-004 `a` `b`"),
        ("FR-004 ([@FR-004]) x", "FR-004 x"),
        ("FR-004 ( [@FR-004] ).", "FR-004."),
        ("FR-004 x\n[@FR-004] y", "FR-004 x\ny"),
    ],
)
def test_a_citation_that_is_not_shown_glues_no_words_and_leaves_no_brackets(written: str, shown: str) -> None:
    assert resolve_markers(written, _EVIDENCE, {}).text == shown


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


def test_a_bracket_that_is_never_closed_does_not_swallow_a_marker() -> None:
    assert resolve_markers("Open [@a[@FR-004].", _EVIDENCE, {}).text == "Open [@a(FR-004)."


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
