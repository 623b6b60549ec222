"""What a section's text is held to, how it is tidied before, and how its Markdown is read."""

from __future__ import annotations

import pytest

from tests.drafting.claude_desk import OFFLINE
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.blocks import Mark
from torusnb.drafting.claude.checking import LEAD_WORDS, TOLERATED, WORDS, Fault, check_section, make_rules
from torusnb.drafting.claude.reading import count_sentences, count_words, is_english, read_blocks
from torusnb.drafting.claude.tidying import tidy_section

PACK = evidence()
MARK = Mark(PACK)
RULES = make_rules(PACK, OFFLINE)
GOOD = "The order is kept as one field of the bed. [@FR-001]"
INSTRUCTION = (
    "End each sentence that states something about the request, the code, a guide or the outside world with the marker."
)


def faults(text: str, section: str = "8") -> tuple[Fault, ...]:
    return check_section(text, RULES[section], PACK.evidence, (INSTRUCTION,), MARK)


def tidied(text: str, section: str = "8") -> str:
    found = PACK.template.section(section)
    assert found is not None
    return tidy_section(text, found, PACK.template, MARK)


@pytest.mark.parametrize("section", [section for section in OFFLINE if section != "17"])
def test_nothing_is_said_against_the_offline_draft(section: str) -> None:
    assert faults(OFFLINE[section], section) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("---\n\n[@FR-001]", "is empty"),
        ("It is kept. [@FR-999]", "[@FR-999] names no evidence"),
        ("It is kept. [@FR-001; @code:lib/none.ex:1]", "[@code:lib/none.ex:1] names no evidence"),
        ("It is kept. [@FR-001 and more]", "not of the form"),
        ("It is kept. [ @FR-001]", "not of the form"),
        (f"{GOOD}\n\n## 12. Security & Privacy\n\nNothing. [@FR-001]", "heading of section 12"),
        (f"{GOOD}\n\n### Telemetry\n\nNothing. [@FR-001]", "heading of section 11"),
        (f"{GOOD}\n\nSecurity\n---", "underlined heading"),
        (f"{GOOD} <b>now</b> [@FR-001]", "HTML"),
        (f"{GOOD} <!-- hidden --> [@FR-001]", "HTML"),
        (f"{GOOD} ![x](y.png)", "image"),
        (f"{GOOD} [x](prd.md)", "link"),
        (f"{GOOD} See https://evil.example/x. [@FR-001]", "https://evil.example/x"),
        (f"{GOOD} TODO: the rest. [@FR-001]", "unfinished"),
        (f"{GOOD} The rest is to be decided. [@FR-001]", "unfinished"),
        (f"Sure, this is it. {GOOD}", "remark"),
        (f"Here is the section. {GOOD}", "remark"),
        (f"{INSTRUCTION} {GOOD}", "instructions"),
        (f"{GOOD} {MARK.text}", "mark of evidence"),
        ("Порядок растений хранится в одном поле. [@FR-001]", "English"),
        (
            "Die Reihenfolge der Pflanzen wird in einem Feld des Beets gespeichert und ist nach einem neuen Laden der "
            "Seite nicht verloren. [@FR-001]",
            "English",
        ),
    ],
)
def test_a_grave_fault_keeps_a_text_out(text: str, says: str) -> None:
    grave = [fault.text for fault in faults(text) if fault.grave]
    assert any(says in fault for fault in grave), grave


