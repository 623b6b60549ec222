"""What a pack says reaches the draft whole, in its own words and names, and nothing that it declines is made up."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import (
    BED,
    BEDS,
    CONTEXT,
    LIVE,
    MIGRATION,
    PACK,
    ROUTES,
    at,
    evidence,
    outline,
    requirement,
    waypoint,
)
from tests.drafting.test_drafting_given import changed, drafted, whole
from torusnb.drafting.offline.columns import is_refused, is_value, names_table
from torusnb.drafting.offline.emitting import emitted_part
from torusnb.drafting.offline.refused import drop_refused
from torusnb.models.base import Place
from torusnb.models.database import Index
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Context, GuideNote, Reason, Trap, Unknown
from torusnb.models.modules import Function
from torusnb.models.requirements import NonFunctional, PrdSection, Quantity, Risk, Statement


def around(**fields: Any) -> EvidencePack:
    return evidence(PACK, msgspec.structs.replace(CONTEXT, **fields))


def listed(label: str, first: int, *texts: str) -> tuple[Statement, ...]:
    return tuple(Statement(text, at(first + number), label) for number, text in enumerate(texts))


def test_a_list_under_one_label_stays_whole_in_one_section() -> None:
    items = ("The names of the plants.", "The names of the seeds.", "How often the bed is watered.", "Cached weather.")
    texts = drafted(evidence(changed(interface_notes=listed("The plan of a bed takes", 100, *items))))
    (told,) = [line for line in whole(texts).splitlines() if "The plan of a bed takes" in line]
    for number, item in enumerate(items):
        assert item.rstrip(".").lower() in told.lower()
        assert f"@prd:{100 + number}" in told


def test_rows_of_a_permissions_table_stand_together_under_security() -> None:
    rows = (
        Statement("Arrange and show the plants on the page.", at(100), "Gardener/Admin"),
        Statement("No access.", at(101), "Student"),
        Statement("Tests and fixtures of the plot.", at(102), "Author"),
    )
    text = drafted(evidence(changed(interface_notes=rows)))["12"]
    assert all(f"@prd:{line}" in text for line in (101, 102))


def test_events_that_the_pack_names_are_copied_and_no_other_is_made_up() -> None:
    events = listed("Events", 100, "`bed_layout.plant_moved`", "`bed_layout.bed_folded`")
    text = drafted(evidence(changed(telemetry=events)))["11"]
    assert "`bed_layout.plant_moved`: measures" in text
    assert "`bed_layout.bed_folded`: measures" in text
    assert "[:garden" not in text.split("**Metadata")[0]


def test_events_listed_in_words_become_those_events() -> None:
    note = Statement("Track what happens to a bed, at least for: plant moved; order saved/refused.", at(100))
    text = drafted(evidence(changed(telemetry=(note,))))["11"]
    for name in ("plant_moved", "order_saved", "order_refused"):
        assert f":{name}]`: measures" in text


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("telemetry", "This feature should not introduce telemetry for raw plans."),
        ("telemetry", "If telemetry is added during the work, it uses counts alone."),
        ("assumptions", "Existing telemetry names are retained."),
    ],
)
def test_no_event_is_made_up_where_the_pack_wants_none(field: str, said: str) -> None:
    text = drafted(evidence(changed(**{field: (Statement(said, at(100)),)})))["11"]
    assert "No event is added; the pack says: " in text
    assert "measures" not in text


@pytest.mark.parametrize(
    ("used", "part"),
    [
        (("garden.beds", "other.things"), "`[:garden, :beds]`"),
        (("garden.plots",), "`[:garden]`"),
        (("other.things",), ""),
    ],
)
def test_a_prefix_is_existing_only_as_far_as_the_checkout_emits_it(used: tuple[str, ...], part: str) -> None:
    assert emitted_part(("garden", "beds", "bed_plans"), used) == part


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("- Weather (if applicable):\n  - N/A.\n- Plots:\n  - The beds.\n", False),
        ("- Weather Recommendation:\n  - Status: Not applicable\n  - Rationale: Weather is not read.\n", False),
        ("- Weather:\n  - The beds read it.\n", True),
        ("- Weather:\n  - N/A.\n- Plots:\n  - They read Weather.\n", True),
    ],
)
def test_what_is_valued_not_applicable_names_no_module(lines: str, named: bool) -> None:
    weather = msgspec.structs.replace(BEDS, name="Garden.Weather", path="lib/garden/weather.ex")
    place = msgspec.structs.replace(
        waypoint(1, weather, "context"), reasons=(Reason("named", "named in prd.md:81 as `Weather`", 1.0),)
    )
    pack = changed(sections=(PrdSection("9. Integrations", 2, at(80), lines),))
    kept = drop_refused(evidence(pack, msgspec.structs.replace(CONTEXT, waypoints=(place, *CONTEXT.waypoints))))
    assert (place in kept.context.waypoints) is named
    assert kept.context.waypoints[-3:] == CONTEXT.waypoints


@pytest.mark.parametrize(
    ("name", "text", "refused"),
    [
        ("old_rule", "New plans store `plan_rule` and do not serialize `old_rule`.", True),
        ("plan_rule", "New plans store `plan_rule` and do not serialize `old_rule`.", False),
        ("old_rule", "The key `old_rule` must be omitted.", True),
        ("note", "A draft `note` is not stored.", True),
        ("note", "A `note` is stored with its day.", False),
    ],
)
def test_what_is_left_out_or_not_stored_is_no_column(name: str, text: str, refused: bool) -> None:
    assert is_refused(name, text) is refused


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("raised_bed", "The input type is `raised_bed`.", True),
        ("raised_bed", "New `raised_bed` inputs keep their plants.", True),
        ("bed_note", "Add `bed_note` to `beds`.", False),
    ],
)
def test_a_value_is_told_from_a_name(name: str, text: str, value: bool) -> None:
    assert is_value(name, text) is value


def test_a_table_by_its_last_words_is_no_column() -> None:
    assert names_table("bed_notes", {"garden_bed_notes"})
    assert not names_table("notes", {"bed_note"})


def test_keys_that_a_saving_function_takes_are_columns() -> None:
    notes = (
        Statement("Add/extend the state of `beds` that is kept for a plot.", at(50)),
        Statement("`save_layout(plot_id, %{row_order, folded_ids})`.", at(51)),
        Statement("`show_layout(plot_id, %{zoom_level})`.", at(52)),
    )
    text = drafted(evidence(changed(data_notes=notes)))["6.1"]
    assert "`row_order`" in text
    assert "`zoom_level`:" not in text


def test_all_risks_of_a_pack_are_told_whole() -> None:
    risks = tuple(
        Risk(f"Bed {number} is moved by two people at once while the page of a third still shows what was there "
             "before the first of them began", at(100 + number), f"cure {number}")
        for number in range(7)
    )  # fmt: skip
    text = drafted(evidence(changed(risks=risks)))["15"]
    for number in range(7):
        assert f"→ cure {number}. [@prd:{100 + number}]" in text
    assert text.count("before the first of them began") == 7


REMARK = Trap(
    "trap:authors-warning:lib/garden/beds.ex:Garden.Beds.",
    "authors-warning",
    'A remark of its authors at `Garden.Beds` warns: "Plants must never be ordered here".',
    "It bears upon FR-001.",
    "Say in the design how it keeps to the remark.",
    "high",
    ("code:lib/garden/beds.ex:1",),
    module="Garden.Beds",
    stake="What its authors had to reckon with holds for a change there as well",
)


def test_the_risk_of_a_warning_quotes_it_and_says_what_keeps_it() -> None:
    text = drafted(around(traps=(REMARK,)))["15"]
    assert '**`Garden.Beds` carries the remark "Plants must never be ordered here"** → ' in text
    assert "had to reckon" not in text


def test_a_warning_in_a_module_that_is_not_changed_makes_no_risk() -> None:
    trap = msgspec.structs.replace(REMARK, module="Garden.Repo")
    assert "carries the remark" not in drafted(around(traps=(trap,)))["15"]


HANGING = msgspec.structs.replace(
    REMARK,
    key="trap:endless:lib/garden/beds.ex:water",
    rule="endless",
    what="`water` waits without end.",
    remedy="Give it a limit.",
    symbol="water/1",
    stake="When the other side hangs, this process hangs with it, and with it whoever waits for it.",
)


def test_a_risk_says_whose_process_hangs() -> None:
    text = drafted(around(traps=(HANGING,)))["15"]
    assert "the process that makes the call hangs with it, and so does whatever waits for that process**" in text
    assert "this process" not in text


def test_an_attribute_as_a_key_in_quoted_code_is_no_marker() -> None:
    claim = "`claims[@context]` may be nil"
    trap = msgspec.structs.replace(HANGING, what=f"{claim}.", stake=f"{claim}.", remedy=f"Ask whether {claim}.")
    texts = drafted(around(traps=(trap,)))
    assert all("`claims[ @context]` may be nil" in texts[section] for section in ("3", "15"))


def test_the_length_of_a_page_is_no_hotspot() -> None:
    page = msgspec.structs.replace(LIVE, end_line=900, functions=(Function("render", 1, "def", 60, 90),))
    code = msgspec.structs.replace(CONTEXT.code, files=(outline(BEDS), outline(BED), outline(page), ROUTES, MIGRATION))
    text = drafted(around(code=code))["9.3"]
    assert "899 lines" not in text
    assert "template" not in text


def test_a_partial_index_is_told_with_its_name_and_condition() -> None:
    index = Index("beds", ("plot_id",), 12, unique=True, name="beds_one_open", where="state = 'open'")
    assert MIGRATION.migration is not None
    made = msgspec.structs.replace(MIGRATION.migration, indexes=(index,))
    files = (outline(BEDS), outline(BED), outline(LIVE), ROUTES, msgspec.structs.replace(MIGRATION, migration=made))
    text = drafted(around(code=msgspec.structs.replace(CONTEXT.code, files=files)))["6.1"]
    assert "The unique index `beds_one_open` on `beds` (plot_id), for rows where `state = 'open'` alone, is" in text


def test_each_number_of_a_line_stands_with_what_it_measures() -> None:
    text = "Moving a plant answers in p95 < 50 ms; the save persists within 2 s; pages load fast."
    numbers = (Quantity("p95 < 50 ms", 50.0, "ms", "<", "p95"), Quantity("within 2 s", 2.0, "s", "<="))
    nfr = NonFunctional("", "Performance", text, at(40), numbers)
    budgets = drafted(evidence(changed(nonfunctional=(nfr,))))["9.1"]
    assert "| Moving a plant | – | < 50 ms | – |" in budgets
    assert "| The save persists | – | ≤ 2 s | – |" in budgets


def test_each_number_of_a_list_stands_with_what_the_list_is_about() -> None:
    text = "Opening a bed must take: `Small`: p95 <= 50ms; `Large`: p95 <= 70ms"
    numbers = tuple(Quantity(f"p95 <= {n}ms", float(n), "ms", "<=", "p95") for n in (50, 70))
    budgets = drafted(evidence(changed(nonfunctional=(NonFunctional("", "Performance", text, at(40), numbers),))))[
        "9.1"
    ]
    assert "| Opening a bed (`Small`) | – | ≤ 50 ms | – |" in budgets
    assert "| Opening a bed (`Large`) | – | ≤ 70 ms | – |" in budgets


@pytest.mark.parametrize(
    "said",
    [
        "No load or performance testing requirements for this phase.",
        "This feature does not set a strict latency target.",
    ],
)
def test_a_pack_that_declines_performance_work_gets_no_number_and_no_question(said: str) -> None:
    asked = Unknown(
        id="A-1", topic="latency", text="No number.", assumption="P95 300 ms holds.", risk="slow",
        question="Which P95 must the path hold?", default="300 ms", impact="medium", owner="product",
    )  # fmt: skip
    knowledge = msgspec.structs.replace(CONTEXT.knowledge, unknown=(asked,))
    nfr = NonFunctional("", "Performance", said, at(40))
    texts = drafted(evidence(changed(nonfunctional=(nfr,)), msgspec.structs.replace(CONTEXT, knowledge=knowledge)))
    assert "300 ms" not in whole(texts)
    assert "P95" not in texts["16"]


def test_failures_that_any_section_speaks_of_are_not_denied() -> None:
    nfr = NonFunctional("", "Reliability", "Timeouts for the calls of the weather; pages degrade well.", at(41))
    fields = {"requirements": PACK.requirements[1:], "criteria": (), "data_notes": (), "nonfunctional": (nfr,)}
    context = msgspec.structs.replace(CONTEXT, waypoints=CONTEXT.waypoints[:1])
    text = drafted(evidence(changed(**fields), context))["10"]
    assert "describes no failure" not in text
    assert "@prd:41" in text


def guide(quote: str) -> Context:
    note = GuideNote("guide:guides/beds.md:3", Place("guides/beds.md", 3), "Beds", quote, "shares words")
    return msgspec.structs.replace(CONTEXT, notes=(note,))


def test_a_guide_is_quoted_word_by_word_and_nothing_is_added_to_it() -> None:
    quote = "`Garden.Gate.open/2` reorders plants (the saved order of a bed) for each plot of the page"
    assert f"“{quote}”" in drafted(evidence(PACK, guide(f"{quote}.")))["3"]


def test_a_guide_that_plain_text_would_change_is_not_quoted() -> None:
    quote = "Plants of a bed are sorted by [title](https://example.org) for each plot of the page."
    assert "“" not in drafted(evidence(PACK, guide(quote)))["3"]


def test_advice_on_what_the_pack_declines_is_left_out() -> None:
    wanted = NonFunctional("", "Performance", "Lists of beds are aggregated for each plot in one query.", at(41))
    declined = NonFunctional("", "Performance", "No load or performance testing requirements for this phase.", at(40))
    texts = drafted(evidence(changed(nonfunctional=(wanted, declined))))
    assert all("Advice: " not in texts[section] for section in ("9.1", "9.2", "9.3"))
    goal = Statement("Caching of plans and their keys.", at(42))
    assert "Advice: " not in drafted(evidence(changed(non_goals=(goal,), nonfunctional=(wanted,))))["8"]


def test_the_alternative_of_a_job_is_weighed_by_the_number_of_its_own_work() -> None:
    asked = (*PACK.requirements, requirement(4, "Generate the CSV export of all plots from their stored plans.", 24))
    page = NonFunctional(
        "", "", "Opening a page answers in p95 <= 120 ms.", at(40), (quantity("p95 <= 120 ms", 120.0),)
    )
    file = NonFunctional(
        "", "", "The CSV export of plots ends in p95 <= 900 ms.", at(41), (quantity("p95 <= 900 ms", 900.0),)
    )
    told = drafted(evidence(changed(requirements=asked, nonfunctional=(page, file))))["4.4"]
    (line,) = [line for line in told.splitlines() if "**Move FR-004" in line]
    assert "900 ms" in line
    assert "120 ms" not in line


def quantity(words: str, value: float) -> Quantity:
    return Quantity(words, value, "ms", "<=", "p95")


def test_a_failure_is_seen_by_an_event_that_speaks_of_it_and_by_no_other() -> None:
    events = (Statement("Emit `order_failed` for each refused order; events: order failed.", at(70)),)
    nfr = tuple(
        NonFunctional("", "Reliability", f"A failed {what} must leave the page as it was before.", at(line))
        for what, line in (("order", 41), ("forecast", 42))
    )
    rows = drafted(evidence(changed(telemetry=events, nonfunctional=nfr)))["10"].splitlines()
    (order,) = [row for row in rows if "@prd:41" in row]
    (forecast,) = [row for row in rows if "@prd:42" in row]
    assert "order_failed" in order
    assert "order_failed" not in forecast


def test_an_area_of_several_roles_names_them_all() -> None:
    roles = tuple(Statement("may look at beds", at(45 + n), name) for n, name in enumerate(
        ("Gardener", "Planter", "Waterer", "Weeder", "Buyer")
    ))  # fmt: skip
    assert " more." not in drafted(evidence(changed(roles=roles)))["1"].split("The pack states")[0]
