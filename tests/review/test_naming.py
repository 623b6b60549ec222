from __future__ import annotations

import msgspec
import pytest

from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, FileOutline, Route
from torusnb.models.database import Migration
from torusnb.models.design import Template
from torusnb.models.modules import Function, Module, Schema, Use
from torusnb.models.review import Finding, NamedThing
from torusnb.review.codenames import review_code_names
from torusnb.review.known import Known
from torusnb.review.naming import named_things
from torusnb.review.reading import Reading
from torusnb.spec.template import load_template


@pytest.fixture
def town(code: CodeMap) -> CodeMap:
    """The small code map with a table, routes, an event, a topic and a flag."""
    board = Module(
        name="Town.Board",
        path="lib/town/board.ex",
        line=1,
        end_line=9,
        schema=Schema(table="boards", line=2),
        functions=(Function(name="pin_note", arity=3, kind="def", line=4, end_line=5, defaults=1),),
        telemetry=(Use("span", "town.board.pin", 3), Use("execute", "town.gate.{name}.opened", 3)),
        topics=(Use("broadcast", "board:*", 4),),
        flags=(Use("check", "night_gates", 5),),
        caches=(Use("ets", ":gate_counts", 6),),
    )
    routes = tuple(
        Route(verb, path, "TownWeb.GatesLive", "index", "lib/town_web/router.ex", 3)
        for verb, path in (
            ("LIVE", "/gates/:gate_id/keys"),
            ("LIVE", "/walls/:wall_id/:view/:tab"),
            ("GET", "/gates"),
            ("FORWARD", "/mail"),
        )
    )
    extra = (
        FileOutline(path="lib/town/board.ex", sha256="", lines=9, modules=(board,)),
        FileOutline(path="lib/town_web/router.ex", sha256="", lines=9, routes=routes),
        FileOutline(
            path="priv/repo/migrations/1_gates.exs",
            sha256="",
            lines=9,
            migration=Migration("1", "Gates", "priv/repo/migrations/1_gates.exs", 1, creates=("gate_keys",)),
        ),
    )
    kept = tuple(file for file in code.files if file.path != "lib/town_web/router.ex")
    return msgspec.structs.replace(code, files=(*kept, *extra))


def reading(text: str, template: Template, heading: str = "## 4. Proposed Design") -> Reading:
    return Reading(path="fdd.md", text=f"# T\n\n{heading}\n\n{text}\n", template=template)


def things(text: str, template: Template, code: CodeMap, heading: str = "## 4. Proposed Design") -> list[NamedThing]:
    return list(named_things(reading(text, template, heading), Known(code)))


def findings(text: str, template: Template, code: CodeMap, *, strict: bool = False) -> list[Finding]:
    return list(review_code_names(reading(text, template), Known(code), strict=strict))


@pytest.mark.parametrize(
    ("text", "kind", "name", "state"),
    [
        ("The table `gate_keys` stays.", "table", "gate_keys", "existing"),
        ("The `boards` table stays.", "table", "boards", "existing"),
        ("The `gate_counts` table counts.", "table", "gate_counts", "existing"),
        ("The existing table `gate_kegs` stays.", "table", "gate_kegs", "unknown"),
        ("A new table `gate_locks` comes.", "table", "gate_locks", "new"),
        ("`create table(:gate_locks)` is added.", "table", "gate_locks", "new"),
        ("`/gates/:id/keys` stays.", "route", "/gates/:id/keys", "existing"),
        ("`GET /gates/7/keys?open=1` stays.", "route", "/gates/7/keys", "existing"),
        ("`/mail/anything/here` is forwarded.", "route", "/mail/anything/here", "existing"),
        ("The existing `/gates/:id/locks` stays.", "route", "/gates/:id/locks", "unknown"),
        ("The existing `/walls/:id/notes/all` stays.", "route", "/walls/:id/notes/all", "existing"),
        ("The existing `/walls/east/notes/all` stays.", "route", "/walls/east/notes/all", "existing"),
        ("The existing `/walls/:id/notes/all/of` stays.", "route", "/walls/:id/notes/all/of", "unknown"),
        ("The existing `/walls/:id/lists` stays.", "route", "/walls/:id/lists", "unknown"),
        ("We add `/gates/:id/locks`.", "route", "/gates/:id/locks", "new"),
        ("`[:town, :board, :pin, :stop]` is sent.", "event", "town.board.pin.stop", "existing"),
        ("`[:town, :gate, :east, :opened]` is sent.", "event", "town.gate.east.opened", "existing"),
        ("The existing event `[:town, :board, :lost]` is sent.", "event", "town.board.lost", "unknown"),
        ("`[:town, :board, :lost]` is sent.", "event", "town.board.lost", "new"),
        ("| a note | `[:town, :board, :lost]` | one board exists |", "event", "town.board.lost", "new"),
        ("Existing `/gates` and `/gates/:id/locks` routes remain.", "route", "/gates/:id/locks", "unknown"),
        ('The topic `"board:#{id}"` tells.', "topic", "board:#{id}", "existing"),
        ("The current topic `wall:*` tells.", "topic", "wall:*", "unknown"),
        ("The flag `night-gates` decides.", "flag", "night-gates", "existing"),
        ("The existing `day_gates` flag decides.", "flag", "day_gates", "unknown"),
        ("`Town.Board.pin_note/2` pins.", "function", "Town.Board.pin_note/2", "existing"),
        ("`Town.Board` has `pin_note/3`.", "function", "pin_note/3", "existing"),
        ("`Town.Board` has `pin_note/5`.", "function", "pin_note/5", "unknown"),
        ("`Town.Board` gets a new `pin_note/5`.", "function", "pin_note/5", "new"),
        ("`lib/town/board.ex` has it.", "path", "lib/town/board.ex", "existing"),
        ("`lib/town/gates/board.ex` has it.", "path", "lib/town/gates/board.ex", "moved"),
        ("Then Town.Walls.Board shows it.", "module", "Town.Walls.Board", "moved"),
        ("Then Town.Market shows it.", "module", "Town.Market", "unknown"),
    ],
)
def test_a_name_is_judged(text: str, kind: str, name: str, state: str, template: Template, town: CodeMap) -> None:
    found = {(thing.kind, thing.name): thing.state for thing in things(text, template, town)}
    assert found.get((kind, name)) == state


