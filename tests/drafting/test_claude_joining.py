"""What was decided of a name stands where the text leads with it."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.joining import find_led, join_decisions
from torusnb.drafting.claude.ledger import Entry

ORDER = Entry(
    "function", "Garden.Beds.order/1", "changed",
    "Gives `{:error, :stale}` for an older version. Archived beds are refused.", ("FR-001", "code:lib/beds.ex:4"),
)  # fmt: skip
HEAD = "| Head | Gives |\n|---|---|\n"


def test_a_row_that_leads_with_the_name_is_joined_by_what_it_does_not_say() -> None:
    row = "| `order/1` | `{:error, :stale}` for an older version of a bed [@FR-002] |"
    assert join_decisions(f"{HEAD}{row}\n\nAfter. [@FR-001]", [ORDER]) == (
        f"{HEAD}| `order/1` | `{{:error, :stale}}` for an older version of a bed. Archived beds are refused. "
        "[@FR-002; @FR-001; @code:lib/beds.ex:4] |\n\nAfter. [@FR-001]"
    )


def test_a_bullet_that_leads_with_the_name_is_joined_at_its_end() -> None:
    text = "- `Beds.order/1`: one\n  query. [@FR-002]\n- Another. [@FR-001]"
    joined = join_decisions(text, [ORDER])
    assert joined.split("\n")[2] == "- Another. [@FR-001]"
    assert "one\n  query. Gives `{:error, :stale}` for an older version. Archived beds are refused. [@FR-002;" in joined


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
