"""A decided name that is taken back, or renamed: it goes from the tables, and what still speaks of it is revised."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.drafting.claude_desk import APPROACH, GardenLookups, approach, edits, good, scripted, section_of, sent
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.disagreeing import tell_withdrawn
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.ledger import (
    LEDGER_TOKENS,
    STANDINGS,
    WITHDRAWN,
    Entry,
    Ledger,
    find_withdrawn,
    merge_entries,
    parse_entries,
)
from torusnb.drafting.claude.reached import PURPOSE
from torusnb.drafting.drafters import Desk
from torusnb.models.messages import ModelRequest

EVENT: dict[str, Any] = {"kind": "event", "name": "reorder_plant", "standing": "new", "keys": ["FR-002"]}
BACK = {"kind": "event", "name": "reorder_plant", "standing": "withdrawn", "because": "The page sends a form."}
RENAMED = {"kind": "event", "name": "save_order", "standing": "new", "decision": "Saves it.", "keys": ["FR-002"]}
USABLE = {"FR-001", "FR-002"}


def entry(**changes: Any) -> Entry:
    return msgspec.convert({**EVENT, "decision": "Carries the whole order.", **changes}, Entry)


def taken_back(**changes: Any) -> Entry:
    return msgspec.convert({**BACK, **changes}, Entry)


def test_a_name_that_is_taken_back_is_decided_no_longer_and_its_reason_is_shown() -> None:
    first = Ledger((entry(), entry(name="water")))
    ledger, told = merge_entries(first, [taken_back()], USABLE)
    assert [each.name for each in ledger.entries] == ["water"]
    assert [(each.name, each.because) for each in ledger.withdrawn] == [("reorder_plant", "The page sends a form.")]
    assert '"standing":"withdrawn"' in ledger.render()
    assert told == ()
    assert find_withdrawn(first, ledger) == ((entry(), ledger.withdrawn[0]),)
    assert WITHDRAWN not in STANDINGS


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (taken_back(because=""), "The decision on reorder_plant stands: another one for it gave no reason."),
        (taken_back(name="water"), "There is no decision of kind event on water to take back."),
        (taken_back(because="See https://barrow.example/x."), "held an address"),
    ],
)
def test_nothing_is_taken_back_without_a_reason_or_a_decision(given: Entry, says: str) -> None:
    ledger, told = merge_entries(Ledger((entry(),)), [given], USABLE)
    assert ledger == Ledger((entry(),))
    assert says in told[0]


def test_what_was_taken_back_comes_again_only_with_a_reason() -> None:
    gone, _ = merge_entries(Ledger((entry(),)), [taken_back(), taken_back()], USABLE)
    same, told = merge_entries(gone, [entry()], USABLE)
    assert same == gone
    assert told == ("reorder_plant was taken back; it is decided again only with a reason (`because`).",)
    again, told = merge_entries(gone, [entry(because="The form is read-only.")], USABLE)
    assert [each.name for each in again.entries] == ["reorder_plant"]
    assert (again.withdrawn, told) == ((), ())


def test_a_name_is_renamed_by_taking_it_back_beside_its_new_entry() -> None:
    block = json.dumps([BACK, RENAMED])
    ledger, told = merge_entries(Ledger((entry(),)), parse_entries(block), USABLE)
    assert [each.name for each in ledger.entries] == ["save_order"]
    assert told == ()


def test_an_entry_that_neither_decides_nor_takes_back_cannot_be_read() -> None:
    with pytest.raises(msgspec.ValidationError, match="decision"):
        parse_entries(json.dumps([EVENT]))


def test_reasons_of_what_was_taken_back_never_make_a_ledger_too_long() -> None:
    ledger = Ledger()
    for number in range(400):
        name = f"event_{number}"
        ledger, _ = merge_entries(
            ledger, [entry(name=name), taken_back(name=name, because="It is not needed. " * 60)], USABLE
        )
    assert ledger.entries == ()
    assert len(ledger.render()) <= 4 * LEDGER_TOKENS
    assert ledger.withdrawn[-1].name == "event_399"


@pytest.mark.parametrize(
    ("standing", "text", "told"),
    [
        ("new", "`order/1` gives the order. [@FR-001]", True),
        ("unverified", "- `Garden.Beds.order/1` gives it. [@FR-001]", True),
        ("new", "`order/10` gives the order. [@FR-001]", False),
        ("existing", "`order/1` gives the order. [@FR-001]", False),
        ("changed", "`order/1` gives the order. [@FR-001]", False),
        ("changed", "- `order/1` (changed) gives the order. [@FR-001]", True),
    ],
)
def test_what_still_speaks_of_a_name_that_was_taken_back_is_told(standing: str, text: str, told: bool) -> None:
    first = entry(kind="function", name="Garden.Beds.order/1", standing=standing)
    said = tell_withdrawn(text, first, "The list has it.")
    assert said.startswith("`Garden.Beds.order/1` was taken back since this was written: The list has it.") is told
    assert bool(said) is told


def test_a_name_that_moved_to_another_module_is_told_by_its_whole_name_only() -> None:
    first = entry(kind="function", name="Garden.Beds.order/1")
    assert tell_withdrawn("`order/1` gives it.", first, "Moved.", shared=True) == ""
    assert "was taken back" in tell_withdrawn("`Garden.Beds.order/1` gives it.", first, "Moved.", shared=True)


SHELVE = {**EVENT, "name": "shelve_bed", "decision": "Carries the bed."}
UNSHELVED = {**BACK, "name": "shelve_bed"}


def reply(request: ModelRequest) -> str:
    """A good reply, with one more event in the approach."""
    first = request.purpose == "approach"
    return approach(ledger=[*APPROACH["ledger"], SHELVE]) if first else good(request)


def test_sections_that_speak_of_it_are_revised_and_the_document_has_no_row_of_it() -> None:
    spoken = "`shelve_bed` carries the whole wanted order. [@FR-002]"
    mended = "`save_order` carries the whole wanted order. [@FR-002]"
    asked: list[ModelRequest] = []

    def script(request: ModelRequest) -> str:
        asked.append(request)
        if request.purpose == "revision of the draft":
            return edits({"section": "7", "old": spoken, "new": mended, "mends": [1]})
        text = reply(request)
        if request.purpose == "section 7":
            return f"{text}\n\n{spoken}"
        return f"{text}\n\n```ledger\n{json.dumps([UNSHELVED, RENAMED])}\n```" if section_of(request) == "8" else text

    drafting = ClaudeDrafter(Desk(model=scripted(script), review=lambda *_: ())).draft_all(evidence())
    texts = {draft.section: draft.text for draft in drafting.sections}
    [round_one] = [request for request in asked if request.purpose == "revision of the draft"]
    assert "`shelve_bed` was taken back since this was written: The page sends a form." in sent(round_one)
    assert mended in texts["7"]
    assert "save_order" in texts["5.2"]
    assert not [name for name, text in texts.items() if "shelve_bed" in text]
    assert drafting.left == ()


def test_the_hold_against_what_it_reaches_may_take_a_name_back() -> None:
    def script(request: ModelRequest) -> str:
        return f"```ledger\n{json.dumps([UNSHELVED])}\n```" if request.purpose == PURPOSE else reply(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script), lookups=GardenLookups())).draft_all(evidence())
    assert not [draft.section for draft in drafting.sections if "shelve_bed" in draft.text]
    assert drafting.left == ()


def test_a_round_that_takes_a_name_back_mends_the_finding_that_it_names() -> None:
    fault = {"section": "8", "fault": "Nothing sends `shelve_bed`.", "remedy": "Take it back."}

    def script(request: ModelRequest) -> str:
        if request.purpose == "second reading":
            return f"```faults\n{json.dumps([fault])}\n```"
        if request.purpose == "revision of the draft":
            return f"{edits()}\n\n```ledger\n{json.dumps([{**UNSHELVED, 'mends': [1]}])}\n```"
        return reply(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script), review=lambda *_: (), rounds=1)).draft_all(evidence())
    assert not [draft.section for draft in drafting.sections if "shelve_bed" in draft.text]
    assert drafting.left == ()
