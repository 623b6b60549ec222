"""The gates: a pack is as far as its documents are, whoever wrote them."""

from __future__ import annotations

import msgspec
import pytest

from tests.small_template import template
from torusnb.models.base import Place, Problem
from torusnb.models.changes import PackStatus
from torusnb.models.design import Template, TemplateSection
from torusnb.models.gates import Gates, PackDocuments
from torusnb.models.requirements import AcceptanceCriterion, Requirement, SpecPack
from torusnb.models.review import Finding, Review, TraceMatrix, TraceRow
from torusnb.spec.gates import judge_gates
from torusnb.spec.gates_table import tell_gates
from torusnb.spec.open_questions import find_questions

__all__ = ["template"]

HERE = Place("prd.md", 3)
PACK = SpecPack(
    slug="gate_board",
    directory="docs/gate_board",
    title="Gate Board",
    requirements=(Requirement("FR-001", "Wardens see gates.", HERE),),
    criteria=(AcceptanceCriterion("AC-001", "Given a gate", HERE), AcceptanceCriterion("AC-002", "Given a key", HERE)),
)
PLAN = "# Plan\n\n## Phase 1: Doors\n\n- [x] Hang it. (AC-001)\n- [ ] Oil it. (AC-002)\n\n```\n- [ ] no task\n```\n"
TRACE = TraceMatrix(
    "plan.md", (), (TraceRow("AC-001", "criterion", {"1": (5,)}), TraceRow("AC-002", "criterion", {"1": (6,)}))
)
WHOLE = PackDocuments(
    "gate_board",
    {"prd.md": "# Gate Board", "fdd.md": "# Design", "plan.md": PLAN.replace("[ ] Oil", "[x] Oil")},
    PACK,
    review=Review("fdd.md"),
    plan_trace=TRACE,
)


def _with(**changes: object) -> PackDocuments:
    return msgspec.structs.replace(WHOLE, **changes)


def _texts(**texts: str | None) -> dict[str, str]:
    named = {name.replace("_", "."): text for name, text in texts.items()}
    return {name: text for name, text in (WHOLE.texts | named).items() if text is not None}


def _states(gates: Gates) -> str:
    return " ".join(gate.state for gate in gates.gates)


def test_a_pack_whose_documents_hold_together_and_whose_tasks_are_ticked_is_done(template: Template) -> None:
    gates = judge_gates(WHOLE, template)
    assert _states(gates) == "met met met met"
    assert (gates.stage, gates.next) == ("done", None)


def _only_prd() -> PackDocuments:
    return _with(texts={"prd.md": "x"}, review=None, plan_trace=None)


@pytest.mark.parametrize(
    ("documents", "states", "words"),
    [
        (_with(pack=None, trouble="prd.md: The file is empty."), "open met met met", "The file is empty"),
        (
            _with(pack=msgspec.structs.replace(PACK, problems=(Problem(HERE, "Not YAML.", "Quote it.", "error"),))),
            "open met met met",
            "prd.md:3: Not YAML.",
        ),
        (
            _with(pack=msgspec.structs.replace(PACK, requirements=(Requirement("FR-1", "x", HERE, derived=True),))),
            "open met met met",
            "No requirement has an id",
        ),
        (_with(pack=msgspec.structs.replace(PACK, criteria=())), "open met met met", "No acceptance criterion"),
        (
            _with(texts=_texts(prd_md="ok\nTBD\nTODO")),
            "open met met met",
            "prd.md:2: TBD is left in the text (and 1 more)",
        ),
        (_only_prd(), "met open waits waits", "There is no fdd.md."),
        (
            _with(
                review=Review("fdd.md", (Finding("trace.missing-id", "error", HERE, "FR-001 is missing.", "Add it."),))
            ),
            "met open met met",
            "1 error: FR-001 is missing. (trace.missing-id)",
        ),
        (
            _with(review=Review("fdd.md", (Finding("language.vague", "warning", HERE, "Fast.", "How fast?"),))),
            "met met met met",
            "",
        ),
        (_with(changes=("Town.Gates.open/2",)), "met open met met", "changed since: Town.Gates.open/2."),
        (_with(texts=_texts(plan_md=None), plan_trace=None), "met met open waits", "There is no plan.md."),
        (_with(texts=_texts(plan_md=" \n"), plan_trace=None), "met met open open", "plan.md is empty."),
        (_with(texts=_texts(plan_md="# Plan\n\nSoon.")), "met met open open", "plan.md lists no tasks."),
        (
            _with(plan_trace=TraceMatrix("plan.md", (), (TRACE.rows[0], TraceRow("AC-002", "criterion")))),
            "met met open met",
            "plan.md leaves out 1 of 2: AC-002.",
        ),
        (
            _with(plan_trace=TraceMatrix("plan.md", (), (TraceRow("AC-001", "criterion"),), {"AC-009": (4,)})),
            "met met open met",
            "plan.md names no criterion of the pack (AC-001).",
        ),
        (
            _with(plan_trace=TraceMatrix("plan.md", (), (TraceRow("AC-001", "criterion", ranges=(3,)),))),
            "met met met met",
            "",
        ),
        (
            _with(texts=_texts(plan_md=PLAN)),
            "met met met open",
            "1 of 2 tasks of plan.md ticked; next (Phase 1: Doors): Oil it. (AC-002)",
        ),
    ],
)
def test_a_gate_says_what_is_in_its_way(documents: PackDocuments, states: str, words: str, template: Template) -> None:
    gates = judge_gates(documents, template)
    assert _states(gates) == states
    assert words in (gates.next.text if gates.next else "")
    assert all(obstacle.remedy for gate in gates.gates for obstacle in gate.obstacles)


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"archived": True}, "The pack is archived; 1 of 2 tasks of plan.md ticked."),
        (
            {
                "pack": msgspec.structs.replace(
                    PACK, criteria=tuple(msgspec.structs.replace(c, status="Verified") for c in PACK.criteria)
                )
            },
            "Every criterion is verified; 1 of 2 tasks of plan.md ticked.",
        ),
    ],
)
def test_work_that_is_verified_or_archived_is_built_though_nobody_ticked_it(
    changes: dict[str, object], fact: str, template: Template
) -> None:
    develop = judge_gates(_with(texts=_texts(plan_md=PLAN), **changes), template).gates[3]
    assert (develop.state, develop.facts) == ("met", (fact,))


