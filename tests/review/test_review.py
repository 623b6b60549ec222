from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from torusnb.models.base import Place, parse_json
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Finding, Review
from torusnb.review.review import render_review, render_review_json, review_text
from torusnb.review.rules import RULES, found

ROOT = Path(__file__).parents[2]
TEXT = """# Gate Board - Design

## 1. Executive Summary

Wardens see gates (FR-001). They open them (FR-002). `Town.Walls` stand.

## 2. Requirements

AC-001, AC-002, AC-003 and TBD.

## 4. Proposed Design

AC-003b is met in `lib/town/gates.ex`.

## 5. Tests

AC-001, AC-002, AC-003, AC-003b.
"""


def test_findings_come_by_line_with_measures(template: Template, pack: SpecPack, code: CodeMap) -> None:
    review = review_text(TEXT, path="fdd.md", template=template, pack=pack, code=code)
    assert [(finding.rule, finding.place.line) for finding in review.findings] == [
        ("citation.no-external-source", 0),
        ("code.unknown-module", 5),
        ("structure.placeholder", 9),
    ]
    assert review.measures == {"words": 37, "sections": 3, "summary_sentences": 3, "ids": 6, "ids_present": 6}


def test_line_ends_of_windows_give_the_same_findings(template: Template, pack: SpecPack, code: CodeMap) -> None:
    plain = review_text(TEXT, path="fdd.md", template=template, pack=pack, code=code)
    assert review_text(TEXT.replace("\n", "\r\n"), path="fdd.md", template=template, pack=pack, code=code) == plain


def test_what_was_not_checked_is_said(template: Template) -> None:
    review = review_text(TEXT, path="fdd.md", template=template)
    assert {"trace.not-checked", "code.not-checked"} <= {finding.rule for finding in review.findings}


@pytest.mark.parametrize("text", ["", "\n", "\x00", "#", "```", "| a |", "[@", "- \n-", "\ufeff# A\n", "a" * 5000])
def test_any_text_can_be_reviewed(text: str, template: Template, pack: SpecPack, code: CodeMap) -> None:
    review = review_text(text, path="fdd.md", template=template, pack=pack, code=code)
    assert review.count("error") > 0


def test_a_review_reads_as_a_summary_and_a_table_with_errors_first() -> None:
    findings = (
        Finding("code.unknown-module", "warning", Place("fdd.md", 5), "No a|b.", "Mend it."),
        Finding("structure.missing-section", "error", Place("fdd.md", 0), "Gone.", "Add it."),
    )
    review = Review("fdd.md", findings, {"ids": 6, "ids_present": 5, "summary_sentences": 1, "words": 1234})
    assert render_review(review) == (
        "fdd.md: 1 error, 1 warning, 0 notes (5 of 6 ids present; 1 sentence in the summary; 1,234 words)\n"
        "\n"
        "| Severity | Rule | Line | What | What to do |\n"
        "|---|---|---:|---|---|\n"
        "| error | `structure.missing-section` | - | Gone. | Add it. |\n"
        "| warning | `code.unknown-module` | 5 | No a\\|b. | Mend it. |\n"
    )


def test_a_review_without_findings_is_one_line() -> None:
    assert render_review(Review("fdd.md")) == "fdd.md: 0 errors, 0 warnings, 0 notes\n"


def test_a_review_is_the_same_after_json(template: Template, pack: SpecPack) -> None:
    review = review_text(TEXT, path="fdd.md", template=template, pack=pack)
    text = render_review_json(review)
    assert text.endswith("}\n")
    assert parse_json(text, Review) == review


def test_every_rule_is_documented_with_its_severity_an_example_and_a_remedy() -> None:
    text = (ROOT / "docs" / "review-rules.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `([a-z.-]+)`$", text, flags=re.MULTILINE)
    documented = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert sorted(documented) == sorted(RULES)
    for rule, part in documented.items():
        assert part.strip().lower().startswith(RULES[rule]), rule
        assert "> Example: " in part, rule
        assert "> Remedy: " in part, rule


def test_every_rule_is_emitted_somewhere() -> None:
    sources = [path for path in (ROOT / "torusnb" / "review").glob("*.py") if path.name != "rules.py"]
    emitted = set(re.findall(r'"([a-z]+\.[a-z-]+)"', "".join(path.read_text(encoding="utf-8") for path in sources)))
    assert emitted & set(RULES) == set(RULES)
    assert {name for name in emitted if name.split(".")[0] in {rule.split(".")[0] for rule in RULES}} == set(RULES)


def test_a_rule_that_nobody_knows_cannot_be_used() -> None:
    with pytest.raises(KeyError):
        found("structure.unheard-of", "fdd.md", 1, "x", "y")


def test_a_long_document_is_reviewed_quickly(template: Template, pack: SpecPack, code: CodeMap) -> None:
    text = TEXT + "\n".join(
        f"- `Town.Gates.open_gate/2` in `lib/town/gates.ex:{n % 50}` and Town.W{n}." for n in range(700)
    )
    assert len(text) > 40_000
    start = time.process_time()
    review_text(text, path="fdd.md", template=template, pack=pack, code=code)
    assert time.process_time() - start < 2.0
