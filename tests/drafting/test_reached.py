"""What the decided names reach, and what the model decides in the light of it."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest

from tests.drafting.claude_desk import (
    APPROACH,
    LOOKED_UP,
    NOTHING_MORE,
    GardenLookups,
    approach,
    call,
    good,
    scripted,
    sent,
    told,
)
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.ledger import Entry, Ledger
from torusnb.drafting.claude.questions import list_questions
from torusnb.drafting.claude.reached import BRIEF, PURPOSE, REACHED_BOUNDS
from torusnb.drafting.drafters import Desk
from torusnb.errors import ModelError
from torusnb.models.base import Place
from torusnb.models.design import Drafting, Evidence
from torusnb.models.messages import Json, LookupAnswer, LookupTool, ModelRequest

REORDER: Json = {
    "kind": "function",
    "name": "Garden.Beds.reorder_plants/2",
    "standing": "changed",
    "decision": "Takes the whole order.",
    "keys": [LOOKED_UP.key],
}
TOPIC: Json = {
    "kind": "topic",
    "name": "bed:order",
    "standing": "new",
    "decision": "One for each bed.",
    "keys": ["FR-002"],
}


class CodeLookups(GardenLookups):
    """Look-ups with the tools that the program itself asks."""

    def tools(self) -> tuple[LookupTool, ...]:
        names = ("show", "callers", "text", "table", "users")
        return tuple(LookupTool(name, "Told.", {"type": "object", "properties": {}}) for name in names)

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        """A line of its own for callers, nothing in tests, and the same line for all else."""
        self.asked.append((name, arguments))
        if name == "text":
            return LookupAnswer("# nothing holds it", ())
        line = Evidence("code:lib/garden/beds.ex:41", "code", "order(bed)", Place("lib/garden/beds.ex", 41))
        shown = line if name == "callers" else LOOKED_UP
        return LookupAnswer(f"{shown.key} | {shown.text}", (shown,))


def entry(kind: str, name: str, standing: str = "changed") -> Entry:
    """An entry of a ledger."""
    return Entry(kind, name, standing, "It is so.", ("FR-001",))  # type: ignore[arg-type]


def asked_for(*entries: Entry, seen: tuple[Evidence, ...] = ()) -> list[tuple[str, str]]:
    """Tool and arguments of what is asked for some names, the arguments as one text."""
    questions = list_questions(Ledger(entries), evidence().context.code, seen)
    return [(each.tool, " ".join(each.arguments.values())) for each in questions]


def draft(answer: str = NOTHING_MORE, **desk: object) -> tuple[Drafting, list[ModelRequest], GardenLookups]:
    """A draft whose approach changes a function, and what was asked for it."""

    def script(request: ModelRequest) -> str:
        if request.purpose == PURPOSE:
            return answer
        return approach(ledger=[*APPROACH["ledger"], REORDER]) if request.purpose == "approach" else good(request)

    lookups, model = CodeLookups(), scripted(script)
    given = {"lookups": lookups, **desk}
    return ClaudeDrafter(Desk(model=model, **given)).draft_all(evidence()), model.requests, lookups  # type: ignore[arg-type]


def block(*entries: Json) -> str:
    """An answer that adds or amends names."""
    return f"```ledger\n{json.dumps(entries)}\n```"


def request_of(requests: list[ModelRequest]) -> ModelRequest:
    """The only request that holds the approach against its reach."""
    [found] = [request for request in requests if request.purpose == PURPOSE]
    return found


A_TO_D = ("a_one", "b_two", "c_three", "d_four")
UPDATE, CALLERS = ("show", "Garden.Beds.update_bed/2"), ("callers", "Garden.Beds.update_bed/2")
TESTS, CLONES = ("text", "update_bed( test/"), ("clones", "Garden.Beds.update_bed/2")


@pytest.mark.parametrize(
    ("kind", "name", "asked"),
    [
        (
            "function",
            "Garden.Beds.update_bed/2",
            [UPDATE, CALLERS, TESTS, CLONES],
        ),
        (
            "function",
            "Beds.update_bed(bed, attrs)",
            [UPDATE, CALLERS, TESTS, CLONES],
        ),
        ("function", "Garden.Beds.plant/9", []),
        ("function", "update_bed/2", []),
        ("function", "Beds.update_bed(bed)", []),
        ("component", "GardenWeb.BedLive", [("callers", "GardenWeb.BedLive"), ("users", "GardenWeb.BedLive")]),
        ("component", "bed_page.html.heex", [("callers", "bed_page.html.heex")]),
        ("component", "lib/garden_web/bed_card.heex", [("callers", "lib/garden_web/bed_card.heex")]),
        ("component", "The whole page", []),
        ("table", "beds", [("table", "beds columns")]),
        ("field", "beds.plant_order", [("table", "beds columns")]),
        ("index", "beds_plot_id_index", [("table", "beds columns")]),
        ("field", "Garden.Beds.Bed.plant_order", [("table", "beds columns")]),
        ("field", "Bed.plant_order", [("table", "beds columns")]),
        ("index", "unique index on beds(plot_id)", [("table", "beds columns")]),
        ("field", "harvests.weight", []),
        ("event", 'handle_event("save_bed")', [("text", "save_bed")]),
        ("parameter", "bed_id", [("text", "bed_id")]),
        ("parameter", "?bed_id", [("text", "bed_id")]),
        ("assign", "@selected_bed", [("text", "selected_bed")]),
        ("assign", "id", []),
        ("route", "GET /beds/:id", [("routes", "/beds/:id")]),
        ("telemetry", "[:garden, :bed, :saved]", [("event", "garden.bed.saved")]),
        ("telemetry", "garden.bed.saved", [("event", "garden.bed.saved")]),
        ("telemetry", "how long it takes", []),
        ("flag", "bed-order", [("flag", "bed-order")]),
        ("topic", '"bed:order"', [("topic", "bed:order")]),
        ("topic", '"bed:" <> id', [("topic", "bed:")]),
        ("rule", "Newest first", []),
    ],
)
def test_each_kind_of_changed_name_has_its_question(kind: str, name: str, asked: list[tuple[str, str]]) -> None:
    assert asked_for(entry(kind, name)) == asked


def test_a_function_without_its_module_is_found_where_its_lines_lie() -> None:
    name = msgspec.structs.replace(entry("function", "update_bed/2"), keys=("FR-001", "code:lib/garden/beds.ex:10"))
    assert asked_for(name) == [UPDATE, CALLERS, TESTS, CLONES]
    assert asked_for(msgspec.structs.replace(name, standing="existing")) == [UPDATE, CALLERS]
    assert asked_for(msgspec.structs.replace(name, kind="rule")) == []


def test_a_new_name_reaches_nothing_but_a_new_column_its_table() -> None:
    new = [entry(kind, name, "new") for kind, name in (("function", "Garden.Beds.update_bed/2"), ("event", "sow_bed"))]
    assert asked_for(*new, entry("field", "beds.colour", "new")) == [("table", "beds columns")]


@pytest.mark.parametrize(
    ("decision", "asked"),
    [
        ("Replaces both copies of this rule.", [("clones", "lib/garden/beds.ex:12-32")]),
        ("One shared rule, moved here.", [("clones", "lib/garden/beds.ex:12-32")]),
        ("Counts the beds.", []),
    ],
)
def test_of_a_new_function_that_takes_the_place_of_code_the_copies_are_asked(
    decision: str, asked: list[tuple[str, str]]
) -> None:
    keys = ("FR-001", "code:lib/garden/beds.ex:12", "code:lib/gone.ex:3")
    new = msgspec.structs.replace(entry("function", "order_rule/1", "new"), decision=decision, keys=keys)
    assert asked_for(new) == asked
    assert asked_for(msgspec.structs.replace(new, kind="rule")) == []


@pytest.mark.parametrize(
    ("decision", "asked"),
    [
        ("Registers the tile under :bed_tile.", [("text", ":bed_tile lib/")]),
        ("Gains consumer: :frost beside the others.", [("text", ":frost lib/")]),
        ("Returns {:error, :bed_full} or [:bed_one, :bed_two].", []),
        ("Waits for :frost at https://x.y:bed_port, Mod.fun:bed_x.", []),
        ("Sorts by :plant_order of its :plot.", []),
        ("Takes :a_one, :b_two, :c_three, :d_four and :e_five.", [("text", f":{n} lib/") for n in A_TO_D]),
    ],
)
def test_who_else_writes_an_atom_that_a_decision_names_is_asked(decision: str, asked: list[tuple[str, str]]) -> None:
    new = msgspec.structs.replace(entry("rule", "Tiles", "new"), decision=decision)
    assert asked_for(new) == asked
    assert asked_for(msgspec.structs.replace(new, kind="telemetry", name="x")) == []


def test_the_tests_of_a_function_that_many_modules_have_are_those_that_call_it_by_its_module() -> None:
    beds = next(file for file in evidence().context.code.files if file.path == "lib/garden/beds.ex")
    module = next(each for each in beds.modules if each.name == "Garden.Beds")
    others = [
        msgspec.structs.replace(
            beds, path=f"lib/o{n}.ex", modules=(msgspec.structs.replace(module, name=f"O{n}.Beds"),)
        )
        for n in range(3)
    ]
    code = msgspec.structs.replace(evidence().context.code, files=(beds, *others))
    asked = list_questions(Ledger((entry("function", "Garden.Beds.update_bed/2"),)), code)
    assert {"text": "Beds.update_bed(", "under": "test/"} in [each.arguments for each in asked]


def test_the_same_is_asked_once() -> None:
    assert asked_for(entry("field", "beds.colour"), entry("index", "beds_colour_index")) == [("table", "beds columns")]


def test_a_function_whose_lines_were_read_is_not_shown_again() -> None:
    name = "Garden.Beds.update_bed/2"
    head, inner = (
        Evidence(f"code:lib/garden/beds.ex:{n}", "code", "x", Place("lib/garden/beds.ex", n)) for n in (10, 12)
    )
    assert ("show", name) in asked_for(entry("function", name), seen=(head,))
    assert asked_for(entry("function", name), seen=(head, inner)) == [("callers", name), TESTS, CLONES]


def test_what_it_reaches_is_shown_after_the_approach_and_read_by_every_section() -> None:
    _, requests, lookups = draft()
    assert ("callers", {"function": "Garden.Beds.reorder_plants/2"}) in lookups.asked
    reach = request_of(requests)
    assert requests.index(reach) == 1
    assert "looked up: callers function=Garden.Beds.reorder_plants/2" in told(reach)
    assert APPROACH["restated"][:30] in sent(reach)
    assert all("read in the code: callers function=Garden.Beds.reorder_plants/2" in sent(r) for r in requests[2:])


def test_what_the_model_has_seen_is_not_shown_again() -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose == "approach" and len(request.messages) == 1:
            return [call("callers", function="reorder_plants")]
        return approach(ledger=[*APPROACH["ledger"], REORDER]) if request.purpose == "approach" else good(request)

    model = scripted(script)
    ClaudeDrafter(Desk(model=model, lookups=CodeLookups())).draft_all(evidence())
    assert "looked up:" not in told(request_of(model.requests))


def test_what_is_found_nowhere_is_told() -> None:
    assert "found nowhere\\ntext reorder_plants( test/" in told(request_of(draft()[1]))


def test_that_nothing_renders_or_registers_a_plain_module_is_not_told() -> None:
    plain = {**REORDER, "kind": "component", "name": "Garden.Beds"}

    class Silent(CodeLookups):
        def answer(self, name: str, arguments: Json) -> LookupAnswer:
            if name not in ("callers", "users"):
                return super().answer(name, arguments)
            return LookupAnswer("# Garden.Beds is no component", ())

    model = scripted(
        lambda request: (
            approach(ledger=[*APPROACH["ledger"], plain]) if request.purpose == "approach" else good(request)
        )
    )
    ClaudeDrafter(Desk(model=model, lookups=Silent())).draft_all(evidence())
    reach = told(request_of(model.requests))
    assert "users Garden.Beds" in reach
    assert "callers Garden.Beds" not in reach


def test_who_writes_an_atom_is_shown_in_its_beginning_only() -> None:
    joined = {**REORDER, "kind": "rule", "name": "Tiles", "decision": "Registered under :bed_tile."}

    class Many(CodeLookups):
        def answer(self, name: str, arguments: Json) -> LookupAnswer:
            if name != "text":
                return super().answer(name, arguments)
            lines = [Evidence(f"code:a.ex:{n}", "code", "tile(:bed_tile)", Place("a.ex", n)) for n in range(1, 400)]
            return LookupAnswer("\n".join(f"{line.key} | {line.text}" for line in lines), tuple(lines))

    model = scripted(
        lambda request: (
            approach(ledger=[*APPROACH["ledger"], joined]) if request.purpose == "approach" else good(request)
        )
    )
    ClaudeDrafter(Desk(model=model, lookups=Many())).draft_all(evidence())
    reach = told(request_of(model.requests))
    assert "looked up: text text=:bed_tile, under=lib/" in reach
    assert "tile(:bed_tile)" in reach
    assert 10 < reach.count("tile(:bed_tile)") < 4 * BRIEF / len("tile(:bed_tile)")


def test_requirements_that_no_decision_names_are_told() -> None:
    reach = told(request_of(draft()[1]))
    named = {key for each in (*APPROACH["ledger"], REORDER) for key in each["keys"]}
    ids = {each.id for each in evidence().pack.requirements}
    assert ids - named
    assert all(f"{name}: " in reach for name in ids - named)
    assert not [name for name in ids & named if f"{name}: " in reach]


def test_a_name_decided_in_the_light_of_it_is_told_to_every_section() -> None:
    drafting, requests, _ = draft(block(TOPIC))
    assert all("One for each bed." in sent(request) for request in requests[2:])
    assert drafting.left == ()


def test_an_amendment_needs_a_reason() -> None:
    drafting, requests, _ = draft(block({**REORDER, "decision": "Takes one move."}))
    assert "Takes one move." not in sent(requests[-1])
    assert any("another one for it gave no reason" in said for said in drafting.left)
    _, requests, _ = draft(block({**REORDER, "decision": "Takes one move.", "because": "A caller sends one."}))
    assert "Takes one move." in sent(requests[-1])


def test_a_name_called_new_that_exists_is_told() -> None:
    drafting, _, _ = draft(block({**REORDER, "name": "Garden.Beds.list_beds/1", "standing": "new"}))
    assert any("is called new, but stands at lib/garden/beds.ex:20" in said for said in drafting.left)


@pytest.mark.parametrize(
    "answer",
    [
        "All of it stands.",
        "```ledger\n{]\n```",
        f'```ledger\n[{{"kind": "rule", "more": {"[" * 50_000}\n```',
        NOTHING_MORE,
        block({"kind": "x"}),
    ],
)
def test_an_answer_without_names_lets_the_approach_stand(answer: str) -> None:
    drafting, requests, _ = draft(answer)
    assert "Takes the whole order." in sent(requests[-1])
    assert drafting.left == ()


def test_a_refused_answer_is_told_and_another_failure_ends_the_draft() -> None:
    def failing(reason: str) -> Drafting:
        def script(request: ModelRequest) -> str:
            if request.purpose == PURPOSE:
                raise ModelError("It did not come.", reason=reason)
            return good(request)

        return ClaudeDrafter(Desk(model=scripted(script), lookups=CodeLookups())).draft_all(evidence())

    assert "The approach was not held against what it reaches: no usable answer (refused)." in failing("refused").left
    with pytest.raises(ModelError, match="did not come"):
        failing("overloaded")


def test_the_model_may_look_further_and_what_it_reads_counts() -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose == PURPOSE and len(request.messages) == 3:
            return [call("users", module="Garden.Plots")]
        return good(request)

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, lookups=CodeLookups())).draft_all(evidence())
    assert LOOKED_UP in drafting.evidence
    assert all("read in the code: users module=Garden.Plots" in sent(r) for r in model.requests[3:])


def test_nothing_is_asked_where_nothing_can_be_looked_up() -> None:
    _, requests, _ = draft(lookups=None)
    assert PURPOSE not in {request.purpose for request in requests}


def test_the_preflight_counts_it() -> None:
    desk = Desk(model=scripted(good), lookups=CodeLookups())
    planned = ClaudeDrafter(desk).foresee(evidence())
    assert [each.request.purpose for each in planned][:2] == ["approach", PURPOSE]
    assert not planned[1].revisable
    silent = ClaudeDrafter(replace(desk, lookups=None)).foresee(evidence())
    assert PURPOSE not in [each.request.purpose for each in silent]


def test_what_the_program_asks_is_bounded() -> None:
    many = [{**REORDER, "name": f"parameter_{number}", "kind": "parameter"} for number in range(50)]

    def script(request: ModelRequest) -> str:
        return approach(ledger=many) if request.purpose == "approach" else good(request)

    lookups = CodeLookups()
    ClaudeDrafter(Desk(model=scripted(script), lookups=lookups)).draft_all(evidence())
    assert sum(name == "text" for name, _ in lookups.asked) == REACHED_BOUNDS.calls
