from __future__ import annotations

from typing import Any

import pytest

from torusnb.errors import InputError, NotebookError
from torusnb.export.cells import ABSENT_MIME, EVIDENCE_MIME, parse_cells
from torusnb.models.design import Template


def markdown(source: str | list[str], *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": source}


def code(*bundles: dict[str, Any], tags: tuple[str, ...] = (), count: int | None = 1) -> dict[str, Any]:
    outputs = [{"output_type": "display_data", "data": data, "metadata": {}} for data in bundles]
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)},
        "source": "",
        "outputs": outputs,
        "execution_count": count,
    }


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def _texts(template: Template, *cells: dict[str, Any]) -> dict[str, str]:
    return {draft.section: draft.text for draft in parse_cells(notebook(*cells), template).sections}


def test_a_markdown_cell_is_a_persons_and_accepted(template: Template) -> None:
    found = parse_cells(notebook(markdown(["One.\n", "Two."], "fdd", "section:1")), template)
    (draft,) = found.sections
    assert (draft.section, draft.text, draft.author, draft.accepted) == ("1", "One.\nTwo.", "person", True)


def test_a_code_cell_gives_its_markdown_outputs_in_order(template: Template) -> None:
    cell = code(
        {"text/plain": "<Section>", "text/markdown": "One."},
        {"text/plain": "a widget"},
        {"text/markdown": ["Two", " more."]},
        tags=("fdd", "section:4.1"),
    )
    assert _texts(template, cell) == {"4.1": "One.\n\nTwo more."}


def test_the_later_cell_of_a_section_wins(template: Template) -> None:
    first = code({"text/markdown": "Draft."}, tags=("fdd", "section:1"))
    assert _texts(template, first, markdown("Mine.", "fdd", "section:1")) == {"1": "Mine."}


def test_cells_without_the_tag_are_no_part_of_the_document(template: Template) -> None:
    assert _texts(template, markdown("# Notes"), markdown("x", "section:1"), code({"text/markdown": "y"})) == {}


def test_a_parents_cell_may_hold_its_sub_sections(template: Template) -> None:
    text = "## 4. Proposed Design\n\nIntro.\n\n### 4.1 Roles\n\nA.\n\n#### Detail\n\nB.\n\n### Message Flow\n\nC."
    assert _texts(template, markdown(text, "fdd", "section:4")) == {
        "4": "Intro.",
        "4.1": "A.\n\n#### Detail\n\nB.",
        "4.2": "C.",
    }


def test_a_parents_cell_with_sub_sections_only_leaves_the_parent_empty(template: Template) -> None:
    assert _texts(template, markdown("### 4.2 Message Flow\n\nC.", "fdd", "section:4")) == {"4.2": "C."}


def test_the_sections_own_heading_falls_away(template: Template) -> None:
    assert _texts(template, markdown("## Executive Summary\n\nOne.", "fdd", "section:1")) == {"1": "One."}


def test_headings_in_code_do_not_split_a_cell(template: Template) -> None:
    text = "Intro.\n\n```markdown\n### 4.1 Component Roles\n```"
    assert _texts(template, markdown(text, "fdd", "section:4")) == {"4": text}


def test_sections_come_in_the_templates_order(template: Template) -> None:
    cells = (markdown("b", "fdd", "section:4.2"), markdown("a", "fdd", "section:1"))
    assert list(_texts(template, *cells)) == ["1", "4.2"]


@pytest.mark.parametrize("section", ["4.1", "9.9", "*"])
def test_a_note_that_there_is_no_section_is_no_part_of_the_document(section: str, template: Template) -> None:
    note = code({"text/markdown": "*Nothing.*", ABSENT_MIME: {"note": "Nothing."}}, tags=("fdd", f"section:{section}"))
    assert _texts(template, markdown("One.", "fdd", "section:1"), note) == {"1": "One."}


def test_a_note_does_not_take_back_what_a_person_wrote(template: Template) -> None:
    note = code({"text/markdown": "*Nothing.*", ABSENT_MIME: {}}, tags=("fdd", "section:1"))
    assert _texts(template, markdown("Mine.", "fdd", "section:1"), note) == {"1": "Mine."}


def test_an_unknown_section_that_shows_a_text_is_refused(template: Template) -> None:
    with pytest.raises(InputError, match=r"Cell 1 names section 9\.9, which the template does not have"):
        parse_cells(notebook(code({"text/markdown": "Text."}, tags=("fdd", "section:9.9"))), template)


