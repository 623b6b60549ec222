"""What was decided of a name stands where the text leads with it."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.joining import find_led, join_decisions, place_decisions
from torusnb.drafting.claude.ledger import Entry, Ledger
from torusnb.models.design import Template, TemplateSection

ORDER = Entry(
    "function", "Garden.Beds.order/1", "changed",
    "Gives `{:error, :stale}` for an older version. Archived beds are refused.", ("FR-001", "code:lib/beds.ex:4"),
)  # fmt: skip
HEAD = "| Head | Gives |\n|---|---|\n"


def test_a_row_that_leads_with_the_name_is_joined_by_what_it_does_not_say() -> None:
    row = "| `order/1` | `{:error, :stale}` for an older version of a bed [@FR-002] |"
    assert join_decisions(f"{HEAD}{row}\n\nAfter. [@FR-001]", [ORDER]) == (
        f"{HEAD}| `order/1` | Archived beds are refused. `{{:error, :stale}}` for an older version of a bed "
        "[@FR-002; @FR-001; @code:lib/beds.ex:4] |\n\nAfter. [@FR-001]"
    )


def test_a_bullet_that_leads_with_the_name_tells_the_decision_first() -> None:
    text = "- `Beds.order/1`: one\n  query. [@FR-002]\n- Another. [@FR-001]"
    joined = join_decisions(text, [ORDER])
    assert joined.split("\n")[2] == "- Another. [@FR-001]"
    assert joined.startswith(
        "- `Beds.order/1`: Gives `{:error, :stale}` for an older version. Archived beds are refused. One"
    )
    assert "One\n  query. [@FR-002; @FR-001; " in joined


@pytest.mark.parametrize("standing", ["new", "unverified"])
def test_what_the_code_does_not_hold_is_called_so(standing: str) -> None:
    entry = Entry("function", "water/2", standing, "Archived beds are refused.", ("FR-001",))  # type: ignore[arg-type]
    joined = join_decisions("- **`water/2`**: archived beds are refused. [@FR-001]", [entry])
    assert joined == f"- **`water/2`** ({standing}): archived beds are refused. [@FR-001]"


@pytest.mark.parametrize(
    "text",
    [
        "`order/1` is changed. [@FR-001]",
        "- It calls `order/1`. [@FR-001]",
        "- `order/1`:\n  - one. [@FR-001]\n  - two. [@FR-001]",
        "```\n| `order/1` | x |\n```",
        "",
    ],
)
def test_text_that_does_not_lead_with_the_name_is_left_as_it_is(text: str) -> None:
    assert find_led(text, ORDER) is None
    assert join_decisions(text, [ORDER]) == text


def test_a_pipe_of_a_decision_breaks_no_row() -> None:
    entry = Entry("function", "order/1", "changed", "Gives `:ok | :error` to its caller.", ("FR-001",))
    assert r"`:ok \| :error`" in join_decisions("| `order/1` | sorts [@FR-001] |", [entry])
    assert "`:ok | :error`" in join_decisions("- `order/1`: sorts. [@FR-001]", [entry])


WATER = Entry("function", "water/2", "changed", "Archived beds are refused.", ("FR-001",))
ADDED = "Archived beds are refused."


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("- **water/2** pours. [@FR-002]", f"- **water/2** pours. {ADDED} [@FR-002; @FR-001]"),
        ("- `water/2` says “done.” [@FR-002]", f"- `water/2` says “done.” {ADDED} [@FR-002; @FR-001]"),
        ("2. `water/2` pours. [@FR-002]", f"2. `water/2` pours. {ADDED} [@FR-002; @FR-001]"),
        ("- water/2 (changed): it pours. [@FR-002]", f"- water/2 (changed): {ADDED} It pours. [@FR-002; @FR-001]"),
        ("| water/2 | pours | you [@FR-002] |", f"| water/2 | pours | {ADDED} You [@FR-002; @FR-001] |"),
        (
            "| `water/2` | pours on a bed | you [@FR-002] |",
            f"| `water/2` | {ADDED} Pours on a bed | you [@FR-002; @FR-001] |",
        ),
        (r"| `water/2` | a \|", rf"| `water/2` | {ADDED} A \| [@FR-001] |"),
        (r"| `water/2` | a \| |", rf"| `water/2` | {ADDED} A \| [@FR-001] |"),
        ("  | `water/2` | a [@FR-002] |", f"  | `water/2` | {ADDED} A [@FR-002; @FR-001] |"),
    ],
)
def test_a_lead_in_bold_or_numbered_is_joined_and_a_row_keeps_its_pipes_and_its_indent(text: str, joined: str) -> None:
    assert join_decisions(text, [WATER]) == joined


@pytest.mark.parametrize("marked", ["", " [@FR-002]"])
def test_a_bullet_whose_colon_leads_to_a_code_block_is_left_as_it_is(marked: str) -> None:
    text = f"- `water/2` gives:{marked}\n  ```elixir\n  :ok\n  ```"
    assert find_led(text, WATER) is None
    assert join_decisions(text, [WATER]) == text


def test_a_long_run_of_blanks_in_a_row_is_read_once() -> None:
    blanks = " " * 20_000
    assert join_decisions(f"| `water/2` | a{blanks}b |", [WATER]) == f"| `water/2` | {ADDED} A{blanks}b [@FR-001] |"


TEMPLATE = Template(
    "t",
    "",
    tuple(
        TemplateSection(id, title)
        for id, title in (("4", "Design"), ("5", "Interfaces"), ("5.1", "Calls"), ("12", "Security & Privacy"))
    ),
)
GUARD = Entry("permission", "Bed owners", "existing", "Only owners of the bed may reorder it.", ("FR-001",))


def place(entry: Entry, **texts: str) -> tuple[list[str], list[str]]:
    """Where it joins, and where it gets a row; `s5_1` is the text of section 5.1."""
    said = {name[1:].replace("_", "."): text for name, text in texts.items()}
    placed = place_decisions(TEMPLATE, Ledger((entry,)), "4", said)
    return [*placed.joined], [*placed.rows]


def test_a_decision_joins_the_first_text_of_its_home_that_leads_with_it_else_it_gets_a_row_there() -> None:
    assert place(ORDER, s5="x [@FR-001]", s5_1="- `order/1`: sorts. [@FR-001]") == (["5.1"], [])
    assert place(ORDER, s12="- `order/1`: sorts. [@FR-001]") == ([], ["5"])


def test_what_exists_gets_no_row_where_its_decision_is_told_and_joins_whatever_leads_with_it() -> None:
    told = "Bed owners are asked first: only owners of the bed may reorder it. [@FR-001]"
    assert place(GUARD, s12=told) == ([], [])
    assert place(GUARD, s12="Bed owners are asked. [@FR-001]") == ([], ["12"])
    assert place(GUARD, s12=told, s4="- Bed owners: asked first. [@FR-001]") == (["4"], [])