@pytest.mark.parametrize(
    "text",
    [
        "The `[:user, :section]` preload stays.",
        "`/srv/data` is a folder, `/a.png` a picture, and `/other/place` is of another system.",
        "The existing `raw_rows` table in ClickHouse stays.",
        "`mount/3`, `render/1` and `pin_all/2` are callbacks or of nobody here.",
        "`Town.Board.colour` is a field, `Board.ensure_signed_in` a hook.",
        "`key: value` and `a:b` are no topics.",
    ],
)
def test_what_only_looks_like_a_name_is_left_alone(text: str, template: Template, town: CodeMap) -> None:
    assert [finding.rule for finding in findings(text, template, town)] == []


def test_what_moved_is_told_with_where_it_is(template: Template, town: CodeMap) -> None:
    (finding,) = findings("Then Town.Walls.Board shows it.", template, town)
    assert (finding.rule, finding.severity) == ("code.moved-name", "warning")
    assert finding.text == "The module Town.Walls.Board is not in the checkout, but Town.Board is."


def test_files_below_one_missing_folder_are_one_finding(template: Template, town: CodeMap) -> None:
    (finding,) = findings("See `lib/town/moat/east.ex` and `lib/town/moat/west.ex`.", template, town)
    assert finding.text == "The files lib/town/moat/east.ex, lib/town/moat/west.ex are not in the checkout."


@pytest.mark.parametrize(
    "text",
    [
        "- `Town.Market`: sells bread.",
        "- **Market** (`Town.Market`): sells bread.",
        "| Module | Job |\n|---|---|\n| `Town.Market` | sells bread |",
        "#### `Town.Market`\n\nIt sells bread.",
        "**A. The shop: `Town.Market`** sells bread.",
        "- `/market` -> `Town.Market`",
        "- **Shops**: `Town.Gates` and `Town.Market` sell bread.",
    ],
)
def test_what_its_place_presents_as_new_is_a_note(text: str, template: Template, town: CodeMap) -> None:
    (finding,) = findings(text, template, town)
    assert (finding.rule, finding.severity) == ("code.undeclared-name", "note")
    assert finding.text == "Town.Market is not in the checkout, and no word says new."
    (strict,) = findings(text, template, town, strict=True)
    assert (strict.rule, strict.severity) == ("code.unknown-module", "error")


@pytest.mark.parametrize("text", ["- The existing `Town.Market` sells.", "We use `Town.Market`."])
def test_a_place_declares_nothing_against_the_words(text: str, template: Template, town: CodeMap) -> None:
    assert [finding.rule for finding in findings(text, template, town)] == ["code.unknown-module"]


def test_the_section_on_the_existing_system_declares_nothing_by_its_form(template: Template, town: CodeMap) -> None:
    text = "- `Town.Market`: sells bread."
    (thing,) = things(text, template, town, heading="## 3. Context Summary")
    assert (thing.state, thing.loose) == ("unknown", False)


@pytest.mark.parametrize(
    "text",
    [
        "- `Town.Market`\n  - New module that sells bread.",
        "There is a new `BreadMarket`.\n\nThen `Town.BreadMarket` sells.",
        "No current `Town.Market` implementation exists.",
        "`Town.Market` (external dependency) sells.",
        "We create `lib/town/market.ex`.\n\nThen `Town.Market` sells.",
    ],
)
def test_loose_words_declare_a_name_new(text: str, template: Template, town: CodeMap) -> None:
    states = {thing.state for thing in things(text, template, town) if thing.kind == "module"}
    assert states == {"new"}


