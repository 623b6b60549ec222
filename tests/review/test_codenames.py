from __future__ import annotations

import msgspec
import pytest

from torusnb.models.codebase import CodeMap, FileOutline, LockedPackage
from torusnb.models.design import Template
from torusnb.models.modules import Module
from torusnb.models.review import Finding
from torusnb.review.codenames import review_code_names
from torusnb.review.known import Known
from torusnb.review.reading import Reading


def review(text: str, template: Template, code: CodeMap | None, *, strict: bool = False) -> list[Finding]:
    known = Known(code) if code is not None else None
    return list(review_code_names(Reading(path="fdd.md", text=text, template=template), known, strict=strict))


@pytest.mark.parametrize(
    "text",
    [
        "`Town.Gates` holds them.",
        "Town.Gates.Gate is a schema.",
        "`Gates.Gate` after an alias.",
        "`Town` is the application.",
        "`Town.Bus` is the name of a process.",
        "`Phoenix.LiveView` and `Ecto.Multi` and `Oban.Worker` and `Task.Supervisor` come with it.",
        "`TownWeb.Router.Helpers` is generated.",
        "`Town.GatesTest` tests it.",
        "`Town.Gates.open_gate/2` is called.",
        "`Gates.list_gates/1` after an alias.",
        "`Town.Repo.insert_all/3` comes from a use.",
        "`Town.Kinds.id_for_gate()` is written by a macro and called elsewhere.",
        "`Town.Gates.Gate.t()` is a type.",
        "`lib/town/gates.ex:50` is its last line.",
        "`town/gates.ex` for short, `assets/src/gates.ts`, `test/town/gates_test.exs`.",
        "Files such as `lib/town/*.ex` and `lib/{a,b}/c.ex` are patterns.",
        "See https://docs.example.org/lib/other/page.ex and node_modules/x/y.js.",
        "Node.JS, React.Component and Foo.Bar are not of this project.",
    ],
)
def test_names_that_exist_are_no_findings(text: str, template: Template, code: CodeMap) -> None:
    assert review(text, template, code) == []


@pytest.mark.parametrize(
    ("text", "rule", "nearest"),
    [
        ("`Town.Gate` opens them.", "code.unknown-module", "Town.Gates"),
        ("Town.Gates.Gatte is a schema.", "code.unknown-module", "Town.Gates.Gate"),
        ("`Gates.Key` after an alias.", "code.unknown-module", ""),
        ("`Town.Gates.open_gates/2` is called.", "code.unknown-function", "open_gate/2"),
        ("`Town.Gates.open_gate/3` is called.", "code.unknown-function", "open_gate/2"),
        ("`lib/town/gate.ex` holds them.", "code.unknown-path", "lib/town/gates.ex"),
        ("`lib/town/gates.ex:51` is beyond.", "code.line-beyond-end", ""),
        ("No new module is needed beside `Town.Locks`.", "code.unknown-module", ""),
    ],
)
def test_names_that_do_not_exist_are_found_with_the_nearest_one(
    text: str, rule: str, nearest: str, template: Template, code: CodeMap
) -> None:
    (finding,) = review(f"# T\n\n{text}", template, code)
    assert (finding.rule, finding.severity, finding.place.line) == (rule, "warning", 3)
    assert f"Did you mean {nearest}?" in finding.remedy if nearest else "Did you mean" not in finding.remedy


@pytest.mark.parametrize(
    "text",
    [
        "We add `Town.Locks`.",
        "`Town.Locks` (new) keeps the state.",
        "A new module, `Town.Locks`,\nkeeps the state.",
        "New modules:\n\n- `Town.Locks`\n- `Town.Locks.Key`",
        "- New:\n  - `Town.Locks`",
        "| New module | Job |\n|---|---|\n| `Town.Locks` | locks |",
        "```elixir\ndefmodule Town.Locks do\nend\n```\n\n`Town.Locks` keeps it.",
        "`Town.Locks` keeps it.\n\nLater we introduce `Town.Locks`.",
        "We add `Town.Locks`.\n\n`Town.Locks.Key` lies below, and `Locks.Key` is short for it.",
        "### New modules\n\n`Town.Locks` keeps it.",
        "Create `lib/town/locks.ex`.\n\nThen `lib/town/locks.ex` has it.",
        "We add `Town.Locks`.\n\n`lib/town/locks.ex` holds it.",
        "Add `Town.Gates.close_gate/1`.\n\n`Town.Gates.close_gate/1` closes.",
        "```elixir\n:ok = Town.Gates.close_gate(gate)\n```\n\n| `Town.Gates.close_gate/1` | new | closes |",
    ],
)
def test_names_declared_new_anywhere_are_no_findings(text: str, template: Template, code: CodeMap) -> None:
    assert review(f"# T\n\n## 4. Proposed Design\n\n{text}\n", template, code) == []


def test_a_declaration_in_another_bullet_does_not_cover_a_name(template: Template, code: CodeMap) -> None:
    found = review("- We add `Town.Locks`.\n- `Town.Walls` stand.\n", template, code)
    assert ["Town.Walls" in finding.text for finding in found] == [True]


def test_a_name_is_told_once_with_how_often_it_stands(template: Template, code: CodeMap) -> None:
    (finding,) = review("`Town.Walls` stand.\n\n`Town.Walls` fall.\n", template, code)
    assert "named 2 times" in finding.text


def test_names_below_one_unknown_name_are_one_finding(template: Template, code: CodeMap) -> None:
    (finding,) = review("`Town.Walls.Stone`\n\n`Town.Walls.Mortar`\n\n`Walls.Stone`\n", template, code)
    assert "Town.Walls.Stone, Town.Walls.Mortar are not" in finding.text


def test_in_torusnbs_own_documents_unknown_names_are_errors(template: Template, code: CodeMap) -> None:
    (finding,) = review("`Town.Walls` stand.", template, code, strict=True)
    assert finding.severity == "error"


def test_without_a_code_map_a_note_says_that_names_were_not_checked(template: Template) -> None:
    (finding,) = review("`Town.Walls` stand.", template, None)
    assert (finding.rule, finding.severity) == ("code.not-checked", "note")


def test_a_wrong_name_that_the_spec_pack_uses_itself_is_only_a_warning(template: Template, code: CodeMap) -> None:
    text = "The pack says `Town.Ghost` decides.\n\n`Town.Phantom` follows, see `lib/town/ghost.ex`.\n"
    quoted = frozenset({"Town.Ghost", "lib/town/ghost.ex"})
    reading = Reading(path="fdd.md", text=text, template=template)
    told = list(review_code_names(reading, Known(code), strict=True, quoted=quoted))
    assert {finding.text.split()[2]: finding.severity for finding in told} == {
        "Town.Ghost": "warning",
        "Town.Phantom": "error",
        "lib/town/ghost.ex": "warning",
    }


def test_a_locked_package_owns_modules_that_write_its_name_otherwise(template: Template, code: CodeMap) -> None:
    mixed = msgspec.structs.replace(
        code,
        packages=(LockedPackage("lti_1p3", "0.5.0", 1),),
        files=(*code.files, FileOutline("lib/x.ex", "", 3, (Module("Lti_1p3.Own", "lib/x.ex", 1, 3),))),
    )
    assert review("Keys come from `Lti_1p3.KeyProvider`.", template, mixed) == []
