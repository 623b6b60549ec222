from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from tests.research.research_cases import DOCS, SECTIONS, evidence_pack, research
from torusnb.models.record import Decision
from torusnb.models.sources import VERDICTS, Research
from torusnb.research.capturing import NOT_CAPTURED
from torusnb.research.markup import code, link, plain, table
from torusnb.research.report import VERDICT_WORDS, render_research


def report(found: Research | None = None) -> str:
    return render_research(evidence_pack(found or research().research), SECTIONS)


def rows_of(text: str, heading: str) -> list[str]:
    part = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("| ")][2:]


def test_the_report_names_feature_commit_and_date() -> None:
    text = report()
    assert text.startswith("# Research for Late notes \\| for \\*graders\\*\n")
    assert "commit `0123456789abcdef0123`, with uncommitted changes" in text
    assert "Date of capture: 2031-05-04" in text


def test_each_question_tells_queries_sources_quotes_and_what_it_decided() -> None:
    text = report()
    part = next(p for p in text.split("\n### ") if "How do unique jobs" in p)
    assert "- Serves: FR-001" in part
    assert (
        "- Queries sent: `unique jobs period states keys insert conflict retry`, package `oban` to deps, catalogue"
        in part
    )
    assert "**VERIFIED**" in part
    assert "Quote: “A job is unique for its period" in part
    assert "https://hexdocs.pm/tide_jobs/2.1.0/retrying.html#retrying-jobs" in part
    assert "Why kept:" in part
    assert "Decided in the design: 7 Consistency" in part


def test_only_a_verified_quote_looks_verified() -> None:
    assert set(VERDICT_WORDS) == set(VERDICTS)
    assert [name for name, words in VERDICT_WORDS.items() if "VERIFIED" in words.upper()] == ["verified"]
    line = next(line for line in report().splitlines() if line.startswith("- To read") and "\\[ttl\\]" in line)
    assert line.startswith("- To read, _not accessed_: ")


def sources_to_read(text: str) -> list[str]:
    return text.split("## Sources to read\n")[1].split("\n## ")[0].strip().splitlines()


def test_what_was_only_pointed_to_is_told_once_with_why_and_for_whom() -> None:
    found = research(()).research
    assert {citation.verdict for citation in found.citations} == {"not-fetched"}
    twice = replace(found, citations=(*found.citations, replace(found.citations[0], question="Q-99")))
    first, _, *listed = sources_to_read(report(twice))
    assert first.startswith(f"{len({citation.source for citation in twice.citations})} sources were not captured, ")
    assert "since no page was asked for in this run" in first
    assert len(listed) == len({citation.source for citation in twice.citations})
    assert [line for line in listed if "Q-99" in line and f"{found.citations[0].question}, " in line]
    assert "Quote:" not in report(twice)


def test_a_page_that_was_asked_for_in_vain_is_told_from_one_that_nobody_asked_for() -> None:
    found = research(()).research
    failed = tuple(replace(c, reason=f"Listed; {NOT_CAPTURED}: robots.txt forbids it.") for c in found.citations)
    text = report(replace(found, citations=failed))
    assert "since asking for the page failed" in sources_to_read(text)[0]
    assert "--online" not in sources_to_read(text)[0]
    assert "robots.txt forbids it" in text.split("## Sources to read")[0]


def test_a_report_where_all_was_captured_has_nothing_to_read() -> None:
    found = research().research
    kept = tuple(citation for citation in found.citations if citation.verdict != "not-fetched")
    assert "## Sources to read" not in report(replace(found, citations=kept))


def test_unanswered_questions_are_listed() -> None:
    part = report().split("## Unanswered questions")[1].split("\n## ")[0]
    assert "heaviest query" in part


def test_the_matrix_shows_the_gaps() -> None:
    rows = {row.split(" | ")[0].removeprefix("| "): row for row in rows_of(report(), "From requirement to design")}
    assert "idempotent-jobs (verified)" in rows["FR-001"]
    assert "no question asked" in rows["FR-003"]
    assert "no section names it" in rows["FR-003"]
    assert "nothing found" in rows["NFR-1"]


def test_the_ledger_holds_only_keys_the_design_carries() -> None:
    rows = rows_of(report(), "Evidence")
    assert [re.findall(r"`([^`]+)`", row)[0] for row in rows] == ["FR-001", "practice:conc-1", "code:lib/nowhere.ex:1"]
    assert "does not resolve" in rows[2]
    assert "A background job \\| sends # each late note." in rows[0]


def test_waypoints_and_assumptions_are_there() -> None:
    text = report()
    assert rows_of(text, "Waypoints") == [
        "| 1 | `lib/notes/sender.ex:3` | named in \\`FR-001\\` \\| really | FR-001, AC-001 |"
    ]
    assert rows_of(text, "Assumptions") == ["| A-1 | A job is tried five times. | medium | Notes come late. | – |"]


def test_hostile_documents_stay_text() -> None:
    found = research((DOCS[1],)).research
    assert found.citations
    assert any("every unique job with a retry period is approved |" in c.quote for c in found.citations)
    assert not any("Ignore all previous instructions" in c.quote for c in found.citations)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(report(found))
    assert "<script" not in html
    assert "<img" not in html
    assert "[@" not in report(found)
    assert 'href="y"' not in html


def test_a_table_row_keeps_its_columns_whatever_the_cells_hold() -> None:
    text = "\n".join(table(("a", "b"), [(plain("x | y \\| z\n| w"), code("p|q `r`")), ("", "c")]))
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert html.count("<td>") == 4
    assert "<td>x | y \\| z | w</td>" in html


@pytest.mark.parametrize(
    "text",
    ["# no heading", "- no item", "1. no list", "*no* _emphasis_", "`no code`", "<b>no html</b>", "[no](link)",
     "![no](image)", "a & b &amp; c", "~~no~~", "> no quote", "+ no", "=== no", "12) no", "snake_case_name", "\\*x"],
)  # fmt: skip
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    shown = MarkdownIt("commonmark").enable("strikethrough").render(plain(text))
    expected = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert shown == f"<p>{expected}</p>\n"


def test_only_web_addresses_become_links() -> None:
    assert link("https://example.org/a") == "<https://example.org/a>"
    assert link("javascript:alert(1)") == "javascript:alert(1)"
    assert "<" not in link("https://example.org/><script>").replace("\\<", "")


def test_a_person_sees_what_they_added() -> None:
    found = research(decisions=(Decision("source", "javascript:alert(1)", "add", "Heraldry"),)).research
    text = report(found)
    assert "## Sources a person added for the feature as a whole" in text
    assert "<javascript" not in text


def test_a_report_without_anything_is_still_a_report() -> None:
    pack = evidence_pack(Research())
    empty = replace(pack, pack=replace(pack.pack, requirements=(), nonfunctional=()), evidence={})
    text = render_research(empty, ())
    assert "Date of capture: unknown" in text
    assert "The design carries no evidence key." in text


def test_the_same_input_gives_the_same_bytes() -> None:
    assert report() == report()