def test_execution_records_are_pointed_to_where_boxes_are_open(template: Template) -> None:
    documents = _with(texts=_texts(plan_md=PLAN), records=("phase_1_execution_record.md",))
    obstacle = judge_gates(documents, template).next
    assert obstacle is not None
    assert obstacle.remedy == "Tick what phase_1_execution_record.md says is done."


def test_an_epic_leaves_design_and_code_to_the_packs_below_it(template: Template) -> None:
    epic = _with(texts={"prd.md": "x", "plan.md": "Lanes."}, below=("one", "two"), review=None, plan_trace=None)
    gates = judge_gates(epic, template)
    assert _states(gates) == "met elsewhere met elsewhere"
    assert gates.stage == "below"
    assert gates.gates[1].facts == ("An epic: its 2 packs below have it.",)


def test_a_design_that_torusnb_exported_counts_and_is_to_be_copied(template: Template) -> None:
    gate = judge_gates(_with(exported="out/gate_board/fdd.md"), template).gates[1]
    assert gate.state == "met"
    assert gate.facts == ("torusnb exported it to out/gate_board/fdd.md; copy it into the pack.",)


QUESTIONS = Template("q", "Design", (TemplateSection(id="1", title="Open Questions", form="questions"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("None.", []),
        ("- None for this phase.", []),
        ("- Should gates lock at night?", [False]),
        ("- Should gates lock at night? Default: no.", [False, True][1:]),
        ("- Should gates lock?\n  - Recommended: yes.\n- Who keeps keys?", [True, False]),
        ("- Confirm the key's length with the smith.", [False]),
        ("- Follow-up: confirm the colour.", []),
        ("- Should a later story paint them?", []),
        ("- Decision: gates are oak.", []),
        ("- Gates are oak.", []),
        ("| Question | Default |\n|---|---|\n| Oak? | Assumed oak. |\n| Iron? | |", [True, False]),
        ("- What default width should gates have?", [False]),
        ("```\n- Is this code?\n```", []),
        ("- Who keeps keys?\n\n**Decided by the pack**\n\n- May a guest open it? No, the warden does.", [False]),
        ("**Answered**\n\n- Oak or iron? Oak.\n\n**Still open**\n\n- Who keeps keys?", [False]),
    ],
)
def test_an_open_question_wants_a_default(text: str, expected: list[bool]) -> None:
    found = find_questions(f"# Design\n\n## Open Questions\n\n{text}\n", QUESTIONS)
    assert [question.default for question in found] == expected


def test_a_question_without_a_default_holds_the_design_back() -> None:
    text = "# Design\n\n## Open Questions\n\n- Who keeps keys?\n- What colour?\n"
    gate = judge_gates(_with(texts=_texts(fdd_md=text)), QUESTIONS).gates[1]
    assert [obstacle.text for obstacle in gate.obstacles] == [
        "2 open questions without a default: “Who keeps keys?”, and 1 more."
    ]
    assert find_questions(text, QUESTIONS)[1].line == 6


def test_the_table_has_a_row_a_pack_and_counts_the_archived(template: Template) -> None:
    here = PackStatus("gate_board", "docs/gate_board", "own design", gates=judge_gates(_only_prd(), template))
    old = msgspec.structs.replace(here, slug="old", archived=True)
    assert tell_gates([here, old], in_full=False) == [
        "pack        analyze    architect  plan       develop    next",
        "gate_board  met        OPEN       waits      waits      There is no fdd.md.",
        "1 pack: 1 at architect",
        "1 archived pack left out; name one to see it, or `--json` for all",
    ]
    assert tell_gates([here], in_full=True) == [
        "gate_board (docs/gate_board): analyze met -> architect OPEN -> plan waits -> develop waits",
        "  architect There is no fdd.md.",
        "            to do: Draft it with `torusnb run gate_board`, or write it.",
    ]
