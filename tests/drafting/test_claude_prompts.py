"""The prompts: files of torusnb, each of which a team may replace, checked when they are loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.drafting.claude.prompts import PLACEHOLDERS, load_prompts
from torusnb.errors import TemplateError
from torusnb.models.design import TemplateSection
from torusnb.resources import data_path
from torusnb.spec.template import load_template


def own(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_prompt_file_is_known_and_every_known_one_is_there() -> None:
    assert {path.stem for path in data_path("prompts").glob("*.md")} == set(PLACEHOLDERS)
    assert set(load_prompts().texts) == set(PLACEHOLDERS)


def test_every_heading_of_sections_is_a_section_of_the_template() -> None:
    prompts = load_prompts()
    held = {prompts.holds(section) for section in load_template().sections} - {""}
    assert len(held) == prompts.texts["sections"].count("\n# ")


def test_every_section_that_is_written_is_told_what_it_must_hold() -> None:
    prompts = load_prompts()
    without = [s.id for s in load_template().sections if s.form != "references" and not prompts.holds(s)]
    assert without == []


def test_what_a_section_holds_is_found_by_another_name_of_it() -> None:
    section = TemplateSection("7", "Load and Rows", aliases=("Query Performance",))
    assert "the index it uses" in load_prompts().holds(section)
    assert load_prompts().holds(TemplateSection("8", "Gardening")) == ""


def test_a_teams_file_takes_the_place_of_its_namesake_only(tmp_path: Path) -> None:
    mine, theirs = load_prompts(own(tmp_path, "guardrails.md", "Keep it small.")), load_prompts()
    assert mine.texts["guardrails"] == "Keep it small."
    assert {name for name in PLACEHOLDERS if mine.texts[name] != theirs.texts[name]} == {"guardrails"}
    assert mine.digest != theirs.digest


def test_what_a_value_holds_is_not_read_for_placeholders(tmp_path: Path) -> None:
    prompts = load_prompts(own(tmp_path, "focus.md", "Think: {{ areas }}"))
    assert prompts.fill("focus", areas="{{mark}} {{areas}}") == "Think: {{mark}} {{areas}}"


@pytest.mark.parametrize(
    ("name", "text", "says", "line"),
    [
        ("focus.md", "One.\n\nTwo {{arias}}.", "unknown placeholder {{arias}}; it may use {{areas}}", 3),
        ("guardrails.md", "{{areas}}", "it may use none", 1),
        ("section.md", "Write {{title}}.", "lacks the placeholder {{holds}}", None),
        ("role.md", " \n", "between 1 and", None),
        ("roles.md", "You are.", "No prompt has this name", None),
    ],
)
def test_a_prompt_that_does_not_hold_together_is_refused(
    tmp_path: Path, name: str, text: str, says: str, line: int | None
) -> None:
    with pytest.raises(TemplateError) as caught:
        load_prompts(own(tmp_path, name, text))
    assert says in caught.value.message
    assert caught.value.path == str(tmp_path / name)
    assert caught.value.line == line


def test_a_prompt_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "role.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match="not UTF-8"):
        load_prompts(tmp_path)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_prompts_is_refused(tmp_path: Path, there: bool) -> None:
    with pytest.raises(TemplateError, match="folder of prompts"):
        load_prompts(tmp_path if there else tmp_path / "none")
