"""What of the offline draft a section's writer is shown."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.claude_desk import good, scripted, sent
from tests.drafting.garden_feature import BEDS, PACK, at, evidence, requirement
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.offline_draft import keep_what_is_new
from torusnb.drafting.drafters import Desk
from torusnb.models.requirements import Statement

_SAID = "The order of the plants is kept when a bed moves to another plot."
_PACK = evidence(
    msgspec.structs.replace(
        PACK,
        requirements=(requirement(1, _SAID, 20),),
        data_notes=(Statement("Each bed has a name of 40 letters.", at(300)),),
    )
)
_TELLS = "What the request itself says for this section:"


def test_what_only_repeats_the_request_is_named_and_not_told() -> None:
    text = f"**Asked**\n\n- **FR-001**: {_SAID} [@prd:20]\n- Each bed has a name of 40 letters. [@prd:300]"
    assert keep_what_is_new(text, _PACK) == f"{_TELLS} [@FR-001; @prd:300]"


@pytest.mark.parametrize(
    "line",
    [
        f"- `Garden.Beds` changes for it. [@FR-001; @code:{BEDS.path}:1]",
        "- No process is added: nothing asks for work outside of the request. [@FR-001]",
        "- What nobody marked stays.",
        "- What is unknown stays. [@prd:999]",
    ],
)
def test_what_the_program_adds_stays_as_it_is(line: str) -> None:
    assert keep_what_is_new(line, _PACK) == line


def test_a_label_stays_with_what_is_left_under_it() -> None:
    kept = f"**Kept**\n\n- It costs one write. [@FR-001]\n- Asked:\n  - {_SAID} [@FR-001]"
    text = f"**Gone**\n\n- {_SAID} [@FR-001]\n\n{kept}"
    assert keep_what_is_new(text, _PACK) == f"**Kept**\n\n- It costs one write. [@FR-001]\n\n{_TELLS} [@FR-001]"


def test_a_table_without_rows_goes_and_a_row_with_a_number_stays() -> None:
    head = "| Failure | Response |\n|---|---|\n"
    row = "| Each bed | Has a name of forty letters [@prd:300] |"
    assert keep_what_is_new(f"{head}{row.replace('forty', '')}", _PACK) == f"{_TELLS} [@prd:300]"
    numbered = f"{head}{row.replace('forty', '40')}"
    assert keep_what_is_new(numbered, _PACK) == numbered


def test_a_draft_that_is_all_new_is_shown_whole() -> None:
    text = "One sentence. [@FR-001]\n\n```elixir\n|> run()\n\n\nend\n```"
    assert keep_what_is_new("One step is added. [@FR-001]", _PACK) == "One step is added. [@FR-001]"
    assert "|> run()" in keep_what_is_new(text, _PACK)


def test_the_draft_stands_in_the_request_of_its_own_section_alone() -> None:
    model = scripted(good)
    ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    asked = [r for r in model.requests if r.purpose.startswith("section ")]
    assert asked
    for request in asked:
        drafts = [part for part in sent(request).split("draft of section ")[1:] if " by a program" in part[:24]]
        assert {part.split()[0] for part in drafts} <= {request.purpose.removeprefix("section ")}
