from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.errors import PackError
from torusnb.models.base import parse_json, render_json
from torusnb.models.requirements import SpecPack
from torusnb.spec.discovery import find_packs, locate_pack
from torusnb.spec.reader import load_pack
from torusnb.spec.requirements_yaml import parse_requirements

PRD = "# Nudges PRD\n\n## Goals\n- Remind learners.\n- Stay quiet at night.\n"
POINTING = PRD + "\n## Functional Requirements\nRequirements are found in requirements.yml\n"
NESTED = """\
version: 1
requirements:
- id: FR-001
  title: Send a nudge
  status: proposed
  acceptance_criteria:
  - id: AC-001
    title: (FR-001) — Given a learner, when a day passes,
      then a nudge is sent.
    verification_method: automated
- title: Keep quiet
  acceptance_criteria:
  - statement: It is quiet at night.
    id: AC-002
  id: FR-002
"""


def make_pack(folder: Path, prd: str | bytes = PRD, listed: str | bytes | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prd.md").write_bytes(prd if isinstance(prd, bytes) else prd.encode())
    if listed is not None:
        (folder / "requirements.yml").write_bytes(listed if isinstance(listed, bytes) else listed.encode())
    return folder


def told(pack: SpecPack) -> list[tuple[int, str]]:
    return [(problem.place.line, problem.text) for problem in pack.problems]


def test_a_broken_requirements_yml_is_told_for_what_is_broken_alone(tmp_path: Path) -> None:
    broken = b"requirements:\n  - id: [FR-001\n"
    pack = load_pack(make_pack(tmp_path / "docs/nudges", POINTING, broken), tmp_path)
    assert pack.problems
    assert not any("lists no requirement" in text for _, text in told(pack))


def test_a_prd_that_points_to_requirements_yml_gets_its_requirements_from_there(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "docs/nudges", POINTING, NESTED), tmp_path)
    assert [(r.id, r.text, r.place.line) for r in pack.requirements] == [
        ("FR-001", "Send a nudge", 4),
        ("FR-002", "Keep quiet", 11),
    ]
    first, second = pack.criteria
    assert (first.requirements, first.text) == (
        ("FR-001",),
        "Given a learner, when a day passes, then a nudge is sent.",
    )
    assert (first.given, first.when, first.then) == ("a learner", "a day passes", "a nudge is sent.")
    assert (first.verification, second.requirements, second.text) == ("automated", ("FR-002",), "It is quiet at night.")
    assert pack.problems == ()
    assert pack.criteria_of("FR-002") == (second,)


def test_places_and_stamps_are_relative_to_the_checkout(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "docs/nudges", POINTING, NESTED), tmp_path)
    assert (pack.slug, pack.directory, pack.title) == ("nudges", "docs/nudges", "Nudges")
    assert [stamp.path for stamp in pack.stamps] == ["docs/nudges/prd.md", "docs/nudges/requirements.yml"]
    assert pack.goals[0].place.path == "docs/nudges/prd.md"
    alone = load_pack(tmp_path / "docs/nudges")
    assert alone.goals[0].place.path == "prd.md"
    assert parse_json(render_json(pack), SpecPack) == pack


FLAT = (
    "requirements:\n- id: FR-001\n  title: Send\nacceptance_criteria:\n- id: AC-001\n  {link}\n  title: It is sent.\n"
)


@pytest.mark.parametrize(
    ("listed", "links"),
    [
        (FLAT.format(link="requirement_id: FR-001"), ("FR-001",)),
        (FLAT.format(link="requirements: [FR-001]"), ("FR-001",)),
        (FLAT.format(link="covers: {first: FR-001}"), ("FR-001",)),
        (FLAT.format(link="status: done"), ()),
        (
            "requirements:\n  FR-001: Send\nacceptance_criteria:\n  AC-001:\n    title: (FR-001) It is sent.\n",
            ("FR-001",),
        ),
        ("requirements:\n- FR-001: Send\ncriteria:\n- 'AC-001 [FR-001] It is sent.'\n", ("FR-001",)),
        ("requirements:\n- id: FR-001\n  title: '| Send | P0 |'\n  acs:\n  - AC-001 It is sent.\n", ("FR-001",)),
    ],
)
def test_requirements_yml_is_read_in_every_form(listed: str, links: tuple[str, ...]) -> None:
    found = parse_requirements(listed, "requirements.yml")
    assert [(d.family, d.id, d.text, d.links) for d in found.definitions] == [
        ("requirement", "FR-001", "Send", ()),
        ("criterion", "AC-001", "It is sent.", links),
    ]
    assert found.problems == ()


