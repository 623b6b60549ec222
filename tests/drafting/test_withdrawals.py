"""What a later part of the pack takes back is told once as withdrawn, and drives nothing else of the design."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.drafting.garden_feature import CONTEXT, evidence
from tests.drafting.test_hosting import drafted
from torusnb.drafting.offline.withdrawals import take_back
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Knowledge, Reason, Trap, Unknown
from torusnb.spec.reader import load_pack

LIST = """# Seed swaps

## Overview
Gardeners swap seeds of their beds with each other, so that no seed is lost.

## Functional Requirements
- FR-001: A gardener offers seeds of a bed for a swap.
- FR-002: The neighbour sees the offer beside the bed.
- FR-003: A nightly background job writes each offer into the table `swap_digests` and sends an e-mail.

## Acceptance Criteria
- AC-001 (FR-001): Given a bed, when its gardener offers seeds, then the offer is stored.
- AC-002 (FR-002): Given an offer, when the neighbour opens the bed, then the offer is shown.
- AC-003 (FR-003): Given an offer, when the job ran, then the neighbour has an e-mail.
- AC-004 (FR-001, FR-003): Given an offer, when it is withdrawn, then nobody is told.

## Non-Functional Requirements
- Storing an offer must achieve p95 <= 250ms.
- The job of FR-003 is done in 7 min.

## Risks
- The e-mail of FR-003 may land in spam: use the association's sender.
- Two neighbours take the same offer: the first one wins.

## Open Questions
- Should the e-mail (FR-003) be sent in summer too?
- Who may delete an offer of somebody else?