@pytest.mark.parametrize("by_person", [True, False])
def test_the_cell_of_other_sections_is_split_at_their_headings(by_person: bool, template: Template) -> None:
    text = (
        "## 2. Requirements\n\nTwo.\n\n### 1. Prepare\n\nA step.\n\n### References\n\nNone.\n\n"
        "```\n## 1. Executive Summary\n```\n\n## 4. Proposed Design\n\n### 4.2 Message Flow\n\nFlow."
    )
    tags = ("fdd", "section:*")
    cell = markdown(text, *tags) if by_person else code({"text/markdown": text}, tags=tags)
    assert _texts(template, cell) == {
        "2": "Two.\n\n### 1. Prepare\n\nA step.\n\n### References\n\nNone.\n\n```\n## 1. Executive Summary\n```",
        "4.2": "Flow.",
    }


@pytest.mark.parametrize("text", ["By the way.\n\n## 2. Requirements\n\nTwo.", "## 9. Elsewhere\n\nNine."])
def test_text_under_no_sections_heading_is_refused_in_the_cell_of_other_sections(text: str, template: Template) -> None:
    with pytest.raises(InputError, match=r"Cell 1 starts with text under no section's heading.*`## 2\. Requirements`"):
        parse_cells(notebook(markdown(text, "fdd", "section:*")), template)


def test_the_notebook_carries_its_evidence(template: Template) -> None:
    payload = {
        "title": "Gate Board",
        "evidence": {"FR-001": {"key": "FR-001", "kind": "requirement", "text": "Open", "place": {"path": "prd.md"}}},
        "sources": [{"key": "src:a", "title": "A", "url": "https://a.example.org", "provider": "deps"}],
        "commit": "abc",
        "citations": [{"source": "src:a", "question": "Q", "quote": "", "verdict": "not-fetched", "reason": ""}],
    }
    found = parse_cells(notebook(code({EVIDENCE_MIME: payload})), template)
    assert found.title == "Gate Board"
    assert found.evidence["FR-001"].text == "Open"
    assert found.sources[0].label == "a"
    assert (found.commit, found.citations[0].verdict) == ("abc", "not-fetched")


def test_evidence_may_be_kept_as_text(template: Template) -> None:
    found = parse_cells(notebook(code({EVIDENCE_MIME: ['{"title": ', '"Gate Board"}']})), template)
    assert found.title == "Gate Board"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (markdown("x", "fdd"), "Cell 2 is tagged `fdd` but names no section. Give it one tag"),
        (markdown("x", "fdd", "section:1", "section:2"), "Cell 2 is tagged `fdd` but names 2 sections"),
        (
            markdown("x", "fdd", "section:9.9"),
            "Cell 2 names section 9.9, which the template does not have. It has: 1, 2",
        ),
        ({"cell_type": "raw", "metadata": {"tags": ["fdd", "section:1"]}, "source": "x"}, "Cell 2 .* is a raw cell"),
    ],
)
def test_a_final_cell_that_cannot_be_placed_is_refused(cell: dict[str, Any], message: str, template: Template) -> None:
    with pytest.raises(InputError, match=message):
        parse_cells(notebook(markdown("intro"), cell), template)


def test_a_final_code_cell_that_never_ran_is_refused(template: Template) -> None:
    with pytest.raises(NotebookError, match=r"Cell 1 is a final cell but was never run\. Run the notebook"):
        parse_cells(notebook(code(tags=("fdd", "section:1"), count=None)), template)


def test_a_final_code_cell_that_shows_no_markdown_is_refused(template: Template) -> None:
    with pytest.raises(NotebookError, match="Cell 1 is a final cell but shows no Markdown"):
        parse_cells(notebook(code({"text/plain": "x"}, tags=("fdd", "section:1"))), template)


def test_a_final_code_cell_that_failed_is_refused(template: Template) -> None:
    cell = code({"text/markdown": "half"}, tags=("fdd", "section:1"))
    cell["outputs"].append({"output_type": "error", "ename": "PackError", "evalue": "no prd.md", "traceback": []})
    with pytest.raises(NotebookError, match="Cell 1 stopped with PackError"):
        parse_cells(notebook(cell), template)


@pytest.mark.parametrize("payload", [{"title": 3}, "{", {"evidence": {"FR-001": {}}}])
def test_damaged_evidence_is_refused(payload: object, template: Template) -> None:
    with pytest.raises(NotebookError, match="evidence in the output of cell 1 cannot be read"):
        parse_cells(notebook(code({EVIDENCE_MIME: payload})), template)