@pytest.mark.parametrize(
    ("text", "says", "section"),
    [
        (f"{GOOD}\n\nNothing else is written to the bed.", "What begins with “Nothing else", "8"),
        (f"{GOOD}\n\n- The bed is read once for a page.", "What begins with “- The bed", "8"),
        (f"| Name | Why |\n|---|---|\n| order | it is kept |\n\n{GOOD}", "What begins with “| order", "8"),
        (GOOD, "at least 8 are wanted", "1"),
        (" ".join([GOOD] * 12), "at most 10 are wanted", "1"),
        (" ".join([GOOD] * (WORDS // 7)), f"at most {WORDS} are wanted", "8"),
    ],
)
def test_a_small_fault_is_told(text: str, says: str, section: str) -> None:
    found = faults(text, section)
    assert [fault for fault in found if fault.grave] == []
    assert any(says in fault.text for fault in found), found


@pytest.mark.parametrize(
    "text",
    [
        f"**Writes**\n\n{GOOD}",
        f"The writes are these:\n\n- {GOOD}\n  - `plant_order`: `{{:array, :string}}`, not null",
        "| Name | Why |\n|---|---|\n| order | it is kept [@FR-001] |",
        f"{GOOD}\n\n```elixir\n# TODO is no word here\n@order [@x]\n```".replace("TODO", "Later"),
        "The attribute is `[@order]` and the type `<T>`. [@FR-001]",
        "P95 is < 120 ms and the count <= 5. [@prd:40]",
    ],
)
def test_what_is_right_is_let_pass(text: str) -> None:
    assert faults(text) == ()


def test_the_sections_that_list_the_requirements_must_name_each() -> None:
    assert RULES["2"].ids == ("FR-001", "FR-002", "FR-003", "AC-001", "AC-002", "AC-003", "AC-004")
    assert RULES["13"].ids == ("AC-001", "AC-002", "AC-003", "AC-004")
    found = faults("AC-001 through AC-004 are tested in one file. [@AC-001]", "13")
    assert "It does not name AC-002, AC-003 literally; a range of ids does not count." in [f.text for f in found]


def test_an_address_of_a_source_may_stand() -> None:
    address = PACK.research.sources[0].url
    assert faults(f"{GOOD} It is told at {address}. [@FR-001]") == ()


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        (f"## 8. Caching Strategy\n\n{GOOD}", "8", GOOD),
        (f"**8. Caching Strategy**\n{GOOD}", "8", GOOD),
        (f"```markdown\n{GOOD}\n```", "8", GOOD),
        (f"### Keys\n\n{GOOD}", "8", f"**Keys**\n\n{GOOD}"),
        ("It is kept. [@FR-001, @FR-002]", "8", "It is kept. [@FR-001; @FR-002]"),
        ("It is\u200b kept.  \r\n", "8", "It is kept."),
        (f"## 12. Security & Privacy\n\n{GOOD}", "8", f"## 12. Security & Privacy\n\n{GOOD}"),
    ],
)
def test_what_a_model_adds_around_a_section_goes(text: str, section: str, expected: str) -> None:
    assert tidied(text, section) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It is kept. [@FR-001] It is read. [@FR-001]", 2),
        ("It takes e.g. `Repo.all/1` (see below. Really) and v1.2 of it.", 1),
        ("- One thing\n- Another thing.", 2),
        ("```\nOne. Two. Three.\n```", 0),
        ("It is kept.\n\n**Order of building**\n\n1. The table. [@FR-001]\n2. The list. [@FR-002]", 1),
    ],
)
def test_sentences_are_counted_as_a_reader_would(text: str, count: int) -> None:
    assert count_sentences(text) == count


def test_a_table_of_numbers_counts_as_english() -> None:
    assert is_english("| Measure | P95 | Basis |\n|---|---|---|\n| Saving answers | 120 ms | given |\n" * 5)


def test_a_bullet_takes_in_what_hangs_on_it() -> None:
    blocks = list(read_blocks("- one\n  - two\n\n  three\n- four\n\nfive\n| a |\n|---|\n| b |\n"))
    assert [(block.kind, block.text) for block in blocks] == [
        ("item", "- one\n  - two\n\n  three"),
        ("item", "- four"),
        ("paragraph", "five"),
        ("row", "| b |"),
    ]


def test_the_sections_together_stay_readable_and_within_the_template() -> None:
    assert sum(rules.words for rules in RULES.values()) < 6_500
    for section in PACK.template.sections:
        words, offline = RULES[section.id].words, count_words(OFFLINE[section.id])
        assert TOLERATED * words >= offline
        if PACK.template.children(section.id):
            assert words <= max(LEAD_WORDS, 1.2 * offline)
        elif section.most_words:
            assert words <= max(section.most_words, offline)


@pytest.mark.parametrize(("factor", "told"), [(1.1, False), (1.3, True)])
def test_a_few_words_too_many_are_no_reason_to_ask_again(factor: float, told: bool) -> None:
    text = " ".join([GOOD] * int(factor * RULES["8"].words / count_words(GOOD)))
    assert any("words; at most" in fault.text for fault in faults(text)) is told


ROWS = "| Query | Rows |\n|---|---|\n| the plants of a bed | as many as it has [@FR-001] |"


def test_a_short_sentence_above_rows_that_are_all_marked_needs_no_marker() -> None:
    assert faults(f"No query is new, and none runs more often.\n\n{ROWS}") == ()


@pytest.mark.parametrize(
    "text",
    [
        f"No query is new, and none runs more often.\n\n{ROWS}\n| the beds of a garden | all of them |",
        f"No query is new, and `order/1` runs once.\n\n{ROWS}",
        f"{GOOD}\n\n{ROWS}\n\nNo query is new, and none runs more often.",
    ],
)
def test_a_sentence_that_leads_in_to_nothing_marked_needs_its_own(text: str) -> None:
    assert [fault.text for fault in faults(text) if "rests on nothing" in fault.text]
