from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.export.merge import Merged, find_held, find_outlived, merge_fdd
from torusnb.models.design import Template, TemplateSection
from torusnb.spec.pathtails import PlaceReader, render_listing

SECTIONS = (
    TemplateSection(id="1", title="Executive Summary", required=True),
    TemplateSection(id="2", title="Requirements", required=True),
    TemplateSection(id="4", title="Proposed Design", required=True),
    TemplateSection(id="4.1", title="Component Roles"),
    TemplateSection(id="4.2", title="Message Flow"),
    TemplateSection(id="5", title="Caching Strategy"),
    TemplateSection(id="6", title="References"),
)
TEMPLATE = Template(name="small", title_suffix="Design", sections=SECTIONS)
ALL = tuple(section.id for section in SECTIONS)


def heading(section: TemplateSection) -> str:
    return f"{'#' * (section.level + 1)} {section.id}{'.' if section.level == 1 else ''} {section.title}"


def fdd(edition: str, ids: tuple[str, ...] = ALL) -> str:
    parts = ["# Gate Board - Design"]
    parts += [f"{heading(s)}\n\nText {edition} of {s.id}.\n\n- a point" for s in SECTIONS if s.id in ids]
    return "\n\n".join(parts) + "\n"


def merge(existing: str | None, last: str | None, fresh: str) -> Merged:
    return merge_fdd(existing, last, fresh, TEMPLATE)


@pytest.mark.parametrize("existing", [None, "", "\n \n"])
def test_without_a_file_the_fresh_export_is_written(existing: str | None) -> None:
    merged = merge(existing, None, fdd("one"))
    assert merged.text == fdd("one")
    assert merged.added == ALL


def test_an_untouched_file_becomes_the_fresh_export() -> None:
    merged = merge(fdd("one"), fdd("one"), fdd("two"))
    assert merged.text == fdd("two")
    assert merged.updated == ALL
    assert merged.kept == ()


def test_a_changed_section_stays_and_the_others_are_brought_up_to_date() -> None:
    existing = fdd("one").replace("Text one of 4.1.", "My own words.")
    merged = merge(existing, fdd("one"), fdd("two"))
    assert merged.text == fdd("two").replace("Text two of 4.1.", "My own words.")
    assert merged.kept == ("4.1",)
    assert merged.stale == ("4.1",)
    assert "4.1" not in merged.updated


def test_a_kept_section_is_stale_only_when_the_draft_moved_on() -> None:
    existing = fdd("one").replace("Text one of 4.1.", "My own words.")
    assert merge(existing, fdd("one"), fdd("one")).stale == ()


def test_a_kept_section_is_outlived_until_the_person_touches_it() -> None:
    mine = fdd("one").replace("Text one of 4.1.", "My own words.")
    kept = fdd("two").replace("Text two of 4.1.", "My own words.")
    first, second = (fdd("one"), fdd("one")), (kept, fdd("two"))

    def names(existing: str | None, exports: list[tuple[str, str]], fresh: str) -> tuple[str, ...]:
        return tuple(left.name for left in find_outlived(existing, exports, fresh, TEMPLATE))

    assert names(mine, [first], fdd("one")) == ()
    assert names(mine, [first], fdd("two")) == ("4.1",)
    assert names(kept, [first, second], fdd("two")) == ("4.1",)
    assert names(kept, [first, second, second], fdd("two")) == ("4.1",)
    touched = kept.replace("My own words.", "My words, read again.")
    assert names(touched, [first, second], fdd("two")) == ()
    assert names(None, [first], fdd("two")) == ()


def test_an_outlived_section_carries_what_torusnb_said_then_and_says_now() -> None:
    mine = fdd("one").replace("Text one of 4.1.", "My own words.")
    (left,) = find_outlived(mine, [(fdd("one"), fdd("one"))], fdd("two"), TEMPLATE)
    assert "Text one of 4.1." in left.then
    assert "Text two of 4.1." in left.now


def test_without_the_last_export_everything_is_a_persons() -> None:
    existing = fdd("theirs", ("1", "2", "4", "4.2"))
    merged = merge(existing, None, fdd("new"))
    for section in ("1", "2", "4", "4.2"):
        assert f"Text theirs of {section}." in merged.text
    assert merged.added == ("4.1", "5", "6")
    assert merged.kept == ("1", "2", "4", "4.2")
    assert merged.text.index("4.1 Component") < merged.text.index("4.2 Message") < merged.text.index("5. Caching")


