from __future__ import annotations

import pytest

from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.review.language import review_language
from torusnb.review.passages import find_passages
from torusnb.review.reading import Reading


def review(text: str, template: Template) -> list[Finding]:
    reading = Reading(path="fdd.md", text=text, template=template)
    return list(review_language(reading, find_passages(reading)))


def design(sentence: str, title: str = "4. Proposed Design") -> str:
    return f"# Gates\n\n## {title}\n\n{sentence}\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "Opening a gate is fast.",
        "The board is scalable.",
        "The check has low latency.",
        "It adds minimal overhead.",
        "The load should be fine.",
        "Lookups stay cheap enough.",
        "The overhead is negligible (FR-001).",
        "Performance is acceptable for current towns.",
        "The list scales well.",
        "Watch p95 latency: it should remain low.",
        "- Keep the board responsive.",
        "- Opening a gate is fast.\n- The board shows:\n  - open gates",
    ],
)
def test_a_claim_without_a_number_is_found(sentence: str, template: Template) -> None:
    (finding,) = review(design(sentence), template)
    assert (finding.rule, finding.place.line, finding.section) == ("language.vague", 5, "4")


@pytest.mark.parametrize(
    "sentence",
    [
        "Opening a gate is fast: P95 ≤ 20 ms.",
        "The overhead is negligible, one lookup of 0.1 ms.",
        "The job fails fast on the first error.",
        "The fast path reads the key from memory.",
        "It is not fast, and nobody needs it to be.",
        "A breakfast is served by `fast/1`.",
        "The list is O(n) and cheap.",
        "Keys of the fast/slow gates are counted apart.",
        "A full gate answers with a fast rejection.",
        "The page says “It is fast”.",
        "One row insert per gate is acceptable relative to the cost of a launch.",
        "Opening latency is acceptable because it is paid once for each gate.",
        "- The gate list should remain lightweight beside the town map:\n  - it renders only open gates",
    ],
)
def test_a_claim_with_a_number_and_a_fixed_term_are_silent(sentence: str, template: Template) -> None:
    assert review(design(sentence), template) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "We could cache the gates.",
        "The key might be stored in the board.",
        "The owner is to be decided.",
        "The layout will be settled later.",
        "Consider an index on the key.",
        "We should consider a second queue.",
        "The board should either poll or listen to gates.",
        "Add a read boundary, either as a function or as an endpoint.",
        "The index may suffice.",
        "The rows may or may not be kept.",
        "The worker lives in a module, likely under `lib/town`.",
        "- add an entry point such as `open_all/1` or equivalent",
        "The board may call the old function or the new one.",
        "It doesn't help: we could cache the wardens' gates.",
        "AC-003: Consider an index on the key.",
    ],
)
def test_a_decision_that_decides_nothing_is_found(sentence: str, template: Template) -> None:
    (finding,) = review(design(sentence), template)
    assert (finding.rule, finding.place.line) == ("language.undecided", 5)


@pytest.mark.parametrize(
    "sentence",
    [
        "The function returns either a gate or an error.",
        "Each gate should either open in one step or fail with its reason.",
        "The page shows either the map or the list, depending on the role.",
        "A gate may be open, and wardens may close it.",
        "Wardens consider a gate closed at night.",
        "Either way the gate closes.",
        "The town that we considered has three gates.",
        "**Words not decided elsewhere**",
        "The page says “We could not match this launch”.",
        "The page says “We might be late; try again”.",
        'The page says "We could open it later".',
        "The heading ‘To be decided’ stays.",
        "The page says 'We might be late' once.",
        "TOWN-12 should consider a second index.",
        "Future work should consider a second index.",
    ],
)
def test_choices_of_the_running_system_and_of_people_are_no_open_decisions(sentence: str, template: Template) -> None:
    assert review(design(sentence), template) == []


@pytest.mark.parametrize("title", ["4.4 Alternatives Considered", "15. Risks", "16. Open Questions", "17. References"])
def test_alternatives_risks_and_questions_may_wonder(title: str, template: Template) -> None:
    text = design("We could cache the gates, or consider an index; it should be fast as needed, etc.", title)
    assert review(text, template) == []


def test_a_need_that_nobody_names_is_noted(template: Template) -> None:
    (finding,) = review(design("The list is reloaded as needed."), template)
    assert (finding.rule, finding.severity) == ("language.as-needed", "note")
    assert review(design("The list is reloaded when a gate opens."), template) == []
    assert review(design("The list is never reloaded if needed."), template) == []
    assert review(design("A cap on the list may follow if needed later."), template) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The board declares both sources as required, and shows a gate.",
        "A gate is shut when required keys are missing.",
        "The page says “Reload as needed.”",
    ],
)
def test_what_is_required_by_name_is_no_need_that_nobody_names(sentence: str, template: Template) -> None:
    assert review(design(sentence), template) == []


def test_a_list_of_an_interface_has_an_end(template: Template) -> None:
    (finding,) = review(design("The event carries gate, actor, etc.", "5. Interfaces"), template)
    assert finding.rule == "language.open-list"
    assert review(design("The event carries gate and actor.", "5. Interfaces"), template) == []
    assert review(design("Gates of wood, iron, etc. are open."), template) == []


def test_a_rule_speaks_once_in_a_passage_and_at_the_line_of_the_word(template: Template) -> None:
    (finding,) = review(design("The first gate opens,\nand that is fast and cheap."), template)
    assert finding.place.line == 6


def test_words_in_code_are_no_language(template: Template) -> None:
    assert review(design("`fast` and `we could`.\n\n```\nConsider it fast, etc.\n```"), template) == []
