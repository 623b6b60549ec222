"""The functions that are read before a model is asked."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.drafting.claude_desk import LOOKED_UP, GardenLookups, good, scripted, sent
from tests.drafting.garden_feature import CONTEXT, LIVE, PACK, evidence, function, outline
from torusnb.drafting.claude.choosing import choose_for_section
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.keeping import ONLY_DECIDED, keep_decided
from torusnb.drafting.claude.prompts import load_prompts
from torusnb.drafting.claude.reading_ahead import MOST_PASSAGES, plan_reading
from torusnb.drafting.claude.requests import READ_TOKENS, Composer
from torusnb.drafting.claude.worth_reading import MOST_LINES, Passage, rank_passages
from torusnb.drafting.drafters import Desk
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Reason
from torusnb.models.messages import LookupTool
from torusnb.models.modules import Call, Function
from torusnb.models.requirements import Mention, SpecPack


class ShowingLookups(GardenLookups):
    """Look-ups with the tool that shows code."""

    def tools(self) -> tuple[LookupTool, ...]:
        return (LookupTool("show", "Lines.", {"type": "object", "properties": {}}),)


def _named(*passages: Passage) -> list[str]:
    return [passage.name for passage in passages]


def _with(*functions: Function, **changes: object) -> EvidencePack:
    """The garden, its page with those functions, and with what else is said of the context."""
    page = replace(LIVE, functions=functions)
    files = tuple(outline(page) if file.path == LIVE.path else file for file in CONTEXT.code.files)
    return evidence(context=replace(CONTEXT, code=replace(CONTEXT.code, files=files), **changes))


def _saying(kind: str, name: str) -> SpecPack:
    return replace(PACK, mentions=(Mention(kind, name, PACK.risks[0].place),))


def test_what_is_planned_are_functions_of_the_waypoints_once_each() -> None:
    planned = [name for what in plan_reading(evidence()) for name in what.split("; ")]
    assert planned
    assert len(set(planned)) == len(planned) <= MOST_PASSAGES
    modules = evidence().context.code.modules
    for name in planned:
        module, _, function = name.rpartition(".")
        assert function in {f"{each.name}/{each.arity}" for each in modules[module].functions}


def test_ways_into_the_application_come_before_what_helps_them() -> None:
    pack = _with(function("mount", 3, 10), function("handle_event", 3, 40), function("format_name", 1, 60, "defp"))
    names = [name for name in _named(*rank_passages(pack)) if name.startswith("GardenWeb")]
    assert names == [
        "GardenWeb.BedLive.handle_event/3",
        "GardenWeb.BedLive.mount/3",
        "GardenWeb.BedLive.format_name/1",
    ]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("function", "normalize/1"), ("identifier", "normalize"), ("function", "Garden.Beds.normalize/1")],
)
def test_a_function_that_the_pack_names_comes_first(kind: str, name: str) -> None:
    assert rank_passages(evidence())[0].name != "Garden.Beds.normalize/1"
    assert rank_passages(evidence(_saying(kind, name)))[0].name == "Garden.Beds.normalize/1"


@pytest.mark.parametrize("path", ["/plots/:plot_id/beds", "/plots/:id/beds?tab=all"])
def test_what_a_named_route_comes_to_is_read(path: str) -> None:
    pack = _with(function("mount", 3, 10), function("noted", 3, 40))
    value = {passage.name: passage.value for passage in rank_passages(pack)}
    named = replace(pack, pack=_saying("route", path))
    meant = {passage.name: passage.value for passage in rank_passages(named)}
    assert meant["GardenWeb.BedLive.mount/3"] > value["GardenWeb.BedLive.mount/3"]
    assert meant["GardenWeb.BedLive.noted/3"] == value["GardenWeb.BedLive.noted/3"]
    other = replace(pack, pack=_saying("route", "/beds"))
    assert {passage.name: passage.value for passage in rank_passages(other)} == value


def test_what_a_way_in_calls_is_worth_more() -> None:
    called = Call("Garden.Beds", "list_beds", 1, 12)
    clause = ClauseOutline("mount(_, _, socket)", 10, 13, (called,))
    told = Behaviour(LIVE.name, "mount", 3, "def", LIVE.path, "live_view", (clause,))
    before = {passage.name: passage.value for passage in rank_passages(_with(function("mount", 3, 10)))}
    pack = _with(function("mount", 3, 10), behaviours=(told,))
    after = {passage.name: passage.value for passage in rank_passages(pack)}
    assert [name for name in after if after[name] > before[name]] == ["Garden.Beds.list_beds/1"]


def test_of_many_clauses_those_are_read_that_the_pack_speaks_of() -> None:
    clauses = tuple(
        ClauseOutline(f'handle_event("{event}", _, socket)', 40 + 20 * place, 58 + 20 * place)
        for place, event in enumerate(("reorder_plants", "toggle_help", "close"))
    )
    told = Behaviour(LIVE.name, "handle_event", 3, "def", LIVE.path, "live_view", clauses)
    whole = replace(function("handle_event", 3, 40), end_line=98, clauses=3)
    names = [name for name in _named(*rank_passages(_with(whole, behaviours=(told,)))) if name.startswith(LIVE.path)]
    assert names[0] == f"{LIVE.path}:40-58"
    assert set(names) == {f"{LIVE.path}:{first}-{first + 18}" for first in (40, 60, 80)}


def test_what_a_named_file_calls_and_what_calls_into_the_first_files_is_worth_more() -> None:
    page = replace(LIVE, functions=(function("render", 1, 10), function("close", 1, 40)))

    def values(calls: tuple[Call, ...], reason: str) -> dict[str, float]:
        files = tuple(outline(replace(page, calls=calls)) if f.path == LIVE.path else f for f in CONTEXT.code.files)
        waypoints = tuple(
            replace(w, reasons=(Reason(reason, "so", 1.0),)) if w.path == LIVE.path else w for w in CONTEXT.waypoints
        )
        code = replace(CONTEXT.code, files=files)
        ranked = rank_passages(evidence(context=replace(CONTEXT, code=code, waypoints=waypoints)))
        return {passage.name: passage.value for passage in ranked}

    alone, calling = values((), "text"), values((Call("Garden.Beds", "list_beds", 1, 11),), "text")
    assert [name for name in alone if calling[name] > alone[name]] == ["GardenWeb.BedLive.render/1"]
    named = values((Call("Garden.Beds", "list_beds", 1, 11),), "named")
    assert [name for name in alone if named[name] > calling[name]] == ["Garden.Beds.list_beds/1"]


def test_an_event_that_says_nothing_of_what_is_asked_comes_after_one_without_a_name() -> None:
    clauses = tuple(
        ClauseOutline(f"handle_event({event}, _, socket)", 40 + 20 * place, 58 + 20 * place)
        for place, event in enumerate(('"toggle_help"', "event", '"reorder_plants"'))
    )
    told = Behaviour(LIVE.name, "handle_event", 3, "def", LIVE.path, "live_view", clauses)
    whole = replace(function("handle_event", 3, 40), end_line=98, clauses=3)
    names = [name for name in _named(*rank_passages(_with(whole, behaviours=(told,)))) if name.startswith(LIVE.path)]
    assert names == [f"{LIVE.path}:{first}-{first + 18}" for first in (80, 60, 40)]


def test_of_a_very_long_function_its_beginning_is_read() -> None:
    pack = _with(replace(function("mount", 3, 10), end_line=900))
    assert f"{LIVE.path}:10-{9 + MOST_LINES}" in _named(*rank_passages(pack))


def test_a_plan_keeps_within_its_tokens_and_within_what_one_look_up_takes() -> None:
    many = tuple(replace(function(f"step_{n}", 1, 10 * n), end_line=10 * n + 8) for n in range(1, 200))
    pack = _with(*many)
    planned = [what.split("; ") for what in plan_reading(pack)]
    assert all(len(names) <= 6 and len("; ".join(names)) <= 600 for names in planned)
    assert len(plan_reading(pack, 2_000)) < len(planned)
    assert plan_reading(pack, 0) == ()


def test_they_are_shown_in_the_approach_and_named_to_every_section() -> None:
    lookups, model = ShowingLookups(), scripted(good)
    drafting = ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    assert {name for name, _ in lookups.asked} == {"show"}
    asked = f"show what={plan_reading(evidence())[0][:40]}"
    assert f"read in the code: {asked}" in sent(model.requests[0])
    assert all(asked in sent(request) for request in model.requests)
    assert LOOKED_UP.key in {item.key for item in drafting.evidence}


def test_the_preflight_knows_the_approach_as_it_is_sent_and_says_nothing_of_the_look_ups() -> None:
    said: list[str] = []
    desk = Desk(model=scripted(good), lookups=ShowingLookups(), say=said.append)
    foreseen = ClaudeDrafter(desk).foresee(evidence())
    assert said == []
    model = scripted(good)
    ClaudeDrafter(Desk(model=model, lookups=ShowingLookups())).draft_all(evidence())
    assert foreseen[0].request == model.requests[0]


def test_where_no_such_tool_is_offered_nothing_is_read_ahead() -> None:
    lookups, model = GardenLookups(), scripted(good)
    ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    assert lookups.asked == []
    assert "read in the code" not in sent(model.requests[-1]).replace("under `read in the code`", "").replace(
        "or in `read in the code`", ""
    )


def test_what_was_read_twice_is_shown_once() -> None:
    composer = Composer(evidence(), load_prompts(), "m", native=True)
    composer.keep_read([("show a", "one"), ("show b", "two"), ("show a", "one")])
    assert ["show a" in block["text"] for block in composer.read] == [True, False]
    assert ["cache_control" in block for block in composer.read] == [False, True]


def test_where_room_is_short_what_the_decisions_cite_is_shown_again() -> None:
    composer = Composer(evidence(), load_prompts(), "m", native=False)
    long = "word " * (4 * (READ_TOKENS // 2) // 5 - 200)
    composer.keep_read([("first", long), ("second", "[@FR-001] says it")], cited=["FR-001"])
    assert [block["text"].split("\n")[0].rpartition(": ")[2] for block in composer.read] == ["first", "second"]
    composer.keep_read([("first", long * 2), ("second", "[@FR-001] says it"), ("third", "x")], cited=["FR-001"])
    *shown, unshown = composer.read
    assert [block["text"].split("\n")[0].rpartition(": ")[2] for block in shown] == ["second", "third"]
    assert "ask once more for what is needed: first" in unshown["text"]


def test_lines_and_passages_that_a_decision_rests_on_are_shown_again_whatever_the_room() -> None:
    composer = Composer(evidence(), load_prompts(), "m", native=False)
    short = composer.mark.aliases.short("code:lib/garden/beds.ex:30")
    file = short.partition(":")[0]
    filler = "\n".join(f"{file}:{number} | {'word ' * 40}" for number in range(100, 1100))
    lines = "\n".join(f"{file}:{number} | line {number}" for number in range(26, 36))
    told = "# Tide.Store\nsrc:tide | No row is kept.\n# Tide.Other\nsrc:other | Rows are kept."
    long = f"# {file} = lib/garden/beds.ex\n{lines}\n{filler}"
    small = "x\n" * 1000
    composer.keep_read(
        [("show long", long), ("show small", small), ("docs", f"{told}\n{filler}")],
        ["code:lib/garden/beds.ex:30", "src:tide"],
    )
    shown = {block["text"].split("\n")[0].partition("read in the code: ")[2]: block["text"] for block in composer.read}
    part = shown[f"show long{ONLY_DECIDED}"]
    assert [n for n in range(26, 36) if f"| line {n}\n" in part] == [28, 29, 30, 31, 32]
    assert f"# {file} = lib/garden/beds.ex" in part
    assert "show small" in shown
    passage = shown[f"docs{ONLY_DECIDED}"]
    assert "# Tide.Store\nsrc:tide | No row is kept." in passage
    assert "Tide.Other" not in passage
    assert not any("not shown again" in text for text in shown.values())
    assert "code:lib/garden/beds.ex:30" in composer.shown


def test_a_line_that_two_answers_show_is_kept_once() -> None:
    read = [("a", "f1:1 | x\n" + "word " * 4_000), ("b", "f1:1 | x\n" + "word " * 4_000)]
    assert keep_decided(read, ["f1:1"], 100) == ((f"a{ONLY_DECIDED}", "f1:1 | x"),)


def test_an_answer_holds_the_code_of_one_file() -> None:
    pack = _with(function("mount", 3, 10), function("handle_event", 3, 40))
    modules = pack.context.code.modules
    planned = [what.split("; ") for what in plan_reading(pack)]
    assert len(planned) > 1
    for names in planned:
        assert len({modules[name.rpartition(".")[0]].path for name in names}) == 1


def test_what_nobody_asked_for_is_shown_again_only_where_something_was_decided() -> None:
    pack = evidence()
    composer = Composer(pack, load_prompts(), "m", native=True)
    beds, page = (composer.mark.aliases.short(f"code:{path}:10") for path in ("lib/garden/beds.ex", LIVE.path))
    ahead = [("show beds", f"{beds} | def a"), ("show page", f"{page} | def b")]
    asked = ("show more", f"{page} | def b")
    composer.keep_read([*ahead, asked], ["code:lib/garden/beds.ex:30", "FR-001"], ahead)
    *shown, unshown = [block["text"].split("\n") for block in composer.read]
    assert [lines[0].rpartition(": ")[2] for lines in shown] == ["show beds", "show more"]
    assert "needed: show page" in unshown[1]
    composer.keep_read(ahead, ["FR-001"], ahead)
    assert len(composer.read) == len(ahead)


def test_a_line_that_was_read_is_not_shown_to_a_section_once_more() -> None:
    pack = evidence()
    composer = Composer(pack, load_prompts(), "m", native=True)
    seen = {part.key for group in composer.shared for part in group.parts}
    key, other = [key for key in pack.evidence if key not in seen and key.startswith("code:")][:2]
    texts = [f"It is there. [@{key}; @{other}]"]
    composer.keep_read([("show", f"{composer.mark.aliases.short(key)} | def a")])
    assert composer.shown == {key}
    groups = choose_for_section(pack, (), texts, {}, composer.shared, composer.shown)
    assert [part.key for group in groups for part in group.parts] == [other]