def test_a_thing_counts_its_mentions_from_the_first_line(template: Template, town: CodeMap) -> None:
    (thing,) = things("`Town.Board` stands.\n\n`Town.Board` falls.", template, town)
    assert (thing.line, thing.count) == (5, 2)


def test_runtime_names_are_never_errors(template: Template, town: CodeMap) -> None:
    (finding,) = findings("The existing table `gate_kegs` stays.", template, town, strict=True)
    assert (finding.rule, finding.severity) == ("code.unknown-name", "warning")
    assert finding.remedy.startswith("Did you mean gate_keys?")
    assert finding.place == Place("fdd.md", 5)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("We add a bench so that `Town.Gatez` opens.", "unknown"),
        ("A new module `Town.Gatez` opens.", "new"),
        ("`Town.Gatez` (new) opens.", "new"),
        ("We rename `Town.Gates` to `Town.Gatez`.", "new"),
        ("New modules:\n\n- `Town.Gatez` opens.", "new"),
        ("- `Town.Gatez` opens.", "unknown"),
    ],
)
def test_next_to_a_name_that_is_nearly_the_same_only_plain_words_declare(
    text: str, state: str, template: Template, town: CodeMap
) -> None:
    assert {t.state for t in things(text, template, town) if t.name == "Town.Gatez"} == {state}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("We add a bench before `Town.Board.pin_note/7` is called.", "unknown"),
        ("We add `Town.Board.pin_note/7`.", "new"),
        ("We extend `pin_note/3` to `Town.Board.pin_note/7`.", "new"),
        ("| Name | Standing |\n|---|---|\n| function `Town.Board.pin_note/7` | changed |", "new"),
        ("| Name | Standing |\n|---|---|\n| function `Town.Board.pin_note/7` | existing |", "unknown"),
        ("`Town.Board.pin_note/7` now takes a colour.", "new"),
        ("`Town.Board.pin_note/7` is called.\n\n```elixir\ndef pin_note(a, b, c, d, e, f, g)\n```", "new"),
        ("We add a bench before `Town.Board.unpin_all/7` is called.", "new"),
    ],
)
def test_next_to_a_function_of_another_arity_only_plain_words_declare(
    text: str, state: str, template: Template, town: CodeMap
) -> None:
    assert {t.state for t in things(text, template, town) if t.name.endswith("/7")} == {state}


def test_a_short_alias_means_the_module_that_has_the_function(template: Template, town: CodeMap) -> None:
    (finding,) = findings("`Board.pin_note/7` is called.", template, town)
    assert finding.rule == "code.unknown-function"


def test_a_component_of_the_browser_is_no_module_of_the_checkout(template: Template, town: CodeMap) -> None:
    assert things("The `Town.MapView` React component draws it.", template, town) == []
    (thing,) = things("The existing `Town.MapView` draws it.", template, town)
    assert thing.state == "unknown"


def test_a_module_that_the_design_renames_by_its_case_is_declared(template: Template, town: CodeMap) -> None:
    (thing,) = [t for t in things("`Town.BoarD` is renamed to `Town.Board`.", template, town) if t.name == "Town.BoarD"]
    assert thing.state == "new"


def test_a_test_file_that_the_testing_section_lists_is_presented_as_new(town: CodeMap) -> None:
    template, heading = load_template(), "## 13. Testing Strategy"
    line = "- `test/town/market_test.exs`: bread is sold."
    (listed,) = things(line, template, town, heading)
    (spoken,) = things(f"See {line[2:]}", template, town, heading)
    (said,) = things(line.replace("bread", "existing bread"), template, town, heading)
    assert [(thing.state, thing.loose) for thing in (listed, spoken, said)] == [
        ("new", True),
        ("unknown", False),
        ("unknown", False),
    ]


def test_a_function_told_with_its_arity_is_not_told_again_without(template: Template, town: CodeMap) -> None:
    text = "`Town.Gates.slam_all/3` shuts.\n\n`Town.Gates.slam_all(town, gates, key)` is slow."
    assert [finding.text for finding in findings(text, template, town)] == [
        "The function Town.Gates.slam_all/3 is not in the checkout."
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The current code in `lib/lost/` and `lib/lost/` does it.", ["lib/lost"]),
        ("The current code in `lib/town/` and `repo/migrations/` does it.", []),
        ("A new folder `lib/lost/` holds it.", []),
        ("The current `lib/lost/gate.ex` in `lib/lost/` does it.", []),
        ("The current `other/lost/` and `lib/*/` and `/lib/lost/` and `lib/` stay.", []),
    ],
)
def test_a_folder_that_is_not_there_is_told_once_as_a_warning(
    text: str, told: list[str], template: Template, town: CodeMap
) -> None:
    found = [finding for finding in findings(text, template, town, strict=True) if "folder" in finding.text]
    assert [finding.text for finding in found] == [f"The folder {name}/ is not in the checkout." for name in told]
    assert {finding.severity for finding in found} <= {"warning"}
