"""The other documents of a pack: which are read, what each line of them is called, and what they stand for."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.errors import PackError
from torusnb.models.base import Place, fingerprint, parse_json, render_json
from torusnb.models.requirements import SpecPack, place_key
from torusnb.spec.changes import compare_packs
from torusnb.spec.discovery import find_packs, locate_pack
from torusnb.spec.notes import LARGEST_NOTE, MOST_NOTES, ReadNote, find_decided, parse_note
from torusnb.spec.reader import load_pack
from torusnb.spec.rests import parse_rests
from torusnb.spec.template import load_template

PRD = "# Loaf labels\n\n## Functional Requirements\n- FR-001: A label shows the weight.\n"
TICKET = """# The ticket

As a baker I want a label on each loaf.

## Words on it

- The button says “Print label”.
  - Hovering shows "Prints one label".
- A loaf below 400 g gets none.

| case | text |
| --- | --- |
| none left | No loaf is waiting. |
"""


def make_pack(folder: Path, prd: str | None = PRD, **files: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if prd is not None:
        (folder / "prd.md").write_text(prd)
    for name, data in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def names(pack: SpecPack) -> list[str]:
    return [note.name for note in pack.beside]


def told(pack: SpecPack) -> dict[str, str]:
    return {problem.place.path.rpartition("/")[2]: problem.text for problem in pack.problems}


def test_each_paragraph_item_and_row_is_a_statement_with_its_line_and_heading(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "docs/loaf_labels", informal__md=TICKET), tmp_path)
    [note] = pack.beside
    assert [(s.place.line, s.label, s.text) for s in note.statements] == [
        (3, "The ticket", "As a baker I want a label on each loaf."),
        (7, "Words on it", "The button says “Print label”."),
        (8, "Words on it", 'Hovering shows "Prints one label".'),
        (9, "Words on it", "A loaf below 400 g gets none."),
        (13, "Words on it", "case: none left, text: No loaf is waiting."),
    ]
    assert {statement.place.path for statement in note.statements} == {"docs/loaf_labels/informal.md"}


def test_the_packs_own_documents_and_what_torusnb_writes_are_no_notes(tmp_path: Path) -> None:
    own = dict.fromkeys(("fdd__md", "plan__md", "research__md", "requirements__yml", "__hidden__md"), "Words.")
    others = {"informal__md": "Words.", "Talk__TXT": "Words.", "drawing__svg": "Words.", "blank__md": " \n"}
    pack = load_pack(make_pack(tmp_path / "loaf_labels", **own, **others))
    assert names(pack) == ["Talk.TXT", "informal.md"]


def test_a_note_changes_the_pack_and_its_fingerprint(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "loaf_labels", informal__md=TICKET)
    before = load_pack(folder)
    (folder / "informal.md").write_text(TICKET + "\nPrint on paper.\n")
    after = load_pack(folder)
    assert [stamp.path for stamp in after.stamps] == ["prd.md", "informal.md"]
    assert before.stamps[0] == after.stamps[0]
    assert fingerprint(before) != fingerprint(after)
    assert parse_json(render_json(after), SpecPack) == after


def test_a_pack_recorded_before_there_were_notes_still_loads(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "loaf_labels"))
    assert b"beside" not in render_json(pack)
    assert parse_json(render_json(pack), SpecPack).beside == ()


def test_bad_bytes_are_survived_and_what_is_not_text_is_left_out(tmp_path: Path) -> None:
    pack = load_pack(
        make_pack(tmp_path / "loaf_labels", a__md=b"caf\xe9 label\r\n\r\nSecond.", b__txt=b"\x00\x01label")
    )
    assert [s.text for s in pack.beside[0].statements] == ["caf\ufffd label", "Second."]
    assert names(pack) == ["a.md"]
    assert told(pack)["b.txt"] == "The file is not text."


def test_number_and_size_are_bounded(tmp_path: Path) -> None:
    many = {f"n{number:02}__md": "Words." for number in range(MOST_NOTES + 2)}
    pack = load_pack(make_pack(tmp_path / "loaf_labels", a__md="x" * (LARGEST_NOTE + 1), **many))
    assert len(pack.beside) == MOST_NOTES
    assert "a.md" not in names(pack)
    assert "more than 200,000 bytes" in told(pack)["a.md"]
    assert "n21.md" in told(pack)
    assert {problem.severity for problem in pack.problems} == {"note"}


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("The key is under the mat.")
    folder = make_pack(tmp_path / "docs/loaf_labels", real__md="Words.")
    (folder / "informal.md").symlink_to("../../secret.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "other.md").symlink_to("real.md")
    os.mkfifo(folder / "pipe.md")
    (folder / "folder.md").mkdir()
    pack = load_pack(folder, tmp_path)
    assert names(pack) == ["other.md", "real.md"]
    assert "mat" not in render_json(pack).decode()
    assert told(pack)["informal.md"] == "The file is a link that leads out of the pack's folder."
    assert "loop.md" in told(pack)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "loaf_labels")
    (folder / "informal.md").symlink_to("nowhere.md")
    assert told(load_pack(folder))["informal.md"] == "This is no file."


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (Place("docs/loaf/prd.md", 4), "prd:4"),
        (Place("requirements.yml", 4), "req:4"),
        (Place("docs/loaf/informal.md", 12), "note:informal.md:12"),
        (Place("/elsewhere/loaf/Talk.TXT", 2), "note:Talk.TXT:2"),
        (Place("first talk; [draft].md", 1), "note:first%20talk%3B%20%5Bdraft%5D.md:1"),
    ],
)
def test_the_key_of_a_line_says_the_file_and_not_where_the_pack_lies(place: Place, key: str) -> None:
    assert place_key(place) == key


def test_what_a_document_shows_of_a_note_is_read_back_as_its_key() -> None:
    text = "# Loaf\n\n## 1. Executive Summary\n\nIt prints (informal.md:12; prd.md:4; first%20talk.md:1).\n"
    assert parse_rests(text, load_template()) == {
        "note:informal.md:12": ("1",),
        "prd:4": ("1",),
        "note:first%20talk.md:1": ("1",),
    }


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("The button says “Print label”.", ("Print label",)),
        ('It reads "None left," or “One left” at 40%.', ("None left", "One left", "40%")),
        ("The message “At most 40% is left” shows.", ("At most 40% is left",)),
        ("Nothing is settled here.", ()),
        ('An unclosed " stays.', ()),
    ],
)
def test_words_in_quotation_marks_and_numbers_are_what_a_note_settles(text: str, decided: tuple[str, ...]) -> None:
    assert find_decided(text) == decided


def change_of(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str, str, str]]:
    packs = [
        load_pack(make_pack(tmp_path / name / "loaf_labels", **files), tmp_path / name)
        for name, files in (("then", before), ("now", after))
    ]
    return [(change.key, change.state, change.old, change.new) for change in compare_packs(packs[0], packs[1])]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"a__md": "One.\n\nTwo."}, {"a__md": "One.\n\nThree."}, [("note:a.md", "changed", "Two.", "Three.")]),
        ({"a__md": "One."}, {}, [("note:a.md", "gone", "One.", "")]),
        ({}, {"a__md": "One."}, [("note:a.md", "new", "", "One.")]),
        ({"a__md": "One.\n\nTwo."}, {"a__md": "Two.\n\n\n  One."}, []),
    ],
)
def test_a_changed_note_is_told(
    tmp_path: Path, before: dict[str, str], after: dict[str, str], change: list[tuple[str, str, str, str]]
) -> None:
    assert change_of(tmp_path, before, after) == change


WISHES = "# Loaf labels\n\n## Words\n\n- A label must show the weight.\n- Bread is old.\n- Only bakers can print.\n"


@pytest.mark.parametrize(("prd", "what"), [(None, "There is no prd.md"), (" \n", "prd.md is empty")])
def test_an_informal_description_stands_for_a_prd_without_words(tmp_path: Path, prd: str | None, what: str) -> None:
    pack = load_pack(make_pack(tmp_path / "docs/loaf_labels", prd, informal__md=WISHES), tmp_path)
    assert pack.title == "Loaf labels"
    assert [(r.id, r.text, r.place.line, r.derived) for r in pack.requirements] == [
        ("FR-1", "A label must show the weight.", 5, True),
        ("FR-2", "Only bakers can print.", 7, True),
    ]
    assert place_key(pack.requirements[0].place) == "note:informal.md:5"
    [problem] = [problem for problem in pack.problems if problem.severity == "error"]
    assert problem.text == f"{what}, so informal.md was read in its place."
    assert str(problem.place) == "docs/loaf_labels/prd.md"
    assert [stamp.path for stamp in pack.stamps] == ["docs/loaf_labels/informal.md"]


def test_ids_of_requirements_yml_win_over_wishes(tmp_path: Path) -> None:
    listed = "requirements:\n- id: FR-001\n  title: Print a label\n"
    pack = load_pack(make_pack(tmp_path / "loaf_labels", None, informal__md=WISHES, requirements__yml=listed))
    assert [(r.id, r.derived) for r in pack.requirements] == [("FR-001", False)]


def test_a_description_without_words_that_ask_gives_its_first_statements(tmp_path: Path) -> None:
    text = "# Labels\n\n## Words\n\nPaper for loaves.\n\nWhy not?\n"
    pack = load_pack(make_pack(tmp_path / "loaf_labels", None, informal__md=text))
    assert [r.text for r in pack.requirements] == ["Paper for loaves."]


def test_only_an_informal_md_makes_a_folder_without_prd_a_pack(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"holds no prd\.md"):
        load_pack(make_pack(tmp_path / "some_docs", None, overview__md=WISHES))
    with pytest.raises(PackError, match="is empty"):
        load_pack(make_pack(tmp_path / "begun", "", README__md=WISHES))
    assert load_pack(make_pack(tmp_path / "begun", "", ticket__md=WISHES)).requirements


def test_a_begun_pack_is_found_by_its_name_its_folder_and_its_file(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "docs/features/loaf_labels", None, informal__md=WISHES)
    for named in ("loaf_labels", "features/loaf_labels", str(folder), "docs/features/loaf_labels/informal.md"):
        assert locate_pack(tmp_path, named) == folder
    assert find_packs(tmp_path) == ()


def test_a_pack_with_a_prd_wins_over_a_begun_one_of_the_same_name(tmp_path: Path) -> None:
    make_pack(tmp_path / "docs/begun/loaf_labels", None, informal__md=WISHES)
    folder = make_pack(tmp_path / "docs/features/loaf_labels")
    assert locate_pack(tmp_path, "loaf_labels") == folder


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_every_text_is_read(text: str) -> None:
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    note = parse_note(ReadNote("a.md", "a.md", b"", clean))
    lines = clean.count("\n") + 1
    assert all(1 <= statement.place.line <= lines for statement in note.statements)
    assert msgspec.json.decode(render_json(note))


@pytest.mark.parametrize(
    "prd", [None, "# L\x1b[31mabels\u202e\n\n## Functional Requirements\n- FR-001: A\x07 label.\n"]
)
def test_characters_that_nobody_sees_are_read_from_no_document(prd: str | None, tmp_path: Path) -> None:
    hidden = "# T\x1b[31micket\x07\n\nA label must show \x1b]0;x\x07 it, \u202e at most 3.\n"
    pack = load_pack(make_pack(tmp_path / "labels", prd, informal__md=hidden))
    said = str(msgspec.to_builtins(pack))
    assert all(mark not in said for mark in ("\\x1b", "\\x07", "\\u202e"))


def test_questions_and_bounds_of_the_notes_are_questions_and_bounds_of_the_pack(tmp_path: Path) -> None:
    note = "# Talk\n\n- Which ink is used?\n- Keep at most 9 labels per loaf.\n- Any baker may print.\n"
    pack = load_pack(make_pack(tmp_path / "loaf", informal__md=note, README__md="Is this read? At most 3.\n"))
    assert [asked.text for asked in pack.questions] == ["Which ink is used?"]
    assert [(bound.area, bound.text) for bound in pack.nonfunctional] == [("Bound", "Keep at most 9 labels per loaf.")]


def test_a_wish_that_begins_like_a_question_is_a_wish(tmp_path: Path) -> None:
    note = "# Labels\n\n- Any baker may print.\n- A label must be blue.\n- Which ink is used?\n"
    pack = load_pack(make_pack(tmp_path / "loaf", None, informal__md=note))
    assert [asked.text for asked in pack.requirements] == ["Any baker may print.", "A label must be blue."]


@pytest.mark.parametrize("name", ["requirements.md", "requirements.txt", "plan.txt", "fdd.txt", "prd.txt"])
def test_a_document_that_is_only_called_like_the_packs_own_is_a_note(tmp_path: Path, name: str) -> None:
    folder = make_pack(tmp_path / "loaf")
    (folder / name).write_text("A label must be blue.")
    [note] = load_pack(folder).beside
    assert (note.name, place_key(note.statements[0].place)) == (name, f"note:{name}:1")


def test_a_document_called_like_the_packs_own_but_for_its_capitals_is_a_note_where_it_is_another(
    tmp_path: Path,
) -> None:
    folder = make_pack(tmp_path / "loaf")
    (folder / "PRD.md").write_text("A label must be blue.")
    (folder / "Plan.md").write_text("Print it.")
    one_for_both = (folder / "plan.md").exists()
    assert names(load_pack(folder)) == ([] if one_for_both else ["PRD.md", "Plan.md"])


@pytest.mark.parametrize("prd", [None, " \n"])
@pytest.mark.parametrize(
    ("data", "why"), [(b"x" * (LARGEST_NOTE + 1), "more than 200,000 bytes"), (b"A label\0", "not text")]
)
def test_why_an_informal_description_cannot_stand_for_a_prd_is_told(
    tmp_path: Path, prd: str | None, data: bytes, why: str
) -> None:
    folder = make_pack(tmp_path / "loaf", prd, informal__md=data)
    with pytest.raises(PackError, match=rf"informal\.md cannot stand for it: .*{why}") as caught:
        load_pack(folder)
    assert caught.value.path == str(folder / "informal.md")


def test_a_document_that_could_not_stand_for_a_prd_is_not_blamed_for_its_absence(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"holds no prd\.md"):
        load_pack(make_pack(tmp_path / "loaf", None, ticket__md=b"\0"))


def test_a_row_of_brackets_is_read_like_any_other_text(tmp_path: Path) -> None:
    row = "[" * 20_000
    pack = load_pack(make_pack(tmp_path / "loaf", informal__md=f"# Talk\n\n{row}\n\nIt is blue.\n"))
    assert [len(said.text) for said in pack.beside[0].statements] == [20_000, 11]
