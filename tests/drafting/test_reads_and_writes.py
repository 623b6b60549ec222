"""What is a write, whose page it is, and what stands in the code already: decisions from the pack's own words."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import LIVE, at, evidence, function, requirement
from tests.drafting.test_hosting import changed, context, drafted
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.new_pages import find_new_page
from torusnb.drafting.offline.rights import find_story
from torusnb.drafting.offline.work import kinds_of
from torusnb.models.knowledge import Reason
from torusnb.models.modules import Module
from torusnb.models.requirements import Requirement, Statement

MODAL = Module("GardenWeb.PostModal", "lib/garden_web/live/post_modal.ex", 1, 60)


@pytest.mark.parametrize(
    ("text", "kind", "has"),
    [
        ("Keep `BedsTable` as the shared table where possible.", "persist", False),
        ("Retain the table of today.", "persist", False),
        ("Search matches the text that people see in the Title column.", "persist", False),
        ("Keep the visits in a table and store each row.", "persist", True),
        ("Add a `visits` table with a `left_at` column.", "persist", True),
        ("If duplicate placements are possible, the total is explicit.", "copy", False),
        ("Reject duplicate names.", "copy", False),
        ("An author can duplicate rows of a bed.", "copy", True),
        ("Duplicate the page with its beds.", "copy", True),
    ],
)
def test_to_keep_a_thing_is_no_write_and_a_duplicate_no_copy(text: str, kind: str, has: bool) -> None:
    assert (kind in kinds_of(text)) is has


def note(text: str) -> Statement:
    return Statement(text, at(60))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Complete the existing routed `BedLive` rather than adding a second one.", False),
        ("Complete the existing `NoSuchLive`.", True),
        ("It looks like the existing `BedLive`.", True),
    ],
)
def test_a_page_that_is_to_be_completed_is_the_home_and_no_new_page_is_made(text: str, wanted: bool) -> None:
    live = msgspec.structs.replace(LIVE, name="GardenWeb.BedLive")
    asked = requirement(4, "The new page shows the beds of a plot.", 23)
    pack = evidence(changed(asked, notes=(note(text),)), context((live, "live_view")))
    assert (find_new_page(pack) is not None) is wanted


@pytest.mark.parametrize("arity", [1, 2])
def test_a_call_that_leaves_defaults_out_reaches_the_function_of_today(arity: int) -> None:
    rows = msgspec.structs.replace(function("graded_rows", 2, 9), defaults=1)
    module = Module("Garden.Depot", "lib/garden/depot.ex", 1, 60, functions=(rows,))
    said = (note(f"That helper reads the graded rows from `Garden.Depot.graded_rows/{arity}`."),)
    text = "\n".join(drafted(evidence(changed(interface_notes=said), context((module, "context")))).values())
    assert f"graded_rows/{arity}` is there today" in text


def test_a_function_is_sought_in_the_module_that_the_pack_names_with_it() -> None:
    first = Module("Garden.Plots", "lib/garden/plots.ex", 1, 60, functions=(function("sum_rows", 1, 9),))
    pack = evidence(
        changed(interface_notes=(note("`Garden.Depot.sum_rows/1` sums the rows up."),)), context((first, "context"))
    )
    text = "\n".join(drafted(pack).values())
    assert "is there today in `Garden.Plots`" not in text


def test_the_role_of_a_story_is_a_role() -> None:
    pack = changed(roles=(), summary=(note("As a Reviewer, I want to see each bed."),))
    assert find_story(pack) == ("reviewer", "prd:60")
    assert "The pack names no role" not in "\n".join(drafted(evidence(pack)).values())
    assert find_story(changed(summary=(note("It serves as a reviewer's list."),))) is None


def test_what_a_modal_shows_goes_to_the_one_that_names_the_requests_ticket() -> None:
    marked = context((MODAL, "component"))
    ticket = Reason("ticket", "a comment there names the request's ticket GD-31 (line 4)", 1.2)
    other = Reason("ticket", "a comment there names a ticket of the pack GD-7 (line 4)", 0.4)
    asked = requirement(4, "The dialog opens with a draft of the letter.", 23)
    inner = requirement(4, "Rules for the dialog are kept in non-UI modules.", 23)

    def homes(reason: Reason, asked: Requirement = asked) -> list[str]:
        points = tuple(
            msgspec.structs.replace(w, reasons=(reason,)) if w.module == MODAL.name else w for w in marked.waypoints
        )
        pack = evidence(changed(asked), msgspec.structs.replace(marked, waypoints=points))
        return [match.module.name for match in Matcher(pack).matches(asked)]

    assert homes(ticket)[:1] == [MODAL.name]
    assert MODAL.name not in homes(other)
    assert MODAL.name not in homes(ticket, inner)
