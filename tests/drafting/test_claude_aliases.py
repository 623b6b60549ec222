"""Short keys for lines of files: shown in place of paths, and turned back exactly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drafting.claude_desk import GardenLookups, call, good, good_text, scripted, section_of, sent
from tests.drafting.garden_feature import BEDS, evidence
from torusnb.drafting.claude.aliases import Aliases
from torusnb.drafting.claude.blocks import Group, Mark, Part, render_groups
from torusnb.drafting.claude.choosing import choose_shared
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.drafters import Desk
from torusnb.models.base import Place, render_json
from torusnb.models.design import Evidence, parse_keys
from torusnb.models.messages import Json, LookupAnswer, ModelRequest

KEYS = ("FR-001", "code:lib/a.ex:3", "code:lib/b.ex:1", "guide:docs/a.md:4", "code:lib/a.ex:30", "prd:4", "src:ecto")

FAR = Evidence("code:lib/garden/far/away.ex:12", "code", "def far, do: :away", Place("lib/garden/far/away.ex", 12))


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("code:lib/a.ex:3", "f1:3"),
        ("code:lib/a.ex:300", "f1:300"),
        ("code:lib/b.ex:1", "f2:1"),
        ("guide:docs/a.md:4", "g1:4"),
        ("FR-001", "FR-001"),
        ("prd:4", "prd:4"),
        ("code:lib/unknown.ex:1", "code:lib/unknown.ex:1"),
    ],
)
def test_a_line_of_a_known_file_is_short_and_comes_back(full: str, short: str) -> None:
    aliases = Aliases(KEYS)
    assert aliases.short(full) == short
    assert aliases.full(short) == full
    assert aliases.expand(f"So it is. [@FR-001; @{short}]") == f"So it is. [@FR-001; @{full}]"
    assert json.loads(aliases.expand_json(json.dumps([short, f"[@{short}]"]))) == [full, f"[@{full}]"]


@given(st.lists(st.from_regex(r"(code|guide):[a-z]{1,3}/[a-z_.]{1,6}:[1-9][0-9]{0,3}", fullmatch=True), max_size=12))
def test_every_key_comes_back_whatever_the_files(keys: list[str]) -> None:
    aliases = Aliases(keys)
    assert [aliases.full(aliases.short(key)) for key in keys] == keys
    marked = "".join(f" It is so. [@{key}]" for key in keys)
    assert aliases.expand(aliases.shorten(marked)) == marked
    assert len({aliases.short(key) for key in keys}) == len(set(keys))


def test_a_number_never_changes_when_more_files_become_known() -> None:
    aliases = Aliases(KEYS)
    aliases.learn(["code:lib/c.ex:1", "code:lib/a.ex:9", "no key at all"])
    assert [aliases.short(f"code:lib/{name}.ex:7") for name in "abc"] == ["f1:7", "f2:7", "f3:7"]


def test_where_a_key_looks_like_a_short_one_nothing_is_shortened() -> None:
    aliases = Aliases([*KEYS, "f1:3"])
    assert aliases.short("code:lib/a.ex:3") == "code:lib/a.ex:3"
    assert aliases.full("f1:3") == "f1:3"


@pytest.mark.parametrize("said", ["f9:3", "f1", "g1:x", "xf1:3", "f1:3-5", "h1:3"])
def test_what_is_no_short_key_is_left_as_it_is(said: str) -> None:
    assert Aliases(KEYS).full(said) == said


def test_words_outside_of_markers_are_not_touched() -> None:
    text = "The flow f1:3 is `f1:3`. [@f1:3]"
    aliases = Aliases(KEYS)
    assert aliases.expand(text) == "The flow f1:3 is `f1:3`. [@code:lib/a.ex:3]"
    assert aliases.bare(text) == ("f1:3",)
    assert aliases.bare("At 10:30, g9:1 and utf8:3 mean nothing. [@f1:3]") == ()


def test_each_file_is_named_once_where_its_first_line_is_shown() -> None:
    pack = evidence()
    mark = Mark(pack)
    text = "".join(block["text"] for block in render_groups(choose_shared(pack), mark, native=False))
    file = mark.aliases.short(f"code:{BEDS.path}:1").split(":")[0]
    assert text.count(f"{file} = {BEDS.path}") == 1
    assert f"code:{BEDS.path}" not in text
    assert f"[@{file}:30]\n" in text
    again = render_groups(
        [Group("Again", (Part(f"code:{BEDS.path}:30", "code", "x"),))], mark, native=False, told=[file]
    )
    assert BEDS.path not in again[0]["text"]


def test_the_design_never_holds_a_short_key_and_its_keys_are_those_meant() -> None:
    mark = Mark(evidence())
    key = f"code:{BEDS.path}:30"
    short = mark.aliases.short(key)
    entry = {"kind": "rule", "name": "one write", "standing": "changed", "decision": "One write.", "keys": [short]}

    def script(request: ModelRequest) -> str:
        if section_of(request) != "7":
            return good(request)
        return f"{good_text('7')} It is read there. [@FR-001, @{short}]\n\n```ledger\n{json.dumps([entry])}\n```"

    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    text = {draft.section: draft.text for draft in drafting.sections}
    assert text["7"].endswith(f"It is read there. [@FR-001; @{key}]")
    assert f"| rule `one write` | changed | One write. [@{key}] |" in text["4.2"]
    assert drafting.left == ()
    later = next(request for request in model.requests if request.purpose == "section 1")
    assert f"[@FR-001; @{short}]" in sent(later)


def test_a_short_key_outside_a_marker_is_asked_about() -> None:
    short = Mark(evidence()).aliases.short(f"code:{BEDS.path}:30")

    def script(request: ModelRequest) -> str:
        return f"{good_text('7')} See {short}. [@FR-001]" if request.purpose == "section 7" else good(request)

    model = scripted(script)
    ClaudeDrafter(Desk(model=model)).draft_all(evidence())
    repair = next(request for request in model.requests if request.purpose == "repair of section 7")
    assert f"It names {short} outside a marker" in sent(repair)


def test_a_file_that_is_looked_up_is_named_and_known_from_then_on() -> None:
    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose != "section 4.1":
            return good(request)
        if len(request.messages) == 1:
            return [call("show_function", name="far")]
        answer = str(request.messages[2]["content"][0]["content"])
        file = answer.split(" = lib/garden/far/away.ex")[0].split("# ")[-1]
        return f"{good_text('4.1')} It is away. [@{file}:12]"

    lookups = GardenLookups(LookupAnswer(f"{FAR.key} | {FAR.text}", (FAR,)))
    model = scripted(script)
    drafting = ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    text = {draft.section: draft.text for draft in drafting.sections}["4.1"]
    assert parse_keys(text)[-1] == FAR.key
    assert drafting.evidence == (FAR,)
    later = sent(next(request for request in model.requests if request.purpose == "section 5.1"))
    assert " = lib/garden/far/away.ex" in later
    assert FAR.key not in later


def test_short_keys_make_the_evidence_smaller() -> None:
    pack = evidence()
    shared = choose_shared(pack)
    whole = Mark(pack)
    whole.aliases = Aliases(["f1:1"])
    sizes = [len(render_json(list(render_groups(shared, mark, native=False)))) for mark in (Mark(pack), whole)]
    assert sizes[0] < 0.9 * sizes[1]


def test_no_evidence_can_give_a_number_another_file() -> None:
    key = f"code:{BEDS.path}:30"
    short = Mark(evidence()).aliases.short(key)
    answer = LookupAnswer(f"# {short.split(':')[0]} = lib/barrow.ex\ncode:lib/barrow.ex:30 | [@{short}]")

    def script(request: ModelRequest) -> str | list[Json]:
        if request.purpose != "section 7":
            return good(request)
        return [call("show_function")] if len(request.messages) == 1 else f"{good_text('7')} It is so. [@{short}]"

    drafting = ClaudeDrafter(Desk(model=scripted(script), lookups=GardenLookups(answer))).draft_all(evidence())
    text = {draft.section: draft.text for draft in drafting.sections}["7"]
    assert parse_keys(text)[-1] == key
