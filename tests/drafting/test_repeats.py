"""A thing is told once in the document."""

from __future__ import annotations

from torusnb.drafting.offline.repeats import tell_once

LONG = "Plants that are moved while the bed is locked stay where they were until the lock is gone"


def test_a_line_that_an_earlier_section_says_leaves_the_later_one() -> None:
    texts = {
        "4.2": f"- {LONG}. [@prd:4]",
        "10": f"**Failures**\n\n- The pack asks: {LONG}. [@prd:4]\n- A lock is lost.",
    }
    assert tell_once(texts) == {"4.2": texts["4.2"], "10": "**Failures**\n\n- A lock is lost."}


def test_a_label_leaves_with_its_last_line() -> None:
    texts = {"4.2": f"- {LONG}.", "10": f"- A lock is lost.\n\n**Notes**\n\n- {LONG}."}
    assert tell_once(texts)["10"] == "- A lock is lost."


def test_a_section_that_would_be_empty_says_where_it_stands() -> None:
    texts = {"4.2": f"- {LONG}. [@prd:4]", "10": f"- {LONG}. [@prd:4]"}
    assert tell_once(texts)["10"] == "What the pack asks here stands in section 4.2. [@prd:4]"


def test_the_requirements_and_the_summary_are_no_reason_to_leave() -> None:
    texts = {"1": f"{LONG}.", "2": f"- {LONG}.", "7": f"- {LONG}."}
    assert tell_once(texts) == texts


def test_items_of_one_section_may_be_alike() -> None:
    texts = {"13": f"- {LONG} at noon.\n- {LONG} at night."}
    assert tell_once(texts) == texts
