"""SARIF and annotations: what machines read of a review."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.models.base import Place
from torusnb.models.review import Finding, Review, ReviewSettings
from torusnb.review.annotations import render_annotations
from torusnb.review.handbook import load_handbook, parse_handbook
from torusnb.review.rules import RULES
from torusnb.review.sarif import fingerprint_finding, render_sarif

PATH = "docs/Gate Board/fdd.md"


def _finding(text: str = "Gone.", line: int = 0, rule: str = "trace.missing-id", section: str = "4.1") -> Finding:
    return Finding(rule, RULES[rule], Place(PATH, line), text, "Add it.", section)


def _run(*findings: Finding, settings: ReviewSettings | None = None) -> dict[str, Any]:
    text = render_sarif(Review(PATH, findings), load_handbook(), version="1.2.3", settings=settings)
    log: dict[str, Any] = json.loads(text)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_a_result_names_rule_level_place_and_what_to_do() -> None:
    (result,) = _run(_finding("`A.B` is not in the checkout.", 12, "code.unknown-module"))["results"]
    assert result["ruleId"] == "code.unknown-module"
    assert result["level"] == "warning"
    assert result["message"]["text"] == "`A.B` is not in the checkout. Add it."
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "docs/Gate%20Board/fdd.md", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 12}
    assert result["properties"] == {"section": "4.1"}


def test_a_finding_on_the_whole_document_points_to_its_first_line() -> None:
    (result,) = _run(_finding(section=""))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert "properties" not in result


def test_every_rule_is_described_with_the_handbooks_words() -> None:
    run = _run(_finding())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert rules[run["results"][0]["ruleIndex"]]["id"] == "trace.missing-id"
    for rule in rules:
        assert rule["shortDescription"]["text"].endswith((".", "!"))
        assert "Example: " in rule["help"]["text"]
        assert "Remedy: " in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] == RULES[rule["id"]]
        assert re.fullmatch(r"[A-Z]\w+", rule["name"])


def test_rules_that_a_team_weighs_otherwise_are_told() -> None:
    weights = {"citation.*": "off", "structure.order": "error", "trace.missing-id": "error"}
    (invocation,) = _run(settings=ReviewSettings("torusnb.toml", weights))["invocations"]
    told = {one["descriptor"]["id"]: one["configuration"] for one in invocation["ruleConfigurationOverrides"]}
    assert told["structure.order"] == {"level": "error"}
    assert told["citation.unused-reference"] == {"enabled": False}
    assert "trace.missing-id" not in told


def test_a_fingerprint_stays_when_lines_move_and_counts_change() -> None:
    old = _finding("A.B is not there (named 2 times); the first is on line 9.", 9)
    new = _finding("A.B is not there (named 3 times); the first is on line 14.", 14)
    assert fingerprint_finding(old) == fingerprint_finding(new)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AC-001 is missing.", "AC-002 is missing."),
        ("A.b/1 is not there.", "A.b/2 is not there."),
        ("lib/a1.ex", "lib/a2.ex"),
    ],
)
def test_ids_arities_and_names_keep_findings_apart(one: str, other: str) -> None:
    assert fingerprint_finding(_finding(one)) != fingerprint_finding(_finding(other))


def test_alike_findings_of_one_section_have_fingerprints_of_their_own() -> None:
    results = _run(_finding(line=3), _finding(line=8))["results"]
    marks = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert marks[0].endswith(":1")
    assert marks[1] == marks[0][:-1] + "2"


def test_the_same_review_gives_the_same_bytes() -> None:
    texts = {render_sarif(Review(PATH, (_finding(),)), load_handbook(), version="1") for _ in range(2)}
    assert len(texts) == 1


def test_annotations_come_errors_first_with_file_line_and_rule() -> None:
    review = Review(PATH, (_finding(line=4, rule="structure.order"), _finding(), _finding(rule="code.not-checked")))
    assert render_annotations(review).splitlines() == [
        "::error file=docs/Gate Board/fdd.md,title=trace.missing-id::Gone. Add it.",
        "::warning file=docs/Gate Board/fdd.md,line=4,title=structure.order::Gone. Add it.",
        "::notice file=docs/Gate Board/fdd.md,title=code.not-checked::Gone. Add it.",
    ]


def test_a_clean_review_annotates_nothing() -> None:
    assert render_annotations(Review("fdd.md")) == ""


@given(text=st.text(), path=st.text(min_size=1))
def test_nothing_in_a_document_ends_its_command_or_begins_another(text: str, path: str) -> None:
    finding = Finding("structure.order", "warning", Place(path, 1), text, "Move it.")
    lines = re.split(r"[\r\n]", render_annotations(Review(path, (finding,))).rstrip("\n"))
    assert len(lines) == 1
    head, _, message = lines[0].removeprefix("::warning file=").partition("::")
    assert head.count(",") == 2
    assert head.endswith(",line=1,title=structure.order")
    for sign, code in (("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        message = message if sign == "%" else message.replace(code, sign)
    assert message.replace("%25", "%") == f"{text} Move it.".strip()


HANDBOOK = """# Rules

### `structure.order`

Warning. A section stands late. `None.` is fine.

More of it.

> Example: one
> thing.
>
> Remedy: `move it`.

## Other

Text.
"""


def test_the_handbook_is_read_by_its_headings() -> None:
    helped = parse_handbook(HANDBOOK)["structure.order"]
    assert helped.about == "A section stands late. `None.` is fine.\n\nMore of it."
    assert helped.short == "A section stands late."
    assert (helped.example, helped.remedy) == ("one thing.", "`move it`.")


def test_every_rule_has_help_of_its_own() -> None:
    helps = load_handbook()
    assert list(helps) == list(RULES)
    assert all(helped.example and helped.remedy for helped in helps.values())
