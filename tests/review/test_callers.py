from __future__ import annotations

import msgspec
import pytest

from tests.review.conftest import module
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.design import Template
from torusnb.models.modules import Call
from torusnb.models.review import Finding
from torusnb.review.callers import review_callers
from torusnb.review.known import Known
from torusnb.review.passages import find_passages
from torusnb.review.reading import Reading


@pytest.fixture
def town(code: CodeMap) -> CodeMap:
    """The small code map with two modules that open gates: one with two arguments, one with five."""
    nightly = msgspec.structs.replace(
        module("Town.Nightly", "lib/town/nightly.ex"), calls=(Call("Town.Gates", "open_gate", 2, 7),)
    )
    other = msgspec.structs.replace(
        module("Town.Crane", "lib/town/crane.ex"), calls=(Call("Town.Gates", "open_gate", 5, 8),)
    )
    files = tuple(FileOutline(path=m.path, sha256="", lines=50, modules=(m,)) for m in (nightly, other))
    return msgspec.structs.replace(code, files=(*code.files, *files))


def findings(text: str, template: Template, code: CodeMap | None, heading: str = "4. Proposed Design") -> list[Finding]:
    reading = Reading(path="fdd.md", text=f"# T\n\n## {heading}\n\n{text}\n", template=template)
    return list(review_callers(reading, find_passages(reading), Known(code) if code is not None else None))


@pytest.mark.parametrize(
    "text",
    [
        "`Town.Gates.open_gate/2` now answers `{:ok, key}`.",
        "`Gates.open_gate/2` gains an option.",
        "| function `Gates.open_gate/2` | changed | It answers a key. |",
        "The board renames `open_gate/2`.",
        "We change the existing `Town.Gates.open_gate(gate, key)` first.",
        "`Gates.open_gate/2` is renamed, and `Gates.open_gate/2` becomes slow.",
    ],
)
def test_a_caller_of_a_changed_function_that_is_never_named_is_noted_once(
    text: str, template: Template, town: CodeMap
) -> None:
    (finding,) = findings(text, template, town)
    assert (finding.rule, finding.severity, finding.place.line) == ("code.other-callers", "note", 5)
    assert "also called from Town.Nightly (lib/town/nightly.ex:7), which" in finding.text


@pytest.mark.parametrize(
    "text",
    [
        "`Town.Gates.open_gate/2` stays as it is.",
        "`Town.Gates.open_gate/2` now answers a key; `Town.Nightly` matches it.",
        "`Town.Gates.open_gate/2` now answers a key (`nightly.ex:7`).",
        "`Town.Gates.list_gates/1` now answers keys.",
        "`Town.Gates.open_gate/3` now answers a key.",
        "`Town.Gates.slam_all/2` is removed.",
    ],
)
def test_named_callers_and_functions_that_stay_are_silent(text: str, template: Template, town: CodeMap) -> None:
    assert findings(text, template, town) == []


def test_an_alternative_and_a_review_without_a_checkout_name_no_callers(template: Template, town: CodeMap) -> None:
    text = "`Town.Gates.open_gate/2` now answers `{:ok, key}`."
    assert findings(text, template, town, "4.4 Alternatives Considered") == []
    assert findings(text, template, None) == []