def test_sections_a_person_added_stay_at_their_place() -> None:
    added = "## Decision Log\n\n### 2026-01-02\n\n- We chose a table.\n\n"
    existing = fdd("one").replace("## 5. Caching", f"{added}## 5. Caching")
    merged = merge(existing, fdd("one"), fdd("two"))
    assert merged.text == fdd("two").replace("## 5. Caching", f"{added}## 5. Caching")
    assert merged.kept == ("Decision Log",)


def test_a_deleted_optional_section_stays_deleted_and_is_reported() -> None:
    existing = fdd("one", tuple(section for section in ALL if section != "5"))
    merged = merge(existing, fdd("one"), fdd("two"))
    assert "Caching" not in merged.text
    assert merged.deleted == ("5",)


def test_a_deleted_required_section_comes_back() -> None:
    existing = fdd("one", tuple(section for section in ALL if section != "2"))
    merged = merge(existing, fdd("one"), fdd("two"))
    assert merged.text == fdd("two")
    assert merged.added == ("2",)


def test_a_section_only_torusnb_wrote_goes_when_the_fresh_export_drops_it() -> None:
    ids = tuple(section for section in ALL if section not in {"5", "6"})
    merged = merge(fdd("one"), fdd("one"), fdd("one", ids))
    assert merged.text == fdd("one", ids)
    assert merged.removed == ("5", "6")


def test_a_new_section_goes_behind_what_a_person_put_below_the_one_before() -> None:
    old = fdd("one", ("1", "2", "4", "4.1", "6"))
    existing = old.replace("## 6. References", "### 4.7 Mine\n\nKept.\n\n## 6. References")
    merged = merge(existing, old, fdd("one", ("1", "2", "4", "4.1", "5", "6")))
    assert re.findall(r"^#+ (\S+)", merged.text, re.MULTILINE) == ["Gate", "1.", "2.", "4.", "4.1", "4.7", "5.", "6."]


def test_a_changed_title_stays() -> None:
    existing = fdd("one").replace("# Gate Board - Design", "# The Gate Board\n\nOwner: me")
    merged = merge(existing, fdd("one"), fdd("two"))
    assert merged.text == fdd("two").replace("# Gate Board - Design", "# The Gate Board\n\nOwner: me")
    assert merged.kept == ("front matter",)


def test_a_heading_in_code_is_no_section() -> None:
    mine = "My words.\n\n```markdown\n## 5. Caching Strategy\n```"
    existing = fdd("one").replace("Text one of 2.", mine)
    merged = merge(existing, fdd("one"), fdd("two"))
    assert merged.text == fdd("two").replace("Text two of 2.", mine)


def test_windows_line_ends_stay_and_are_used_for_what_is_new() -> None:
    existing = fdd("one").replace("\n", "\r\n").replace("Text one of 1.", "Mine.")
    merged = merge(existing, fdd("one"), fdd("two"))
    assert merged.text == fdd("two").replace("Text two of 1.", "Mine.").replace("\n", "\r\n")
    assert merged.kept == ("1",)


def test_a_file_without_any_section_is_kept_whole() -> None:
    existing = "Some notes of mine, no heading, no newline"
    merged = merge(existing, None, fdd("one"))
    assert merged.text.startswith(f"{existing}\n\n## 1. Executive Summary\n")
    assert merged.added == ALL


def test_blank_lines_at_the_end_of_a_section_do_not_make_it_a_persons() -> None:
    existing = fdd("one").replace("## 5. Caching", "\n\n## 5. Caching")
    assert merge(existing, fdd("one"), fdd("two")).kept == ()


PERSONS_LINES = st.lists(
    st.sampled_from(
        [
            "MINE-%d words",
            "- MINE-%d point",
            "  - MINE-%d deeper",
            "### MINE-%d heading",
            "## MINE-%d part",
            "> MINE-%d quote",
            "| MINE-%d | cell |",
            "`MINE-%d` code",
            "**MINE-%d**",
            "```\nMINE-%d\n```",
            "MINE-%d with  spaces  ",
        ]
    ),
    max_size=3,
)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[str]]:
    """An exported file after a person's edits, and the marks of what they wrote."""
    ids = tuple(draw(st.lists(st.sampled_from(ALL), unique=True)))
    lines = fdd("one", tuple(draw(st.permutations(ids)))).split("\n")
    marks: list[str] = []
    for _ in range(draw(st.integers(0, 4))):
        for pattern in draw(PERSONS_LINES):
            text = pattern % (len(marks) + 1)
            marks.append(text)
            lines.insert(draw(st.integers(0, len(lines))), text)
    text = "\n".join(lines)
    return draw(st.sampled_from([text, text.rstrip("\n"), text + "\n\n", text.replace("\n", "\r\n")])), marks


