"""The playbook that travels with torusnb, and how a file of somebody's own is read."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from torusnb.drafting.playbook import (
    PLACEHOLDERS,
    applicable_practices,
    fill_advice,
    load_playbook,
    parse_playbook,
)
from torusnb.drafting.signals import SIGNALS, VOCABULARY
from torusnb.errors import TemplateError
from torusnb.models.design import Practice
from torusnb.resources import data_path

PLAYBOOK = load_playbook()
PRACTICES = tuple(practice for area in PLAYBOOK for practice in area.practices)
CATALOGUE = yaml.safe_load(data_path("catalogue.yml").read_text(encoding="utf-8"))
FOCUS_AREAS = ["ctx", "otp", "perf", "data", "conc", "cache", "obs", "sec", "ops", "compat", "dev"]

SMALL = """\
areas:
  - id: care
    title: Care
    asks: Is it cared for?
    practices:
      - id: care-1
        title: Water it
        when: [always]
        applies: Every plant.
        advice: >-
          Water {table}
          daily.
        checks: [The soil is damp.]
        source: src:garden
        sections: ["4.1"]
"""


def each_sentence_list(practice: Practice) -> list[str]:
    return [practice.applies, practice.advice, *practice.checks]


def test_the_eleven_focus_areas_are_there_in_their_order() -> None:
    assert [area.id for area in PLAYBOOK] == FOCUS_AREAS


def test_each_focus_area_asks_a_question_and_has_at_least_four_practices() -> None:
    for area in PLAYBOOK:
        assert area.asks.endswith("?")
        assert len(area.practices) >= 4, area.id


def test_ids_are_unique_and_begin_with_their_area() -> None:
    assert max(Counter(practice.id for practice in PRACTICES).values()) == 1
    for practice in PRACTICES:
        assert re.fullmatch(rf"{practice.focus}-\d+", practice.id)


def test_titles_are_unique_and_have_no_full_stop() -> None:
    assert max(Counter(practice.title for practice in PRACTICES).values()) == 1
    assert not [practice.id for practice in PRACTICES if practice.title.endswith(".")]


def test_each_practice_rests_on_a_source_of_the_catalogue() -> None:
    known = {f"src:{entry['key']}" for entry in CATALOGUE}
    assert {practice.source for practice in PRACTICES} <= known


def test_each_section_that_a_practice_names_is_in_the_template() -> None:
    template = yaml.safe_load(data_path("fdd_template.yml").read_text(encoding="utf-8"))
    known = {section["id"] for section in template["sections"]}
    assert {section for practice in PRACTICES for section in practice.sections} <= known


@pytest.mark.parametrize("section", ["4.1", "4.2", "4.3", "5.2", "5.3", "6.1", "6.2", "7", "8", "9.1", "9.2", "9.3"])
def test_each_section_of_the_design_has_practices(section: str) -> None:
    assert applicable_practices(PLAYBOOK, SIGNALS, section)


def test_each_signal_is_used_by_a_practice_or_by_a_union_that_is() -> None:
    used = {signal for practice in PRACTICES for signal in practice.when}
    parts = {part for signal in VOCABULARY if signal.name in used for part in signal.of}
    assert SIGNALS.keys() - used - parts == set()


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.id)
def test_a_practice_is_written_in_whole_sentences(practice: Practice) -> None:
    for text in each_sentence_list(practice):
        assert text.endswith(".")
        assert not re.search(r"\b(?:TODO|TBD|FIXME)\b", text)
        assert text.count("`") % 2 == 0
    without_code = re.sub(r"`[^`]*`", "x", practice.advice)
    assert 1 <= len(re.findall(r"[.!?](?=\s|$)", without_code)) <= 4
    assert len(practice.advice.split()) <= 90


def test_advice_reads_on_without_any_name_of_the_feature() -> None:
    for practice in PRACTICES:
        filled = fill_advice(practice.advice, {})
        assert not re.search(r"\{(?:" + "|".join(PLACEHOLDERS) + r")\}", filled)
        assert filled[0].isupper() or filled[0] == "`"


def test_placeholders_take_the_names_of_the_feature() -> None:
    assert fill_advice("Put it into {module}.", {"module": "`Library.Loans`"}) == "Put it into `Library.Loans`."


def test_words_for_a_placeholder_begin_a_sentence_with_a_capital() -> None:
    assert fill_advice("{worker} runs. {cache} waits for {table}.", {}) == (
        "The worker runs. The cache waits for the table."
    )


def test_code_in_braces_is_no_placeholder() -> None:
    text = "Return `{:ok, value}` or `{reason}` and `%{id: id}`."
    assert fill_advice(text, {}) == text


def test_practices_of_a_section_come_with_the_narrowest_first() -> None:
    found = applicable_practices(PLAYBOOK, {"always", "live_view", "async_ui"}, "4.2")
    assert all("4.2" in practice.sections for practice in found)
    assert all(set(practice.when) <= {"always", "live_view", "async_ui"} for practice in found)
    main = [practice for practice in found if practice.sections[0] == "4.2"]
    assert list(found[: len(main)]) == main
    assert [len(p.when) for p in main] == sorted((len(p.when) for p in main), reverse=True)


def test_a_feature_without_jobs_gets_no_advice_about_jobs() -> None:
    signals = SIGNALS.keys() - {"background_job", "async_work", "schedule", "pipeline"}
    for practice in applicable_practices(PLAYBOOK, signals):
        assert "{worker}" not in practice.advice
        assert "perform/1" not in practice.advice


def test_a_file_of_ones_own_is_read_with_its_lines_joined(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(SMALL, encoding="utf-8")
    (area,) = load_playbook(path)
    assert area.practices[0].advice == "Water {table} daily."
    assert area.practices[0].focus == "care"


@pytest.mark.parametrize(
    ("change", "message", "line"),
    [
        (("[always]", "[live_veiw]"), "did you mean `live_view`", 6),
        (("{table}", "{tabel}"), "unknown placeholder `{tabel}`", 6),
        (("src:garden", "garden"), "begins with `src:`", 6),
        (('["4.1"]', "[4.1]"), "put numbers in quotes", 6),
        (("        title: Water it\n", ""), "needs text under `title`", 6),
        (("        checks: [The soil is damp.]\n", ""), "needs a list under `checks`", 6),
        (("applies:", "aplies:"), "unknown key `aplies`", 6),
        (("id: care-1", "id: care"), "used before, in line 2", 6),
        (("areas:", "area:"), "needs `areas:`", None),
        (("[always]", "[always"), "not valid YAML", 8),
        (("id: care-1", "id: [care"), "not valid YAML", 6),
    ],
)
def test_a_broken_file_is_refused_with_line_and_remedy(change: tuple[str, str], message: str, line: int | None) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_playbook(SMALL.replace(*change), "mine.yml")
    assert message in caught.value.message
    assert caught.value.path == "mine.yml"
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "areas: []\n", "areas: [3]\n", "areas:\n  - id: a\n", "\t", "!!python/name:os.system\n"]
)
def test_what_is_no_playbook_at_all_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_playbook(text, "mine.yml")


def test_a_missing_file_and_a_wrong_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        load_playbook(tmp_path / "none.yml")
    latin = tmp_path / "latin.yml"
    latin.write_bytes("areas: é".encode("latin-1"))
    with pytest.raises(TemplateError, match="UTF-8"):
        load_playbook(latin)


def test_catalogue_keys_and_addresses_are_unique_and_sorted() -> None:
    keys = [entry["key"] for entry in CATALOGUE]
    assert keys == sorted(set(keys))
    assert len({entry["url"] for entry in CATALOGUE}) == len(keys)


def test_the_catalogue_holds_at_least_150_documents_most_of_them_primary() -> None:
    assert len(CATALOGUE) >= 150
    assert sum(entry["primary"] for entry in CATALOGUE) / len(CATALOGUE) > 0.9


def test_each_catalogue_entry_is_complete() -> None:
    for entry in CATALOGUE:
        assert entry["url"].startswith("https://")
        assert entry["settles"].endswith(".")
        assert entry["topics"] == [topic.lower() for topic in entry["topics"]]
        assert not re.search(r"\b(?:TODO|TBD|FIXME)\b", entry["settles"])


def test_a_package_is_named_only_where_the_address_can_take_its_version() -> None:
    for entry in CATALOGUE:
        if "package" in entry:
            assert entry["url"].startswith(f"https://hexdocs.pm/{entry['package']}/")
