from __future__ import annotations

import msgspec
import pytest

from torusnb.models.base import Place
from torusnb.models.changes import Change, PackStatus
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.review.known import Known
from torusnb.review.passages import find_passages
from torusnb.review.reading import Reading
from torusnb.review.staleness import review_cited_lines, review_staleness

DOCUMENT = """# Gates

## 3. Context Summary

All lines are at commit `1a2b3c4d5e`.

## 4. Proposed Design

FR-001 calls `Town.Gates.open_gate/2` (`lib/town/gates.ex:2`).
"""


def reading(text: str, template: Template) -> Reading:
    return Reading(path="fdd.md", text=text, template=template)


def status(*changes: Change, note: str = "") -> PackStatus:
    return PackStatus("gates", "docs/gates", "exported", "1a2b3c4d5e6f7a8b", changes, note)


def lines(text: str, template: Template, code: CodeMap | None) -> list[Finding]:
    read = reading(text, template)
    return list(review_cited_lines(read, find_passages(read), Known(code) if code is not None else None))


@pytest.mark.parametrize(
    ("key", "name", "rule", "line"),
    [
        ("code:lib/town/gates.ex:2", "Town.Gates.open_gate/2", "stale.code", 9),
        ("guide:docs/gates.md:4", "Gates", "stale.guide", 7),
        ("FR-001", "FR-001", "stale.requirement", 9),
        ("prd:Goals", "Goals", "stale.requirement", 7),
        ("package:bus", "bus", "stale.package", 7),
    ],
)
def test_each_change_is_a_finding_of_its_family_at_its_line(
    key: str, name: str, rule: str, line: int, template: Template
) -> None:
    change = Change(key, name, "changed", "then", "now", Place("x", 1), sections=("4",))
    (finding,) = review_staleness("fdd.md", status(change), reading(DOCUMENT, template))
    assert (finding.rule, finding.place.line, finding.section) == (rule, line, "4")
    assert "has changed since 1a2b3c4d5e: it was `then` and is `now`" in finding.text
    (unplaced,) = review_staleness("fdd.md", status(change))
    assert (unplaced.place.line, unplaced.section) == (0, "4")


def test_what_is_gone_and_what_is_asked_anew_is_said_so() -> None:
    gone = Change("code:a.ex:1", "A.b/1", "gone", "def b(x)", note="A twin is in C.")
    more = Change("FR-009", "FR-009", "new", new="Gates sing.")
    texts = [finding.text for finding in review_staleness("fdd.md", status(gone, more))]
    assert texts[0] == "A.b/1 is gone since 1a2b3c4d5e; the design rests on it. A twin is in C."
    assert "asks for FR-009" in texts[1]
    assert "Gates sing." in texts[1]


def test_what_is_as_it_was_or_was_accepted_is_silent() -> None:
    changes = (
        Change("code:a.ex:1", "A.b/1", "unchanged"),
        Change("code:a.ex:1", "A.b/1", "moved"),
        Change("FR-001", "FR-001", "changed", accepted=True),
    )
    assert list(review_staleness("fdd.md", status(*changes))) == []


def test_one_symbol_cited_at_many_lines_is_one_finding() -> None:
    changes = [Change(f"code:a.ex:{n}", "A.b/1", "changed", str(n)) for n in range(5)]
    assert len(list(review_staleness("fdd.md", status(*changes)))) == 1


def test_a_trail_that_cannot_be_compared_is_noted() -> None:
    (finding,) = review_staleness("fdd.md", status(note="The trail holds no pack yet."))
    assert (finding.rule, finding.severity) == ("stale.not-checked", "note")


@pytest.mark.parametrize(
    ("commit", "rules"),
    [("1a2b3c4d5e6f7a8b", []), ("99aabbccdd", ["stale.commit"])],
)
def test_lines_read_at_another_commit_are_found(
    commit: str, rules: list[str], template: Template, code: CodeMap
) -> None:
    at = msgspec.structs.replace(code, commit=msgspec.structs.replace(code.commit, id=commit))
    found = lines(DOCUMENT, template, at)
    assert [finding.rule for finding in found] == rules
    assert [finding.place.line for finding in found] == [5] * len(rules)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at commit `1a2b3c4d5e`", "read with care"),
        ("`lib/town/gates.ex:2`", "no line"),
        ("`1a2b3c4d5e`", "`content-63508485b7bc`"),
    ],
)
def test_without_a_commit_or_lines_or_another_kind_of_checkout_nothing_is_compared(
    old: str, new: str, template: Template, code: CodeMap
) -> None:
    at = msgspec.structs.replace(code, commit=msgspec.structs.replace(code.commit, id="99aabbccdd"))
    assert lines(DOCUMENT.replace(old, new), template, at) == []


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("`Town.Gates.open_gate/2` (`lib/town/gates.ex:2`) opens.", []),
        ("`open_gate/2` at `lib/town/gates.ex:49` opens.", ["stale.line"]),
        ("It begins (`lib/town/gates.ex:2`).\n\n`open_gate/2` at `…/gates.ex:49` opens.", ["stale.line"]),
        ("It begins (`lib/town/kinds.ex:2`).\n\n`open_gate/2` at `…/gates.ex:49` opens.", []),
        ("`open_gate/2` at `gates.ex:49` opens.", ["stale.line"]),
        ("`open_gate/2` at `town/gates.ex:49` opens.", ["stale.line"]),
        ("`open_gate/2` at `gates.ex:2` opens.", []),
        ("`open_gate/2` at `gates.ex:48, 49` opens.", []),
        ("`open_gate/2` at `nowhere.ex:49` opens.", []),
        ("`open_gate/3` at `lib/town/gates.ex:49` opens.", []),
        ("`open_gate/2` at `lib/town/kinds.ex:49` opens.", []),
        ("`open_gate/2` and `list_gates/1` at `lib/town/gates.ex:49` open.", []),
        ("`open_gate/2` at `lib/other/gates.ex:49` opens.", []),
    ],
)
def test_a_function_cited_away_from_where_it_stands_is_found(
    sentence: str, rules: list[str], template: Template, code: CodeMap
) -> None:
    found = lines(f"# T\n\n## 4. Proposed Design\n\n{sentence}\n", template, code)
    assert [finding.rule for finding in found] == rules


def test_without_a_code_map_no_line_is_compared(template: Template) -> None:
    assert lines(DOCUMENT, template, None) == []