## Amendment
"""
GONE = "FR-003 is withdrawn: nobody reads e-mails. AC-003 goes with it."


def packed(folder: Path, later: str, context: object = CONTEXT) -> EvidencePack:
    home = folder / "seed_swaps"
    home.mkdir()
    (home / "prd.md").write_text(f"{LIST}- {later}\n")
    return evidence(load_pack(home), context)  # type: ignore[arg-type]


def draft(folder: Path, later: str) -> dict[str, str]:
    return drafted(packed(folder, later))


def lines_with(text: str, *words: str) -> list[str]:
    return [line for line in text.splitlines() if any(word in line for word in words)]


@pytest.mark.parametrize(
    "later", [GONE, "We decided against mails: FR-003 and AC-003 are no longer part of this epic."]
)
def test_a_withdrawn_requirement_stands_once_with_the_line_that_takes_it_back(tmp_path: Path, later: str) -> None:
    texts = draft(tmp_path, later)
    asked, rest = texts["2"].split("**Withdrawn by a later part of the pack**")
    told = rest.split("\n\n**")[0]
    assert "FR-003" not in asked
    assert f"**FR-003** is withdrawn: “{later.rstrip('.')}”. [@prd:30] It read: a nightly background job" in told
    assert "**AC-003** is withdrawn with it. It read: given an offer" in told
    assert "nightly" not in "".join(text for name, text in texts.items() if name != "2")


def test_what_is_withdrawn_drives_no_other_section(tmp_path: Path) -> None:
    texts = draft(tmp_path, GONE)
    rest = {name: text for name, text in texts.items() if name not in {"1", "2", "13", "16"}}
    assert lines_with("\n".join(rest.values()), "FR-003", "AC-003", "swap_digests", "spam", "7 min", "e-mail") == []
    assert "headline risk: two neighbours take the same offer" in texts["1"]
    assert "beside FR-003, which a later part takes back" in texts["1"]
    assert lines_with(texts["13"], "AC-003") == ["- AC-003: withdrawn, no test. [@prd:30]"]
    assert lines_with(texts["16"], "FR-003") == [
        "- Does FR-003 still stand, although a later part of the pack takes it back? Default: the later part stands, "
        "so nothing of it is designed. Decides: product. [@prd:30]"
    ]
    assert "Who may delete an offer of somebody else?" in texts["16"]


def test_what_speaks_of_nothing_else_is_named_where_the_withdrawal_stands(tmp_path: Path) -> None:
    [line] = lines_with(draft(tmp_path, GONE)["2"], "What speaks of nothing else")
    assert "the bound “The job of FR-003 is done in 7 min” [@prd:19]" in line
    assert "the risk “The e-mail of FR-003 may land in spam” [@prd:22]" in line
    assert "the question “Should the e-mail (FR-003) be sent in summer too?” [@prd:26]" in line


def test_a_criterion_of_a_requirement_that_stands_keeps_its_test_and_loses_the_link(tmp_path: Path) -> None:
    pack, gone = take_back(packed(tmp_path, GONE))
    assert [c.id for c in gone.criteria] == ["AC-003"]
    assert pack.pack.criteria[-1].requirements == ("FR-001",)


def test_a_criterion_that_is_withdrawn_alone_leaves_its_requirement(tmp_path: Path) -> None:
    texts = draft(tmp_path, "AC-002 is withdrawn.")
    assert "- **FR-002**: The neighbour sees the offer beside the bed." in texts["2"]
    assert "- **AC-002** is withdrawn: “AC-002 is withdrawn”." in texts["2"]
    assert "- AC-002: withdrawn, no test. [@prd:30]" in texts["13"]
    assert "Does AC-002 still stand" in texts["16"]


def test_of_a_line_that_takes_back_and_asks_the_rest_still_asks(tmp_path: Path) -> None:
    pack = packed(tmp_path, GONE).pack
    said = msgspec.structs.replace(
        pack.withdrawals[0].lines[0], text="FR-003 is withdrawn. FR-002 holds for guests too."
    )
    later = (msgspec.structs.replace(pack.withdrawals[0], lines=(said,)),)
    left, _ = take_back(evidence(msgspec.structs.replace(pack, notes=(said,), withdrawals=later)))
    assert [note.text for note in left.pack.notes] == ["FR-002 holds for guests too."]


def test_what_context_capture_found_for_it_alone_is_left_out(tmp_path: Path) -> None:
    def unknown(name: str, topic: str, *keys: str) -> Unknown:
        return Unknown(name, topic, "t", "a", "r", "q?", "d", evidence=keys)

    gaps = (
        unknown("A-1", "acceptance", "FR-003"), unknown("A-2", "load", "FR-003", "FR-001"),
        unknown("A-3", "scope", "prd:26"), unknown("A-4", "withdrawn requirements", "prd:34", "FR-003"),
        unknown("A-5", "latency", "code:lib/garden/beds.ex:1"),
    )  # fmt: skip
    first, *others = CONTEXT.waypoints
    bare = msgspec.structs.replace(first, reasons=(Reason("text", "shares words"),), requirements=("FR-003",))
    named = msgspec.structs.replace(first, reasons=(), requirements=("AC-003", "FR-001"))
    traps = tuple(
        Trap(str(n), "rule", "w", "y", "r", "high", keys, requirements=ids)
        for n, (keys, ids) in enumerate([((), ("FR-003",)), (("prd:30",), ()), (("code:a:1",), ("FR-003", "FR-002"))])
    )
    context = msgspec.structs.replace(
        CONTEXT, knowledge=Knowledge(unknown=gaps), waypoints=(bare, named, *others), traps=traps
    )
    found = take_back(packed(tmp_path, GONE, context))[0].context
    assert [gap.id for gap in found.knowledge.unknown] == ["A-2", "A-5"]
    assert [w.requirements for w in found.waypoints][:1] == [("FR-001",)]
    assert [(trap.key, trap.requirements) for trap in found.traps] == [("2", ("FR-002",))]


def test_a_place_that_only_a_withdrawn_line_names_is_left_out(tmp_path: Path) -> None:
    first, second, *_ = CONTEXT.waypoints
    named = [
        msgspec.structs.replace(w, requirements=(), reasons=(Reason("named", f"named in the pack as `{name}`"),))
        for w, name in ((first, "swap_digests"), (second, "e-mail"))
    ]
    context = msgspec.structs.replace(CONTEXT, waypoints=tuple(named))
    pack = packed(tmp_path, f"{GONE}\n- The e-mail of a gardener is not shown.", context)
    assert [w.path for w in take_back(pack)[0].context.waypoints] == [second.path]


def test_a_pack_that_takes_nothing_back_is_left_as_it_is(tmp_path: Path) -> None:
    pack = packed(tmp_path, "FR-003 must not be withdrawn.")
    assert take_back(pack)[0] is pack


@pytest.mark.parametrize("later", [GONE, "AC-002 is withdrawn.", "FR-001, FR-002 and FR-003 are withdrawn."])
def test_every_id_stays_in_the_design(tmp_path: Path, later: str) -> None:
    said = "\n".join(draft(tmp_path, later).values())
    assert {f"FR-00{n}" for n in (1, 2, 3)} | {f"AC-00{n}" for n in (1, 2, 3, 4)} <= set(
        re.findall(r"[FA][RC]-\d+", said)
    )


def test_amended_words_stand_in_section_2_with_both_places(tmp_path: Path) -> None:
    texts = draft(tmp_path, "FR-002 now reads: the neighbour sees the offer beside the bed once it was released.")
    [line] = lines_with(texts["2"], "**FR-002**")
    assert line == (
        "- **FR-002**: The neighbour sees the offer beside the bed once it was released. [@prd:30] It read before: the "
        "neighbour sees the offer beside the bed. [@prd:8]"
    )


def test_a_pack_that_takes_all_back_says_so(tmp_path: Path) -> None:
    texts = draft(tmp_path, "FR-001, FR-002 and FR-003 are withdrawn.")
    assert "takes back every requirement that it numbered" in texts["1"]
    assert "- The pack takes back all that it numbered; the design follows its overview." in texts["2"]
    assert "numbers no requirement" not in texts["1"] + texts["2"]
