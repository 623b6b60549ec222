from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.research.research_cases import CODE, CONTEXT, PACK, PLAYBOOK, WORKER
from torusnb.models.base import Place
from torusnb.models.codebase import LockedPackage
from torusnb.models.design import FocusArea
from torusnb.models.knowledge import Trap
from torusnb.models.modules import Call, Function
from torusnb.models.requirements import Requirement, SpecPack
from torusnb.research.needs import lift_ids
from torusnb.research.package_calls import module_beginnings
from torusnb.research.probes import load_probes
from torusnb.research.questions import LEAST, MOST, raise_questions

ALL_AREAS = tuple(FocusArea(name, name, "?") for name in dict.fromkeys(probe.focus for probe in load_probes()))


def test_a_question_names_requirement_waypoint_and_locked_version() -> None:
    texts = [question.text for question in raise_questions(PACK, CONTEXT, PLAYBOOK)]
    assert any("oban 2.19.4" in text and "FR-001" in text and "`lib/notes/sender.ex`" in text for text in texts)


def test_questions_say_whom_they_serve_and_where_they_belong() -> None:
    questions = raise_questions(PACK, CONTEXT, PLAYBOOK)
    assert [q.id for q in questions] == [f"Q-{n}" for n in range(1, len(questions) + 1)]
    assert {q.focus for q in questions} == {"conc", "cache", "perf"}
    jobs = next(q for q in questions if "unique jobs" in q.text)
    assert jobs.serves[0] == "FR-001"
    assert "A-1" in {name for q in questions for name in q.serves}
    assert jobs.package == "oban"
    assert all(q.terms and q.serves for q in questions)


def test_each_focus_area_of_the_playbook_comes_in_its_order() -> None:
    order = [area.id for area in PLAYBOOK]
    places = [order.index(q.focus) for q in raise_questions(PACK, CONTEXT, PLAYBOOK)]
    assert places == sorted(places)


def test_a_pack_that_says_nothing_still_raises_a_few_questions() -> None:
    empty = SpecPack(slug="empty", directory="docs/empty", title="")
    questions = raise_questions(empty, replace(CONTEXT, waypoints=()), ALL_AREAS)
    assert LEAST <= len(questions) <= MOST
    assert all(q.serves for q in questions)


def test_no_playbook_raises_no_question() -> None:
    assert raise_questions(PACK, CONTEXT, ()) == ()


def test_what_a_waypoint_calls_of_a_locked_package_is_asked_about() -> None:
    question = next(q for q in raise_questions(PACK, CONTEXT, PLAYBOOK) if q.package == "heron")
    assert "`Heron.Letters.post/2` and `Heron.Letters.recall/1` of heron 3.1.0" in question.text
    assert question.serves == ("FR-001",)


def test_predicates_and_clocks_of_a_package_raise_no_question() -> None:
    calls = tuple(Call("Heron.Clock", name, 1, line) for line, name in enumerate(("now", "late?", "early?", "wind")))
    code = replace(CODE, files=(replace(CODE.files[0], modules=(replace(CODE.files[0].modules[0], calls=calls),)),))
    questions = raise_questions(PACK, replace(CONTEXT, code=code, waypoints=(WORKER,)), PLAYBOOK)
    assert "heron" not in {question.package for question in questions}


def test_the_longest_package_name_that_a_module_begins_with_is_its_package() -> None:
    module = replace(
        CODE.files[0].modules[0], calls=(Call("Heron.LiveNest", "open", 1, 4), Call("Heron.LiveNest", "shut", 1, 5))
    )
    code = replace(
        CODE,
        files=(replace(CODE.files[0], modules=(module,)),),
        packages=(LockedPackage("heron", "1.0.0", 1), LockedPackage("heron_live_nest", "1.2.0", 2)),
    )
    questions = raise_questions(PACK, replace(CONTEXT, code=code, waypoints=(WORKER,)), PLAYBOOK)
    assert any(q.package == "heron_live_nest" for q in questions)
    assert module_beginnings("Heron.LiveNest") == ("heron", "heronlive", "heronlivenest")


def test_calls_off_the_features_path_raise_no_question() -> None:
    functions = (Function("post_note", 1, "def", 8, 10), Function("draw_chart", 1, "def", 11, 14))
    module = replace(CODE.files[0].modules[0], functions=functions)
    code = replace(CODE, files=(replace(CODE.files[0], modules=(module,)),))
    context = replace(CONTEXT, code=code, waypoints=(WORKER,))
    assert "heron" not in {question.package for question in raise_questions(PACK, context, PLAYBOOK)}
    both = (Function("send_note", 1, "def", 8, 10), Function("recall_note", 1, "def", 11, 14))
    code = replace(CODE, files=(replace(CODE.files[0], modules=(replace(module, functions=both),)),))
    context = replace(context, code=code)
    assert "heron" in {question.package for question in raise_questions(PACK, context, PLAYBOOK)}


