"""Where decided names are told."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.homes import find_homes, kinds_told, list_untold, needs_no_row
from torusnb.drafting.claude.ledger import KINDS, Entry, Ledger, render_table
from torusnb.models.design import Template, TemplateSection

TEMPLATE = Template(
    "t",
    "",
    (
        TemplateSection("4", "Proposed Design"),
        TemplateSection("4.1", "Component Roles & Interactions"),
        TemplateSection("5", "Interfaces"),
        TemplateSection("5.2", "LiveView"),
    ),
)
DECISION = "Gives the wanted order as a list of ids, or `{:error, :stale}` for an older version of the bed."


def decided(kind: str, name: str, standing: str = "new", because: str = "") -> Entry:
    return Entry(kind, name, standing, DECISION, ("FR-001",), because)  # type: ignore[arg-type]


def table(section: str, entries: tuple[Entry, ...], **texts: str) -> str:
    """The table below a section; `s5_2` is the text of section 5.2."""
    at = next(each for each in TEMPLATE.sections if each.id == section)
    said = {name[1:].replace("_", "."): text for name, text in texts.items()}
    return render_table(list_untold(at, Ledger(entries), TEMPLATE, "4", said))


def test_a_name_stands_in_the_section_of_its_kind_and_nowhere_else() -> None:
    entries = (decided("function", "Garden.Beds.order/1"), decided("event", "reorder"), decided("rule", "Ties"))
    tables = {each.id: table(each.id, entries) for each in TEMPLATE.sections}
    assert [row.split(" | ")[0] for row in tables["5"].split("\n")[2:]] == ["| function `Garden.Beds.order/1`"]
    assert [row.split(" | ")[0] for row in tables["5.2"].split("\n")[2:]] == ["| event `reorder`"]
    assert [row.split(" | ")[0] for row in tables["4"].split("\n")[2:]] == ["| rule `Ties`"]
    assert tables["4.1"] == ""


def test_modules_stand_with_their_roles_and_rules_with_the_flow_so_that_the_design_begins_with_its_idea() -> None:
    flow = Template("t", "", (*TEMPLATE.sections, TemplateSection("4.2", "State & Message Flow")))
    assert {kind: home for kind, home in find_homes(flow, "4").items() if home.startswith("4")} == {
        "component": "4.1",
        "rule": "4.2",
    }


def test_a_kind_without_a_section_of_its_own_is_told_in_the_design() -> None:
    homes = find_homes(TEMPLATE, "4")
    assert homes == {
        "component": "4.1",
        "function": "5",
        **dict.fromkeys(("event", "parameter", "assign", "text"), "5.2"),
    }
    assert "table `beds`" in table("4", (decided("table", "beds"),))


@pytest.mark.parametrize(
    "text",
    [
        f"| Function | Gives |\n|---|---|\n| `Beds.order/1`, new | {DECISION} [@FR-001] |",
        f"- **`order/1`**: {DECISION} [@FR-001]",
        f"- `Garden.Beds.order/1` {DECISION} [@FR-001]",
        f"| `order(bed)` | {DECISION} [@FR-001] |",
    ],
)
def test_a_name_that_the_section_tells_as_fully_has_no_row_besides(text: str) -> None:
    assert table("5", (decided("function", "Garden.Beds.order/1"),), s5=text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "- `order/1` is new. [@FR-001]",
        "- `order/1` stands in the module that the page asks already, beside what counts its plants, and is public. "
        "[@FR-001]",
        f"| `disorder(bed)` | {DECISION} [@FR-001] |",
        f"It calls `Garden.Beds.order/1`. {DECISION} [@FR-001]",
        f"- `Garden.Plots.order/1` {DECISION} [@FR-001]",
        f"- The page asks once and keeps what it got until the bed changes {DECISION} `Garden.Beds.order/1` [@FR-001]"
        + " more" * 60,
    ],
)
def test_a_name_that_is_only_mentioned_keeps_its_row(text: str) -> None:
    rows = table("5", (decided("function", "Garden.Beds.order/1"),), s5=text)
    assert "function `Garden.Beds.order/1`" in rows


def test_a_part_of_the_section_may_tell_it_too() -> None:
    text = f"- `Garden.Beds` {DECISION} [@FR-001]"
    assert table("4", (decided("component", "Garden.Beds"),), s4_1=text) == ""


@pytest.mark.parametrize(
    ("text", "spared"),
    [
        (f"- The page calls `Beds.order/1`. {DECISION} [@FR-001]", True),
        ("- The page calls `Beds.order/1`. [@FR-001]", False),
        (f"- The page asks. {DECISION} [@FR-001]", False),
    ],
)
def test_what_merely_exists_needs_no_row_where_what_speaks_of_it_says_what_was_decided(text: str, spared: bool) -> None:
    there = decided("function", "Garden.Beds.order/1", "existing")
    assert needs_no_row(there, {"4.1": text}) is spared
    assert not needs_no_row(decided("function", "Garden.Beds.order/1"), {"4.1": text})
    anew = decided("function", "Garden.Beds.order/1", "existing", "It keeps the first.")
    assert not needs_no_row(anew, {"4.1": text})


def test_every_kind_that_has_a_home_is_one_of_the_ledger() -> None:
    titles = ("Interfaces", "HTTP/JSON APIs", "LiveView", "Processes", "Ecto Schemas", "Caching Strategy")
    told = [kind for title in titles for kind in kinds_told(TemplateSection("9", title))]
    assert told
    assert set(told) <= set(KINDS)


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        ("It gives at most 50 beds to a page that asks.", "- `order/1` It gives at most 500 beds to a page that asks."),
        ("It does not give beds of another section.", "- `order/1` It does give beds of another section."),
        ("Is it ok?", "- `order/1` deleted"),
        (DECISION, f"- `order(bed, plant)` {DECISION}"),
    ],
)
def test_another_number_arity_or_a_denial_left_out_tells_no_decision(decision: str, text: str) -> None:
    entry = Entry("function", "Garden.Beds.order/1", "new", decision, ("FR-001",))
    assert "order/1" in table("5", (entry,), s5=text)


def test_a_name_within_a_word_is_not_spoken_of() -> None:
    assert "field `id`" in table("4", (decided("field", "id", "existing"),), s4_1="- The width grows. [@FR-001]")
