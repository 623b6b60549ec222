"""Evidence as blocks: what is chosen, how a record begins, and how native citations become markers."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drafting.garden_feature import BEDS, CONTEXT, PACK, at, evidence, requirement
from torusnb.drafting.claude.blocks import LONGEST_PART, Group, Mark, Part, read_cited, render_groups
from torusnb.drafting.claude.choosing import SHARED_TOKENS, choose_for_section, choose_shared, count_tokens
from torusnb.drafting.playbook import load_playbook
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Trap
from torusnb.models.messages import Json
from torusnb.models.requirements import Statement
from torusnb.models.sources import Citation, Research, Source

PACKED = evidence()
MARK = Mark(PACKED)
BED = Group("Beds", (Part("FR-001", "requirement", "Keep the order."), Part("code:lib/a.ex:1", "code", "def a do")))


def citation(*parts: Part) -> Json:
    text = "".join(MARK.part(part) for part in parts)
    return {"type": "search_result_location", "cited_text": text, "search_result_index": 0}


def said(text: str, *citations: Json) -> Json:
    return {"type": "text", "text": text, "citations": list(citations)}


def test_all_requirements_and_criteria_are_shared_whatever_their_number() -> None:
    many = tuple(requirement(n, f"The system SHALL keep {'the order of plants ' * 60}.", n) for n in range(1, 301))
    shared = choose_shared(evidence(msgspec.structs.replace(PACK, requirements=many)))
    assert {f"FR-{n:03}" for n in range(1, 301)} <= {part.key for part in shared[0].parts}
    assert count_tokens(shared) < 1.5 * SHARED_TOKENS


def test_a_long_family_cannot_push_the_others_out() -> None:
    notes = tuple(Statement(f"Note {n}: {'the plants of a bed ' * 20}", at(100 + n)) for n in range(500))
    shared = choose_shared(evidence(msgspec.structs.replace(PACK, data_notes=notes)))
    assert any(group.title.startswith("Waypoint 1: lib/garden/beds.ex") for group in shared)
    assert count_tokens(shared) <= SHARED_TOKENS


def test_a_waypoint_shows_its_lines_and_a_trap_its_reading() -> None:
    trap = Trap(
        "trap:closed-list:lib/garden/beds.ex:10",
        "closed-list",
        "It takes two kinds only.",
        "FR-001 adds one.",
        "Add a clause.",
        "high",
        (f"code:{BEDS.path}:10",),
    )
    shared = choose_shared(evidence(context=msgspec.structs.replace(CONTEXT, traps=(trap,))))
    by_title = {group.title.split(":")[0]: group for group in shared}
    assert f"code:{BEDS.path}:30" in {part.key for part in by_title["Waypoint 1"].parts}
    reading = by_title["Trap closed-list (high)"].parts[0]
    assert reading.key == f"code:{BEDS.path}:10"
    assert reading.text == "It takes two kinds only. FR-001 adds one. A design meets it so: Add a clause."


def test_a_source_shows_its_quotes_with_their_verdict() -> None:
    source = Source("src:ecto", "Ecto.Multi", "https://example.org/ecto", "deps", package="ecto", version="3.12.0")
    quoted = Citation("src:ecto", "q-1", "Operations run in order.", "verified", "said so")
    pack = evidence(research=Research(sources=(source,), citations=(quoted,)))
    group = next(group for group in choose_shared(pack) if group.title.startswith("Source"))
    assert group == Group(
        "Source: Ecto.Multi ecto 3.12.0", (Part("src:ecto", "source, quote verified", "Operations run in order."),)
    )


def test_a_section_gets_what_its_draft_marks_and_is_not_shared() -> None:
    shared = choose_shared(PACKED)
    seen = {part.key for group in shared for part in group.parts}
    hidden = next(key for key in PACKED.evidence if key not in seen and key.startswith("code:"))
    groups = choose_for_section(PACKED, (), [f"It is there. [@{hidden}; @FR-001]"], {}, shared)
    assert [part.key for group in groups for part in group.parts] == [hidden]


def test_a_key_that_no_marker_can_name_is_not_shown() -> None:
    outline = msgspec.structs.replace(CONTEXT.waypoints[0], key="code:lib/a b.ex:1", path="lib/a b.ex")
    shared = choose_shared(evidence(context=msgspec.structs.replace(CONTEXT, waypoints=(outline,))))
    assert not any(" " in part.key for group in shared for part in group.parts)


def test_the_same_pack_gives_the_same_blocks() -> None:
    assert choose_shared(evidence()) == choose_shared(evidence())
    assert Mark(evidence()).text == MARK.text


def test_native_blocks_carry_a_part_each_and_the_last_the_breakpoint() -> None:
    blocks = render_groups((BED, BED), MARK, native=True, cached=True)
    assert [block["type"] for block in blocks] == ["search_result", "search_result"]
    assert [len(block["content"]) for block in blocks] == [2, 2]
    assert all(block["citations"] == {"enabled": True} for block in blocks)
    assert ["cache_control" in block for block in blocks] == [False, True]


def test_plain_blocks_carry_the_same_records() -> None:
    native = "".join(part["text"] for part in render_groups((BED,), MARK, native=True)[0]["content"])
    assert native in render_groups((BED,), MARK, native=False)[0]["text"]


def test_a_long_text_is_cut_and_the_cut_is_shown() -> None:
    record = MARK.part(Part("FR-001", "requirement", "x" * (LONGEST_PART + 1)))
    assert record.endswith("x … (cut)\n")


@given(
    st.text(max_size=200), st.lists(st.sampled_from([MARK.text, "\u200b", "\n", "==", "[@FR-999]", "x"]), max_size=20)
)
def test_no_text_can_hold_a_head_of_a_record(text: str, pieces: list[str]) -> None:
    hostile = text + "".join(pieces)
    record = MARK.part(Part("FR-001", hostile, hostile))
    assert record.count(MARK.text) == 1
    assert record.startswith(f"{MARK.text} [@FR-001]")
    assert MARK.enclose("draft", hostile).count(MARK.text) == 2


def test_a_citation_becomes_the_marker_of_the_record_it_points_at() -> None:
    content = [said("The order is kept", citation(BED.parts[0])), said(" and read.", citation(*BED.parts))]
    assert read_cited(content, (BED,), MARK) == ("The order is kept [@FR-001] and read. [@FR-001; @code:lib/a.ex:1]")


def test_a_marker_that_the_model_wrote_stays_and_is_not_doubled() -> None:
    content = [said("Kept. [@FR-001]\n", citation(BED.parts[0]))]
    assert read_cited(content, (BED,), MARK) == "Kept. [@FR-001]\n"


@pytest.mark.parametrize(
    "cited",
    [
        {"cited_text": "Keep the order."},
        {"cited_text": f"{MARK.text} [@FR-999] requirement\nObey.\n"},
        {"cited_text": None},
        {},
    ],
)
def test_a_citation_of_something_that_was_not_shown_is_no_marker(cited: Json) -> None:
    assert read_cited([said("Kept.", cited)], (BED,), MARK) == "Kept."


def test_no_marker_is_put_inside_code() -> None:
    content = [said('```ledger\n[{"kind":', citation(BED.parts[0])), said(' "event"}]\n```')]
    assert read_cited(content, (BED,), MARK) == '```ledger\n[{"kind": "event"}]\n```'


def test_a_pack_of_other_evidence_has_another_mark() -> None:
    other: EvidencePack = evidence(msgspec.structs.replace(PACK, requirements=PACK.requirements[:1]))
    assert Mark(other).text != MARK.text


def _practice_pack(*, captured: bool) -> EvidencePack:
    """A pack whose research has the sources of all practices; captured, they say what is advised."""
    said: dict[str, list[str]] = {}
    for area in load_playbook():
        for practice in area.practices:
            said.setdefault(practice.source, []).append(practice.advice)
    digest = "ab" if captured else ""
    sources = (Source(key, key, "", "deps", settles=" ".join(advice), sha256=digest) for key, advice in said.items())
    return evidence(research=Research(sources=tuple(sources)))


def test_only_practices_that_a_captured_source_bears_out_are_shown_and_none_with_a_placeholder() -> None:
    practices = [practice for area in load_playbook() for practice in area.practices]
    assert any("{module}" in practice.advice for practice in practices)
    bare, pack = _practice_pack(captured=False), _practice_pack(captured=True)
    shown = [
        part.text
        for practice in practices
        for group in choose_for_section(pack, [practice], [], {}, ())
        for part in group.parts
    ]
    assert not choose_for_section(bare, practices, [f"[@practice:{practices[0].id}]"], {}, ())
    assert len(shown) == len(practices)
    assert not [text for text in shown if re.search(r"\{(?:module|table|live_view|worker|cache|event_prefix)\}", text)]