def test_raising_twice_gives_the_same_questions() -> None:
    assert raise_questions(PACK, CONTEXT, PLAYBOOK) == raise_questions(PACK, CONTEXT, PLAYBOOK)


def test_every_probe_can_be_asked() -> None:
    for probe in load_probes():
        assert probe.terms, probe.id
        assert probe.words, probe.id
        assert probe.ask.count("{") == probe.ask.count("{in}"), probe.id
        assert bool(probe.packages) == ("{in}" in probe.ask), probe.id


def test_a_requirement_that_asks_less_clearly_is_served_where_no_other_question_serves_it() -> None:
    many = tuple(Requirement(f"FR-{n:03}", "A cache entry expires by TTL.", Place("prd.md", n)) for n in range(1, 7))
    pack = SpecPack(slug="many", directory="docs/many", title="Many", requirements=many)
    questions = raise_questions(pack, replace(CONTEXT, waypoints=()), PLAYBOOK)
    served = {name for question in questions for name in question.serves}
    assert {requirement.id for requirement in many} <= served


def test_a_package_that_nearly_every_waypoint_calls_is_not_asked_about() -> None:
    module = CODE.files[0].modules[0]
    modules = tuple(replace(module, name=f"Notes.Sender{n}", path=f"lib/notes/sender{n}.ex") for n in range(4))
    files = tuple(replace(CODE.files[0], path=m.path, modules=(m,)) for m in modules)
    waypoints = tuple(replace(WORKER, module=m.name, path=m.path, rank=n) for n, m in enumerate(modules, start=1))
    context = replace(CONTEXT, code=replace(CODE, files=files), waypoints=waypoints)
    assert "heron" not in {question.package for question in raise_questions(PACK, context, PLAYBOOK)}


def test_a_criterion_gives_way_to_its_requirement() -> None:
    assert lift_ids(("AC-001", "FR-002", "FR-001"), PACK) == ("FR-001", "FR-002")


def trap(rule: str, rank: int = 1, severity: str = "medium", requirements: tuple[str, ...] = ("AC-001",)) -> Trap:
    return Trap(
        key=f"trap:{rule}:lib/notes/sender.ex:{rank}",
        rule=rule,
        what="It does.",
        why="It matters.",
        remedy="Do otherwise.",
        severity=severity,
        evidence=("code:lib/notes/sender.ex:9",),
        module="Notes.Sender",
        symbol="perform/1",
        requirements=requirements,
        rank=rank,
    )


def test_a_trap_raises_the_question_that_it_turns_on_and_says_so() -> None:
    context = replace(CONTEXT, traps=(trap("closed-list"),), waypoints=())
    question = next(q for q in raise_questions(PACK, context, ALL_AREAS) if q.traps)
    assert question.traps == ("trap:closed-list:lib/notes/sender.ex:1",)
    assert question.serves == ("FR-001",)
    assert question.text.endswith("for FR-001, given the closed list trap in `Sender.perform/1`?")


@pytest.mark.parametrize("found", [trap("closed-list", severity="low"), trap("closed-list", rank=30), trap("no-such")])
def test_a_trap_that_hardly_matters_raises_nothing_by_itself(found: Trap) -> None:
    context = replace(CONTEXT, traps=(found,))
    assert [q.text for q in raise_questions(PACK, context, ALL_AREAS)] == [
        q.text for q in raise_questions(PACK, CONTEXT, ALL_AREAS)
    ]


def test_traps_alone_raise_no_more_than_three_questions_and_none_twice() -> None:
    rules = sorted({rule for probe in load_probes() for rule in probe.traps})
    traps = tuple(trap(rule, rank) for rank, rule in enumerate(rules, start=1))
    quiet = SpecPack(slug="quiet", directory="docs/quiet", title="")
    questions = raise_questions(quiet, replace(CONTEXT, waypoints=(), traps=(*traps, *traps)), ALL_AREAS)
    assert 1 <= sum(bool(q.traps) and q.serves == ("AC-001",) for q in questions) <= LEAST
    assert len({q.text for q in questions}) == len(questions) <= MOST


def test_each_rule_of_a_probe_is_one_that_capture_knows() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "traps.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^### `([a-z-]+)`", manual, re.MULTILINE))
    assert {rule for probe in load_probes() for rule in probe.traps} <= known


def test_a_question_serves_a_requirement_an_assumption_or_a_trap() -> None:
    questions = raise_questions(PACK, CONTEXT, ALL_AREAS)
    named = {r.id for r in PACK.requirements} | {"NFR-1", "AC-001", "A-1"}
    clear = [q for q in questions if set(q.serves) & named or q.traps]
    assert len(clear) == len(questions) or len(questions) <= LEAST