def test_statement_and_description_are_the_text_and_title_stays_apart() -> None:
    listed = (
        "requirements:\n- id: FR-001\n  title: Nudge\n  description: Send a nudge\n    each day.\n  priority: must\n"
    )
    [found] = parse_requirements(listed, "r.yml").definitions
    assert (found.title, found.text, found.priority, found.place.line) == ("Nudge", "Send a nudge each day.", "must", 4)


def test_statuses_and_proofs_may_be_strings_or_maps() -> None:
    listed = "requirements:\n- id: FR-001\n  title: Nudge\n  status: {state: done, by: me}\n  proofs: [a, {type: b}]\n"
    assert parse_requirements(listed, "r.yml").definitions[0].status == "state: done, by: me"


BROKEN = """\
version: 1
requirements:
  - id: FR-001
    title: Send a nudge
      over two lines
    acceptance_criteria:
      - id: AC-001
        title: A nudge carries `kind: reminder`, and: only once
        status: proposed
      - id: AC-002
        title: "Quoted: and fine"
  - id: FR-002
    title: >-
      Folded
      text
    status: done
"""


def test_broken_yaml_is_reported_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "nudges", POINTING, BROKEN), tmp_path)
    assert [(r.id, r.text, r.status) for r in pack.requirements] == [
        ("FR-001", "Send a nudge over two lines", ""),
        ("FR-002", "Folded text", "done"),
    ]
    assert [(c.id, c.text, c.place.line, c.requirements) for c in pack.criteria] == [
        ("AC-001", "A nudge carries `kind: reminder`, and: only once", 8, ("FR-001",)),
        ("AC-002", "Quoted: and fine", 11, ("FR-001",)),
    ]
    [problem] = pack.problems
    assert (problem.place.path, problem.place.line) == ("nudges/requirements.yml", 8)
    assert "colon" in problem.text
    assert "quotes" in problem.remedy


def test_a_line_that_fits_nowhere_is_told_and_left_out() -> None:
    listed = "requirements:\n- id: FR-001\n  title: a: b: c\n  %%%\n- id: FR-002\n  title: Two\n"
    found = parse_requirements(listed, "r.yml")
    assert [d.id for d in found.definitions] == ["FR-001", "FR-002"]
    assert (4, "error") in [(problem.place.line, problem.severity) for problem in found.problems]


@pytest.mark.parametrize(
    "listed", ["", "[]", "just text", "version: 1\n", "requirements: []\n", "[" * 3000, "a: *b\n", "\x07"]
)
def test_a_requirements_yml_without_requirements_is_a_problem(listed: str) -> None:
    found = parse_requirements(listed, "r.yml")
    assert found.definitions == ()
    assert found.problems


def test_aliases_that_would_grow_without_end_are_cut_short() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    found = parse_requirements("\n".join(lines) + "\nrequirements:\n- {id: FR-001, title: Send}\n", "r.yml")
    assert [definition.id for definition in found.definitions] == ["FR-001"]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="rid:- \n\"'|>FAC01[]{},\t&*", max_size=150))
def test_any_requirements_yml_can_be_read(text: str) -> None:
    parse_requirements("requirements:\n" + text, "r.yml")


BOTH = PRD + "\n## Functional Requirements\n- FR-001: Send a nudge.\n- FR-002: Keep quiet.\n"


