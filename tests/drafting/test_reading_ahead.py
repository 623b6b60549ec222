"""The functions that are read before a model is asked."""

from __future__ import annotations

from tests.drafting.claude_desk import LOOKED_UP, GardenLookups, good, scripted, sent
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.prompts import load_prompts
from torusnb.drafting.claude.reading_ahead import MOST_FUNCTIONS, choose_functions
from torusnb.drafting.claude.requests import READ_TOKENS, Composer
from torusnb.drafting.drafters import Desk
from torusnb.models.messages import LookupTool


class ShowingLookups(GardenLookups):
    """Look-ups with the tool that shows code."""

    def tools(self) -> tuple[LookupTool, ...]:
        return (LookupTool("show", "Lines.", {"type": "object", "properties": {}}),)


def test_functions_that_requirements_speak_of_are_chosen_once_each() -> None:
    chosen = choose_functions(evidence())
    assert chosen
    assert len(set(chosen)) == len(chosen) <= MOST_FUNCTIONS
    modules = evidence().context.code.modules
    for name in chosen:
        module, _, function = name.rpartition(".")
        assert function in {f"{each.name}/{each.arity}" for each in modules[module].functions}


def test_they_are_shown_in_the_approach_and_in_every_section() -> None:
    lookups, model = ShowingLookups(), scripted(good)
    drafting = ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(evidence())
    assert {name for name, _ in lookups.asked} == {"show"}
    assert all(f"read in the code: show what={choose_functions(evidence())[0]}" in sent(r) for r in model.requests)
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