FRESH_IDS = st.lists(st.sampled_from(ALL), unique=True).map(lambda ids: tuple({"1", "2", "4", *ids}))


@settings(max_examples=250, deadline=None)
@given(edited(), FRESH_IDS, st.booleans(), st.booleans())
def test_nothing_a_person_wrote_is_lost_and_merging_twice_changes_nothing(
    file: tuple[str, list[str]], ids: tuple[str, ...], known: bool, same: bool
) -> None:
    existing, marks = file
    last = fdd("one") if known else None
    fresh = fdd("one" if same else "two", ids)
    merged = merge(existing, last, fresh)
    plain = merged.text.replace("\r\n", "\n")
    assert all(mark in plain for mark in marks)
    assert merge(merged.text, last, fresh).text == merged.text
    assert merge(merged.text, fresh, fresh).text == merged.text


def test_a_kept_section_is_not_stale_because_citations_are_written_in_another_form() -> None:
    before, now = "Open (`lib/a/beds.ex:1`; `…/beds.ex:2`).", "Open (`beds.ex:1, 2`)."
    assert merge_fdd(fdd("mine"), fdd(before), fdd(now), TEMPLATE).stale == ()
    assert find_outlived(fdd("mine"), [(fdd("mine"), fdd(before))], fdd(now), TEMPLATE) == ()
    assert merge_fdd(fdd("mine"), fdd(before), fdd("Shut (`beds.ex:1, 2`)."), TEMPLATE).stale != ()


def listed(texts: dict[str, str], paths: list[str], sections: tuple[TemplateSection, ...] = SECTIONS) -> str:
    """A document with the whole paths at its end."""
    parts = ["# Gate Board - Design"]
    parts += [f"{heading(s)}\n\n{texts.get(s.id, 'Nothing.')}" for s in sections]
    return "\n\n".join([*parts, render_listing(paths)]) + "\n"


def test_a_kept_section_goes_on_to_cite_the_files_it_cited() -> None:
    template = msgspec.structs.replace(
        TEMPLATE, sections=(*SECTIONS[:-1], msgspec.structs.replace(SECTIONS[-1], form="references"))
    )
    first = listed({"5": "Holds (`beds.ex:41`; `pots.ex:7`)."}, ["lib/a/beds.ex", "lib/a/pots.ex"])
    mine = first.replace("Holds", "I say it holds")
    fresh = listed({"2": "New (`beds.ex:3`).", "5": "Other."}, ["lib/b/beds.ex"])
    merged = merge_fdd(mine, first, fresh, template)
    assert merged.kept == ("5",)
    assert "I say it holds (`beds.ex:41`; `pots.ex:7`)." in merged.text
    found = [(place.path, place.lines) for place in PlaceReader(merged.text).find(merged.text)]
    assert found == [("lib/b/beds.ex", (3,)), ("lib/a/beds.ex", (41,)), ("lib/a/pots.ex", (7,))]
    again = merge_fdd(merged.text, [first, fresh], fresh, template)
    assert (again.text, again.kept, again.updated) == (merged.text, ("5",), ())
    exports = [(first, first), (merged.text, fresh)]
    assert [held.name for held in find_held(merged.text, exports, {}, template)] == ["5"]
    assert [left.name for left in find_outlived(merged.text, exports, fresh, template)] == ["5"]
    back = merge_fdd(merged.text.replace("I say it holds", "Holds"), [first, fresh], fresh, template)
    assert (back.text, back.kept) == (fresh, ())


def test_a_kept_section_is_stale_when_the_same_line_of_another_file_is_cited_now() -> None:
    last, fresh = (listed({"5": f"So (`{end}:1`)."}, [path]) for end, path in _BEDS)
    assert merge_fdd(last.replace("So", "Mine"), last, fresh, TEMPLATE).stale == ("5",)


_BEDS = (("beds.ex", "lib/a/beds.ex"), ("b/beds.ex", "lib/b/beds.ex"))