@pytest.mark.parametrize(
    ("listed", "line", "words"),
    [
        (
            "requirements:\n- {id: FR-001, title: Send a nudge}\n- {id: FR-002, title: Sing loudly all day}\n",
            3,
            "reads differently",
        ),
        ("requirements:\n- {id: FR-001, title: Send a nudge}\n", 9, "FR-002 stands here but not in requirements.yml"),
        (
            "requirements:\n- {id: FR-001, title: Send a nudge}\n- {id: FR-002, title: Keep quiet}\n"
            "- {id: FR-003, title: New}\n",
            4,
            "FR-003 stands here but not in prd.md",
        ),
        (
            "requirements:\n- {id: FR-001, title: Send a nudge}\n- {id: FR-002, title: Keep quiet}\n"
            "acceptance_criteria:\n- {id: AC-001, title: Sent, requirement_id: FR-009}\n",
            5,
            "AC-001 is linked to FR-009",
        ),
        (
            "requirements:\n- {id: FR-001, title: Send a nudge}\n- {id: FR-002, title: Keep quiet}\n"
            "- {id: FR-001, title: Something quite different}\n",
            4,
            "FR-001 is defined twice",
        ),
    ],
)
def test_a_disagreement_between_the_two_files_is_told_with_line_and_remedy(
    tmp_path: Path, listed: str, line: int, words: str
) -> None:
    pack = load_pack(make_pack(tmp_path / "nudges", BOTH, listed), tmp_path)
    [problem] = pack.problems
    assert problem.place.line == line
    assert words in problem.text
    assert problem.remedy


def test_the_words_of_prd_md_win_and_requirements_yml_adds_status(tmp_path: Path) -> None:
    listed = "requirements:\n- {id: FR-001, title: send a nudge, status: done}\n- {id: FR-002, title: Keep quiet}\n"
    pack = load_pack(make_pack(tmp_path / "nudges", BOTH, listed), tmp_path)
    first = pack.requirements[0]
    assert (first.text, first.status, first.place.path) == ("Send a nudge.", "done", "nudges/prd.md")
    assert [str(place) for place in first.also] == ["nudges/requirements.yml:2"]
    assert pack.problems == ()


def test_a_prd_that_points_to_a_missing_requirements_yml_is_told(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "nudges", POINTING), tmp_path)
    assert (8, "The PRD points to requirements.yml, which is not in the folder.") in told(pack)


def test_a_pack_that_says_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "prd.md").write_text("# Bells\n", encoding="utf-8")
    [problem] = load_pack(tmp_path, tmp_path).problems
    assert problem.severity == "warning"
    assert "says nothing to design for" in problem.text


def test_a_pack_without_ids_gets_derived_ones(tmp_path: Path) -> None:
    prd = (
        PRD
        + "\n## Acceptance Criteria\n1. Given a learner, when a day passes, then a nudge is sent.\n2. It is quiet.\n"
    )
    pack = load_pack(make_pack(tmp_path / "nudges", prd), tmp_path)
    assert [(r.id, r.text, r.derived) for r in pack.requirements] == [
        ("FR-1", "Remind learners.", True),
        ("FR-2", "Stay quiet at night.", True),
    ]
    assert [(c.id, c.then, c.derived) for c in pack.criteria] == [
        ("AC-1", "a nudge is sent.", True),
        ("AC-2", "", True),
    ]
    assert [problem.severity for problem in pack.problems] == ["note", "note"]


def test_functional_statements_come_before_goals_when_ids_are_derived(tmp_path: Path) -> None:
    listed = "1. Wording\n- Say nudge.\n- Say it often.\n\n2. Quiet\n- Sleep.\n"
    prd = f"{PRD}\n## Functional Requirements (High Level)\n\n{listed}"
    pack = load_pack(make_pack(tmp_path / "nudges", prd), tmp_path)
    assert [(r.id, r.text) for r in pack.requirements] == [
        ("FR-1", "Wording: Say nudge. Say it often."),
        ("FR-2", "Quiet: Sleep."),
    ]


@pytest.mark.parametrize(
    ("prd", "words", "line"),
    [
        (b"", "empty", None),
        (b"\xef\xbb\xbf \r\n\t\n", "empty", None),
        (b"# A\n\ncaf\xe9\n", "not UTF-8", 3),
        ("# A\n".encode("utf-16"), "not UTF-8", 1),
        (b"# A\x00\n", "not text", None),
    ],
)
def test_a_prd_that_cannot_be_read_is_one_clear_error(tmp_path: Path, prd: bytes, words: str, line: int | None) -> None:
    with pytest.raises(PackError, match=words) as caught:
        load_pack(make_pack(tmp_path / "nudges", prd))
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "nudges/prd.md"), line)


def test_a_missing_prd_a_folder_named_so_and_no_folder_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"holds no prd\.md"):
        load_pack(tmp_path)
    (tmp_path / "prd.md").mkdir()
    with pytest.raises(PackError, match="a folder and not a file"):
        load_pack(tmp_path)
    with pytest.raises(PackError, match="no such folder"):
        load_pack(tmp_path / "nowhere")


@pytest.mark.parametrize("listed", [b"requirements:\n- caf\xe9\n", None])
def test_an_unreadable_requirements_yml_is_a_problem_and_the_prd_is_read(tmp_path: Path, listed: bytes | None) -> None:
    folder = make_pack(tmp_path / "nudges", PRD, listed)
    if listed is None:
        (folder / "requirements.yml").mkdir()
    pack = load_pack(folder, tmp_path)
    assert "error" in {problem.severity for problem in pack.problems}
    assert pack.goals


def test_packs_are_found_wherever_they_lie(tmp_path: Path) -> None:
    for folder in ("docs/features/b", "docs/epics/x/a", "deps/lib/p", "assets/node_modules/p", "_build/p", ".git/p"):
        make_pack(tmp_path / folder)
    (tmp_path / "docs/loop").symlink_to(tmp_path / "docs", target_is_directory=True)
    assert [(pack.slug, pack.directory, pack.files) for pack in find_packs(tmp_path)] == [
        ("a", "docs/epics/x/a", ("prd.md",)),
        ("b", "docs/features/b", ("prd.md",)),
    ]


def test_a_pack_is_located_by_slug_folder_or_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_pack(tmp_path / "docs/features/nudges")
    (folder / "fdd.md").write_text("# Nudges\n")
    monkeypatch.chdir(tmp_path / "docs")
    for given_name in (
        "nudges",
        "features/nudges",
        "docs/features/nudges/",
        "docs/features/nudges/prd.md",
        "docs/features/nudges/fdd.md",
        "features/nudges/fdd.md",
        str(folder),
    ):
        assert locate_pack(tmp_path, given_name).resolve() == folder


@pytest.mark.parametrize(
    ("given_name", "words"),
    [
        ("nudge", r"Near it are docs/a/nudges"),
        ("other", r"could be any of docs/a/other, docs/b/other"),
        ("docs/a", r"holds no prd\.md\. It holds packs in nudges, other"),
        ("mix.exs", "no document of a spec pack"),
        ("docs/fdd.md", r"no prd\.md beside this file"),
        ("zebra", r"in \S+, which was searched for folders with a prd\.md\. There are docs/a/nudges"),
        ("zebra", r"lies elsewhere give the path of its folder, or of its prd\.md or fdd\.md"),
        ("nowhere/prd.md", "nothing lies at that path"),
        ("", "No spec pack is named"),
        ("zzz\0", "No spec pack is named"),
        ("z" * 300, "No spec pack is named"),
        ("~no-one-has-this-name/z", "No spec pack is named"),
    ],
)
def test_a_pack_that_is_not_found_is_told_with_candidates(tmp_path: Path, given_name: str, words: str) -> None:
    for folder in ("docs/a/nudges", "docs/a/other", "docs/b/other"):
        make_pack(tmp_path / folder)
    (tmp_path / "mix.exs").write_text("")
    (tmp_path / "docs/fdd.md").write_text("# Alone\n")
    with pytest.raises(PackError, match=words):
        locate_pack(tmp_path, given_name)


def test_every_pack_of_the_sample_is_read(sample_root: Path) -> None:
    packs = [load_pack(sample_root / pack.directory, sample_root) for pack in find_packs(sample_root)]
    assert packs
    for pack in packs:
        assert pack.requirements
        assert pack.title
        assert pack.sections


def test_a_folder_of_packs_names_also_those_that_only_begin(tmp_path: Path) -> None:
    make_pack(tmp_path / "docs/nudges")
    begun = tmp_path / "docs/begun"
    begun.mkdir()
    (begun / "informal.md").write_text("Ring a bell.\n")
    with pytest.raises(PackError, match=r"It holds packs in begun, nudges\."):
        locate_pack(tmp_path, "docs")
